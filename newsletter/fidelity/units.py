"""Units of measure after a number, in English and in Chinese."""

import re
from dataclasses import dataclass
from decimal import Decimal

Dimension = str
"""What is measured: `s`, `m`, `g`, `byte` …; `%`, `x` (times), `point`; a currency by its code."""
CURRENCIES = frozenset({"USD", "EUR", "GBP", "JPY", "CNY"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: `factor` of them make one of the base unit of the dimension."""

    dimension: Dimension
    factor: Decimal = Decimal(1)


PERCENT = Unit("%")
PER_MILLE = Unit("%", Decimal("0.1"))
TIMES = Unit("x")
POINT = Unit("point")
"""A point of a score, often a percentage point: Chinese may say either."""

# dimension: factor: English | Chinese. SI prefixes: BIPM, The International System of Units, 9th
# edition, table 7. Months and years make a dimension of their own: they are no number of days.
_TABLE = """
s: 1e-9: ns nanosecond nanoseconds | 纳秒
s: 1e-6: us µs μs microsecond microseconds | 微秒
s: 1e-3: ms msec millisecond milliseconds | 毫秒
s: 1: s sec secs second seconds | 秒 秒钟
s: 60: min mins minute minutes | 分钟
s: 3600: h hr hrs hour hours | 小时 个小时 钟头
s: 86400: d day days | 天 日
s: 604800: week weeks | 周 星期 个星期
month: 1: month months | 个月 月
month: 12: year years yr yrs | 年
m: 1e-9: nm nanometer nanometers nanometre nanometres | 纳米
m: 1e-6: um µm μm micron microns micrometer micrometers | 微米
m: 1e-3: mm millimeter millimeters millimetre millimetres | 毫米
m: 1e-2: cm centimeter centimeters centimetre centimetres | 厘米
m: 1: m meter meters metre metres | 米
m: 1000: km kilometer kilometers kilometre kilometres | 公里 千米
g: 1e-6: µg μg microgram micrograms | 微克
g: 1e-3: mg milligram milligrams | 毫克
g: 1: g gram grams | 克
g: 1000: kg kilogram kilograms | 千克 公斤
Hz: 1: Hz hertz | 赫兹
Hz: 1e3: kHz kilohertz | 千赫 千赫兹
Hz: 1e6: MHz megahertz | 兆赫 兆赫兹
Hz: 1e9: GHz gigahertz | 吉赫 吉赫兹
byte: 1: byte bytes | 字节
byte: 1e3: kB KB KiB kilobyte kilobytes | 千字节
byte: 1e6: MB MiB megabyte megabytes | 兆字节
byte: 1e9: GB GiB gigabyte gigabytes | 吉字节
byte: 1e12: TB TiB terabyte terabytes | 太字节
bit: 1: bit bits | 比特
W: 1e-3: mW milliwatt milliwatts | 毫瓦
W: 1: W watt watts | 瓦 瓦特
W: 1e3: kW kilowatt kilowatts | 千瓦
W: 1e6: MW megawatt megawatts | 兆瓦
Wh: 1e3: kWh | 千瓦时
V: 1e-3: mV millivolt millivolts | 毫伏
V: 1: V volt volts | 伏 伏特
V: 1e3: kV kilovolt kilovolts | 千伏
J: 1: J joule joules | 焦耳
J: 1e3: kJ kilojoule kilojoules | 千焦
N: 1: N newton newtons | 牛 牛顿
Pa: 1: Pa pascal pascals | 帕 帕斯卡
Pa: 100: hPa | 百帕
Pa: 1e3: kPa | 千帕
Pa: 1e6: MPa | 兆帕
dB: 1: dB decibel decibels | 分贝
T: 1: tesla | 特斯拉
K: 1: kelvin | 开尔文
x: 1: x X times fold folds | 倍
%: 1: percent percentage pp pps | 个百分点 百分点
point: 1: point points pt pts | 个点
USD: 1: USD dollar dollars | 美元 美金
EUR: 1: EUR euro euros | 欧元
GBP: 1: GBP pound pounds | 英镑
JPY: 1: JPY yen | 日元
CNY: 1: CNY RMB yuan | 人民币
"""


def _read_table() -> tuple[dict[str, Unit], dict[str, Unit]]:
    """Return the units of `_TABLE` by their English and by their Chinese names."""
    latin: dict[str, Unit] = {}
    han: dict[str, Unit] = {}
    for line in _TABLE.strip().splitlines():
        dimension, factor, names = line.split(": ")
        unit = Unit(dimension, Decimal(factor))
        english, chinese = names.split(" | ")
        latin.update(dict.fromkeys(english.split(), unit))
        han.update(dict.fromkeys(chinese.split(), unit))
    return latin, han


_LATIN, _HAN = _read_table()
_LONGEST_HAN = max(map(len, _HAN))
# Words that only begin like a unit: tuples, logs, aerials, cycles, clones, metrics, grades, ….
_NO_UNIT = re.compile("天[线然]|日[志常]|周期|克[隆服]|年级|月球|牛顿法|帕累|瓦片|伏笔|秒杀")
_LATIN_UNIT = re.compile(r"[ -]?([A-Za-zµμ]{1,12})(?![A-Za-z0-9])")
_SYMBOL = 2
"""Letters of a symbol in which the case counts: `M` is no metre."""
_SIGNS = {"%": PERCENT, "‰": PER_MILLE, "×": TIMES}
_PREFIXES = {"$": Unit("USD"), "€": Unit("EUR"), "£": Unit("GBP"), "¥": Unit("CNY")}
_TENTHS = re.compile("成(?![为就果功本员立熟型年长像绩对千百])")


def unit_after(text: str, end: int) -> Unit | None:
    """Return the unit that follows `end` in clean text, after a space or hyphen at most.

    `2x2` and `5 V100` have none: what follows a letter must be no letter or digit. `3 成` is read
    as tenths, ten percent each.
    """
    at = end + 1 if text[end : end + 1] == " " else end
    sign = _SIGNS.get(text[at : at + 1])
    if sign is not None:
        return None if sign is TIMES and text[at + 1 : at + 3].lstrip()[:1].isdigit() else sign
    latin = _LATIN_UNIT.match(text, end)
    if latin is not None:
        word = latin[1]
        return _LATIN.get(word if len(word) <= _SYMBOL else word.lower()) or _LATIN.get(word)
    return _han_unit(text, at)


def _han_unit(text: str, at: int) -> Unit | None:
    """Return the longest Chinese unit that begins at `at`."""
    if text[at : at + 1] < "\u3400":
        return None
    if _TENTHS.match(text, at):
        return Unit("%", Decimal(10))
    for size in range(_LONGEST_HAN, 0, -1):
        unit = _HAN.get(text[at : at + size])
        if unit is not None:
            return None if size == 1 and _NO_UNIT.match(text, at) else unit
    return None


def unit_before(text: str, start: int) -> Unit | None:
    """Return the unit that a sign or 百分之 before `start` gives: `$5`, `百分之 5`."""
    before = text[max(0, start - 5) : start].rstrip()
    if before.endswith("百分之"):
        return PERCENT
    if before.endswith("千分之"):
        return PER_MILLE
    return _PREFIXES.get(before[-1:])
