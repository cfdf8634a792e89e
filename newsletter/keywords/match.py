"""Match papers against keywords, and say where.

match_all(papers, keywords, mode) ─► for each keyword in order, for each paper in listing
order: where ─► Match
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.keywords.fold import fold
from newsletter.papers import AnnouncedPaper, AnnounceType, Paper, PaperId


class MatchMode(StrEnum):
    """Which rule decides."""

    DEFAULT = "default"
    """Folded words in title or abstract, of new papers and cross-lists."""
    SEED = "seed"
    """The sample issue's rule: lower-cased substring of the abstract, of new papers in cs."""


_ALIASES_OF_CS = frozenset({"eess.SY", "math.NA"})
"""Canonical names of cs.SY and cs.NA (arxiv-base, taxonomy/definitions.py): new in cs too."""


@dataclass(frozen=True, slots=True)
class Match:
    """One keyword found in one paper. `rank` counts from 1 within the keyword."""

    keyword: str
    paper_id: PaperId
    where: tuple[str, ...]
    rank: int


@dataclass(frozen=True, slots=True)
class FoldedPaper:
    """A paper made ready to be searched many times."""

    paper: Paper
    title: str
    abstract: str
    abstract_lower: str

    @classmethod
    def of(cls, paper: Paper) -> "FoldedPaper":
        """Fold once what every keyword is compared with."""
        return cls(paper, fold(paper.title), fold(paper.abstract), paper.abstract.lower())

    def where(self, keyword: str, mode: MatchMode) -> tuple[str, ...]:
        """Return the fields that hold `keyword`, empty for none."""
        return self.where_needle(needle(keyword, mode), mode)

    def where_needle(self, sought: str, mode: MatchMode) -> tuple[str, ...]:
        """Do the same with what `needle` made of the keyword, once for all papers."""
        if not sought:
            return ()
        if mode is MatchMode.SEED:
            return ("abstract",) if sought in self.abstract_lower else ()
        fields = (("title", self.title), ("abstract", self.abstract))
        return tuple(name for name, text in fields if sought in text)


def needle(keyword: str, mode: MatchMode) -> str:
    """Return the text that `mode` looks for; empty if the keyword can match nothing."""
    return keyword.lower() if mode is MatchMode.SEED else fold(keyword)


def eligible(entries: Iterable[AnnouncedPaper], mode: MatchMode) -> list[Paper]:
    """Return the papers that `mode` looks at, in the order given, each once."""
    looks_at = _in_cs if mode is MatchMode.SEED else _counts
    return list({entry.paper.id: entry.paper for entry in entries if looks_at(entry)}.values())


def _counts(entry: AnnouncedPaper) -> bool:
    return entry.type in {AnnounceType.NEW, AnnounceType.CROSS}


def _in_cs(entry: AnnouncedPaper) -> bool:
    primary = entry.paper.primary
    return entry.type is AnnounceType.NEW and (
        primary.startswith("cs.") or primary in _ALIASES_OF_CS
    )


def match_all(
    papers: Sequence[FoldedPaper],
    keywords: Sequence[str],
    mode: MatchMode = MatchMode.DEFAULT,
) -> Iterator[Match]:
    """Yield every match, keywords in the reader's order, papers in listing order.

    A keyword's papers with a hit in the title come before the others; seed mode has none.
    """
    for keyword in keywords:
        sought = needle(keyword, mode)
        hits = [(paper, where) for paper in papers if (where := paper.where_needle(sought, mode))]
        hits.sort(key=lambda hit: "title" not in hit[1])
        for rank, (paper, where) in enumerate(hits, start=1):
            yield Match(keyword, paper.paper.id, where, rank)
