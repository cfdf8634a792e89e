"""Fold text so that a keyword and a paper that mean the same words compare equal."""

import re
import unicodedata
from functools import lru_cache
from types import MappingProxyType

# Soft hyphen, zero-width characters, word joiner, byte order mark: they stand inside words.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# "RLs" and "GPUs" are plurals although two letters would be too short for the rule below.
_ACRONYMS = re.compile(r"\b([A-Z]{2,})s\b")
# Letters and digits; "C++" and "C#" keep their signs, any other sign separates words, so that
# every dash, slash, underscore and line break counts as a space.
_WORD = re.compile(r"[a-z](?:\+\+|#)|[^\W_]+")
_SHORTEST_PLURAL = 4
# What the regular rule makes of a plural in -s, or an irregular plural, and of its singular.
_IRREGULAR = MappingProxyType(
    {
        "analyse": "analysi",
        "automata": "automaton",
        "biase": "bia",
        "corpora": "corpu",
        "criteria": "criterion",
        "hypothese": "hypothesi",
        "indice": "index",
        "lense": "len",
        "matrice": "matrix",
        "optima": "optimum",
        "phenomena": "phenomenon",
        "spectra": "spectrum",
        "synthese": "synthesi",
        "vertice": "vertex",
        "viruse": "viru",
    },
)


def fold(text: str) -> str:
    """Return `text` as folded words, each surrounded by one space.

    NFKC (which also opens ligatures), case, hyphens and line breaks as spaces, plural
    endings. A phrase occurs in a text exactly if its folded form is a substring of the
    text's, because both begin and end with a space. Empty for text without words. Folding
    what is folded changes nothing.
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    # Case folding may take a letter and its accent apart: UAX #15 asks for a second NFKC.
    plain = unicodedata.normalize("NFKC", _ACRONYMS.sub(r"\1", plain).casefold())
    words = [_singular(word) for word in _WORD.findall(plain)]
    return f" {' '.join(words)} " if words else ""


@lru_cache(maxsize=1 << 16)
def _singular(word: str) -> str:
    """Drop an English plural ending.

    Both sides are folded, so that what comes out need not be a word, only the same for
    singular and plural: "cache" and "caches" are "cach", "status" is "statu".
    """
    if len(word) < _SHORTEST_PLURAL:
        return word
    if word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    word = _IRREGULAR.get(word, word)
    if len(word) >= _SHORTEST_PLURAL and word.endswith("ie"):
        return word[:-2] + "y"
    if len(word) >= _SHORTEST_PLURAL and word.endswith(("che", "she", "sse", "xe")):
        return word[:-1]
    return word
