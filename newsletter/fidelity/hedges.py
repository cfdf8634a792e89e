"""Does the Chinese hedge where the English does: up to, at least, more than, about?

    English "up to 64%" ─► the kind of hedge and its number
        ─► the same number in the Chinese of that sentence ─► a marker of that kind in its clause

Only hedges of a number are looked for, and "over", "under", "about", "around" only where they
can be nothing else: "over 5 seeds" hedges nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from newsletter.fidelity.alignment import Bead
from newsletter.fidelity.findings import Violation, hard, soft
from newsletter.fidelity.hedge_kinds import HAN_NUMERALS, KINDS, NUMBER_WORDS
from newsletter.fidelity.passages import Passage

CHECK = "hedges"
MAX_FINDINGS = 20
"""Of one field."""
_LONGEST_WORD = 20
_BEFORE, _AFTER = 24, 14
"""Characters of its clause around a number in which a marker is looked for."""

_NUMBER = rf"""(?:(?:a|an|the|another|only|just)\s)?(?:factor\sof\s)?[$€£¥]?\s?
    (?P<number>[0-9](?:[0-9,]{{0,18}}[0-9])?(?:\.[0-9]{{1,9}})?|(?:{"|".join(NUMBER_WORDS)})\b)
    (?P<unit>\s?(?:%|×|(?:x|[KMBT]|thousand|million|billion|trillion|times|-?fold)\b)?)"""
_EVERY = "|".join(f"(?P<{name}>{kind.english})" for name, kind in KINDS.items())
_LOOSE = (
    r"(?P<loose_more>over)|(?P<loose_less>under)|(?P<loose_about>around)|(?P<loose_topic>about)"
)
_HEDGE = re.compile(
    rf"(?<![\w-])(?=[abcefghijlmnorsu~≈∼])(?:{_LOOSE}|{_EVERY})\s?{_NUMBER}",
    re.VERBOSE | re.IGNORECASE,
)
_LOOSE_KINDS = MappingProxyType(
    {"loose_more": "more", "loose_less": "less", "loose_about": "about", "loose_topic": "about"}
)
# What can only be a quantity follows these words; "gains over 3 baselines" does not.
_WORDS = (
    "by|with|to|of|at|in|from|reach|reaches|reached|reaching|achieves|achieved|achieving|contains|"
    "containing|comprises|comprising|includes|including|spanning|spans|covers|covering|requires|"
    "requiring|takes|taking|has|have|is|are|was|were|collected|collect|costs|just|well|after|only|"
    "uses|using|needs|saves|saving|adds|within|releases|yields|yielding|gives|for|and"
)
_MEASURED = frozenset(_WORDS.split("|"))
_TOPICAL = frozenset({"is", "are", "was", "were"})
"""After these it may be a topic: "the paper is about two problems"."""
_TOPIC_WORDS = (
    "ask|asks|asked|asking|question|questions|information|fact|facts|know|knows|knowledge|known|"
    "learn|learns|learned|learning|talk|talks|talking|think|thinks|thinking|reason|reasons|"
    "reasoning|belief|beliefs|claim|claims|statement|statements|tell|tells|told|said|say|says|"
    "text|texts|data|stories|news|papers|articles|posts|tweets|speak|speaks|report|reports|reported|"
    "write|writes|written|discuss|discussion|discussions|worry|concern|concerns|certain|uncertain|"
    "uncertainty|opinion|opinions|reviews|comments|queries|sentences|descriptions|evidence|"
    "assumptions|hypotheses|details|insight|insights|judgments|predictions|all|how|what|bring|brings"
)
_TOPICS = frozenset(_TOPIC_WORDS.split("|"))
"""After these "about" names a topic: "questions about 3 laws"."""
_BEFORE_UNDER = frozenset({"in", "to", "takes", "just", "well", "costs"})
_COMPARING = re.compile(
    "(?:greater|higher|larger|longer|lower|smaller|shorter) than", re.IGNORECASE
)
"""Before a word it may compare things instead: "shorter than two others"."""
_SCALE = re.compile("[KMBT]|thousand|million|billion|trillion", re.IGNORECASE)
_FROM_DIGITS = 4
"""Digits from which Chinese may write another number: 20,000 is 2 万."""
_THOUSANDS = re.compile("(?<=[0-9])[,，](?=[0-9]{3})")
_CLAUSE_END = re.compile(r"[，。；：！？,;:!?（）()]")

_MODAL = re.compile(
    r"\b(?:may|might|possibly|perhaps|presumably|likely|"
    # What is, not whom it is shown to: "the part that appears to the model".
    r"(?:appear|seem)s?\ to(?=\ [a-z])(?!\ (?:the|an?|our|its|their|his|her|this|these|those|that|"
    r"each|every|any|all|some|many|most|us|me|you|him|them|it|users?|readers?|humans?|"
    r"people)\b))\b"
)
_MODAL_PARTS = ("may", "might", "ossib", "erhaps", "resumab", "likely", "appear", "seem")
"""Without one of these there is none: found faster than by the pattern."""
_MODAL_ZH = re.compile(
    "可|或|也许|似乎|能|会|未必|大概|恐|看来|看似|有望|推测|倾向|容易|往往|易|不一定|不见得|显得|"
    "潜在|概率|几率|更"
)


@dataclass(frozen=True, slots=True)
class _Hedge:
    """A hedged number of the English."""

    text: str
    kind: str
    number: str
    """As written, without thousands separators, in small letters."""
    is_scaled: bool
    """The Chinese may have other digits: "20 million", "20,000"."""
    is_certain: bool
    """The words can mean nothing else."""


def check_hedges(passage: Passage) -> Iterator[Violation]:
    """Yield hedges of a number that were dropped or turned round; at most `MAX_FINDINGS`.

    Dropped ones count where all must be said, so not for a summary; one that says the contrary
    counts everywhere. "Nearly" and doubtful cases are soft, and so is a "may" that went.
    """
    found = (one for bead in passage.beads for one in _in_bead(bead, passage))
    yield from islice(found, MAX_FINDINGS)


def _in_bead(bead: Bead, passage: Passage) -> Iterator[Violation]:
    """Yield the findings of one sentence. Each marker serves one hedge."""
    if not bead.chinese:
        return
    chinese = _THOUSANDS.sub("", bead.chinese)
    used: set[tuple[int, int]] = set()
    for hedge in islice(_hedges(bead.english), MAX_FINDINGS):
        yield from _judged(hedge, bead.english, chinese, used, passage)
    if passage.field == "abstract_zh" and any(word in bead.english for word in _MODAL_PARTS):
        modal = _MODAL.search(bead.english)
        if modal and not _MODAL_ZH.search(chinese):
            yield soft(CHECK, passage.field, modal[0], f"{modal[0]!r} is missing; write 可能")


def _hedges(english: str) -> Iterator[_Hedge]:
    """Yield the hedged numbers of the English, from left to right."""
    for found in _HEDGE.finditer(english):
        loose = next((name for name in _LOOSE_KINDS if found[name]), "")
        led = _word_before(english, found.start()) if loose else ""
        unit = found["unit"].strip()
        if loose and not _is_hedge(loose, led, unit):
            continue
        number = found["number"].replace(",", "").lower()
        is_long = number.isdigit() and len(number) >= _FROM_DIGITS
        yield _Hedge(
            found[0].strip(),
            _LOOSE_KINDS.get(loose) or next(name for name in KINDS if found[name]),
            number,
            is_scaled=is_long or _SCALE.fullmatch(unit) is not None,
            is_certain=_is_certain(found[0], led, number, unit),
        )


def _is_certain(text: str, led: str, number: str, unit: str) -> bool:
    """Say whether the words can be nothing but a hedge: not "is about two problems"."""
    if led in _TOPICAL:
        return bool(unit) or (number[0].isdigit() and len(number) > 1)
    return number[0].isdigit() or not _COMPARING.match(text)


def _word_before(english: str, at: int) -> str:
    """Return the word before place `at`, in small letters."""
    words = english[max(at - _LONGEST_WORD, 0) : at].split()
    return words[-1].lower() if words else ""


def _is_hedge(loose: str, led: str, unit: str) -> bool:
    """Say whether "over", "under", "about", "around" after the word `led` is one."""
    if loose == "loose_more":
        return led in _MEASURED or unit not in {"", "%"}
    if loose == "loose_less":
        return led in _BEFORE_UNDER
    if loose == "loose_topic":
        return led not in _TOPICS
    return led in _MEASURED or bool(unit)


def _judged(
    hedge: _Hedge, english: str, chinese: str, used: set[tuple[int, int]], passage: Passage
) -> Iterator[Violation]:
    """Look for the hedge's marker beside its number; without the number, anywhere."""
    kind = KINDS[hedge.kind]
    near = _clauses(hedge, chinese)
    clauses = near or [(0, len(chinese))]
    markers = [found.span() for span in clauses for found in kind.chinese.finditer(chinese, *span)]
    if fresh := [marker for marker in markers if marker not in used]:
        used.add(fresh[0])
        return
    contrary = _first(kind.opposite, chinese, near)
    if contrary and not markers and english.lower().count(hedge.number) == 1:
        message = f"{contrary} says the contrary of {hedge.text!r}; write {kind.advice}"
        yield hard(CHECK, passage.field, contrary, message)
    elif passage.is_complete:
        finding = hard if kind.is_hard and hedge.is_certain and not markers else soft
        message = f"{hedge.text!r} lost its hedge; write {kind.advice}"
        yield finding(CHECK, passage.field, hedge.text, message)


