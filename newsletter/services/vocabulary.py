"""The vocabulary in force: the glossary, the synonyms and arXiv's Chinese category names.

glossary, synonyms, category names ─► english  (Chinese term → English names)
glossary, synonyms                 ─► names    (folded phrase → other names)
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from newsletter.fidelity.glossary import Term, built_in
from newsletter.keywords import synonyms
from newsletter.keywords.chinese import has_han, key_of
from newsletter.keywords.fold import fold
from newsletter.keywords.synonyms import Synonyms
from newsletter.keywords.vocabulary import Vocabulary
from newsletter.taxonomy import categories_of, chinese_name, english_name

MOST_NAMES = 4
"""English names of one Chinese term."""
_FIRST_RENDERINGS = 3
"""A glossary lists renderings from the best to what a translation may pass with: of those behind,
short ones (事件 for "episode") are words of many meanings."""
_LONG_RENDERING = 3
"""Characters from which a rendering has a meaning of its own wherever it stands in the list."""
_NEAR_BEST = 1
"""A term counts whose rendering stands this much behind where another term has it."""
_SAME_STEM = 4
"""Letters at the beginning that "annotate" and "annotated" have in common."""
_ARCHIVES = (
    *("astro-ph", "cond-mat", "cs", "econ", "eess", "math", "nlin"),
    *("physics", "q-bio", "q-fin", "stat"),
)
_SINGLE = ("quant-ph",)
"""Archives without categories that have the name of a field."""
# Their Chinese names say more than the English ones: "Applications", "Logic".
_NO_NAMES = frozenset({"stat.AP", "stat.CO", "stat.ME", "math.LO", "math.PR", "cs.CL", "cs.PF"})

_Ranked = dict[str, dict[str, int]]
"""Key of a Chinese term → English name → its place, 0 for the best."""


@cache
def vocabulary() -> Vocabulary:
    """Return what is known of words, made once for a process (some 40 ms, reading included)."""
    return made_of(built_in().terms, synonyms.built_in())


def made_of(terms: Iterable[Term], rows: Iterable[Synonyms]) -> Vocabulary:
    """Return the vocabulary of a glossary's terms and rows of synonyms."""
    terms, rows = tuple(terms), tuple(rows)
    return Vocabulary(_english(terms, rows), _names(terms, rows))


def _english(terms: Iterable[Term], rows: Iterable[Synonyms]) -> Mapping[str, tuple[str, ...]]:
    """Return the English names of each Chinese term; categories only where nothing else is."""
    ranked: _Ranked = {}
    for row in rows:
        for chinese in row.chinese:
            ranked.setdefault(key_of(chinese), {}).setdefault(row.english, 0)
    for term in terms:
        for place, chinese in _renderings(term):
            ranked.setdefault(key_of(chinese), {}).setdefault(term.english, place)
    for chinese, english in _categories():
        ranked.setdefault(key_of(chinese), {english: 0})
    return {key: _best(places) for key, places in ranked.items()}


def _renderings(term: Term) -> Iterator[tuple[int, str]]:
    """Yield the renderings in Chinese that readers may mean the term with, and their places."""
    for place, chinese in enumerate(term.chinese):
        counts = place < _FIRST_RENDERINGS or len(chinese) >= _LONG_RENDERING
        if counts and has_han(chinese):
            yield place, chinese


def _best(places: Mapping[str, int]) -> tuple[str, ...]:
    """Return the names in the order of their places.

    Of two names of which one holds the other only the better is kept: 上界 is "upper bound", and
    not every "bound" besides.
    """
    best = min(places.values())
    kept: dict[str, str] = {}
    for name in sorted(places, key=lambda name: places[name]):
        folded = fold(name)
        is_new = not any(folded in other or other in folded for other in kept)
        if places[name] <= best + _NEAR_BEST and is_new:
            kept[folded] = name
    return tuple(kept.values())[:MOST_NAMES]


def _categories() -> Iterator[tuple[str, str]]:
    """Yield Chinese and English names of arXiv's categories that name one field each."""
    within = (category for archive in _ARCHIVES for category in categories_of(archive))
    for category in (*within, *_SINGLE):
        english = english_name(category).removesuffix(f" ({category})")
        chinese = chinese_name(category).removesuffix(f" ({category})")
        is_one = not {"and", "of", "in", "-", "Other", "General"} & set(english.split())
        if is_one and "," not in english and category not in _NO_NAMES:
            yield chinese, english.lower()


def _names(terms: Iterable[Term], rows: Iterable[Synonyms]) -> Mapping[str, tuple[str, ...]]:
    """Return other names by folded name: each of a row has all others of the row."""
    found: dict[str, dict[str, str]] = {}
    for group in _groups(terms, rows):
        for name in group:
            others = found.setdefault(fold(name), {})
            for other in group:
                if fold(other) != fold(name):
                    others.setdefault(fold(other), other)
    return {name: tuple(others.values()) for name, others in found.items() if others}


def _groups(terms: Iterable[Term], rows: Iterable[Synonyms]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        yield (row.english, *row.also)
    for term in terms:
        others = (also for also in term.also if not _is_inflected(term.english, also))
        yield (term.english, *others)


def _is_inflected(name: str, other: str) -> bool:
    """Say whether both are forms of one word, which folding and the reader see to."""
    return " " not in name + other and name[:_SAME_STEM] == other[:_SAME_STEM]
