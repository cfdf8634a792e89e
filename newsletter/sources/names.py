r"""Authors' names out of arXiv's one line of authors.

Both sources print `A. One (Inst, Town), B. Two`: names are separated by commas outside
parentheses, and affiliations stand inside them. Feeds leave TeX accents as they are
(`Garc\'ia`); listing pages have them decoded already.
"""

import re
import unicodedata
from collections.abc import Iterator

# TeX accent commands and Unicode's combining marks: The TeXbook, chapter 9.
_MARKS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
_LETTERS = {
    "aa": "å",
    "AA": "Å",
    "ae": "æ",
    "AE": "Æ",
    "dh": "ð",
    "DH": "Ð",
    "dj": "đ",
    "DJ": "Đ",
    "i": "ı",
    "j": "ȷ",
    "l": "ł",
    "L": "Ł",
    "ng": "ŋ",
    "NG": "Ŋ",
    "o": "ø",
    "O": "Ø",
    "oe": "œ",
    "OE": "Œ",
    "ss": "ß",
    "th": "þ",
    "TH": "Þ",
}
_UNDOTTED = {"ı": "i", "ȷ": "j"}

_LETTER = re.compile(r"\\(" + "|".join(sorted(_LETTERS, key=len, reverse=True)) + r")(?![A-Za-z])")
_AFTER_LETTER = re.compile(rf"([{''.join(_LETTERS.values())}])\{{\}}(?:\{{\}}|[ \t]+(?=\w))?")
# Normalising sorts combining marks in quadratic time; no name comes near this.
_LONGEST = 1_000
_OPEN_END = re.compile(r"\([^(),]*(?=,|$)")
_ACCENT = re.compile(
    r"""\\(?:(?P<sign>[`'^~=."])[ ]*|(?P<word>[urHvdckb])(?:[ ]+|(?=\{)))"""
    r"""(?:\{(?P<braced>\w)\}|(?P<bare>\w))"""
)


def split_names(line: str) -> tuple[str, ...]:
    r"""Return the names in `line` in their order, without affiliations, in Unicode.

    Pieces that hold no letter (arXiv prints `NVIDIA, :, A. One`) are no names.
    """
    names = (decode_accents(" ".join(piece.split())) for piece in _pieces(line))
    return tuple(name for name in names if any(c.isalpha() for c in name))


def _pieces(line: str) -> Iterator[str]:
    """Yield what stands between commas outside parentheses, without affiliations.

    A parenthesis that never closes ends at the next comma, lest it swallow the other names.
    """
    if line.count("(") > line.count(")"):
        line = _OPEN_END.sub("", line)
    start, depth = 0, 0
    for index, char in enumerate(line):
        if char == "," and not depth:
            yield _without_affiliations(line[start:index])
            start = index + 1
        depth = max(0, depth + (char == "(") - (char == ")"))
    yield _without_affiliations(line[start:])


def _without_affiliations(piece: str) -> str:
    """Drop parentheses at the end; one inside a name is a nickname: `Ann (Annie) One`."""
    openings, end = _openings(piece), len(piece)
    while end and (piece[end - 1] == ")" or piece[end - 1].isspace()):
        end = openings.get(end - 1, end - 1)
    return piece[:end]


def _openings(piece: str) -> dict[int, int]:
    """Return where each parenthesis that closes was opened; one that was not is left out."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for index, char in enumerate(piece):
        if char == "(":
            opened.append(index)
        elif char == ")" and opened:
            found[index] = opened.pop()
    return found


def decode_accents(name: str) -> str:
    r"""Return `name` with TeX accents and letters in Unicode: `Erd\H{o}s` becomes Erdős.

    A command that is not in the table stays as it is, and so does a name of over 1,000 characters.
    """
    if ("\\" not in name and "{" not in name) or len(name) > _LONGEST:
        return name
    text = _LETTER.sub(lambda found: _LETTERS[found[1]] + "{}", name)
    text = _ACCENT.sub(_accented, _AFTER_LETTER.sub(r"\1", text))
    return unicodedata.normalize("NFC", re.sub(r"\{([^{}\\]*)\}", r"\1", text))


def _accented(found: re.Match[str]) -> str:
    """Put the combining mark behind its letter; dotless i and j get their usual form."""
    letter = found["braced"] or found["bare"]
    return _UNDOTTED.get(letter, letter) + _MARKS[found["sign"] or found["word"]]
