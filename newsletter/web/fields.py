"""Forms as they arrive and as they come back, with what was typed and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from starlette.exceptions import HTTPException
from starlette.requests import Request

from newsletter.errors import InputError, InvalidForm
from newsletter.subscribers import DEFAULT_HOUR, Density, Preferences
from newsletter.taxonomy import categories_of, chinese_name, english_name, is_category
from newsletter.web.guard import MAX_BODY
from newsletter.web.texts import Language, Texts, language

FIELDS = (
    "address",
    "keywords",
    "categories",
    "cross_lists",
    "hour",
    "timezone",
    "timezone_other",
    "density",
    "form",
)
"""The order of fields on the page, and so of mistakes in the summary."""
REPEATED = frozenset({"categories", "also"})
"""Fields of which a form has one for each tick; their values are joined, one a line."""
_MAX_FIELDS = 400
"""All of arXiv's categories (176), some offers for each of fifty keywords, and the rest."""


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the text fields of a form, urlencoded or multipart; of a repeated one the last.

    The ticks of `REPEATED` come as lines. Empty for any other body. Raises `HTTPException`: 400
    for a malformed form or one with files, 413 for one that is too long. The form's language is
    noted for `asked_language`.
    """
    limits = {"max_files": 0, "max_fields": _MAX_FIELDS, "max_part_size": MAX_BODY}
    try:
        async with request.form(**limits) as form:
            texts = [(name, text) for name, text in form.multi_items() if isinstance(text, str)]
    except (UnicodeError, LookupError) as error:  # a charset that does not exist, or does not fit
        raise HTTPException(400) from error
    values = _joined(texts)
    # What no mail and no database can hold: lone surrogates, by way of exotic charsets.
    values = {name: text.encode("utf-8", "replace").decode() for name, text in values.items()}
    if "lang" in values:
        request.state.asked = values["lang"]
    return values


def _joined(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the last value of each field, and all of one that is a list of ticks."""
    found: dict[str, list[str]] = {}
    for name, text in texts:
        found.setdefault(name, []).append(text)
    return {
        name: "\n".join(values) if name in REPEATED else values[-1]
        for name, values in found.items()
    }


async def read_any_form(request: Request) -> Mapping[str, str]:
    """Do as `read_form`, but take a body that is no form for an empty one.

    For the one-click POST of mailbox providers (RFC 8058): its address says everything.
    """
    try:
        return await read_form(request)
    except HTTPException as error:
        if error.status_code == 413:  # noqa: PLR2004 - RFC 9110 §15.5.14
            raise
        return {}


def asked_language(request: Request) -> Language:
    """Return the language of the form, or else of the query; Chinese first."""
    query = request.query_params.get("lang")
    return language(getattr(request.state, "asked", query))


def settle_timezone(form: Mapping[str, str]) -> dict[str, str]:
    """Return the form with the zone that was written, if any, in place of the chosen one."""
    written = form.get("timezone_other", "").strip()
    return {**form, "timezone": written} if written else dict(form)


@dataclass(frozen=True, slots=True)
class Choice:
    """A category that can be ticked, with its names."""

    name: str
    zh: str
    en: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FormView:
    """What a form shows: typed values by field, and messages by field for what is wrong."""

    values: Mapping[str, str]
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def blank(cls, timezone: str) -> Self:
        """Return the form of somebody new."""
        return cls.of(Preferences(timezone=timezone))

    @classmethod
    def of(cls, preferences: Preferences) -> Self:
        """Return the form of a reader."""
        return cls(
            {
                "address": "",
                "keywords": "\n".join(preferences.keywords),
                "hour": str(preferences.hour),
                "timezone": preferences.timezone,
                "timezone_other": "",
                "density": preferences.density.value,
                "categories": "\n".join(preferences.categories),
                "cross_lists": "yes" if preferences.cross_lists else "no",
            },
        )

    @classmethod
    def refused(cls, form: Mapping[str, str], error: InputError, texts: Texts) -> Self:
        """Return the form as typed, with a message for every mistake."""
        defaults = {
            "hour": str(DEFAULT_HOUR),
            "density": Density.FULL.value,
            "cross_lists": "yes",
        }
        values = {name: form.get(name) or defaults.get(name, "") for name in FIELDS}
        mistakes = error.errors if isinstance(error, InvalidForm) else (error,)
        found: dict[str, tuple[str, ...]] = {}
        for mistake in mistakes:
            name = _shown_at(mistake.field, form)
            found[name] = (*found.get(name, ()), texts.error(mistake))
        return cls(values, {name: found[name] for name in FIELDS if name in found})

    @property
    def narrows(self) -> bool:
        """Say whether anything but the keywords decides which papers come."""
        return bool(self._chosen) or self.values["cross_lists"] == "no"

    def categories(self, archives: Iterable[str]) -> dict[str, tuple[Choice, ...]]:
        """Return what can be ticked, by archive: all of `archives`, and what was ticked before.

        A category that arXiv no longer has is not offered, and so gone when the form is saved.
        """
        offered = {archive: categories_of(archive) or (archive,) for archive in archives}
        known = {name for names in offered.values() for name in names}
        others = (name for name in self._chosen if name not in known and is_category(name))
        for name in others:
            archive = name.partition(".")[0]
            offered[archive] = (*offered.get(archive, ()), name)
        return {archive: tuple(map(self._choice, names)) for archive, names in offered.items()}

    @property
    def _chosen(self) -> dict[str, None]:
        return dict.fromkeys(self.values.get("categories", "").split())

    def _choice(self, name: str) -> Choice:
        return Choice(name, chinese_name(name), english_name(name), name in self._chosen)


def _shown_at(name: str, form: Mapping[str, str]) -> str:
    """Return the field that a mistake is shown at: the written zone, not the list beside it."""
    is_written = name == "timezone" and bool(form.get("timezone_other", "").strip())
    return "timezone_other" if is_written else name
