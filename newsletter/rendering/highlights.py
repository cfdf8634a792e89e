"""Cut a text into pieces, so that what checks found in it can be shown where it stands.

text, violations ─► where each one's words stand ─► overlaps merged ─► (Piece, Piece, …)

A check quotes text that was cleaned (`fidelity.text.clean`: full-width punctuation narrowed,
formulas blanked, white space and backslashes gone), so both sides are folded alike before they
are compared. A violation knows its words and not their place: all places of them are marked,
those that are words of their own before those inside a longer word or figure. What `typography`
quotes is one place among several, with its neighbours, and only of the Chinese.
"""

import functools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from newsletter.fidelity.findings import Severity, Violation
from newsletter.fidelity.text import clean, is_invisible
from newsletter.rendering.wording import clip

MAX_SHOWN: Final = 5_000
"""Characters of one field that are shown; arXiv takes at most 1,920 for an abstract."""
MAX_PLACES: Final = 50
"""Places of one violation's words that are marked in one text."""
MAX_LOOKED_AT: Final = 400
"""Places that are compared to find the clearest ones; a letter stands in thousands."""
GAP: Final = 200
"""Folded characters that a blanked formula, address or piece of code may stand for."""

_Range = tuple[int, int]
_ONE_PLACE: Final = "typography"
"""The check that quotes one place of the Chinese and counts the others."""
_JOINERS: Final = frozenset("-_@")
_POINTS: Final = frozenset(".,")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what was found in it; nothing, for what lies between."""

    text: str
    violations: tuple[Violation, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """Return the worst of what was found, None where nothing was."""
        if not self.violations:
            return None
        return "hard" if any(v.severity == "hard" for v in self.violations) else "soft"

    @property
    def checks(self) -> tuple[str, ...]:
        """Return the checks that found something here, each once, in the order found."""
        return tuple(dict.fromkeys(violation.check for violation in self.violations))


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of a summary beside the English that it renders."""

    field: str
    """`title_zh`, `summary_zh` or `abstract_zh`; `paper` for the English alone."""
    chinese: tuple[Piece, ...]
    """Empty where there is no Chinese."""
    english: tuple[Piece, ...]
    violations: tuple[Violation, ...]
    """All of this field, those that stand nowhere in the two texts among them."""

    @property
    def counted(self) -> tuple[tuple[Violation, int], ...]:
        """Return each violation once, with how often it was found: one for each occurrence."""
        return tuple(Counter(self.violations).items())


def compare(
    field: str, chinese: str, english: str, violations: Iterable[Violation], limit: int = MAX_SHOWN
) -> Compared:
    """Return both texts with the field's violations marked.

    Words that stand in both, such as a name or a figure that is once too often in one of them,
    are marked in both; a missing one only in the English. At most `limit` characters of each
    text are kept. Violations of other fields are passed over.
    """
    own = tuple(violation for violation in violations if violation.field == field)
    in_both = tuple(violation for violation in own if violation.check != _ONE_PLACE)
    return Compared(
        field, pieces(shown(chinese, limit), own), pieces(shown(english, limit), in_both), own
    )


def shown(text: str, limit: int = MAX_SHOWN) -> str:
    """Return `text` on one line, bounded; characters that nobody would see as `⟨U+202E⟩`."""
    line = " ".join(text[: limit + 1].split())
    if not line.isprintable():
        line = "".join(f"⟨U+{ord(c):04X}⟩" if is_invisible(c) else c for c in line)
    return clip(line, limit)


def pieces(text: str, violations: Iterable[Violation]) -> tuple[Piece, ...]:
    """Cut `text` where violations begin and end; joined again, the pieces are `text`.

    Places that overlap become one piece with all their violations. A violation whose words do
    not stand in `text` is in no piece.
    """
    folded = _Folded(text)
    by_words: dict[str, list[Violation]] = {}
    for violation in violations:
        by_words.setdefault(violation.text, []).append(violation)
    found = sorted(
        (place, words)
        for words, told in by_words.items()
        for place in folded.places(words)[: _most(told)]
    )
    return tuple(_cut(text, _merged(found), by_words))


