"""Feeds that are made to break their reader: each costs itself, by name, and little time."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext

import httpx
import pytest
from fakes import LISTING_DATE, Clock
from lxml import etree
from sources_samples import Item
from sources_samples import rss as arxiv_rss
from sources_server import Reply, serve
from test_other_feeds import FEED, ids, parsed, rss, rss_item

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import AnnouncementState
from newsletter.services.collect import held
from newsletter.services.documents import keeper as keeper_of
from newsletter.services.documents import kept
from newsletter.services.feeds import collect_feeds
from newsletter.services.telling import timeline
from newsletter.sources.detect import parse_document
from newsletter.sources.feed_parts import FeedParts
from newsletter.sources.feed_reading import read_parts
from newsletter.sources.http import Fetcher
from newsletter.sources.metadata import local_name
from newsletter.sources.oai_source import _read as read_oai
from newsletter.sources.other_feed import OtherFeedSource
from newsletter.sources.verdict import LIMIT
from newsletter.storage.engine import Database

GOOD = "https://journal.example/articles/1"
POSITION = '<gml:pos xmlns:gml="http://www.opengis.net/gml">1 2</gml:pos>'
PEOPLE = ("author", "managingEditor", "webMaster", "dc:creator", "dc:publisher", "itunes:author")
ITUNES = 'xmlns:itunes="http://www.itunes.com/DTDs/PodCast-1.0.dtd"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if it takes longer; without the mends these take 17 seconds and more."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < seconds


def named(tag: str, text: str) -> str:
    """Return an element that names somebody."""
    namespace = {"dc": DC, "itunes": ITUNES}.get(tag.partition(":")[0], "")
    return f"<{tag} {namespace}>{text}</{tag}>"


@pytest.mark.parametrize("tag", PEOPLE)
def test_a_name_without_end_costs_its_item(tag: str) -> None:
    """Whoever it names, in another feed and in arXiv's."""
    endless = named(tag, "a.b" * 15_000)
    with within(4.0):
        feed = parsed(rss(rss_item(1), rss_item(2, extra=endless)))
    assert [GOOD] == ids(feed)
    assert ["malformed"] == [problem.code for problem in feed.problems]
    body = arxiv_rss(Item(id="2605.00001").rss(), Item(id="2605.00002", extra=endless).rss())
    with within(4.0):
        announcement = parse_document(body.encode(), FEED)
    assert ["2605.00001"] == [entry.paper.id.value for entry in announcement.entries]
    assert AnnouncementState.FAILED is announcement.state


def test_three_thousand_authors_are_no_endless_name() -> None:
    """Collaborations have as many; it is the single word that costs time."""
    names = ", ".join(f"Sample Author-{number}" for number in range(3_000))
    body = arxiv_rss(Item(id="2605.00001", creator=names).rss()).encode()
    with within(4.0):
        (entry,) = parse_document(body, FEED).entries
    assert tuple(names.split(", ")) == entry.paper.authors


def test_a_name_without_end_in_the_frame_costs_no_item() -> None:
    """Nor does one that stands before all items."""
    endless = f"<managingEditor>{'a.b' * 15_000}</managingEditor><item>"
    with within(4.0):
        assert [GOOD] == ids(parsed(rss(rss_item(1)).replace(b"<item>", endless.encode(), 1)))
        body = arxiv_rss(Item(id="2605.00001").rss()).replace("<item>", endless, 1)
        announcement = parse_document(body.encode(), FEED)
    assert ["2605.00001"] == [entry.paper.id.value for entry in announcement.entries]
    assert "malformed" in {problem.code for problem in announcement.problems}


@pytest.mark.parametrize("tag", ["category", "itunes:keywords"])
def test_subjects_without_end_cost_their_item(tag: str) -> None:
    """The library compares each with all others."""
    words = [f"w{number}" for number in range(20_000)]
    many = named(tag, " ".join(words)) if ":" in tag else "".join(named(tag, w) for w in words)
    with within(4.0):
        assert [GOOD] == ids(parsed(rss(rss_item(1), rss_item(2, extra=many))))


@pytest.mark.parametrize("place", ["title", "description"])
def test_a_tag_of_many_attributes_is_read_without_a_parser_of_html(place: str) -> None:
    """libxml2 links them in quadratic time; the text is there all the same."""
    attributes = " ".join(f"b{number:x}" for number in range(60_000))
    markup = f"&lt;a {attributes[: 390_000 if place == 'description' else 19_000]}&gt;a text"
    plain = "<description/>" if place == "title" else f"<description>{markup}</description>"
    title = markup if place == "title" else "T"
    item = f"<item><title>{title}</title><link>{GOOD}</link>{plain}</item>"
    with within(2.0):
        (article,) = parsed(rss(item)).articles
    assert "a text" == (article.paper.title if place == "title" else article.paper.abstract)


