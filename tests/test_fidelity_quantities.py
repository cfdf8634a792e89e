"""How numbers are read: digits, words, Chinese numerals, units."""

from decimal import Decimal

import pytest

from newsletter.fidelity.number_words import number_words
from newsletter.fidelity.numerals import is_sure, numeral_value, numerals
from newsletter.fidelity.quantities import figures, spaced_names
from newsletter.fidelity.units import unit_after, unit_before


def test_figures() -> None:
    """Digits are read with scale and unit, and those of names are marked."""
    read = figures("GPT-4 has 1,000 of 2.5K and .5 in 3 千 3 千米 12,34 top-5 1.5B-7B 30s 80s")
    assert [
        ("4", 4, None, True),
        ("1,000", 1000, None, False),
        ("2.5K", 2500, None, False),
        (".5", Decimal("0.5"), None, False),
        ("3 千", 3000, None, False),
        ("3", 3, "m", False),
        ("12", 12, None, False),
        ("34", 34, None, False),
        ("5", 5, None, False),
        ("1.5B", 1_500_000_000, None, False),
        ("7B", 7_000_000_000, None, False),
        ("30", 30, None, False),
        ("80", 80, None, False),
    ] == [(q.text, q.amount, q.unit and q.unit.dimension, q.in_name) for q in read]


def test_powers() -> None:
    """Powers have their value, whatever sign and script they are written in."""
    text = "1e-4 10^{-3} 10⁻³ 2×10^5 2³ 10⁺² 0^2 5⁻"
    expected = ["0.0001", "0.001", "0.001", "200000", "8", "100", "0", "5"]
    assert [Decimal(value) for value in expected] == [q.amount for q in figures(text)]


def test_spaced_names() -> None:
    """A capital in mid-sentence makes a name, a month or the start of a sentence does not."""
    english = "Removing 5 parts of Llama 3 and AIME~2024 in June 2026, with GRPO 15% and On 4."
    assert {"Llama 3", "AIME 2024"} == spaced_names(english)


def test_number_words() -> None:
    """Words from two on are demanded, in runs; others only support."""
    words = number_words(
        "Two of three hundred and five, twenty-one or five and six thousand; one half of "
        "2 million, fifty percent; the second in Connect Four. Ten. twelve thirteen"
    )
    assert [2, 305, 21, 5, 6000, 50, 10, 12, 13] == [q.amount for q in words.demanded]
    assert len(words.support) == 4


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("三百二十", 320),
        ("十二", 12),
        ("两亿三千万", 230_000_000),
        ("一万亿", 10**12),
        ("万", 10_000),
        ("零", 0),
        ("一百零五", 105),
    ],
)
def test_chinese_numerals(numeral: str, value: int) -> None:
    """Chinese numerals have their value."""
    assert value == numeral_value(numeral)
    assert [Decimal(value)] == [reading[0].amount for reading in numerals(f"共{numeral}个")]


def test_numerals() -> None:
    """Fractions, tenths and decimals are read; idioms, units and scales of digits are not."""
    text = (
        "三分之二、五成、三点一四、百分之百，十分一致，万一统一，5 万与百分点、百科、十分钟，数十"
    )
    read = [reading[0] for reading in numerals(text)]
    assert ["3", "2", "50", "3.14", "100", "10", "10"] == [str(q.amount) for q in read]
    assert [False] * 5 + [False] * 2 == [is_sure((q,)) for q in read if q.text != "五成"] + [False]


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        (" ms", "s"),
        ("%", "%"),
        ("-minute", "s"),
        ("x", "x"),
        ("×", "x"),
        ("×4", None),
        ("x4", None),
        (" V100", None),
        (" M", None),
        (" Days", "s"),
        ("天线", None),
        ("天", "s"),
        ("成", "%"),
        ("成为", None),
        ("千米", "m"),
        (" 个百分点", "%"),
        ("", None),
        (" 项", None),
    ],
    ids=repr,
)
def test_units(text: str, dimension: str | None) -> None:
    """Units are read in both languages, and what only begins like one is not."""
    unit = unit_after(f"5{text}", 1)
    assert dimension == (unit and unit.dimension)


def test_units_before() -> None:
    """Currency signs and 百分之 stand before their number."""
    units = [unit_before(text, len(text)) for text in ("$", "百分之 ", "千分之", "x")]
    assert ["USD", "%", "%", None] == [unit and unit.dimension for unit in units]
