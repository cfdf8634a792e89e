"""Compare the numbers of a Chinese text with those of its English.

English bead ─► digits, words ─┐   same value and unit, then same value, then the other way
Chinese bead ─► digits, numerals ┘ of saying it (3 → 三, three → 3)
                   └─► what is left cancels against the neighbours' rest ─► violations
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import islice, pairwise

from newsletter.fidelity.alignment import Bead
from newsletter.fidelity.findings import Violation, hard, soft
from newsletter.fidelity.number_words import ORDINAL, Key, Words, number_words
from newsletter.fidelity.numerals import is_sure, numerals
from newsletter.fidelity.pairing import (
    Agreement,
    Reading,
    bare,
    compatible,
    exact,
    excuses,
    pair,
    same_magnitude,
    same_value,
)
from newsletter.fidelity.passages import Passage
from newsletter.fidelity.quantities import Quantity, figures, spaced_names

_CHECK = "numbers"
_MOST = 20
"""Violations of one field at most."""
_NO_LIST = 4
"""From here on a numeral that counts things is no mere count of what the English lists."""
_PERCENT = re.compile(r"%|\bpercent|\bper cent|\bpoints?\b|\bpp\b")
_CURRENCY = re.compile("[$€£¥元镑金币]")
_MONEY = re.compile(
    r"[$€£¥]|\b(?:cost|pric|dollar|usd|pay|paid|fee|cheap|budget|money)", re.IGNORECASE
)
_ARTICLE = re.compile(r"\b(?:an?|one|once|first|single|each)\b", re.IGNORECASE)
_HAN_DIGITS = frozenset("一二两三四五六七八九十百千万")
_FRACTION = re.compile(r"(?<![0-9.,/])1\s?/\s?[0-9]")
_FALL = re.compile("[降减低负少差跌损亏缩]")
_ZERO = re.compile("[零无没未不]")
_TWICE = 2
_DOUBLED = re.compile(r"(?<![0-9.])[一1]\s?倍|翻了?[一1]?\s?[番倍]|加倍|倍增")


def check_numbers(passage: Passage) -> Iterator[Violation]:
    """Yield a violation for each number that one side has and the other has not, at most 20.

    Numbers are compared sentence by sentence with scale and unit, so that 0.5B, 500 million and
    5 亿 are equal, and 5 % and 5 are not. Of a summary only what the English does not support
    counts. Digits in names (GPT-4) are asked for by the check on names, but none may be invented.
    """
    found = _complete(passage) if passage.is_complete else _summary(passage)
    return islice(found, _MOST)


class _Names:
    """The names of a paper that hold digits."""

    def __init__(self, paper: str) -> None:
        self._paper = paper
        self.spaced = spaced_names(paper)

    @cached_property
    def amounts(self) -> frozenset[Decimal]:
        """Return the numbers inside names."""
        named = (number for number in figures(self._paper, self.spaced) if number.in_name)
        return frozenset(amount for number in named for amount in number.amounts)


@dataclass(slots=True)
class _Rest:
    """What one bead has left after pairing."""

    support: frozenset[Key]
    """Every value that its English speaks of."""
    named: frozenset[Decimal]
    """The values of its English names."""
    agree: Agreement
    missing: list[Quantity] = field(default_factory=list)
    missing_words: list[Quantity] = field(default_factory=list)
    extra: list[Quantity] = field(default_factory=list)
    numerals: list[Reading] = field(default_factory=list)
    changed: list[tuple[Quantity, Quantity]] = field(default_factory=list)
    moved: list[Quantity] = field(default_factory=list)
    unsigned: list[Quantity] = field(default_factory=list)
    exchanged: list[Quantity] = field(default_factory=list)
    """Chinese numbers that stand where the English has another, which stands in their place."""


def _complete(passage: Passage) -> Iterator[Violation]:
    """Yield what is missing, changed and added in a title or a full translation."""
    names = _Names(passage.paper or passage.english)
    titled = passage.field == "title_zh"
    rests = [_compare(bead, names, titled=titled) for bead in passage.sentences]
    _cancel_neighbours(rests)
    _cancel_anywhere(rests)
    where = passage.field
    for rest in rests:
        yield from (_changed(where, ours, theirs) for ours, theirs in rest.changed)
        yield from (_missing(where, number) for number in rest.missing)
        yield from _missing_words(where, rest)
        yield from (_unsigned_finding(where, number) for number in rest.unsigned)
        yield from (_exchanged_finding(where, number) for number in rest.exchanged)
        yield from (_moved(where, number) for number in rest.moved)
        yield from _added(where, rest)


def _compare(bead: Bead, names: _Names, *, titled: bool) -> _Rest:
    """Pair the numbers of one bead and return what is left."""
    english = figures(bead.english, names.spaced)
    words = number_words(bead.english, titled=titled)
    ours = [number for number in english if not number.in_name]
    named = frozenset(a for number in english if number.in_name for a in number.amounts)
    theirs: list[Reading] = [
        (number,)
        for number in sorted(figures(bead.chinese, names.spaced), key=_is_named)
        if not (number.in_name and _is_known(number, named, names))
    ]
    rest = _Rest(_support(english, words), named, _agreement(bead.english, bead.chinese))
    spoken = list(numerals(bead.chinese))
    # A month takes its 月 first: 5 May is 5 月 5 日.
    _, demanded, theirs = pair(_with_unit(words.demanded), theirs, exact, same_value)
    demanded += [word for word in words.demanded if word.unit is None]
    same, ours, theirs = pair(ours, theirs, exact, same_value)
    close, ours, theirs = pair(ours, theirs, bare, rest.agree)
    rest.unsigned = _unsigned((*same, *close), bead.chinese)
    rest.exchanged = list(_exchanged_units(close))
    _, rest.missing_words, spoken = pair(demanded, spoken, bare, same_magnitude)
    _, rest.missing_words, theirs = pair(rest.missing_words, theirs, exact, same_value)
    _, rest.missing_words, theirs = pair(rest.missing_words, theirs, bare, rest.agree)
    if ours:
        _, ours, spoken = pair(ours, _without_articles(spoken, bead.english), _every_key, excuses)
    changed, ours, theirs = pair(ours, theirs, bare, same_magnitude)
    rest.changed = [(number, others[0]) for number, others in changed]
    rest.missing = [n for n in ours if not _is_said_otherwise(n, bead.chinese)]
    rest.extra, rest.numerals = _supported(words, _whole(theirs, bead.chinese), spoken)
    return rest


def _is_said_otherwise(number: Quantity, chinese: str) -> bool:
    """Say whether a zero is a 无, or a factor of two an increase by 一倍."""
    if not number.amount:
        return _ZERO.search(chinese) is not None
    return number.amount == _TWICE and _DOUBLED.search(chinese) is not None


def _whole(theirs: Sequence[Reading], chinese: str) -> list[Quantity]:
    """Return what is left without the 1 of 1/10, with which Chinese says `10 times fewer`."""
    parts = _FRACTION.search(chinese) is not None
    return [others[0] for others in theirs if not (parts and others[0].text == "1")]


def _unsigned(pairs: Iterable[tuple[Quantity, Reading]], chinese: str) -> list[Quantity]:
    """Return the numbers whose minus sign is neither kept nor said as a fall (降低 5%)."""
    lost = [others[0] for ours, others in pairs if ours.is_negative and not others[0].is_negative]
    return [] if lost and _FALL.search(chinese) else lost


def _without_articles(spoken: list[Reading], english: str) -> list[Reading]:
    """Take away as many 一 as the English has articles and ones: they stand for no digit."""
    free = sum(1 for _ in _ARTICLE.finditer(english))
    kept: list[Reading] = []
    for reading in spoken:
        if free and reading[0].text == "一":
            free -= 1
        else:
            kept.append(reading)
    return kept


def _is_named(number: Quantity) -> bool:
    return number.in_name


def _is_known(number: Quantity, named: frozenset[Decimal], names: _Names) -> bool:
    return not named.isdisjoint(number.amounts) or _is_named_there(number, names)


def _every_key(number: Quantity) -> tuple[object, ...]:
    return (*bare(number), *exact(number))


def _agreement(english: str, chinese: str) -> Agreement:
    return compatible(
        percents=_PERCENT.search(english) is not None,
        money=_CURRENCY.search(chinese) is not None and _MONEY.search(english) is not None,
    )


def _support(english: Iterable[Quantity], words: Words) -> frozenset[Key]:
    """Return the keys of every number that the English speaks of; 5 % does not speak of 5."""
    keys: set[Key] = set()
    for number in (*english, *words.demanded):
        keys.update(exact(number))
        if number.unit is None or number.unit.dimension != "%":
            keys.update((amount, None) for amount in number.amounts)
    return frozenset(keys.union(*words.support))


def _supported(
    words: Words, extra: list[Quantity], spoken: list[Reading]
) -> tuple[list[Quantity], list[Reading]]:
    """Take away what words such as `both` or `week` account for, numerals before digits."""
    free: list[frozenset[Key]] = []
    for values in words.support if extra else ():
        partner = next((reading for reading in spoken if _accounts(values, reading)), None)
        if partner is None:
            free.append(values)
        else:
            spoken.remove(partner)
    left: list[Quantity] = []
    for number in extra:
        support = next((values for values in free if _accounts(values, (number,))), None)
        if support is None:
            left.append(number)
        else:
            free.remove(support)
    return left, spoken


def _accounts(values: frozenset[Key], reading: Reading) -> bool:
    """Say whether a number may be said on account of an English word."""
    return any(
        (q.amount, None) in values
        or not values.isdisjoint(exact(q))
        or ((q.is_ordinal or q.text[0] in _HAN_DIGITS) and (q.amount, ORDINAL) in values)
        for q in reading
    )


def _with_unit(words: Iterable[Quantity]) -> list[Quantity]:
    return [word for word in words if word.unit is not None]


def _exchanged_units(pairs: Sequence[tuple[Quantity, Reading]]) -> Iterator[Quantity]:
    """Yield what took another's unit: 10 hours and 20 GPUs as 20 小时 and 10 块 GPU."""
    lost = {ours.unit for ours, others in pairs if ours.unit and others[0].unit is None}
    for ours, others in pairs:
        if ours.unit is None and others[0].unit in lost:
            yield others[0]


