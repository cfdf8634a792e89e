"""Old batches under new dates."""

from dataclasses import replace
from datetime import date

import pytest
from builders import announcement, paper
from hypothesis import given
from hypothesis import strategies as st

from newsletter.batches import TOLERATED, Batch, against_earlier, is_old
from newsletter.papers import Announcement, AnnouncementState, AnnounceType

YESTERDAY = date(2026, 5, 28)


def batch(*numbers: int, kind: AnnounceType = AnnounceType.NEW) -> Batch:
    """Return yesterday's batch of the papers with `numbers`."""
    return Batch(YESTERDAY, frozenset((paper(number).id, kind) for number in numbers))


def today(*numbers: int, kind: AnnounceType = AnnounceType.NEW) -> Announcement:
    """Return today's announcement of the papers with `numbers`."""
    return announcement(*map(paper, numbers), kind=kind)


def test_the_batch_of_the_day_before_is_stale() -> None:
    """Its date may be today's and its count right: the ids give it away."""
    read = against_earlier(today(1, 2, 3), [batch(1, 2)])
    assert AnnouncementState.STALLED is read.state
    assert [
        (
            "stale",
            "an old batch under a new date: 2 of 3 papers stood in the announcement of 2026-05-28",
        )
    ] == [(problem.code, problem.message) for problem in read.problems]


def test_a_few_repeated_papers_are_left_out() -> None:
    """The rest is today's, and nobody gets a paper a second time."""
    read = against_earlier(today(1, 2, 3, 4), [batch(2, 3)])
    assert AnnouncementState.FRESH is read.state
    assert ["2605.00001", "2605.00004"] == [entry.paper.id.value for entry in read.entries]
    assert ["repeated"] == [problem.code for problem in read.problems]


@pytest.mark.parametrize(
    ("read", "earlier"),
    [
        (today(1, 2), []),
        (today(1, 2), [batch(3, 4)]),
        (today(1, 2, kind=AnnounceType.CROSS), [batch(1, 2)]),
        (today(1, 2, kind=AnnounceType.REPLACE), [batch(1, 2, kind=AnnounceType.REPLACE)]),
        (replace(today(1), state=AnnouncementState.STALLED), [batch(1)]),
        (today(), [batch(1)]),
    ],
    ids=["first", "new", "now cross-listed", "replaced again", "known to be old", "empty"],
)
def test_what_is_no_repetition_is_left_alone(read: Announcement, earlier: list[Batch]) -> None:
    """A cross-list of yesterday's paper is news, and so is a second replacement."""
    assert read is against_earlier(read, earlier)


@given(st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)))
def test_no_paper_is_lost_and_none_comes_twice(new: set[int], old: set[int]) -> None:
    """Unless the whole is stale, what stays is exactly what was not announced before."""
    read = against_earlier(today(*sorted(new)), [batch(*sorted(old))])
    if 2 * len(new & old) > len(new):
        assert AnnouncementState.STALLED is read.state
    else:
        expected = {paper(number).id for number in new - old}
        assert expected == {entry.paper.id for entry in read.entries}
        doubted = len(new & old) > TOLERATED
        assert (AnnouncementState.WAITING if doubted else AnnouncementState.FRESH) is read.state


def test_one_old_feed_among_many_leaves_the_whole_in_doubt() -> None:
    """As on 2026-08-12: 212 papers of the day before beside 400 right ones."""
    read = against_earlier(today(*range(1, 13)), [batch(1, 2, 3)])
    assert (AnnouncementState.WAITING, 9) == (read.state, len(read.entries))
    assert ["partly_stale"] == [problem.code for problem in read.problems]
    crossed = against_earlier(
        today(*range(1, 13), kind=AnnounceType.CROSS), [batch(1, 2, 3, kind=AnnounceType.CROSS)]
    )
    assert (AnnouncementState.FRESH, 9) == (crossed.state, len(crossed.entries))


def test_a_batch_two_mailings_old_is_stale_too() -> None:
    """And so is one that is put together from several; the one with the most is named."""
    before = replace(batch(7, 1), listing_date=date(2026, 5, 27))
    earliest = replace(batch(2, 3), listing_date=date(2026, 5, 26))
    read = against_earlier(today(1, 2, 3, 4), [batch(9), before, earliest])
    assert AnnouncementState.STALLED is read.state
    assert read.problems[0].message.endswith(
        "3 of 4 papers stood in the announcement of 2026-05-26"
    )


@pytest.mark.parametrize(
    ("papers", "expected"), [((1, 2, 3), True), ((1, 2, 3, 4), False), ((), False), ((8, 9), False)]
)
def test_what_was_believed_may_turn_out_to_be_old(papers: tuple[int, ...], expected: bool) -> None:
    """More than half of it stood in the batch that was learnt of since."""
    assert expected is is_old(batch(*papers).papers, batch(1, 2))
