"""Read what a reader typed as a keyword."""

import re
import unicodedata
from collections.abc import Iterable

from newsletter.errors import InvalidKeyword
from newsletter.keywords.fold import fold

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z0-9]")

MAX_LENGTH = 100
"""Characters of one keyword; the longest of 176 category names has 56."""
MAX_KEYWORDS = 50
"""Keywords of one reader."""


def parse_keyword(text: str) -> str:
    """Return the keyword with outer and doubled white space removed.

    Raises `InvalidKeyword` when it has no letter or digit, is Chinese throughout (papers are in
    English: it would never match, and nobody would say so), is longer than `MAX_LENGTH`
    characters, or holds control or invisible characters.
    """
    keyword = " ".join(text.split())
    if any(unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"} for char in keyword):
        raise InvalidKeyword("keywords", "keyword_control_character")
    if len(keyword) > MAX_LENGTH:
        raise InvalidKeyword("keywords", "keyword_too_long", limit=MAX_LENGTH, text=keyword[:20])
    if not fold(keyword):
        raise InvalidKeyword("keywords", "keyword_empty")
    if _HAN.search(keyword) and not _LATIN.search(keyword):
        raise InvalidKeyword("keywords", "keyword_not_english", text=keyword[:20])
    return keyword


def parse_keywords(lines: str | Iterable[str]) -> tuple[str, ...]:
    """Return the keywords of a text field, one a line, in order, without blanks and repeats.

    Two keywords that fold to the same words are one: the first spelling stays. Raises
    `InvalidKeyword` for a bad line, for none at all, and for more than `MAX_KEYWORDS`.
    """
    texts = lines.splitlines() if isinstance(lines, str) else lines
    by_fold: dict[str, str] = {}
    for text in texts:
        if text.strip():
            keyword = parse_keyword(text)
            by_fold.setdefault(fold(keyword), keyword)
    if not by_fold:
        raise InvalidKeyword("keywords", "keywords_missing")
    if len(by_fold) > MAX_KEYWORDS:
        raise InvalidKeyword("keywords", "keywords_too_many", limit=MAX_KEYWORDS)
    return tuple(by_fold.values())
