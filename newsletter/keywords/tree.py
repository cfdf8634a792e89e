"""A keyword as a small tree of phrases, and how it is written.

    Or ─► And ─► Not ─► Near | Term

`str` of a tree is a query that parses to the same tree, if the tree is in normal form, as those
of `parser.parse` and of `all_of`, `any_of` and `none_of` are: no `And` stands directly in an
`And`, no `Or` in an `Or`, no `Not` in a `Not`, and no part stands twice beside itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

DOUBLE_QUOTES = '"＂“”„‟'
"""What opens and closes an exact phrase; keyboards mix them, so that any goes with any."""
_QUOTES = (('"', '"', DOUBLE_QUOTES), ("「", "」", "「」"), ("『", "』", "『』"))
"""Opening, closing, and the characters that must not stand between."""


class Field(StrEnum):
    """Where a phrase is looked for."""

    ANYWHERE = ""
    """Title or abstract."""
    TITLE = "title"
    ABSTRACT = "abstract"
    AUTHOR = "author"
    CATEGORY = "cat"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase; an exact one also keeps its plurals and its spelling as one word or two."""

    text: str
    field: Field = Field.ANYWHERE
    is_exact: bool = False

    def __str__(self) -> str:
        """Return the phrase with its field and, if it is exact, in quotes."""
        text = _quoted(self.text) if self.is_exact else self.text
        return f"{self.field.value}:{text}" if self.field else text


@dataclass(frozen=True, slots=True)
class Near:
    """Two phrases in one field, either first, with at most `distance` other words between."""

    left: Term
    right: Term
    distance: int

    def __str__(self) -> str:
        """Return `left near/5 right`."""
        return f"{self.left} near/{self.distance} {self.right}"


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be there."""

    part: "Node"

    def __str__(self) -> str:
        """Return `NOT part`, with parentheses around what joins others."""
        return f"NOT {_grouped(self.part, (And, Or))}"


@dataclass(frozen=True, slots=True)
class And:
    """Two or more parts that must all be there; no part is an `And`."""

    parts: tuple["Node", ...]

    def __str__(self) -> str:
        """Return the parts joined with AND."""
        return " AND ".join(_grouped(part, (And, Or)) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more parts of which one must be there; no part is an `Or`."""

    parts: tuple["Node", ...]

    def __str__(self) -> str:
        """Return the parts joined with OR; AND binds more tightly and needs no parentheses."""
        return " OR ".join(_grouped(part, (Or,)) for part in self.parts)


Node = Term | Near | Not | And | Or


def _grouped(part: Node, kinds: tuple[type, ...]) -> str:
    return f"({part})" if isinstance(part, kinds) else str(part)


def _quoted(text: str) -> str:
    """Put the first pair of quotes around `text` that does not occur in it."""
    free = (quotes for quotes in _QUOTES if not set(quotes[-1]) & set(text))
    opening, closing, _ = next(free, _QUOTES[-1])
    return f"{opening}{text}{closing}"


def all_of(parts: Iterable[Node]) -> Node:
    """Join one or more parts with AND, as `joined`."""
    return joined(And, parts)


def any_of(parts: Iterable[Node]) -> Node:
    """Join one or more parts with OR, as `joined`."""
    return joined(Or, parts)


def joined(kind: type[And | Or], parts: Iterable[Node]) -> Node:
    """Join one or more parts: flat, each once; a single one stays as it is."""
    opened = (part.parts if isinstance(part, kind) else (part,) for part in parts)
    flat = tuple(dict.fromkeys(chain.from_iterable(opened)))
    return kind(flat) if len(flat) > 1 else flat[0]


def none_of(part: Node) -> Node:
    """Exclude a part; what was excluded already is wanted again."""
    return part.part if isinstance(part, Not) else Not(part)


def terms_of(node: Node, *, wanted_only: bool = False) -> Iterator[Term]:
    """Yield the phrases from left to right; with `wanted_only` without what is excluded."""
    match node:
        case Term():
            yield node
        case Near():
            yield from (node.left, node.right)
        case Not():
            if not wanted_only:
                yield from terms_of(node.part)
        case And() | Or():
            for part in node.parts:
                yield from terms_of(part, wanted_only=wanted_only)


def depth_of(node: Node) -> int:
    """Return how many AND and OR stand in one another: 0 for a phrase, 2 for `a AND (b OR c)`."""
    match node:
        case Not():
            return depth_of(node.part)
        case And() | Or():
            return 1 + max(depth_of(part) for part in node.parts)
        case _:
            return 0


def wants_nothing(node: Node) -> bool:
    """Say whether the query is true of a paper in which none of its phrases stands."""
    match node:
        case Not():
            return not wants_nothing(node.part)
        case And():
            return all(wants_nothing(part) for part in node.parts)
        case Or():
            return any(wants_nothing(part) for part in node.parts)
        case _:
            return False
