"""Text from outside, made harmless before anything else looks at it."""

import unicodedata
from itertools import groupby

_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
# NFKC writes 10² as 102 and ½ as 1⁄2: these forms carry meaning and stay.
_MEANINGFUL = ("<super>", "<sub>", "<fraction>")


def is_invisible(char: str) -> bool:
    """Say whether `char` is a control, format, private, unassigned or surrogate character."""
    return unicodedata.category(char) in _INVISIBLE


def clean(text: str) -> str:
    """Return `text` in NFKC without invisible characters; line ends and tabs become spaces.

    Superscripts, subscripts and fractions keep their form, because NFKC would change numbers.
    Bidirectional controls and zero-width characters go: hidden instructions travel in them.
    """
    spaced = "".join(" " if char in "\t\n\r\f\v" else char for char in text)
    shown = "".join(char for char in spaced if not is_invisible(char))
    return "".join(
        "".join(run) if kept else unicodedata.normalize("NFKC", "".join(run))
        for kept, run in groupby(shown, key=_carries_meaning)
    )


def _carries_meaning(char: str) -> bool:
    return unicodedata.decomposition(char).startswith(_MEANINGFUL)
