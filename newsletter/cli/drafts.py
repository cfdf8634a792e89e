"""Read the records that `newsletter check` is given, one by one, broken ones by their number.

file ─► lines, or the items of one JSON array ─► Record | Broken
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from newsletter.fidelity.findings import Draft

MAX_LINE: Final = 4_000_000
"""Characters of one line, and ten times as many of an array; more is not read."""
MAX_ID: Final = 100
MAX_KEYWORDS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One paper and its Chinese, as the file has it: of any length, and hostile."""

    id: str
    title: str
    abstract: str
    draft: Draft
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A line or item that is no record, and why."""

    place: str
    why: str


def read_records(file: Path) -> Iterator[Record | Broken]:
    """Yield what the file holds, in its order. Raises nothing but `OSError`.

    JSON lines, or one JSON array of objects. Of a file that is not UTF-8, the broken bytes show
    as U+FFFD, which a check reports.
    """
    with file.open(encoding="utf-8-sig", errors="replace") as stream:
        items = _array(stream) if _first_character(stream) == "[" else _lines(stream)
        for place, item in items:
            yield item if isinstance(item, Broken) else _record(place, item)


def _first_character(stream: IO[str]) -> str:
    first = stream.read(1_000).lstrip()[:1]
    stream.seek(0)
    return first


def _lines(stream: IO[str]) -> Iterator[tuple[str, Any]]:
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        place = f"line {number}"
        if len(line) > MAX_LINE:
            yield place, Broken(place, f"longer than {MAX_LINE:,} characters")
            while line and not line.endswith("\n"):
                line = stream.readline(MAX_LINE + 1)
        elif line.strip():
            yield place, _parsed(place, line)


def _array(stream: IO[str]) -> Iterator[tuple[str, Any]]:
    text = stream.read(10 * MAX_LINE + 1)
    if len(text) > 10 * MAX_LINE:
        yield "the array", Broken("the array", f"longer than {10 * MAX_LINE:,} characters")
        return
    items = _parsed("the array", text)
    if isinstance(items, Broken):
        yield "the array", items
        return
    for number, item in enumerate(items, start=1):
        yield f"item {number}", item


def _parsed(place: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        return Broken(place, f"not JSON: {error}")
    except RecursionError:
        return Broken(place, "nested too deeply")


def _record(place: str, item: Any) -> Record | Broken:
    if not isinstance(item, dict):
        return Broken(place, "not a JSON object")
    texts: dict[str, str] = {}
    for name in ("id", "title", "abstract", "title_zh", "abstract_zh"):
        value = item.get(name)
        if value is None and name == "abstract_zh":
            value = item.get("zh")
        if not isinstance(value, str):
            return Broken(place, f'"{name}" {"is missing" if value is None else "is not text"}')
        texts[name] = value
    summary, keywords = item.get("summary_zh") or "", item.get("keywords") or []
    if not isinstance(summary, str):
        return Broken(place, '"summary_zh" is not text')
    if not isinstance(keywords, list) or not all(isinstance(each, str) for each in keywords):
        return Broken(place, '"keywords" is not a list of texts')
    return Record(
        id=texts["id"][:MAX_ID],
        title=texts["title"],
        abstract=texts["abstract"],
        draft=Draft(
            title_zh=texts["title_zh"], summary_zh=summary, abstract_zh=texts["abstract_zh"]
        ),
        keywords=tuple(keywords[:MAX_KEYWORDS]),
    )
