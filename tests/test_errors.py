"""The error tree: drawn as it is, with a hint, and without what must not reach a log."""

import inspect
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from newsletter import errors
from newsletter.errors import (
    CircuitOpen,
    DatabaseBusy,
    DocumentTooLarge,
    EmptyDocument,
    ExpiredToken,
    InputError,
    InvalidAddress,
    InvalidAnswer,
    InvalidForm,
    InvalidKeyword,
    InvalidPreference,
    InvalidToken,
    MailDeferred,
    MailRejected,
    MessageError,
    ModelUnavailable,
    NewsletterError,
    OutcomeUnknown,
    RowMissing,
    SettingsError,
    SourceUnavailable,
    TooManyRequests,
    TransportUnavailable,
)

_ADDRESS = "ann@example.org"
_DRAWN = re.compile(r"^ {4}(?P<branch>[│├└─ ]*)(?P<name>[A-Z]\w+)\b")


def _classes() -> dict[str, type[NewsletterError]]:
    return {
        name: each
        for name, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, NewsletterError)
    }


def _drawn() -> Iterator[tuple[str, str]]:
    """Yield each class drawn in the module's docstring with its parent, empty for the root."""
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := _DRAWN.match(line):
            path = [*path[: len(found["branch"]) // 4], found["name"]]
            yield path[-1], path[-2] if len(path) > 1 else ""


def test_the_drawn_tree_is_the_tree() -> None:
    """Every class stands in the docstring, under its parent, in the order of the module."""
    real = {
        name: "" if each is NewsletterError else each.__bases__[0].__name__
        for name, each in _classes().items()
    }

    assert real == dict(_drawn())
    assert len(real) == len(list(_drawn()))


_NOW = datetime(2026, 5, 29, tzinfo=UTC)
_MADE: list[NewsletterError] = [
    EmptyDocument("https://arxiv.org/list/cs/new"),
    DocumentTooLarge("https://arxiv.org/list/cs/new", 100),
    SourceUnavailable("https://arxiv.org/list/cs/new", "503", 30.0),
    CircuitOpen("https://arxiv.org/list/cs/new", _NOW, failures=2, now=_NOW),
    ModelUnavailable("time-out", 2.0),
    InvalidAnswer(("a number is missing", "a name is wrong")),
    InputError("hour", "hour_invalid"),
    InvalidToken(),
    ExpiredToken(),
    InvalidForm((InvalidToken(),)),
    MessageError("Subject", "holds a line break"),
    SettingsError("NEWSLETTER_SECRET", "is missing"),
    *(
        each("host", "went wrong")
        for each in _classes().values()
        if each in {errors.NotAnAnnouncement, errors.TruncatedDocument, errors.SourceRefused}
    ),
    *(
        each("went wrong")
        for each in _classes().values()
        if issubclass(each, errors.TransportError | errors.StorageError)
        or each in {errors.ContentRefused, errors.ModelAccountError}
    ),
]


@pytest.mark.parametrize("error", _MADE, ids=lambda error: type(error).__name__)
def test_each_error_says_what_happened_and_what_to_do(error: NewsletterError) -> None:
    """`str` is one clause and, where there is something to do, the hint."""
    assert f"{error.what}. {error.hint}".removesuffix(". ") == str(error)
    assert "\n" not in str(error)
    assert not error.hint.endswith(".")


def test_what_can_be_acted_upon_has_a_hint() -> None:
    """Only abstract classes, and those about a person's own input, go without a hint."""
    silent = {name for name, each in _classes().items() if not each.hint}
    inputs = {name for name, each in _classes().items() if issubclass(each, InputError)}
    parents = {parent for _, parent in _drawn() if parent}
    # Raised themselves, with hints of their own.
    parents -= {SourceUnavailable.__name__, errors.ModelAccountError.__name__}
    # Their callers say what to do: the missing row, the header's part, the variable's name.
    spoken = {RowMissing.__name__, MessageError.__name__, SettingsError.__name__}

    assert inputs | parents | spoken == silent


def test_messages_are_built_from_the_fields() -> None:
    """The fields stay readable, and the message names them."""
    assert str(InputError("hour", "hour_invalid")) == "hour: hour invalid"
    assert str(EmptyDocument("feed.xml")).startswith("feed.xml: the body is empty. ")
    assert str(DocumentTooLarge("feed.xml", 9)).startswith("feed.xml: more than 9 bytes. ")
    assert str(InvalidAnswer(("one", "two"))).startswith("one; two. ")
    assert str(MailDeferred("refused", code=451)).startswith("refused (451). ")
    assert str(TransportUnavailable("no connection")).startswith("no connection. ")
    assert str(SettingsError("NAME", "is missing")) == "NAME: is missing"
    assert str(MessageError("Subject", "too long")) == "Subject: too long"
    assert str(DatabaseBusy("locked")).startswith("locked. ")


def test_fields_are_kept() -> None:
    """What a caller decides upon is a field and need not be read out of a message."""
    deferred = MailDeferred("refused", code=451, reply="4.7.1 later")
    keyword = InvalidKeyword("keywords", "keyword_too_long", limit=100)
    form = InvalidForm((keyword, InvalidToken()))

    assert (deferred.code, deferred.reply) == (451, "4.7.1 later")
    assert (
        keyword.field,
        keyword.code,
        keyword.values,
    ) == ("keywords", "keyword_too_long", {"limit": 100})
    assert (form.field, form.code, len(form.errors)) == ("form", "form_invalid", 2)
    assert [
        SourceUnavailable("host", "503").retry_after,
        SourceUnavailable("host", "503", 30.0).retry_after,
    ] == [None, 30.0]
    assert [
        ModelUnavailable("429").retry_after,
        ModelUnavailable("429", 2.0).retry_after,
    ] == [None, 2.0]
    assert DocumentTooLarge("feed.xml", 9).origin == "feed.xml"
    assert DocumentTooLarge("feed.xml", 9).limit == 9
    assert InvalidAnswer(("one",)).reasons == ("one",)
    assert SettingsError("NAME", "is missing").name == "NAME"
    assert MessageError("Subject", "too long").part == "Subject"


def test_the_codes_of_tokens() -> None:
    """A damaged link and one whose time is over are told apart by code."""
    assert (InvalidToken().field, InvalidToken().code) == ("token", "token_invalid")
    assert (ExpiredToken().field, ExpiredToken().code) == ("token", "token_expired")


@pytest.mark.parametrize(
    "error",
    [
        InvalidAddress("address", "address_invalid", text=_ADDRESS),
        InvalidKeyword("keywords", "keyword_too_long", text=_ADDRESS),
        InvalidPreference("timezone", "timezone_invalid", text=_ADDRESS),
        TooManyRequests("address", "too_many_requests", text=_ADDRESS),
        InvalidForm((InvalidAddress("address", "address_invalid", text=_ADDRESS),)),
        MailDeferred("the recipient was deferred", code=451, reply=f"{_ADDRESS} later"),
        MailRejected("the recipient was refused", code=550, reply=f"{_ADDRESS} unknown"),
        OutcomeUnknown("the line broke", reply=_ADDRESS),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_message_holds_an_address(error: NewsletterError) -> None:
    """Values of a form and replies of a server are fields, and stay out of messages."""
    assert _ADDRESS not in str(error)
    assert _ADDRESS not in repr(error)
