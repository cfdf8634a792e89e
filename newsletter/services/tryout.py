"""What keywords would have brought in the last days, and what to write where that is no good.

keywords + Recent ─► found, edition by edition ─► Tried: days, titles, verdict, suggestions
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import reduce
from itertools import chain, islice
from operator import and_, or_
from statistics import median
from typing import Final

from newsletter.keywords.match import indexes_of
from newsletter.keywords.parser import parse
from newsletter.keywords.tree import And, Node, Not
from newsletter.papers import Paper
from newsletter.services.recent import Recent, RecentEdition
from newsletter.services.rewriting import (
    foreign_signs,
    in_title,
    looser,
    second_words,
    with_word,
    written,
)
from newsletter.subscribers import Preferences

TITLES: Final = 10
"""Most titles shown of one keyword."""
BROAD: Final = 0.10
"""Share of a day's papers above which a keyword is too broad, on the median day (issue 5)."""
FEW: Final = 3
"""So many papers a day and fewer are never too many, however small the day."""
SUGGESTIONS: Final = 2
"""Most suggestions for one keyword."""
HELPED: Final = 8
"""Most keywords of a form that get suggestions: each costs some searches more."""


class Verdict(StrEnum):
    """What is to be said of a keyword."""

    FINE = "fine"
    BROAD = "broad"
    """More than a tenth of the papers of the median day."""
    QUIET = "quiet"
    """Nothing in the week; of the days before it something, or nothing is known."""
    NOTHING = "nothing"
    """Nothing in thirty days, or in all editions there are."""


_EMPTY: Final = frozenset({Verdict.QUIET, Verdict.NOTHING})


@dataclass(frozen=True, slots=True)
class Day:
    """One edition: how many papers it had, and how many of them the keyword brings."""

    listing_date: date
    papers: int
    found: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another way to write the keyword, and how many papers it brought in the week."""

    query: str
    found: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What one keyword would have brought."""

    keyword: str
    days: tuple[Day, ...]
    """Oldest first."""
    papers: tuple[Paper, ...]
    """At most `TITLES`, of the newest edition first."""
    verdict: Verdict = Verdict.FINE
    before: int | None = None
    """Papers of the thirty days that lie before the week; None where that was not looked at."""
    kept: int = 0
    """Editions there are at all, where they do not reach thirty days back; else 0."""
    elsewhere: int = 0
    """Papers that it would have brought in any category, where the reader's bring none at all."""
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def found(self) -> int:
        """Return how many papers it brought in the week."""
        return sum(day.found for day in self.days)

    @property
    def more(self) -> int:
        """Return how many of them are not shown."""
        return self.found - len(self.papers)

    @property
    def most(self) -> int:
        """Return the papers of its fullest day."""
        return max((day.found for day in self.days), default=0)

    @property
    def share(self) -> float:
        """Return the share of a day's papers on the median day, 0 to 1."""
        return median(day.found / day.papers for day in self.days) if self.days else 0.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What all keywords of a form would have brought."""

    tried: tuple[Tried, ...]
    """In the reader's order."""
    papers: int
    """Of the week, each once however many keywords bring it."""


def try_out(recent: Recent, reader: Preferences) -> Trial:
    """Return what the reader's keywords would have brought.

    Categories and cross-lists count as they do in the mail.
    """
    week = _find(recent.week, reader)
    tried = [_tried(keyword, recent.week, week[keyword]) for keyword in reader.keywords]
    silent = tuple(one.keyword for one in tried if one.verdict is Verdict.QUIET)
    counts = _before(recent, replace(reader, keywords=silent))
    judged = [_judged(one, counts.get(one.keyword), recent) for one in tried]
    judged = _looked_elsewhere(judged, recent, reader)
    helped = [i for i, one in enumerate(judged) if _needs_help(one)][:HELPED]
    for index in helped:
        one = judged[index]
        judged[index] = _helped(one, week[one.keyword], recent, reader)
    return Trial(tuple(judged), _count(reduce(_either, week.values(), [0] * len(recent.week))))


_Found = Sequence[int]
"""For each edition, the bits of the papers that a keyword brings."""


def _find(editions: Sequence[RecentEdition], reader: Preferences) -> Mapping[str, _Found]:
    """Search editions for the reader's keywords."""
    found = [edition.found(reader) for edition in editions]
    return {keyword: [each[keyword] for each in found] for keyword in reader.keywords}


def _count(found: _Found) -> int:
    return sum(bits.bit_count() for bits in found)


def _both(one: _Found, other: _Found) -> list[int]:
    return list(map(and_, one, other))


def _but_not(one: _Found, other: _Found) -> list[int]:
    return [bits & ~others for bits, others in zip(one, other, strict=True)]


def _either(one: _Found, other: _Found) -> list[int]:
    return list(map(or_, one, other))


