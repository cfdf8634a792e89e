"""Ticks of the preferences form: what becomes of the lines that they name."""

import pytest

from newsletter.web.offers import MOST_TICKS, Offer, apply_offers


@pytest.mark.parametrize(
    ("keywords", "also", "expected"),
    [
        ("a b\nRL", "RL\tRL\tPPO", "a b\nRL OR PPO"),
        ("  RL \n c", "RL\tRL\tPPO", "RL OR PPO\n c"),
        ("RL", "RL\tRL\tPPO\nRL\tRL\tTD", "RL OR TD OR PPO"),
        ("moved\nRL", "gone\tgone\tPPO", "moved\nRL"),
        ("robbots", "robbots\t\trobots", "robots"),
        ("robbots", "robbots\t\trobots\nrobbots\t\trobot", "robots"),
        ("RL", "RL\tRL\tPPO\nRL\t\tRL -b", "(RL OR PPO) -b"),
        ("RL", "no tabs", "RL"),
        ("RL", "RL\tRL\t ", "RL"),
        ("RL", "", "RL"),
    ],
    ids=["one", "spaces", "two", "gone", "instead", "twice", "both", "no offer", "no name", "none"],
)
def test_ticks_change_the_lines_that_they_name(keywords: str, also: str, expected: str) -> None:
    """Other lines stay to the character, and the ticks go."""
    assert {"keywords": expected} == apply_offers({"keywords": keywords, "also": also})


def test_a_form_without_ticks_stays() -> None:
    """Line ends and all."""
    assert {"keywords": "a\r\nb", "x": "y"} == apply_offers({"keywords": "a\r\nb", "x": "y"})


def test_ticks_are_bounded() -> None:
    """Whoever sends more than the page offers gets the first ones."""
    also = "\n".join(["other\tother\tname"] * MOST_TICKS + ["RL\tRL\tPPO"])

    assert {"keywords": "RL"} == apply_offers({"keywords": "RL", "also": also})


def test_an_offer_is_read_as_it_was_written() -> None:
    """The value of a tick names its line."""
    offer = Offer("RL -survey", "RL", "PPO")

    assert {"keywords": "(RL OR PPO) -survey"} == apply_offers(
        {"keywords": offer.line, "also": offer.value}
    )


def test_alternatives_come_in_fields_of_their_own() -> None:
    """A line's alternatives are one field, so that one of them is chosen; all of them go."""
    form = {
        "keywords": "a\nb",
        "also-1": "a\t\ta -x",
        "also-2": "b\t\ttitle:b",
        "also": "a\ta\tc",
    }

    assert {"keywords": "(a OR c) -x\ntitle:b"} == apply_offers(form)
