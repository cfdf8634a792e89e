"""Entries that a document names and does not hold, completed by identifier."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import announcement, paper
from fakes import LISTING_DATE, Clock, FakeSource

from newsletter.calendar import Calendar
from newsletter.errors import SourceUnavailable
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    Counts,
    Paper,
    Problem,
)
from newsletter.services.ask import Inquiry, Lookup, due_sources, note_asked
from newsletter.services.collect import collect
from newsletter.services.telling import timeline
from newsletter.sources.completion import MOST, completed, lacking
from newsletter.storage.engine import Database
from newsletter.storage.entries import edition_entries

UNPAIRED = Problem("unpaired", "an entry's heading without its body", "2605.00002")
SHORT = Problem("count_short", "new: 2 entries stated, 1 read")
DAMAGED = replace(
    announcement(paper(1), expected=2, state=AnnouncementState.FAILED), problems=(UNPAIRED, SHORT)
)


def _found(*papers: Paper) -> dict[object, AnnouncedPaper]:
    return {each.id: AnnouncedPaper(each, AnnounceType.NEW) for each in papers}


def _completed(damaged: Announcement, *papers: Paper) -> Announcement:
    return completed(damaged, _found(*papers))  # type: ignore[arg-type]


def test_a_broken_entry_is_named_and_completed() -> None:
    """With all that was stated there, the announcement is whole."""
    assert ["2605.00002"] == [one.value for one in lacking(DAMAGED)]
    whole = _completed(DAMAGED, paper(2))
    assert AnnouncementState.FRESH is whole.state
    assert Counts(new=2) == whole.parsed == whole.expected
    assert ["completed"] == [problem.code for problem in whole.problems]


def test_what_is_still_missing_stays_said() -> None:
    """Two broke and one is found; other damage is no less damage."""
    other = Problem("unpaired", "an entry's heading without its body", "2605.00003")
    cut = Problem("truncated", "the page ends without </html>")
    two = replace(DAMAGED, problems=(UNPAIRED, other, SHORT, cut), expected=Counts(new=3))
    still = _completed(two, paper(2))
    assert AnnouncementState.FAILED is still.state
    assert ["completed", "unpaired", "count_short", "truncated"] == [
        problem.code for problem in still.problems
    ]
    assert two == _completed(two)


@pytest.mark.parametrize("poor", [paper(1, abstract=""), paper(1, title="A \ufffd title")])
def test_a_poor_text_is_replaced_and_keeps_its_type(poor: Paper) -> None:
    """Without an abstract, or with unreadable characters."""
    damage = Problem("encoding", "the text has unreadable characters", "2605.00001")
    read = replace(
        announcement(poor, kind=AnnounceType.CROSS, state=AnnouncementState.FAILED),
        problems=(damage,),
    )
    (entry,) = _completed(read, paper(1)).entries
    assert (paper(1), AnnounceType.CROSS) == (entry.paper, entry.type)


@pytest.mark.parametrize(
    ("found", "category", "expected"),
    [
        (paper(2), "cs", AnnounceType.NEW),
        (paper(2), "stat", AnnounceType.CROSS),
        (replace(paper(2), version=3), "cs", AnnounceType.REPLACE),
        (replace(paper(2), version=3), "stat", AnnounceType.REPLACE_CROSS),
    ],
)
def test_the_type_is_inferred(found: Paper, category: str, expected: AnnounceType) -> None:
    """A replaced version never appears as new."""
    entries = _completed(replace(DAMAGED, category=category), found).entries
    assert expected is entries[-1].type


def test_a_page_of_ruins_is_fetched_again_and_not_looked_up() -> None:
    """A hundred papers are a request; a thousand are not the API's to give."""
    ruins = tuple(
        Problem("unpaired", "an entry's heading without its body", f"2605.{number:05d}")
        for number in range(1, MOST + 2)
    )
    assert () == lacking(replace(DAMAGED, entries=(), problems=ruins))
    assert MOST == len(lacking(replace(DAMAGED, entries=(), problems=ruins[:MOST])))
    assert () == lacking(replace(DAMAGED, problems=(Problem("no_id", "?", "not an id"),)))


def _collected(database: Database, lookup: Lookup) -> list[str]:
    collect(database, [FakeSource(cs=DAMAGED)], ["cs"], LISTING_DATE, clock=Clock(), lookup=lookup)
    with database.read() as session:
        return [e.paper.id.value for e in edition_entries(session, LISTING_DATE)]


def test_collecting_completes_what_broke(database: Database) -> None:
    """The edition is whole, and the timeline says how it came to be."""
    assert ["2605.00001", "2605.00002"] == _collected(
        database,
        lambda ids: _found(*map(paper, (int(one.value[-5:]) for one in ids))),  # type: ignore[return-value]
    )
    (told,) = timeline(database, LISTING_DATE)
    assert (
        "cs fresh, 2 of 2, from listing; 1 broken entry was taken from arXiv's API" == told.sentence
    )


def test_an_api_that_is_down_leaves_what_was_read(database: Database) -> None:
    """The next poll tries again."""

    def down(_ids: object) -> dict[object, AnnouncedPaper]:
        raise SourceUnavailable("https://export.arxiv.org", "the server answered 503")

    assert ["2605.00001"] == _collected(database, down)  # type: ignore[arg-type]
    (told,) = timeline(database, LISTING_DATE)
    assert told.sentence.startswith("cs failed, 1 of 2, from listing; an entry's heading")


def test_sources_that_stand_in_are_asked_when_they_are_ready_and_half_hourly(
    database: Database,
) -> None:
    """Feeds are four hours late, and forty of them are not asked every ten minutes."""
    listing, feed = FakeSource(), FakeSource("rss")
    feed.opens_after = timedelta(hours=4)
    clock = Clock()

    def asked(minutes: int) -> list[str]:
        now = clock.now + timedelta(minutes=minutes)
        due = due_sources(database, [listing, feed], LISTING_DATE, now)
        inquiry = Inquiry(due, LISTING_DATE, Calendar())
        inquiry.about("cs", None)
        note_asked(database, inquiry, now)
        return [source.name for source in due]

    assert ["listing"] == asked(0)
    assert ["listing"] == asked(229)
    assert ["listing", "rss"] == asked(230)
    assert ["listing"] == asked(250)
    assert ["listing", "rss"] == asked(260)


def test_a_source_that_was_not_needed_was_not_asked(database: Database) -> None:
    """A listing that is whole leaves the feed to be asked when it is needed."""
    whole = Inquiry(
        [FakeSource(cs=announcement(paper(1))), FakeSource("rss")], LISTING_DATE, Calendar()
    )
    whole.about("cs", None)
    assert {"listing"} == whole.asked
