"""Settings: environment, `.env`, secrets in files, and what is said of a bad value."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from newsletter.errors import SettingsError
from newsletter.settings import MIN_SECRET, PREFIX, Settings, secrets_from_files

_GOOD = "0123456789abcdef" * 2
_HIDDEN = "hunter2-must-not-be-shown"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in an empty folder and an environment without settings; return the folder."""
    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_need_no_environment() -> None:
    """Everything has a default that sends nothing anywhere but to this machine."""
    settings = Settings.load()

    assert settings.categories == ("cs",)
    assert settings.base_url == "http://127.0.0.1:8000"
    assert (settings.model_url, settings.model_name, settings.model_request) == ("", "", {})
    assert not settings.is_sample


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables have the prefix and the field's name in capitals."""
    monkeypatch.setenv("NEWSLETTER_PORT", "9000")
    monkeypatch.setenv("NEWSLETTER_LOG_JSON", "true")
    monkeypatch.setenv("PORT", "1")

    settings = Settings.load()

    assert (settings.port, settings.log_json) == (9000, True)


def test_the_env_file_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`.env` in the working folder counts, less than the environment; other names are let be."""
    (folder / ".env").write_text(
        "NEWSLETTER_NAME=样刊\nNEWSLETTER_PORT=9000\nNEWSLETTER_UNHEARD_OF=1\nOTHER=2\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("NEWSLETTER_PORT", "9001")

    settings = Settings.load()

    assert (settings.name, settings.port) == ("样刊", 9001)


def test_an_env_file_that_is_no_text_is_named(folder: Path) -> None:
    """A file in another encoding is refused with its name."""
    (folder / ".env").write_bytes("NEWSLETTER_NAME=样刊\n".encode("gb18030"))

    with pytest.raises(SettingsError) as caught:
        Settings.load()

    assert caught.value.name == ".env"


def test_a_secret_comes_from_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`…_FILE` names a file whose content, without the last line break, is the value."""
    path = folder / "secret"
    path.write_text(f"{_GOOD}\n", encoding="utf-8")
    monkeypatch.setenv("NEWSLETTER_SECRET_FILE", str(path))

    assert Settings.load().secrets == (_GOOD,)


def test_files_can_be_handed_in(folder: Path) -> None:
    """The names of files are looked up where the caller says; empty names are none."""
    path = folder / "key"
    path.write_text(f" {_HIDDEN}\n", encoding="utf-8")
    environ = {"NEWSLETTER_MODEL_API_KEY_FILE": str(path), "NEWSLETTER_SECRET_FILE": ""}

    assert secrets_from_files(environ) == {"model_api_key": _HIDDEN}
    assert Settings.load(environ).model_api_key.get_secret_value() == _HIDDEN