def _most(told: Iterable[Violation]) -> int:
    """Return how many places of the words of `told`, which quote the same, are marked."""
    return 1 if all(violation.check == _ONE_PLACE for violation in told) else MAX_PLACES


def _merged(found: Iterable[tuple[_Range, str]]) -> list[tuple[_Range, list[str]]]:
    """Join ranges that overlap; `found` is in order."""
    joined: list[tuple[_Range, list[str]]] = []
    for (start, stop), words in found:
        if joined and start < joined[-1][0][1]:
            (first, last), known = joined.pop()
            joined.append(((first, max(last, stop)), [*known, words]))
        else:
            joined.append(((start, stop), [words]))
    return joined


def _cut(
    text: str,
    marked: Iterable[tuple[_Range, list[str]]],
    by_words: dict[str, list[Violation]],
) -> Iterator[Piece]:
    end = 0
    for (start, stop), words in marked:
        if start > end:
            yield Piece(text[end:start])
        yield Piece(
            text[start:stop], tuple(v for each in dict.fromkeys(words) for v in by_words[each])
        )
        end = stop
    if end < len(text):
        yield Piece(text[end:])


class _Folded:
    """A text as the checks saw it, each folded character with the place it came from."""

    def __init__(self, text: str) -> None:
        self.text = text
        pairs = [(char, place) for place, one in enumerate(text) for char in _fold(one)]
        self.folded = "".join(char for char, _ in pairs)
        self.origin = [place for _, place in pairs]

    def places(self, words: str) -> list[_Range]:
        """Return where `words` stand, those places only that are most clearly them."""
        parts = [folded for part in words.split() if (folded := "".join(map(_fold, part)))]
        if not parts:
            return []
        whole = [self._range(*found) for found in self._occurrences("".join(parts))]
        if not whole and len(parts) > 1:
            whole = [self._range(*found) for found in self._with_gaps(parts)]
        ranked = [(self._roughness(found), found) for found in whole]
        best = min((rank for rank, _ in ranked), default=0)
        return [found for rank, found in ranked if rank == best]

    def _occurrences(self, needle: str) -> Iterator[_Range]:
        at = self.folded.find(needle)
        for _ in range(MAX_LOOKED_AT):
            if at < 0:
                return
            yield at, at + len(needle)
            at = self.folded.find(needle, at + len(needle))

    def _with_gaps(self, parts: list[str]) -> Iterator[_Range]:
        """Yield the first place where the parts follow each other, at most `GAP` apart."""
        for start, end in self._occurrences(parts[0]):
            stops = [end]
            for part in parts[1:]:
                at = self.folded.find(part, stops[-1], stops[-1] + GAP + len(part))
                if at < 0:
                    break
                stops.append(at + len(part))
            if len(stops) == len(parts):
                yield start, stops[-1]
                return

    def _range(self, start: int, stop: int) -> _Range:
        return self.origin[start], self.origin[stop - 1] + 1

    def _roughness(self, place: _Range) -> int:
        """Return 0 for words of their own, 1 beside a hyphen, 2 inside a word or a figure."""
        start, stop = place
        edges = (
            (self.text[start : start + 1], self.text[max(0, start - 2) : start][::-1]),
            (self.text[stop - 1 : stop], self.text[stop : stop + 2]),
        )
        return max(_joins(inner, outer) for inner, outer in edges)


def _joins(inner: str, outer: str) -> int:
    """Say how much a character and the two beyond it, nearest first, make one word."""
    if not (_is_latin(inner) and outer):
        return 0
    if _is_latin(outer[0]):
        return 2
    is_followed = len(outer) > 1 and _is_latin(outer[1])
    if is_followed and outer[0] in _POINTS and inner.isdigit() and outer[1].isdigit():
        return 2
    return 1 if is_followed and outer[0] in _JOINERS else 0


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


@functools.lru_cache(maxsize=4_096)
def _fold(char: str) -> str:
    r"""Return what the checks see of one character; of white space and `\` nothing."""
    return "" if char.isspace() or char == "\\" else clean(char).replace(" ", "")
