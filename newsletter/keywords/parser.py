"""Read what a reader typed as a tree.

    text ─► tokens (lexer) ─► either ─► both ─► excluded ─► chain ─► operand ─► Query

    either   = both {"OR" both}
    both     = excluded {["AND"] excluded}       side by side means AND
    excluded = {"NOT" | "-"} chain
    chain    = operand {"near/5" operand}        phrases of one field
    operand  = [field ":"] (phrase | "exact phrase" | "(" either ")")

A phrase is a run of bare words; `cat:` takes one of them. A field counts for all that stands in
its parentheses, and a field inside them counts more.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from newsletter.keywords.lexer import Kind, Token, Unreadable, Why, is_bare, tokens
from newsletter.keywords.tree import Field, Near, Node, Term, all_of, any_of, none_of

MAX_NESTING = 30
"""Parentheses in parentheses that are read, so that no text overflows the stack."""


@dataclass(frozen=True, slots=True)
class Query:
    """A keyword, read."""

    tree: Node
    is_literal: bool = False
    """It looked like a query and did not parse, so that it is taken as one phrase."""
    why: Why | None = None
    """What is wrong with it, where it did not parse."""


def parse(text: str) -> Query:
    """Return the tree of what was typed, in normal form; nothing raises, in linear time.

    What does not parse is one phrase, as typed but for white space: quotes or parentheses
    without their partner, an operator, a field or a minus without what it works on, `near`
    between other things than phrases of one field, and more than `MAX_NESTING` parentheses.
    """
    plain = " ".join(text.split())
    if plain and is_bare(plain):
        return Query(Term(plain))
    try:
        return Query(_Reader(tokens(plain)).read())
    except Unreadable as error:
        return Query(Term(plain), is_literal=True, why=error.why)


class _Reader:
    """The tokens that are still to be read; each method takes what it names."""

    def __init__(self, tokens_: Iterable[Token]) -> None:
        self._rest = deque(tokens_)
        self._depth = 0
        self._last: Kind | None = None

    def read(self) -> Node:
        tree = self._either(Field.ANYWHERE)
        if self._rest:
            raise Unreadable(Why.PARENTHESIS)
        return tree

    def _next(self) -> Kind | None:
        return self._rest[0].kind if self._rest else None

    def _take(self, *kinds: Kind) -> Token | None:
        if self._next() not in kinds:
            return None
        self._last = self._next()
        return self._rest.popleft()

    def _either(self, field: Field) -> Node:
        parts = [self._both(field)]
        while self._take(Kind.OR):
            parts.append(self._both(field))
        return any_of(parts)

    def _both(self, field: Field) -> Node:
        parts = [self._excluded(field)]
        while self._next() not in {None, Kind.OR, Kind.CLOSE}:
            self._take(Kind.AND)
            parts.append(self._excluded(field))
        return all_of(parts)

    def _excluded(self, field: Field) -> Node:
        is_wanted = True
        while self._take(Kind.NOT):
            is_wanted = not is_wanted
        part = self._chain(field)
        return part if is_wanted else none_of(part)

    def _chain(self, field: Field) -> Node:
        parts, distances = [self._operand(field)], list[int]()
        while near := self._take(Kind.NEAR):
            distances.append(int(near.text))
            parts.append(self._operand(field))
        return _nearness(parts, distances) if distances else parts[0]

    def _operand(self, field: Field) -> Node:
        if named := self._take(Kind.FIELD):
            field = Field(named.text)
        if self._take(Kind.OPEN):
            return self._group(field)
        phrase = self._take(Kind.PHRASE, Kind.EXACT)
        if phrase is None:
            raise Unreadable(self._what_is_missing())
        if not phrase.text:
            raise Unreadable(Why.EMPTY)
        text = phrase.text
        if field is Field.CATEGORY and phrase.kind is Kind.PHRASE:
            text = self._first_word(text)
        return Term(text, field, phrase.kind is Kind.EXACT)

    def _first_word(self, text: str) -> str:
        """Leave what follows a category's name to be read as a phrase of its own."""
        word, _, rest = text.partition(" ")
        if rest:
            self._rest.appendleft(Token(Kind.PHRASE, rest))
        return word

    def _what_is_missing(self) -> Why:
        """Say what is wrong where a phrase is wanted and something else stands."""
        match self._last, self._next():
            case Kind.FIELD, _:
                return Why.FIELD
            case (Kind.NEAR, _) | (_, Kind.NEAR):
                return Why.NEAR
            case Kind.OPEN, Kind.CLOSE:
                return Why.EMPTY
            case (Kind.OPEN, None) | (None, Kind.CLOSE):
                return Why.PARENTHESIS
            case _:
                return Why.OPERATOR

    def _group(self, field: Field) -> Node:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise Unreadable(Why.DEEP)
        inner = self._either(field)
        if not self._take(Kind.CLOSE):
            raise Unreadable(Why.PARENTHESIS)
        self._depth -= 1
        return inner


def _nearness(parts: Sequence[Node], distances: Sequence[int]) -> Node:
    """Join neighbours of a chain; a phrase without a field takes that of the others."""
    phrases = [part for part in parts if isinstance(part, Term)]
    fields = {term.field for term in phrases} - {Field.ANYWHERE}
    if len(phrases) < len(parts) or len(fields) > 1 or Field.CATEGORY in fields:
        raise Unreadable(Why.NEAR)
    field = next(iter(fields), Field.ANYWHERE)
    placed = (replace(term, field=field) for term in phrases)
    return all_of(
        Near(left, right, distance)
        for (left, right), distance in zip(pairwise(placed), distances, strict=True)
    )
