"""A day's papers, ready to be searched with trees of phrases.

papers ─► Search (words numbered once) ─┐
trees ─► phrases ─► automaton.find ─────┴─► places ─► And, Or, Not, Near ─► Found, by tree
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, Self

from newsletter.keywords.automaton import find_all
from newsletter.keywords.haystack import Haystack
from newsletter.keywords.lexicon import BETWEEN_PHRASES, WIDTH, Encoded, Lexicon
from newsletter.keywords.people import People
from newsletter.keywords.places import Place, Places
from newsletter.keywords.tree import And, Field, Near, Node, Not, Or, Term, terms_of
from newsletter.papers import Paper

FIELDS: Final = ("title", "abstract", "author", "category", "comment")
"""Where a keyword may be found, in the order in which that is told."""
_TITLE, _ABSTRACT, _AUTHOR, _CATEGORY, _COMMENT = range(len(FIELDS))
_IN_TEXT: Final = {Field.ANYWHERE: {_TITLE, _ABSTRACT}, Field.TITLE: {_TITLE}}
_IN_TEXT[Field.ABSTRACT] = {_ABSTRACT}


class Spot(NamedTuple):
    """Where in a paper a phrase stands: the field, the word (of title and abstract together)."""

    field: int
    word: int
    length: int


Spots = dict[int, list[Spot]]
"""Paper, by its index → spots, in order."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A keyword in a paper."""

    where: tuple[str, ...]
    """Of `FIELDS`."""
    count: int
    """How often its phrases stand there."""
    first: int
    """The first word of the first one, from the title's first as 0."""


class Found:
    """The papers that a keyword matches; where in them is worked out when somebody asks."""

    def __init__(self, spots: "Spots | _Packed", bits: int) -> None:
        """Keep what was found, and which papers these are."""
        self._spots = spots
        self.bits = bits
        """A number whose bit i is set for the i-th paper."""

    @classmethod
    def of(cls, spots: "Spots") -> Self:
        """Return what stands at `spots`."""
        return cls(spots, sum(1 << paper for paper in spots))

    @cached_property
    def hits(self) -> Mapping[int, Hit]:
        """Return the hit in each paper, by the paper's index."""
        spots = self._spots.unpacked() if isinstance(self._spots, _Packed) else self._spots
        return {paper: _hit(found) for paper, found in spots.items()}


def _hit(spots: Sequence[Spot]) -> Hit:
    fields = {spot.field for spot in spots}
    where = tuple(name for index, name in enumerate(FIELDS) if index in fields)
    return Hit(where, len(spots), min((spot.word for spot in spots), default=0))


class _Packed(NamedTuple):
    """Places of one phrase, by its index among those that were looked for."""

    places: Places
    phrase: int

    def unpacked(self) -> Spots:
        """Return the places by paper."""
        texts = self.places.haystack.texts
        spots: Spots = defaultdict(list)
        for text, word, length in map(Place.read, self.places.get(self.phrase, ())):
            spots[text].append(Spot(texts[text].field_at(word), word, length))
        return spots


_NOTHING: Final = Found.of({})