def test_an_item_that_breaks_feedparser_costs_only_itself() -> None:
    """A position outside of a place is a KeyError there."""
    feed = parsed(rss(rss_item(1), rss_item(2, extra=POSITION), rss_item(3)))
    assert [GOOD, GOOD.replace("1", "3")] == ids(feed)
    assert ["broken item 'A sample title': this release cannot read it"] == [
        problem.message for problem in feed.problems
    ]
    body = arxiv_rss(Item(id="2605.00001").rss(), Item(id="2605.00002", extra=POSITION).rss())
    announcement = parse_document(body.encode(), FEED)
    assert ["2605.00001"] == [entry.paper.id.value for entry in announcement.entries]
    (problem,) = (one for one in announcement.problems if one.code == "malformed")
    assert "2605.00002v1" == problem.item


def test_a_frame_that_breaks_feedparser_costs_no_item() -> None:
    """It is read without its frame, and is no whole announcement."""
    body = arxiv_rss(Item(id="2605.00001").rss()).replace("<item>", f"{POSITION}<item>", 1)
    announcement = parse_document(body.encode(), FEED)
    assert ["2605.00001"] == [entry.paper.id.value for entry in announcement.entries]
    assert AnnouncementState.FAILED is announcement.state
    other = parsed(rss(rss_item(1)).replace(b"<item>", f"{POSITION}<item>".encode(), 1))
    assert ([GOOD], ()) == (ids(other), other.problems)


class Breaking(FeedParts):
    """A feed of which not even an empty document can be read."""

    def document(self, items: Iterable[str]) -> str:
        """Return what breaks feedparser."""
        return f"<rss><channel>{POSITION}{''.join(items)}</channel></rss>"

    bare = document


def test_a_feed_that_breaks_feedparser_as_a_whole_is_refused_by_name() -> None:
    """No error of the library's own gets through."""
    parts = Breaking("<rss>", (), closed=True, sound=True)
    with pytest.raises(NotAnAnnouncement, match="cannot read"):
        read_parts(parts, [], FEED, [])


@pytest.mark.parametrize(
    "codec",
    ["idna", "undefined", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "hex"],
)
def test_what_is_no_encoding_of_a_text_is_not_used(codec: str) -> None:
    """They raise, make surrogates or take quadratic time; such a feed is read as UTF-8."""
    body = rss(rss_item(1), rss_item(2, title=r"a\ud800 b +2AA- c"))
    declared = body.replace(b'"1.0"', f'"1.0" encoding="{codec}"'.encode(), 1)
    assert 2 == len(parsed(declared).articles)


@pytest.mark.parametrize("title", ["&#xD800;", "&#xD800; & b", "&#x110000;"])
def test_a_reference_to_no_character_in_the_frame_costs_no_item(title: str) -> None:
    """The library cannot hand out what libxml2 let pass."""
    body = rss(rss_item(1)).replace(b"<title>S</title>", f"<title>{title}</title>".encode())
    assert [GOOD] == ids(parsed(body))
    arxiv = arxiv_rss(Item(id="2605.00001").rss())
    framed = arxiv.replace("<item>", f"<copyright>{title}</copyright><item>", 1)
    (entry,) = parse_document(framed.encode(), FEED).entries
    assert "2605.00001" == entry.paper.id.value


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://x.example/10.1234/ab%00cd", "https://x.example/10.1234/ab%00cd"),
        ("https://x.example/10.1234/a%E2%80%AEb", "https://x.example/10.1234/a%E2%80%AEb"),
        ("https://x.example/10.1234/%ED%A0%80", "https://x.example/10.1234/%ED%A0%80"),
        ("https://x.example/10.1234/", "https://x.example/10.1234/"),
        ("https://x.example/10.1234/)", "https://x.example/10.1234/)"),
        ("https://x.example/a b\u2028\u202e", "https://x.example/a%20b%E2%80%A8%E2%80%AE"),
        ("https://x.example/中", "https://x.example/中"),
        ("https://Bücher.example:8443/1", "https://xn--bcher-kva.example:8443/1"),
        ("https://[::1]/1", "https://[::1]/1"),
        ("https://\u202eevil.example/x", None),
        ("https://x.example:99999/a", None),
        ("https://user[@host]/a", None),
        ("https://x..example/a", None),
        ("https://x\u2028.example/a", None),
    ],
)
def test_no_link_makes_a_harmful_identity(link: str, expected: str | None) -> None:
    """The next identity serves; where there is none, the item is named as a problem."""
    feed = parsed(rss(rss_item(1), rss_item(2, link=link)))
    assert [GOOD, *filter(None, [expected])] == ids(feed)
    assert ([] if expected else ["no_id"]) == [problem.code for problem in feed.problems]


