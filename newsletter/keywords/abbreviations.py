"""Abbreviations that papers define: "Group Relative Policy Optimization (GRPO)".

    text ─► bracketed ─► is the bracket a short form?  the words before it
                       └► a long form?                 the word before it  ─► aligned ─► a pair

The idea is that of A. S. Schwartz and M. A. Hearst, "A simple algorithm for identifying
abbreviation definitions in biomedical text", PSB 2003: a short form in brackets is the letters of
the words before it. Theirs takes letters from anywhere; here every word that carries meaning
gives its first letter, because a wrong pair that is offered to a reader is worse than none.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice

from newsletter.keywords.fold import fold

MOST_PAIRS = 50
"""Pairs of one text."""
MOST_NAMES = 3
"""Long forms of a short one, and short forms of a long one, that `mine` keeps."""
_MOST_CHARACTERS = 10_000
"""What is read of a text; arXiv takes abstracts of 1,920 characters."""
_REACH = 200
"""Characters before a bracket that a long form may take."""

_BRACKETED = re.compile(r"\(([^()]{2,120})\)")
_SHORT = re.compile(r"[^\W_](?:[-/&+]?[^\W_]){1,9}")
_SHORT_BEFORE = re.compile(r"(?<![\w\-/&+.\\$^])[^\W_](?:[-/&+]?[^\W_]){1,9}(?= ?\Z)")
_PART = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# What no long form reaches across. A full stop counts before a space, so that "v1.5" is one word.
_BREAK = re.compile(r"[,;:!?()\[\]{}$\\=<>|\"“”—–]|\.(?=\s|\Z)|\s[-/&]\s")
_ROMAN = re.compile(r"[IVX]*I[IVX]*")
_LEAST_CAPITALS = 2
_SHORTEST_OF_ONE_WORD = 10
"""Letters of a long form that is one word, such as "electroencephalography (EEG)"."""
_LEAST_OF_ONE_WORD = 3
_MOST_OF_A_WORD = 4
"""Letters of the short form that one word may give: "RNA" in "mRNA", "Lo" in "LoRA"."""
_SILENT = frozenset(
    (
        *("a", "an", "and", "as", "at", "based", "by", "for", "from", "in", "into", "of", "on"),
        *("or", "over", "the", "through", "to", "under", "using", "via", "with", "within"),
        "without",
    ),
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A word, or a part of a hyphenated one."""

    text: str
    start: int
    is_later: bool
    """It follows a hyphen: the "trained" of "pre-trained"."""
    may_begin: bool
    """A long form may begin here: at no small word, but at the "in" of "in-context"."""

    @property
    def may_be_silent(self) -> bool:
        """Say whether the short form may pass over it."""
        return self.is_later or self.text in _SILENT


def defined(text: str) -> Iterator[tuple[str, str]]:
    """Yield short and long form of each abbreviation that `text` defines, in order.

    The short form is in the singular ("LLM" for "large language models (LLMs)"), the long form
    as it stands, its white space single. At most `MOST_PAIRS`; nothing raises.
    """
    text = " ".join(text[:_MOST_CHARACTERS].split())
    pairs = (_pair(text, found) for found in _BRACKETED.finditer(text))
    yield from islice((pair for pair in pairs if pair is not None), MOST_PAIRS)


