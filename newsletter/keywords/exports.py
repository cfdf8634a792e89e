"""Read an exported library: BibTeX, RIS, Zotero's CSV, CSL JSON, or plain arXiv ids.

text ─ kind_of ─► records (field → text) ─► OwnPaper ─► Reading
BibTeX ─┬─ entries ─► records
        └─ between them ─► arXiv ids ─► OwnPaper

What a library reads it gets in small pieces, because none of them is meant for hostile files:
bibtexparser and rispy join strings in loops.
"""

import csv
import io
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from types import MappingProxyType
from typing import Any

import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import NormalizeFieldKeys, RemoveEnclosingMiddleware

from newsletter.errors import InputError
from newsletter.keywords.library import (
    MAX_ABSTRACT,
    MAX_PAPERS,
    MAX_TITLE,
    OwnPaper,
    clean,
    decode,
    each_once,
    ids_in,
    unlike_ids,
)

# Both quote the file in what they log, and a reader's library is nobody's business.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL + 1)

_MOST_RECORDS = 3_000
"""Records looked at, also those without a title or with a defect: 0.1 ms each (bibtexparser)."""
_MOST_REFUSED = 5
"""Numbers that are no ids, and are named."""
_LONGEST_RECORD = 32_000
"""Characters of one record; of longer ones the rest is cut off."""
_MOST_STARTS = 100
"""Signs `@` in one BibTeX entry: each may begin a block, and each that fails costs 30 µs."""
_MOST_COLUMNS = 200
"""Of a CSV file; Zotero writes 87."""
_MOST_LINES = 400
"""Lines of one RIS record: rispy adds each to a growing string."""
_AT_LINE = r"^[ \t]{0,40}@[A-Za-z]{1,40}[ \t]{0,40}[{(]"
_BIBTEX = re.compile(_AT_LINE, re.MULTILINE)
_ENTRY = re.compile(
    rf"{_AT_LINE}|"
    r"(?<!\w)@[A-Za-z]{1,40}[ \t]{0,40}[{(](?=\s{0,40}[^\s,(){}\"=]{1,200},)",
    re.MULTILINE,
)
"""Where an entry begins: within a line only with its key, because `@name (2605.28828)` is none."""
_MARK = re.compile(rf"(?P<start>{_AT_LINE})|(?<!\\)[{{}})\"]", re.MULTILINE)
"""What bibtexparser looks at within an entry; one with a backslash before it is text."""
_RIS = re.compile(r"^TY  - ", re.MULTILINE)
_RDF = re.compile(r"<rdf:RDF|xmlns:z=[\"']http://www\.zotero\.org", re.IGNORECASE)
_CSV_COLUMNS = frozenset({"doi", "url", "abstract note", "abstract", "author", "item type"})
_TITLES = ("title", "primary_title")
_ABSTRACTS = ("abstract", "abstract note", "notes_abstract")
_ID_FIELDS = (
    "doi", "url", "urls", "extra", "note", "notes", "number", "journal", "journaltitle",
    "publication title", "container-title", "howpublished", "publisher", "archive",
    "archive_location", "archive location", "accession_number", "report number", "volume",
    "journal_name", "alternate_title3", "secondary_title",
)  # fmt: skip
"""Where the id stands if not in `eprint`; only with the word arXiv beside it."""

Record = Mapping[str, str]


class Kind(StrEnum):
    """What was pasted or uploaded."""

    BIBTEX = "bibtex"
    RIS = "ris"
    CSV = "csv"
    CSL = "csl"
    IDS = "ids"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file or a text field holds."""

    kind: Kind
    papers: tuple[OwnPaper, ...]
    """At most `MAX_PAPERS`, in the file's order."""
    is_cut: bool
    """There were more."""
    refused: tuple[str, ...] = ()
    """The first few numbers among ids that look like one and are none."""


