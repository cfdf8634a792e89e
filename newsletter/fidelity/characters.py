"""Characters that a reader cannot see, or takes for others."""

import re
from collections.abc import Iterator

from newsletter.fidelity.findings import Violation, hard
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
_MOST = 20
"""Findings that one check reports on one field at most."""


def check_characters(field: str, raw: str) -> Iterator[Violation]:
    """Yield what is invisible, damaged or disguised in a text as it came, before cleaning.

    Control, bidirectional, zero-width, tag and private-use characters, variation selectors and
    blank letters are named by their code, once each; a Latin word with a Cyrillic or Greek
    letter in it is quoted.
    """
    hidden = set() if raw.isprintable() else set(filter(is_invisible, raw))
    hidden.update(_BLANK.findall(raw))
    if codes := sorted({f"U+{ord(char):04X}" for char in hidden}):
        names = ", ".join(codes[:5])
        yield hard("characters", field, names, f"control or invisible characters: {names}")
    if "\ufffd" in raw:
        yield hard("characters", field, "U+FFFD", "a damaged character: U+FFFD")
    if pile := _PILE.search(raw):
        yield hard("characters", field, pile[0], "accents piled on each other")
    for found, _ in zip(_MIXED.finditer(raw), range(_MOST), strict=False):
        message = "a Cyrillic or Greek letter inside a Latin word; write Latin letters"
        yield hard("characters", field, found[0], message)
