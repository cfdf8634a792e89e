"""Read the numbers that are written with digits, with scale and unit, in either language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from newsletter.fidelity.units import Unit, unit_after, unit_before

MOST_NUMBERS = 500
"""Numbers read of one text; an abstract of 1,920 characters has seldom more than 40."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as one side has it. `text` is the stretch that says it."""

    text: str
    amount: Decimal
    """The value with its scale, without its unit: 0.5B and 5 亿 are 500,000,000."""
    unit: Unit | None = None
    other: Decimal | None = None
    """A second reading: `2 T cells` are 2, `2 T parameters` are two trillion."""
    in_name: bool = False
    """Whether it belongs to a name, as in GPT-4, H100 and Aryabhata 2."""
    shares_unit: bool = False
    """Whether it begins a range whose end has the percent sign, as in 5–10%."""
    is_negative: bool = False
    is_ordinal: bool = False
    """Of a Chinese number: whether 第 stands before it, or a fraction's bar: 第 2, 1/2."""
    is_counted: bool = False
    """Of a Chinese numeral: whether a measure word follows it, as in 三个."""

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """Return each reading, the likelier first."""
        return (self.amount,) if self.other is None else (self.amount, self.other)


SCALES = {
    "百": 2,
    "千": 3,
    "万": 4,
    "十万": 5,
    "百万": 6,
    "千万": 7,
    "亿": 8,
    "十亿": 9,
    "百亿": 10,
    "千亿": 11,
    "万亿": 12,
    "k": 3,
    "K": 3,
    "M": 6,
    "B": 9,
    "T": 12,
    "mn": 6,
    "bn": 9,
    "hundred": 2,
    "thousand": 3,
    "million": 6,
    "billion": 9,
    "trillion": 12,
    "kilo": 3,
    "mega": 6,
    "giga": 9,
    "tera": 12,
}
"""Words and letters of scale, each with its power of ten."""
# Every repeat is bounded: what a hostile text adds is another number, not a longer one.
_FIGURE = re.compile(
    r"""
    (?P<digits> [0-9]{1,3} (?:,[0-9]{3}){1,6} (?![0-9]) (?:\.[0-9]{1,20})?
      | [0-9]{1,30} (?:\.[0-9]{1,20}){0,4} | \.[0-9]{1,20} )
    (?: [eE] (?P<exponent> [-−+]?[0-9]{1,2} ) (?![0-9A-Za-z])
      | (?P<mantissa> \s?[×x·*]\s?10 (?=\s?[\^⁺⁻⁰¹²³⁴-⁹]) )?
        (?: \s?\^\s?\{? (?P<power> [-−+]?[0-9]{1,2} ) (?![0-9]) \}?
          | (?P<raised> [⁺⁻]?[⁰¹²³⁴-⁹]{1,2} ) ) )?
    """,
    re.VERBOSE,
)
_SCALE = re.compile(
    r"""(?P<near> [kKMBT] ) (?![A-Za-z0-9])
      | \s? (?P<zh> 万亿 | [十百千]?[万亿] | [百千](?!分) )
      | \s (?P<far> [kKMBT] ) (?![A-Za-z0-9])
      | [\s-]? (?P<word> hundred | thousand | million | billion | trillion | [mb]n ) s? \b
      | [\s-]? (?P<prefix> kilo | mega | giga | tera ) (?=[a-z])""",
    re.VERBOSE,
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−", "0123456789+--")
_RANGE_OF_PERCENT = re.compile(
    r"\s?(?:-{1,2}|[–—~]|至|到)\s?[0-9][0-9.,]{0,20}\s?(?:%|个?百分点|percent)"
)
_ATTACHED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9_.+-]*$")
_LOOK_BACK = 40
"""Characters of a name that are looked at before its number."""
_LOWER_PREFIX = re.compile(r"[a-z-]*-")
_MINUS = re.compile(r"(?:^|[^\w)\]%.,–~+-])(?<![0-9%]\s)[-−]$|[\u3400-\u9fff][-−]$|负\s?$")
_BEFORE_ORDINAL = frozenset("第/")
_BEFORE_MINUS = frozenset("-−负 ")
_CENTURY_DECADE = re.compile(r"([12][0-9])\s?世纪\s?([0-9]0)\s?年代")
_DECADE = re.compile(r"s(?![A-Za-z0-9])")


def figures(text: str, names: frozenset[str] = frozenset()) -> tuple[Quantity, ...]:
    """Return the numbers written with digits, in order, the first `MOST_NUMBERS` of them.

    `names` are those that end in a number of their own (`spaced_names`). 20 世纪 90 年代 is 1990.
    """
    plain = _CENTURY_DECADE.sub(lambda found: f"{int(found[1]) - 1}{found[2]} 年代", text)
    return tuple(
        _quantity(found, plain, names) for found in islice(_FIGURE.finditer(plain), MOST_NUMBERS)
    )


