"""The timeline of an edition."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from builders import announcement, paper
from fakes import ANNOUNCED_AT, LISTING_DATE, Clock, FakeSource

from newsletter.errors import CircuitOpen, SourceUnavailable
from newsletter.papers import AnnouncementState, Problem
from newsletter.schedule import FALLBACK
from newsletter.services.collect import collect
from newsletter.services.telling import timeline
from newsletter.storage.engine import Database
from newsletter.timeline import LONGEST_REMARK, Moment, local_times, shown_time, without_repetitions

MOMENT = Moment(
    at=ANNOUNCED_AT,
    category="cs.LG",
    state=AnnouncementState.FRESH,
    source="listing",
    parsed=312,
    expected=312,
)
WHOLE = announcement(paper(1), paper(2))
DOWN = SourceUnavailable("https://arxiv.org/list/cs/new", "the server answered 503")


@pytest.mark.parametrize(
    ("state", "source", "remarks", "expected"),
    [
        ("fresh", "listing", (), "cs.LG fresh, 312 of 312, from listing"),
        (
            "waiting",
            "rss",
            ("more", "to come"),
            "cs.LG waiting, 312 of 312, from rss; more; to come",
        ),
        ("quiet", "rss", (), "cs.LG quiet: nothing was announced, says rss"),
        ("stalled", "rss", (), "cs.LG stalled: what rss shows is of an earlier day"),
        ("failed", "", ("503",), "cs.LG failed: no source gave anything; 503"),
    ],
)
def test_each_state_has_its_words(
    state: str, source: str, remarks: tuple[str, ...], expected: str
) -> None:
    """An operator can read it without knowing the code."""
    moment = replace(MOMENT, state=AnnouncementState(state), source=source, remarks=remarks)
    assert expected == moment.sentence


def test_a_moment_comes_back_as_it_was_with_its_remarks_bounded() -> None:
    """A server's own words cannot fill the database."""
    moment = replace(MOMENT, remarks=("x" * 1_000, "short"))
    back = Moment.unpacked(moment.at, moment.packed())
    assert ("x" * (LONGEST_REMARK - 1) + "…", "short") == back.remarks
    assert moment == replace(back, remarks=moment.remarks)


def _sentences(database: Database, *polls: list[FakeSource]) -> list[str]:
    for sources in polls:
        collect(database, sources, ["cs"], LISTING_DATE, clock=Clock())
    return [moment.sentence for moment in timeline(database, LISTING_DATE)]


def test_polls_that_bring_nothing_new_say_nothing(database: Database) -> None:
    """Waiting for an hour is one line, and so is the end of it."""
    waiting = announcement(paper(1), expected=2, state=AnnouncementState.WAITING)
    polls = [[FakeSource(cs=waiting)], [FakeSource(cs=waiting)], [FakeSource(cs=WHOLE)]]
    assert [
        "cs waiting, 1 of 2, from listing",
        "cs fresh, 2 of 2, from listing",
    ] == _sentences(database, *polls)


def test_an_outage_is_told_once_however_often_it_is_met(database: Database) -> None:
    """Until when arXiv is left alone changes at every poll: it is kept, and not shown."""
    polls = [
        [FakeSource(cs=_left_alone(minutes, failures))]
        for minutes, failures in ((1, 1), (3, 2), (7, 3))
    ]
    assert 3 == len(_sentences(database, *polls))
    (said,) = without_repetitions(timeline(database, LISTING_DATE))
    assert "left alone until" in said.sentence


def test_what_is_said_again_after_something_else_is_no_repetition() -> None:
    """Nor is what is said of another category, or of a missed day."""
    waiting = replace(MOMENT, state=AnnouncementState.WAITING)
    missed = replace(MOMENT, missed_on=LISTING_DATE)
    told = [MOMENT, MOMENT, waiting, replace(MOMENT, category="cs.AI"), missed, MOMENT, MOMENT]
    assert [told[0], told[2], told[3], told[4], told[5]] == [*without_repetitions(told)]


def _left_alone(minutes: int, failures: int) -> CircuitOpen:
    now = Clock().now
    until = now + timedelta(minutes=minutes)
    return CircuitOpen("https://arxiv.org/list/cs/new", until, failures=failures, now=now)


def test_it_says_why_another_source_stands(database: Database) -> None:
    """Stale in one, down in another, taken from the third."""
    stale = replace(
        announcement(paper(8), state=AnnouncementState.STALLED),
        problems=(Problem("other_date", "the document shows 2026-05-28"),),
    )
    sources = [FakeSource(cs=stale), FakeSource("atom", cs=DOWN), FakeSource("rss", cs=WHOLE)]
    (sentence,) = _sentences(database, sources)
    assert (
        "cs fresh, 2 of 2, from rss; listing passed over: the document shows 2026-05-28; "
        f"{DOWN.what}" == sentence
    )


def test_nothing_from_anywhere_is_said_with_the_reasons(database: Database) -> None:
    """An outage is a line of its own."""
    assert [f"cs failed: no source gave anything; {DOWN.what}"] == _sentences(
        database, [FakeSource(cs=DOWN)]
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "until 2026-05-29 23:40 UTC after",
            "until 2026-05-30 07:40 Beijing time after",
        ),
        ("2026-05-29 00:40", "2026-05-29 00:40"),
        ("2026-99-29 00:40 UTC", "2026-99-29 00:40 UTC"),
        ("9999-12-31 23:00 UTC", "9999-12-31 23:00 UTC"),
    ],
)
def test_instants_in_remarks_are_told_in_one_zone(said: str, expected: str) -> None:
    """Nobody has to add eight hours; digits that are no instant stay as they are."""
    assert expected == local_times(said, FALLBACK, "Beijing time")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 12, 31, 23, tzinfo=UTC), "01-01 00:30"),
        (datetime(2026, 12, 31, 15, tzinfo=UTC), "2027-01-01 00:30"),
    ],
)
def test_a_time_has_its_year_where_it_is_another(now: datetime, expected: str) -> None:
    """Whose year counts is that of China."""
    at = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert expected == shown_time(at, now, FALLBACK)
