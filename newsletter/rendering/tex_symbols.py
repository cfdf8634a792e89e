r"""Tables of TeX: which command is which Unicode character.

Chosen by counting the commands in 4,787 abstracts of nine announcement days (May and June
2026) and completed with their families. Large operators (`\sum`, `\int`, `\prod`) and
`\frac` are absent on purpose: on one line they read worse than their TeX.
"""

import unicodedata
from typing import Final

GREEK: Final = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "varpi": "ϖ", "rho": "ρ",
    "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ",
    "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip

LETTERLIKE: Final = GREEK | {
    "ell": "ℓ", "hbar": "ℏ", "infty": "∞", "partial": "∂", "nabla": "∇", "emptyset": "∅",
    "varnothing": "∅", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "prime": "′", "ldots": "…",
    "cdots": "⋯", "dots": "…", "dotsc": "…", "forall": "∀", "exists": "∃", "neg": "¬",
    "lnot": "¬", "top": "⊤", "bot": "⊥", "angle": "∠", "dagger": "†", "ddagger": "‡",
    "degree": "°", "checkmark": "✓", "S": "§", "P": "¶", "copyright": "©", "pounds": "£",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩",
    "lvert": "|", "rvert": "|", "vert": "|", "lVert": "‖", "rVert": "‖", "Vert": "‖",
    "lbrace": "{", "rbrace": "}", "textasciitilde": "~", "textbackslash": "\\",
    "textendash": "–", "textemdash": "—", "textquotesingle": "'", "textmu": "µ",
    "textdegree": "°", "texttrademark": "™", "textregistered": "®",
}  # fmt: skip

RELATIONS: Final = {
    "times": "×", "pm": "±", "mp": "∓", "cdot": "·", "div": "÷", "ast": "∗", "star": "⋆",
    "circ": "∘", "bullet": "•", "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "odot": "⊙",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "leqslant": "⩽", "geqslant": "⩾", "ll": "≪",
    "gg": "≫", "neq": "≠", "ne": "≠", "approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅",
    "equiv": "≡", "propto": "∝", "prec": "≺", "succ": "≻", "preceq": "⪯", "succeq": "⪰",
    "lesssim": "≲", "gtrsim": "≳", "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂",
    "subseteq": "⊆", "subsetneq": "⊊", "supset": "⊃", "supseteq": "⊇", "cup": "∪", "cap": "∩",
    "setminus": "∖", "wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨", "mid": "∣",
    "parallel": "∥", "perp": "⊥", "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←",
    "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐", "Leftrightarrow": "⇔",
    "implies": "⇒", "iff": "⇔", "mapsto": "↦", "longrightarrow": "⟶", "longmapsto": "⟼",
    "uparrow": "↑", "downarrow": "↓", "updownarrow": "↕", "nearrow": "↗", "searrow": "↘",
    "hookrightarrow": "↪", "rightsquigarrow": "⇝", "leadsto": "⇝", "triangleq": "≜",
    "coloneqq": "≔", "models": "⊨", "vdash": "⊢", "ltimes": "⋉", "rtimes": "⋊",
    "square": "□", "Box": "□", "diamond": "⋄", "triangle": "△", "colon": ":",
}  # fmt: skip

TEXT_LETTERS: Final = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ",
    "OE": "Œ", "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ",
    "TH": "Þ",
}  # fmt: skip

FUNCTIONS: Final = frozenset({
    "log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh",
    "arcsin", "arccos", "arctan", "min", "max", "sup", "inf", "arg", "argmin", "argmax", "det",
    "dim", "ker", "gcd", "deg", "hom", "Pr",
})  # fmt: skip

ACCENTS: Final = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
"""Accent command to combining character (LaTeX: A Document Preparation System, table 3.1)."""

MATH_ACCENTS: Final = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303",
    "bar": "\u0304", "overline": "\u0305", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7",
    "check": "\u030c", "breve": "\u0306",
}  # fmt: skip

TEXT_STYLES: Final = frozenset({
    "text", "textbf", "textit", "texttt", "textsc", "textsf", "textrm", "textnormal", "textup",
    "textsl", "textmd", "emph", "mbox", "hbox", "underline", "uline", "url", "operatorname",
})  # fmt: skip
MATHS_STYLES: Final = frozenset({
    "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathnormal", "boldsymbol", "bm", "pmb",
    "mathbin", "mathrel",
})  # fmt: skip
"""Commands of one argument, text or maths, that only change how it looks."""

DECLARATIONS: Final = frozenset({
    "bf", "it", "em", "sc", "tt", "rm", "sf", "sl", "bfseries", "itshape", "scshape",
    "ttfamily", "upshape", "normalfont",
})  # fmt: skip
"""Commands without argument that change the look of what follows in their group."""

SPACES: Final = {
    " ": " ", ",": "\u2009", ";": " ", ":": " ", "!": "", "/": "", "quad": " ", "qquad": " ",
    "thinspace": "\u2009",
}  # fmt: skip

SIZES: Final = frozenset({
    "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "mathopen",
    "mathclose",
})  # fmt: skip
"""Commands before a bracket that only change its size."""

_SUPERSCRIPTS: Final = str.maketrans(
    "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ′*°",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡ′*°",
)
_SUBSCRIPTS: Final = str.maketrans(
    "0123456789+−=()aehijklmnoprstuvxβγρφχ",
    "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
)
_ALPHABETS: Final = {"mathbb": "DOUBLE-STRUCK", "mathcal": "SCRIPT", "mathscr": "SCRIPT"}


def superscript(text: str) -> str | None:
    """Return `text` in Unicode superscripts, or None where a character has none."""
    return text.translate(_SUPERSCRIPTS) if all(ord(c) in _SUPERSCRIPTS for c in text) else None


def subscript(text: str) -> str | None:
    """Return `text` in Unicode subscripts, or None where a character has none."""
    return text.translate(_SUBSCRIPTS) if all(ord(c) in _SUBSCRIPTS for c in text) else None


def alphabet(command: str, letter: str) -> str | None:
    r"""Return a capital of `\mathbb`, `\mathcal` or `\mathscr`, None for anything else."""
    style = _ALPHABETS.get(command)
    if style is None or not (len(letter) == 1 and "A" <= letter <= "Z"):
        return None
    try:
        return unicodedata.lookup(f"MATHEMATICAL {style} CAPITAL {letter}")
    except KeyError:  # ℝ, ℒ and some others are older than the block and stand outside it
        return unicodedata.lookup(f"{style} CAPITAL {letter}")