def _papers(edition: RecentEdition, bits: int) -> Iterator[Paper]:
    """Return the papers of the bits that are set, in listing order."""
    return map(edition.papers.__getitem__, indexes_of(bits))


def _tried(keyword: str, editions: Sequence[RecentEdition], found: _Found) -> Tried:
    days = [
        Day(edition.listing_date, len(edition.papers), bits.bit_count())
        for edition, bits in zip(editions, found, strict=True)
    ]
    newest = chain.from_iterable(map(_papers, editions, found))
    tried = Tried(keyword, tuple(reversed(days)), tuple(islice(newest, TITLES)))
    if not days or tried.found:
        return replace(tried, verdict=Verdict.BROAD if _is_broad(tried) else Verdict.FINE)
    return replace(tried, verdict=Verdict.QUIET)


def _is_broad(tried: Tried) -> bool:
    return tried.share > BROAD and median(day.found for day in tried.days) > FEW


def _before(recent: Recent, reader: Preferences) -> Mapping[str, int]:
    """Count what keywords without a paper in the week brought before it, where that is loaded."""
    if recent.before is None or not reader.keywords:
        return {}
    return {keyword: _count(found) for keyword, found in _find(recent.before, reader).items()}


def _judged(tried: Tried, before: int | None, recent: Recent) -> Tried:
    if tried.verdict is not Verdict.QUIET or before != 0:
        return replace(tried, before=before)
    kept = len(recent.week) + len(recent.before or ()) if recent.is_short else 0
    return replace(tried, before=before, kept=kept, verdict=Verdict.NOTHING)


def _looked_elsewhere(tried: list[Tried], recent: Recent, reader: Preferences) -> list[Tried]:
    """Look for what brings nothing in all categories, with cross-lists, on the same papers."""
    empty = [one.keyword for one in tried if one.verdict in _EMPTY and not one.before]
    if not empty or not (reader.categories or not reader.cross_lists):
        return tried
    anyone = replace(reader, keywords=tuple(empty), categories=(), cross_lists=True)
    found = _find((*recent.week, *(recent.before or ())), anyone)
    return [replace(one, elsewhere=_count(found.get(one.keyword, ()))) for one in tried]


def _needs_help(tried: Tried) -> bool:
    """Say whether to look for other ways to write it: not where only the categories are narrow."""
    if tried.elsewhere:
        return False
    return tried.verdict is not Verdict.FINE or bool(tried.days and foreign_signs(tried.keyword))


def _helped(tried: Tried, found: _Found, recent: Recent, reader: Preferences) -> Tried:
    """Try other ways to write the keyword on the week's papers, and keep those that help."""
    if tried.verdict is Verdict.BROAD:
        tries = _narrowed(tried, found, recent, reader)
    else:
        tries = islice(_loosened(tried, recent, reader), 1)
    return replace(tried, suggestions=tuple(islice(tries, SUGGESTIONS)))


def _narrowed(
    tried: Tried,
    found: _Found,
    recent: Recent,
    reader: Preferences,
) -> Iterator[Suggestion]:
    """Yield the keyword in titles only, and with one more word, where that brings half or less.

    All in one pass, in which the other word is looked for alone: AND is what both bring.
    """
    tree = parse(tried.keyword).tree
    titles = [paper.title for paper in _papers(recent.week[0], found[0])]
    words = {word: with_word(tried.keyword, word) for word in second_words(tree, titles)}
    queries = {query: query for query in (in_title(tree),) if query} | words
    queries = {word: query for word, query in queries.items() if query}
    others = _find(recent.week, replace(reader, keywords=tuple(queries)))
    for word, query in queries.items():
        yield from _half(tried, query, _count(_both(found, others[word])))


def _half(tried: Tried, query: str, found: int) -> Iterator[Suggestion]:
    if 0 < 2 * found <= tried.found:
        yield Suggestion(query, found)


def _loosened(tried: Tried, recent: Recent, reader: Preferences) -> Iterator[Suggestion]:
    """Yield what brings something where the keyword brings nothing, tried one after the other."""
    for query in looser(tried.keyword, recent.words):
        if found := _count(_of_tree(query, recent, reader)):
            yield Suggestion(written(query, tried.keyword), found)


def _of_tree(tree: Node, recent: Recent, reader: Preferences) -> _Found:
    """Find a query by what its parts bring, each of which is remembered."""
    if isinstance(tree, And):
        wanted = [part for part in tree.parts if not isinstance(part, Not)]
        unwanted = [part.part for part in tree.parts if isinstance(part, Not)]
        if wanted:  # what only excludes may not be looked for
            found = reduce(_both, (_of_tree(part, recent, reader) for part in wanted))
            without = (_of_tree(part, recent, reader) for part in unwanted)
            return reduce(_but_not, without, found)
    query = str(tree)
    return _find(recent.week, replace(reader, keywords=(query,)))[query]
