"""Read a glossary: JSON lines, one term each.

    {"en": "policy", "zh": ["策略"], "also": [], "bad": ["政策", "保单"],
     "unless": {"政策": ["public"], "保单": ["insur"]},
     "topics": ["government"], "keep_english": false}
    {"en": "policy", "drop": true}

Only `en`, and `zh` or `keep_english`, must be there. `unless` as a plain list holds for every
rendering of `bad`. Empty lines and lines that begin with # are passed over.
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
"""Bytes of a file; the built-in glossary has about 80,000."""
_MAX_ROWS = 5_000
MOST_MISTAKES = 10
"""Lines that are wrong and named; further ones are not read."""

_English = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
_Chinese = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
_Words = Annotated[list[_English], Field(max_length=100)]
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of the field and its Chinese."""

    english: str
    chinese: tuple[str, ...]
    """Accepted renderings, the best first; empty where only the English is."""
    wrong: tuple[str, ...] = ()
    """Renderings that are known to be wrong."""
    unless: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Wrong renderings, each with English that it rightly renders, such as "joint" for 联合.
    Beginnings of words in small letters ("govern"); with a capital, whole words as they stand
    ("US"). Hyphens are spaces."""
    topics: tuple[str, ...] = ()
    """Such English for the whole paper and every rendering: where it speaks of a "policy maker",
    政策 is right."""
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
    unless: _Words | Annotated[dict[_Chinese, _Words], Field(max_length=40)] = []
    topics: _Words = []
    keep_english: bool = False
    drop: bool = False


def read_rows(source: Path | str, name: str = SETTING) -> tuple[Row, ...]:
    """Return the rows of a file (`Path`) or of its text (`str`), in order.

    Raises `SettingsError` for `name`, naming the first `MOST_MISTAKES` lines that are wrong, or
    that the file cannot be read, has more than `FILE_LIMIT` bytes or too many rows.
    """
    try:
        return _all_rows(_read(source) if isinstance(source, Path) else source)
    except ValueError as error:
        raise SettingsError(name, str(error)) from None


def _all_rows(text: str) -> tuple[Row, ...]:
    rows: list[Row] = []
    mistakes: list[str] = []
    for number, line in _lines(text):
        try:
            rows.append(_row(line, number))
        except ValueError as error:
            mistakes.append(f"line {number}: {error}")
        if len(mistakes) == MOST_MISTAKES:
            break
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return tuple(rows)


def _read(path: Path) -> str:
    """Return the text of a file. Raises `ValueError`, saying why it cannot."""
    try:
        with path.open("rb") as file:
            content = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise ValueError(error.strerror or "cannot be read") from error
    if len(content) > FILE_LIMIT:
        raise ValueError(f"has more than {FILE_LIMIT} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8 text") from error


def _lines(text: str) -> tuple[tuple[int, str], ...]:
    """Return the lines that hold rows, numbered from 1. Raises `ValueError` for too many."""
    lines = tuple(
        (number, line)
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip() and not line.lstrip().startswith("#")
    )
    if len(lines) > _MAX_ROWS:
        raise ValueError(f"has more than {_MAX_ROWS} rows")
    return lines


def _row(text: str, number: int) -> Row:
    """Return the row of one line. Raises `ValueError`, saying what is wrong with it."""
    try:
        line = _Line.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part)[:40] for part in first["loc"])
        raise ValueError(f"{where}: {first['msg']}" if where else first["msg"]) from None
    if problem := _problem(line):
        raise ValueError(problem)
    return Row(number, line.en, None if line.drop else _term(line))


def _term(line: _Line) -> Term:
    return Term(
        english=line.en,
        chinese=tuple(dict.fromkeys(line.zh)),
        wrong=tuple(dict.fromkeys(line.bad)),
        unless=tuple(_unless(line)),
        topics=tuple(dict.fromkeys(line.topics)),
        also=tuple(dict.fromkeys(line.also)),
        keep_english=line.keep_english,
    )


def _unless(line: _Line) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each wrong rendering that has excuses, with them; a list is for every rendering."""
    if isinstance(line.unless, dict):
        yield from ((wrong, tuple(dict.fromkeys(words))) for wrong, words in line.unless.items())
    elif line.unless:
        words = tuple(dict.fromkeys(line.unless))
        yield from ((wrong, words) for wrong in dict.fromkeys(line.bad))


def _problem(line: _Line) -> str:
    """Return what is wrong with the row as a whole; empty where nothing is."""
    if not all(value.isprintable() for value in _values(line)):
        return "holds a control character or an invisible one"
    if not all(_LETTER_OR_DIGIT.search(name) for name in (line.en, *line.also)):
        return "the English holds no letter and no digit"
    if line.drop:
        has_more = line.model_fields_set - {"en", "drop"}
        return "drop stands with other keys" if has_more else ""
    if not line.zh and not line.keep_english:
        return "zh: there is no rendering"
    both = set(line.zh) & set(line.bad)
    if both:
        return f"{min(both)} is accepted and wrong at once"
    others = set(line.unless) - set(line.bad) if isinstance(line.unless, dict) else set()
    return f"unless: {min(others)} is not among bad" if others else ""


def _values(line: _Line) -> tuple[str, ...]:
    """Return every text of a row."""
    words = line.unless.values() if isinstance(line.unless, dict) else [line.unless]
    excuses = (word for some in words for word in some)
    return (line.en, *line.zh, *line.also, *line.bad, *line.unless, *excuses, *line.topics)
