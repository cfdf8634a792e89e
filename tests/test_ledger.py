"""The states of one delivery lead somewhere, and never back past DATA."""

import pytest

from newsletter.ledger import FINAL_STATES, NEXT_STATES, DeliveryState, Verdict


def _reachable(start: DeliveryState) -> set[DeliveryState]:
    """Return every state that can follow `start`, after any number of steps."""
    found: set[DeliveryState] = set()
    waiting = [start]
    while waiting:
        new = NEXT_STATES[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def test_every_state_has_its_next_states() -> None:
    """The table of steps knows all states, and leads to all but through nothing else."""
    assert set(DeliveryState) == NEXT_STATES.keys()
    assert set(DeliveryState) == {DeliveryState.PLANNED} | _reachable(DeliveryState.PLANNED)


@pytest.mark.parametrize("state", DeliveryState)
def test_final_states_lead_nowhere_and_others_reach_one(state: DeliveryState) -> None:
    """A state is final exactly if nothing follows it; from any other one an end is in reach."""
    assert state.is_final == (not NEXT_STATES[state])
    assert state.is_final == (state in FINAL_STATES)
    assert state.is_final or _reachable(state) & FINAL_STATES


def test_the_final_states() -> None:
    """The morning is closed when candidates are the sum of these four."""
    assert {"accepted", "rejected", "unknown", "excluded"} == FINAL_STATES


def test_data_begins_only_after_a_claim() -> None:
    """Compare-and-set: no state but `claimed` leads into DATA."""
    assert [
        state for state, following in NEXT_STATES.items() if DeliveryState.IN_DATA in following
    ] == [DeliveryState.CLAIMED]


def test_after_data_only_the_servers_word_leads_to_another_attempt() -> None:
    """A mail that may have been taken is never planned or claimed again by itself."""
    following = NEXT_STATES[DeliveryState.IN_DATA]

    assert {
        DeliveryState.ACCEPTED,
        DeliveryState.DEFERRED,
        DeliveryState.REJECTED,
        DeliveryState.UNKNOWN,
    } == following
    assert [state for state, after in NEXT_STATES.items() if DeliveryState.UNKNOWN in after] == [
        DeliveryState.IN_DATA
    ]


@pytest.mark.parametrize(
    "state",
    [DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.DEFERRED],
)
def test_a_reader_can_leave_before_data(state: DeliveryState) -> None:
    """Until DATA begins a delivery can still be excluded."""
    assert DeliveryState.EXCLUDED in NEXT_STATES[state]


def test_a_lease_that_ends_before_data_is_planned_again() -> None:
    """What was claimed and never begun has certainly not been sent."""
    assert [state for state, after in NEXT_STATES.items() if DeliveryState.PLANNED in after] == [
        DeliveryState.CLAIMED
    ]


def test_a_verdict_needs_no_more_than_a_state() -> None:
    """Reason, reply and a later time are there only where they mean something."""
    assert Verdict(DeliveryState.ACCEPTED, "", "", None) == Verdict(DeliveryState.ACCEPTED)
