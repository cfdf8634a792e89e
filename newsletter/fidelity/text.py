"""Text from outside, made harmless before anything else looks at it."""

import re
import unicodedata

# Cn holds the noncharacters (U+FFFE), Zl and Zp the line and paragraph separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Superscripts, subscripts and fractions: NFKC writes 10² as 102 and ½ as 1⁄2.
_FOLDABLE = re.compile("[^ª²³¹º¼-¾ʰ-ʸˠ-ˤᴬ-ᵪᵸᶛ-ᶿ⁰-ₜ℠™⅐-⅟↉]+")
_LAYOUT = str.maketrans(dict.fromkeys("\t\n\r\f\v\x85\u2028\u2029", " "))


def is_invisible(char: str) -> bool:
    """Say whether `char` is a control, format, private, unassigned, surrogate or line-end one."""
    return unicodedata.category(char) in _INVISIBLE


def clean(text: str) -> str:
    """Return `text` in NFKC without invisible characters; line ends and tabs become spaces.

    Superscripts, subscripts and fractions keep their form, because NFKC would change numbers.
    Bidirectional controls and zero-width characters go: hidden instructions travel in them.
    """
    shown = text.translate(_LAYOUT)
    if not shown.isprintable():
        shown = "".join(char for char in shown if not is_invisible(char))
    return _FOLDABLE.sub(lambda run: unicodedata.normalize("NFKC", run[0]), shown)
