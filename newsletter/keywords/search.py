"""A day's papers, ready to be searched with trees of phrases.

papers ─► Search (words numbered once) ─┐
trees ─► phrases ─► automaton.find_all ─┴─► places ─► And, Or, Not, Near ─► Found, by tree
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from operator import and_, or_
from typing import Final, NamedTuple

from newsletter.keywords.automaton import find_all
from newsletter.keywords.haystack import Haystack
from newsletter.keywords.lexicon import Lexicon
from newsletter.keywords.people import People
from newsletter.keywords.places import Place, Places
from newsletter.keywords.sifting import spaced_bare, spaced_lines
from newsletter.keywords.spots import Spot, Spots, all_of, any_of, near
from newsletter.keywords.tree import And, Field, Near, Node, Not, Or, Term, terms_of
from newsletter.papers import Paper
from newsletter.taxonomy import names_of

FIELDS: Final = ("title", "abstract", "author", "category", "comment")
"""Where a keyword may be found, in the order in which that is told."""
_TITLE, _ABSTRACT, _AUTHOR, _CATEGORY, _COMMENT = range(len(FIELDS))
_NOWHERE: Final = 1_000_000
_IN_TEXT: Final = {Field.ANYWHERE: {_TITLE, _ABSTRACT}, Field.TITLE: {_TITLE}}
_IN_TEXT[Field.ABSTRACT] = {_ABSTRACT}


@dataclass(frozen=True, slots=True)
class Hit:
    """A keyword in a paper."""

    where: tuple[str, ...]
    """Of `FIELDS`."""
    count: int
    """How often its phrases stand there; authors and categories are no phrases."""
    first: int
    """The first word of the first one, from the title's first as 0; `_NOWHERE` for none."""


class Found:
    """The papers that a keyword matches; where in them is worked out when somebody asks."""

    def __init__(self, spots: "Spots") -> None:
        """Keep where it was found."""
        self._spots = spots
        self.bits = _bits_of(spots)
        """A number whose bit i is set for the i-th paper."""

    @cached_property
    def hits(self) -> Mapping[int, Hit]:
        """Return the hit in each paper, by the paper's index."""
        # What was worked out is a tenth as large as what it was worked out from.
        spots, self._spots = self._spots, {}
        return {paper: _hit(found) for paper, found in spots.items()}


@dataclass(frozen=True, slots=True)
class Findings:
    """What keywords found that were looked for together."""

    bits: Mapping[str, int]
    """Keyword → a number whose bit i is set for the i-th paper, 0 for nothing."""
    found: Callable[[str], Found]
    """Work out where in the papers a keyword stands."""


def _bits_of(papers: Iterable[int]) -> int:
    return sum(1 << paper for paper in papers)


def _hit(spots: Sequence[Spot]) -> Hit:
    fields = {spot.field for spot in spots}
    where = tuple(name for index, name in enumerate(FIELDS) if index in fields)
    words = [spot.word for spot in spots if spot.length]
    return Hit(where, len(words), min(words, default=_NOWHERE))


NOTHING_FOUND: Final = Found({})


