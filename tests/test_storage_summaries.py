"""Summaries in the database."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import paper
from fakes import ANNOUNCED_AT, chinese, english
from hypothesis import given
from hypothesis import strategies as st

from newsletter.papers import ArxivId, Summary
from newsletter.storage import summaries
from newsletter.storage.engine import Database

PAPER = paper(1)


def _find(database: Database, version: str, now: datetime | None) -> dict[ArxivId, Summary]:
    with database.read() as session:
        return summaries.find(session, [PAPER], version, now)


def _keep(database: Database, summary: Summary, now: datetime = ANNOUNCED_AT) -> None:
    with database.write() as session:
        summaries.keep(session, PAPER, "v1", summary, now)


def test_a_summary_is_found_under_its_text_and_version(database: Database) -> None:
    """Another text or another version of the summariser finds nothing; other fields do."""
    _keep(database, chinese(PAPER))
    assert {PAPER.id: chinese(PAPER)} == _find(database, "v1", ANNOUNCED_AT)
    assert _find(database, "v2", ANNOUNCED_AT) == {}
    with database.read() as session:
        changed = replace(PAPER, abstract="Another.")
        assert summaries.find(session, [changed], "v1", ANNOUNCED_AT) == {}
        same = replace(PAPER, comment="13 pages", version=2)
        assert [PAPER.id] == list(summaries.find(session, [same], "v1", ANNOUNCED_AT))


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_keys_do_not_run_into_each_other(title: str, abstract: str, version: str) -> None:
    """Moving a character from one part to the next makes another key."""
    one = replace(PAPER, title=title + "x", abstract=abstract)
    two = replace(PAPER, title=title, abstract="x" + abstract)
    assert summaries.summary_key(one, version) != summaries.summary_key(two, version)


def test_a_summary_kept_again_takes_the_others_place(database: Database) -> None:
    """A failure that succeeds later is Chinese from then on."""
    _keep(database, english(PAPER))
    _keep(database, chinese(PAPER))
    assert {PAPER.id: chinese(PAPER)} == _find(database, "v1", ANNOUNCED_AT)


def test_failures_are_forgotten_after_twelve_hours(database: Database) -> None:
    """A failed answer settles its own morning; the next edition asks again."""
    _keep(database, english(PAPER))
    almost = ANNOUNCED_AT + timedelta(hours=12) - timedelta(seconds=1)
    assert {PAPER.id: english(PAPER)} == _find(database, "v1", almost)
    assert _find(database, "v1", almost + timedelta(seconds=1)) == {}
    assert {PAPER.id: english(PAPER)} == _find(database, "v1", None)


def test_chinese_is_never_forgotten(database: Database) -> None:
    """A summary that passed its checks holds for good."""
    _keep(database, chinese(PAPER))
    assert PAPER.id in _find(database, "v1", ANNOUNCED_AT + timedelta(days=365))


def test_many_are_found_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """More papers than fit one IN (…) are all found."""
    monkeypatch.setattr("newsletter.storage.papers._CHUNK", 2)
    papers = [paper(number, title=f"T{number}") for number in range(1, 6)]
    with database.write() as session:
        for each in papers:
            summaries.keep(session, each, "v1", chinese(each), ANNOUNCED_AT)
    with database.read() as session:
        found = summaries.find(session, papers, "v1", ANNOUNCED_AT)
    assert {each.id: chinese(each) for each in papers} == found
