"""Other names of a phrase, and what a Chinese phrase is called in English.

a tree ─► each Chinese phrase ─► pieces ─► parts of terms ─► English, And, Or ─► resolve
a phrase ─► its row, or the abbreviation inside it ─► alternatives
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, islice, product
from math import prod

from newsletter.keywords.chinese import Kind, Lexicon, Piece, has_han, key_of
from newsletter.keywords.fold import fold
from newsletter.keywords.tree import And, Field, Near, Node, Not, Or, Term, all_of, any_of, terms_of

MOST_COMBINATIONS = 8
"""English phrases that one Chinese phrase becomes where its terms have several names; choices that
the reader wrote out are all kept, with one name each."""
MOST_ALTERNATIVES = 5
_MOST_WORDS = 12
"""Words of a phrase that is searched for abbreviations."""
_UNTRANSLATED = frozenset({Field.AUTHOR, Field.CATEGORY})
"""A person's name and a category's code."""

_Part = tuple[tuple[str, ...], ...]
"""The terms of a phrase in order, each with its English names."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What is known of words; see `services.vocabulary` for the one in force."""

    english: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Chinese term → its English names, one or more, the best first."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Folded phrase → other names of the same thing."""

    def resolve(self, node: Node) -> Node:
        """Return the tree with Chinese phrases in English; what is not known stays.

        Fields, exactness and distances are kept; authors and categories are not translated. A
        tree without Chinese is returned itself.
        """
        if not any(has_han(term.text) for term in terms_of(node)):
            return node
        match node:
            case Term():
                return self._resolved(node)
            case Near():
                return self._near(node)
            case Not():
                return Not(self.resolve(node.part))
            case And():
                return all_of(map(self.resolve, node.parts))
            case Or():
                return any_of(map(self.resolve, node.parts))

    def alternatives(self, phrase: str) -> tuple[str, ...]:
        """Return other names of `phrase`, none if nothing is known of it.

        "RL" for "reinforcement learning", and for "LLM agents", of which only a part is known,
        "large language model agents". Of a Chinese phrase those of its English names. At most
        `MOST_ALTERNATIVES`.
        """
        names = [term.text for term in terms_of(self.resolve(Term(phrase)))]
        found = (other for name in names for other in self._others(name))
        by_fold = {fold(other): other for other in reversed(list(found))}
        known = {fold(name) for name in names}
        return tuple(
            islice(
                (other for name, other in reversed(by_fold.items()) if name not in known),
                MOST_ALTERNATIVES,
            ),
        )

    def unknown_part(self, text: str) -> str:
        """Return the first part of a Chinese text that has no English here; empty for none."""
        if not has_han(text):
            return ""
        pieces = self._lexicon.read(text)
        unknown = next((piece.text for piece in pieces if piece.kind is Kind.UNKNOWN), "")
        return unknown if unknown or self._choices(text) else text

    def translation(self, text: str) -> str:
        """Return `agent OR agentic` for 智能体; empty for English and for what is not known."""
        resolved = self.resolve(Term(text))
        return "" if resolved == Term(text) else str(resolved)

    @cached_property
    def _english(self) -> Mapping[str, tuple[str, ...]]:
        return {key_of(chinese): names for chinese, names in self.english.items()}

    @cached_property
    def _lexicon(self) -> Lexicon:
        return Lexicon(self._english)

    def _resolved(self, term: Term) -> Node:
        choices = () if term.field in _UNTRANSLATED else self._choices(term.text)
        if not choices:
            return term
        return any_of(
            all_of(any_of(_terms(_phrases(part), term)) for part in parts) for parts in choices
        )

    def _near(self, node: Near) -> Node:
        """Return each English left with each English right; all parts of a side are one phrase."""
        sides = ((node.left, self._side(node.left)), (node.right, self._side(node.right)))
        pairs = product(*(_terms(phrases, term) for term, phrases in sides))
        nears = (Near(left, right, node.distance) for left, right in pairs)
        return any_of(islice(nears, MOST_COMBINATIONS))

    def _side(self, term: Term) -> list[str]:
        choices = () if term.field in _UNTRANSLATED else self._choices(term.text)
        whole = [tuple(slot for part in parts for slot in part) for parts in choices]
        return [phrase for part in whole for phrase in _phrases(part)] or [term.text]

    def _choices(self, text: str) -> tuple[tuple[_Part, ...], ...]:
        """Return the parts of which all must be there, for each choice; empty if not known."""
        pieces = self._lexicon.read(text) if has_han(text) else ()
        if any(piece.kind is Kind.UNKNOWN for piece in pieces):
            return ()
        choices = [
            [self._part(part) for part in _split(choice, Kind.BOTH)]
            for choice in _split(pieces, Kind.EITHER)
        ]
        return tuple(tuple(parts) for parts in _bounded([c for c in choices if c]))

    def _part(self, pieces: Iterable[Piece]) -> _Part:
        return tuple(
            self._english[key_of(piece.text)] if piece.kind is Kind.TERM else (piece.text,)
            for piece in pieces
        )

    def _others(self, phrase: str) -> Iterator[str]:
        """Yield other names of an English phrase, or of the abbreviation inside it."""
        yield from self.names.get(fold(phrase), ())
        words = phrase.split()
        if len(words) > _MOST_WORDS:
            return
        spans = ((i, j) for i in range(len(words)) for j in range(len(words), i, -1))
        for first, last in spans:
            if last - first < len(words):
                for other in self._abbreviation(" ".join(words[first:last])):
                    yield " ".join((*words[:first], other, *words[last:]))

    def _abbreviation(self, phrase: str) -> tuple[str, ...]:
        """Return the other name of a phrase if one of both is an abbreviation, and of one thing."""
        others = self.names.get(fold(phrase), ())
        if _is_abbreviation(phrase):
            return others if len(others) == 1 else ()
        return tuple(other for other in others[:1] if _is_abbreviation(other))


def _split(pieces: Iterable[Piece], kind: Kind) -> list[list[Piece]]:
    """Return the runs of pieces between those of `kind`, none of them empty."""
    runs = groupby(pieces, key=lambda piece: piece.kind is kind)
    return [list(run) for is_mark, run in runs if not is_mark]


def _bounded(choices: list[list[_Part]]) -> list[list[_Part]]:
    """Return the choices with as few names a term as `MOST_COMBINATIONS` needs, the best first."""
    most = max((len(slot) for parts in choices for part in parts for slot in part), default=0)
    sizes = range(most, 0, -1)
    cut = (
        [[tuple(slot[:size] for slot in part) for part in parts] for parts in choices]
        for size in sizes
    )
    fitting = (these for these in cut if _combinations(these) <= MOST_COMBINATIONS)
    return next(fitting, [[tuple(slot[:1] for slot in p) for p in parts] for parts in choices])


def _combinations(choices: list[list[_Part]]) -> int:
    return sum(prod(len(slot) for part in parts for slot in part) for parts in choices)


def _phrases(part: _Part) -> list[str]:
    """Return the English phrases of a part, each once."""
    phrases = [" ".join(names) for names in product(*part)]
    return list({fold(phrase): phrase for phrase in reversed(phrases)}.values())[::-1]


def _terms(phrases: Iterable[str], like: Term) -> Iterator[Term]:
    return (Term(phrase, like.field, like.is_exact) for phrase in phrases)


def _is_abbreviation(name: str) -> bool:
    """Say whether a name has more capitals than small letters, two at least, and no space."""
    capitals = sum(map(str.isupper, name))
    return " " not in name and capitals > 1 and capitals > sum(map(str.islower, name))


NOTHING_KNOWN = Vocabulary()
