"""Papers looked up by their identifiers in arXiv's search API.

ids, a hundred at a time ─ id_list ─ parse ─► papers by id
"""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlencode

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import AnnouncedPaper, Announcement, ArxivId, DocumentKind, PaperId
from newsletter.sources.detect import parse_document
from newsletter.sources.http import Fetcher

SLICE: Final = 100
"""Identifiers a request: an address of some 1,500 characters, which every proxy takes."""


class ApiLookup:
    """`id_list` of the search API: complete metadata, and no announcement."""

    def __init__(
        self, fetcher: Fetcher, base_url: str = "https://export.arxiv.org/api/query"
    ) -> None:
        """Ask through `fetcher`."""
        self._fetcher, self._base_url = fetcher, base_url

    def __call__(self, ids: Sequence[ArxivId]) -> dict[PaperId, AnnouncedPaper]:
        """Return the newest versions of the papers among `ids` that arXiv knows.

        The API gives empty pages at random, so that an answer without any paper is asked for a
        second time. Raises `SourceError`.
        """
        wanted = list(dict.fromkeys(ids))
        slices = (wanted[start : start + SLICE] for start in range(0, len(wanted), SLICE))
        return {entry.paper.id: entry for part in slices for entry in self._part(part)}

    def _part(self, ids: Sequence[ArxivId]) -> Iterator[AnnouncedPaper]:
        asked: set[PaperId] = set(ids)
        entries = self._ask(ids).entries or self._ask(ids).entries
        yield from (entry for entry in entries if entry.paper.id in asked)

    def _ask(self, ids: Sequence[ArxivId]) -> Announcement:
        query = {
            "id_list": ",".join(paper_id.value for paper_id in ids),
            "max_results": len(ids),  # ten by default
        }
        url = f"{self._base_url}?{urlencode(query)}"
        read = self._fetcher.read(url, parse_document)
        if read.kind is not DocumentKind.API:
            raise NotAnAnnouncement(url, f"a {read.kind.value} document where the API was due")
        return read
