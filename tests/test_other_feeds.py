"""Feeds that are not arXiv's: identities, hostile items, and what joins an edition."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from fakes import ANNOUNCED_AT, LISTING_DATE, Clock
from hypothesis import given
from hypothesis import strategies as st
from sources_server import Arxiv, Reply, serve

from newsletter.errors import EmptyDocument, NotAnAnnouncement, SourceError, SourceUnavailable
from newsletter.papers import ArxivId, FeedId, read_id
from newsletter.services.collect import held
from newsletter.services.feeds import collect_feeds
from newsletter.services.telling import timeline
from newsletter.sources.http import Fetcher
from newsletter.sources.identity import identity
from newsletter.sources.other_feed import OtherFeed, OtherFeedSource, parse_other_feed
from newsletter.storage.engine import Database
from newsletter.storage.entries import edition_entries

FEED = "https://connect.biorxiv.example/feed"
MONDAY = date(2026, 6, 1)

RDF = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://purl.org/rss/1.0/modules/prism/">
<channel rdf:about="https://example.org"><title>Samples</title><link>https://example.org</link>
<items><rdf:Seq><rdf:li rdf:resource="https://example.org/1v1"/></rdf:Seq></items></channel>
{items}</rdf:RDF>"""


def rss_item(
    number: int = 1,
    *,
    title: str = "A sample title",
    link: str | None = None,
    extra: str = "",
    day: str = "Thu, 28 May 2026 12:00:00 GMT",
) -> str:
    """Return an item of RSS 2.0."""
    address = f"https://journal.example/articles/{number}?utm_source=rss" if link is None else link
    date_line = f"<pubDate>{day}</pubDate>" if day else ""
    return f"""<item><title>{title}</title><link>{address}</link>
<description>&lt;p&gt;Abstract: a &lt;i&gt;sample&lt;/i&gt; text &amp;amp; more.&lt;/p&gt;
</description><dc:creator>Sample Author One</dc:creator><category>Neuroscience</category>
{date_line}{extra}</item>"""


def rss(*items: str) -> bytes:
    """Return a feed of RSS 2.0."""
    head = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"><channel><title>S</title>'
    return f'<?xml version="1.0"?>{head}{"".join(items)}</channel></rss>'.encode()


def rdf(*items: str) -> bytes:
    """Return a feed of RSS 1.0, as bioRxiv has it."""
    return RDF.format(items="".join(items)).encode()


def rdf_item(version: int = 1) -> str:
    """Return an item of RSS 1.0 with a DOI."""
    return f"""<item rdf:about="https://www.biorxiv.example/content/10.1101/2026.05.01.1v{version}">
<title><![CDATA[A sample of <i>E. coli</i> & more]]></title>
<link>https://www.biorxiv.example/content/10.1101/2026.05.01.1v{version}?rss=1</link>
<description><![CDATA[A sample abstract.]]></description>
<dc:creator><![CDATA[One, S., Two, S. T.]]></dc:creator>
<dc:date>2026-05-28</dc:date><dc:identifier>doi:10.1101/2026.05.01.1</dc:identifier></item>"""


def parsed(body: bytes) -> OtherFeed:
    """Read a sample feed."""
    return parse_other_feed(body, FEED, "Samples")


def ids(feed: OtherFeed) -> list[str]:
    """Return the identities in a feed, in order."""
    return [article.paper.id.value for article in feed.articles]


