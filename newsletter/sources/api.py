"""Answers of arXiv's search API: Atom with the counts of OpenSearch.

Used to look papers up by `id_list`. It cannot rebuild an announcement: `published` is the
submission of version 1 (https://info.arxiv.org/help/api/user-manual.html, 3.3).
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from lxml import etree

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
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
    line_of,
    name_of,
    paragraphs_of,
    text_of,
)
from newsletter.sources.text import excerpt
from newsletter.sources.verdict import bounded, state_of

_ABS = re.compile(r"https?://(?:www\.|export\.)?arxiv\.org/abs/")
_ERROR = re.compile(r"https?://(?:www\.|export\.)?arxiv\.org/api/errors")
_ENTRY_END = re.compile(r"</(?:\w+:)?entry\s*>")
_END = re.compile(r"</(?:\w+:)?feed\s*>\s*$")


def parse_api(text: str, origin: str, problems: tuple[Problem, ...] = ()) -> Announcement:
    """Read one answer; raise `NotAnAnnouncement` when it is an error.

    Expected is what OpenSearch's counts state for this page. An answer that states results and
    holds none is FAILED: the API gives empty pages at random.
    """
    found = list(problems)
    cut = not _END.search(text)
    if cut:
        found.append(Problem("truncated", "the answer ends without </feed>"))
    root = read_xml(text, "entry", found)
    if root is None:
        raise NotAnAnnouncement(origin, "an API answer that is not XML")
    items = children(root, "entry")[: len(_ENTRY_END.findall(text)) if cut else None]
    _refuse_error(items, origin)
    read = [_entry(item) for item in items]
    entries = tuple(one for one in read if isinstance(one, AnnouncedPaper))
    found.extend(one for one in read if isinstance(one, Problem))
    stated = _stated(root, len(items), found)
    _count(stated, len(entries), found)
    kept = bounded((*found, *flaws_of(entries)))
    return Announcement(
        kind=DocumentKind.API,
        category="",
        listing_date=None,
        state=state_of(kept, empty=not entries),
        expected=_expected(entries, stated),
        entries=entries,
        problems=kept,
        origin=origin,
    )


def _refuse_error(items: Iterable[etree._Element], origin: str) -> None:
    """Raise for the entry by which the API reports a mistake in the request."""
    for item in items:
        if _ERROR.match(text_of(child(item, "id"))):
            what = (
                f"the arXiv API answers with an error: {excerpt(text_of(child(item, 'summary')))}"
            )
            raise NotAnAnnouncement(origin, what)


def _entry(item: etree._Element) -> AnnouncedPaper | Problem:
    """Read one entry; without identifier or title it is a problem instead."""
    address, title = text_of(child(item, "id")), line_of(child(item, "title"))
    try:
        paper_id, version = ArxivId.split(_ABS.sub("", address, count=1))
    except ValueError:
        return Problem("no_id", f"entry without an arXiv identifier: {excerpt(title or address)!r}")
    if not title:
        return Problem("no_title", "the title is missing", paper_id.value)
    paper = _paper(item, paper_id, version, title)
    kind = inferred_type(first_version=(version or 1) == 1, crossed=False)
    return AnnouncedPaper(paper, kind, is_inferred=True)


def _paper(item: etree._Element, paper_id: ArxivId, version: int | None, title: str) -> Paper:
    """Assemble the paper; links stand in the order title, comment, abstract."""
    comment, abstract = line_of(child(item, "comment")), paragraphs_of(child(item, "summary"))
    people = children(item, "author")
    names = (name_of(child(person, "name")) for person in people)
    texts = (title, comment, abstract)
    return Paper(
        id=paper_id,
        version=version,
        title=title,
        abstract=abstract,
        authors=tuple(name for name in names if name),
        categories=_categories(item),
        comment=comment or None,
        journal_ref=line_of(child(item, "journal_ref")) or None,
        doi=line_of(child(item, "doi")) or None,
        links=tuple(dict.fromkeys(link for text in texts for link in written_in(text))),
    )


def _categories(item: etree._Element) -> tuple[str, ...]:
    """Return arXiv's categories, primary first; ACM and MSC classes stand beside them."""
    primary = child(item, "primary_category")
    rows = [*([primary] if primary is not None else []), *children(item, "category")]
    arxiv = (row for row in rows if (row.get("scheme") or "arxiv").find("arxiv") >= 0)
    return tuple(dict.fromkeys(term for row in arxiv if (term := (row.get("term") or "").strip())))


def _stated(root: etree._Element, items: int, found: list[Problem]) -> int:
    """Return the entries that the counts promise for this page; name a page of several."""
    total, start, size = (
        _number(child(root, name)) for name in ("totalResults", "startIndex", "itemsPerPage")
    )
    if total is None or size is None:
        found.append(Problem("no_total", "the total of results is not stated"))
        return items
    here = max(min(size, total - (start or 0)), 0)
    if here < total:
        what = (
            f"one page of several: results {(start or 0) + 1} to {(start or 0) + here} of {total}"
        )
        found.append(Problem("window", what))
    return here


def _number(element: etree._Element | None) -> int | None:
    """Read a count; more than nine digits are no count of papers."""
    text = text_of(element)
    return int(text[:9]) if text.isascii() and text.isdigit() else None


def _count(stated: int, parsed: int, found: list[Problem]) -> None:
    if parsed != stated:
        code = "count_short" if parsed < stated else "count_long"
        found.append(Problem(code, f"{stated} results stated, {parsed} read"))


def _expected(entries: Iterable[AnnouncedPaper], stated: int) -> Counts:
    """Return the counts of what was read, what is missing among the new."""
    read = Counts.of(entry.type for entry in entries)
    return replace(read, new=read.new + max(stated - read.total, 0))
