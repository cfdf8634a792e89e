"""The commands that work on the database: a morning in the foreground, and the ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command import Command
from sources_samples import Sample, page_of_new

from newsletter.demo.mailbox import Mailbox
from newsletter.demo.smtp import SmtpServer

DATE = "2026-05-29"
READERS = """address,keywords,hour,timezone,density
ada@example.org,reinforcement learning|diffusion policy,8,Asia/Shanghai,full
bob@example.org,quantum gravity,9,Europe/Paris,brief
"""
PAPERS = (
    Sample(id="2605.00001", title="Reinforcement learning at night"),
    Sample(id="2605.00002", title="Diffusion policies"),
    Sample(id="2605.00003", title="Something else"),
)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Return where the SMTP server of this test keeps what arrives."""
    return Mailbox()


@pytest.fixture
def house(
    newsletter: Command,
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Command]:
    """Return the command with settings, a migrated database, two readers and a day's page."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "list.html").write_text(page_of_new(*PAPERS), encoding="utf-8")
    (tmp_path / "readers.csv").write_text(READERS, encoding="utf-8")
    with SmtpServer(mailbox) as server:
        for name, value in {
            "SECRET": "0123456789abcdef" * 2,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'news.sqlite3'}",
            "SMTP_URL": f"smtp://127.0.0.1:{server.port}",
            "MAIL_FROM": "digest@news.example.org",
            "CONTACT": "operator@example.org",
            "BASE_URL": "https://news.example.org",
        }.items():
            monkeypatch.setenv(f"NEWSLETTER_{name}", value)
        assert newsletter("migrate").status == 0
        assert newsletter("subscribers", "import", "readers.csv").status == 0
        yield newsletter


def test_run_does_a_whole_morning(house: Command, mailbox: Mailbox) -> None:
    """One reader gets a mail with both papers, the other is excluded with the reason."""
    outcome = house("run", "--date", DATE, "--documents", "pages", "--json")
    kept, *ledger = outcome.rows
    assert outcome.status == 0
    assert ("cs.LG", "fresh") == (kept["category"], kept["state"])
    assert {
        "ada@example.org": ("accepted", ""),
        "bob@example.org": ("excluded", "no_match"),
    } == {row["reader"]: (row["state"], row["reason"]) for row in ledger}
    assert [("ada@example.org",)] == [mail.envelope_to for mail in mailbox.newest_first()]
    assert b"List-Unsubscribe: <https://news.example.org/unsubscribe/" in (
        mailbox.newest_first()[0].content
    )


def test_a_second_run_sends_nothing_again(house: Command, mailbox: Mailbox) -> None:
    """The ledger's unique rows make a repeated run harmless."""
    for _ in range(2):
        assert house("run", "--date", DATE, "--documents", "pages").status == 0
    assert mailbox.count == 1


def test_run_in_seed_mode_uses_the_sample_rule(house: Command, mailbox: Mailbox) -> None:
    """Titles do not count there, so nobody gets a mail, and that is a final state too."""
    outcome = house("run", "--date", DATE, "--documents", "pages", "--mode", "seed", "--json")
    assert outcome.status == 0
    assert {"no_match"} == {row["reason"] for row in outcome.rows if "reader" in row}
    assert mailbox.count == 0


