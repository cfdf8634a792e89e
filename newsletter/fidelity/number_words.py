"""Read the numbers that English writes as words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Final

from newsletter.fidelity.quantities import MOST_NUMBERS, Quantity
from newsletter.fidelity.units import Unit, unit_after

_UP_TO_NINETEEN = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TIMES_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
_ONES = {word: value for value, word in enumerate(_UP_TO_NINETEEN.split(), start=1)}
_TENS = {word: 10 * value for value, word in enumerate(_TIMES_TEN.split(), start=2)}
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_CARDINALS = _ONES.keys() | _TENS.keys() | _SCALES.keys()
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "January Jan",
            "February Feb",
            "March Mar",
            "April Apr",
            "May",
            "June Jun",
            "July Jul",
            "August Aug",
            "September Sep Sept",
            "October Oct",
            "November Nov",
            "December Dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = Unit("month")
# A month beside a day or a year is a date, and May no verb.
_DATE = re.compile(r"[0-9] ?,? ?[A-Z][a-z]{2,8}\b|.{0,3}?\b[A-Z][a-z]{2,8}\.?,? [0-9]")
_ONE: "frozenset[Key]" = frozenset({(Decimal(1), None)})
# What else may stand behind a Chinese digit: English words: values.
_SUPPORT_TABLE = """
zero: 0
once single first sole: 1
both pair pairs dual double doubles doubled doubling twice twin couple: 2
second: 2nd
either half halves halved: 2 0.5 50%
triple triples tripled thrice: 3
third thirds: 3rd
quadruple: 4
fourth fourths: 4th
quarter quarters: 4th 0.25 25% 75%
quintuple: 5
fifth fifths: 5th
sixth sixths: 6th
seventh: 7th
eighth eighths: 8th
ninth: 9th
magnitude: 10
tenth tenths: 10th
eleventh: 11th
dozen dozens: 12
twelfth: 12th
thirteenth: 13th
fourteenth: 14th
fifteenth: 15th
sixteenth: 16th
seventeenth: 17th
eighteenth: 18th
nineteenth: 19th
twentieth: 20th
thirtieth: 30th
hundreds: 100
hundredth: 100th
thousands: 1000
thousandth: 1000th
"""
Key = tuple[Decimal, str | None]
"""A value and a dimension: what `pairing.exact` gives, or `ORDINAL`."""
ORDINAL: Final = "ordinal"


def _key(value: str) -> Key:
    """Read a cell of the table: 2 is a number, 2nd an ordinal or the lower part of a fraction."""
    digits = value.rstrip("%stndrh")
    return Decimal(digits), {"": None, "%": "%"}.get(value[len(digits) :], ORDINAL)


_SUPPORT: dict[str, frozenset[Key]] = {
    word: frozenset(map(_key, values.split()))
    for words, _, values in (row.partition(": ") for row in _SUPPORT_TABLE.strip().splitlines())
    for word in words.split()
}
# An hour may be 60 minutes, a weekly run one of 7 days.
_SUPPORT |= {
    "week": frozenset({(Decimal(604800), "s")}),
    "weekly": frozenset({(Decimal(604800), "s")}),
    "day": frozenset({(Decimal(86400), "s")}),
    "daily": frozenset({(Decimal(86400), "s")}),
    "clock": frozenset({(Decimal(86400), "s")}),
    "hour": frozenset({(Decimal(3600), "s")}),
    "minute": frozenset({(Decimal(60), "s")}),
    "year": frozenset({(Decimal(12), "month")}),
    "century": frozenset({(Decimal(1200), "month")}),
}
_WORD = re.compile(r"[A-Za-z]+")
_JOINT = re.compile(r"[ -]|, ?| and ")
_AFTER_DIGITS = re.compile(r"[0-9][ -]?$")
_ARTICLE = re.compile(
    r"(?:half |single )?(?:second|minute|hour|day|week|month|year|hundred|thousand|million|"
    r"billion|trillion|third|quarter|fifth|tenth)\b"
)
_ARTICLES = frozenset({"a", "an"})
_AN = re.compile(r"\b[Aa]n? ")
_LOWER_WORD = re.compile("[a-z]+")
_FOLD = "fold"
_KNOWN = _CARDINALS | _SUPPORT.keys() | {name.lower() for name in _MONTHS}


@dataclass(frozen=True, slots=True)
class Words:
    """The numbers in words of one stretch of English."""

    demanded: tuple[Quantity, ...]
    """Two and more, as plain words: the Chinese has to say them."""
    support: tuple[frozenset[Key], ...]
    """For each other word the values that a Chinese number may have on its account."""


def number_words(text: str, *, titled: bool = False) -> Words:
    """Return the numbers in words of clean English, without those in names (Connect Four).

    `one`, `first`, `second`, `half` and their like are never demanded: Chinese has too many
    other ways to say them. `titled` says that capitals make no names, as in titles.
    """
    lower = text.lower()
    if _KNOWN.isdisjoint(_LOWER_WORD.findall(lower)) and _FOLD not in lower:
        articles = (found for found in _AN.finditer(text) if _ARTICLE.match(text, found.end()))
        return Words((), tuple(_ONE for _ in islice(articles, MOST_NUMBERS)))
    return _number_words(text, titled=titled)


def _number_words(text: str, *, titled: bool) -> Words:
    demanded: list[Quantity] = []
    support: list[frozenset[Key]] = []
    run: list[re.Match[str]] = []
    for found in islice(_WORD.finditer(text), 50 * MOST_NUMBERS):
        lower = found[0].lower()
        if lower not in _KNOWN and lower not in _ARTICLES and not lower.endswith(_FOLD):
            continue
        word = lower.removesuffix(_FOLD)
        if word in _CARDINALS and not _AFTER_DIGITS.search(text[found.start() - 2 : found.start()]):
            if run and not _JOINT.fullmatch(text, run[-1].end(), found.start()):
                _close(run, text, demanded, support, titled=titled)
            run.append(found)
        elif word in _SUPPORT:
            support.append(_SUPPORT[word])
        elif found[0] in _MONTHS:
            month = Quantity(found[0], Decimal(_MONTHS[found[0]]), _MONTH)
            if _DATE.match(text, max(0, found.start() - 3)):
                demanded.append(month)
            else:
                support.append(frozenset({(month.amount, "month")}))
        elif word in _ARTICLES and _ARTICLE.match(text, found.end() + 1):
            support.append(_ONE)
    _close(run, text, demanded, support, titled=titled)
    return Words(tuple(demanded[:MOST_NUMBERS]), tuple(support[:MOST_NUMBERS]))


def _close(
    run: list[re.Match[str]],
    text: str,
    demanded: list[Quantity],
    support: list[frozenset[Key]],
    *,
    titled: bool,
) -> None:
    """Add the numbers of a run of adjacent number words, and empty it."""
    for words in _numbers(run, text):
        start, end = words[0].start(), words[-1].end()
        value = _value([found[0].lower().removesuffix(_FOLD) for found in words])
        said = text[start:end]
        is_plain = value > 1 and said.lower() not in _SCALES
        if is_plain and (titled or said[0].islower() or not _is_inside(text, start)):
            demanded.append(Quantity(said, value, unit_after(text, end)))
        else:
            support.append(frozenset({(value, None)}))
    run.clear()


def _numbers(run: list[re.Match[str]], text: str) -> Iterator[list[re.Match[str]]]:
    """Cut a run where one number ends and another begins: `two, three`, `five or one hundred`."""
    number: list[re.Match[str]] = []
    for found in run:
        if number and not _goes_on(number[-1], found, text):
            yield number
            number = []
        number.append(found)
    if number:
        yield number


def _goes_on(last: re.Match[str], found: re.Match[str], text: str) -> bool:
    """Say whether `found` continues the number that `last` ends."""
    joint = text[last.end() : found.start()]
    before, word = last[0].lower(), found[0].lower().removesuffix(_FOLD)
    if joint == " and ":
        return before in _SCALES and word not in _SCALES
    if joint not in {" ", "-"}:
        return False
    return (
        word in _SCALES
        or before in _SCALES
        or (before in _TENS and _ONES.get(word, 10) < _TENS["twenty"] // 2)
    )


def _value(words: list[str]) -> Decimal:
    """Return the value of `two hundred and five thousand` and its like."""
    total = section = 0
    for word in words:
        if word == "hundred":
            section = (section or 1) * 100
        elif word in _SCALES:
            total += (section or 1) * 10 ** _SCALES[word]
            section = 0
        else:
            section += _ONES.get(word) or _TENS[word]
    return Decimal(total + section)


def _is_inside(text: str, start: int) -> bool:
    """Say whether something of the same sentence stands before `start`."""
    before = text[max(0, start - 3) : start].rstrip(" \"'“‘([")
    return bool(before) and before[-1] not in ".!?:;"
