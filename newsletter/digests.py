"""One reader's digest: group the matches, show each paper once, fit the byte budget.

matches ─► compose ─► Digest ─► fit (rendered sizes, budget) ─► Digest
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import chain

from newsletter.keywords.match import Match, Matcher, MatchMode
from newsletter.keywords.parser import parse
from newsletter.keywords.search import FIELDS
from newsletter.keywords.tree import Field, Term, terms_of
from newsletter.papers import AnnouncedPaper, AnnounceType, Paper, PaperId, Summary
from newsletter.subscribers import Density, Preferences

_NAMED = {"author", "category"}
_NAMED_FIELDS = {Field.AUTHOR, Field.CATEGORY}
_RANK = {density: rank for rank, density in enumerate(Density)}

HTML_BUDGET = 74_800
"""Bytes of decoded HTML: even its base64 stays under the 102 KB at which Gmail clips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A paper in a digest. `keywords` are all of the reader's that it matched."""

    paper: Paper
    type: AnnounceType
    summary: Summary
    keywords: tuple[str, ...]
    density: Density
    missed_on: date | None = None
    """The listing date that it was missed on, where it comes late."""
    where: tuple[str, ...] = ()
    """Fields that matched, over all keywords: title, abstract, author, category, comment."""
    hits: int = 0
    """How often the keyword's phrases stand there; of the keyword with the most."""
    is_followed: bool = False
    """Its primary category is one that the reader follows."""
    found_by: tuple[str, ...] = ()
    """The authors and categories asked for that it has, where its heading does not tell."""
    nearest: str = ""
    """Title of the paper of the reader's own library that it is close to."""


@dataclass(frozen=True, slots=True)
class Section:
    """A keyword and the papers that stand under it."""

    keyword: str
    """Empty for papers that no keyword matched, and that are close to the reader's library."""
    entries: tuple[Entry, ...]

    @property
    def is_library(self) -> bool:
        """Say whether it holds what is close to the reader's library."""
        return not self.keyword


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one reader gets of one edition."""

    listing_date: date
    announced_at: datetime
    """When arXiv announced it; aware."""
    sections: tuple[Section, ...]
    omitted: int = 0
    """Entries that the byte budget left out of the HTML; the text part and the web have them."""
    notices: tuple[str, ...] = ()
    """Sentences about what went wrong this morning, in Chinese."""
    provenance: str = ""
    """One line on what was collected, from where and when, in Chinese."""

    @property
    def entries(self) -> Iterator[Entry]:
        """Iterate over all sections' entries, in order."""
        return chain.from_iterable(section.entries for section in self.sections)

    @property
    def papers(self) -> int:
        """Count distinct papers."""
        return len({entry.paper.id for entry in self.entries})

    @property
    def english(self) -> int:
        """Count distinct papers that go out without Chinese."""
        return len({entry.paper.id for entry in self.entries if not entry.summary.is_chinese})

    @property
    def close(self) -> int:
        """Count papers that are there for the reader's library alone."""
        return sum(len(section.entries) for section in self.sections if section.is_library)

    @property
    def late(self) -> dict[date, int]:
        """Count distinct papers that come late, by the listing date they were missed on."""
        missed = {entry.paper.id: entry.missed_on for entry in self.entries if entry.missed_on}
        return dict(sorted(Counter(missed.values()).items()))


def group(matches: Iterable[Match], mode: MatchMode) -> dict[str, list[PaperId]]:
    """Return paper ids by keyword, in order.

    By default a paper stands once, under the first keyword of those that hit its title, else
    under the first that hit at all. In seed mode it stands under every keyword that it matched.
    What no keyword matched, and what is close to the reader's library, comes last, under "".
    """
    by_keyword: list[Match] = []
    close: list[Match] = []
    for match in matches:
        (by_keyword if match.keyword else close).append(match)
    home: dict[PaperId, Match] = {}
    for match in by_keyword:
        best = home.setdefault(match.paper_id, match)
        if "title" in match.where and "title" not in best.where:
            home[match.paper_id] = match
    is_seed = mode is MatchMode.SEED
    shown = [match for match in by_keyword if is_seed or home[match.paper_id] is match]
    shown += [match for match in close if match.paper_id not in home]
    sections: dict[str, list[PaperId]] = {}
    for match in shown:
        sections.setdefault(match.keyword, []).append(match.paper_id)
    return sections


