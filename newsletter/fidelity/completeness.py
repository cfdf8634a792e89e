"""Does the Chinese go on to the end, and say every sentence between.

What both languages write alike, figures, names and placeholders, pins a point of the one text
to a point of the other. Between two pins, and after the last, a translation has as much Chinese
as its English asks for; where it falls short by half, something was left out. On the sample
issue and the demonstration's papers the end falls short by 7 % of the text at most.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.passages import Passage

DROPPED = 60
"""Characters of English from which a sentence without any Chinese is a loss."""
_LONG_GAP = 150
"""Characters of English between two pins from which their distance means something."""
_SHORT = 0.35
"""Share of the expected Chinese that a gap has at least; a third of it may be word order."""
_LOST = 25
"""Characters of Chinese that are missing at least: a clause may stand before its pin."""
_LOST_SHARE = 0.1
"""Share of the whole Chinese that the end falls short of at least."""
_FIRST_PIN = 0.15
"""Share of the English that must be pinned before the end can be judged."""
_LEAST_RATE = 0.22
"""Characters of Chinese a character of English: what is pinned may itself be cut short."""
_MOST_PINS = 400
_MOST = 20
_STOPPED = re.compile(r"[.!?…][\"'”’)\]]{0,3}\s{0,5}$")
# A bracket that only closes a remark, as after a score, ends no sentence.
_ENDED = re.compile(r"(?:[。！？!?…][”’』」》\])）]{0,3}|(?<![0-9])\.)\s{0,5}$")
_ANCHOR = re.compile(r"\{v[0-9]+\}|[A-Za-z][A-Za-z0-9@-]*[A-Za-z0-9]|[0-9]+(?:[.,][0-9]+)*")


@dataclass(frozen=True, slots=True)
class _Pin:
    """A place in both texts, in characters from their beginnings."""

    english: int
    chinese: int


def check_truncation(passage: Passage) -> Iterator[Violation]:
    """Yield English without its Chinese, and a text that stops in mid-sentence."""
    if passage.field == "title_zh" or not passage.chinese.strip():
        return
    if _STOPPED.search(passage.english) and not _ENDED.search(passage.chinese):
        message = "the text stops in mid-sentence; translate the whole"
        yield hard("truncation", passage.field, passage.chinese[-20:], message)
    if passage.field == "abstract_zh":
        yield from islice(_dropped(passage), _MOST)


def _dropped(passage: Passage) -> Iterator[Violation]:
    """Yield each stretch of English that has no Chinese, or far too little of it."""
    message = "this part of the English is missing; translate it too"
    for bead in passage.beads:
        if not bead.chinese and len(bead.english) >= DROPPED:
            yield hard("dropped", passage.field, bead.english, message)
    for start, stop in _gaps(passage.english, passage.chinese):
        yield hard("dropped", passage.field, passage.english[start:stop].strip(), message)


def _gaps(english: str, chinese: str) -> Iterator[tuple[int, int]]:
    """Yield where in the English the Chinese falls short, as a pair of places."""
    pins = [_Pin(0, 0), *_pins(english, chinese)]
    last = pins[-1]
    if last.english < _FIRST_PIN * len(english):
        return
    rate = max(last.chinese / last.english, _LEAST_RATE)
    for before, after in pairwise(pins):
        asked = (after.english - before.english) * rate
        given = after.chinese - before.chinese
        is_long = after.english - before.english >= _LONG_GAP
        if is_long and given < _SHORT * asked and asked - given > _LOST:
            yield before.english, after.english
    asked = (len(english) - last.english) * rate
    lost = asked - (len(chinese) - last.chinese)
    if lost > max(_LOST, _LOST_SHARE * len(chinese)):
        yield last.english, len(english)


def _pins(english: str, chinese: str) -> list[_Pin]:
    """Return the longest run of pins that keeps the order of both texts."""
    ours, theirs = _places(english), _places(chinese)
    pins = sorted(
        (
            _Pin(place, other)
            for anchor, places in ours.items()
            if len(places) == len(theirs.get(anchor, ()))
            for place, other in zip(places, theirs[anchor], strict=True)
        ),
        key=lambda pin: (pin.english, pin.chinese),
    )[:_MOST_PINS]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, pin in enumerate(pins):
        place = bisect_left(tails, pin.chinese)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [pin.chinese]
        ends[place : place + 1] = [index]
    run: list[_Pin] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(pins[index])
        index = before[index]
    return [pin for pin in run[::-1] if pin.english > 0]


def _places(text: str) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for found in _ANCHOR.finditer(text):
        places.setdefault(found[0].replace(",", ""), []).append(found.start())
    return places
