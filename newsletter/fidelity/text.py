"""Text from outside, made harmless before anything else looks at it."""

import re
import unicodedata

# Cn holds the noncharacters (U+FFFE), Zl and Zp the line and paragraph separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Superscripts, subscripts and fractions: NFKC writes 10² as 102 and ½ as 1⁄2.
_FOLDABLE = re.compile("[^ª²³¹º¼-¾ʰ-ʸˠ-ˤᴬ-ᵪᵸᶛ-ᶿ⁰-ₜ℠™⅐-⅟↉]+")
# What compatibility letters and digits can be: neither ASCII, Han nor its punctuation, nor the
# squared units (U+3300 on), whose NFKC writes ㎡ as m2.
_COMPATIBLE = re.compile("[^\x00-\x7f\u3000-\u31ff\u3300-\u9fff\uff01-\uff0f]")
_ACCENTED = re.compile("[A-Za-z][\u0300-\u036f]{1,3}")
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


def plain_letters(text: str) -> str:
    """Return `text` with full-width, circled and mathematical letters and digits in plain form.

    That is their NFKC; a letter and its accents become one character where there is one.
    Punctuation, symbols, superscripts, subscripts, fractions and squared units keep their form.
    What is checked in NFKC is then what is kept.
    """
    composed = _ACCENTED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)
    return _COMPATIBLE.sub(lambda found: _plain(found[0]), composed)


def _plain(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    return plain if _FOLDABLE.match(char) and plain.isalnum() else char
