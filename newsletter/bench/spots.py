r"""Where in a text a fault can be planted: figures, names, formulas, sentences.

Written apart from `newsletter.fidelity`, so that a blind spot of the checks is none of the measure.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, TypeVar

FORMULA: Final = re.compile(r"(?<!\\)\$(?:[^$\\]|\\.){1,300}\$")
ADDRESS: Final = re.compile(r"(?:https?://|www\.)[!-~]*[!-~](?<![.,;:!?)])", re.ASCII)
NUMBER: Final = re.compile(
    r"(?<![A-Za-z0-9_.,@-])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
    r"(?=[BMKkG]?(?![A-Za-z0-9_@]))"
)
"""A figure that stands by itself: not the 4 of GPT-4, nor the 10 of recall@10."""
_TOKEN = re.compile(r"(?<![A-Za-z0-9\\])[A-Za-z][A-Za-z0-9]*(?:[-@+/][A-Za-z0-9]+|\.[0-9]+)*")
_PLURAL = re.compile(r"s$")
UNITS: Final = frozenset(
    {
        "meV",
        "Pa",
        "mPa",
        "kPa",
        "MPa",
        "GPa",
        "Hz",
        "kHz",
        "MHz",
        "GHz",
        "kB",
        "MB",
        "GB",
        "TB",
        "KB",
        "dB",
        "kW",
        "MW",
        "kWh",
        "MWh",
        "GWh",
        "Gbps",
        "Mbps",
        "TOPS",
        "TFLOPS",
        "GFLOPS",
        "FLOPS",
        "FPS",
        "DoF",
        "mAh",
        "eV",
        "keV",
        "MeV",
        "GeV",
        "dBm",
        "nM",
        "mM",
        "CO2",
        "SD",
    }
)
_CLOSERS = "”’）」』)"
_SENTENCE = re.compile(rf"[^。！？]*[。！？][{_CLOSERS}]*|[^。！？]+$")
Span = tuple[int, int]
Change = tuple[str, str]
"""The damaged Chinese, and what was done, in words for a person."""
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Text:
    """One field of a draft, beside the English that it says."""

    field: str
    """`title_zh`, `summary_zh` or `abstract_zh`."""
    english: str
    """The title for `title_zh`, the abstract for `abstract_zh`, both for `summary_zh`."""
    chinese: str
    paper: str
    """Title and abstract."""
    names: tuple[str, ...]
    """Names that title and abstract hold in both languages, each once."""

    @property
    def is_complete(self) -> bool:
        """Say whether what is missing is a fault: in a summary it is not."""
        return self.field != "summary_zh"


def spans(pattern: re.Pattern[str], text: str) -> list[Span]:
    """Return where `pattern` is found."""
    return [found.span() for found in pattern.finditer(text)]


def outside(found: Iterable[Span], barred: Iterable[Span]) -> list[Span]:
    """Return those of `found` that touch none of `barred`."""
    walls = tuple(barred)
    return [
        (start, stop) for start, stop in found if all(stop <= a or start >= b for a, b in walls)
    ]


def numbers(text: str, *, in_formulas: bool = False) -> list[Span]:
    """Return the figures of `text` that stand in no address, and in no formula unless asked."""
    barred = spans(ADDRESS, text) + ([] if in_formulas else spans(FORMULA, text))
    return outside(spans(NUMBER, text), barred)


def figures(text: str) -> Counter[str]:
    """Return the figures of `text`, without separators of thousands, and how often each stands."""
    return Counter(found[0].replace(",", "") for found in NUMBER.finditer(text))


def is_name(token: str) -> bool:
    """Say whether a Latin word looks like a name: two characters, a capital, and no unit."""
    has_capital = any("A" <= char <= "Z" for char in token)
    return has_capital and len(token) > 1 and token not in UNITS


def occurrences(name: str, text: str) -> list[Span]:
    """Return where `name` stands in `text` as a word, outside formulas and addresses."""
    found = re.finditer(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", text)
    return outside((one.span() for one in found), spans(ADDRESS, text) + spans(FORMULA, text))


def names_of(english: str, *chinese: str) -> tuple[str, ...]:
    """Return the names that stand in the English and in one of the Chinese texts, in order."""
    barred = " ".join(ADDRESS.sub(" ", FORMULA.sub(" ", text)) for text in chinese)
    tokens = dict.fromkeys(filter(is_name, _TOKEN.findall(barred)))
    return tuple(token for token in tokens if occurrences(token, english))


def same_name(one: str, other: str) -> bool:
    """Say whether two names differ in nothing but case, hyphens or a plural's s."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return _PLURAL.sub("", re.sub(r"[^a-z0-9]", "", name.lower()))


def sentences(chinese: str) -> list[Span]:
    """Return where each Chinese sentence stands, its closing mark included."""
    return [span for span in spans(_SENTENCE, chinese) if chinese[slice(*span)].strip()]


def cut(text: str, start: int, stop: int, instead: str = "") -> str:
    """Return `text` with `instead` in place of a stretch.

    Where nothing comes instead, a space is left only beside Latin letters or digits: one between
    two Chinese characters would give the deletion away.
    """
    before, after = text[:start], text[stop:]
    if instead:
        return before + instead + after
    had_space = before.endswith(" ") or after.startswith(" ")
    before, after = before.rstrip(" "), after.lstrip(" ")
    needs_space = had_space and (before[-1:].isalnum() and after[:1].isalnum())
    is_mixed = before[-1:].isascii() or after[:1].isascii()
    return f"{before} {after}" if needs_space and is_mixed else before + after


def shuffled(items: Sequence[_Item], random: Random) -> list[_Item]:
    """Return `items` in an order of chance."""
    return random.sample(items, len(items))
