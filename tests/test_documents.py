"""Damaged documents: when one is kept, what of it, and who gets to see it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from command import Command
from fakes import ANNOUNCED_AT, LISTING_DATE, Clock
from hypothesis import given
from hypothesis import strategies as st
from sources_samples import Item, catchup, listing, page_of_new, rss, samples, section
from sources_server import Arxiv, Reply, serve
from structlog.testing import capture_logs
from web_house import House, build_house, read, words

from newsletter.errors import (
    EmptyDocument,
    NewsletterError,
    NotAnAnnouncement,
    RowMissing,
    SourceRefused,
    StorageError,
    TruncatedDocument,
)
from newsletter.papers import AnnouncementState
from newsletter.services import documents as keeping
from newsletter.services.documents import harmless_origin, keeper
from newsletter.sources.detect import parse_document
from newsletter.sources.feed_source import FeedSource
from newsletter.sources.http import Fetcher
from newsletter.sources.listing_source import CatchupSource, ListingSource
from newsletter.storage import documents
from newsletter.storage.documents import MOST_BYTES, MOST_DOCUMENTS
from newsletter.storage.engine import Database

Handed = list[tuple[str, bytes, str]]
WHOLE = page_of_new(*samples(2)).encode()
HALF = "New submissions (showing 2 of 2 entries)"
SHORT = listing(section(HALF, samples(1)), total=2).encode()
ORIGIN = "https://arxiv.org/list/cs.LG/new"


def no_pause(_seconds: float) -> "NoPause":
    """Hold the door for nobody: tests may ask at once."""
    return NoPause()


class NoPause:
    """A throttle's turn that takes no time."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, *error: object) -> None:
        """End."""


@pytest.fixture
def arxiv() -> Iterator[Arxiv]:
    """Return a server that plays arXiv."""
    with serve() as server:
        yield server


@pytest.fixture
def handed() -> Handed:
    """Return where the keeper of `fetcher` puts what it is handed."""
    return []


@pytest.fixture
def fetcher(handed: Handed) -> Iterator[Fetcher]:
    """Return what asks the server and hands over damaged documents."""

    def keep(url: str, body: bytes, reason: str) -> None:
        handed.append((url, body, reason))

    built = Fetcher("operator@example.org", throttle=no_pause, keep=keep)
    yield built
    built.close()


# When a document is handed over


def test_a_whole_document_is_not_kept(arxiv: Arxiv, fetcher: Fetcher, handed: Handed) -> None:
    """What is well needs no copy."""
    arxiv.replies["/list/cs.LG/new"] = Reply(body=WHOLE)

    announcement = ListingSource(fetcher, arxiv.url).fetch("cs.LG", LISTING_DATE)

    assert AnnouncementState.FRESH is announcement.state
    assert [] == handed


def test_a_page_with_entries_missing_is_kept(
    arxiv: Arxiv, fetcher: Fetcher, handed: Handed
) -> None:
    """What is wrong with a page shows only when its counts are compared."""
    arxiv.replies["/list/cs.LG/new"] = Reply(body=SHORT)

    announcement = ListingSource(fetcher, arxiv.url).fetch("cs.LG", LISTING_DATE)

    assert 1 == len(announcement.entries)
    url, body, reason = handed[0]
    assert (f"{arxiv.url}/list/cs.LG/new", SHORT) == (url, body)
    assert "new: 2 entries stated, 1 read" == reason


def test_a_catchup_page_is_kept_too(arxiv: Arxiv, fetcher: Fetcher, handed: Handed) -> None:
    """Both kinds of pages come through the same door."""
    body = catchup(section(HALF, samples(1)), total=2, day="Fri, 29 May 2026").encode()
    arxiv.replies["/catchup/cs.LG/2026-05-29?abs=True"] = Reply(body=body)

    CatchupSource(fetcher, arxiv.url).fetch("cs.LG", LISTING_DATE)

    assert [body] == [kept for _, kept, _ in handed]


def test_a_damaged_feed_is_kept(arxiv: Arxiv, fetcher: Fetcher, handed: Handed) -> None:
    """An item that cannot be read is a reason; the others arrive."""
    body = rss(Item().rss(), Item(id="nonsense").rss()).encode()
    arxiv.replies["/rss/cs.LG"] = Reply(body=body)

    announcement = FeedSource(fetcher, arxiv.url).fetch("cs.LG", LISTING_DATE)

    assert 1 == len(announcement.entries)
    assert [body] == [kept for _, kept, _ in handed]
    assert "2 items in the feed, 1 read" in handed[0][2]


