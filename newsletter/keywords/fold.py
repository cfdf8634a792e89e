"""Fold text so that a keyword and a paper that mean the same words compare equal."""

import re
import unicodedata

# Hyphen-minus, the Unicode dashes U+2010–2015, the minus sign and the soft hyphen's relatives.
_DASHES = re.compile("[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d_/]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NOT_WORD = re.compile(r"[^\w+#]+")
# "C++" and "C#" keep their signs; a lone plus or hash between words is punctuation.
_LOOSE_SIGN = re.compile(r"(?<!\w)[+#]+|[+#]+(?=\w)")
_SHORTEST_PLURAL = 4


def fold(text: str) -> str:
    """Return `text` as folded words, each surrounded by one space.

    NFKC (which also opens ligatures), case, hyphens and line breaks as spaces, plural
    endings. A phrase occurs in a text exactly if its folded form is a substring of the
    text's, because both begin and end with a space. Empty for text without words.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    plain = _LOOSE_SIGN.sub(" ", _NOT_WORD.sub(" ", _DASHES.sub(" ", plain)))
    words = [_singular(word) for word in plain.split()]
    return f" {' '.join(words)} " if words else ""


def _singular(word: str) -> str:
    """Drop a regular English plural ending; both sides are folded, so a rough rule is enough."""
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST_PLURAL:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1]