def mine(texts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return other names by folded name: long forms of short ones, short forms of long ones.

    At most `MOST_NAMES` each, those that most texts define first; two spellings that fold to the
    same words are one name, spelt as most texts do.
    """
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for short, long in dict.fromkeys(defined(text)):
            for name, other in ((short, long), (long, short)):
                spellings[fold(other)][other] += 1
                names[fold(name)][fold(other)] += 1
    return {
        name: tuple(spellings[other].most_common(1)[0][0] for other, _ in found)
        for name, counts in names.items()
        if (found := counts.most_common(MOST_NAMES))
    }


def _pair(text: str, bracketed: re.Match[str]) -> tuple[str, str] | None:
    """Return short and long form, whichever of them stands in the bracket."""
    inside = re.split("[,;]", bracketed[1], maxsplit=1)[0].strip(" '\"“”‘’")
    before = text[max(0, bracketed.start() - _REACH) : bracketed.start()]
    if _is_short(inside):
        short = _singular(inside)
        long = _long_before(short, before)
    elif (found := _SHORT_BEFORE.search(before)) and _is_short(found[0]):
        short = _singular(found[0])
        long = _whole(short, inside)
    else:
        return None
    return (short, long) if long else None


def _is_short(text: str) -> bool:
    """Say whether this looks like an abbreviation: two capitals, or one and a digit, and no II."""
    if not _SHORT.fullmatch(text) or _ROMAN.fullmatch(text):
        return False
    capitals = sum(char.isupper() for char in text)
    return capitals >= _LEAST_CAPITALS or (capitals == 1 and any(map(str.isdigit, text)))


def _singular(short: str) -> str:
    return short[:-1] if len(short) > _LEAST_CAPITALS and short.endswith("s") else short


def _long_before(short: str, before: str) -> str:
    """Return the nearest words before a bracket that `short` stands for; empty for none."""
    breaks = list(_BREAK.finditer(before))
    parts = _parts(before[breaks[-1].end() :]) if breaks else _parts(before)
    parts = parts[-2 * len(short) - 4 :]
    phrase = before[breaks[-1].end() :] if breaks else before
    for most in (1, _MOST_OF_A_WORD):
        for at in range(len(parts) - 1, -1, -1):
            if _stands_for(short, parts[at:], most):
                return phrase[parts[at].start :].strip(" -'\"“”‘’")
    return ""


def _whole(short: str, long: str) -> str:
    """Return `long` if `short` stands for all of its words, else nothing."""
    parts = [] if _BREAK.search(long) else _parts(long)
    return long if _stands_for(short, parts, _MOST_OF_A_WORD) else ""


def _parts(phrase: str) -> list[_Part]:
    return [_part(phrase, found) for found in _PART.finditer(phrase)]


def _part(phrase: str, found: re.Match[str]) -> _Part:
    word = found[0].lower()
    is_later = phrase[found.start() - 1 : found.start()] == "-"
    opens_compound = phrase[found.end() : found.end() + 1] == "-"
    is_small = word in _SILENT and not opens_compound
    return _Part(word, found.start(), is_later, not is_later and not is_small)


def _stands_for(short: str, parts: list[_Part], most: int) -> bool:
    """Say whether the letters of `short` are those of `parts`, at most `most` of each."""
    letters = "".join(filter(str.isalnum, short)).lower()
    if not parts or not parts[0].may_begin or parts[-1].text in _SILENT:
        return False
    if len(parts) == 1:
        long_enough = len(parts[0].text) >= _SHORTEST_OF_ONE_WORD
        if not long_enough or len(letters) < _LEAST_OF_ONE_WORD:
            return False
    return _aligned(letters, parts, most)


def _aligned(letters: str, parts: list[_Part], most: int) -> bool:
    """Say whether the letters can be dealt to the parts in order, none left over on either side.

    Each state (letter, part) is looked at once: 10 letters × 24 parts.
    """

    @cache
    def rest(letter: int, part: int) -> bool:
        if part == len(parts):
            return letter == len(letters)
        silent = parts[part].may_be_silent and part > 0
        return (silent and rest(letter, part + 1)) or any(
            rest(letter + taken, part + 1)
            for taken in range(1, _limit(parts[part].text, most) + 1)
            if _gives(parts[part].text, letters[letter : letter + taken], taken)
        )

    return rest(0, 0)


def _limit(word: str, most: int) -> int:
    """Return how many letters a word may give: digits go together ("3D" gives two)."""
    return _MOST_OF_A_WORD if any(map(str.isdigit, word)) else most


def _gives(word: str, letters: str, count: int) -> bool:
    """Say whether `letters` are `count` of the word's, its first among them, in order.

    "X" also stands for "ex", as in "explainable (XAI)".
    """
    if len(letters) < count:
        return False
    if word[0] != letters[0]:
        return letters == "x" and word.startswith("ex")
    remaining = iter(word[1:])
    return all(letter in remaining for letter in letters[1:])