@pytest.mark.parametrize(
    ("link", "identifiers", "guid", "expected"),
    [
        ("https://arxiv.org/abs/2605.00001v2", [], "", "https://arxiv.org/abs/2605.00001"),
        ("https://arxiv.org/pdf/2605.00001.pdf", [], "", "https://arxiv.org/abs/2605.00001"),
        ("https://arxiv.org/abs/nonsense", [], "", "https://arxiv.org/abs/nonsense"),
        ("https://x.example/a", ["doi:10.1101/ABC.1"], "", "doi:10.1101/abc.1"),
        ("https://x.example/a", ["10.1101/abc.v2"], "", "doi:10.1101/abc.v2"),
        ("https://doi.org/10.1038/S41586-1", [], "", "doi:10.1038/s41586-1"),
        ("https://doi.org/10.1038%2Fs41586-1", [], "", "doi:10.1038/s41586-1"),
        ("https://x.example/10.1234/.,;", [], "", "https://x.example/10.1234/.,;"),
        (f"https://doi.org/10.1000/{'İ' * 300}", [], "", f"https://doi.org/10.1000/{'İ' * 300}"),
        (
            "https://www.biorxiv.org/content/10.1101/2026.05.01.1v2?rss=1",
            [],
            "",
            "doi:10.1101/2026.05.01.1",
        ),
        (
            "https://www.biorxiv.org/content/10.1101/2026.05.01.1v1.full",
            [],
            "",
            "doi:10.1101/2026.05.01.1",
        ),
        (
            "HTTPS://Journal.Example/Art?utm_source=x&id=7#top",
            [],
            "",
            "https://journal.example/Art?id=7",
        ),
        ("", [], "https://journal.example/1", "https://journal.example/1"),
        ("javascript:alert(1)", [], "", None),
        ("https://user:secret@journal.example/1", [], "", "https://journal.example/1"),
        ("", [], "", None),
        ("https://[broken", [], "", None),
    ],
)
def test_an_article_is_known_by_its_doi_else_its_address(
    link: str, identifiers: list[str], guid: str, expected: str | None
) -> None:
    """Tracking, versions and passwords are no part of it; an arXiv paper is arXiv's."""
    found = identity(link, identifiers, guid, FEED)
    assert expected == (found.value if found else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://doi.org/10.1000/v2", "10.1000/v2"),
        ("https://doi.org/10.21203/rs.3.rs-123/v2", "10.21203/rs.3.rs-123/v2"),
        ("https://doi.org/10.26434/chemrxiv-2026-abc12-v2", "10.26434/chemrxiv-2026-abc12-v2"),
        ("https://doi.org/10.20944/preprints202605.0001.v1", "10.20944/preprints202605.0001.v1"),
        ("https://x.example/articles/10.3389/fnins.2026.123/full", "10.3389/fnins.2026.123"),
        ("https://x.example/article/10.1088/1361-6560/abc123/meta", "10.1088/1361-6560/abc123"),
        ("https://x.example/content/pdf/10.1007/s1-2.pdf", "10.1007/s1-2"),
        ("https://x.example/content/10.1101/2026.05.01.1v12.full.pdf+html", "10.1101/2026.05.01.1"),
        ("https://x.example/content/10.64898/2026.05.01.1v1.full-text/", "10.64898/2026.05.01.1"),
        ("https://x.example/10.1000/pdf", "10.1000/pdf"),
    ],
)
def test_a_doi_is_one_wherever_it_stands(text: str, expected: str) -> None:
    """By the same rule in a link, a guid and an identifier: else one article is two."""
    bare = "10." + text.partition("10.")[2]
    link = identity(text, [], "", FEED)
    assert f"doi:{expected}" == str(link)
    assert link == identity("https://x.example/a", ["", text], "", FEED)
    assert link == identity("https://x.example/a", [f"doi:{bare}"], "", FEED)
    assert link == identity("https://x.example/a", [bare], "", FEED)
    assert link == identity("https://x.example/a", [], text, FEED)


def test_a_guid_counts_within_its_feed() -> None:
    """Two feeds may both have an item 17."""
    one, two = (identity("", [], "17", feed) for feed in ("https://a.example", "https://b.example"))
    assert isinstance(one, FeedId)
    assert one != two
    assert ("", "", "") == (one.abs_url, one.pdf_url, one.label)


@given(st.text(max_size=600), st.text(max_size=600), st.text(max_size=600))
def test_no_item_can_break_an_identity(link: str, identifier: str, guid: str) -> None:
    """Whatever stands there: none, or one that reads back the same."""
    found = identity(link, [identifier], guid, FEED)
    assert found is None or found == read_id(found.value)


def test_an_identity_leads_to_the_article() -> None:
    """DOIs through doi.org, quoted; addresses as they are."""
    doi = FeedId('doi:10.1000/a<b>"c')
    assert "https://doi.org/10.1000/a%3Cb%3E%22c" == doi.abs_url
    assert 'doi:10.1000/a<b>"c' == doi.label == str(doi)
    assert "journal.example" == FeedId("https://journal.example/1").label
    assert "arXiv:2605.00001" == ArxivId("2605.00001").label
    with pytest.raises(ValueError, match="not the identity"):
        FeedId("ftp://x")