class Search:
    """Papers in listing order, folded once, searched as often as wanted."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        """Fold titles and abstracts; authors, comments and categories when they are asked for."""
        self._papers = papers
        self._lexicon = Lexicon()
        texts = [self._lexicon.read((paper.title, paper.abstract)) for paper in papers]
        self._haystack = Haystack(texts)

    def find(self, queries: Sequence[Node]) -> list[Found]:
        """Return what each query matches: all their phrases are looked for in one pass."""
        trees = {str(number): query for number, query in enumerate(queries)}
        return list(map(self.look((), trees).found, trees))

    def look(self, bare: Sequence[str], trees: Mapping[str, Node]) -> Findings:
        """Return what keywords match: all their phrases are looked for in one pass.

        `bare` are those of which `is_bare` holds; the others come with their trees.
        """
        phrases = {n: t.text for n, t in trees.items() if isinstance(t, Term) and _is_phrase(t)}
        others = {name: tree for name, tree in trees.items() if name not in phrases}
        terms = dict.fromkeys(term for tree in others.values() for term in terms_of(tree))
        in_texts = [term for term in terms if term.field in _IN_TEXT]
        in_comments = [term for term in terms if term.field is Field.COMMENT]
        texts = _Phrases(bare, phrases, in_texts, self._haystack, self._lexicon)
        comments = _Phrases((), {}, in_comments, *self._comments) if in_comments else texts
        places = _Places(texts, comments)
        bits = texts.bits()
        bits.update((name, self._bits(tree, places)) for name, tree in others.items())
        return Findings(bits, partial(self._found, others, places))

    def _found(self, trees: Mapping[str, Node], places: "_Places", name: str) -> Found:
        """Return what one keyword found."""
        if name in trees:
            return Found(self._spots(trees[name], places))
        return Found(places.texts.spots(name))

    def _bits(self, node: Node, places: "_Places") -> int:
        """Return the papers that match, without looking where they do if that is not needed."""
        match node:
            case Term(field=Field.ANYWHERE):
                return places.texts.bits_of(node)
            case Term(field=Field.TITLE | Field.ABSTRACT):
                return _bits_of(places.texts.papers_in(node, is_title=node.field is Field.TITLE))
            case Not():
                return ((1 << len(self._papers)) - 1) & ~self._bits(node.part, places)
            case And():
                return reduce(and_, (self._bits(part, places) for part in node.parts))
            case Or():
                return reduce(or_, (self._bits(part, places) for part in node.parts))
            case _:
                return _bits_of(self._spots(node, places))

    def _spots(self, node: Node, places: "_Places") -> Spots:
        match node:
            case Term():
                return self._of_term(node, places)
            case Near():
                return places.texts.remember(node, partial(self._of_near, node, places))
            case Not():
                excluded = self._spots(node.part, places)
                return {paper: [] for paper in range(len(self._papers)) if paper not in excluded}
            case And():
                return all_of(self._spots(part, places) for part in node.parts)
            case Or():
                return any_of(self._spots(part, places) for part in node.parts)

    def _of_near(self, node: Near, places: "_Places") -> Spots:
        left, right = self._of_term(node.left, places), self._of_term(node.right, places)
        is_comment = node.left.field is Field.COMMENT
        haystack = self._comments[0] if is_comment else self._haystack
        return near(left, right, node.distance, haystack.texts)

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
    """Phrases looked for in the same texts: whole keywords, and those of terms."""

    def __init__(
        self,
        bare: Sequence[str],
        phrases: Mapping[str, str],
        terms: Iterable[Term],
        haystack: Haystack,
        lexicon: Lexicon,
    ) -> None:
        sought = dict.fromkeys((term.text, term.is_exact) for term in terms)
        self._names = [*bare, *phrases]
        self._indexes = {one: index for index, one in enumerate(sought, len(self._names))}
        exact = frozenset(index for (_, is_exact), index in self._indexes.items() if is_exact)
        odd = spaced_lines([*phrases.values(), *(text for text, _ in sought)])
        self._places = find_all([*spaced_bare(bare), *odd], haystack, lexicon, exact)
        self._bits = self._places.bits(len(self._names) + len(self._indexes))
        self._key = object()

    def bits(self) -> dict[str, int]:
        """Return the papers of each keyword."""
        # Phrases of terms come behind the keywords.
        return dict(zip(self._names, self._bits, strict=False))

    def bits_of(self, term: Term) -> int:
        """Return the papers in which the phrase of `term` stands."""
        return self._bits[self._indexes[term.text, term.is_exact]]

    def papers_in(self, term: Term, *, is_title: bool) -> set[int]:
        """Return the papers with the phrase of `term` in the title, or else in the abstract."""
        texts = self._places.haystack.texts
        sought = self._places.get(self._indexes[term.text, term.is_exact], ())
        places = map(Place.read, sought)
        return {text for text, word, _ in places if (word < texts[text].ends[0]) is is_title}

    @cached_property
    def _by_name(self) -> Mapping[str, int]:
        found = (index for index in self._places if index < len(self._names))
        return {self._names[index]: index for index in found}

    def spots(self, sought: Term | str) -> Spots:
        """Return where the phrase of a term stands, or a keyword."""
        if isinstance(sought, str):
            return self._unpacked(self._by_name.get(sought, -1))
        return self._unpacked(self._indexes[sought.text, sought.is_exact])

    def _unpacked(self, phrase: int) -> Spots:
        """Return the places of a phrase by paper; once for all trees that it is in."""
        return self.remember(phrase, partial(_unpacked, self._places, phrase))

    def remember(self, what: Hashable, find: Callable[[], Spots]) -> Spots:
        """Return what `find` found the last time that this was asked for, if it is still kept."""
        return self._places.haystack.memory.get((self._key, what), find)


def _unpacked(places: Places, phrase: int) -> Spots:
    """Return the places of a phrase by paper."""
    texts = places.haystack.texts
    spots: Spots = defaultdict(list)
    for text, word, length in map(Place.read, places.get(phrase, ())):
        spots[text].append(Spot(texts[text].field_at(word), word, length))
    return spots


class _Places(NamedTuple):
    """What was found in titles and abstracts, and in comments."""

    texts: _Phrases
    comments: _Phrases


def _is_phrase(term: Term) -> bool:
    """Say whether a phrase may stand anywhere, written in any way."""
    return term.field is Field.ANYWHERE and not term.is_exact


def _at(papers: Iterable[int], field: int) -> Spots:
    return {paper: [Spot(field, 0, 0)] for paper in sorted(papers)}


def _indexed(categories: Iterable[Sequence[str]]) -> Mapping[str, set[int]]:
    """Return papers by category, by its other name, and by archive, in lower case."""
    found: dict[str, set[int]] = defaultdict(set)
    for paper, names in enumerate(categories):
        for name in map(str.casefold, _places_of(names)):
            found[name].add(paper)
    return found


def _places_of(categories: Iterable[str]) -> Iterator[str]:
    """Yield the names under which papers of these categories are found, archives too."""
    for name in categories:
        yield from (name, name.partition(".")[0])
        for other in names_of(name)[1:]:
            yield other
            # eess.SY is cs.SY, and so in cs; math-ph is math.MP, and yet not in math.
            if "." in name:
                yield other.partition(".")[0]


def _in_comments(spots: Spots) -> Spots:
    return {
        paper: [spot._replace(field=_COMMENT) for spot in found] for paper, found in spots.items()
    }
