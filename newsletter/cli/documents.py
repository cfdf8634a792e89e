"""`parse` and `match`: recorded documents, no database and no network."""

import dataclasses
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from newsletter.cli.app import FileArgument, JsonOption, app
from newsletter.cli.output import complain, console, print_json, print_table, printable, remark
from newsletter.errors import InvalidKeyword, SourceError
from newsletter.keywords.match import Matcher, MatchMode
from newsletter.keywords.query import parse_keyword
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    ArxivId,
    Paper,
)
from newsletter.services.vocabulary import vocabulary
from newsletter.sources.detect import parse_document
from newsletter.sources.verdict import HARMLESS
from newsletter.subscribers import Preferences
from newsletter.web.texts import Language, Texts
from newsletter.web.understood import understood

SHOWN = 60
"""Characters of a keyword that a line names."""
_WRONG = {
    "keyword_empty": "it has no letter or digit",
    "keyword_part_empty": "the part {part!r} has no letter or digit",
    "keyword_not_english": "papers are in English, and the glossary has no English for {text!r}",
    "keyword_author_not_latin": "arXiv has names in Latin letters, as in author:Wei Zhang",
    "keyword_category_unknown": "arXiv has no category {text!r}; write cat:cs.LG or cat:math",
    "keyword_only_excludes": "it only excludes; add what is wanted, as in robot -survey",
    "keyword_too_many_terms": "it has more than {limit} phrases",
    "keyword_too_deep": "it has more than {limit} parentheses in one another",
    "keyword_too_long": "it has more than {limit} characters",
    "keyword_control_character": "it has an invisible control character",
}
"""Code of `InvalidKeyword` ─► what is wrong."""
_WHOLE = {AnnouncementState.FRESH, AnnouncementState.QUIET}


@app.command()
def parse(file: FileArgument, json: JsonOption = False) -> None:
    """Read a recorded arXiv document, its kind detected by content.

    Listing, catch-up, RSS, Atom, OAI-PMH or API. OAI-PMH and the API know no listing date, and
    what is new there is told by the version. Exit status 1 when the document is not whole.
    """
    try:
        announcement = parse_document(file.read_bytes(), file.name)
    except SourceError as error:
        complain(error.what)  # the hint is about servers and polls, and this is a file
        raise typer.Exit(1) from error
    if json:
        print_json(header_line(announcement))
        for entry in announcement.entries:
            print_json(paper_line(entry))
    else:
        _print_announcement(announcement)
    if announcement.state not in _WHOLE:
        raise typer.Exit(1)


def header_line(announcement: Announcement) -> dict[str, Any]:
    """Return the first JSON line of `parse`."""
    return {
        "kind": announcement.kind.value,
        "category": announcement.category,
        "listing_date": announcement.listing_date and announcement.listing_date.isoformat(),
        "state": announcement.state.value,
        "expected": dataclasses.asdict(announcement.expected),
        "parsed": dataclasses.asdict(announcement.parsed),
        "problems": [dataclasses.asdict(problem) for problem in announcement.problems],
    }


def paper_line(entry: AnnouncedPaper) -> dict[str, Any]:
    """Return a JSON line of `parse`: one paper."""
    paper = entry.paper
    return {
        "id": paper.id.value,
        "version": paper.version,
        "type": entry.type.value,
        "title": paper.title,
        "authors": list(paper.authors),
        "abstract": paper.abstract,
        "categories": list(paper.categories),
        "primary": paper.primary,
        "comment": paper.comment,
        "journal_ref": paper.journal_ref,
        "doi": paper.doi,
        "links": list(paper.links),
    }


def _print_announcement(announcement: Announcement) -> None:
    shown = (announcement.kind.value, announcement.category, announcement.listing_date)
    name = " ".join(str(part) for part in shown if part)
    expected, parsed = announcement.expected.total, announcement.parsed.total
    console().print(
        escape(printable(f"{name}: {announcement.state.value}, {parsed} of {expected}")),
        soft_wrap=True,
    )
    for problem in announcement.problems:
        (remark if problem.code in HARMLESS else complain)(problem.message)
    rows = (
        (e.paper.id, e.type.value, e.paper.primary, e.paper.title) for e in announcement.entries
    )
    print_table("", ("id", "type", "primary", "title"), rows)


@app.command()
def match(
    file: FileArgument,
    keyword: Annotated[list[str], typer.Option("--keyword", "-k", help="Once for each keyword.")],
    mode: Annotated[MatchMode, typer.Option(help="Which rule decides.")] = MatchMode.DEFAULT,
    json: JsonOption = False,
) -> None:
    """Say which papers of a JSON lines file match which keyword, and where; the best first.

    Each line holds `id`, `title` and `abstract` (or `summary`), and may hold `type`, `authors`,
    `categories` and `comment`, as `newsletter parse --json` prints them. How a query is understood
    is told on standard error.
    """
    keywords = read_keywords(keyword)
    entries = list(read_entries(file))
    matches = Matcher(entries, mode, vocabulary()).match(Preferences(keywords=keywords))
    if json:
        for found in matches:
            print_json(
                {
                    "keyword": found.keyword,
                    "id": found.paper_id.value,
                    "where": list(found.where),
                    "rank": found.rank,
                },
            )
        return
    titles = {entry.paper.id: entry.paper.title for entry in entries}
    rows = (
        (m.rank, m.keyword, m.paper_id, ", ".join(m.where), titles[m.paper_id]) for m in matches
    )
    papers = len({found.paper_id for found in matches})
    title = "1 paper" if papers == 1 else f"{papers} papers"
    print_table(title, ("rank", "keyword", "id", "where", "title"), rows)


def read_keywords(typed: Sequence[str]) -> tuple[str, ...]:
    """Return keywords, each once, and say on standard error how each query is understood.

    Names every one that cannot be used, with the reason, and exits with status 1.
    """
    keywords: dict[str, None] = {}
    is_wrong = False
    for text in typed:
        try:
            keywords[parse_keyword(text, vocabulary())] = None
        except InvalidKeyword as error:
            is_wrong = True
            complain(f"{text[:SHOWN]!r}: {why(error)}")
    if is_wrong:
        raise typer.Exit(1)
    for one in keywords:
        if said := understood(one, Texts(Language.ENGLISH), vocabulary()):
            remark(f"{one[:SHOWN]!r}: {said}")
    return tuple(keywords)


def why(error: InvalidKeyword) -> str:
    """Return the sentence that says what is wrong with one keyword."""
    words = _WRONG.get(error.code, error.code.replace("_", " "))
    return words.format_map(error.values)


def read_entries(file: Path) -> Iterator[AnnouncedPaper]:
    """Read papers from JSON lines; lines without an id, such as a header, are passed over.

    Raises `SourceError` naming the line that is no JSON object or no paper.
    """
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                if "id" in row:
                    yield _entry(row)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                origin = f"{file.name}, line {number}"
                raise SourceError(origin, f"not a paper ({printable(str(error)[:80])})") from error


def _entry(row: dict[str, Any]) -> AnnouncedPaper:
    paper_id, version = ArxivId.split(row["id"])
    paper = Paper(
        id=paper_id,
        version=row.get("version") or version,
        title=str(row["title"]),
        abstract=str(row.get("abstract") or row.get("summary") or ""),
        authors=tuple(row.get("authors") or ()),
        categories=tuple(row.get("categories") or ()),
        comment=row.get("comment") or None,
    )
    return AnnouncedPaper(paper, AnnounceType(row.get("type") or AnnounceType.NEW))