def test_rss_1_2_and_atom_are_read() -> None:
    """Plain text out of markup, authors apart, days in UTC."""
    (article,) = parsed(rss(rss_item())).articles
    assert "a sample text & more." == article.paper.abstract
    assert ("Sample Author One",) == article.paper.authors
    assert ("Neuroscience",) == article.paper.categories
    assert datetime(2026, 5, 28, 12, tzinfo=UTC) == article.published
    (article,) = parsed(rdf(rdf_item())).articles
    assert "A sample of E. coli & more" == article.paper.title
    assert ("One, S.", "Two, S. T.") == article.paper.authors
    assert "10.1101/2026.05.01.1" == article.paper.doi
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>
<id>tag:x,2026:1</id><link href="https://journal.example/1"/><updated>2026-05-28T00:00:00Z</updated>
<summary>S</summary><content>A longer text.</content><author><name>Sample Author</name></author>
</entry></feed>"""
    (article,) = parsed(atom).articles
    assert ("https://journal.example/1", "A longer text.", ("Sample Author",)) == (
        article.paper.id.value,
        article.paper.abstract,
        article.paper.authors,
    )


def test_versions_of_one_article_are_one() -> None:
    """BioRxiv lists a second version under the same DOI."""
    assert ["doi:10.1101/2026.05.01.1"] == ids(parsed(rdf(rdf_item(1), rdf_item(2))))


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (rss_item(2, title="&unknown;"), "malformed"),
        (rss_item(2, title="<b>open"), "malformed"),
        (rss_item(2, title=""), "no_title"),
        (rss_item(2, link=""), "no_id"),
        (rss_item(2, title="x" * 10_000_000), "malformed"),
    ],
)
def test_a_broken_item_costs_only_itself(item: str, code: str) -> None:
    """It is named, and the others are read."""
    feed = parsed(rss(rss_item(1), item, rss_item(3)))
    assert 3 == feed.stated
    assert 2 == len(feed.articles)
    assert [code] == [problem.code for problem in feed.problems]


def test_long_texts_are_bounded_and_controls_are_dropped() -> None:
    """No feed decides how long a mail gets, or reorders what a reader sees."""
    (article,) = parsed(rss(rss_item(title="a\u202eb" + "c" * 5_000))).articles
    assert 1_000 == len(article.paper.title)
    assert "\u202e" not in article.paper.title


def test_a_billion_laughs_are_none() -> None:
    """Entities of the document's own are not resolved."""
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]>'.encode()
    feed = parsed(bomb + rss(rss_item(1), rss_item(2, title="&l9;"))[21:])
    assert ["https://journal.example/articles/1"] == ids(feed)


def test_a_declared_encoding_is_read() -> None:
    """Journals have older ones than UTF-8; an unknown one is read as UTF-8."""
    latin = rss(rss_item(title="Señor")).decode().replace('"1.0"', '"1.0" encoding="ISO-8859-1"')
    (article,) = parsed(latin.encode("latin-1")).articles
    assert "Señor" == article.paper.title
    for name in ("no-such-one", "rot13"):
        odd = rss(rss_item(title="Señor")).decode().replace('"1.0"', f'"1.0" encoding="{name}"')
        (article,) = parsed(odd.encode()).articles
        assert "Señor" == article.paper.title


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", EmptyDocument),
        (b" \n", EmptyDocument),
        (b"<html><body>Not found</body></html>", NotAnAnnouncement),
        (b'{"error": 1}', NotAnAnnouncement),
        (b"\xff\xfe\x00\x01", NotAnAnnouncement),
    ],
)
def test_what_is_no_feed_is_refused(body: bytes, error: type[SourceError]) -> None:
    """By name, with what it is."""
    with pytest.raises(error):
        parsed(body)


def test_a_feed_that_is_cut_off_says_so() -> None:
    """What stands before the cut is read."""
    feed = parsed(rss(rss_item(1), rss_item(2))[:-60])
    assert "truncated" in {problem.code for problem in feed.problems}
    assert "https://journal.example/articles/1" in ids(feed)


@pytest.fixture
def server() -> Iterator[Arxiv]:
    """Run a server with feeds."""
    with serve() as running:
        yield running