def test_a_dois_letters_may_grow_when_they_are_lowered() -> None:
    """`İ` becomes two characters: the bound counts what is kept."""
    doi = f"<dc:identifier>doi:10.1234/{'İ' * 300}</dc:identifier>"
    assert [GOOD] == ids(parsed(rss(rss_item(1, extra=doi))))


def test_many_broken_items_make_few_problems() -> None:
    """They are kept in one row of the database."""
    feed = parsed(rss(*(f"<item><title>{number}<b></title></item>" for number in range(9_000))))
    assert 9_000 == feed.stated
    assert LIMIT == len(feed.problems)
    assert {"malformed", "too_many"} == {problem.code for problem in feed.problems}


RECORD = """<record><header><identifier>oai:arXiv.org:{id}</identifier></header><metadata>{before}
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{id}</id><title>T</title>
<categories>cs.LG</categories><abstract>a</abstract>{extra}</arXiv></metadata></record>"""


@pytest.mark.parametrize(
    ("before", "extra"),
    [("", "<georss:point>1 2</georss:point>"), ("<!-- c -->", ""), ("<?x y?>", "")],
)
def test_what_stands_around_metadata_costs_no_record(before: str, extra: str) -> None:
    """A prefix that is declared nowhere, a comment, an instruction."""
    records = RECORD.format(id="2605.00001", before="", extra="") + RECORD.format(
        id="2605.00002", before=before, extra=extra
    )
    frame = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><request set="cs">x</request>'
    page = read_oai(f"{frame}<ListRecords>{records}</ListRecords></OAI-PMH>".encode(), FEED)
    assert ["2605.00001", "2605.00002"] == [entry.paper.id.value for entry in page.entries]


def test_an_element_with_a_prefix_of_nowhere_has_a_name() -> None:
    """What stands behind the colon, as if the prefix were declared."""
    parser = etree.XMLParser(recover=True)
    root = etree.fromstring("<a><georss:point/><!-- c --><b xmlns='urn:b'/></a>", parser)
    assert ["point", "", "b"] == [local_name(element) for element in root]


def test_a_prefix_of_nowhere_costs_no_entry_of_the_api() -> None:
    """The entry's identifier is there."""
    entry = """<entry><georss:point>1</georss:point><id>http://arxiv.org/abs/2605.00005v1</id>
<title>T</title><summary>s</summary></entry>"""
    head = """<feed xmlns="http://www.w3.org/2005/Atom"
 xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<opensearch:totalResults>1</opensearch:totalResults>"""
    announcement = parse_document(f"{head}{entry}</feed>".encode(), FEED)
    assert ["2605.00005"] == [one.paper.id.value for one in announcement.entries]


@pytest.mark.parametrize("body", [None, b"<html>no feed", rss(rss_item(2, title="<b>"))])
def test_a_feeds_address_is_told_to_nobody(
    database: Database, capsys: pytest.CaptureFixture[str], body: bytes | None
) -> None:
    """Not in problems, timeline, kept documents or logs: it may hold a key anywhere."""
    path = "/feed/PATHSECRET?api_key=SECRETKEY&subject=SECRETTOO"
    with serve() as server, httpx.Client(trust_env=False) as client:
        server.replies[path] = Reply(status=403) if body is None else Reply(body=body)
        clock = Clock()
        fetcher = Fetcher(
            "x",
            client=client,
            throttle=lambda _: nullcontext(),
            keep=keeper_of(database, clock),
        )
        host = server.url.removeprefix("http://")
        source = OtherFeedSource(fetcher, f"http://me:PASSW0RD@{host}{path}", "Samples")
        collect_feeds(database, [source], LISTING_DATE, clock=clock)
    told = [repr(held(database, LISTING_DATE)), repr(timeline(database, LISTING_DATE))]
    told += [repr(kept(database)), *capsys.readouterr()]
    secrets = ("PATHSECRET", "SECRETKEY", "SECRETTOO", "PASSW0RD")
    assert [] == [secret for secret in secrets if secret in "".join(told)]
    origins = [] if body is None else [server.url]
    assert origins == [one.origin for one in kept(database)]
