"""Cut what a reader typed into the tokens of a query.

Every pattern is linear: a token is tried at one place only, each alternative looks at what it
takes and at a bounded number of characters behind it, and the first place where nothing fits
ends the reading.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from newsletter.keywords.tree import DOUBLE_QUOTES, Field

MAX_DISTANCE = 50
"""Words between the phrases of `near`; more are read as this many."""
DEFAULT_DISTANCE = 5
"""Words of `NEAR` without a number, which counts only in capitals, as AND, OR and NOT do."""

FIELDS = MappingProxyType(
    {
        "title": Field.TITLE,
        "abstract": Field.ABSTRACT,
        "author": Field.AUTHOR,
        "cat": Field.CATEGORY,
        "comment": Field.COMMENT,
        "标题": Field.TITLE,
        "摘要": Field.ABSTRACT,
        "作者": Field.AUTHOR,
        "学科": Field.CATEGORY,
        "备注": Field.COMMENT,
    },
)
"""Names of fields, in any case."""
SHORT_FIELDS = MappingProxyType(
    {"ti": Field.TITLE, "abs": Field.ABSTRACT, "au": Field.AUTHOR, "co": Field.COMMENT},
)
"""Prefixes of arXiv's own search (info.arxiv.org/help/api/user-manual.html, §5.1).

Only in lower case: Ti:sapphire lasers and Co:ZnO films are phrases.
"""


class Kind(StrEnum):
    """What a token is."""

    PHRASE = "phrase"
    EXACT = "exact"
    FIELD = "field"
    NEAR = "near"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    OPEN = "("
    CLOSE = ")"


class Token(NamedTuple):
    """A piece of a query: a phrase with its words, a field's name, or `near` with its number."""

    kind: Kind
    text: str = ""


class Why(StrEnum):
    """Why something that looks like a query is none."""

    QUOTE = "quote"
    """A quote has no partner."""
    PARENTHESIS = "parenthesis"
    """A parenthesis has no partner."""
    EMPTY = "empty"
    """Quotes or parentheses hold no word."""
    OPERATOR = "operator"
    """AND, OR, NOT or a minus has nothing to work on."""
    FIELD = "field"
    """A field's name has no phrase behind it."""
    NEAR = "near"
    """`near` does not stand between two phrases of one field."""
    GLUED = "glued"
    """A word touches a closing quote or parenthesis."""
    DEEP = "deep"
    """There are too many parentheses in one another."""


class Unreadable(ValueError):
    """What was typed is no query; it never leaves this package's parser."""

    def __init__(self, why: Why) -> None:
        """Say why."""
        super().__init__(why.value)
        self.why = why


_DASHES = r"\-\u2010\u2011\u2013\u2014\u2212\uff0d"
"""Hyphens, en dash, em dash, minus and full-width minus, for a character class."""
_OUTSIDE = rf"\s()（）{DOUBLE_QUOTES}「」『』"
"""What never stands in a bare word, for a character class."""
_END = rf"(?![^{_OUTSIDE}])"
_HAN = r"\u3400-\u9fff"
_GROUP = rf"\([^{_OUTSIDE}]*+\)"
"""Parentheses without a space belong to the word that they touch: SU(2), (2+1)-dimensional."""

_TOKEN = re.compile(
    rf"""
      (?P<field> (?ai:{"|".join(FIELDS)})[:：]\s* | (?:{"|".join(SHORT_FIELDS)})[:：]\s* )
    | (?P<operator> (?:AND|OR|NOT){_END} )
    | (?P<near> (?:NEAR | (?ai:near)/(?P<distance>[0-9]++)){_END} )
    | (?P<minus> [{_DASHES}]
        (?= [(（{DOUBLE_QUOTES}「『] | [^\w{_OUTSIDE}{_DASHES}>]{{0,2}}\w ) )
    | [{DOUBLE_QUOTES}](?P<double>[^{DOUBLE_QUOTES}]*+)[{DOUBLE_QUOTES}]
    | 「(?P<corner>[^「」]*+)」
    | 『(?P<white>[^『』]*+)』
    | (?P<word> (?:{_GROUP}(?![{_HAN}]))?[^{_OUTSIDE}](?:[^{_OUTSIDE}]|(?<![{_HAN}]){_GROUP})*+ )
    | (?P<open> [(（] )
    | (?P<close> [)）] )
    | (?P<space> \s+ )
    """,
    re.VERBOSE,
)
_HINT = re.compile(rf"[{DOUBLE_QUOTES}「」『』()（）:：/ANO{_DASHES}]")
"""A character that every sign of a query has; a class alone is found six times as fast."""
_SIGN = re.compile(
    rf"[{DOUBLE_QUOTES}「」『』()（）:：]|AND|OR|NOT|NEAR|(?ai:near)/|(?:^|\s)[{_DASHES}]",
)
_GLUED = re.compile(rf"[A-Za-z0-9{_DASHES}]")
"""Behind a closing quote or parenthesis this makes one word of both, as in `"agent"-based`."""
_CLOSING = frozenset({"double", "corner", "white", "close"})


def is_bare(text: str) -> bool:
    """Say quickly that a text is words and nothing else; false also for some that are."""
    return _HINT.search(text) is None or _SIGN.search(text) is None


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens from left to right, a run of bare words as one phrase.

    A minus takes one word: the words behind it are a phrase of their own. Raises `Unreadable`
    at a quote without its partner and at a word that touches a closing quote or parenthesis.
    """
    run: list[str] = []
    before = ""
    for found in _pieces(text):
        name = found.lastgroup or ""
        if name in {"word", "minus"} and before in _CLOSING and _GLUED.match(found[0]):
            raise Unreadable(Why.GLUED)
        if name == "word":
            run.append(found["word"])
        if run and (name not in {"word", "space"} or before == "minus"):
            yield Token(Kind.PHRASE, " ".join(run))
            run = []
        if name not in {"word", "space"}:
            yield _token(name, found)
        before = name
    if run:
        yield Token(Kind.PHRASE, " ".join(run))


def _pieces(text: str) -> Iterator["re.Match[str]"]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:  # everything but a lone quote fits somewhere
            raise Unreadable(Why.QUOTE)
        yield found
        at = found.end()


def _token(name: str, found: "re.Match[str]") -> Token:
    match name:
        case "field":
            return Token(Kind.FIELD, _field(found[0].rstrip().rstrip(":：")))
        case "operator" | "minus":
            return Token(Kind(found[0]) if name == "operator" else Kind.NOT)
        case "near":
            return Token(Kind.NEAR, str(_distance(found["distance"])))
        case "open" | "close":
            return Token(Kind.OPEN if name == "open" else Kind.CLOSE)
        case _:
            return Token(Kind.EXACT, found[name].strip())


def _field(name: str) -> str:
    return (SHORT_FIELDS.get(name) or FIELDS[name.lower()]).value


def _distance(digits: str | None) -> int:
    """Read a number that may have thousands of digits: three tell whether it is too large."""
    if digits is None:
        return DEFAULT_DISTANCE
    return min(int(digits.lstrip("0")[:3] or "0"), MAX_DISTANCE)
