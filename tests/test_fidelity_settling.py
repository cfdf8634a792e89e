"""Repeating a change of text until nothing changes, within bounds."""

import pytest

from newsletter.fidelity.settling import settle


def _peel(text: str) -> str:
    return text.removeprefix("(").removesuffix(")")


@pytest.mark.parametrize(
    ("text", "passes", "expected"),
    [
        ("core", 1, "core"),
        ("(core)", 2, "core"),
        ("(((core)))", 4, "core"),
        ("(((core)))", 3, "(((core)))"),
        ("(core)", 0, "(core)"),
    ],
    ids=["nothing to do", "one layer", "the last round confirms", "not settled", "no rounds"],
)
def test_a_text_settles_or_stays_as_it_was(text: str, passes: int, expected: str) -> None:
    """Every layer goes within the passes allowed; of an unsettled text, none."""
    assert expected == settle(text, _peel, passes)


def test_a_settled_text_is_not_changed_again() -> None:
    """The first round that changes nothing is the last."""
    seen: list[str] = []

    def step(text: str) -> str:
        seen.append(text)
        return text.lower()

    assert "net" == settle("Net", step, 8)
    assert ["Net", "net"] == seen