def test_run_falls_short_while_a_mail_is_deferred(
    house: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a mail server the reader is deferred, named, and the exit status is 1."""
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", "smtp://127.0.0.1:9")
    outcome = house("run", "--date", DATE, "--documents", "pages", "--json")
    states = {row["reader"]: row["state"] for row in outcome.rows if "reader" in row}
    assert outcome.status == 1
    assert {"ada@example.org": "deferred", "bob@example.org": "excluded"} == states


def test_collect_prints_states_and_names_what_was_left_aside(
    house: Command,
    tmp_path: Path,
) -> None:
    """A damaged neighbour is named with its file, and does no harm."""
    (tmp_path / "pages" / "other.html").write_text("<html><body>Oops</body></html>")
    outcome = house("collect", "--date", DATE, "--documents", "pages")
    assert outcome.status == 0
    assert "other.html" in outcome.err
    assert "3 of 3" in outcome.out


def test_collect_of_a_damaged_day_falls_short(house: Command, tmp_path: Path) -> None:
    """A cut page is kept as far as it can be read, and the exit status says that it is not all."""
    page = tmp_path / "pages" / "list.html"
    page.write_text(page.read_text(encoding="utf-8")[:-700], encoding="utf-8")
    outcome = house("collect", "--date", DATE, "--documents", "pages", "--json")
    assert outcome.status == 1
    assert ["failed"] == [row["state"] for row in outcome.rows]


def test_collect_counts_nothing_where_nothing_could_be_read(house: Command, tmp_path: Path) -> None:
    """0 of 0 would look whole."""
    (tmp_path / "pages" / "list.html").unlink()
    (tmp_path / "pages" / "other.html").write_text(page_of_new(category="cs.AI"))
    outcome = house("collect", "--date", DATE, "--documents", "pages", "-c", "cs.LG")
    assert outcome.status == 1
    assert "nothing received" in " ".join(outcome.out.split())


def test_preview_writes_the_mail_in_three_forms(house: Command, tmp_path: Path) -> None:
    """The files hold the digest, and nothing is sent."""
    house("collect", "--date", DATE, "--documents", "pages")
    outcome = house("preview", "--reader", "ADA@example.org", "--date", DATE, "--out", "out")
    assert outcome.status == 0
    assert {f"{DATE}.eml", f"{DATE}.html", f"{DATE}.txt"} == {
        path.name for path in (tmp_path / "out").iterdir()
    }
    for name in ("html", "txt"):
        text = (tmp_path / "out" / f"{DATE}.{name}").read_text(encoding="utf-8")
        assert "Reinforcement learning at night" in text
        assert "Something else" not in text


@pytest.mark.parametrize(
    ("reader", "date", "what"),
    [
        ("nobody@example.org", DATE, "no reader has this address"),
        ("ada@example.org", "2026-05-28", "nothing was collected"),
        ("bob@example.org", DATE, "matches this reader's keywords"),
    ],
)
def test_preview_says_what_is_missing(house: Command, reader: str, date: str, what: str) -> None:
    """An unknown reader, an empty day and no match are each one clear line."""
    house("collect", "--date", DATE, "--documents", "pages")
    outcome = house("preview", "--reader", reader, "--date", date)
    assert outcome.status == 1
    assert what in outcome.err


def test_deliveries_can_be_narrowed_to_a_state(house: Command) -> None:
    """The ledger's JSON lines have the design's fields, and --state filters them."""
    house("run", "--date", DATE, "--documents", "pages")
    rows = house("deliveries", "--date", DATE, "--state", "accepted", "--json").rows
    assert ["ada@example.org"] == [row["reader"] for row in rows]
    assert {"reader", "edition", "state", "reason", "attempts", "message_id", "reply"} == set(
        rows[0],
    )
    assert house("deliveries", "--json", "--state", "unknown").rows == []
    assert "bob@example.org" in house("deliveries").out


def test_import_names_bad_rows_and_takes_the_good_ones(house: Command, tmp_path: Path) -> None:
    """A row with a bad address is named by its line; the others count."""
    (tmp_path / "more.csv").write_text("address,keywords\nnonsense,graph\neve@example.org,graph\n")
    outcome = house("subscribers", "import", "more.csv")
    assert outcome.status == 1
    assert "line 2: address invalid: 'nonsense'" in outcome.err
    assert "imported: 1, left alone: 0, wrong: 1" in outcome.out
    house("run", "--date", DATE, "--documents", "pages")
    assert "eve@example.org" in house("deliveries").out


def test_operator_link_is_a_login_page(house: Command) -> None:
    """The link leads to the operator's login with a fresh token."""
    outcome = house("operator-link")
    assert outcome.out.startswith("https://news.example.org/operator/login/1o.operator.")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("SECRET", ("operator-link",)),
        ("MAIL_FROM", ("operator-link",)),
        ("CONTACT", ("collect",)),
    ],
)
def test_a_missing_setting_is_named(
    house: Command,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    command: tuple[str, ...],
) -> None:
    """A command that misses a setting names the variable and ends with status 2."""
    monkeypatch.delenv(f"NEWSLETTER_{name}")
    outcome = house(*command)
    assert outcome.status == 2
    assert f"NEWSLETTER_{name}" in outcome.err


def test_an_old_schema_says_what_to_do(
    house: Command,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A database that was never migrated ends in one line that names the command."""
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", f"sqlite:///{tmp_path / 'other.sqlite3'}")
    outcome = house("run", "--date", DATE, "--documents", "pages")
    assert outcome.status == 1
    assert "newsletter migrate" in outcome.err


@pytest.mark.parametrize("command", ["collect", "run"])
def test_a_date_that_is_still_to_come_is_wrong_use(house: Command, command: str) -> None:
    """Its edition would be the newest one, and today's readers would go without."""
    ran = house(command, "--date", "2100-01-04")
    assert 2 == ran.status
    assert "still to come" in " ".join(ran.err.split())
    listed = house("deliveries", "--date", "2100-01-04")
    assert "2100" not in listed.out


def test_a_category_that_arxiv_does_not_have_is_wrong_use(house: Command) -> None:
    """Readers would be told that it is missing."""
    ran = house("collect", "-c", "cs.LG", "-c", "foo.bar")
    assert 2 == ran.status
    assert "foo.bar" in ran.err


def test_a_bad_date_is_wrong_use(newsletter: Command) -> None:
    """A date that is none ends with status 2 and shows how one is written."""
    outcome = newsletter("deliveries", "--date", "29 May")
    assert outcome.status == 2
    assert "2026-05-29" in outcome.err


def test_collect_prints_the_timeline(house: Command) -> None:
    """What became known, and on a day without announcement why there is none."""
    outcome = house("collect", "--date", DATE, "--documents", "pages")
    assert outcome.status == 0
    assert "What became known, and when (Beijing time):\n" in outcome.out
    assert " cs.LG fresh, 3 of 3, from documents\n" in outcome.out
    holiday = house("collect", "--date", "2025-11-28", "--documents", "pages")
    assert "no announcement: Thanksgiving\n" in holiday.out