def compose(
    matches: Iterable[Match],
    papers: Mapping[PaperId, AnnouncedPaper],
    summaries: Mapping[PaperId, Summary],
    *,
    listing_date: date,
    announced_at: datetime,
    density: Density,
    mode: MatchMode = MatchMode.DEFAULT,
    notices: tuple[str, ...] = (),
    provenance: str = "",
) -> Digest:
    """Build a reader's digest; sections in keyword order, papers in match order.

    A paper without a row in `summaries` goes out in English with the reason `not_ready`.
    """
    matches = list(matches)
    of_paper: dict[PaperId, list[Match]] = {}
    for match in matches:
        of_paper.setdefault(match.paper_id, []).append(match)

    found_by = {} if mode is MatchMode.SEED else _found_by(of_paper, papers)

    def entry(paper_id: PaperId) -> Entry:
        bare = Entry(
            paper=papers[paper_id].paper,
            type=papers[paper_id].type,
            summary=summaries.get(paper_id) or Summary(paper_id=paper_id, reason="not_ready"),
            keywords=(),
            density=density,
            missed_on=papers[paper_id].missed_on,
            found_by=found_by.get(paper_id, ()),
        )
        return _explained(bare, of_paper[paper_id])

    sections = tuple(
        Section(keyword, tuple(entry(paper_id) for paper_id in ids))
        for keyword, ids in group(matches, mode).items()
    )
    return Digest(
        listing_date=listing_date,
        announced_at=announced_at,
        sections=sections,
        notices=notices,
        provenance=provenance,
    )


def _found_by(
    of_paper: Mapping[PaperId, Sequence[Match]], papers: Mapping[PaperId, AnnouncedPaper]
) -> dict[PaperId, tuple[str, ...]]:
    """Return which of the authors and categories asked for each paper has, in their order.

    Nothing of papers that one keyword of one phrase found, which is the heading that they stand
    under.
    """
    asked: dict[PaperId, set[str]] = {}
    for paper_id, matches in of_paper.items():
        found = [match for match in matches if _NAMED & set(match.where)]
        if len(matches) > 1 or any(len(_phrases(match.keyword)) > 1 for match in found):
            named = (term for match in found for term in _phrases(match.keyword))
            asked[paper_id] = {str(term) for term in named if term.field in _NAMED_FIELDS}
    every = tuple(dict.fromkeys(text for texts in asked.values() for text in sorted(texts)))
    has: dict[PaperId, list[str]] = {}
    if every:
        for match in Matcher([papers[one] for one in asked]).match(Preferences(keywords=every)):
            if match.keyword in asked[match.paper_id]:
                has.setdefault(match.paper_id, []).append(match.keyword)
    return {paper_id: tuple(names) for paper_id, names in has.items()}


@lru_cache(maxsize=1_000)
def _phrases(keyword: str) -> tuple[Term, ...]:
    return tuple(terms_of(parse(keyword).tree))


def _explained(entry: Entry, matches: Sequence[Match]) -> Entry:
    """Return the entry with what its paper's matches say about why it is there."""
    places = {place for match in matches for place in match.where}
    return replace(
        entry,
        keywords=tuple(match.keyword for match in matches if match.keyword),
        where=tuple(place for place in FIELDS if place in places),
        hits=max(match.hits for match in matches),
        is_followed=any(match.is_followed for match in matches),
        nearest=next((match.nearest for match in matches if match.nearest), ""),
    )


def fit(digest: Digest, size_of: Callable[[Entry], int], budget: int) -> Digest:
    """Lower densities from the last paper up, then drop from the end, until cards fit.

    `size_of` gives the bytes of a card at its entry's density; `budget` is what the shell
    leaves for cards. Every paper keeps at least its title while there is room for titles.
    """
    entries = list(digest.entries)
    sizes = [size_of(entry) for entry in entries]
    excess = sum(sizes) - budget
    for index, density in _degradations(len(entries)):
        if excess <= 0:
            break
        if _RANK[entries[index].density] < _RANK[density]:
            entries[index] = replace(entries[index], density=density)
            before, sizes[index] = sizes[index], size_of(entries[index])
            excess += sizes[index] - before
    kept = len(entries)
    while kept and excess > 0:
        kept -= 1
        excess -= sizes[kept]
    return replace(
        digest,
        sections=_rebuild(digest.sections, entries[:kept]),
        omitted=digest.omitted + len(entries) - kept,
    )


def _degradations(length: int) -> Iterator[tuple[int, Density]]:
    """Yield each step down: for one density after the other, from the last entry up."""
    return ((index, density) for density in _RANK for index in reversed(range(length)))


def _rebuild(sections: tuple[Section, ...], entries: list[Entry]) -> tuple[Section, ...]:
    """Deal `entries`, in order, into sections of the old lengths; sections left empty go."""
    left = iter(entries)
    rebuilt = (
        replace(section, entries=tuple(e for _, e in zip(section.entries, left, strict=False)))
        for section in sections
    )
    return tuple(section for section in rebuilt if section.entries)
