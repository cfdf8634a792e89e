"""What a person types into a form."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import (
    InputError,
    InvalidAddress,
    InvalidForm,
)
from newsletter.services.forms import (
    read_address,
    read_preferences,
    read_subscription,
)
from newsletter.subscribers import Density, Preferences
from newsletter.taxonomy import categories_of


def _names() -> tuple[str, ...]:
    return tuple(name for archive in ("cs", "math") for name in categories_of(archive))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (" Ada.Lovelace@Example.ORG ", "Ada.Lovelace@example.org"),
        ("ada+news@example.org", "ada+news@example.org"),
        ("ada@例子.中国", "ada@xn--fsqu00a.xn--fiqs8s"),
        ("ada@demo.test", "ada@demo.test"),
    ],
)
def test_addresses_are_read(typed: str, expected: str) -> None:
    """Outer space goes, the domain is in lower case and ASCII, the local part stays."""
    assert expected == read_address(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "address_missing"),
        ("  ", "address_missing"),
        ("ada", "address_invalid"),
        ("ada@", "address_invalid"),
        ("ada@example.org, bob@example.org", "address_invalid"),
        ("ada@example.org\r\nBcc: bob@example.org", "address_invalid"),
        ("李白@example.org", "address_invalid"),
        ("a" * 250 + "@example.org", "address_too_long"),
    ],
)
def test_what_is_no_address_is_refused(typed: str, code: str) -> None:
    """With a code of its own, and without repeating what was typed."""
    with pytest.raises(InvalidAddress) as caught:
        read_address(typed)
    assert code == caught.value.code
    assert not typed.strip() or typed.strip() not in str(caught.value)


def test_a_form_is_read() -> None:
    """Every field, and defaults where one is empty."""
    form = {"keywords": "quantum\npoem", "hour": "6", "density": "brief", "timezone": "Asia/Tokyo"}
    assert Preferences(
        keywords=("quantum", "poem"),
        hour=6,
        density=Density.BRIEF,
        timezone="Asia/Tokyo",
    ) == read_preferences(form)
    assert Preferences(keywords=("quantum",)) == read_preferences({"keywords": "quantum"})


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ()),
        (" \n", ()),
        ("cs.RO\ncs.LG\ncs.RO", ("cs.RO", "cs.LG")),
        ("cs.RO  hep-th cs", ("cs.RO", "hep-th", "cs")),
    ],
    ids=["empty", "blank", "lines", "spaces"],
)
def test_categories_are_read(typed: str, expected: tuple[str, ...]) -> None:
    """Each once, in order: categories, archives without any, and whole archives."""
    form = {"keywords": "quantum", "categories": typed}
    assert expected == read_preferences(form).categories


def test_chinese_keywords_are_taken_that_the_glossary_knows() -> None:
    """As typed; Chinese that nothing is known of would never match, and is named."""
    assert ("强化学习",) == read_preferences({"keywords": "强化学习"}).keywords
    with pytest.raises(InvalidForm) as caught:
        read_preferences({"keywords": "强化学习\n嗯嗯啊啊"})
    assert ["keywords"] == [error.field for error in caught.value.errors]


@pytest.mark.parametrize(
    ("typed", "expected"), [("", True), ("yes", True), (" Yes", True), ("no", False)]
)
def test_cross_lists_are_read(typed: str, *, expected: bool) -> None:
    """In, unless the form says no."""
    assert expected is read_preferences({"keywords": "quantum", "cross_lists": typed}).cross_lists


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("categories", "cs.RO cs.ro", "category_invalid"),
        ("categories", "x" * 100_000, "category_invalid"),
        ("categories", "cs.RO\x00", "category_invalid"),
        ("categories", " ".join(_names()[:61]), "categories_too_many"),
        ("cross_lists", "maybe", "cross_lists_invalid"),
    ],
    ids=["case", "long", "control", "many", "maybe"],
)
def test_odd_choices_are_refused(field: str, typed: str, code: str) -> None:
    """Each at its own field, with no more than the beginning of what was typed."""
    with pytest.raises(InvalidForm) as caught:
        read_preferences({"keywords": "quantum", field: typed})
    assert [f"{field}: {code}"] == _codes(caught.value.errors)
    assert len(str(caught.value.errors[0].values.get("text", ""))) <= 20


def test_as_many_categories_as_are_allowed() -> None:
    """Sixty are one reader's limit."""
    sixty = _names()[:60]
    form = {"keywords": "quantum", "categories": "\n".join(sixty)}
    assert sixty == read_preferences(form).categories


def _codes(errors: tuple[InputError, ...]) -> list[str]:
    return [f"{error.field}: {error.code}" for error in errors]


def test_every_mistake_of_a_form_is_named() -> None:
    """All at once, each for its own field."""
    form = {"address": "x", "keywords": "", "hour": "24", "density": "huge", "timezone": "Mars/X"}
    with pytest.raises(InvalidForm) as caught:
        read_subscription(form)
    assert [
        "address: address_invalid",
        "keywords: keywords_missing",
        "hour: hour_invalid",
        "density: density_invalid",
        "timezone: timezone_invalid",
    ] == _codes(caught.value.errors)


def test_a_bad_address_alone_is_named() -> None:
    """With good preferences there is one mistake."""
    with pytest.raises(InvalidForm) as caught:
        read_subscription({"address": "x", "keywords": "quantum"})
    assert ["address: address_invalid"] == _codes(caught.value.errors)


def test_a_subscription_is_read() -> None:
    """Address and preferences."""
    form = {"address": "ada@example.org", "keywords": "quantum"}
    assert ("ada@example.org", Preferences(keywords=("quantum",))) == read_subscription(form)


@pytest.mark.parametrize("hour", ["-1", "24", "1.5", "八", "٣", "007", " 7"])
def test_odd_hours_are_refused(hour: str) -> None:
    """Only 0 to 23 in plain digits."""
    with pytest.raises(InvalidForm):
        read_preferences({"keywords": "quantum", "hour": hour})


FIELDS = ("address", "keywords", "hour", "density", "timezone", "categories", "cross_lists")


@given(st.dictionaries(st.sampled_from(FIELDS), st.text()))
def test_no_form_is_a_surprise(form: dict[str, str]) -> None:
    """Whatever is typed gives preferences or named mistakes."""
    with contextlib.suppress(InvalidForm):
        assert read_subscription(form)[1].keywords