class Search:
    """Papers in listing order, folded once, searched as often as wanted."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        """Fold titles and abstracts; authors, comments and categories when they are asked for."""
        self._papers = papers
        self._lexicon = Lexicon()
        texts = [self._lexicon.read((paper.title, paper.abstract)) for paper in papers]
        self._haystack = Haystack(texts)

    def find(self, queries: Sequence[Node | str]) -> list[Found]:
        """Return what each query matches: all their phrases are looked for in one pass.

        A string is a phrase, to be found as `Term` of that text; a hundred thousand need no tree.
        """
        queries = [_bare(query) for query in queries]
        trees = [query for query in queries if not isinstance(query, str)]
        bare = list(dict.fromkeys(query for query in queries if isinstance(query, str)))
        terms = dict.fromkeys(term for tree in trees for term in terms_of(tree))
        in_texts = [term for term in terms if term.field in _IN_TEXT]
        in_comments = [term for term in terms if term.field is Field.COMMENT]
        texts = _Phrases(bare, in_texts, self._haystack, self._lexicon)
        comments = _Phrases((), in_comments, *self._comments) if in_comments else texts
        found = texts.found()
        return [
            found.get(query, _NOTHING)
            if isinstance(query, str)
            else Found.of(self._spots(query, _Places(texts, comments)))
            for query in queries
        ]

    def _spots(self, node: Node, places: "_Places") -> Spots:
        match node:
            case Term():
                return self._of_term(node, places)
            case Near():
                left, right = self._of_term(node.left, places), self._of_term(node.right, places)
                is_comment = node.left.field is Field.COMMENT
                haystack = self._comments[0] if is_comment else self._haystack
                return _near(left, right, node.distance, haystack.texts)
            case Not():
                excluded = self._spots(node.part, places)
                return {paper: [] for paper in range(len(self._papers)) if paper not in excluded}
            case And():
                return _all(self._spots(part, places) for part in node.parts)
            case Or():
                return _any(self._spots(part, places) for part in node.parts)

    def _of_term(self, term: Term, places: "_Places") -> Spots:
        if term.field is Field.AUTHOR:
            return _at(self._people.papers_of(term.text), _AUTHOR)
        if term.field is Field.CATEGORY:
            return _at(self.in_category(term.text), _CATEGORY)
        if term.field is Field.COMMENT:
            return _in_comments(places.comments.spots(term))
        spots = places.texts.spots(term)
        wanted = _IN_TEXT[term.field]
        kept = {paper: [s for s in found if s.field in wanted] for paper, found in spots.items()}
        return {paper: found for paper, found in kept.items() if found}

    def in_category(self, name: str, *, primary_only: bool = False) -> set[int]:
        """Return the papers of a category, or of an archive (`cs`, `cs.*`); by index."""
        wanted = name.strip().casefold().removesuffix(".*")
        by_category = self._by_primary if primary_only else self._by_category
        return by_category.get(wanted, set())

    @cached_property
    def _by_category(self) -> Mapping[str, set[int]]:
        return _indexed(paper.categories for paper in self._papers)

    @cached_property
    def _by_primary(self) -> Mapping[str, set[int]]:
        return _indexed(paper.categories[:1] for paper in self._papers)

    @cached_property
    def _people(self) -> People:
        return People(paper.authors for paper in self._papers)

    @cached_property
    def _comments(self) -> tuple[Haystack, Lexicon]:
        lexicon = Lexicon()
        texts = [lexicon.read((paper.comment or "",)) for paper in self._papers]
        return Haystack(texts), lexicon


class _Phrases:
    """Phrases looked for in the same texts: bare ones, and those of terms."""

    def __init__(
        self, bare: Sequence[str], terms: Iterable[Term], haystack: Haystack, lexicon: Lexicon
    ) -> None:
        sought = dict.fromkeys((term.text, term.is_exact) for term in terms)
        self._bare = bare
        self._indexes = {one: index for index, one in enumerate(sought, len(bare))}
        exact = frozenset(index for (_, is_exact), index in self._indexes.items() if is_exact)
        self._places = find_all([*bare, *(text for text, _ in sought)], haystack, lexicon, exact)

    def found(self) -> dict[str, Found]:
        """Return what was found of the bare ones; those that stand nowhere are missing."""
        bits, count = self._places.bits(), len(self._bare)
        return {
            self._bare[index]: Found(_Packed(self._places, index), bits[index])
            for index in self._places
            if index < count
        }

    def spots(self, term: Term) -> Spots:
        """Return where the phrase of `term` stands."""
        return _Packed(self._places, self._indexes[term.text, term.is_exact]).unpacked()


class _Places(NamedTuple):
    """What was found in titles and abstracts, and in comments."""

    texts: _Phrases
    comments: _Phrases


def _bare(query: Node | str) -> Node | str:
    if isinstance(query, Term) and query.field is Field.ANYWHERE and not query.is_exact:
        return query.text
    return query


def _at(papers: Iterable[int], field: int) -> Spots:
    return {paper: [Spot(field, 0, 0)] for paper in sorted(papers)}


def _indexed(categories: Iterable[Sequence[str]]) -> Mapping[str, set[int]]:
    """Return papers by category and by archive, in lower case."""
    found: dict[str, set[int]] = defaultdict(set)
    for paper, names in enumerate(categories):
        for name in names:
            found[name.casefold()].add(paper)
            found[name.casefold().partition(".")[0]].add(paper)
    return found


def _all(parts: Iterable[Spots]) -> Spots:
    first, *others = parts
    common = first.keys() - {paper for paper in first if any(paper not in o for o in others)}
    return {paper: [s for part in (first, *others) for s in part[paper]] for paper in common}


def _any(parts: Iterable[Spots]) -> Spots:
    found: Spots = defaultdict(list)
    for part in parts:
        for paper, spots in part.items():
            found[paper] += spots
    return found


def _in_comments(spots: Spots) -> Spots:
    return {
        paper: [spot._replace(field=_COMMENT) for spot in found] for paper, found in spots.items()
    }


def _near(left: Spots, right: Spots, distance: int, texts: Sequence[Encoded]) -> Spots:
    pairs = (
        (paper, list(_pairs(left[paper], right[paper], distance, texts[paper])))
        for paper in left.keys() & right.keys()
    )
    return {paper: spots for paper, spots in pairs if spots}


def _pairs(
    left: Sequence[Spot], right: Sequence[Spot], distance: int, text: Encoded
) -> Iterator[Spot]:
    """Yield each of `left` that one of `right`, before or after, is near to, in the same field."""
    by_end = sorted(right, key=_end)
    begins, ends = [spot.word for spot in right], list(map(_end, by_end))
    for spot in left:
        after = bisect_left(begins, _end(spot))
        before = bisect_right(ends, spot.word)
        if any(
            other.field == spot.field and _between(spot, other, text) <= distance
            for other in (*right[after : after + 1], *by_end[max(before - 1, 0) : before])
        ):
            yield spot


def _end(spot: Spot) -> int:
    return spot.word + spot.length


def _between(one: Spot, other: Spot, text: Encoded) -> int:
    """Return how many words stand between two spots that do not overlap."""
    early, late = sorted((one, other), key=lambda spot: spot.word)
    gap = text.codes[_end(early) * WIDTH : late.word * WIDTH]
    return late.word - _end(early) - gap.count(BETWEEN_PHRASES)