def read_own_papers(content: bytes | str) -> Reading:
    """Read a library in any of the forms; which one is seen from the content.

    Raises `InputError` for the field `library`: `library_rdf` for Zotero's RDF, `library_ids`
    (`text`) for nothing but numbers that are no ids, and `library_unreadable` for whatever else
    holds no paper in a form that is known.
    """
    text = decode(content) if isinstance(content, bytes) else content.lstrip("\ufeff")
    if "\0" in text:
        raise InputError("library", "library_unreadable")
    if _RDF.search(text[:4_000]):
        raise InputError("library", "library_rdf")
    kind = kind_of(text)
    found = _first(_papers(kind, text))
    if not found:
        kind, found = Kind.IDS, _first(_papers(Kind.IDS, text))
    refused = _refused(kind, text)
    if not found:
        if refused:
            raise InputError("library", "library_ids", text=" ".join(refused))
        raise InputError("library", "library_unreadable")
    return Reading(kind, tuple(found[:MAX_PAPERS]), len(found) > MAX_PAPERS, refused)


def join(one: Reading, other: Reading) -> Reading:
    """Return the papers of both readings, each once and at most `MAX_PAPERS`, and what is refused.

    The kind is that of `one`, whose papers come first.
    """
    found = _first([*one.papers, *other.papers])
    refused = dict.fromkeys([*one.refused, *other.refused])
    is_cut = one.is_cut or other.is_cut or len(found) > MAX_PAPERS
    return Reading(
        one.kind, tuple(found[:MAX_PAPERS]), is_cut, tuple(islice(refused, _MOST_REFUSED))
    )


def _refused(kind: Kind, text: str) -> tuple[str, ...]:
    """Return numbers that are no ids, of the text in which ids are looked for."""
    loose: Iterable[str] = (text,) if kind is Kind.IDS else ()
    if kind is Kind.BIBTEX:
        loose = (part for part, is_entry in _parts(text) if not is_entry)
    found = dict.fromkeys(number for part in loose for number in unlike_ids(part))
    return tuple(islice(found, _MOST_REFUSED))


def _papers(kind: Kind, text: str) -> Iterator[OwnPaper]:
    """Yield every paper of `text`, some of them more than once."""
    if kind is Kind.IDS:
        yield from _by_id(text)
    elif kind is Kind.BIBTEX:
        for part, is_entry in _parts(text):
            yield from map(_paper, _bibtex(part)) if is_entry else _by_id(part)
    else:
        yield from map(_paper, _READERS[kind](text))


def _by_id(text: str) -> Iterator[OwnPaper]:
    return (OwnPaper(arxiv_id=one) for one in ids_in(text))


def _first(papers: Iterable[OwnPaper]) -> list[OwnPaper]:
    """Return the first papers, each once; a bare id gets the text of an entry behind it."""
    texts: dict[str, OwnPaper] = {}

    def noted() -> Iterator[OwnPaper]:
        for paper in papers:
            if paper.arxiv_id and paper.title:
                texts.setdefault(paper.arxiv_id, paper)
            yield paper

    found = list(islice(each_once(noted()), MAX_PAPERS + 1))
    return list(each_once(texts.get(paper.arxiv_id, paper) for paper in found))


def kind_of(text: str) -> Kind:
    """Return the form that a text looks like; ids for anything else."""
    if text.lstrip()[:1] in {"[", "{"}:
        return Kind.CSL
    if _RIS.search(text):
        return Kind.RIS
    if _BIBTEX.search(text):
        return Kind.BIBTEX
    columns = {
        name.strip(' "').casefold() for name in text.lstrip()[:4_000].split("\n")[0].split(",")
    }
    return Kind.CSV if "title" in columns and columns & _CSV_COLUMNS else Kind.IDS


def _paper(record: Record) -> OwnPaper:
    title = next((record[name] for name in _TITLES if record.get(name)), "")
    abstract = next((record[name] for name in _ABSTRACTS if record.get(name)), "")
    return OwnPaper(
        arxiv_id=_id_of(record),
        title=clean(title, MAX_TITLE),
        abstract=clean(abstract, MAX_ABSTRACT),
    )