def _first(pattern: re.Pattern[str] | None, chinese: str, clauses: list[tuple[int, int]]) -> str:
    """Return the first marker of a pattern in any of the clauses; empty if there is none."""
    if pattern is None:
        return ""
    found = (pattern.search(chinese, *span) for span in clauses)
    return next((one[0] for one in found if one), "")


def _clauses(hedge: _Hedge, chinese: str) -> list[tuple[int, int]]:
    """Return where the number's clauses are; none where it is, or may be, written otherwise."""
    places = () if hedge.is_scaled else _places(hedge.number, chinese)
    return [_clause(chinese, *place) for place in places]


def _places(number: str, chinese: str) -> Iterator[tuple[int, int]]:
    """Yield where a number stands, `MAX_FINDINGS` times at most."""
    if number in NUMBER_WORDS:
        pattern = f"[{NUMBER_WORDS[number]}]"
    else:
        pattern = rf"(?<![0-9.]){re.escape(number)}(?![0-9]|\.[0-9])"
        if number in HAN_NUMERALS:
            pattern += f"|[{HAN_NUMERALS[number]}]"
    yield from (found.span() for found in islice(re.finditer(pattern, chinese), MAX_FINDINGS))


def _clause(chinese: str, start: int, end: int) -> tuple[int, int]:
    """Return the part of the number's clause that is near it."""
    before, after = max(start - _BEFORE, 0), min(end + _AFTER, len(chinese))
    ends = [found.end() for found in _CLAUSE_END.finditer(chinese, before, start)]
    stop = _CLAUSE_END.search(chinese, end, after)
    return (ends[-1] if ends else before, stop.start() if stop else after)
