"""Read a glossary: JSON lines, one term each.

    {"en": "policy", "zh": ["策略"], "also": [], "bad": ["政策"], "unless": ["public"],
     "topics": ["government"], "keep_english": false}
    {"en": "policy", "drop": true}

Only `en`, and `zh` or `keep_english`, must be there. Empty lines and lines that begin with # are
passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from newsletter.errors import SettingsError

SETTING = "NEWSLETTER_GLOSSARY"
FILE_LIMIT = 1_000_000
"""Bytes of a file; the built-in glossary has about 60,000."""
_MAX_ROWS = 5_000

_English = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
_Chinese = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of the field and its Chinese."""

    english: str
    chinese: tuple[str, ...]
    """Accepted renderings, the best first; empty where only the English is."""
    wrong: tuple[str, ...] = ()
    """Renderings that are known to be wrong."""
    unless: tuple[str, ...] = ()
    """English that a wrong rendering rightly renders, such as "joint" for 联合. Beginnings of
    words in small letters ("govern"); with a capital, whole words as they stand ("US")."""
    topics: tuple[str, ...] = ()
    """The same for the whole paper: where it speaks of a "policy maker", 政策 is right."""
    also: tuple[str, ...] = ()
    """Other English forms, where inflection does not give them."""
    keep_english: bool = False
    """The English is an accepted rendering, too."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: a term, or None where it removes the term of that name."""

    line: int
    english: str
    term: Term | None


class _Line(BaseModel):
    """The keys of one line; anything else is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True)

    en: _English
    zh: list[_Chinese] = Field(default=[], max_length=40)
    also: list[_English] = Field(default=[], max_length=40)
    bad: list[_Chinese] = Field(default=[], max_length=40)
    unless: list[_English] = Field(default=[], max_length=100)
    topics: list[_English] = Field(default=[], max_length=100)
    keep_english: bool = False
    drop: bool = False


def read_rows(source: Path | str) -> tuple[Row, ...]:
    """Return the rows of a file (`Path`) or of its text (`str`), in order.

    Raises `SettingsError` for `NEWSLETTER_GLOSSARY`, naming the first line that is wrong, or that
    the file cannot be read, has more than `FILE_LIMIT` bytes or too many rows.
    """
    text = _read(source) if isinstance(source, Path) else source
    rows = tuple(_rows(text))
    if len(rows) > _MAX_ROWS:
        raise SettingsError(SETTING, f"has more than {_MAX_ROWS} rows")
    return rows


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise SettingsError(SETTING, error.strerror or "cannot be read") from error
    if len(content) > FILE_LIMIT:
        raise SettingsError(SETTING, f"has more than {FILE_LIMIT} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(SETTING, "is not UTF-8 text") from error


def _rows(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield _row(number, line)


def _row(number: int, text: str) -> Row:
    try:
        line = _Line.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part)[:40] for part in first["loc"])
        raise _mistake(number, f"{where}: {first['msg']}" if where else first["msg"]) from None
    if problem := _problem(line):
        raise _mistake(number, problem)
    return Row(number, line.en, None if line.drop else _term(line))


def _term(line: _Line) -> Term:
    return Term(
        english=line.en,
        chinese=tuple(dict.fromkeys(line.zh)),
        wrong=tuple(dict.fromkeys(line.bad)),
        unless=tuple(dict.fromkeys(line.unless)),
        topics=tuple(dict.fromkeys(line.topics)),
        also=tuple(dict.fromkeys(line.also)),
        keep_english=line.keep_english,
    )


def _problem(line: _Line) -> str:
    """Return what is wrong with the row as a whole; empty where nothing is."""
    values = (line.en, *line.zh, *line.also, *line.bad, *line.unless, *line.topics)
    if not all(value.isprintable() for value in values):
        return "holds a control character or an invisible one"
    if not all(_LETTER_OR_DIGIT.search(name) for name in (line.en, *line.also)):
        return "the English holds no letter and no digit"
    if line.drop:
        has_more = line.model_fields_set - {"en", "drop"}
        return "drop stands with other keys" if has_more else ""
    if not line.zh and not line.keep_english:
        return "zh: there is no rendering"
    both = set(line.zh) & set(line.bad)
    return f"{min(both)} is accepted and wrong at once" if both else ""


def _mistake(number: int, what: str) -> SettingsError:
    return SettingsError(SETTING, f"line {number}: {what}")
