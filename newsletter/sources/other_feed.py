"""Any RSS or Atom feed, such as a journal's or bioRxiv's, through feedparser.

bytes ─ decode as declared ─ cut into items ─ feedparser ─ identity, plain text ─► OtherFeed

Such a feed announces nothing: it shows its newest articles, and no count of them.
"""

import calendar
import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from lxml import html
from lxml.etree import LxmlError, ParserError

from newsletter.errors import EmptyDocument, NotAnAnnouncement
from newsletter.papers import Paper, Problem
from newsletter.sources.elements import is_crowded
from newsletter.sources.feed_parts import FeedParts, broken, cut
from newsletter.sources.feed_reading import read_parts
from newsletter.sources.http import Fetcher
from newsletter.sources.identity import identity
from newsletter.sources.text import DAMAGE, clean, decode, excerpt
from newsletter.sources.verdict import bounded

MOST_ITEMS = 1_000
"""Articles read of one feed; journals show some tens."""
_MOST_AUTHORS, _MOST_CATEGORIES = 200, 8
_LONGEST_TITLE, _LONGEST_TEXT, _LONGEST_NAME = 1_000, 20_000, 200
_DECLARED = re.compile(rb"<\?xml[^<>]{0,200}encoding=[\"']([\w.-]{1,40})[\"']", re.IGNORECASE)
# Encodings of texts, as Python names them. Others are no such thing (`rot13`), take quadratic time
# (`punycode`) or make surrogates (`utf-7`).
_ENCODING = re.compile(
    r"ascii|(?:big5|cp\d|euc_|gb|hz|iso2022|iso8859|johab|koi8|mac-|ptcp154|shift_jis|tis-620"
    r"|utf-16|utf-32)[\w-]*"
)
_MARKUP = re.compile(r"<[a-zA-Z/!]|&#?\w+;")
_LABEL = re.compile(r"^(?:abstract|summary|摘要)\s*[:：.]?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Article:
    """One item: an article as a paper, and when it was published (aware), where that is said."""

    paper: Paper
    published: datetime | None


@dataclass(frozen=True, slots=True)
class OtherFeed:
    """A feed as read, in its own order, each article once."""

    name: str
    stated: int
    """Items in the document."""
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]
    origin: str


class OtherFeedSource:
    """A feed at an address that the operator named."""

    def __init__(self, fetcher: Fetcher, url: str, name: str) -> None:
        """Ask `url` through `fetcher`, which is this feed's own; readers see `name`.

        The address may hold a key, wherever it likes: errors, circuit and kept documents get its
        scheme and host only.
        """
        self._fetcher, self._url, self.name = fetcher.discreet(), url, name

    def fetch(self) -> OtherFeed:
        """Return the feed as it is now; raises `SourceError`."""
        parse = partial(parse_other_feed, name=self.name, address=self._url)
        return self._fetcher.read(self._url, parse)


def parse_other_feed(body: bytes, origin: str, name: str, address: str = "") -> OtherFeed:
    """Read a feed; an item that is broken is a problem, and the others are read.

    `origin` is what may be said of where it came from, `address` (default: `origin`) what tells it
    from other feeds: items that have nothing but a guid are known by both. Raises `EmptyDocument`
    and `NotAnAnnouncement` for what is no feed.
    """
    text, problems = _decoded(body)
    if not text.strip("\x00\ufeff \t\r\n"):
        raise EmptyDocument(origin)
    parts = cut(text)
    if parts.root is None:
        raise NotAnAnnouncement(origin, f"neither RSS nor Atom: {excerpt(text.strip(), 60)!r}")
    flaws = broken(parts)
    found: list[Problem] = [*problems, *flaws.values(), *_cut_off(parts)]
    sound = (item for item in parts.items[:MOST_ITEMS] if item not in flaws)
    read = read_parts(parts, sound, origin, found, head=False)
    articles: dict[str, Article] = {}
    for item in islice(read.entries, MOST_ITEMS):
        article = _article(item, address or origin)
        if isinstance(article, Problem):
            found.append(article)
        else:
            articles.setdefault(article.paper.id.value, article)
    return OtherFeed(name, len(parts.items), tuple(articles.values()), bounded(found), origin)


