"""A feed's text cut into its items, so that one broken item cannot spoil the others.

feedparser reads a document that is not well-formed with a second, lenient parser, which changes
characters. So a broken feed is cut up first, by its tags alone, and put together again without
the items that are broken. The same cut counts the items without feedparser.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice

from lxml import etree

from newsletter.papers import AnnounceType, Counts, Problem
from newsletter.sources.metadata import local_name
from newsletter.sources.text import excerpt, without_false_references
from newsletter.sources.verdict import MOST_ENTRIES

# No pattern may look for its end further than the next tag: that takes quadratic time where
# the beginning stands again and again. arXiv's root tag has some 200 characters; it is read once
# more with every item, so a long one is none.
_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]*\?>")
_ROOT = re.compile(r"<(?P<name>(?:\w+:)?(?:rss|feed|RDF))\b[^<>]{0,4000}>")
_ITEM = re.compile(r"<((?:\w+:)?(?:item|entry))(?:\s[^<>]*)?/?>")
_CLOSING = re.compile(r"(?:</channel\s*>\s*</rss|</(?:\w+:)?(?:rss|feed|RDF))\s*>\s*$")
_TYPE = re.compile(
    r"announce_type[^<>]{0,300}>\s*(new|cross|replace-cross|replace)\s*<"
    r"|Announce Type: (new|cross|replace-cross|replace)\b"
)
_ID = re.compile(r"oai:arXiv\.org:([^<\s]{1,40})")
# What feedparser takes for a person's name or address, in any namespace, and for a subject.
_PEOPLE = frozenset(
    {"author", "contributor", "creator", "email", "managingeditor", "name", "owner", "publisher"}
    | {"webmaster"}
)
_SUBJECTS = frozenset({"category", "keywords", "subject"})
_TITLE = re.compile(r"<(?:\w+:)?title[^<>]{0,300}>([^<]*)")

MOST_ATTRIBUTES = 64
"""Of one tag; feedparser reads them in quadratic time, and arXiv's have six at most."""

LONGEST_WORD = 64
"""Letters of a person's name without a break: feedparser looks for e-mail addresses in names, in a
time that is quadratic in such a run. A name may be long: some papers have 3,000 authors."""

MOST_TERMS = 1_000
"""Words of an item's subjects; feedparser compares each with all. arXiv's items have 20 at most."""

FRAME_SIZE = 100_000
"""Characters read of what stands around the items; arXiv's frame has about 1,000."""

ITEM_SIZE = 1_000_000
"""Characters of one item; the longest recorded has some 3,000."""

_WORD = re.compile(rf"[a-zA-Z0-9_.+-]{{{LONGEST_WORD + 1}}}")


@dataclass(frozen=True, slots=True)
class FeedParts:
    """A feed as text: what stands before the items, and each item with its tags."""

    head: str
    items: tuple[str, ...]
    closed: bool
    """The root element is closed: the document was not cut off."""
    sound: bool
    """What stands around the items is well-formed; where it was not, `head` is mended."""
    stopped: bool = False
    """There are more than `MOST_ENTRIES` items: the rest, and what follows, was not read."""

    @property
    def expected(self) -> Counts:
        """Count the items by the type that each states; one that states none counts as new."""
        types = (_TYPE.search(item) for item in self.items)
        return Counts.of(AnnounceType(t[1] or t[2]) if t else AnnounceType.NEW for t in types)

    @property
    def root(self) -> re.Match[str] | None:
        """Return the root element's opening tag, None where it is missing."""
        return _ROOT.search(self.head)

    def document(self, items: Iterable[str]) -> str:
        """Return a closed document of the head and `items`."""
        name = self.root["name"] if self.root else "rss"
        end = "</channel></rss>" if name == "rss" else f"</{name}>"
        return "".join((self.head, *items, end))

    def bare(self, items: Iterable[str]) -> str:
        """Return a closed document of `items` alone, in the root element and its namespaces."""
        name = self.root["name"] if self.root else "rss"
        start = self.root[0] if self.root else "<rss>"
        frame = ("<channel>", "</channel>") if name == "rss" else ("", "")
        return "".join((start, frame[0], *items, frame[1], f"</{name}>"))


def cut(text: str) -> FeedParts:
    """Cut a feed into head and items; comments are dropped and CDATA is turned into plain text."""
    plain = _replaced(_replaced(text, "<![CDATA[", "]]>", escaped=True), "<!--", "-->")
    plain = _DECLARATION.sub("", plain, count=1)
    starts = list(islice(_ITEM.finditer(plain), MOST_ENTRIES + 1))
    stopped = len(starts) > MOST_ENTRIES
    if stopped:
        plain = plain[: starts.pop().start()]
    stops = [*(start.start() for start in starts), len(plain)][1:]
    items = tuple(_item(plain, start, stop) for start, stop in zip(starts, stops, strict=True))
    frame = _frame(plain, [start.start() for start in starts], items)
    frame = frame[:FRAME_SIZE]
    root = _ROOT.search(frame)
    closed = root is not None and plain.rstrip().endswith(f"</{root['name']}>")
    sound = _error(frame) is None
    # What stands before the root says nothing, and costs feedparser quadratic time.
    head = frame[root.start() if root else 0 :] if sound else _mended(frame)
    return FeedParts(_CLOSING.sub("", head), items, closed, sound, stopped)