def test_values_win(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the caller hands in beats file and environment."""
    (folder / "name").write_text("from a file", encoding="utf-8")
    monkeypatch.setenv("NEWSLETTER_NAME", "from the environment")
    environ = {"NEWSLETTER_NAME_FILE": str(folder / "name")}

    assert Settings.load(environ).name == "from a file"
    assert Settings.load(environ, name="given").name == "given"


def test_a_missing_file_is_named() -> None:
    """The message names the variable and says why, and chains the cause."""
    with pytest.raises(SettingsError) as caught:
        Settings.load({"NEWSLETTER_SECRET_FILE": "not-there"})

    assert caught.value.name == "NEWSLETTER_SECRET_FILE"
    assert "No such file" in str(caught.value)
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    """A binary file is refused without its content."""
    (folder / "secret").write_bytes(_HIDDEN.encode() + b"\xff")

    with pytest.raises(SettingsError) as caught:
        Settings.load({"NEWSLETTER_SECRET_FILE": "secret"})

    assert str(caught.value) == "NEWSLETTER_SECRET_FILE: is not UTF-8 text"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("PORT", _HIDDEN),
        ("PORT", "70000"),
        ("LOG_JSON", _HIDDEN),
        ("MODEL_CONCURRENCY", "-98"),
        ("MODEL_CONCURRENCY", "999"),
        ("MODEL_SECONDS", "-98.5"),
        ("DOCUMENT_LIMIT_BYTES", "-98"),
        ("POLL_MINUTES", "0.5"),
        ("MODEL_REQUEST", f'{{"key": "{_HIDDEN}"'),
        ("MODEL_REQUEST", f'["{_HIDDEN}"]'),
        ("BASE_URL", _HIDDEN),
        ("BASE_URL", f"ftp://{_HIDDEN}.example"),
        ("BASE_URL", "https:///sample"),
        ("MODEL_URL", f"https://host:{_HIDDEN}"),
        ("MODEL_URL", f"https://{_HIDDEN}\u2100.example"),
        ("ARXIV_URL", "https://host:0"),
        ("RSS_URL", "https://host:65536"),
    ],
)
@pytest.mark.parametrize("through", ["environment", "file"])
def test_a_bad_value_is_named_and_not_shown(
    field: str,
    value: str,
    through: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The variable is named, its value is not, wherever it came from."""
    if through == "file":
        (folder / "value").write_text(value, encoding="utf-8")
        monkeypatch.setenv(f"{PREFIX}{field}_FILE", "value")
    else:
        monkeypatch.setenv(f"{PREFIX}{field}", value)

    with pytest.raises(SettingsError) as caught:
        Settings.load()

    assert f"{PREFIX}{field}" == caught.value.name
    assert str(caught.value).startswith(f"{PREFIX}{field}: ")
    assert value not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cs", ("cs",)),
        ("cs, stat.ML ,,eess", ("cs", "stat.ML", "eess")),
    ],
)
def test_categories_are_split(
    text: str,
    expected: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Categories are separated by commas, with or without spaces."""
    monkeypatch.setenv("NEWSLETTER_CATEGORIES", text)

    assert expected == Settings.load().categories


def test_following_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a category no mail would ever come, and nobody would know why."""
    monkeypatch.setenv("NEWSLETTER_CATEGORIES", " ,")
    with pytest.raises(SettingsError, match="NEWSLETTER_CATEGORIES"):
        Settings.load()


def test_other_feeds_have_names_and_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Separated by semicolons or lines; an address may hold an equals sign."""
    monkeypatch.setenv(
        "NEWSLETTER_FEEDS", "神经 科学=https://a.example/x?s=1; Nature = http://b.example\n"
    )
    expected = {"神经 科学": "https://a.example/x?s=1", "Nature": "http://b.example"}
    assert expected == Settings.load().feeds
    monkeypatch.setenv("NEWSLETTER_FEEDS", "")
    assert {} == Settings.load().feeds


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("=https://a.example", "item 1 does not begin with a name"),
        ("x" * 41 + "=https://a.example", "item 1 does not begin with a name"),
        ("A=https://a.example; A=https://b.example", "the name of item 2 is taken"),
        ("cs.LG=https://a.example", "the name of item 1 is a category's"),
        ("hep-th=https://a.example", "the name of item 1 is a category's"),
        ("A=https://a.example; cs.blog=https://b.example", "the name of item 2 is a category's"),
        ("A=https://a.example/\u2028b", "item 1 has no address"),
        ("A=https://a.example/\x1b[31m", "item 1 has no address"),
        ("A=ftp://a.example", "item 1 has no address"),
        ("A", "item 1 has no address"),
    ],
)
def test_wrong_feeds_are_named_by_their_place(
    text: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address may hold a key, so that it is never repeated."""
    monkeypatch.setenv("NEWSLETTER_FEEDS", text)
    with pytest.raises(SettingsError, match=f"NEWSLETTER_FEEDS.*{what}"):
        Settings.load()


@pytest.mark.parametrize("why", ["x\u2028y", "x\x1b[31m", "x" * 101])
def test_reasons_of_skipped_evenings_can_be_shown(
    why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stand in mails and on a terminal: one short line."""
    monkeypatch.setenv("NEWSLETTER_SKIPPED_EVENINGS", f"2027-01-18 {'x' * 100}; 2027-02-15 {why}")
    with pytest.raises(SettingsError, match=r"SKIPPED_EVENINGS.*the reason of 2027-02-15"):
        Settings.load()
    monkeypatch.setenv("NEWSLETTER_SKIPPED_EVENINGS", f"2027-01-18 {'x' * 100}; !2026-12-29")
    assert ["x" * 100, None] == [*Settings.load().skipped_evenings.values()]


def test_the_models_request_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """An object in JSON, or nothing; a mapping may be handed in."""
    monkeypatch.setenv("NEWSLETTER_MODEL_REQUEST", '{"thinking": {"type": "disabled"}}')
    assert Settings.load().model_request == {"thinking": {"type": "disabled"}}
    assert Settings.load(model_request={"seed": 1}).model_request == {"seed": 1}

    monkeypatch.setenv("NEWSLETTER_MODEL_REQUEST", "")
    assert Settings.load().model_request == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[" * 100_000, "is not JSON"),
        ('{"seed": NaN}', "is not JSON"),
        ('{"seed": 1e999}', "is not JSON"),
        ("[1]", "is not a JSON object"),
        ('{"model": "m"}', "must not set `model`"),
        ('{"messages": []}', "must not set `messages`"),
        ('{"stream": true}', "must not set `stream`"),
    ],
    ids=["deep", "nan", "infinite", "list", "model", "messages", "stream"],
)
@pytest.mark.parametrize("field", ["model_request", "fallback_model_request"])
def test_requests_that_are_refused(field: str, text: str, why: str) -> None:
    """Only an object of JSON, which leaves the program's own fields alone."""
    with pytest.raises(SettingsError, match=f"NEWSLETTER_{field.upper()}: .*{why}"):
        Settings.load(**{field: text})


@pytest.mark.parametrize("field", ["base_url", "arxiv_url", "rss_url", "model_url"])
def test_addresses_lose_their_last_slash(field: str) -> None:
    """Paths are appended with their own slash."""
    assert (
        getattr(
            Settings.load(**{field: "https://example.org/a/"}),
            field,
        )
        == "https://example.org/a"
    )


def test_secrets_rotate() -> None:
    """Several secrets are separated by commas; the first stays first."""
    settings = Settings.load(secret=SecretStr(f"{_GOOD}, {_GOOD[::-1]}"))

    assert (_GOOD, _GOOD[::-1]) == settings.secrets


@pytest.mark.parametrize("secret", ["", "x" * (MIN_SECRET - 1), f"{_GOOD},", f"{_GOOD},{_HIDDEN}"])
def test_a_short_secret_is_refused(secret: str) -> None:
    """A missing or guessable secret is refused, each of several by itself."""
    settings = Settings.load(secret=SecretStr(secret))

    with pytest.raises(SettingsError) as caught:
        _ = settings.secrets

    assert caught.value.name == "NEWSLETTER_SECRET"
    assert _HIDDEN not in str(caught.value)
    assert "openssl rand -hex 32" in str(caught.value)


def test_secrets_do_not_show_in_a_representation() -> None:
    """Printing the settings reveals no password, key or signing secret."""
    settings = Settings.load(
        **{
            field: SecretStr(_HIDDEN)
            for field in ("secret", "database_url", "broker_url", "smtp_url", "model_api_key")
        },
    )

    assert _HIDDEN not in f"{settings!r} {settings} {settings.model_dump()}"


def test_settings_do_not_change() -> None:
    """Settings are a value: nobody changes them at run time."""
    settings = Settings.load()

    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_every_setting_is_described() -> None:
    """Each field has a description for the README."""
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