@pytest.mark.parametrize(
    ("body", "error", "reason"),
    [
        (b" \n", EmptyDocument, "the body is empty"),
        (b"<html><h1>Down for a while</h1></html>", NotAnAnnouncement, "Down for a while"),
        (WHOLE.partition(b"<dt")[0], TruncatedDocument, "cut off"),
    ],
)
def test_a_refused_document_is_kept_and_the_error_passes_on(
    arxiv: Arxiv,
    fetcher: Fetcher,
    handed: Handed,
    *,
    body: bytes,
    error: type[NewsletterError],
    reason: str,
) -> None:
    """The reason says what the error says, without the address."""
    arxiv.replies["/list/cs.LG/new"] = Reply(body=body)

    with pytest.raises(error):
        ListingSource(fetcher, arxiv.url).fetch("cs.LG", LISTING_DATE)

    assert [body] == [kept for _, kept, _ in handed]
    assert reason in handed[0][2]
    assert arxiv.url not in handed[0][2]


def test_a_document_that_shows_a_defect_is_kept(
    arxiv: Arxiv, fetcher: Fetcher, handed: Handed
) -> None:
    """Whoever mends the parser needs the document that broke it."""
    arxiv.replies["/page"] = Reply(body=b"surprise")

    def parse(body: bytes, origin: str) -> None:
        raise KeyError(origin, body)

    with pytest.raises(KeyError):
        fetcher.read(f"{arxiv.url}/page", parse)

    assert ["this release cannot read it (KeyError), which is a defect"] == [
        reason for _, _, reason in handed
    ]


def test_an_error_that_says_nothing_of_the_document_keeps_nothing(
    arxiv: Arxiv, fetcher: Fetcher, handed: Handed
) -> None:
    """A refused request has no document, and a parser may refuse for other reasons."""
    arxiv.replies["/page"] = Reply(body=b"well")

    def refuse(body: bytes, origin: str) -> None:
        raise SourceRefused(origin, f"not asked for ({len(body)})")

    with pytest.raises(SourceRefused):
        fetcher.read(f"{arxiv.url}/page", refuse)
    with pytest.raises(SourceRefused):
        fetcher.read(f"{arxiv.url}/nowhere", parse_document)
    assert [] == handed


def test_many_problems_are_told_in_a_line(arxiv: Arxiv, fetcher: Fetcher, handed: Handed) -> None:
    """Three problems, and how many more there are."""
    items = [Item(id="none", title=f"Sample {number}").rss() for number in range(9)]
    arxiv.replies["/feed"] = Reply(body=rss(*items).encode())

    read = fetcher.read(f"{arxiv.url}/feed", parse_document)

    assert 10 == len(read.problems)
    assert handed[0][2].endswith("; 7 more")


def test_without_a_keeper_documents_are_read_all_the_same(arxiv: Arxiv) -> None:
    """Keeping is the installation's choice."""
    arxiv.replies["/list/cs.LG/new"] = Reply(body=SHORT)
    fetcher = Fetcher("operator@example.org", throttle=no_pause)

    announcement = ListingSource(fetcher, arxiv.url).fetch("cs.LG", LISTING_DATE)

    assert AnnouncementState.FAILED is announcement.state
    fetcher.close()


def test_a_keeper_that_fails_costs_nothing_but_the_copy(arxiv: Arxiv) -> None:
    """The papers of a damaged page arrive though the database is locked; it is logged."""
    arxiv.replies["/list/cs.LG/new"] = Reply(body=SHORT)

    def fail(url: str, body: bytes, reason: str) -> None:
        del url, body, reason
        raise StorageError("the database refused a statement")

    fetcher = Fetcher("operator@example.org", throttle=no_pause, keep=fail)
    with capture_logs() as logs:
        announcement = ListingSource(fetcher, arxiv.url).fetch("cs.LG", LISTING_DATE)

    assert 1 == len(announcement.entries)
    assert ["document_not_kept"] == [entry["event"] for entry in logs]
    fetcher.close()


# What is kept


