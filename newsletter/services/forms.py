"""Read what a person typed into a form; every mistake is named, each for its own field."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

from newsletter.errors import InputError, InvalidAddress, InvalidForm, InvalidPreference
from newsletter.keywords.query import parse_keywords
from newsletter.services.vocabulary import vocabulary
from newsletter.subscribers import DEFAULT_HOUR, DEFAULT_TIMEZONE, Density, Preferences
from newsletter.taxonomy import is_category

Value = TypeVar("Value")
MAX_ADDRESS = 254
"""RFC 5321 §4.5.3.1.3: a path has at most 256 octets, two of them angle brackets."""


def read_address(text: str) -> str:
    """Return the address to mail to, its domain in lower case; `InvalidAddress` if none.

    Syntax only: whether it exists is what the confirmation mail is for. Local parts outside
    ASCII are refused, because most servers still do not take them.
    """
    typed = text.strip()
    if not typed:
        raise InvalidAddress("address", "address_missing")
    if len(typed) > MAX_ADDRESS:
        raise InvalidAddress("address", "address_too_long", limit=MAX_ADDRESS)
    try:
        checked = validate_email(
            typed,
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,  # *.test: the demo's own inbox
        )
    except EmailNotValidError as error:
        raise InvalidAddress("address", "address_invalid") from error
    return checked.ascii_email or checked.normalized


def read_preferences(form: Mapping[str, str]) -> Preferences:
    """Read what a reader chose; `InvalidForm` names every mistake.

    `categories` are separated by white space. A field that is missing or empty keeps its default;
    whether the library counts is chosen on a page of its own, so that it is off here.
    """
    errors: list[InputError] = []
    empty: tuple[str, ...] = ()
    keywords = _try(errors, lambda: parse_keywords(form.get("keywords", ""), vocabulary()), empty)
    hour = _try(errors, lambda: _hour(form.get("hour", "")), DEFAULT_HOUR)
    density = _try(errors, lambda: _density(form.get("density", "")), Density.FULL)
    categories = _try(errors, lambda: _categories(form.get("categories", "")), empty)
    cross_lists = _try(errors, lambda: _cross_lists(form.get("cross_lists", "")), otherwise=True)
    timezone = form.get("timezone", "") or DEFAULT_TIMEZONE
    checked = Preferences(hour=hour, density=density)
    checked = _try(errors, lambda: Preferences(hour=hour, timezone=timezone), checked)
    if errors:
        raise InvalidForm(tuple(errors))
    return Preferences(
        keywords=keywords,
        hour=checked.hour,
        timezone=checked.timezone,
        density=density,
        categories=categories,
        cross_lists=cross_lists,
    )


def read_subscription(form: Mapping[str, str]) -> tuple[str, Preferences]:
    """Read an address with its preferences; `InvalidForm` names every mistake of both."""
    errors: list[InputError] = []
    address = _try(errors, lambda: read_address(form.get("address", "")), "")
    try:
        preferences = read_preferences(form)
    except InvalidForm as error:
        raise InvalidForm((*errors, *error.errors)) from error
    if errors:
        raise InvalidForm(tuple(errors))
    return address, preferences


def _try(errors: list[InputError], read: Callable[[], Value], otherwise: Value) -> Value:
    try:
        return read()
    except InputError as error:
        errors.append(error)
        return otherwise


def _hour(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) <= 2):  # noqa: PLR2004 - 0 to 23
        raise InvalidPreference("hour", "hour_invalid")
    return Preferences(hour=int(text)).hour if text else DEFAULT_HOUR


def _categories(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(text.split()))
    for name in chosen:
        if not is_category(name):
            raise InvalidPreference("categories", "category_invalid", text=name[:20])
    return Preferences(categories=chosen).categories


def _cross_lists(text: str) -> bool:
    said = text.strip().lower()
    if said not in {"", "yes", "no"}:
        raise InvalidPreference("cross_lists", "cross_lists_invalid")
    return said != "no"


def _density(text: str) -> Density:
    try:
        return Density(text) if text else Density.FULL
    except ValueError as error:
        raise InvalidPreference("density", "density_invalid") from error
