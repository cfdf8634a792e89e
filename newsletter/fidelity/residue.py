r"""What a careless translator leaves behind: TeX, dollars out of `$…$`, links without a link.

Looked at as the Chinese came, formulas and all, beside the English with its TeX.
"""

import re
from collections.abc import Iterator
from itertools import islice

from newsletter.fidelity.detex import detex
from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.masking import literals
from newsletter.fidelity.tex import MATHS

_MOST = 20
_FORMULA = re.compile(MATHS, re.VERBOSE | re.DOTALL)
_TEX = re.compile(
    r"""\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})                          # an escape left as it was
  | \\[A-Za-z]{0,30}(?:/[A-Za-z]{1,20})?\*?\{(?:[^{}\\\n]{0,60}\})?
  | \\[A-Za-z]{1,30} | \\.? """,
    re.VERBOSE | re.DOTALL,
)
_PERCENT = re.compile(r"[0-9][0-9.]{0,10}\s?(?:%\s?%|\\%)|%%")
_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_MONEY = re.compile(
    r"(?:(?<![0-9.,])(?P<figure>[0-9]{1,15}(?:[.,][0-9]{1,15}){0,5})\s?)?(?:美元|美金|(?<![A-Za-z])dollars?(?![A-Za-z]))",
    re.IGNORECASE,
)
_ENGLISH_MONEY = re.compile(
    r"\bdollars?\b|\bUSD\b|\bUS\s?\$|\bbucks?\b|\bcents?\b|\\\$|[0-9]\s?\$(?!\S)|\$\s?[0-9]",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:(?:此|该|这个|这|本|以下|下列|this|the)\s?)?https?\s?(?:URL|网址|链接)(?![A-Za-z])",
    re.IGNORECASE,
)
_BRACES = re.compile(
    r"(?<![A-Za-z\\])(?:rac|ext(?:bf|it|tt|sc)?|mph|sqrt|mathbf|mathcal|mathrm|athbf)\{"
)
_TAILS = frozenset({"imes", "abla", "arepsilon", "arphi", "heta", "ightarrow"})
_COMMAND = re.compile(r"\\([abfnrtv])([A-Za-z]{2,20})")
_WORD = re.compile(r"(?<![A-Za-z\\])[a-z]{2,20}(?![A-Za-z])")


def check_residue(field: str, english: str, chinese: str) -> Iterator[Violation]:
    r"""Yield TeX and template residue; both texts are clean, with their formulas.

    `english` is title and abstract as they came. A macro or citation that stands there, and
    that `detex` does not resolve, may be repeated: masking puts such things back.
    """
    outside = _without_formulas(chinese)
    for name, found in (
        ("TeX was left in the text; write it plainly", _tex(english, outside)),
        ("a percent sign is doubled or escaped; write one", _percent(english, outside)),
        ("the English has no money: a formula's $ was read as one", _money(english, outside)),
        ("a $ without its partner; copy formulas unchanged", _dollars(english, outside)),
        ("a link's template without its address; leave it out", _links(chinese)),
        ("what a decoded escape left of TeX; copy formulas unchanged", _remains(english, chinese)),
    ):
        for text in islice(found, _MOST):
            yield hard("residue", field, text, name)


def _tex(english: str, outside: str) -> Iterator[str]:
    """Yield commands and backslashes outside formulas that masking did not put there."""
    if "\\" not in outside:
        return
    for known in {span for span in literals(detex(english)) if "\\" in span}:
        outside = outside.replace(known, " ")
    for found in _TEX.finditer(outside):
        if not _PERCENT.match(outside, max(0, found.start() - 1)):
            yield found[0]


def _percent(english: str, outside: str) -> Iterator[str]:
    if "%%" not in english and ("%%" in outside or r"\%" in outside or "% %" in outside):
        yield from (found[0] for found in _PERCENT.finditer(outside))


def _money(english: str, outside: str) -> Iterator[str]:
    """Yield dollars where the English has none, and after a figure that is a formula's."""
    if "美" not in outside and "ollar" not in outside:
        return
    rest = _without_formulas(english)
    has_money = _ENGLISH_MONEY.search(rest) is not None
    in_money, in_formulas = set(_FIGURE.findall(rest)), set(_FIGURE.findall(english))
    for found in _MONEY.finditer(outside):
        of_formula = found["figure"] in in_formulas - in_money
        if of_formula or not has_money:
            yield found[0]


def _dollars(english: str, outside: str) -> Iterator[str]:
    """Yield the "$" beyond those that the English has outside its formulas, last ones first."""
    places = [found.start() for found in re.finditer(r"\$", outside)]
    allowed = _without_formulas(english).count("$") if places else 0
    for place in places[allowed:]:
        yield outside[max(0, place - 8) : place + 8]


def _links(chinese: str) -> Iterator[str]:
    if "http" in chinese:
        yield from (found[0] for found in _LINK.finditer(chinese))


def _remains(english: str, chinese: str) -> Iterator[str]:
    r"""Yield `imes`, `rac{` …: the rest of a command whose `\t`, `\f` a parser decoded."""
    if "{" in chinese:
        yield from (found[0] for found in _BRACES.finditer(chinese))
    if "\\" not in english and not any(tail in chinese for tail in _TAILS):
        return
    words = _WORD.findall(chinese)
    tails = {found[2] for found in _COMMAND.finditer(english)} - set(_WORD.findall(english))
    tails |= _TAILS
    yield from (word for word in words if word in tails)


def _without_formulas(text: str) -> str:
    return _FORMULA.sub(" ", text) if "$" in text or "\\" in text else text
