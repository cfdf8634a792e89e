"""Damaged documents: who gets to see them, on the command line and on the operator's page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command import Command
from damaged_documents import ORIGIN, SHORT
from fakes import Clock
from web_house import House, build_house, read, words

from newsletter.services.documents import keeper
from newsletter.storage.engine import Database

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
    assert "Damaged documents: 1" in told.out
    assert "2026-05-29 08:10" in told.out
    assert "Beijing" in told.out
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


def test_an_id_alone_says_how_to_write_it_out(newsletter: Command, installed: Database) -> None:
    """Its own row, and the command; the JSON line stands alone."""
    keeper(installed, Clock())(f"{ORIGIN}?skip=1", SHORT + b"!", "another")

    told = newsletter("documents", 2)

    assert (0, "") == (told.status, told.err)
    assert "another" in told.out
    assert "entries stated" not in told.out
    assert "newsletter documents 2 --out FILE" in told.out
    assert [2] == [row["id"] for row in newsletter("documents", 2, "--json").rows]


def test_a_database_without_tables_says_what_collect_says(
    newsletter: Command, tmp_path: Path
) -> None:
    """One trouble has one sentence, whichever command met it."""
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    newsletter.monkeypatch.setenv("NEWSLETTER_DATABASE_URL", url)

    commands = (["collect"], ["documents"], ["deliveries"], ["operator-link", "--mail"])
    outcomes = [newsletter(*command) for command in commands]

    assert {1} == {outcome.status for outcome in outcomes}
    assert {"not at this release's schema. Run `newsletter migrate`"} == {
        " ".join(outcome.err.split()).partition("the database is ")[2] for outcome in outcomes
    }


@pytest.mark.parametrize(
    ("words_given", "status", "told"),
    [
        ((9, "--out", "-"), 1, "no document of that number is kept"),
        ((9,), 1, "no document of that number is kept"),
        (("--out", "-"), 2, "--out needs the ID"),
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
