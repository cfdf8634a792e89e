"""Take a Chinese phrase apart into terms whose English is known.

    多智能体强化学习          ─► 多智能体强化学习
    大语言模型的推理          ─► 大语言模型 · 推理             both must be there
    强化学习或 LLM 智能体     ─► 强化学习 | LLM · 智能体       one must be there

NFKC, Traditional characters as Simplified ones. The reading with the fewest unknown characters
wins, then the one with the fewest terms, then the one whose first term is longest: a term that is
known whole is never taken apart. A text is bounded (`LONGEST`), and so is the work.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from newsletter.keywords.simplified import simplified

LONGEST = 200
"""Characters of a text that is read; a longer one is unknown throughout."""

_HAN_RANGES = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
_HAN = re.compile(f"[{_HAN_RANGES}]")
# "GPT-4o", "deep learning", "CI/CD": what stands between Latin words is theirs.
_LATIN = re.compile(rf"[^\W{_HAN_RANGES}](?:[^{_HAN_RANGES},;、|]*[^\W{_HAN_RANGES}])?[+#*]{{0,2}}")
_LATIN_CHARACTER = re.compile(rf"[^\W{_HAN_RANGES}]")
# Words that stand between two terms, and say no more to a search than that both are meant.
_BOTH = frozenset(
    ("的", "与", "和", "及", "跟", "&", "以及", "基于", "面向", "用于", "针对", "关于", "中的"),
)
_EITHER = frozenset(("或", "或者", "、", ",", ";", "|", "/"))
_LONGEST_MARK = 2
_JOINTS = frozenset(" -·~\u2010\u2011\u2013\u2014")
"""They do not tell terms apart: 视觉-语言模型 and 视觉语言模型 are one."""
_IGNORED = frozenset("\"'“”‘’「」『』《》()[].。:!?…") | _JOINTS
_UNKNOWN_COST = 1_000
"""More than all terms of the longest text together."""


class Kind(Enum):
    """What a piece of a Chinese phrase is."""

    TERM = "term"
    LATIN = "latin"
    BOTH = "both"
    EITHER = "either"
    SILENT = "silent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, as it is written but for NFKC and white space."""

    kind: Kind
    text: str

    @property
    def is_single(self) -> bool:
        """Say whether it is a term of one character."""
        return self.kind is Kind.TERM and len(self.text) == 1


@dataclass(frozen=True, slots=True)
class _Move:
    """What may begin at a character: where it ends, what it is, what it costs."""

    end: int
    kind: Kind
    cost: int


def has_han(text: str) -> bool:
    """Say whether the text holds a Chinese character, or a radical that NFKC makes one."""
    return not text.isascii() and _HAN.search(unicodedata.normalize("NFKC", text)) is not None


def key_of(text: str) -> str:
    """Return what a Chinese term is known by: NFKC, Simplified, small letters, no joints."""
    return "".join(char for char in _comparable(_tidy(text)) if char not in _JOINTS)


class Lexicon:
    """Chinese terms, and how a phrase is read with them."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Take the terms that are known, by their `key_of`."""
        self._keys = frozenset(terms) - _BOTH - _EITHER - {""}
        self._longest = max(map(len, self._keys), default=0)

    def read(self, text: str) -> tuple[Piece, ...]:
        """Return the pieces of a text in order, without silent ones."""
        tidy = _tidy(text)
        if len(tidy) > LONGEST:
            return (Piece(Kind.UNKNOWN, tidy),)
        pieces = _certain(list(_cut(tidy, self._best_moves(tidy))))
        return tuple(piece for piece in _joined(pieces) if piece.kind is not Kind.SILENT)

    def _best_moves(self, tidy: str) -> list[_Move]:
        """Return the move from each character that the cheapest reading of the rest makes."""
        small = _comparable(tidy)
        costs = [0] * (len(tidy) + 1)
        best: list[_Move] = []
        for at in range(len(tidy) - 1, -1, -1):
            moves = self._moves(tidy, small, at)
            best.append(min(moves, key=lambda move: (move.cost + costs[move.end], -move.end)))
            costs[at] = best[-1].cost + costs[best[-1].end]
        return best[::-1]

    def _moves(self, tidy: str, small: str, at: int) -> Iterator[_Move]:
        for end in self._term_ends(small, at):
            yield _Move(end, Kind.TERM, 1)
        found = _LATIN.match(tidy, at)
        if found and not _is_inside(tidy, at):
            yield _Move(found.end(), Kind.LATIN, 1)
        yield from _marks(small, at)
        yield _Move(at + 1, Kind.UNKNOWN, _UNKNOWN_COST)

    def _term_ends(self, small: str, at: int) -> Iterator[int]:
        """Yield where terms end that begin here, joints left out; none inside a Latin word."""
        if small[at] in _JOINTS or _is_inside(small, at):
            return
        key = ""
        for end in range(at, len(small)):
            if small[end] in _JOINTS and not _is_gap(small, end):
                continue
            key += small[end]
            if len(key) > self._longest:
                return
            if key in self._keys:
                yield end + 1


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _comparable(tidy: str) -> str:
    """Return Simplified characters and small letters, one for each character."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in simplified(tidy))


def _is_inside(text: str, at: int) -> bool:
    """Say whether a Latin word goes on here."""
    pair = text[at - 1 : at + 1] if at else ""
    return len(pair) > 1 and all(map(_LATIN_CHARACTER.match, pair))


def _is_gap(text: str, at: int) -> bool:
    """Say whether this is a space between two Chinese characters."""
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return text[at] == " " and len(around) > 1 and all(map(_HAN.match, around))


def _marks(small: str, at: int) -> Iterator[_Move]:
    """Yield what stands between terms."""
    for end in range(at + 1, min(at + _LONGEST_MARK, len(small)) + 1):
        if small[at:end] in _BOTH:
            yield _Move(end, Kind.BOTH, 1)
        if small[at:end] in _EITHER:
            yield _Move(end, Kind.EITHER, 1)
    if _is_gap(small, at):
        yield _Move(at + 1, Kind.BOTH, 0)
    elif small[at] in _IGNORED:
        yield _Move(at + 1, Kind.SILENT, 0)


def _cut(tidy: str, moves: Sequence[_Move]) -> Iterator[Piece]:
    at = 0
    while at < len(tidy):
        yield Piece(moves[at].kind, tidy[at : moves[at].end])
        at = moves[at].end


def _certain(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces; of what the unknown surrounds, single characters are unknown, too.

    图书馆 is not a graph and something unknown, 目的地 not two things of which both are meant.
    """
    for at, piece in enumerate(pieces):
        around = [pieces[i] for i in (at - 1, at + 1) if 0 <= i < len(pieces)]
        unknown = [other.kind is Kind.UNKNOWN for other in around]
        is_mark = piece.kind is Kind.BOTH and len(piece.text) == 1 and len(around) > 1
        is_doubtful = piece.is_single and (any(unknown) or any(p.is_single for p in around))
        if is_doubtful or (is_mark and all(unknown)):
            yield Piece(Kind.UNKNOWN, piece.text)
        else:
            yield piece


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces, unknown ones in a row as one."""
    for is_unknown, run in groupby(pieces, key=lambda piece: piece.kind is Kind.UNKNOWN):
        if is_unknown:
            yield Piece(Kind.UNKNOWN, "".join(piece.text for piece in run))
        else:
            yield from run
