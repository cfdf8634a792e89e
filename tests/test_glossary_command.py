"""`newsletter glossary`: what a file of terms changes, and what it touches."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders import paper
from command import Command
from fakes import ANNOUNCED_AT, chinese, english

from newsletter.fidelity.glossary import built_in
from newsletter.fidelity.glossary_rows import read_rows
from newsletter.papers import Paper, Summary
from newsletter.ports import Written
from newsletter.services.glossary import LOOKED_BACK, Change, Touched, changes, touched
from newsletter.storage import papers, summaries
from newsletter.storage.engine import Database

TOKENS = paper(1, "Fewer Tokens", "We count tokens.")
GRAPHS = paper(2, "A Graph", "We draw a graph.")
ROWS = "\n".join(
    json.dumps(row, ensure_ascii=False)
    for row in (
        {"en": "Token", "zh": ["令牌"], "bad": ["代币"]},
        {"en": "sample term", "zh": ["样词"]},
        {"en": "softmax", "drop": True},
        {"en": "no such term", "drop": True},
        {"en": "sample-term", "zh": ["样词"]},
    )
)


def _keep(database: Database, kept: Paper, summary: Summary, now: datetime = ANNOUNCED_AT) -> None:
    with database.write() as session:
        papers.keep_papers(session, [kept])
        summaries.keep(session, f"key of {kept.title}", Written(summary=summary), now)


def _touched(database: Database, now: datetime = ANNOUNCED_AT) -> tuple[Touched, ...]:
    return touched(database, built_in().with_rows(ROWS), now)


def test_each_row_says_what_it_does() -> None:
    """To the terms built in, and to the rows above it."""
    expected = [
        Change(1, "Token", "replaces", ("令牌",), ("代币",)),
        Change(2, "sample term", "adds", ("样词",)),
        Change(3, "softmax", "drops"),
        Change(4, "no such term", "drops nothing"),
        Change(5, "sample-term", "replaces", ("样词",)),
    ]
    assert expected == list(changes(read_rows(ROWS)))


def test_a_row_that_stands_there_already_repeats() -> None:
    """It touches nothing."""
    row = '{"en": "pass@k", "zh": ["pass@k"], "keep_english": true}'
    assert ["repeats"] == [change.effect for change in changes(read_rows(row))]


def test_touched_are_papers_whose_text_has_a_row_that_differs(database: Database) -> None:
    """By id, title and terms; the others keep their Chinese."""
    _keep(database, TOKENS, chinese(TOKENS))
    _keep(database, GRAPHS, chinese(GRAPHS))

    assert (Touched(TOKENS.id.value, "Fewer Tokens", ("Token",)),) == _touched(database)


def test_old_summaries_and_those_without_chinese_are_left_out(database: Database) -> None:
    """They are not shown any more, or are written anew in any case."""
    _keep(database, TOKENS, english(TOKENS))
    assert () == _touched(database)

    _keep(database, TOKENS, chinese(TOKENS))
    assert 1 == len(_touched(database, ANNOUNCED_AT + LOOKED_BACK))
    assert () == _touched(database, ANNOUNCED_AT + LOOKED_BACK + timedelta(seconds=1))


def test_the_newest_text_of_a_paper_counts(database: Database) -> None:
    """A replacement may have lost the term; newest summaries come first."""
    later = paper(1, "No Such Words", "We count nothing.")
    other = paper(3, "Tokens Again", "We count tokens.")
    _keep(database, TOKENS, chinese(TOKENS))
    _keep(database, other, chinese(other), ANNOUNCED_AT + timedelta(seconds=1))
    assert ["2605.00003", "2605.00001"] == [one.id for one in _touched(database)]

    _keep(database, later, chinese(later))
    assert ["2605.00003"] == [one.id for one in _touched(database)]


@pytest.fixture
def file(
    newsletter: Command,
    sqlite_url: str,
    open_database: Callable[..., Database],
    tmp_path: Path,
) -> Path:
    """Return a file of terms; the command's database holds a paper that it touches."""
    newsletter.monkeypatch.setenv("NEWSLETTER_DATABASE_URL", sqlite_url)
    _keep(open_database(sqlite_url), TOKENS, chinese(TOKENS), datetime.now(UTC))
    path = tmp_path / "terms.jsonl"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_the_command_shows_both(newsletter: Command, file: Path) -> None:
    """As tables for people."""
    told = newsletter("glossary", file)

    assert (0, "") == (told.status, told.err)
    assert f"5 rows; {len(built_in().terms)} terms" in told.out
    assert "drops nothing" in told.out
    assert "Summaries touched: 1" in told.out
    assert "Fewer Tokens" in told.out


def test_the_command_prints_json_lines(newsletter: Command, file: Path) -> None:
    """A line for each row, then one for each paper; the file may come from the settings."""
    newsletter.monkeypatch.setenv("NEWSLETTER_GLOSSARY", str(file))
    rows = newsletter("glossary", "--json").rows

    assert ["replaces", "adds", "drops", "drops nothing", "replaces"] == [
        row["effect"] for row in rows[:5]
    ]
    expected = {"id": "2605.00001", "title": "Fewer Tokens", "terms": ["Token"]}
    assert [expected] == rows[5:]


def test_without_a_file_the_command_says_so(newsletter: Command) -> None:
    """It needs no database then."""
    told = newsletter("glossary")

    assert 0 == told.status
    assert "NEWSLETTER_GLOSSARY names no file" in told.out
    assert "" == newsletter("glossary", "--json").out


def test_a_mistake_in_the_file_ends_the_command(newsletter: Command, file: Path) -> None:
    """With the line, and with the status for wrong use."""
    file.write_text(f'{ROWS}\n{{"en": "x"}}', encoding="utf-8")
    told = newsletter("glossary", file)

    assert 2 == told.status
    assert "line 6: zh: there is no rendering" in told.err
    assert "terms.jsonl: line 6" in told.err.replace("\n", "")
    assert "NEWSLETTER_GLOSSARY" not in told.err

    newsletter.monkeypatch.setenv("NEWSLETTER_GLOSSARY", str(file))
    assert "NEWSLETTER_GLOSSARY: line 6" in newsletter("glossary").err


@pytest.mark.parametrize("words", [(), ("--json",)], ids=["tables", "json"])
def test_without_a_database_the_rows_are_checked(
    newsletter: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """And it says that summaries could not be looked at."""
    newsletter.monkeypatch.setenv("NEWSLETTER_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    path = tmp_path / "terms.jsonl"
    path.write_text('{"en": "sample term", "zh": ["样词"]}', encoding="utf-8")
    told = newsletter("glossary", path, *words)

    assert 0 == told.status
    assert "sample term" in told.out
    assert "summaries could not be looked at" in told.err
    assert "Summaries touched" not in told.out
    if not words:
        assert "1 row;" in told.out