def _exchange(rest: _Rest, other: _Rest) -> None:
    """Take out what two neighbours have of each other: both are in the wrong sentence."""
    there, _, _ = pair(rest.missing, [(n,) for n in other.extra], _every_key, rest.agree)
    back, _, _ = pair(other.missing, [(n,) for n in rest.extra], _every_key, other.agree)
    for one, pairs, its in ((rest, there, other), (other, back, rest)):
        if there and back:
            one.missing = [number for number in one.missing if number not in dict(pairs)]
            gone = [others[0] for _, others in pairs]
            its.exchanged += gone
            its.extra = [number for number in its.extra if number not in gone]


def _cancel_neighbours(rests: Sequence[_Rest]) -> None:
    """Let what one bead misses meet what the bead before or after has too much."""
    for rest, other in pairwise(rests):
        _exchange(rest, other)
    for rest, other in (*pairwise(rests), *pairwise(rests[::-1])):
        if not (other.extra or (rest.missing_words and other.numerals)):
            continue
        readings: list[Reading] = [(number,) for number in other.extra]
        _, rest.missing, readings = pair(rest.missing, readings, _every_key, rest.agree)
        _, rest.missing_words, readings = pair(rest.missing_words, readings, bare, rest.agree)
        _, rest.missing_words, other.numerals = pair(
            rest.missing_words, other.numerals, bare, same_magnitude
        )
        other.extra = [others[0] for others in readings]


