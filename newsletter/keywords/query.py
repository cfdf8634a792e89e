"""Check what a reader typed as keywords, and say what is wrong with it."""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from types import MappingProxyType

from newsletter.errors import InvalidKeyword
from newsletter.keywords.chinese import has_han
from newsletter.keywords.fold import fold
from newsletter.keywords.parser import MAX_NESTING, Query, parse
from newsletter.keywords.tree import (
    And,
    Field,
    Near,
    Node,
    Not,
    Or,
    Term,
    depth_of,
    terms_of,
    wants_nothing,
)
from newsletter.keywords.vocabulary import NOTHING_KNOWN, Vocabulary
from newsletter.keywords.words import read_word
from newsletter.taxonomy import is_category

MAX_LENGTH = 300
"""Characters of one keyword: three or four phrases with their other names."""
MAX_KEYWORDS = 50
"""Keywords of one reader."""
MAX_TOTAL = 5_000
"""Characters of all keywords of one reader."""
MAX_TERMS = 20
"""Phrases in one keyword."""
MAX_COST = 250
"""Phrases of all keywords of one reader; a `near` counts as `NEAR_COST` more. Five a keyword."""
NEAR_COST = 5
MAX_DEPTH = 10
"""AND and OR in one another, in one keyword."""
SHOWN = 20
"""Characters of a keyword that a message quotes."""

_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})
_CATEGORY = re.compile(r"([a-z-]{2,12})(?:\.(\*|[a-z-]{2,12}))?", re.IGNORECASE | re.ASCII)
_OPENINGS = re.compile("[(（]")


def parse_keyword(text: str, vocabulary: Vocabulary = NOTHING_KNOWN) -> str:
    """Return the keyword as typed, with outer and doubled white space removed.

    Raises `InvalidKeyword` when it

    - is longer than `MAX_LENGTH` characters, or holds control or invisible ones;
    - has a phrase without a letter or digit;
    - has more than `MAX_TERMS` phrases, or nests deeper than `MAX_DEPTH`;
    - only excludes, so that it would match nearly every paper;
    - names a category that arXiv has not;
    - is in Chinese that `vocabulary` has no English for, or names an author in Chinese: papers
      are in English, so that it would never match, and nobody would say so.
    """
    keyword = " ".join(text.split())
    if len(keyword) > MAX_LENGTH:
        raise InvalidKeyword("keywords", "keyword_too_long", limit=MAX_LENGTH, text=keyword[:SHOWN])
    if any(unicodedata.category(char) in _INVISIBLE for char in keyword):
        raise InvalidKeyword("keywords", "keyword_control_character")
    query = parse(keyword)
    _check_phrases(keyword, tuple(terms_of(query.tree)))
    _check_shape(keyword, query)
    for term in terms_of(query.tree):
        if term.field is Field.CATEGORY and known_category(term.text) is None:
            raise InvalidKeyword("keywords", "keyword_category_unknown", text=_shown(term.text))
    _check_english(vocabulary.resolve(query.tree), vocabulary)
    return keyword


def _check_phrases(keyword: str, terms: tuple[Term, ...]) -> None:
    empty = [term for term in terms if not fold(term.text)]
    if len(empty) == len(terms):
        raise InvalidKeyword("keywords", "keyword_empty")
    if empty:
        shown = _shown(empty[0].text)
        raise InvalidKeyword("keywords", "keyword_part_empty", text=_shown(keyword), part=shown)
    if len(terms) > MAX_TERMS:
        shown = _shown(keyword)
        raise InvalidKeyword("keywords", "keyword_too_many_terms", limit=MAX_TERMS, text=shown)


def _check_shape(keyword: str, query: Query) -> None:
    is_unread = query.is_literal and len(_OPENINGS.findall(keyword)) > MAX_NESTING
    if is_unread or depth_of(query.tree) > MAX_DEPTH:
        shown = _shown(keyword)
        raise InvalidKeyword("keywords", "keyword_too_deep", limit=MAX_DEPTH, text=shown)
    if wants_nothing(query.tree):
        raise InvalidKeyword("keywords", "keyword_only_excludes", text=_shown(keyword))


