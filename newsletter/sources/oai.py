"""OAI-PMH answers, in arXiv's formats `arXiv` and `arXivRaw`.

What arXiv knows of papers changed on some days: complete metadata, but no announcement. A
record's datestamp is a day of modification, so an answer has no listing date; its type is
inferred from the versions (http://www.openarchives.org/OAI/openarchivesprotocol.html).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from lxml import etree

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnounceType,
    ArxivId,
    Counts,
    DocumentKind,
    Paper,
    Problem,
)
from newsletter.sources.isolation import read_xml
from newsletter.sources.links import written_in
from newsletter.sources.metadata import (
    child,
    children,
    flaws_of,
    inferred_type,
    is_crossed,
    line_of,
    local_name,
    name_of,
    paragraphs_of,
    text_of,
)
from newsletter.sources.names import split_names
from newsletter.sources.text import excerpt
from newsletter.sources.verdict import MOST_ENTRIES, bounded, state_of

_FORMATS = ("arXiv", "arXivRaw")
_RECORD = re.compile(r"<(?:\w+:)?record[\s>]")
_RECORD_END = re.compile(r"</(?:\w+:)?record\s*>")
_END = re.compile(r"</(?:\w+:)?OAI-PMH\s*>\s*$")
_VERSION = re.compile(r"v([1-9]\d{0,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class OaiPage:
    """One answer, unjudged: a harvest has as many as there are resumption tokens."""

    category: str
    """What the request's set names, empty where it names none or a whole group."""
    expected: Counts
    """Records in the answer by inferred type; one that cannot be read counts as new."""
    entries: tuple[AnnouncedPaper, ...]
    token: str
    """The resumption token, empty on the last page. It expires at midnight UTC."""
    cursor: int
    """Records on the pages before."""
    size: int | None
    """Records of the whole list, where the answer says so."""
    problems: tuple[Problem, ...]
    origin: str


def parse_oai(text: str, origin: str, problems: tuple[Problem, ...] = ()) -> Announcement:
    """Read one answer; raise `NotAnAnnouncement` for an `<error>` other than noRecordsMatch."""
    page = read_page(text, origin, problems)
    if page.token or page.cursor:
        of = f" of {page.size}" if page.size is not None else ""
        first, last = page.cursor + 1, page.cursor + page.expected.total
        window = Problem("window", f"one page of several: records {first} to {last}{of}")
        page = replace(page, problems=(*page.problems, window))
    return judge(page)


def read_page(text: str, origin: str, problems: tuple[Problem, ...] = ()) -> OaiPage:
    """Read what one answer holds; raise as `parse_oai`."""
    found = list(problems)
    cut = not _END.search(text)
    if cut:
        found.append(Problem("truncated", "the answer ends without </OAI-PMH>"))
    root = read_xml(text, "record", found)
    if root is None:
        raise NotAnAnnouncement(origin, "an OAI-PMH answer that is not XML")
    _refuse_error(root, origin)
    records = _records(root)[: len(_RECORD_END.findall(text)) if cut else None]
    category = _category(root)
    read = [_record(record, category, origin) for record in records]
    entries = tuple(one for one in read if isinstance(one, AnnouncedPaper))
    found.extend(one for one in read if isinstance(one, Problem))
    stated = len(_RECORD.findall(text)) - sum(_is_deleted(record) for record in records)
    _count(stated, len(entries), found)
    token = child(root, "ListRecords", "resumptionToken")
    return OaiPage(
        category=category,
        expected=_expected(entries, stated),
        entries=entries,
        token=text_of(token),
        cursor=_number(token, "cursor") or 0,
        size=_number(token, "completeListSize"),
        problems=(*found, *flaws_of(entries)),
        origin=origin,
    )


def judge(page: OaiPage) -> Announcement:
    """Return the answer as an announcement without a date."""
    kept = bounded(page.problems)
    return Announcement(
        kind=DocumentKind.OAI,
        category=page.category,
        listing_date=None,
        state=state_of(kept, empty=not page.entries),
        expected=page.expected,
        entries=page.entries,
        problems=kept,
        origin=page.origin,
    )


def _refuse_error(root: etree._Element, origin: str) -> None:
    """Raise for an error; that no record matches is the normal answer on a quiet day."""
    for error in children(root, "error"):
        code = error.get("code") or ""
        if code != "noRecordsMatch":
            what = f"OAI-PMH error {excerpt(code, 40)}: {excerpt(text_of(error))}"
            raise NotAnAnnouncement(origin, what)