def _cancel_anywhere(rests: Sequence[_Rest]) -> None:
    """Call what stands in a far sentence moved: the sentences may be aligned wrongly."""
    for rest in rests:
        for other in rests:
            if rest.missing and other.extra:
                readings: list[Reading] = [(number,) for number in other.extra]
                moved, rest.missing, readings = pair(rest.missing, readings, bare, rest.agree)
                other.extra = [others[0] for others in readings]
                rest.moved += [others[0] for _, others in moved]


def _missing(where: str, number: Quantity) -> Violation:
    return hard(_CHECK, where, number.text, f"{number.text} of the English is missing")


def _is_number(readings: Reading) -> bool:
    return readings[0].text[0] in _HAN_DIGITS and readings[0].amount > 1


def _missing_words(where: str, rest: _Rest) -> Iterator[Violation]:
    """Yield numbers in words; a title may play with its own, but not say another number."""
    report = soft if where == "title_zh" and not any(map(_is_number, rest.numerals)) else hard
    for number in rest.missing_words:
        yield report(_CHECK, where, number.text, f"'{number.text}' of the English is missing")


def _exchanged_finding(where: str, number: Quantity) -> Violation:
    return hard(_CHECK, where, number.text, f"{number.text} has changed places with another number")


def _moved(where: str, number: Quantity) -> Violation:
    return soft(_CHECK, where, number.text, f"{number.text} stands in another sentence")


