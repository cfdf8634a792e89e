"""What several sources say, brought together."""

from dataclasses import replace

import pytest
from builders import announcement, paper
from hypothesis import given
from hypothesis import strategies as st

from newsletter.evidence import Finding, best, counted_ids, joined
from newsletter.papers import Announcement, AnnouncementState, AnnounceType, DocumentKind

FRESH = announcement(paper(1), paper(2))
FAILED = announcement(paper(1), expected=2, state=AnnouncementState.FAILED)
_METADATA = announcement(paper(1), paper(2), paper(3), state=AnnouncementState.WAITING)
OAI = replace(
    _METADATA,
    kind=DocumentKind.OAI,
    entries=tuple(replace(entry, is_inferred=True) for entry in _METADATA.entries),
)
_STATES = st.sampled_from(AnnouncementState)
_PAPERS = st.lists(st.integers(1, 9), unique=True)


def _findings(*announcements: Announcement) -> list[Finding]:
    return [Finding(str(place), one) for place, one in enumerate(announcements)]


def test_a_damaged_document_outweighs_metadata() -> None:
    """It says how many papers there should be, and how each was announced."""
    chosen = best(_findings(OAI, FAILED))
    assert chosen is not None
    assert FAILED == chosen.announcement


def test_metadata_outweighs_a_document_of_another_day() -> None:
    """It is at least about the day that was wanted."""
    chosen = best(_findings(replace(FRESH, state=AnnouncementState.STALLED), OAI))
    assert chosen is not None
    assert OAI == chosen.announcement
    assert best([]) is None


def test_metadata_adds_papers_and_changes_no_type() -> None:
    """What a listing calls a replacement does not become new because metadata cannot tell."""
    listing = announcement(paper(3), kind=AnnounceType.REPLACE, state=AnnouncementState.FAILED)
    both = joined(listing, _findings(listing, OAI))
    assert {3: "replace", 1: "new", 2: "new"} == {
        int(entry.paper.id.value[-5:]): entry.type.value for entry in both.entries
    }


@pytest.mark.parametrize("keeps", [False, True])
def test_a_whole_document_is_not_doubted_for_what_metadata_infers(keeps: bool) -> None:
    """A paper that changed that day was announced on another; unless readers have had it."""
    both = joined(FRESH, _findings(FRESH, OAI), keeps_inferred=keeps)
    assert (FRESH != both) == keeps
    assert (3 if keeps else 2) == len(both.entries)


def test_an_empty_document_is_doubted_for_what_metadata_infers() -> None:
    """Three papers changed that day, where a page says that there were none."""
    quiet = announcement(state=AnnouncementState.QUIET)
    both = joined(quiet, _findings(quiet, OAI))
    assert (AnnouncementState.WAITING, 3) == (both.state, len(both.entries))


@given(_STATES, _PAPERS, _STATES, _PAPERS)
def test_no_paper_of_the_day_is_lost_and_no_other_comes_in(
    kept_state: AnnouncementState,
    kept: list[int],
    other_state: AnnouncementState,
    other: list[int],
) -> None:
    """Whatever two documents say of each other; and disagreement is never called whole."""
    mine = announcement(*map(paper, kept), state=kept_state)
    theirs = announcement(*map(paper, other), state=other_state)
    both = joined(mine, _findings(mine, theirs))
    todays = [one for one in (mine, theirs) if one.state is not AnnouncementState.STALLED]
    expected = set().union(*(counted_ids(one.entries) for one in todays))
    assert expected == counted_ids(both.entries)
    if both.state in {AnnouncementState.FRESH, AnnouncementState.QUIET}:
        assert counted_ids(mine.entries) == expected
