"""Preferences that exist, and addresses that are the same."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.errors import InvalidPreference
from newsletter.subscribers import (
    Density,
    Preferences,
    Subscriber,
    SubscriberState,
    fold_address,
    known_timezones,
)


def test_the_defaults_are_breakfast_in_china() -> None:
    """Who chooses nothing gets everything at eight, Chinese time."""
    reader = Subscriber(
        id=1,
        public_id="sample",
        address="ann@example.org",
        state=SubscriberState.PENDING,
    )

    assert Preferences(hour=8, timezone="Asia/Shanghai", density=Density.FULL) == reader.preferences
    assert reader.preferences.keywords == ()


@given(st.integers(0, 23), st.sampled_from(sorted(known_timezones())))
def test_every_hour_of_every_zone_can_be_chosen(hour: int, timezone: str) -> None:
    """All 24 hours of all zones of the zone database are accepted."""
    preferences = Preferences(hour=hour, timezone=timezone)

    assert (hour, timezone) == (preferences.hour, preferences.timezone)


@example(-1)
@example(24)
@given(st.integers().filter(lambda hour: not 0 <= hour <= 23))
def test_other_hours_are_refused(hour: int) -> None:
    """There is no hour before 0 and none after 23."""
    with pytest.raises(InvalidPreference) as caught:
        Preferences(hour=hour)

    assert (caught.value.field, caught.value.code) == ("hour", "hour_invalid")


@pytest.mark.parametrize(
    "timezone",
    [
        "",
        "Asia",
        "Mars/Olympus_Mons",
        "../../etc/passwd",
        "/etc/passwd",
        "Asia/Shanghai\0",
        "Asia/\ud800",
        "A" * 5000,
        "上海",
    ],
)
def test_other_zones_are_refused(timezone: str) -> None:
    """A folder, a path out of the zone database, or nonsense is no time zone."""
    with pytest.raises(InvalidPreference) as caught:
        Preferences(timezone=timezone)

    assert (caught.value.field, caught.value.code) == ("timezone", "timezone_invalid")


def test_densities_go_from_the_most_to_the_least() -> None:
    """The order of definition is the order in which a mail gives way."""
    assert list(Density) == ["full", "abstract", "brief", "title"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Example.ORG", "ann@example.org"),
        (" ann@example.org\n", "ann@example.org"),
        ("ａｎｎ@example.org", "ann@example.org"),
        ("ann@bu\u0308ro.example", "ann@b\u00fcro.example"),
    ],
)
def test_spellings_of_one_address_are_one(one: str, other: str) -> None:
    """Case, outer space and Unicode forms do not make a second reader."""
    assert fold_address(one) == fold_address(other)


@pytest.mark.parametrize("other", ["ann.sample@example.org", "annsample+news@example.org"])
def test_dots_and_tags_make_another_address(other: str) -> None:
    """Only some providers ignore dots and plus-tags, so they stay."""
    assert fold_address("annsample@example.org") != fold_address(other)


@given(st.emails())
def test_folding_an_address_twice_changes_nothing(address: str) -> None:
    """The folded form is its own folded form."""
    assert fold_address(address) == fold_address(fold_address(address))
