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


# English words and prefixes that a translator may write as digits.
_EN_WORDS: dict[str, tuple[int, ...]] = {
    r"\b(?:no|none|zero|null)": (0,),
    r"\b(?:an?|one|once|single|first|uni|mono|each|per|sole|top)": (1,),
    r"\b(?:two|twi|second|both|pair|dual|doubl|bi|twin|either|half|halv)": (2,),
    r"\b(?:three|third|tri|thrice)": (3,),
    r"\b(?:four|quad|quarter)": (4, 25),
    r"\b(?:five|fifth|penta)": (5,),
    r"\b(?:six|hexa)": (6,),
    r"\b(?:seven|week)": (7,),
    r"\b(?:eight|octa)": (8,),
    r"\b(?:nine|ninth)": (9,),
    r"\b(?:ten|deca|deci|orders? of magnitude)": (10,),
    r"\b(?:hal[fv]|halv|equal)": (50,),
    r"\beleven": (11,),
    r"\b(?:twel|dozen|year)": (12,),
    r"\bthirteen": (13,),
    r"\bfourteen": (14,),
    r"\bfifteen": (15,),
    r"\bsixteen": (16,),
    r"\bseventeen": (17,),
    r"\beighteen": (18,),
    r"\bnineteen": (19,),
    r"\b(?:twent)": (20,),
    r"\bthirt[iy]": (30,),
    r"\bfort[iy]": (40,),
    r"\bfift[iy]": (50,),
    r"\bsixt[iy]": (60,),
    r"\bsevent[iy]": (70,),
    r"\beight[iy]": (80,),
    r"\bninet[iy]": (90,),
    r"\bcentur": (100,),
    r"\b(?:day|round-the-clock|around the clock)": (24,),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SCALE_WORD = re.compile(
    r"\b(?:hundred|thousand|million|billion|trillion|mega|giga|tera|kilo)", re.IGNORECASE
)
_LARGE = 100


def english_values(text: str) -> frozenset[Decimal]:
    """Return the values that words and prefixes of an English text can stand for."""
    values = {
        Decimal(value)
        for pattern, meant in _EN_WORDS.items()
        if re.search(pattern, text, re.IGNORECASE)
        for value in meant
    }
    months = (n for n, name in enumerate(_MONTHS, start=1) if re.search(rf"\b{name}", text))
    return frozenset(values | {Decimal(month) for month in months})


def may_be_spelled_out(number: Number, english: str) -> bool:
    """Say whether an English text may say `number` in words ("five hundred", "June")."""
    if number.values & english_values(english):
        return True
    return max(number.values) >= _LARGE and _SCALE_WORD.search(english) is not None