def _check_english(resolved: Node, vocabulary: Vocabulary) -> None:
    for term in terms_of(resolved):
        if not has_han(unicodedata.normalize("NFKC", term.text)):
            continue
        if term.field is Field.AUTHOR:
            raise InvalidKeyword("keywords", "keyword_author_not_latin", text=_shown(term.text))
        unknown = vocabulary.unknown_part(term.text) or term.text
        raise InvalidKeyword("keywords", "keyword_not_english", text=_shown(unknown))


def known_category(text: str) -> str | None:
    """Return the category or archive as arXiv spells it, `cs.LG` for `CS.lg`; None if none such.

    `math.*` is the archive `math`.
    """
    found = _CATEGORY.fullmatch(text.strip())
    if found is None:
        return None
    archive, subject = found[1].lower(), found[2]
    if subject in {None, "*"}:
        return archive if is_category(archive) else None
    names = (f"{archive}.{subject.upper()}", f"{archive}.{subject.lower()}")
    return next(filter(is_category, names), None)


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def parse_keywords(
    lines: str | Iterable[str],
    vocabulary: Vocabulary = NOTHING_KNOWN,
) -> tuple[str, ...]:
    """Return the keywords of a text field, one a line, in order, without blanks and repeats.

    Two keywords that mean the same are one: the first spelling stays. Raises `InvalidKeyword`
    for the first bad line, for none at all, for more than `MAX_KEYWORDS`, and for more than
    `MAX_TOTAL` characters or more than `MAX_COST` together.
    """
    texts = lines.splitlines() if isinstance(lines, str) else lines
    by_meaning: dict[Hashable, str] = {}
    for text in dict.fromkeys(text for text in texts if text.strip()):
        keyword = parse_keyword(text, vocabulary)
        by_meaning.setdefault(meaning(parse(keyword).tree), keyword)
        if len(by_meaning) > MAX_KEYWORDS:
            raise InvalidKeyword("keywords", "keywords_too_many", limit=MAX_KEYWORDS)
    if not by_meaning:
        raise InvalidKeyword("keywords", "keywords_missing")
    total = sum(map(len, by_meaning.values()))
    if total > MAX_TOTAL:
        raise InvalidKeyword("keywords", "keywords_too_long", limit=MAX_TOTAL, total=total)
    cost = sum(cost_of(parse(keyword).tree) for keyword in by_meaning.values())
    if cost > MAX_COST:
        raise InvalidKeyword("keywords", "keywords_too_costly", limit=MAX_COST, total=cost)
    return tuple(by_meaning.values())


def affordable(keywords: Iterable[str]) -> tuple[str, ...]:
    """Return the first of these valid keywords, as many as `parse_keywords` lets a reader have."""
    found: list[str] = []
    total = cost = 0
    for keyword in keywords:
        total, cost = total + len(keyword), cost + cost_of(parse(keyword).tree)
        if total > MAX_TOTAL or cost > MAX_COST or len(found) == MAX_KEYWORDS:
            break
        found.append(keyword)
    return tuple(found)


def cost_of(node: Node) -> int:
    """Return how much looking a keyword needs, see `MAX_COST`."""
    match node:
        case Term():
            return 1
        case Near():
            return 2 + NEAR_COST
        case Not():
            return cost_of(node.part)
        case And() | Or():
            return sum(map(cost_of, node.parts))


_JOINED: Mapping[type, str] = MappingProxyType({And: "and", Or: "or"})


def meaning(node: Node) -> Hashable:
    """Return what two queries have in common that are the same but for spelling and order."""
    match node:
        case Term():
            text = node.text.casefold() if node.is_exact else fold(node.text)
            return node.field, node.is_exact, text, _capitals(node.text)
        case Near():
            return node.distance, frozenset({meaning(node.left), meaning(node.right)})
        case Not():
            return "not", meaning(node.part)
        case And() | Or():
            return _JOINED[type(node)], frozenset(map(meaning, node.parts))


def _capitals(text: str) -> tuple[str, ...]:
    """Return the words in capitals, which match capitals only: RL is not rl."""
    return tuple(word.folded for word in map(read_word, text.split()) if word.is_capital)