def test_a_document_comes_back_as_it_came(database: Database, clock: Clock) -> None:
    """Every byte, with when, whence and why."""
    body = bytes(range(256)) * 100
    keeper(database, clock)(ORIGIN, body, "the page ends without </html>")

    (kept,) = keeping.kept(database)
    assert (ORIGIN, "the page ends without </html>", len(body), clock()) == (
        kept.origin,
        kept.reason,
        kept.size,
        kept.fetched_at,
    )
    assert body == keeping.body_of(database, kept.id)


def test_the_same_document_is_kept_once(database: Database, clock: Clock) -> None:
    """A page that is polled every ten minutes does not push the others out."""
    keep = keeper(database, clock)
    keep(ORIGIN, SHORT, "first")
    clock.advance(timedelta(hours=1))
    keep(ORIGIN, SHORT, "again")
    keep(ORIGIN.replace("LG", "AI"), SHORT, "elsewhere")
    keep(ORIGIN, SHORT + b" ", "another")

    assert ["another", "elsewhere", "first"] == [one.reason for one in keeping.kept(database)]


def test_the_oldest_make_room(database: Database) -> None:
    """Only so many are kept, and the newest are."""
    with database.write() as session:
        for number in range(MOST_DOCUMENTS + 3):
            assert documents.keep(session, ORIGIN, str(number), b"%d" % number, ANNOUNCED_AT)

    reasons = [one.reason for one in keeping.kept(database)]
    assert [str(number) for number in range(MOST_DOCUMENTS + 2, 2, -1)] == reasons


def test_a_document_is_cut_at_the_limit(sqlite_url: str, clock: Clock) -> None:
    """The size says what came, the body holds what fits."""
    database = Database(sqlite_url)
    keeper(database, clock)(ORIGIN, b"a" * (MOST_BYTES + 7), "long")

    (kept,) = keeping.kept(database)
    assert MOST_BYTES + 7 == kept.size
    assert MOST_BYTES == len(keeping.body_of(database, kept.id))
    database.close()


@pytest.mark.parametrize("number", [-1, 0, 1, 2**31, 2**63, 10**30])
def test_a_number_without_a_document_is_named(database: Database, number: int) -> None:
    """Also numbers that no database could hold."""
    with pytest.raises(RowMissing):
        keeping.body_of(database, number)


def test_reasons_are_one_harmless_line(database: Database, clock: Clock) -> None:
    """They hold text from outside: no address, no control character, no end of it."""
    keeper(database, clock)(ORIGIN, b"x", "write to eve@example.org\x00\n\x1b[2J" + "long " * 200)

    (kept,) = keeping.kept(database)
    assert "eve" not in kept.reason
    assert kept.reason.isprintable()
    assert 500 == len(kept.reason)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        (f"{ORIGIN}?skip=2000&show=2000", f"{ORIGIN}?skip=2000&show=2000"),
        (
            "https://oaipmh.arxiv.org/oai?verb=ListRecords&set=cs%3Acs%3ALG",
            "https://oaipmh.arxiv.org/oai?verb=ListRecords&set=cs:cs:LG",
        ),
        ("https://me:secret@example.org/rss", "https://example.org/rss"),
        (
            "https://example.org/rss?api_key=secret&page=2",
            "https://example.org/rss?api_key=***&page=2",
        ),
        ("https://example.org/rss#secret", "https://example.org/rss"),
        ("https://example.org/for/ada@example.org/rss", "…@…"),
        ("http://[secret", "an address that cannot be read"),
        ("", ""),
    ],
)
def test_an_origin_holds_no_secret(url: str, origin: str) -> None:
    """No user, no password, no fragment, no value of a parameter that is not known as harmless."""
    assert origin == harmless_origin(url)


@given(st.text(max_size=400))
def test_any_text_becomes_a_harmless_origin(url: str) -> None:
    """Whatever stands where an address is due: one line, bounded, without an address in it."""
    origin = harmless_origin(url)

    assert len(origin) <= 300
    assert origin.isprintable()
    assert "@" not in origin.replace("…@…", "")


# Who sees it: the command line


@pytest.fixture
def installed(
    newsletter: Command, sqlite_url: str, open_database: Callable[..., Database]
) -> Database:
    """Return the database that the command works on, with one damaged page in it."""
    newsletter.monkeypatch.setenv("NEWSLETTER_DATABASE_URL", sqlite_url)
    database = open_database(sqlite_url)
    keeper(database, Clock())(ORIGIN, SHORT, "[red]new: 2 entries stated, 1 read")
    return database


