"""Take TeX out of a text that is to be searched: accents, markup, Greek letters, scripts.

arXiv shows abstracts as authors wrote them. A search needs the words, not the typography.
"""

import re
from types import MappingProxyType

_MARKS = "\\$^~{}"
"""Without one of these a text holds no TeX."""
_ACCENT = re.compile(
    r"""\{?\\(?:["'`^~=.]|[uvHckrbdt](?![A-Za-z]))\s?\{?\\?([A-Za-z])(?![A-Za-z]*\{)\}?\}?"""
)
_SPECIAL = MappingProxyType(
    {"ss": "ss", "o": "o", "O": "O", "l": "l", "L": "L", "ae": "ae", "AE": "AE", "oe": "oe"}
    | {"OE": "OE", "aa": "a", "AA": "A", "i": "i", "j": "j", "ell": "l"}
    | {"ast": "*", "star": "*"}
)
_GREEK = MappingProxyType(
    {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ"}
    | {"eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν"}
    | {"xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ"}
    | {"chi": "χ", "psi": "ψ", "omega": "ω"}
    | {"varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "varrho": "ρ", "varpi": "π"}
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?[ \t]?")
_MARKUP = re.compile(
    r"(?:text|math)[a-z]*|emph|em|bf|it|rm|sc|tt|sf|cal|underline|ensuremath|mbox|hbox|left|right|"
    r"displaystyle|operatorname|hat|tilde|bar|vec|boldsymbol|bm|url|href|cite[a-z]*"
)
_STARRED = re.compile(r"\^\{?\*\}?")
# What is rare stands first: so it is looked for in a quarter of the time.
_SCRIPTS = re.compile(r"[_^](?<=[^\W_].)\{?(?=[^\W_])")
_ESCAPED = re.compile(r"\\([%&#_])")


def without_tex(text: str) -> str:
    r"""Return the words of a text in TeX: `Schr\"odinger` → `Schrodinger`, `$\ell_1$` → `l-1`.

    A sub- or superscript hangs on its letter as by a hyphen, so that `L1` finds it. Text without
    TeX is returned as it is. Linear in the length.
    """
    if not any(map(text.__contains__, _MARKS)):
        return text
    plain = text.replace("$", "")
    if "\\" in plain:
        plain = _ACCENT.sub(r"\1", plain)
        plain = _COMMAND.sub(_command, _ESCAPED.sub(r"\1", plain))
    plain = _STARRED.sub("*", plain)
    plain = _SCRIPTS.sub("-", plain)
    return plain.translate(_DROPPED)


_DROPPED = str.maketrans({"{": None, "}": None, "\\": " ", "~": " ", "^": " "})


def _command(found: re.Match[str]) -> str:
    """Return what a command stands for: a letter, nothing for markup, else its own name."""
    name = found[1]
    if name in _SPECIAL:
        return _SPECIAL[name]
    if name.lower() in _GREEK:
        return _GREEK[name.lower()]
    return "" if _MARKUP.fullmatch(name) else f" {name} "