class Reading:
    """An installation that reads one feed from a real server, edition after edition."""

    def __init__(self, database: Database, server: Arxiv) -> None:
        """Read `/feed`."""
        self.database, self.server = database, server

    def shows(self, *items: str) -> None:
        """Set what the feed shows."""
        self.server.replies["/feed"] = Reply(body=rss(*items))

    def poll(self, day: date = LISTING_DATE) -> int:
        """Poll for an edition; return how many articles are new."""
        after = timedelta(days=(day - LISTING_DATE).days)
        with httpx.Client(timeout=10.0, trust_env=False) as client:
            fetcher = Fetcher("x", client=client, throttle=lambda _: nullcontext())
            source = OtherFeedSource(fetcher, f"{self.server.url}/feed", "Samples")
            clock = Clock(ANNOUNCED_AT + after)
            return collect_feeds(self.database, [source], day, clock=clock)

    def new(self, day: date = LISTING_DATE) -> list[str]:
        """Return the last letter of what an edition newly shows."""
        with self.database.read() as session:
            entries = edition_entries(session, day)
        return [e.paper.id.value.rpartition("/")[2] for e in entries if e.type.value == "new"]


@pytest.fixture
def reading(database: Database, server: Arxiv) -> Reading:
    """Return the installation."""
    return Reading(database, server)


def test_at_first_contact_only_recent_articles_are_new(reading: Reading) -> None:
    """The rest is remembered: it is not new the next day either."""
    reading.shows(
        rss_item(1), rss_item(2, day="Fri, 01 May 2026 12:00:00 GMT"), rss_item(3, day="")
    )
    assert 2 == reading.poll()
    assert ["1", "3"] == reading.new()
    reading.shows(rss_item(4), rss_item(1), rss_item(2), rss_item(3))
    assert 1 == reading.poll(MONDAY)
    assert ["4"] == reading.new(MONDAY)


def test_a_feed_that_was_read_is_not_asked_again_for_an_edition(reading: Reading) -> None:
    """One that failed is."""
    reading.server.replies["/feed"] = Reply(status=404)
    assert 0 == reading.poll()
    reading.shows(rss_item(1))
    assert 1 == reading.poll()
    assert 0 == reading.poll()
    assert 2 == len(reading.server.asked)
    assert ["1"] == reading.new()


def test_the_timeline_tells_what_a_feed_gave(reading: Reading) -> None:
    """And what was wrong with it."""
    reading.shows(rss_item(1), rss_item(2, title="&unknown;"))
    reading.poll()
    (told,) = timeline(reading.database, LISTING_DATE)
    assert told.sentence.startswith("Samples failed, 1 of 1, from feed; broken item '&unknown;'")
    (kept,) = held(reading.database, LISTING_DATE)
    assert ("Samples", "feed") == (kept.category, kept.source)


def test_a_gap_between_two_polls_is_said(reading: Reading) -> None:
    """Nothing of the last poll is there any more: articles may have come and gone."""
    reading.shows(rss_item(1))
    reading.poll()
    reading.shows(rss_item(8), rss_item(9))
    reading.poll(MONDAY)
    assert ["8", "9"] == reading.new(MONDAY)
    (told,) = timeline(reading.database, MONDAY)
    assert "articles in between may be missing" in told.sentence


def test_an_article_that_arxiv_announced_is_not_repeated(reading: Reading) -> None:
    """A journal's feed that links to arXiv shows the same paper."""
    reading.shows(rss_item(link="https://arxiv.org/abs/2605.00001"))
    reading.poll()
    reading.shows(rss_item(link="https://arxiv.org/abs/2605.00001v2"), rss_item(2))
    assert 1 == reading.poll(MONDAY)


def test_one_feeds_failure_leaves_the_others(database: Database) -> None:
    """Also where it is a defect of ours."""

    class Broken:
        name = "Broken"

        def __init__(self, error: Exception) -> None:
            self.error = error

        def fetch(self) -> OtherFeed:
            raise self.error

    class Good:
        name = "Good"

        def fetch(self) -> OtherFeed:
            return parse_other_feed(rss(rss_item(1)), FEED, "Good")

    down = Broken(SourceUnavailable(FEED, "the server answered 503"))
    defect = Broken(KeyError("x"))
    defect.name = "Defect"
    assert 1 == collect_feeds(database, [down, defect, Good()], LISTING_DATE, clock=Clock())
    states = {kept.category: kept.state.value for kept in held(database, LISTING_DATE)}
    assert {"Broken": "failed", "Defect": "failed", "Good": "fresh"} == states