def _unsigned_finding(where: str, number: Quantity) -> Violation:
    return hard(_CHECK, where, number.text, f"{number.text} has lost its minus sign")


def _changed(where: str, ours: Quantity, theirs: Quantity) -> Violation:
    if ours.unit is not None and ours.unit.dimension == "%" and theirs.unit is None:
        return hard(_CHECK, where, theirs.text, f"{theirs.text} has lost its percent sign")
    return hard(_CHECK, where, theirs.text, f"{theirs.text} has another unit than in the English")


def _added(where: str, rest: _Rest) -> Iterator[Violation]:
    for number in rest.extra:
        if number.in_name or not _accounts(rest.support, (number,)):
            yield _invented(where, number)
        elif rest.named.isdisjoint(number.amounts):
            yield soft(_CHECK, where, number.text, f"{number.text} is said too often")
    for readings in rest.numerals:
        # A title lists nothing that could be counted.
        is_said = is_sure(readings) or (where == "title_zh" and _counts_many(readings[0]))
        if is_said and not _accounts(rest.support, readings):
            yield _invented(where, readings[0])


def _invented(where: str, number: Quantity) -> Violation:
    return hard(_CHECK, where, number.text, f"{number.text} is not in the English")


def _summary(passage: Passage) -> Iterator[Violation]:
    """Yield what a summary says and its English does not; order and number of times are free."""
    names = _Names(passage.paper or passage.english)
    english = [number for number in figures(passage.english) if not number.in_name]
    words = number_words(passage.english)
    support = _support(english, words)
    agree = _agreement(passage.english, passage.chinese)
    read = [(n,) for n in figures(passage.chinese, names.spaced) if not _is_named_there(n, names)]
    for number in _whole(read, passage.chinese):
        same = [other for other in (*english, *words.demanded) if _may_be(other, number)]
        if same and not any(same_value(other, number) or agree(other, number) for other in same):
            yield _changed(passage.field, same[0], number)
        elif not same and not _accounts(support, (number,)):
            yield _invented(passage.field, number)
    yield from _spoken(passage, support)


def _may_be(ours: Quantity, theirs: Quantity) -> bool:
    return same_magnitude(ours, theirs) or same_value(ours, theirs)


def _is_named_there(number: Quantity, names: _Names) -> bool:
    return number.in_name and not names.amounts.isdisjoint(number.amounts)


def _counts_many(number: Quantity) -> bool:
    return number.is_counted and number.amount >= _NO_LIST


def _spoken(passage: Passage, support: frozenset[Key]) -> Iterator[Violation]:
    """Yield the numerals of a summary that no English number accounts for.

    Small ones are only reported: 两种 and 三点 often count what the English lists.
    """
    for readings in numerals(passage.chinese):
        number = readings[0]
        if not number.in_name and not _accounts(support, readings):
            message = f"{number.text} is not in the English"
            if is_sure(readings) or _counts_many(number):
                yield hard(_CHECK, passage.field, number.text, message)
            elif _is_number(readings):
                yield soft(_CHECK, passage.field, number.text, message)
