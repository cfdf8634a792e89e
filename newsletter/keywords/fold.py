"""Fold texts so that a keyword and a paper that mean the same words compare equal.

text ─► spaced (TeX out, NFKC, accents off, signs as spaces) ─► split ─► read_token ─► words
"""

import re
import unicodedata
from functools import lru_cache

from newsletter.keywords.latex import without_tex
from newsletter.keywords.words import HYPHENS, Word, read_word

# Soft hyphen, zero-width characters, word joiner, byte order mark: they stand inside words.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Letters that no normal form takes apart (Unicode has no decomposition for their strokes).
_STROKES = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "Ð": "D",
        "ı": "i",
        "æ": "ae",
        "Æ": "AE",
    }
    | {"œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH", "ð": "d", "ħ": "h", "Ħ": "H"}
)
# What is rare stands first: so it is looked for in a quarter of the time.
_BROKEN = re.compile(rf"([{HYPHENS}])(?<=[^\W_].)\s+(?=[^\W_])")
BREAK = ","
"""The token for a comma, a full stop and the like: no phrase runs over it."""
# By bytes it takes a quarter of the time.
_SIGNS = bytes.maketrans(b"()[]{}<>=/|\"'`%&@~_\t\n\r\v\f;:!?", b" " * 24 + BREAK.encode() * 4)
"""Signs that end a word wherever they stand; those left are read with their word."""
_LETTERS_AND_SIGNS = _STROKES | str.maketrans(
    "\u2018\u2019\u201c\u201d\u2014\u00ab\u00bb\u3001\u3002", "''  ,  ,,"
)
_ODD = re.compile(f"[{''.join(map(chr, _LETTERS_AND_SIGNS))}]")
_ASCII = re.compile("[\x00-\x7f]+")
_GAP = f" {BREAK} "
_BREAKS = re.compile(rf"{BREAK}(?: *{BREAK})*")
_REPEATED = re.compile(rf"{BREAK} *{BREAK}")
_POSSESSIVE = re.compile(r"(?<=[^\W_])'s(?![^\W_])")
# Letters and digits; "C++", "C#" and "A*" keep their signs, "4.1" its point. Any other sign
# separates words, so that every dash, slash and underscore counts as a space. A hyphen with a word
# right behind it belongs to the token.
_TOKEN = re.compile(
    r"(?:[A-Za-z](?:\+\+|[#*](?![^\W_]))|[^\W_]*\d(?:\.\d+)+(?![^\W_])|[^\W_]+)"
    rf"(?:[{HYPHENS}](?=[^\W_]))?"
)


def fold(text: str) -> str:
    """Return `text` as folded words, each surrounded by one space.

    TeX out, NFKC (which also opens ligatures), accents, case, all signs and line breaks as
    spaces, plural endings. Empty for text without words. Folding what is folded changes nothing.
    """
    words = [word.folded for token in spaced(text).split() for word in read_token(token)]
    return f" {' '.join(words)} " if words else ""


def spaced(text: str) -> str:
    """Return `text` without TeX, accents and ligatures, with spaces and breaks for most signs.

    A word that is broken at its hyphen by a line's end is put together. A possessive's "'s" goes.
    Case is kept.
    """
    text = without_tex(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
        # UAX #15: what was taken apart is put together again before it is compared.
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", text))
        text = _ODD.sub(_replaced, text)
    if "'s" in text:
        text = _POSSESSIVE.sub("", text)
    if "- " in text or "-\n" in text or "-\r" in text or not text.isascii():
        text = _BROKEN.sub(r"\1", text)
    # A sentence's end is no part of its last word; "4.1" keeps its point.
    text = _without_signs(text) if text.isascii() else _ASCII.sub(_without_signs_in, text)
    text = text.replace(". ", f"{BREAK} ")
    return _BREAKS.sub(_GAP, text) if _REPEATED.search(text) else text.replace(BREAK, _GAP)


def _replaced(found: re.Match[str]) -> str:
    return found[0].translate(_LETTERS_AND_SIGNS)


def _without_signs(text: str) -> str:
    return text.encode("ascii").translate(_SIGNS).decode("ascii")


def _without_signs_in(found: re.Match[str]) -> str:
    return _without_signs(found[0])


@lru_cache(maxsize=1 << 17)
def read_token(token: str) -> tuple[Word, ...]:
    """Read what stands between two spaces of a `spaced` text: no word, one or several.

    A `BREAK` is none.
    """
    if token.isalnum():
        return (read_word(token),)
    words = tuple(map(read_word, _TOKEN.findall(token)))
    return tuple(map(_beside, words, (*words[1:], None)))


def _beside(word: Word, following: Word | None) -> Word:
    """Take the K of "K-NN" for a part of an acronym, and not the I of "I_t"."""
    if not word.is_capital or len(word.folded) > 1 or following is None:
        return word
    is_part = following.is_shouted or following.folded[0].isdigit()
    return word if is_part else word._replace(is_capital=False)
