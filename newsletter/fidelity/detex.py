r"""Turn TeX that is only typography into plain text, before anything is masked.

arXiv's abstracts say `\textbf{Net}`, `16.0\%`, `Erd\H{o}s` and `$2.2\times$`; none of it is
mathematics, and what a model is not shown it cannot leave in the Chinese. Formulas, macros of
the paper's own and citations stay for `masking`.
"""

import re
import unicodedata
from collections.abc import Callable

from newsletter.fidelity.settling import settle
from newsletter.fidelity.tex import CODE, MATHS

_PASSES = 8
"""Nested TeX can uncover more of it; a text that is not settled after so many is left alone."""
_TRIGGER = re.compile(r"[\\$~]|``|''|--|\{[,}]")

_NUMBER = r"[+-]?[0-9]{1,15}(?:(?:[.,]|\{[.,]\})[0-9]{1,15}){0,8}"
_RELATION = r"\{?\\(?:sim|approx|geq?|leq?|pm|times)\}?"
_UNIT = r"\\%|%|\{?\\times\}?|\^\{?\\circ\}?"
_FACES = (
    "textbf|textit|texttt|textsc|textsf|textrm|textmd|textup|textsl|textnormal|textsuperscript"
    "|emph|underline|uline|text|mbox|hbox"
)
_TOKEN = re.compile(
    rf"""(?=[\\$~`'{{}}hw\ -]) (?: (?P<address> \\url\s?\{{ (?P<target>[^{{}}\s]{{1,500}}) \}}
      | \\href\s?\{{ (?P<link>[^{{}}\s]{{1,500}}) \}}\s?\{{ [^{{}}]{{0,300}} \}} )
  | (?P<kept> (?:https?://|www\.) [^\s{{}}\\$]{{1,2000}} | {CODE} )
  | (?P<number> (?<!\\) \$\s? (?:(?P<relation>{_RELATION})\s?)? (?P<figure>{_NUMBER})
      (?:\s?(?P<unit>{_UNIT}))? \s?\$ (?![0-9]) )
  | (?P<sign> \$\{{?\\(?:sim|approx)\}}?\$ (?=\s?[0-9]) | (?<=[0-9])\ ?\$\{{?\\times\}}?\$ )
  | (?P<maths> {MATHS} )
  | (?P<accent> \{{ (?: \\["'`^~=.] \s?\\?[A-Za-z] | \\(?:o|O|l|L|ss|ae|AE|oe|OE|aa|AA) ) \}}
      | \\["'`^~=.] \s? (?: \{{ \\?[A-Za-z](?:\{{\}})? \}} | \\?[A-Za-z](?![A-Za-z]|(?<=\\.)\B)
        | [A-Za-z] )
      | \\[bcdkrtuvH] \{{ \\?[A-Za-z] \}}
      | \\(?:o|O|l|L|ss|ae|AE|oe|OE|aa|AA) (?: \{{\}} | (?![A-Za-z]) \s? ) )
  | (?P<note> \\footnote\s?\{{ )
  | (?P<face> \\(?:{_FACES})\s?\{{ | \\textcolor\s?\{{[A-Za-z0-9!]{{1,30}}\}}\s?\{{
      | \{{\s?\\(?:bf|it|em|tt|sc|sf|rm|bfseries|itshape|ttfamily|scshape)(?![A-Za-z])\s? )
  | (?P<escape> \\[%&_\#] )
  | (?P<money> \\\$ (?=\s?[0-9]) )
  | (?P<space> \\\\ (?![A-Za-z])\s? | \\[ ;:] | (?<=[^\s(])~(?=\S) | \\q?quad(?![A-Za-z])\s? )
  | (?P<thin> \\, | (?<=[0-9])\{{,\}}(?=[0-9]) )
  | (?P<nothing> \\[/!@-] | \\(?:xspace|noindent)(?![A-Za-z]) (?:\{{\}})?\s? )
  | (?P<short> \\(?:eg|ie|etal)(?![A-Za-z])\.? (?:\{{\}})? )
  | (?P<other> \\[A-Za-z]+\*? (?:\{{\}})? | \\. )
  | (?P<quote> `` | '' )
  | (?P<dash> (?<![-\s])---?(?![-\s]) | (?<=\s)---?(?=\s) )
  | (?P<open> \{{ ) | (?P<close> \}} ) )
    """,
    re.VERBOSE | re.DOTALL,
)
_SIGNS = {
    "sim": "~",
    "approx": "≈",
    "ge": "≥",
    "geq": "≥",
    "le": "≤",
    "leq": "≤",
    "pm": "±",
    "times": "×",
}
_UNITS = {"%": "%", "times": "×", "circ": "°"}
_MARKS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "v": "\u030c",
    "H": "\u030b",
    "c": "\u0327",
    "k": "\u0328",
    "r": "\u030a",
    "d": "\u0323",
    "b": "\u0331",
    "t": "\u0361",
}
_LETTERS = {
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
}
_SHORT = {"eg": "e.g.", "ie": "i.e.", "etal": "et al."}


