"""A listing page's elements in document order, even where one entry would overwhelm the parser.

text ─┬─ nothing unusual: read in one go
      └─ else cut at every entry and heading, each piece read alone; what overwhelms is named

libxml2 stops for good at a depth of 256 elements and at texts of ten million characters, and
links the attributes of an element in quadratic time: 20,000 take four seconds.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, cast

from lxml import etree, html
from lxml.html import HtmlElement

from newsletter.papers import Problem
from newsletter.sources.text import excerpt, without_controls
from newsletter.sources.verdict import MOST_ENTRIES

ENTRY_SIZE: Final = 5_000_000
"""Characters of one entry; the longest recorded has some 12,000, one of three thousand authors
would have 400,000."""

MOST_ATTRIBUTES: Final = 64
"""Of one element; arXiv's have nine at most."""

_ENTRY = re.compile(r"<dt(?=[\s>])")
_PIECE = re.compile(r"<(?:dt|h3)(?=[\s>])")
_ITEM = re.compile(r"""/abs/([^"'<>\s]{1,40})""")


class _CrowdedError(Exception):
    """An element with more than `MOST_ATTRIBUTES`; never leaves this module."""


class _Census:
    """A target that builds nothing and stops at the first crowded element."""

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        """Count an element's attributes."""
        if len(attributes) > MOST_ATTRIBUTES:
            raise _CrowdedError

    def close(self) -> None:
        """End without a result."""


def elements(
    text: str, problems: list[Problem], *, cut: bool
) -> Iterator[tuple[HtmlElement, bool]]:
    """Yield headings, `dt` and `dd`, and whether each is whole; name in `problems` what is not.

    On a `cut` page only as many `dd` are whole as are closed: libxml2 closes the last in silence.
    """
    tame = without_controls(text)
    root = _read(tame) if _sizes_are_usual(tame) else None
    if root is not None and _count(root) >= len(_ENTRY.findall(tame)):
        yield from _told(root, tame, cut=cut)
        return
    for piece in _pieces(tame):
        root = _read(piece) if len(piece) <= ENTRY_SIZE else None
        if root is not None:
            yield from _told(root, piece, cut=cut)
        else:
            found = _ITEM.search(piece)
            what = "the entry cannot be read and was left out"
            problems.append(Problem("malformed", what, excerpt(found[1]) if found else None))


def is_crowded(body: bytes) -> bool:
    """Say whether a tag of some HTML, in UTF-8, has more than `MOST_ATTRIBUTES`.

    Raises `LxmlError` where there is no element.
    """
    census = cast("Any", _Census())
    try:
        etree.fromstring(body, html.HTMLParser(encoding="utf-8", target=census))
    except _CrowdedError:
        return True
    return False


def _count(root: HtmlElement) -> int:
    return sum(1 for _ in root.iter("dt"))


def _told(root: HtmlElement, text: str, *, cut: bool) -> Iterator[tuple[HtmlElement, bool]]:
    closed, seen = text.count("</dd>"), 0
    for element in root.iter("h3", "dt", "dd"):
        seen += element.tag == "dd"
        yield element, not cut or seen <= closed


def _sizes_are_usual(text: str) -> bool:
    """Say whether no piece is too long; of more pieces than are ever read, none is usual."""
    most = 2 * MOST_ENTRIES
    sizes = [len(piece) for piece in islice(_pieces(text), most)]
    return len(sizes) < most and max(sizes) <= ENTRY_SIZE


def _pieces(text: str) -> Iterator[str]:
    """Yield the text cut before each entry and heading."""
    at = 0
    for found in _PIECE.finditer(text):
        yield text[at : found.start()]
        at = found.start()
    yield text[at:]


def _read(text: str) -> HtmlElement | None:
    """Return a text as a tree, without children where it holds none; None: it overwhelms."""
    body = text.encode()
    parser = html.HTMLParser(encoding="utf-8")
    try:
        if is_crowded(body):
            return None
        root = html.document_fromstring(body, parser=parser)
    except etree.LxmlError:  # without any element: nothing was read, the counts will say so
        return html.Element("html")
    fatal = any(flaw.level == etree.ErrorLevels.FATAL for flaw in parser.error_log)
    return None if fatal else root
