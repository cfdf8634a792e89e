"""Read numbers: digits with scale in either language, Chinese numerals, English number words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_ZH_SCALE = {
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
_LETTER_SCALE = {"k": 10**3, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_WORD_SCALE = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
# 百分点 are percentage points, 千米 and its like are units.
_NUMBER = re.compile(
    r"""
    (?P<digits> [0-9]{1,3} (?:,[0-9]{3})+ (?![0-9]) (?:\.[0-9]+)? | [0-9]*\.?[0-9]+ )
    (?: \s? (?P<zh> 万亿 | [十百千]?[万亿] | [百千](?![分米克瓦字赫卡伏比帕焦兆]) )
      | (?P<letter> [kKMBT] ) (?![A-Za-z0-9])
      | [\s-]? (?P<word> hundred | thousand | million | billion | trillion ) s?\b )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_IN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.]*[-_]?$|\b[A-Z][A-Za-z]* $")
_ZH_DECADE = re.compile(r"([12][0-9])\s*世纪\s*([0-9]0)\s*年代")
_NAME_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written. `values` holds each reading: `7B` is 7 or 7,000,000,000."""

    text: str
    values: frozenset[Decimal]
    in_name: bool
    """Whether it belongs to a name, as in GPT-4, H100 and Aryabhata 2."""


def numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers written with digits, in order; `text` must be in NFKC."""
    plain = _ZH_DECADE.sub(lambda found: f"{int(found[1]) - 1}{found[2]} 年代", text)
    return tuple(_number(found, plain) for found in _NUMBER.finditer(plain))


def _number(found: re.Match[str], text: str) -> Number:
    """Build the value of one match; a bare digit string has one reading."""
    bare = Decimal(found["digits"].replace(",", ""))
    before = text[max(0, found.start() - _NAME_LENGTH) : found.start()]
    return Number(
        found[0].strip(), frozenset(_readings(bare, found)), bool(_IN_NAME.search(before))
    )


def _readings(bare: Decimal, found: re.Match[str]) -> Iterator[Decimal]:
    """Yield the scaled reading, and the bare one where the suffix may be no scale."""
    zh, letter, word = found["zh"], found["letter"], found["word"]
    if zh:
        yield bare * _ZH_SCALE[zh]
    elif word:
        yield bare * _WORD_SCALE[word.lower()]
    elif letter in _LETTER_SCALE:
        yield bare * _LETTER_SCALE[letter]
    if not (zh or word) or zh in {"百", "千"}:
        yield bare


_ZH_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_ZH_UNITS = {"十": 10, "百": 100, "千": 1000}
_ZH_NUMERAL = re.compile("[零〇一二两三四五六七八九十百千万亿]{1,20}")
# What Chinese says for a number without any numeral.
_ZH_WORDS = {
    "半": (Decimal("0.5"), Decimal(50)),
    "双": (Decimal(2),),
    "翻": (Decimal(2),),
    "数量级": (Decimal(10),),
    "满分": (Decimal(100),),
}


def chinese_values(text: str) -> frozenset[Decimal]:
    """Return every value that the Chinese numerals of `text` can stand for.

    Generous on purpose: it only serves to excuse a digit that is not repeated as a digit
    (2D → 二维, 50% → 五成).
    """
    found = {Decimal(numeral_value(run)) for run in _ZH_NUMERAL.findall(text)}
    found |= {Decimal(_ZH_DIGITS[char]) for char in text if char in _ZH_DIGITS}
    found |= {
        Decimal(10 * _ZH_DIGITS[char]) for char in re.findall("([一二两三四五六七八九])成", text)
    }
    for word, values in _ZH_WORDS.items():
        found |= set(values) if word in text else set()
    return frozenset(found)


def numeral_value(numeral: str) -> int:
    """Return the value of a Chinese numeral such as 三百二十 (320) or 两亿 (200,000,000)."""
    total = section = digit = 0
    for char in numeral:
        if char == "亿":
            total, section, digit = (total + section + digit or 1) * 10**8, 0, 0
        elif char == "万":
            total, section, digit = total + (section + digit or 1) * 10**4, 0, 0
        elif char in _ZH_UNITS:
            section += (digit or 1) * _ZH_UNITS[char]
            digit = 0
        else:
            digit = _ZH_DIGITS[char]
    return total + section + digit


# English words and prefixes, by the number that a translator may write for them as digits.
_SPELLINGS: dict[int, str] = {
    0: "no|none|zero|null",
    1: "an?|one|once|single|first|uni|mono|each|per|sole|top|jan",
    2: "two|twi|second|both|pair|dual|doubl|bi|twin|either|half|halv|feb",
    3: "three|third|tri|thrice|mar",
    4: "four|quad|quarter|apr",
    5: "five|fifth|penta|may",
    6: "six|hexa|jun",
    7: "seven|week|jul",
    8: "eight|octa|aug",
    9: "nine|ninth|sep",
    10: "ten|deca|deci|orders? of magnitude|oct",
    11: "eleven|nov",
    12: "twel|dozen|year|dec",
    13: "thirteen",
    14: "fourteen",
    15: "fifteen",
    16: "sixteen",
    17: "seventeen",
    18: "eighteen",
    19: "nineteen",
    20: "twent",
    24: "day|round-the-clock|around the clock",
    25: "quarter",
    30: "thirt[iy]",
    40: "fort[iy]",
    50: "fift[iy]|hal[fv]|equal",
    60: "sixt[iy]",
    70: "sevent[iy]",
    80: "eight[iy]",
    90: "ninet[iy]",
    100: "centur",
}
_SPELLED = {
    Decimal(value): re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for value, words in _SPELLINGS.items()
}
_SCALE_WORD = re.compile(
    r"\b(?:hundred|thousand|million|billion|trillion|mega|giga|tera|kilo)", re.IGNORECASE
)
_LARGE = 100


def may_be_spelled_out(number: Number, english: str) -> bool:
    """Say whether an English text may say `number` in words ("two", "five hundred", "June")."""
    words = (_SPELLED[value] for value in number.values if value in _SPELLED)
    if any(pattern.search(english) for pattern in words):
        return True
    return max(number.values) >= _LARGE and _SCALE_WORD.search(english) is not None
