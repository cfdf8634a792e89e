"""Which number of one language is which of the other: by value, scale and unit."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal

from newsletter.fidelity.quantities import Quantity
from newsletter.fidelity.units import CURRENCIES, Unit

Reading = tuple[Quantity, ...]
"""What one stretch of text may mean: one quantity, or one of several."""
Agreement = Callable[[Quantity, Quantity], bool]
"""Says of an English and a Chinese quantity whether they may be the same."""


def pair(
    ours: Iterable[Quantity],
    theirs: Iterable[Reading],
    keys: Callable[[Quantity], Iterable[Hashable]],
    agree: Agreement,
) -> tuple[list[tuple[Quantity, Reading]], list[Quantity], list[Reading]]:
    """Pair each of `ours` with the first free one of `theirs` that has a key of it and agrees.

    Returns the pairs and what is left of both sides, in order.
    """
    rest = list(theirs)
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, readings in enumerate(rest):
        for key in {key for quantity in readings for key in keys(quantity)}:
            places[key].append(place)
    taken: set[int] = set()
    pairs: list[tuple[Quantity, Reading]] = []
    missing: list[Quantity] = []
    for quantity in ours:
        near = (place for key in keys(quantity) for place in places.get(key, ()))
        free = (place for place in near if place not in taken)
        chosen = next((p for p in free if any(agree(quantity, q) for q in rest[p])), None)
        if chosen is None:
            missing.append(quantity)
        else:
            taken.add(chosen)
            pairs.append((quantity, rest[chosen]))
    return pairs, missing, [item for place, item in enumerate(rest) if place not in taken]


def exact(quantity: Quantity) -> tuple[tuple[Decimal, str | None], ...]:
    """Return the key of a number with its unit: 0.5 s and 500 ms have the same."""
    unit = quantity.unit
    if unit is None:
        return tuple((amount, None) for amount in quantity.amounts)
    return ((quantity.amount * unit.factor, unit.dimension),)


def bare(quantity: Quantity) -> tuple[Decimal, ...]:
    """Return the keys of a number without its unit."""
    return quantity.amounts


def same_value(ours: Quantity, theirs: Quantity) -> bool:
    """Say whether exact readings meet; `pair` compares only the keys of whole stretches."""
    return not set(exact(ours)).isdisjoint(exact(theirs))


def same_magnitude(ours: Quantity, theirs: Quantity) -> bool:
    """Say whether two numbers have the same digits and scale, whatever their units."""
    return not set(ours.amounts).isdisjoint(theirs.amounts)


def compatible(*, percents: bool, money: bool) -> Agreement:
    """Return the agreement of units where only one side may have named its own.

    `percents`: the English speaks of percentages here, so that a bare number of a list may get
    its sign; `money`: it speaks of prices. A percent sign is never lost, except inside a range
    that has it at its end.
    """

    def agree(ours: Quantity, theirs: Quantity) -> bool:
        if not same_magnitude(ours, theirs):
            return False
        wanted, given = ours.unit, theirs.unit
        if wanted is None:
            return _may_be_added(given, percents=percents or ours.shares_unit, money=money)
        if given is None:
            return wanted.dimension != "%" or theirs.shares_unit
        return wanted == given or {wanted.dimension, given.dimension} in _ALIKE

    return agree


_ALIKE = ({"point", "%"}, {"point"}, {"point", "x"})


def _may_be_added(given: Unit | None, *, percents: bool, money: bool) -> bool:
    if given is None:
        return True
    if given.dimension == "%":
        return percents
    return money or given.dimension not in CURRENCIES


def excuses(ours: Quantity, theirs: Quantity) -> bool:
    """Say whether a Chinese numeral may stand for an English number: 两倍 for 2×, 五成 for 50 %."""
    if same_value(ours, theirs):
        return True
    if not same_magnitude(ours, theirs):
        return False
    wanted, given = ours.unit, theirs.unit
    if (wanted is not None and wanted.dimension == "%") or (
        given is not None and given.dimension == "%"
    ):
        return False
    return wanted is None or given is None or wanted == given