def _records(root: etree._Element) -> list[etree._Element]:
    """Return the records of a list, or the single one of GetRecord."""
    lists = (*children(root, "ListRecords"), *children(root, "GetRecord"))
    return [record for each in lists for record in children(each, "record")][:MOST_ENTRIES]


def _category(root: etree._Element) -> str:
    """Return the category of a set: `cs:cs:AI` is cs.AI, `physics:hep-th` is hep-th, `cs` is cs."""
    request = child(root, "request")
    parts = ((request.get("set") or "") if request is not None else "").split(":")
    if len(parts) == 1:
        # The group `physics` holds thirteen archives; it is not the archive of that name.
        return "" if parts[0] == "physics" else parts[0]
    return ".".join(parts[1:])


def _record(record: etree._Element, category: str, origin: str) -> AnnouncedPaper | Problem:
    """Read one record; a deleted one, or one without identifier or title, is a problem."""
    name = excerpt(text_of(child(record, "header", "identifier")))
    if _is_deleted(record):
        return Problem("deleted", "the record is deleted", name)
    metadata = child(record, "metadata")
    body = next(metadata.iterchildren("*"), None) if metadata is not None else None
    if body is None or local_name(body) not in _FORMATS:
        what = "its records are in another format; ask for metadataPrefix=arXiv"
        raise NotAnAnnouncement(origin, what)
    try:
        paper_id, _ = ArxivId.split(text_of(child(body, "id")))
    except ValueError:
        return Problem("no_id", f"record without an arXiv identifier: {name!r}")
    paper = _paper(body, paper_id)
    if not paper.title:
        return Problem("no_title", "the title is missing", paper_id.value)
    return AnnouncedPaper(paper, _type(body, paper, category), is_inferred=True)


def _paper(body: etree._Element, paper_id: ArxivId) -> Paper:
    """Assemble the paper; links stand in the order title, comment, abstract."""
    title, comment = line_of(child(body, "title")), line_of(child(body, "comments"))
    abstract = paragraphs_of(child(body, "abstract"))
    texts = (title, comment, abstract)
    return Paper(
        id=paper_id,
        version=max(_versions(body), default=None),
        title=title,
        abstract=abstract,
        authors=_authors(body),
        categories=tuple(dict.fromkeys(text_of(child(body, "categories")).split())),
        comment=comment or None,
        journal_ref=line_of(child(body, "journal-ref")) or None,
        doi=line_of(child(body, "doi")) or None,
        links=tuple(dict.fromkeys(link for text in texts for link in written_in(text))),
    )


def _authors(body: etree._Element) -> tuple[str, ...]:
    """Return the names: in parts in the format `arXiv`, on one line in `arXivRaw`."""
    authors = child(body, "authors")
    if authors is None:
        return ()
    people = children(authors, "author")
    if not people:
        return split_names(line_of(authors))
    parts = ("forenames", "keyname", "suffix")
    return tuple(name_of(*(child(person, part) for part in parts)) for person in people)


def _versions(body: etree._Element) -> list[int]:
    """Return the version numbers that `arXivRaw` lists."""
    names = (_VERSION.fullmatch(version.get("version") or "") for version in _version_rows(body))
    return [int(name[1]) for name in names if name]


def _version_rows(body: etree._Element) -> Iterable[etree._Element]:
    return children(body, "version")


def _type(body: etree._Element, paper: Paper, category: str) -> AnnounceType:
    """Infer the type: `updated`, or a version beyond the first, means that it is replaced."""
    first = child(body, "updated") is None and (paper.version or 1) == 1
    return inferred_type(first_version=first, crossed=is_crossed(paper.primary, category))


def _is_deleted(record: etree._Element) -> bool:
    header = child(record, "header")
    return header is not None and header.get("status") == "deleted"


def _number(element: etree._Element | None, name: str) -> int | None:
    """Read a count in an attribute; more than nine digits are no count of papers."""
    text = (element.get(name) or "") if element is not None else ""
    return int(text[:9]) if text.isascii() and text.isdigit() else None


def _count(stated: int, parsed: int, found: list[Problem]) -> None:
    if parsed < stated:
        found.append(Problem("count_short", f"{stated} records in the answer, {parsed} read"))


def _expected(entries: Iterable[AnnouncedPaper], stated: int) -> Counts:
    """Return the counts of what was read, what could not be read among the new."""
    read = Counts.of(entry.type for entry in entries)
    return replace(read, new=read.new + max(stated - read.total, 0))
