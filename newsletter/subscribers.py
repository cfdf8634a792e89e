"""Readers as plain values: addresses, preferences, states."""

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from zoneinfo import available_timezones

from newsletter.errors import InvalidPreference

DEFAULT_TIMEZONE = "Asia/Shanghai"
DEFAULT_HOUR = 8
HOURS_IN_DAY = 24
MAX_CATEGORIES = 60
"""Categories that one reader follows; the largest archive has 40."""


class SubscriberState(StrEnum):
    """pending → active → paused | left | bounced | complained."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Density(StrEnum):
    """How much of each paper a reader's mail shows; from the most to the least."""

    FULL = "full"
    """Chinese summary, Chinese abstract, English abstract."""
    ABSTRACT = "abstract"
    """Chinese summary and Chinese abstract."""
    BRIEF = "brief"
    """Chinese summary."""
    TITLE = "title"
    """Titles and links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a reader chose. `hour` is 0–23 of `timezone` (an IANA name)."""

    keywords: tuple[str, ...] = ()
    """In the reader's order, which is the order of sections in the mail."""
    hour: int = DEFAULT_HOUR
    timezone: str = DEFAULT_TIMEZONE
    density: Density = Density.FULL
    categories: tuple[str, ...] = ()
    """Only papers of these; empty for all. A category (`cs.RO`) or a whole archive (`cs`)."""
    cross_lists: bool = True
    """Also papers that are only cross-listed to them, or to what the newsletter follows."""
    library: bool = False
    """Also papers close to the reader's own library, in a section of their own."""

    def __post_init__(self) -> None:
        """Raise `InvalidPreference` for an hour or a zone that does not exist, or many categories.

        Whether a category exists is asked where it is chosen, because arXiv may drop one later.
        """
        if not 0 <= self.hour < HOURS_IN_DAY:
            raise InvalidPreference("hour", "hour_invalid")
        if self.timezone not in known_timezones():
            raise InvalidPreference("timezone", "timezone_invalid")
        if len(self.categories) > MAX_CATEGORIES:
            raise InvalidPreference("categories", "categories_too_many", limit=MAX_CATEGORIES)


@cache
def known_timezones() -> frozenset[str]:
    """Return the IANA names that mean the same on every machine."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}


@dataclass(frozen=True, slots=True)
class Interest:
    """A keyword, and what the readers who have it chose of categories: one for all of them."""

    keyword: str
    categories: tuple[str, ...] = ()
    cross_lists: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A reader. `id` is the row's key; `public_id` stands in links and is random."""

    id: int
    public_id: str
    address: str = field(repr=False)
    """As typed: what mail is sent to."""
    state: SubscriberState
    preferences: Preferences = field(default_factory=Preferences)


def fold_address(address: str) -> str:
    """Return the form under which an address is unique: NFKC, lower case, no outer space.

    Nearly no mail server tells local parts apart by case, and a reader who types a capital the
    second time is the same reader; dots and plus-tags do differ and stay.
    """
    return unicodedata.normalize("NFKC", address.strip()).casefold()
