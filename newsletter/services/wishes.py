"""What readers want: papers, each with the keywords that found it.

all readers' keywords × papers ─► Wish: one paper, its summary's key, its keywords
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from newsletter.keywords.fold import fold
from newsletter.papers import Paper, PaperId
from newsletter.services.edition import LoadedEdition, SummaryKey

MOST_KEYWORDS = 20
"""Named to the model of one paper: they are there to be kept, and each costs tokens."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A paper that at least one reader wants."""

    paper: Paper
    key: str
    """Under which its Chinese is kept; it does not depend on the keywords."""
    keywords: tuple[str, ...]
    """Of all readers together, by alphabet. Of more than `MOST_KEYWORDS` those whose hash with the
    paper's id is least: the same at each call, and nobody's are left out of every paper."""


def wishes(
    loaded: LoadedEdition, keywords: tuple[str, ...], summary_key: SummaryKey
) -> tuple[Wish, ...]:
    """Return the papers that at least one keyword matches, in listing order."""
    found: dict[PaperId, list[str]] = {}
    for match in loaded.match(keywords):
        found.setdefault(match.paper_id, []).append(match.keyword)
    return tuple(
        Wish(
            folded.paper,
            summary_key(folded.paper),
            _chosen(folded.paper.id, found[folded.paper.id]),
        )
        for folded in loaded.folded
        if folded.paper.id in found
    )


def _chosen(paper: PaperId, keywords: Iterable[str]) -> tuple[str, ...]:
    """Return one spelling of each keyword, whatever order the database gave them in."""
    by_fold: dict[str, str] = {}
    for keyword in sorted(keywords):
        by_fold.setdefault(fold(keyword), keyword)
    kept = sorted(by_fold, key=lambda folded: _lot(paper, folded))[:MOST_KEYWORDS]
    return tuple(by_fold[folded] for folded in sorted(kept))


def _lot(paper: PaperId, keyword: str) -> bytes:
    """Return the keyword's place in this paper's own order."""
    return hashlib.sha256(f"{paper.value} {keyword}".encode()).digest()