def _id_of(record: Record) -> str:
    """Return the arXiv id that an entry names, empty for none.

    `eprint` needs no word beside it (https://info.arxiv.org/help/hypertex/bibstyles/), unless the
    entry says that it is another archive's.
    """
    archive = record.get("archiveprefix") or record.get("eprinttype") or "arxiv"
    fields = [record.get("eprint", "")] if archive.strip("{} ").casefold() == "arxiv" else []
    fields += [text for name in _ID_FIELDS if "arxiv" in (text := record.get(name, "")).casefold()]
    return next((one for text in fields for one in ids_in(text[:_LONGEST_RECORD])), "")


def _bibtex(text: str) -> Iterator[Record]:
    """Yield the record of one BibTeX entry; nothing of one with a defect."""
    block = text[:_LONGEST_RECORD]
    if block.count("@") > _MOST_STARTS:
        return
    stack = [NormalizeFieldKeys(), RemoveEnclosingMiddleware()]
    for entry in parse_string(block, parse_stack=stack).entries:
        yield {field.key: str(field.value) for field in entry.fields}


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Cut BibTeX into entries and what stands between them; True for an entry.

    What follows the entry number `_MOST_RECORDS` is left out.
    """
    here = 0
    for _ in range(_MOST_RECORDS):
        start = _ENTRY.search(text, here)
        if start is None:
            yield text[here:], False
            return
        yield text[here : start.start()], False
        here = _end_of_entry(text, start.end())
        yield text[start.start() : here], True


def _end_of_entry(text: str, opened: int) -> int:
    """Return the place behind the entry whose opening sign stands before `opened`.

    One that is never closed ends where a line begins another, as it does for bibtexparser.
    """
    closing = ")" if text[opened - 1] == "(" else "}"
    depth, is_quoted = 0, False
    for mark in _MARK.finditer(text, opened):
        sign = mark[0]
        if mark["start"] is not None:
            return mark.start()
        if not depth and not is_quoted and sign == closing:
            return mark.end()
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(depth - 1, 0)
        elif sign == '"' and not depth:
            is_quoted = not is_quoted
    return len(text)


def _ris(text: str) -> Iterator[Record]:
    """Yield RIS records; a list of values becomes one text."""
    for block in _pieces(text.replace("\r\n", "\n").replace("\r", "\n"), _RIS):
        lines = "\n".join([*block.split("\n", _MOST_LINES)[:_MOST_LINES], "ER  - "])
        for record in rispy.loads(lines, skip_unknown_tags=True):
            yield {name: _joined(value) for name, value in record.items()}


def _joined(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _pieces(text: str, start: re.Pattern[str]) -> Iterator[str]:
    """Cut `text` where `start` matches; each piece bounded, and so is their number."""
    previous: int | None = None
    for found in islice(start.finditer(text), _MOST_RECORDS):
        if previous is not None:
            yield text[previous : min(found.start(), previous + _LONGEST_RECORD)]
        previous = found.start()
    if previous is not None:
        yield text[previous : previous + _LONGEST_RECORD]


def _csv(text: str) -> Iterator[Record]:
    """Yield the rows of a CSV file; it ends where a row cannot be read."""
    rows = csv.reader(io.StringIO(text.lstrip(), newline=""))
    try:
        names = [name.strip().casefold() for name in next(rows, [])[:_MOST_COLUMNS]]
        for row in islice(rows, _MOST_RECORDS):
            yield dict(zip(names, row, strict=False))
    except csv.Error:  # a field above the module's own limit of 128 KB, or a stray NUL
        return


def _csl(text: str) -> Iterator[Record]:
    """Yield the items of a CSL JSON file (https://docs.citationstyles.org); nothing if none."""
    try:
        read: Any = json.loads(text)
    except (ValueError, RecursionError):  # the latter for 100,000 brackets
        return
    items = read.get("items", [read]) if isinstance(read, dict) else read
    for item in islice(items if isinstance(items, list) else [], _MOST_RECORDS):
        if isinstance(item, dict):
            yield {name.casefold(): text for name, text in item.items() if isinstance(text, str)}


_READERS: Mapping[Kind, Callable[[str], Iterator[Record]]] = MappingProxyType(
    {Kind.RIS: _ris, Kind.CSV: _csv, Kind.CSL: _csl}
)
