"""Read the numbers that Chinese writes without digits: 三百二十, 百分之五, 三成, 一半, 翻番."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from newsletter.fidelity.quantities import MOST_NUMBERS, Quantity
from newsletter.fidelity.units import PER_MILLE, PERCENT, TIMES, Unit, unit_after

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_RUN = "[零〇一二两三四五六七八九十百千万亿]{1,20}"
_READ = re.compile(
    rf"""
    (?P<below>{_RUN})分之(?P<above>{_RUN}(?:点[零〇一二三四五六七八九]{{1,10}})?)
  | (?P<tenths>[一二两三四五六七八九])成(?P<more>[一二三四五六七八九半])?
    (?![为就果功本员立熟型年长像绩对])
  | (?<=[0-9])\s?[百千万亿]{{1,4}} | 百分[点位] | 百科 | 十分(?![钟之]) | 万一 | 统一
  | 一[致般些直定旦样起并律切贯体系] | [唯同]一
  | (?P<counted>[两二三四五六七八九]) (?=[个项种次类台组块条名款轮份步天年人层位只张篇幅颗])
  | (?P<run>{_RUN}) (?:点(?P<decimals>[零〇一二三四五六七八九]{{1,10}}))?
  | (?P<word>翻了?[一两]?[倍番] | 加倍 | 倍增 | 双倍 | [双半单首] | 数量级
    | 满分 | 全部 | 所有 | 完全)
    """,
    re.VERBOSE,
)
_WORDS: dict[str, tuple[tuple[int | str, Unit | None], ...]] = {
    "双": ((2, None),),
    "单": ((1, None),),
    "首": ((1, None),),
    "半": (("0.5", None), (50, PERCENT)),
    "数量级": ((10, None), (10, TIMES)),
    "满分": ((100, PERCENT), (100, None)),
    "全部": ((100, PERCENT),),
    "所有": ((100, PERCENT),),
    "完全": ((100, PERCENT),),
}
_HUNDREDS = {"百": PERCENT, "千": PER_MILLE}
_VAGUE = "数几上成近"
_ALTERNATIVES = 2
"""Digits of 两三, which are no tens and ones."""


def numerals(text: str) -> tuple[tuple[Quantity, ...], ...]:
    """Return the numbers of clean Chinese that are said without digits, in order.

    Each is a tuple of readings, of which at most one is meant: 半 is 0.5 or 50 %. A fraction is
    two numbers, as 2/3 is: 三分之二 gives 3 and 2. Idioms (十分, 一致, 统一) are no numbers.
    """
    return tuple(islice(_numerals(text), MOST_NUMBERS))


def _numerals(text: str) -> Iterator[tuple[Quantity, ...]]:
    for found in _READ.finditer(text):
        if found["below"]:
            yield from _fraction(found)
        elif found["tenths"]:
            tenths = Decimal(10 * _DIGITS[found["tenths"]])
            more = found["more"]
            ones = 5 if more == "半" else _DIGITS[more] if more else 0
            yield (Quantity(found[0], tenths + ones, PERCENT),)
        elif found["counted"]:
            yield (_counted(found, text),)
        elif found["run"]:
            yield from _plain(found, text)
        elif found["word"]:
            readings = _WORDS.get(found["word"], ((2, TIMES), (100, PERCENT)))
            yield tuple(Quantity(found[0], Decimal(value), unit) for value, unit in readings)


def _fraction(found: re.Match[str]) -> Iterator[tuple[Quantity, ...]]:
    above = _decimal(found["above"])
    unit = _HUNDREDS.get(found["below"])
    if unit is not None:
        yield (Quantity(found[0], above, unit),)
    else:
        yield (Quantity(found[0], Decimal(numeral_value(found["below"]))),)
        yield (Quantity(found[0], above),)


def _counted(found: re.Match[str], text: str) -> Quantity:
    value = Decimal(_DIGITS[found["counted"]])
    return Quantity(found[0], value, unit_after(text, found.end()), is_counted=True)


def _plain(found: re.Match[str], text: str) -> Iterator[tuple[Quantity, ...]]:
    """Yield the number of a run: 二〇二六 is a year, 两三 are two numbers."""
    run, decimals = found["run"], found["decimals"]
    if len(run) > 1 and decimals is None and all(char in _DIGITS for char in run):
        digits = [_DIGITS[char] for char in run]
        values: list[int | Decimal] = (
            [*digits] if len(run) == _ALTERNATIVES else [int("".join(map(str, digits)))]
        )
    else:
        values = [_decimal(f"{run}点{decimals}" if decimals else run)]
    before = text[max(0, found.start() - 1) : found.start()]
    is_vague = before != "" and before in _VAGUE
    unit = unit_after(text, found.end())
    for value in values:
        yield (Quantity(found[0], Decimal(value), unit, in_name=is_vague),)


def _decimal(numeral: str) -> Decimal:
    whole, _, decimals = numeral.partition("点")
    tail = "".join(str(_DIGITS[char]) for char in decimals)
    return Decimal(f"{numeral_value(whole)}.{tail}" if tail else numeral_value(whole))


_SURE = re.compile(
    "百分之[^百]|千分之|[二两三四五六七八九][十百千万亿]|十[一二三四五六七八九]|"
    "[一二两三四五六七八九]成"
)


def is_sure(reading: tuple[Quantity, ...]) -> bool:
    """Say whether a numeral is certainly a number: 十二, 三百, 百分之五; not 千万, 数十, 三."""
    return not reading[0].in_name and _SURE.match(reading[0].text) is not None


def numeral_value(numeral: str) -> int:
    """Return the value of a Chinese numeral such as 三百二十 (320) or 两亿 (200,000,000)."""
    total = section = digit = 0
    for char in numeral:
        if char == "亿":
            total, section, digit = (total + section + digit or 1) * 10**8, 0, 0
        elif char == "万":
            total, section, digit = total + (section + digit or 1) * 10**4, 0, 0
        elif char in _PLACES:
            section += (digit or 1) * _PLACES[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + section + digit
