"""What calls to a model consume: tokens, and money where the operator named prices."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_MILLION = 1_000_000
MAX_PRICE = Decimal(1_000_000)
"""Of a million tokens, in any currency: a bound above which a price is a slip of the pen."""
_LAST_PLACE = -12
"""Decimal places of a price; beyond, sums lose digits and take pages to print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call or of several together, as the server counted them."""

    calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Of the prompt's, those that the provider had cached; they are cheaper."""
    completion_tokens: int = 0
    cost: Decimal = Decimal(0)
    """In the currency of the prices; 0 where no price is known."""

    @property
    def tokens(self) -> int:
        """Return all tokens, asked and answered."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Usage") -> "Usage":
        """Return both together."""
        return Usage(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost=self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of a million tokens, all in one currency."""

    prompt: Decimal
    cached: Decimal
    completion: Decimal

    def of(self, usage: Usage) -> Decimal:
        """Return what `usage` costs, whatever its own `cost` says."""
        fresh = usage.prompt_tokens - usage.cached_tokens
        total = (
            fresh * self.prompt
            + usage.cached_tokens * self.cached
            + usage.completion_tokens * self.completion
        )
        return total / _MILLION


def parse_prices(text: str) -> Prices | None:
    """Read `0.14 0.014 0.28`: a million tokens asked, asked and cached, answered; empty: None.

    Raises `ValueError` for anything else.
    """
    parts = text.replace(",", " ").split()
    if not parts:
        return None
    try:
        prompt, cached, completion = (Decimal(part) for part in parts)
    except (ValueError, InvalidOperation):
        raise ValueError("is not three prices, such as `0.14 0.014 0.28`") from None
    prices = (prompt, cached, completion)
    if not all(price.is_finite() and price >= 0 for price in prices):
        raise ValueError("has a price that is negative or no number")
    if any(price > MAX_PRICE for price in prices):
        raise ValueError(f"has a price above {MAX_PRICE:,} for a million tokens")
    # The exponent of a zero is free, and its sums keep it.
    places = [int(price.as_tuple().exponent) for price in prices]
    if not all(_LAST_PLACE <= place <= MAX_PRICE.adjusted() for place in places):
        raise ValueError(
            f"has a price with more than {-_LAST_PLACE} decimal places, or an odd exponent"
        )
    return Prices(*prices)
