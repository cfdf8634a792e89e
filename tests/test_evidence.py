"""What several sources say, brought together."""

from dataclasses import replace

from builders import announcement, paper
from hypothesis import given
from hypothesis import strategies as st

from newsletter.evidence import Finding, best, counted_ids, joined
from newsletter.papers import Announcement, AnnouncementState, AnnounceType, DocumentKind

FRESH = announcement(paper(1), paper(2))
FAILED = announcement(paper(1), expected=2, state=AnnouncementState.FAILED)
OAI = replace(
    announcement(paper(1), paper(2), paper(3), state=AnnouncementState.WAITING),
    kind=DocumentKind.OAI,
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
