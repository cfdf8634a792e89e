"""The sample issue that readers have today, made again from the listing page of its day."""

import json
from pathlib import Path

import pytest

from newsletter.digests import group
from newsletter.keywords.match import Match, Matcher, MatchMode
from newsletter.papers import AnnouncedPaper, ArxivId, merge
from newsletter.sources.listing import parse_listing
from newsletter.subscribers import Preferences

_PAGE = "list_cs_new_2026-05-29.html"
_KEYWORDS = ("reinforcement learning", "diffusion policy")
_TITLE_ONLY = ("2605.29078", "2605.29643", "2605.29796")
_HYPHEN = "2605.29788"


@pytest.fixture(scope="module")
def entries(recordings: Path) -> tuple[AnnouncedPaper, ...]:
    """Return what the listing page of the sample issue's day announces."""
    return merge([parse_listing((recordings / "pages" / _PAGE).read_bytes(), _PAGE)])


@pytest.fixture(scope="module")
def issue(shared: Path) -> list[tuple[str, ArxivId]]:
    """Return the sample issue's entries in its order: keyword and paper."""
    rows = json.loads((shared / "seed" / "papers.json").read_text(encoding="utf-8"))
    return [(row["kw"], ArxivId(row["abs"].removeprefix("https://arxiv.org/abs/"))) for row in rows]


def _match(entries: tuple[AnnouncedPaper, ...], mode: MatchMode) -> tuple[Match, ...]:
    return Matcher(entries, mode).match(Preferences(keywords=_KEYWORDS))


def test_seed_mode_gives_the_sample_issue(
    entries: tuple[AnnouncedPaper, ...],
    issue: list[tuple[str, ArxivId]],
) -> None:
    """The sample issue's rule gives its 65 + 2 entries in its order, 66 papers in all."""
    matches = _match(entries, MatchMode.SEED)
    sections = group(matches, MatchMode.SEED)

    assert issue == [(match.keyword, match.paper_id) for match in matches]
    assert dict(zip(_KEYWORDS, (65, 2), strict=True)) == {
        keyword: len(ids) for keyword, ids in sections.items()
    }
    assert len({match.paper_id for match in matches}) == 66


def test_the_default_mode_misses_nothing_of_the_sample_issue(
    entries: tuple[AnnouncedPaper, ...],
    issue: list[tuple[str, ArxivId]],
) -> None:
    """Folded matching finds all of it, the three title-only papers and the one with a hyphen."""
    matches = _match(entries, MatchMode.DEFAULT)
    where = {match.paper_id.value: match.where for match in matches}
    found = {(match.keyword, match.paper_id) for match in matches}

    assert set(issue) <= found
    assert {*_TITLE_ONLY, _HYPHEN} == where.keys() - {paper_id.value for _, paper_id in issue}
    assert [("title",)] * 3 == [where[paper_id] for paper_id in _TITLE_ONLY]
    assert "abstract" in where[_HYPHEN]


def test_the_default_mode_shows_each_paper_once(
    entries: tuple[AnnouncedPaper, ...],
    issue: list[tuple[str, ArxivId]],
) -> None:
    """The paper that the sample issue repeats stands once; none of the 70 is left out."""
    sections = group(_match(entries, MatchMode.DEFAULT), MatchMode.DEFAULT)
    shown = [paper_id for ids in sections.values() for paper_id in ids]

    assert len(set(shown)) == len(shown) == 70
    assert {paper_id for _, paper_id in issue} <= set(shown)
