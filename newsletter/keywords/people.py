"""Is this the author whom the reader means?

Names are compared by their parts, folded, in either order; an initial stands for any name that
begins with it. The surname, which arXiv prints last, must be written out on both sides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from newsletter.keywords.fold import BREAK, read_token, spaced
from newsletter.keywords.latex import without_tex

_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv"})


class Name(NamedTuple):
    """A name's parts, in order and folded without plurals: `("yann", "lecun")`."""

    parts: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> "Name":
        """Read `Yann LeCun`, `LeCun, Yann` or `Y. LeCun`; a surname before a comma goes last."""
        surname, comma, given = text.partition(",")
        parts = _parts(f"{given} {surname}" if comma else text)
        kept = tuple(part for part in parts if part not in _SUFFIXES)
        return cls(kept or parts)

    @property
    def surname(self) -> str:
        """Return the last part; empty for an empty name."""
        return self.parts[-1] if self.parts else ""


_APOSTROPHES = str.maketrans(dict.fromkeys("'\u2018\u2019", None))
_SEPARATORS = str.maketrans(dict.fromkeys(".-\u2010\u2011" + BREAK, " "))


def _parts(text: str) -> tuple[str, ...]:
    words = spaced(without_tex(text).translate(_APOSTROPHES)).translate(_SEPARATORS).split()
    return tuple(word.casefold() for word in words if read_token(word))


def means(sought: Name, author: Name) -> bool:
    """Say whether `sought` names `author`.

    One part is the surname. Several are the surname, in front or at the end, and given names of
    which the first agrees and the others do where both have them; or they are the end of the name,
    as in "van der Berg".
    """
    if len(sought.parts) <= 1:
        return sought.surname == author.surname != ""
    if author.parts[-len(sought.parts) :] == sought.parts:
        return True
    turned = Name((*sought.parts[1:], sought.parts[0]))
    return _agree_in_full(sought, author) or _agree_in_full(turned, author)


def _agree_in_full(sought: Name, author: Name) -> bool:
    mine, theirs = sought.parts[:-1], author.parts[:-1]
    if sought.surname != author.surname or not mine or not theirs:
        return False
    if "".join(mine) == "".join(theirs):  # Fei-Fei and Feifei
        return True
    return _agree(mine[0], theirs[0]) and _in_order(mine[1:], theirs[1:])


def _in_order(some: Sequence[str], others: Sequence[str]) -> bool:
    """Say whether the shorter list agrees, in order, with a part of the longer."""
    shorter, longer = sorted((some, others), key=len)
    left = iter(longer)
    return all(any(_agree(one, other) for other in left) for one in shorter)


def _agree(one: str, other: str) -> bool:
    return one == other or (1 in {len(one), len(other)} and one[0] == other[0])


class People:
    """All authors of a day by the parts of their names, so that a name is compared with few."""

    def __init__(self, authors: Iterable[Sequence[str]]) -> None:
        """Read the authors of each paper, in the papers' order."""
        self._by_part: dict[str, list[tuple[int, Name]]] = defaultdict(list)
        for paper, names in enumerate(authors):
            for name in map(Name.read, names):
                for part in set(name.parts):
                    self._by_part[part].append((paper, name))

    def papers_of(self, sought: str) -> set[int]:
        """Return the indexes of the papers by whom `sought` names."""
        name = Name.read(sought)
        written_out = {part for part in name.parts if len(part) > 1}
        return {
            paper
            for part in written_out
            for paper, author in self._by_part.get(part, ())
            if means(name, author)
        }