def _quantity(found: re.Match[str], text: str, names: frozenset[str]) -> Quantity:
    start, end = found.span()
    before = text[max(0, start - _LOOK_BACK) : start]
    bare = _value(found)
    unit = unit_after(text, end)
    if unit is not None and unit.dimension == "s" and _is_decade(found, text):
        unit = None
    amount, other = bare, None
    if unit is None and (scale := _SCALE.match(text, end)) is not None:
        sign = scale[scale.lastgroup or 0]
        amount, end = bare.scaleb(SCALES[sign]), scale.end()
        other = bare if scale["far"] or scale["prefix"] else None
        unit = unit_after(text, end)
    in_name = _is_attached(before) or (
        bool(names) and unit is None and end == found.end() and _spaced(before, found[0]) in names
    )
    return Quantity(
        text[start:end].strip(),
        amount,
        unit_before(text, start) or unit,
        other,
        in_name,
        unit is None and _RANGE_OF_PERCENT.match(text, end) is not None,
        before[-1:] in _BEFORE_MINUS and _MINUS.search(before[-3:]) is not None,
        before.rstrip()[-1:] in _BEFORE_ORDINAL,
    )


def _value(found: re.Match[str]) -> Decimal:
    """Return the value of digits and power; a version such as 1.2.3 gets one of its own."""
    parts = found["digits"].replace(",", "").split(".")
    bare = Decimal(f"{parts[0] or 0}.{parts[1]}" if len(parts) > 1 else parts[0])
    for place, part in enumerate(parts[2:], start=1):
        bare += Decimal(part).scaleb(-9 * place)
    power = found["exponent"] or found["power"] or found["raised"]
    if power is None:
        return bare
    exponent = int(power.translate(_RAISED).strip("+") or 0) if power.strip("⁺⁻") else 1
    if found["exponent"] or found["mantissa"]:
        return bare.scaleb(exponent)
    return bare.scaleb(0) ** exponent if bare else bare


def _is_decade(found: re.Match[str], text: str) -> bool:
    """Say whether an `s` belongs to 1990s or 80s and is no second."""
    return (
        found[0].endswith("0")
        and len(found[0]) in {2, 4}
        and bool(_DECADE.match(text, found.end()))
    )


def _is_attached(before: str) -> bool:
    """Say whether a name runs into the number; `top-5` and `rank-1` are no names."""
    if not before or not (before[-1].isascii() and (before[-1].isalnum() or before[-1] in "-_.+")):
        return False
    word = _ATTACHED.search(before)
    return word is not None and _LOWER_PREFIX.fullmatch(word[0]) is None


_NAME_BEFORE = re.compile(r"(?:^|[^A-Za-z0-9])([A-Z][A-Za-z0-9+-]*)[ ~]?$")


def _spaced(before: str, digits: str) -> str:
    name = _NAME_BEFORE.search(before)
    return "" if name is None else f"{name[1]} {digits}"


# A capital in mid-sentence, a space, a small number: Llama 3, AlpacaEval 2.0, AIME~2024.
_SPACED_NAME = re.compile(
    r"(?<=[a-z0-9,;:()&/-] )(?:[A-Z][A-Za-z0-9+-]{0,40} )?"
    r"([A-Z][A-Za-z0-9+-]{0,40})[ ~]([0-9]{1,4}(?:\.[0-9]{1,2})?)(?![0-9%]|,[0-9]|\.[0-9])"
)
_BEFORE_NUMBERS = (
    "Jan January Feb February Mar March Apr April May Jun June Jul July Aug August Sep Sept "
    "September Oct October Nov November Dec December About After Across All Among And Are Around "
    "At Beyond Between By Every Fewer First For From Has Have In Into Is Just Last Least Less More "
    "Most Nearly Next Of On Only Or Over Past Per Than The Their These To Top Under Up Using With "
    "Within Without"
)
_NO_NAME = frozenset(_BEFORE_NUMBERS.split())


def spaced_names(english: str) -> frozenset[str]:
    """Return the names in clean English that end in a number after a space, one space in each.

    A capital at the start of a sentence proves nothing (`Removing 5 stations`); a name that
    stands there usually stands elsewhere too.
    """
    return frozenset(_spaced_names(english))


def _spaced_names(english: str) -> Iterator[str]:
    for found in _SPACED_NAME.finditer(english):
        if found[1] not in _NO_NAME and not found[1].endswith("ing"):
            yield f"{found[1]} {found[2]}"
