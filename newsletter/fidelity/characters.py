"""Characters that a reader cannot see, or takes for others."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.masking import blank
from newsletter.fidelity.text import is_invisible

# Letters and marks that Unicode shows as nothing: fillers of Hangul and Khmer, the blank of
# Braille, joiners and variation selectors (Default_Ignorable_Code_Point of DerivedCoreProperties).
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001d159\U000e0100-\U000e01ef]"
)
# Marks piled on each other run over the lines around them; no language needs four.
_PILE = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0]{4,}")
# Greek letters beside Latin ones are common in formulas (μm, Δt), so of those only such as look
# like a Latin letter count; Cyrillic beside Latin is no spelling of anything.
_LOOK_ALIKE = (
    "\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
)
_MIXED = re.compile(f"[A-Za-z][{_LOOK_ALIKE}\u0400-\u04ff]+|[{_LOOK_ALIKE}\u0400-\u04ff]+[A-Za-z]")
# What needs no look: ASCII, Han, and the marks of nearly every sentence.
_DOUBTFUL = re.compile("[^\x00-\x7f\u3400-\u4dbf\u4e00-\u9fff，。、；：（）“”]")
# Latin letters with accents (Latin-1, Latin Extended-A, -B and Additional); not the phonetic
# letters, among which are the small capitals. 〇 is the Chinese digit 0.
_LETTERS = re.compile("[\u00c0-\u024f\u1e00-\u1eff〇]")
_GREEK = re.compile("[\u0386-\u03ff]")
_RAISED = "²³¹⁰⁴-⁻₀-₋"
# A letter, digit or bracket with its exponent or index, with nothing before it to hide in.
_POWER = re.compile(f"(?<![A-Za-z0-9])[A-Za-z0-9]{{0,20}}[χη)]?[{_RAISED}]+")
_UNIT_POWER = re.compile("(?:[kcdmnμ]?m|Å|s)(?:⁻?[¹²³])|[χηRr]²")
# Usual after a number, whatever the English writes.
_DEGREES = re.compile("(?<=[0-9])[ ]?(?:°|℃|℉)")
_CARET = re.compile(r"[A-Za-z0-9]{0,20}\^[+-]?[A-Za-z0-9]{0,20}")
_LOOSE = re.compile(r"[\s{}^_]+")
_LOOSE_BRACES = re.compile("[{}]+")
_MOST = 20
"""Findings that one check reports on one field at most."""


def check_characters(field: str, raw: str, source: str) -> Iterator[Violation]:
    """Yield what is invisible, damaged, disguised or foreign in a text as it came.

    `source` is the English title and abstract: each character of it is allowed. Beyond those
    only ASCII, Han, punctuation, spaces, signs of mathematics and currency, accented Latin
    letters, single Greek letters, degrees and the powers of units are.

    Control, bidirectional, zero-width, tag and private-use characters, variation selectors and
    blank letters are named by their code, once each; a Latin word with a Cyrillic or Greek
    letter in it is quoted.
    """
    yield from _damaged(field, raw)
    for found, _ in zip(_MIXED.finditer(raw), range(_MOST), strict=False):
        message = "a Cyrillic or Greek letter inside a Latin word; write Latin letters"
        yield hard("characters", field, found[0], message)
    for char in islice(_foreign(_MIXED.sub("", raw), source), _MOST):
        message = f"U+{ord(char):04X} is no character of Chinese text and not in the English"
        yield hard("characters", field, char, message)
    for power in islice(_powers(raw, source), _MOST):
        yield hard("characters", field, power, "a formula that the English does not have")


def _damaged(field: str, raw: str) -> Iterator[Violation]:
    """Yield what a reader cannot see or read."""
    hidden = set() if raw.isprintable() else set(filter(is_invisible, raw))
    hidden.update(_BLANK.findall(raw))
    if codes := sorted({f"U+{ord(char):04X}" for char in hidden}):
        names = ", ".join(codes[:5])
        yield hard("characters", field, names, f"control or invisible characters: {names}")
    if "\ufffd" in raw:
        yield hard("characters", field, "U+FFFD", "a damaged character: U+FFFD")
    if pile := _PILE.search(raw):
        yield hard("characters", field, pile[0], "accents piled on each other")


def _foreign(raw: str, source: str) -> Iterator[str]:
    """Yield, each once and in order of code, the characters that have no business in `raw`."""
    doubtful = set(_DOUBTFUL.findall(raw)) - set(source)
    if not doubtful:
        return
    rest = _DEGREES.sub("", raw)
    for char in sorted(doubtful):
        if char in rest and not _is_usual(char, rest):
            yield char


def _is_usual(char: str, text: str) -> bool:
    """Say whether Chinese prose has `char`, or another rule speaks of it."""
    category = unicodedata.category(char)
    if category[0] == "P" or category in {"Zs", "Sm", "Sc"} or _LETTERS.match(char):
        return True
    if is_invisible(char) or _BLANK.match(char) or char == "\ufffd":
        return True
    if _GREEK.match(char):
        return not re.search(f"{char}[\u0386-\u03ff]|[\u0386-\u03ff]{char}", text)
    return re.match(f"[{_RAISED}]", char) is not None


def _powers(raw: str, source: str) -> Iterator[str]:
    """Yield exponents and indices, raised or after `^`, that are neither English nor a unit's."""
    raised = _POWER.findall(raw)
    carets = _CARET.findall(_LOOSE_BRACES.sub("", blank(raw))) if "^" in raw else []
    if not raised and not carets:
        return
    known = unicodedata.normalize("NFKC", _LOOSE.sub("", source))
    for power in (*raised, *carets):
        plain = unicodedata.normalize("NFKC", power.replace("^", ""))
        if plain not in known and not _UNIT_POWER.fullmatch(power):
            yield power
