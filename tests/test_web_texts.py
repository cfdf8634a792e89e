"""The sentences of the pages: complete in both languages, and set as Chinese is set."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import pytest

from newsletter.errors import ExpiredToken, InvalidForm, InvalidToken
from newsletter.ledger import DeliveryState
from newsletter.papers import AnnouncementState
from newsletter.schedule import EditionState
from newsletter.services.collect import POLLED
from newsletter.services.subscribe import REQUESTED
from newsletter.subscribers import Density, SubscriberState
from newsletter.web import texts as merged
from newsletter.web import texts_en, texts_zh
from newsletter.web.fields import FIELDS
from newsletter.web.readers import CLOSED, DONE
from newsletter.web.texts import Language, Texts, language

ROOT = Path(__file__).parents[1]
ZH, EN = merged._TABLES[Language.CHINESE], merged._TABLES[Language.ENGLISH]
"""All sentences, those of a page's own table among them."""
INPUT_ERRORS = {
    "InputError",
    "InvalidAddress",
    "InvalidKeyword",
    "InvalidPreference",
    "TooManyRequests",
}


def raised_codes() -> set[str]:
    """Return the code of every `InputError` that the source raises."""
    codes = {InvalidToken().code, ExpiredToken().code, InvalidForm((InvalidToken(),)).code}
    for path in (ROOT / "newsletter").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in INPUT_ERRORS:
                codes |= {str(arg.value) for arg in node.args[1:2] if isinstance(arg, ast.Constant)}
    return codes


def slots(text: str) -> set[str]:
    """Return the names of the values that a sentence takes."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    """A sentence in one language has its counterpart."""
    assert list(ZH) == list(EN)


def test_no_sentence_stands_in_two_tables() -> None:
    """A table that is put together of several hides none of their sentences."""
    assert set() == set(merged._PAIRS) & set(texts_zh.ZH)
    assert len(ZH) == len(texts_zh.ZH) + len(merged._PAIRS)
    assert len(EN) == len(texts_en.EN) + len(merged._PAIRS)
    assert len(merged._PAIRS) == sum(
        len(getattr(merged, name).TEXTS)
        for name in ("texts_choices", "texts_library", "texts_preview", "texts_understood")
    )


def test_a_sentence_takes_the_same_values_in_both_languages() -> None:
    """A page can be shown in either language with the same values."""
    assert [] == [key for key in ZH if slots(ZH[key]) != slots(EN[key])]


def test_a_sentence_has_as_many_paragraphs_in_both_languages() -> None:
    """A page says the same in either language."""
    assert [] == [key for key in ZH if ZH[key].count("\n") != EN[key].count("\n")]


def test_the_source_raises_input_errors() -> None:
    """The search below finds the codes that are known to be there."""
    assert {"address_missing", "keyword_too_long", "too_many_requests"} <= raised_codes()


@pytest.mark.parametrize("texts", [ZH, EN], ids=["zh", "en"])
def test_every_code_of_an_input_error_has_a_message(texts: Mapping[str, str]) -> None:
    """Whoever adds a code adds its message; and a message without a code goes."""
    told = {key.removeprefix("error.") for key in texts if key.startswith("error.")}

    assert raised_codes() | {"prefix"} == told


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("edition", EditionState),
        ("announcement", AnnouncementState),
        ("delivery", DeliveryState),
        ("reader", SubscriberState),
        ("density", Density),
        ("field", FIELDS),
    ],
)
def test_every_state_has_a_name(kind: str, values: type) -> None:
    """No bare word of the source is shown where a name is due."""
    assert [] == [value for value in values if f"{kind}.{value}" not in ZH]


def test_every_event_that_is_written_down_has_a_name() -> None:
    """The operator reads words, not kinds; `PAUSED` and `ACTIVE` are events of their own."""
    kinds = {SubscriberState.PAUSED.value, SubscriberState.ACTIVE.value, POLLED, REQUESTED}
    for path in (ROOT / "newsletter" / "services").glob("*.py"):
        kinds |= set(re.findall(r'events\.record\(\s*\w+,\s*"(\w+)"', path.read_text("utf-8")))

    assert {"confirmed", "too_late"} <= kinds
    assert [] == [kind for kind in sorted(kinds) if f"event.{kind}" not in ZH]


def test_every_outcome_on_the_preferences_page_has_words() -> None:
    """Each state and each act of a reader is told."""
    due = {f"done.{done}" for done in DONE} | {f"closed.{state}.title" for state in CLOSED}
    due |= {f"preferences.{state}" for state in set(SubscriberState) - CLOSED}

    assert due <= set(ZH)


def test_chinese_is_set_with_care() -> None:
    """A space stands between Han and Latin or figures, and punctuation is full-width."""
    han, latin = r"[\u4e00-\u9fff]", r"[A-Za-z0-9]"
    careless = re.compile(rf"{han}{latin}|{latin}{han}|{han} ?[,;:!?.]")

    assert [] == [key for key in ZH if careless.search(re.sub(r"\{\w+\}", "x", ZH[key]))]


def test_every_sentence_is_used() -> None:
    """A key that no page, handler or state asks for is gone from the tables."""
    files = [*(ROOT / "newsletter/web").glob("*.py"), *(ROOT / "templates/web").glob("*.html")]
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in files if not path.name.startswith("texts_")
    )
    composed = re.compile(
        r"(error|field|density|home\.point\d|edition|announcement|delivery|reader|problem|closed"
        r"|source|event|detail|outcome|part|severity|reason|check"
        r"|done|preferences|library\.done|library\.how)\.|preview\.(broad|nothing)(_bare)?$"
        r"|.*\.(title|text|button)$",
    )

    assert [] == [
        key
        for key in ZH
        if f'"{key}"' not in source and f"'{key}'" not in source and not composed.match(key)
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("en", "en"), ("zh", "zh"), ("", "zh"), (None, "zh"), ("EN", "zh"), ("fr", "zh")],
)
def test_chinese_comes_first(asked: str | None, expected: str) -> None:
    """Only `en` asks for English."""
    assert Language(expected) == language(asked)


def test_a_state_that_is_new_is_shown_bare() -> None:
    """A release that knows more states than its texts still shows the page."""
    assert "novel" == Texts(Language.ENGLISH).state("delivery", "novel")
