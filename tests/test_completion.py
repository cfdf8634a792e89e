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


def test_a_page_without_abstracts_is_whole_once_they_are_there() -> None:
    """Up to a hundred of them; the page alone was not all that there is."""
    bare = replace(
        announcement(paper(1, abstract=""), paper(2, abstract=""), state=AnnouncementState.WAITING),
        problems=(Problem("no_abstracts", "the page has no abstracts (2 entries)"),),
    )
    whole = _completed(bare, paper(1), paper(2))
    assert AnnouncementState.FRESH is whole.state
    assert ["completed"] == [problem.code for problem in whole.problems]
    none = _completed(bare, paper(1, abstract=""))
    assert AnnouncementState.WAITING is none.state


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
    """Where no counts are stated: a replaced version never appears as new."""
    uncounted = replace(DAMAGED, category=category, expected=Counts())
    entries = _completed(uncounted, found).entries
    assert expected is entries[-1].type


NEW, CROSS, REPLACE, REPLACE_CROSS = AnnounceType


def _short(expected: Counts, *broken: Problem) -> Announcement:
    """Return a document that states `expected`, of which one new paper and `broken` are there."""
    return replace(DAMAGED, expected=expected, problems=(*broken, SHORT))


def _broken(number: int, code: str = "unpaired") -> Problem:
    return Problem(code, "?", f"2605.{number:05d}")


def _newest(number: int, version: int, *categories: str) -> Paper:
    return replace(paper(number), version=version, categories=categories or ("cs.LG",))


@pytest.mark.parametrize(
    ("expected", "found", "types"),
    [
        # Announced as new on a missed day, and in its third version by now.
        (Counts(new=2), [_newest(2, 3)], [NEW]),
        (Counts(new=1, cross=1), [_newest(2, 3, "stat.ML")], [CROSS]),
        (Counts(new=1, replace_cross=1), [_newest(2, 1)], [REPLACE_CROSS]),
        # What it looks like comes first, where a place is free there.
        (Counts(new=2, cross=1), [_newest(2, 1, "stat.ML")], [CROSS]),
        (Counts(new=2, replace=1), [_newest(2, 3)], [REPLACE]),
        # The strongest where several are free.
        (Counts(new=1, cross=1, replace_cross=1), [_newest(2, 3)], [CROSS]),
        # Each place is taken once, the last ones by the last.
        (Counts(new=2, replace=1), [_newest(2, 3), _newest(3, 3)], [NEW, REPLACE]),
        (Counts(new=3), [_newest(2, 3), _newest(3, 1)], [NEW, NEW]),
        # More are broken than places are free: metadata decides for the rest.
        (Counts(new=2), [_newest(2, 3), _newest(3, 3)], [REPLACE, NEW]),
        # Nothing is stated, or more was read than that.
        (Counts(), [_newest(2, 3)], [REPLACE]),
        (Counts(new=1), [_newest(2, 3)], [REPLACE]),
    ],
)
def test_the_section_that_lacks_entries_says_the_type(
    expected: Counts, found: list[Paper], types: list[AnnounceType]
) -> None:
    """The API gives the newest version, which is not what was announced."""
    damaged = _short(expected, *(_broken(int(one.id.value[-5:])) for one in found))
    whole = _completed(damaged, *found)
    assert types == [entry.type for entry in whole.entries[1:]]
    assert [one.id for one in found] == [entry.paper.id for entry in whole.entries[1:]]


def test_an_item_without_a_type_takes_no_place() -> None:
    """A feed counts it as new because it has to count it, and a third version never was."""
    untyped = _broken(2, "no_type")
    whole = _completed(_short(Counts(new=2), untyped), _newest(2, 3))
    assert [NEW, REPLACE] == [entry.type for entry in whole.entries]
    both = _short(Counts(new=2, cross=1), untyped, _broken(3))
    whole = _completed(both, _newest(2, 1), _newest(3, 4))
    assert [NEW, NEW, CROSS] == [entry.type for entry in whole.entries]


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
        inquiry.about("cs", ())
        note_asked(database, inquiry.asked, LISTING_DATE, now)
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
    whole.about("cs", ())
    assert {"listing"} == whole.asked
