"""Compare the numbers of a Chinese text with those of its English."""

from collections.abc import Iterator
from decimal import Decimal

from newsletter.fidelity.findings import Violation, hard, soft
from newsletter.fidelity.numerals import Number, chinese_values, may_be_spelled_out, numbers

_PERCENT_MARKS = ("%", "百分", "成", "pp", "个点", "半", "倍")


def check_numbers(field: str, english: str, chinese: str, *, complete: bool) -> Iterator[Violation]:
    """Yield a violation for each number that one side has and the other has not; clean texts.

    Numbers are compared by value as multisets, so 0.5B, 500 million and 5 亿 are equal; those
    inside names (GPT-4) may be said more or less often. With `complete` false only numbers
    without support in the English count. English numbers in words are never asked for.
    """
    ours, theirs = numbers(english), numbers(chinese)
    missing, extra = difference(ours, theirs)
    said = frozenset(value for number in theirs for value in number.values)
    if complete:
        excused = chinese_values(chinese)
        yield from (_missing(field, n) for n in missing if not _is_said(n, said, excused))
        yield from _percent(field, english, chinese)
    support = frozenset(value for number in ours for value in number.values)
    for number in extra:
        if not number.values & support and not may_be_spelled_out(number, english):
            yield hard("numbers", field, number.text, f"{number.text} is not in the English")
        elif complete and number.values & support and not number.in_name:
            yield soft("numbers", field, number.text, f"{number.text} is said too often")


def difference(
    ours: tuple[Number, ...], theirs: tuple[Number, ...]
) -> tuple[list[Number], list[Number]]:
    """Return what is left of both sides after pairing equal values, exact readings first."""
    extra = list(theirs)
    missing: list[Number] = []
    for number in sorted(ours, key=lambda n: len(n.values)):
        partner = next((other for other in extra if other.values & number.values), None)
        if partner is None:
            missing.append(number)
        else:
            extra.remove(partner)
    return missing, extra


def _is_said(number: Number, said: frozenset[Decimal], excused: frozenset[Decimal]) -> bool:
    """Say whether the Chinese has the number in another way, or a name less often."""
    return bool(number.values & excused) or (number.in_name and bool(number.values & said))


def _missing(field: str, number: Number) -> Violation:
    return hard("numbers", field, number.text, f"{number.text} of the English is missing")


def _percent(field: str, english: str, chinese: str) -> Iterator[Violation]:
    """Yield one violation where the English has percentages and the Chinese none at all."""
    if "%" in english and not any(mark in chinese for mark in _PERCENT_MARKS):
        yield hard("numbers", field, "%", "the percent signs are missing")
