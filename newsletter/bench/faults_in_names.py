"""Faults in names and formulas. Each returns the text and what became of it.

A name is a Latin word with a capital that both languages have; see `spots.is_name`.
"""

import string
from random import Random

from newsletter.bench.spots import (
    FORMULA,
    Change,
    Span,
    Text,
    cut,
    occurrences,
    same_name,
    sentences,
    shuffled,
    spans,
)

_SHORTEST_TYPO = 3
"""Characters: of two letters no typo can be told from another abbreviation."""


def mistype_name(text: Text, random: Random) -> Change | None:
    """Drop, double, replace or exchange letters of a name, once.

    Not where only a plural's s, a hyphen or the case differs, nor where another word of the paper
    comes of it.
    """
    for name, (start, stop) in shuffled(_placed(text, text.names), random):
        if len(name) < _SHORTEST_TYPO:
            continue
        wrong = _mistyped(name, random)
        if not same_name(name, wrong) and not occurrences(wrong, text.paper):
            return cut(text.chinese, start, stop, wrong), f"{name} → {wrong}"
    return None


def swap_name(text: Text, random: Random) -> Change | None:
    """Put another name of the paper for one, or exchange two names of different sentences.

    In a title the other name must be none of the English title's. Not in a summary: what it says
    of whom, only understanding tells. Two sentences count as different where the English has as
    many sentences as the Chinese, or where a third stands between them.
    """
    if not text.is_complete:
        return None
    if text.field == "abstract_zh" and random.random() < 0.5:  # noqa: PLR2004 # one half each
        return _exchange(text, random, within=False) or _replace(text, random)
    return _replace(text, random)


def exchange_in_sentence(text: Text, random: Random) -> Change | None:
    """Exchange two names of one sentence: all words are there, and the meaning is another."""
    return _exchange(text, random, within=True) if text.field == "abstract_zh" else None


def delete_name(text: Text, random: Random) -> Change | None:
    """Delete a name of a whole translation, once.

    Not where the Chinese has it more often than the English, nor where it stands alone in
    brackets: an abbreviation behind what it abbreviates, which says the same.
    """
    for name, (start, stop) in shuffled(_placed(text, text.names), random):
        around = text.chinese[max(0, start - 1) : start], text.chinese[stop : stop + 1]
        in_brackets = around[0] in {"（", "("} and around[1] in {"）", ")"}
        said, given = len(occurrences(name, text.chinese)), len(occurrences(name, text.english))
        if text.is_complete and not in_brackets and said <= given:
            return cut(text.chinese, start, stop), f"{name} deleted"
    return None


def delete_formula(text: Text, random: Random) -> Change | None:
    """Delete a formula of a whole translation; not where the Chinese repeats it more often."""
    found = shuffled(spans(FORMULA, text.chinese) if text.is_complete else [], random)
    for start, stop in found:
        formula = text.chinese[start:stop]
        if text.chinese.count(formula) <= max(1, text.english.count(formula)):
            return cut(text.chinese, start, stop), f"{formula} deleted"
    return None


def _placed(text: Text, names: tuple[str, ...]) -> list[tuple[str, Span]]:
    return [(name, span) for name in names for span in occurrences(name, text.chinese)]


def _mistyped(name: str, random: Random) -> str:
    place = random.randrange(1, len(name) - 1)
    letters = string.ascii_uppercase if name[place].isupper() else string.ascii_lowercase
    other = random.choice([char for char in letters if char != name[place].lower()])
    return random.choice(
        (
            name[:place] + name[place + 1 :],
            name[:place] + name[place] + name[place:],
            name[:place] + other + name[place + 1 :],
            name[:place] + name[place + 1] + name[place] + name[place + 2 :],
        )
    )


def _replace(text: Text, random: Random) -> Change | None:
    for name, (start, stop) in shuffled(_placed(text, text.names), random):
        for other in shuffled(text.names, random):
            is_told = text.field != "title_zh" or not occurrences(other, text.english)
            if is_told and not same_name(name, other):
                return cut(text.chinese, start, stop, other), f"{name} → {other}"
    return None


def _exchange(text: Text, random: Random, *, within: bool) -> Change | None:
    """Exchange two names; `within` one sentence, or between two."""
    cuts = sentences(text.chinese)
    close = 1 if len(cuts) == len(sentences(text.english.replace(". ", "。"))) else 2
    placed = _placed(text, text.names)
    at = {span: next(i for i, (_, stop) in enumerate(cuts) if span[0] < stop) for _, span in placed}
    for one, first in shuffled(placed, random):
        for other, second in shuffled(placed, random):
            apart = at[second] - at[first]
            fits = first < second and (apart == 0 if within else apart >= close)
            if fits and not same_name(one, other):
                later = cut(text.chinese, *second, one)
                return cut(later, *first, other), f"{one} ↔ {other}"
    return None
