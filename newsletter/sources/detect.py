"""What kind of document some bytes are, told by their content and never by their name."""

import re

from newsletter.errors import EmptyDocument, NotAnAnnouncement, TruncatedDocument
from newsletter.papers import Announcement, Problem
from newsletter.sources.api import parse_api
from newsletter.sources.feed import read_feed
from newsletter.sources.listing import is_listing, read_page
from newsletter.sources.oai import parse_oai
from newsletter.sources.page import ListingPage, judge
from newsletter.sources.text import decode, excerpt

# Declaration, comments, processing instructions and a DOCTYPE may stand before the root.
_PROLOG = re.compile(r"(?:\s+|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*>)", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(r"<(?:[\w-]+:)?(?P<name>[\w-]+)[\s/>]")
_HEADLINE = re.compile(r"<(?:h1|title)\b[^<>]{0,300}>([^<]+)<", re.IGNORECASE)
_ARXIV_FEED = re.compile(r"announce_type|updates on arXiv\.org|Feed error for query")
_ARXIV_API = re.compile(r"a9\.com/-/spec/opensearch|arxiv\.org/api/|ArXiv Query:")
_FRAME_END = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_OTHER = {
    "rdf": "an RSS 1.0 feed, as arXiv had them before 2024; this release reads RSS 2.0 and Atom",
}


def parse_document(body: bytes, origin: str) -> Announcement:
    """Read a listing or catch-up page, an RSS or Atom feed, an OAI-PMH or API answer.

    `origin` is its URL or file name.

    A damaged document comes back with what could be read, state FAILED and its problems.
    Raises `EmptyDocument`, `NotAnAnnouncement` (naming the kind, such as an error page, JSON
    or plain text), and `TruncatedDocument` when a cut left nothing to read.
    """
    read = read_document(body, origin)
    return judge(read) if isinstance(read, ListingPage) else read


def read_document(body: bytes, origin: str) -> ListingPage | Announcement:
    """Read as `parse_document` does, but leave a listing page unjudged: it may be joined."""
    text, problems = decode(body)
    start = text.strip("\x00\ufeff \t\r\n")[:1]
    if not start:
        raise EmptyDocument(origin)
    if start != "<":
        raise NotAnAnnouncement(origin, _plain(text, start))
    return _read_markup(text, origin, problems)


def _plain(text: str, start: str) -> str:
    """Describe a document that is no markup."""
    if start in "{[":
        return "a JSON document, not a listing page or feed"
    return f"plain text, not a listing page or feed: {excerpt(text)!r}"


def _read_markup(
    text: str, origin: str, problems: tuple[Problem, ...]
) -> ListingPage | Announcement:
    """Hand a document on by its root element."""
    root = _root(text)
    if root == "html":
        return _read_html(text, origin, problems)
    if root in {"rss", "feed"}:
        return _read_feed(text, origin, problems)
    if root == "oai-pmh":
        return parse_oai(text, origin, problems)
    if not root:
        raise TruncatedDocument(origin, "the document ends before its first element")
    raise NotAnAnnouncement(origin, _OTHER.get(root, f"an XML document <{excerpt(root, 40)}>"))


def _root(text: str) -> str:
    """Return the root element's name in lower case; a DOCTYPE html is enough for HTML."""
    at = 0
    while (prolog := _PROLOG.match(text, at)) is not None:
        if prolog[0].lower().startswith("<!doctype html"):
            return "html"
        at = prolog.end()
    found = _ROOT.match(text, at)
    return found["name"].lower() if found else _unnamed(text[at:])


def _unnamed(rest: str) -> str:
    """Tell what begins like no element: a DOCTYPE with declarations of its own, or nothing."""
    return "!DOCTYPE with entities" if rest[:9].upper() == "<!DOCTYPE" and "[" in rest else ""


def _read_html(text: str, origin: str, problems: tuple[Problem, ...]) -> ListingPage:
    """Read a listing page; other pages are refused with their headline."""
    if is_listing(text):
        page = read_page(text, origin, problems)
        cut = any(problem.code == "truncated" for problem in page.problems)
        if cut and not any(section.entries for section in page.sections):
            raise TruncatedDocument(origin, "the page is cut off before its first entry")
        return page
    headline = _HEADLINE.search(text.partition("<body")[2] or text) or _HEADLINE.search(text)
    if headline is None and not _FRAME_END.search(text):
        raise TruncatedDocument(origin, "the page is cut off before its heading")
    what = excerpt(headline[1]) if headline else "without a heading"
    raise NotAnAnnouncement(origin, f"an HTML page that lists nothing: {what!r}")


def _read_feed(text: str, origin: str, problems: tuple[Problem, ...]) -> Announcement:
    """Read a feed of arXiv's; an API answer is Atom too."""
    if _ARXIV_API.search(text.partition("<entry")[0]):
        return parse_api(text, origin, problems)
    if not _ARXIV_FEED.search(text):
        if re.search(r"</(?:\w+:)?(?:rss|feed)\s*>", text):
            raise NotAnAnnouncement(origin, "a feed that is not arXiv's: no announce types")
        raise TruncatedDocument(origin, "the feed is cut off before its first item")
    feed = read_feed(text, origin, problems)
    if not feed.entries and any(problem.code == "truncated" for problem in feed.problems):
        raise TruncatedDocument(origin, "the feed is cut off before the end of its first item")
    return feed
