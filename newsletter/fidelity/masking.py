r"""Replace what must not be translated by placeholders `{v1}`, `{v2}` …, and put it back.

A model that writes `\times` inside JSON delivers a TAB and the letters "imes", and no parser
notices; so nothing with a backslash travels. A span takes the digits and the unit that touch
it, because `16$\times$16` is one thing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.fidelity.detex import detex
from newsletter.fidelity.tex import CITATION, CODE, MATHS, URL
from newsletter.fidelity.text import clean
from newsletter.papers import Paper

PLACEHOLDER = re.compile(r"\{v([0-9]{1,5})\}")

_NUMBER = r"[0-9](?:[0-9.,]*[0-9])?"
_LETTER = r"[A-Za-z]"
# \'e, \"{o}, \c{c}: an accent cannot be cut out of its word.
_ACCENT = r"""\\(?: ["'`^~=.] (?: \{[^{}\\]*\} | \\?[A-Za-z] ) | [bcdkrtuvH]\{[A-Za-z]*\} )"""
_COMMANDS = r"""
    \{v[0-9]{1,5}\}                                     # looks like one of ours
  | \\(?:cite[a-z]*|[a-z]*ref|label|url)\*? (?:\[[^\]\\]*\])? (?:\{[^{}]*\})+
  | \\[A-Za-z]+\{\}
"""
_REST = rf"""
  | (?<!\w) \w* (?: \\[&_\#] \w* )+                                 # AT\&T, snake\_case
  | (?<!{_LETTER}) {_LETTER}* (?: {_ACCENT} {_LETTER}* )+
  | {URL} | {CODE} | {CITATION}
  | (?P<opener> \\{_LETTER}+\*?\{{ )                        # \textbf{{: its text is translated
  | \\{_LETTER}+\*? | \\. | \\
  | (?P<brace> [{{}}] )
"""
_TRAVEL = re.compile(
    rf"""{_COMMANDS}
  | (?: (?<![\w.,]) {_NUMBER} )? (?: {MATHS} (?:{_NUMBER})? )+
    (?: \\?% | [‰°×] | {_LETTER}{{1,3}}(?!{_LETTER}) )?
  | (?<![\w.,]) {_NUMBER} \s? \\%
  | \\\$ \s? {_NUMBER}
  {_REST}""",
    re.VERBOSE | re.DOTALL,
)
_CORE = re.compile(rf"{_COMMANDS} | {MATHS} {_REST}", re.VERBOSE | re.DOTALL)
# Without one of these a text has nothing to mask; most abstracts have none.
_TRIGGER = re.compile(r"[\\${`]|https?://|www\.|\.[a-z]{2,3}/|\[[0-9]")


@dataclass(frozen=True, slots=True)
class Masked:
    """Text with placeholders, and what each stood for, in order of number."""

    text: str
    spans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaskedPaper:
    """What a model sees of a paper. One numbering runs through title and abstract."""

    title: str
    abstract: str
    spans: tuple[str, ...]


def mask(text: str, first: int = 1) -> Masked:
    r"""Replace what must not be translated by `{v<first>}`, `{v<first+1>}` ….

    That is maths, TeX, URLs, code in backticks, citations, and what looks like a placeholder.
    Of `\textbf{word}` only `\textbf{` and `}` are masked. The result holds no backslash, and
    `unmask` restores the text exactly. `first` is the first number, 1 by default.
    """
    pieces: list[str] = []
    spans: list[str] = []
    end = 0
    for start, stop in _spans(_TRAVEL, text):
        pieces += text[end:start], f"{{v{first + len(spans)}}}"
        spans.append(text[start:stop])
        end = stop
    return Masked("".join([*pieces, text[end:]]), tuple(spans))


def unmask(text: str, spans: tuple[str, ...], first: int = 1) -> str:
    """Put the spans back; a placeholder whose number is out of range stays as it is."""

    def span(found: re.Match[str]) -> str:
        index = int(found[1]) - first
        return spans[index] if 0 <= index < len(spans) else found[0]

    return PLACEHOLDER.sub(span, text)


def mask_paper(paper: Paper) -> MaskedPaper:
    """Clean, detex and mask title and abstract of `paper`, the abstract's numbers following on."""
    title = mask(detex(clean(paper.title)))
    abstract = mask(detex(clean(paper.abstract)), first=1 + len(title.spans))
    return MaskedPaper(title.text, abstract.text, title.spans + abstract.spans)


def literals(text: str) -> tuple[str, ...]:
    """Return the spans of `text` in order, without the digits and units that touch them.

    Chinese puts other neighbours beside a formula than English, so the bare spans are what
    can be compared.
    """
    return tuple(text[start:stop] for start, stop in _spans(_CORE, text))


def blank(text: str) -> str:
    """Return `text` with its bare spans and its placeholders replaced by a space."""
    pieces: list[str] = []
    end = 0
    for start, stop in _spans(_CORE, text):
        pieces += text[end:start], " "
        end = stop
    return "".join([*pieces, text[end:]])


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield what `pattern` finds; of plain braces only those that close a TeX command."""
    if _TRIGGER.search(text) is None:
        return
    is_command: list[bool] = []
    for found in pattern.finditer(text):
        if found.lastgroup != "brace":
            if found.lastgroup == "opener":
                is_command.append(True)
            yield found.span()
        elif found[0] == "{":
            is_command.append(False)
        elif is_command and is_command.pop():
            yield found.span()
