"""One entry of a listing page: a `dt` with identifiers, a `dd` with metadata."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper, Problem
from newsletter.sources.links import anchor_text, usable
from newsletter.sources.names import split_names
from newsletter.sources.text import clean, excerpt

_BREAK = "\x00"  # cannot occur: libxml2 lets no NUL into a text
_LAYOUT = " \t\r\n"
_CATEGORY = re.compile(r"\(([a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?)\)\s*(?:;|$)")
_HTML = re.compile(r"(?:https?://(?:www\.)?arxiv\.org)?/html/(.+)")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text as its authors wrote it, and the addresses in it."""

    text: str = ""
    hrefs: tuple[str, ...] = ()


def read_entry(dt: HtmlElement, dd: HtmlElement, kind: AnnounceType) -> AnnouncedPaper | Problem:
    """Read one paper; without an identifier or a title it is a problem instead."""
    item = item_of(dt)
    try:
        paper_id, _ = ArxivId.split(item or "")
    except ValueError:
        return Problem("no_id", f"entry without an arXiv identifier: {(item or '')[:40]!r}")
    title = _passage(dd, "list-title")
    if not title.text:
        return Problem("no_title", "the title is missing", item)
    return AnnouncedPaper(_paper(paper_id, title, dt, dd), kind)


def item_of(dt: HtmlElement) -> str | None:
    """Return the identifier as the page links it; the slash of old ones is part of it."""
    hrefs = (anchor.get("href") or "" for anchor in dt.iter("a"))
    linked = (href.removeprefix("/abs/") for href in hrefs if href.startswith("/abs/"))
    return next((excerpt(item) for item in linked), None)


def number_of(dt: HtmlElement) -> int | None:
    """Return the running number of an entry on its day, from 1, over all pages.

    More than nine digits are no number of a paper, and Python reads no more than 4,300.
    """
    names = (anchor.get("name") or "" for anchor in dt.iter("a"))
    digits = (name.removeprefix("item") for name in names if name.startswith("item"))
    return next((int(text[:9]) for text in digits if text.isascii() and text.isdigit()), None)


def type_by_mark(dt: HtmlElement) -> AnnounceType:
    """Return the type that an entry's own mark gives, for a section of unknown name."""
    text = dt.text_content()
    if "(replaced)" in text:
        return AnnounceType.REPLACE
    return AnnounceType.CROSS if "(cross-list" in text else AnnounceType.NEW


def _paper(paper_id: ArxivId, title: Passage, dt: HtmlElement, dd: HtmlElement) -> Paper:
    """Assemble the paper; links stand in the order title, comment, abstract."""
    comment, abstract = _passage(dd, "list-comments"), _abstract(dd)
    return Paper(
        id=paper_id,
        version=_version(dt, paper_id),
        title=title.text,
        abstract=abstract.text,
        authors=split_names(_passage(dd, "list-authors").text),
        categories=tuple(dict.fromkeys(_CATEGORY.findall(_passage(dd, "list-subjects").text))),
        comment=comment.text or None,
        journal_ref=_passage(dd, "list-journal-ref").text or None,
        links=usable((*title.hrefs, *comment.hrefs, *abstract.hrefs)),
    )


def _version(dt: HtmlElement, paper_id: ArxivId) -> int | None:
    """Read the version off the link to the HTML edition, the only place that shows it."""
    for anchor in dt.iter("a"):
        found = _HTML.fullmatch(anchor.get("href") or "")
        try:
            linked, version = ArxivId.split(found[1] if found else "")
        except ValueError:
            continue
        if linked == paper_id:
            return version
    return None


def _passage(dd: HtmlElement, name: str) -> Passage:
    """Return the first `div` of class `name` without its label, empty where there is none."""
    divs = (div for div in dd.iter("div") if name in (div.get("class") or "").split())
    return next((_read(div) for div in divs), Passage())


def _abstract(dd: HtmlElement) -> Passage:
    """Return the abstract, the paragraph that MathJax is told to typeset."""
    texts = (p for p in dd.iter("p") if "mathjax" in (p.get("class") or "").split())
    return next((_read(p) for p in texts), Passage())


def _read(element: HtmlElement) -> Passage:
    """Read text and anchors. White space is layout only at the ends and around `<br>`.

    arXiv's template prints a paragraph break as a line feed and `<br>`: here, one line feed.
    """
    parts = tuple(_parts(element))
    lines = "".join(text for text, _ in parts).split(_BREAK)
    text = "\n".join(line.strip(_LAYOUT) for line in lines)
    hrefs = tuple(clean(href) for _, href in parts if href is not None)
    return Passage(clean(text).strip(), hrefs)


def _parts(element: HtmlElement) -> Iterator[tuple[str, str | None]]:
    """Yield pieces of text in order, each with the address it stands for, if any."""
    yield element.text or "", None
    for child in element:
        yield from _child(child)
        yield child.tail or "", None


def _child(child: HtmlElement) -> Iterator[tuple[str, str | None]]:
    """Yield what one child element contributes; labels and comments contribute nothing."""
    if child.tag == "br":
        yield _BREAK, None
    elif child.tag == "a" and child.get("href"):
        href = str(child.get("href"))
        yield anchor_text(child.text_content(), href), href
    elif isinstance(child.tag, str) and child.get("class") != "descriptor":
        yield from _parts(child)