def _decoded(body: bytes) -> tuple[str, tuple[Problem, ...]]:
    """Decode as the XML declaration says; UTF-8 where it says nothing or something unknown."""
    declared = _DECLARED.search(body[:300])
    if declared is not None:
        try:
            codec = codecs.lookup(declared[1].decode())
        except LookupError:
            return decode(body)
        if _ENCODING.fullmatch(codec.name):
            return body.decode(codec.name, errors="replace"), ()
    return decode(body)


def _cut_off(parts: FeedParts) -> list[Problem]:
    found = []
    if not parts.closed:
        found.append(Problem("truncated", "the feed ends without its closing tag"))
    if parts.stopped or len(parts.items) > MOST_ITEMS:
        found.append(Problem("too_many", f"more than {MOST_ITEMS} items; the rest was not read"))
    return found


def _article(item: Any, feed: str) -> Article | Problem:
    """Read one item; without identity or title it is a problem instead."""
    title = _plain(item.get("title"), _LONGEST_TITLE)
    link = str(item.get("link") or "")
    doi = str(item.get("prism_doi") or "")
    identifiers = [doi, str(item.get("dc_identifier") or "")]
    found = identity(link, identifiers, str(item.get("id") or ""), feed)
    if found is None:
        return Problem("no_id", f"item without a link or guid to know it by: {excerpt(title)!r}")
    if not title:
        return Problem("no_title", "the title is missing", excerpt(found.value))
    return Article(
        Paper(
            id=found,
            title=title,
            abstract=_LABEL.sub("", _plain(_body(item), _LONGEST_TEXT)),
            authors=tuple(_authors(item))[:_MOST_AUTHORS],
            categories=tuple(_categories(item))[:_MOST_CATEGORIES],
            doi=found.value.removeprefix("doi:") if found.value.startswith("doi:") else None,
        ),
        _published(item),
    )


def _body(item: Any) -> object:
    """Return the longer of summary and content: some feeds cut the first."""
    contents = [part.get("value") or "" for part in item.get("content") or []]
    return max([str(item.get("summary") or ""), *map(str, contents)], key=len)


def _authors(item: Any) -> Iterable[str]:
    names = [author.get("name") for author in item.get("authors") or []] or [item.get("author")]
    for name in names:
        # bioRxiv gives one string, "Author, S., Author, T.": a comma after initials ends a name.
        for part in re.split(r"(?<=\.), |; ", str(name or "")):
            plain = _plain(part, _LONGEST_NAME)
            if plain:
                yield plain


def _categories(item: Any) -> Iterable[str]:
    terms = (_plain(tag.get("term"), 60) for tag in item.get("tags") or [])
    return dict.fromkeys(term for term in terms if term)


def _published(item: Any) -> datetime | None:
    """Return when the item was published, or changed where it does not say; aware, in UTC."""
    stamp = item.get("published_parsed") or item.get("updated_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(stamp), UTC) if stamp else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _plain(value: object, limit: int) -> str:
    """Return HTML or text as plain text on one line, bounded, without control characters."""
    text = clean(str(value or ""))[: 20 * limit]
    if _MARKUP.search(text):
        text = _untagged(text)
    kept = "".join(c if c.isprintable() else " " for c in text if c != DAMAGE)
    line = " ".join(kept.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _untagged(text: str) -> str:
    """Return the text of HTML; where a tag has too many attributes, without a parser of HTML."""
    markup = f"<div>{text}</div>"
    try:
        if not is_crowded(markup.encode(errors="replace")):
            return "".join(map(str, html.fromstring(markup).itertext()))
    except (LxmlError, ParserError, ValueError):
        pass
    return re.sub(r"<[^<>]*>", " ", text)
