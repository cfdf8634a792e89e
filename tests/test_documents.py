"""Damaged documents: when one is handed over, and what of it is kept."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from damaged_documents import HALF, ORIGIN, SHORT
from fakes import ANNOUNCED_AT, LISTING_DATE, Clock
from hypothesis import given
from hypothesis import strategies as st
from sources_samples import Item, catchup, page_of_new, rss, samples, section
from sources_server import Arxiv, Reply, serve
from structlog.testing import capture_logs

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
from newsletter.storage import documents, events
from newsletter.storage.documents import MOST_BYTES, MOST_DOCUMENTS, PackedDocument
from newsletter.storage.engine import Database

Handed = list[tuple[str, bytes, str]]
WHOLE = page_of_new(*samples(2)).encode()


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


def packed(number: int) -> PackedDocument:
    """Return a small document."""
    return PackedDocument.of(b"%d" % number)


def test_nobody_waits_for_a_document_to_be_packed(sqlite_url: str, clock: Clock) -> None:
    """Packing takes seconds, and SQLite has one writer at a time."""
    database, other = Database(sqlite_url), Database(sqlite_url)

    class Body(bytes):
        def __getitem__(self, key: Any) -> Any:  # the first step of packing
            with other.write() as session:
                events.record(session, "written_meanwhile", clock())
            return super().__getitem__(key)

    keeper(database, clock)(ORIGIN, Body(SHORT), "short")
    (kept,) = keeping.kept(database)
    assert SHORT == keeping.body_of(database, kept.id)
    for each in (database, other):
        each.close()


def test_a_document_is_packed_in_a_hurry() -> None:
    """At gzip's lowest level, which its header says (RFC 1952, 2.3.1: XFL 4)."""
    fastest = 4
    assert fastest == PackedDocument.of(SHORT).body[8]


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
            assert documents.keep(session, ORIGIN, str(number), packed(number), ANNOUNCED_AT)

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
        (f"{ORIGIN}?api_key=secret&skip=2", f"{ORIGIN}?api_key=***&skip=2"),
        ("https://rss.arxiv.org/rss/cs;key=secret", "https://rss.arxiv.org/rss/cs"),
        ("https://example.org/rss;key=secret/a?subject=secret&page=2", "https://example.org/rss/a"),
        ("https://example.org/rss?secret", "https://example.org/rss"),
        ("https://notarxiv.org/rss?skip=secret", "https://notarxiv.org/rss"),
        ("https://example.org/rss#secret", "https://example.org/rss"),
        ("https://example.org/for/ada@example.org/rss", "…@…"),
        ("http://[secret", "an address that cannot be read"),
        ("", ""),
    ],
)
def test_an_origin_holds_no_secret(url: str, origin: str) -> None:
    """No user, password or fragment, and only harmless parameters of arXiv's own services."""
    assert origin == harmless_origin(url)


@given(st.text(max_size=400))
def test_any_text_becomes_a_harmless_origin(url: str) -> None:
    """Whatever stands where an address is due: one line, bounded, without an address in it."""
    origin = harmless_origin(url)

    assert len(origin) <= 300
    assert origin.isprintable()
    assert "@" not in origin.replace("…@…", "")