def broken(parts: FeedParts) -> dict[str, Problem]:
    """Return the items that are not well-formed, each with the problem that names it."""
    found = {item: _flaw(parts, item) for item in parts.items}
    return {item: problem for item, problem in found.items() if problem}


def _frame(plain: str, starts: Sequence[int], items: Sequence[str]) -> str:
    """Return the document without its items."""
    pieces, at = [], 0
    for start, item in zip(starts, items, strict=True):
        pieces.append(plain[at:start].strip())
        at = start + len(item)
    return "".join((*pieces, plain[at:]))


def _error(text: str) -> str | None:
    """Return what is wrong with a piece of XML, None where it is well-formed and tame."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        return excerpt(error.msg or "not well-formed")
    if any(_is_crowded(element) for element in root.iter()):
        return f"a tag with more than {MOST_ATTRIBUTES} attributes"
    if any(_is_endless(element) for element in root.iter()):
        return f"a name with a word of more than {LONGEST_WORD} letters"
    terms = sum(len(_words(element)) for element in root.iter() if _is_one_of(element, _SUBJECTS))
    return f"more than {MOST_TERMS} words of subjects" if terms > MOST_TERMS else None


def _is_crowded(element: etree._Element) -> bool:
    return max(len(element.attrib), len(element.nsmap)) > MOST_ATTRIBUTES


def _is_endless(element: etree._Element) -> bool:
    """Say whether an element names somebody in a word that does not end."""
    if not _is_one_of(element, _PEOPLE):
        return False
    return _WORD.search("".join(map(str, element.itertext()))) is not None


def _is_one_of(element: etree._Element, names: frozenset[str]) -> bool:
    return local_name(element).lower() in names


def _words(element: etree._Element) -> list[str]:
    """Return the words of a subject, one for an element without any."""
    return [*"".join(map(str, element.itertext())).split(), ""]


def _mended(frame: str) -> str:
    """Return a broken frame as libxml2 understands it, or nothing where it understands none."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(without_false_references(frame).encode(), parser)
    except etree.XMLSyntaxError:
        return ""
    if root is None:
        return ""
    for element in filter(_is_crowded, root.iter()):
        element.attrib.clear()
    for element in [*filter(_is_untold, root.iter())]:
        element.clear(keep_tail=True)
    return etree.tostring(root, encoding="unicode")


def _is_untold(element: etree._Element) -> bool:
    """Say whether an element of the frame is of no use here, and may cost feedparser much time."""
    return _is_one_of(element, _PEOPLE | _SUBJECTS)


def _item(plain: str, start: re.Match[str], stop: int) -> str:
    """Return one item up to its closing tag, or up to the next item where it has none."""
    if start[0].endswith("/>"):
        return start[0]
    end = plain.find(f"</{start[1]}>", start.end(), stop)
    return plain[start.start() : stop if end < 0 else end + len(start[1]) + 3]


def _flaw(parts: FeedParts, item: str) -> Problem | None:
    """Return the problem of one item, None where it is well-formed."""
    if len(item) > ITEM_SIZE:
        what = f"broken item {label(item)}: more than {ITEM_SIZE} characters"
        return Problem("malformed", what, item_id(item))
    root = parts.root
    wrapped = f"{root[0]}{item}</{root['name']}>" if root else item
    error = _error(wrapped)
    return (
        Problem("malformed", f"broken item {label(item)}: {error}", item_id(item))
        if error
        else None
    )


def label(item: str) -> str:
    """Return the title of an item, for the operator to recognise it by."""
    title = _TITLE.search(item)
    return repr(excerpt(title[1], 60)) if title else "without a title"


def item_id(item: str) -> str | None:
    """Return the identifier of an item as it stands there."""
    found = _ID.search(item)
    return excerpt(found[1]) if found else None


def _replaced(text: str, start: str, end: str, *, escaped: bool = False) -> str:
    """Replace each stretch between `start` and `end` by nothing, or by its escaped content."""
    pieces, at = [], 0
    while (opened := text.find(start, at)) >= 0:
        closed = text.find(end, opened)
        if closed < 0:
            break
        content = text[opened + len(start) : closed]
        pieces += [text[at:opened], escape(content, quote=False) if escaped else ""]
        at = closed + len(end)
    return "".join((*pieces, text[at:]))