def detex(text: str) -> str:
    r"""Return `text` with typographic TeX as plain text; total, idempotent, in linear time.

    Faces and accents are resolved, `\%` is a percent sign, a `~` between words a space, a
    footnote stands in round brackets, a link is its address, and maths that is one number is
    that number: `$\sim$5`, `$16.0\%$`, `$2.2\times$`. A text that is still changing after
    eight passes, which only a hostile one is, comes back as it was.
    """
    if _TRIGGER.search(text) is None:
        return text
    return settle(text, _pass, _PASSES)


def _pass(text: str) -> str:
    """Resolve one layer: every token once, each closing brace as its opening one was."""
    pieces: list[str] = []
    closers: list[str] = []
    end = 0
    for found in _TOKEN.finditer(text):
        pieces.append(text[end : found.start()])
        pieces.append(_token(found, closers))
        end = found.end()
    pieces.append(text[end:])
    return "".join(pieces) + ")" * closers.count(")")


def _token(found: re.Match[str], closers: list[str]) -> str:
    """Return what stands for one token; `closers` holds the braces still open."""
    kind = found.lastgroup or ""
    if kind in {"open", "face", "note"}:
        closers.append({"open": "}", "face": "", "note": ")"}[kind])
        return {"open": "{", "face": "", "note": _before_note(found)}[kind]
    if kind == "close":
        return closers.pop() if closers else "}"
    resolve = _RESOLVE.get(kind)
    return resolve(found) if resolve else found[0]


def _before_note(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1 : found.start()]
    return "(" if not before or before.isspace() else " ("


def _name(found: str | None) -> str:
    return (found or "").strip("{}\\^$ ")


def _number(found: re.Match[str]) -> str:
    figure = found["figure"].replace("{", "").replace("}", "")
    relation = _relation(_name(found["relation"]), found)
    return relation + figure + _UNITS.get(_name(found["unit"]), "")


def _sign(found: re.Match[str]) -> str:
    return _relation(_name(found[0]), found)


def _relation(name: str, found: re.Match[str]) -> str:
    """Return the sign; after a letter or digit `~` would be read as TeX's own space."""
    sign = _SIGNS.get(name, "")
    before = found.string[found.start() - 1 : found.start()]
    return "\u223c" if sign == "~" and before and not (before.isspace() or before == "(") else sign


def _accent(found: re.Match[str]) -> str:
    body = found[0].replace("{", "").replace("}", "").replace(" ", "")[1:]
    if body in _LETTERS:
        return _LETTERS[body]
    letter = body[1:].lstrip("\\")
    return unicodedata.normalize("NFC", letter + _MARKS[body[0]])


def _money(found: re.Match[str]) -> str:
    r"""Return "$" where it cannot be taken for the beginning or the end of a formula."""
    text, start, end = found.string, found.start(), found.end()
    after = text.find("$", end)
    closes = after >= 0 and not _is_safe_end(text, after)
    opened = text.rfind("$", 0, start) >= 0 and not (text[start - 1].isspace())
    return found[0] if closes or opened else "$"


def _is_safe_end(text: str, place: int) -> bool:
    """Say whether the "$" at `place` cannot close a formula: after a space, or before a digit."""
    escaped = text[place - 1] == "\\"
    before = text[place - 1 - escaped]
    return before.isspace() or text[place + 1 : place + 2].isdigit()


def _thin(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1 : found.start()]
    if found[0] == "{,}" or (before.isdigit() and found.string[found.end() :][:3].isdigit()):
        return ","
    return " "


def _address(found: re.Match[str]) -> str:
    return re.sub(r"\\([%&_#])", r"\1", found["target"] or found["link"])


_RESOLVE: dict[str, Callable[[re.Match[str]], str]] = {
    "address": _address,
    "number": _number,
    "sign": _sign,
    "accent": _accent,
    "escape": lambda found: found[0][1],
    "money": _money,
    "space": lambda _: " ",
    "thin": _thin,
    "nothing": lambda _: "",
    "short": lambda found: _SHORT[found[0].strip("\\.{}")],
    "quote": lambda found: "“" if found[0] == "``" else "”",
    "dash": lambda found: "—" if len(found[0]) == 3 else "–",  # noqa: PLR2004 - TeX's "---"
}