def test_the_command_lists_what_is_kept(newsletter: Command, installed: Database) -> None:
    """As a table, and as JSON lines without the body."""
    told = newsletter("documents")
    rows = newsletter("documents", "--json").rows

    assert (0, "") == (told.status, told.err)
    assert "1 damaged documents" in told.out
    assert "[red]" in told.out
    assert [
        {
            "id": 1,
            "fetched_at": Clock()().isoformat(),
            "origin": ORIGIN,
            "reason": "[red]new: 2 entries stated, 1 read",
            "size": len(SHORT),
        }
    ] == rows


def test_a_document_is_written_out_for_parse(
    newsletter: Command, installed: Database, tmp_path: Path
) -> None:
    """`parse` then shows what is wrong with it."""
    written = newsletter("documents", 1, "--out", tmp_path / "page.html")
    parsed = newsletter("parse", tmp_path / "page.html")

    assert (0, 1) == (written.status, parsed.status)
    assert SHORT == (tmp_path / "page.html").read_bytes()
    assert f"{len(SHORT)} bytes" in written.out
    assert "2 entries stated, 1 read" in parsed.err


def test_a_document_is_printed_as_it_came(newsletter: Command, installed: Database) -> None:
    """`--out -` prints nothing but the document."""
    assert SHORT.decode() == newsletter("documents", 1, "--out", "-").out


@pytest.mark.parametrize(
    ("words_given", "status", "told"),
    [
        ((9, "--out", "-"), 1, "no document of that number is kept"),
        ((1,), 2, "belong together"),
        (("--out", "-"), 2, "belong together"),
        ((0, "--out", "-"), 2, "Usage"),
        ((1, "--out", "nowhere/at/all"), 2, "cannot be written"),
    ],
)
def test_wrong_use_is_told(
    newsletter: Command,
    installed: Database,
    words_given: tuple[object, ...],
    status: int,
    told: str,
) -> None:
    """Exit status 2 for wrong use, 1 for a document that is not there."""
    outcome = newsletter("documents", *words_given)

    assert status == outcome.status
    assert told in " ".join(outcome.err.split())


# Who sees it: the operator's page


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site with one damaged document, whose texts are hostile."""
    for built in build_house(open_database(sqlite_url)):
        evil = "<script>alert(1)</script>"
        keeper(built.database, built.clock)(f"{ORIGIN}{evil}", SHORT, f"broken {evil}")
        yield built


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_what_is_kept(house: House, lang: str) -> None:
    """Date, origin, reason, size and a link, all of it text."""
    house.log_in()
    page = house.client.get(f"/operator?lang={lang}").text

    shown = words(page)
    assert "broken <script>alert(1)</script>" in shown
    assert f"{ORIGIN}<script>" in shown
    assert f"{len(SHORT):,}" in shown
    assert "<script" not in page
    assert ["/operator/documents/1"] == read(page).xpath("//a[contains(@href, 'documents')]/@href")


def test_the_page_says_when_nothing_is_kept(
    sqlite_url: str, open_database: Callable[..., Database]
) -> None:
    """An empty table would look like a fault."""
    for built in build_house(open_database(sqlite_url)):
        built.log_in()
        assert "没有受损的文档。" in words(built.client.get("/operator").text)


def test_a_download_is_bytes_and_never_a_page(house: House) -> None:
    """A hostile document must not run in the operator's browser."""
    house.log_in()
    response = house.client.get("/operator/documents/1")

    assert (200, SHORT) == (response.status_code, response.content)
    assert "application/octet-stream" == response.headers["Content-Type"]
    assert 'attachment; filename="document-1.txt"' == response.headers["Content-Disposition"]
    assert "nosniff" == response.headers["X-Content-Type-Options"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_strangers_get_no_document(house: House) -> None:
    """Without a session there is nothing to download, not even the news that it is there."""
    answers = [house.client.get(f"/operator/documents/{number}") for number in (1, 2, "x")]

    assert [403, 403, 403] == [answer.status_code for answer in answers]
    assert [b"Sample 1" in answer.content for answer in answers] == [False, False, False]


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "1.0", "٣", "9" * 10, "9" * 5000])
def test_a_document_that_is_not_there_is_not_found(house: House, number: str) -> None:
    """Whatever stands in the address."""
    house.log_in()

    assert 404 == house.client.get(f"/operator/documents/{number}").status_code
