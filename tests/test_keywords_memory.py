"""What is remembered of keywords for the next reader is bounded, and the same after it was lost."""

import pytest

from newsletter.keywords import match, spots
from newsletter.keywords.match import Matcher
from newsletter.keywords.spots import Memory, Spot, Spots
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper
from newsletter.subscribers import Preferences


def _found(count: int) -> Spots:
    return {0: [Spot(0, word, 1) for word in range(count)]}


def test_spots_are_kept_until_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then all are found again, when somebody asks."""
    monkeypatch.setattr(spots, "MOST_KEPT", 5)
    memory, asked = Memory(), []

    def look(key: str, count: int) -> Spots:
        asked.append(key)
        return _found(count)

    for key, count in (("a", 3), ("a", 3), ("b", 2), ("a", 3), ("c", 1), ("a", 3), ("a", 3)):
        assert _found(count) == memory.get(key, lambda k=key, n=count: look(k, n))
    assert ["a", "b", "c", "a"] == asked


def _entry(number: int) -> AnnouncedPaper:
    paper = Paper(
        id=ArxivId(f"2605.{number + 1:05}"),
        title="A robot",
        abstract="It learns to walk near a wall.",
        authors=("Sample Author",),
        categories=("cs.LG",),
        comment=None,
    )
    return AnnouncedPaper(paper, AnnounceType.NEW)


def test_a_matcher_forgets_and_finds_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broad keywords of many readers cost time, and no memory without end."""
    entries = [_entry(number) for number in range(4)]
    readers = [Preferences(keywords=(a, b)) for a in ("robot", "wall") for b in ("walk", "a robot")]
    expected = [Matcher(entries).match(reader) for reader in readers]
    monkeypatch.setattr(match, "MOST_HITS", 9)
    matcher = Matcher(entries)

    assert expected == [matcher.match(reader) for reader in readers]
    assert all(expected)
    assert 9 >= matcher.remembered
