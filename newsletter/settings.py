"""The one reader of the environment: `NEWSLETTER_…`, `.env`, secrets also from `…_FILE`."""

import json
import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from newsletter.calendar import parse_skipped
from newsletter.errors import SettingsError
from newsletter.taxonomy import is_category

PREFIX = "NEWSLETTER_"
_LONGEST_FEED_NAME = 40
_OWN_FIELDS = ("model", "messages", "stream")
"""Of a request: another model or conversation than the program's own, or an answer in pieces."""
_LONGEST_REASON = 100
"""Characters: a reason stands in mails and on the operator's page."""
MIN_SECRET = 32
"""Characters: 128 bits of a random hexadecimal string."""


class Settings(BaseSettings):
    """Everything that an operator can set; each field's description stands in the README."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        protected_namespaces=(),
    )

    name: str = Field("晨刊 Chenkan", description="the newsletter's name in mails and pages")
    operator: str = Field("", description="who runs it: stands in every footer")
    contact: str = Field(
        "",
        description="the operator's e-mail address: in every footer, and in the User-Agent "
        "that arXiv sees",
    )
    base_url: str = Field(
        "http://127.0.0.1:8000",
        description="where readers reach the pages; links in mails begin with it",
    )
    secret: SecretStr = Field(
        SecretStr(""),
        description="signs all links; 32 characters or more (`openssl rand -hex 32`); several, "
        "separated by commas, rotate: the first signs, all verify",
    )
    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/newsletter.sqlite3"),
        description="SQLite or PostgreSQL (`postgresql+psycopg://user:password@host/name`)",
    )
    broker_url: SecretStr = Field(
        SecretStr("memory://"),
        description="`memory://` for one process, `redis://host/0` between processes",
    )
    smtp_url: SecretStr = Field(
        SecretStr("smtp://127.0.0.1:25"),
        description="`smtp://`, `smtp+starttls://` or `smtps://user:password@host:port`, or "
        "`maildir:///folder` to keep mails as files",
    )
    mail_from: str = Field("", description="sender of digests, e.g. `digest@news.example.org`")
    confirm_from: str = Field(
        "",
        description="sender of confirmations and notices; empty: the same as digests",
    )
    categories: Annotated[tuple[str, ...], NoDecode] = Field(
        ("cs",),
        min_length=1,
        description="what to follow: archives (`cs`) or categories (`stat.ML`), by commas",
    )
    arxiv_url: str = Field("https://arxiv.org", description="where listing pages come from")
    rss_url: str = Field("https://rss.arxiv.org", description="where feeds come from")
    oai_url: str = Field("https://oaipmh.arxiv.org/oai", description="where OAI-PMH answers")
    api_url: str = Field(
        "https://export.arxiv.org/api/query",
        description="where papers are looked up by identifier",
    )
    feeds: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description="other RSS or Atom feeds to match, by semicolons, e.g. "
        "`bioRxiv=https://connect.biorxiv.org/biorxiv_xml.php?subject=neuroscience; …`",
    )
    document_limit_bytes: int = Field(
        30_000_000,
        gt=0,
        description="longest document accepted; arXiv's largest days have about 9 MB",
    )
    poll_minutes: int = Field(10, ge=1, description="between two polls for a new announcement")
    collect_minutes: int = Field(
        300,
        ge=1,
        description="after the announcement, how long to wait for categories that are not whole; "
        "RSS stands in four hours after it",
    )
    catch_up_days: int = Field(
        14,
        ge=0,
        le=90,
        description="how many days back announcements that were missed are fetched and mailed, "
        "marked with their date; 0: never",
    )
    skipped_evenings: Annotated[dict[date, str | None], NoDecode] = Field(
        default_factory=dict,
        description="evenings (US Eastern) on which arXiv announces nothing, beside those built "
        "in, e.g. `2027-01-18 Martin Luther King Day; !2026-12-29`; a Friday means the Sunday "
        "after it; `!`: announced after all",
    )
    model_url: str = Field(
        "",
        description="any OpenAI-compatible endpoint, up to `/v1`; empty: mails are in English",
    )
    model_api_key: SecretStr = Field(SecretStr(""), description="the endpoint's key")
    model_name: str = Field("", description="the model, e.g. `deepseek-v4-flash`")
    model_profile: str = Field(
        "auto",
        description="how the endpoint wants to be asked: `deepseek`, `qwen`, `zhipu`, `kimi`, "
        "`ark`, `siliconflow`, `openai`, `vllm`, `ollama`, `llamacpp`, `generic`; `auto`: by its "
        "address; `newsletter doctor` asks what it really can",
    )
    model_request: Annotated[dict[str, Any], NoDecode] = Field(
        default_factory=dict,
        description='JSON added to each request, over what the profile sends, e.g. `{"seed": 1}`',
    )
    model_price: str = Field(
        "",
        description="of a million tokens: asked, asked and cached, answered, e.g. "
        "`0.14 0.014 0.28`; empty: tokens are counted, money is not",
    )
    model_concurrency: int = Field(
        8,
        ge=1,
        le=64,
        description="calls in flight; halved when the server answers 429, then one more at a time",
    )
    model_requests_per_minute: int = Field(0, ge=0, description="at most; 0: no such limit")
    model_tokens_per_minute: int = Field(
        0, ge=0, description="at most, asked and answered; 0: no such limit"
    )
    model_daily_tokens: int = Field(
        0,
        ge=0,
        description="tokens a day (UTC) after which no paper is asked for any more; 0: no limit",
    )
    model_daily_cost: float = Field(
        0.0,
        ge=0,
        description="the same in money, by the prices; 0: no limit",
    )
    model_seconds: float = Field(120.0, gt=0, description="time limit of one call, in all")
    fallback_model_url: str = Field(
        "",
        description="a second endpoint, asked where the first one's Chinese fails its checks, is "
        "refused or does not come; empty: none",
    )
    fallback_model_api_key: SecretStr = Field(SecretStr(""), description="its key")
    fallback_model_name: str = Field("", description="its model")
    fallback_model_profile: str = Field("auto", description="its profile")
    fallback_model_request: Annotated[dict[str, Any], NoDecode] = Field(
        default_factory=dict, description="JSON added to each of its requests"
    )
    fallback_model_price: str = Field("", description="its prices")
    glossary: str = Field(
        "",
        description="a file of terms, one JSON object a line, over those built in: "
        '`{"en": "token", "zh": ["词元"], "bad": ["代币"]}`',
    )
    han_spacing: bool = Field(
        True, description="a space between Chinese and Latin letters or digits"
    )
    summary_minutes: int = Field(
        45,
        ge=0,
        description="after collecting, how long to wait for the Chinese; then English, labelled",
    )
    senders: int = Field(2, ge=1, le=64, description="digest senders at a time, over all processes")
    subscribe_per_client: int = Field(20, ge=1, description="requests a client an hour")
    subscribe_total: int = Field(500, ge=1, description="subscription requests an hour, over all")
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="addresses whose `X-Forwarded-For` is believed, by commas",
    )
    host: str = Field("127.0.0.1", description="address that `newsletter up` listens on")
    port: int = Field(8000, ge=0, le=65535, description="port that `newsletter up` listens on")
    log_json: bool = Field(False, description="logs as JSON lines")
    is_sample: bool = Field(
        False,
        description="set by the demo: every page and mail is labelled as a sample",
    )

    @field_validator("categories", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("skipped_evenings", mode="before")
    @classmethod
    def _read_evenings(cls, value: object) -> object:
        # The error repeats the item that is wrong: it is no secret.
        evenings = parse_skipped(value) if isinstance(value, str) else value
        return _checked_reasons(evenings) if isinstance(evenings, dict) else evenings

    @field_validator("feeds", mode="before")
    @classmethod
    def _read_feeds(cls, value: object) -> object:
        return _parse_feeds(value) if isinstance(value, str) else value

    @field_validator("model_request", "fallback_model_request", mode="before")
    @classmethod
    def _read_json(cls, value: object) -> object:
        try:
            request = json.loads(value or "{}") if isinstance(value, str) else value
            json.dumps(request, allow_nan=False)
        except (TypeError, ValueError, RecursionError):
            # The original holds the value. NaN and Infinity are Python's own, and no JSON.
            raise ValueError("is not JSON") from None
        return _checked_request(request)

    @field_validator(
        "base_url", "arxiv_url", "rss_url", "oai_url", "api_url", "model_url", "fallback_model_url"
    )
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not _is_web_address(value):
            raise ValueError("is not a web address that begins with http:// or https://")
        return value.rstrip("/")

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, /, **values: object) -> Self:
        """Read the environment, `.env` and secrets' files; `values` win over all of them.

        `environ` (default: the process's) is where the names `NEWSLETTER_…_FILE` are looked up.
        Raises `SettingsError` naming the variable of what is wrong, and never the value, but for
        one item of `skipped_evenings`.
        """
        secrets = secrets_from_files(os.environ if environ is None else environ)
        try:
            return cls(**{**secrets, **values})  # type: ignore[arg-type] # pydantic checks them
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = str(first["loc"][0]) if first["loc"] else "?"
            raise SettingsError(f"{PREFIX}{field.upper()}", first["msg"]) from None
        except UnicodeDecodeError as error:
            raise SettingsError(".env", "is not UTF-8 text") from error

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the signing secrets; `SettingsError` when one is missing or too short."""
        keys = tuple(key.strip() for key in self.secret.get_secret_value().split(","))
        if any(len(key) < MIN_SECRET for key in keys):
            raise SettingsError(
                f"{PREFIX}SECRET",
                f"needs {MIN_SECRET} characters or more; make one with `openssl rand -hex 32`",
            )
        return keys


def _checked_request(request: object) -> object:
    """Return `request` unchanged; raise `ValueError` where it is no object or sets what is ours."""
    if not isinstance(request, dict):
        raise ValueError("is not a JSON object")  # noqa: TRY004 - pydantic wants a ValueError
    own = next((name for name in _OWN_FIELDS if name in request), None)
    if own is not None:
        raise ValueError(f"must not set `{own}`, which the program sets itself")
    return request


def _checked_reasons(evenings: dict[Any, Any]) -> dict[Any, Any]:
    """Return `evenings` unchanged; raise `ValueError` naming one whose reason cannot be shown."""
    for evening, why in evenings.items():
        if isinstance(why, str) and not (why.isprintable() and len(why) <= _LONGEST_REASON):
            what = f"printable characters, {_LONGEST_REASON} at most"
            raise ValueError(f"the reason of {evening} is not one line of {what}")
    return evenings


def _parse_feeds(text: str) -> dict[str, str]:
    """Read `name=address; name=address`; raise `ValueError` naming the item by its place."""
    feeds: dict[str, str] = {}
    items = filter(None, map(str.strip, re.split(r"[;\r\n]+", text)))
    for place, item in enumerate(items, 1):
        name, _, address = (part.strip() for part in item.partition("="))
        if not name or len(name) > _LONGEST_FEED_NAME or not name.isprintable():
            raise ValueError(f"item {place} does not begin with a name of at most 40 characters")
        if name in feeds:
            raise ValueError(f"the name of item {place} is taken")
        if _is_arxivs(name):
            raise ValueError(f"the name of item {place} is a category's, or begins like one's")
        if not _is_web_address(address):
            raise ValueError(f"item {place} has no address that begins with http:// or https://")
        feeds[name] = address
    return feeds


def _is_arxivs(name: str) -> bool:
    """Say whether a feed of that name would pass for a category: `cs`, `cs.LG`, also `cs.blog`.

    What is wrong with a category `cs.…` is told as something of the archive `cs`.
    """
    return is_category(name) or is_category(name.partition(".")[0])


def _is_web_address(text: str) -> bool:
    if not text.isprintable():  # urlsplit drops line breaks in silence
        return False
    try:
        parts = urlsplit(text)
        # `port` raises ValueError beyond 65535, which would surface much later otherwise.
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # its message quotes the value
        return False


def secrets_from_files(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the fields whose `NEWSLETTER_…_FILE` names a readable file, with its content."""
    found: dict[str, str] = {}
    for field in Settings.model_fields:
        path = environ.get(f"{PREFIX}{field.upper()}_FILE")
        if path:
            try:
                found[field] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "is not UTF-8 text"
                raise SettingsError(f"{PREFIX}{field.upper()}_FILE", reason) from error
    return found
