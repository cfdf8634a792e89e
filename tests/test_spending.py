"""Tokens and money."""

from decimal import Decimal

import pytest

from newsletter.spending import Prices, Usage, parse_prices


def test_usage_adds_up() -> None:
    """Two calls together are the sum of each figure."""
    one = Usage(
        calls=1, prompt_tokens=100, cached_tokens=60, completion_tokens=30, cost=Decimal("0.5")
    )
    both = one + one
    assert Usage(
        calls=2, prompt_tokens=200, cached_tokens=120, completion_tokens=60, cost=Decimal(1)
    ) == (both)
    assert 260 == both.tokens


def test_prices() -> None:
    """Cached tokens have their own price; a million tokens cost what the price says."""
    prices = Prices(Decimal(2), Decimal("0.5"), Decimal(8))
    used = Usage(prompt_tokens=1_000_000, cached_tokens=400_000, completion_tokens=250_000)
    assert Decimal("1.2") + Decimal("0.2") + Decimal(2) == prices.of(used)


def test_reading_prices() -> None:
    """Three numbers, with or without commas; nothing means that no price is known."""
    expected = Prices(Decimal("0.14"), Decimal("0.014"), Decimal("0.28"))
    for text in ("0.14 0.014 0.28", "0.14,0.014,0.28"):
        assert expected == parse_prices(text)
    assert parse_prices("  ") is None


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "1 2",
        "1 2 3 4",
        "a b c",
        "1 2 -3",
        "1 nan 3",
        "1 2 inf",
        "1 2 1e999999",
        "1 2 1000001",
        "1 2 0e999999",
        "1 2 1e-999999",
    ],
)
def test_prices_that_are_none(text: str) -> None:
    """Anything but three prices is refused."""
    with pytest.raises(ValueError, match="price"):
        parse_prices(text)
