"""Find the names of an English text: acronyms, code-like words, and ordinary words used as names.

A text is read as words, and a word as its parts, because translators write "Qwen3-VL", "Qwen3 VL"
and "Qwen3-VL 系列" alike. A name is a run of parts. Its letters alone make some words names
(GRPO, FedMix, H100); others need a sign in the text: "we propose Lantern", "a system called
Lantern", "Lantern: A System" as the title, or Chinese that keeps the word in Latin elsewhere.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from newsletter.fidelity.proper_nouns import (
    ALWAYS_KEPT,
    HAS_CHINESE,
    NOT_NAMES,
    TRANSLITERATED,
)

Parts = tuple[str, ...]
"""The parts of a name, in order: ("GPT", "4o", "mini")."""

_LETTERS = "A-Za-zÀ-ÖØ-öø-ɏ"
_PART = rf"[{_LETTERS}0-9]+(?:(?<=[0-9])\.[0-9]+[A-Za-z0-9]*|@[A-Za-z0-9]+)*"
# A word without a capital, a figure or an @ is no name and part of none; the look ahead is short.
_WORD = re.compile(
    rf"(?<![{_LETTERS}0-9])(?=[a-zß-öø-ɏ_+&'’-]{{0,60}}[A-Z0-9@À-ÖØ-Þ]){_PART}"
    rf"(?:[-‐‑–_+&'’]{_PART})*",
)
_COMPOUND = re.compile(rf"{_PART}(?:[-‐‑–_+&'’]{_PART})+")
_PART_ONLY = re.compile(_PART)
_ROMAN = re.compile(r"[IVX]+")
# Units, and abbreviations that no one reads as names.
_UNIT_WORDS = """
    AM BC CE FPS GB GFLOPS GHz GPa Hz KB MB MHz MPa PM TB TFLOPS dB dBm eV fps kB kHz kW kWh
    km mAh mV nm pH pp
"""
_UNITS = frozenset(_UNIT_WORDS.split())
_CONNECTORS = frozenset({"a", "and", "as", "for", "in", "of", "on", "the", "to", "with"})
_SENTENCE_ENDS = frozenset('.!?:;“"')
_INTRODUCED = re.compile(
    r"""\b(?:propos(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|present(?:s|ed|ing)?
    |releas(?:e|es|ed|ing)|develop(?:s|ed|ing)?|call(?:ed|s)?|named?|dub(?:bed)?|term(?:ed)?
    |coin(?:ed)?|nicknamed|codenamed)\s+["“'`]{0,2}$""",
    re.VERBOSE | re.IGNORECASE,
)
_LOOK_BACK = 24
# What follows a name more often than a description: "the Crello dataset".
_KIND = re.compile(
    r"\s+(?:benchmarks?|corpus|corpora|data\s?sets?|leaderboards?|librar(?:y|ies)|robots?|simulators?"
    r"|suites?|toolkits?|compilers?)\b",
)
_LISTED_AFTER = re.compile(r",?\s(?:and|or)\s([A-Za-z0-9]+)|,\s([A-Za-z0-9]+)")
_LISTED_BEFORE = re.compile(r"([A-Za-z0-9]+)(?:,?\s(?:and|or)|,)\s$")
# What English forms adjectives, agents and abstract nouns with: such words are translated.
_SUFFIX_LIST = """
    able age al an ance ant ary ate ation ed ence ency ent er ful ian ible ic ical ics ing
    ion ism ist ity ive less ment ness ology or ory ous phy ship sion tion tive ty ure
"""
_SUFFIXES = tuple(_SUFFIX_LIST.split())
_ORDINARY_WORDS = """
    action aware based down free in language large level mind off one out small thought thoughts
    three two up world
"""
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
_HAVE_FORMS = TRANSLITERATED.keys() | HAS_CHINESE.keys()
_VERSION = re.compile(r"\s[0-9]+(?:\.[0-9]+)*(?![0-9%])")


class Word(NamedTuple):
    """One word of a text and where it stands."""

    parts: Parts
    start: int
    end: int


@lru_cache(maxsize=64)
def words(text: str) -> tuple[Word, ...]:
    """Return the words with a capital or a figure, in order; a possessive 's is not part of one."""
    return tuple(_word(found) for found in _WORD.finditer(text))


def _word(found: re.Match[str]) -> Word:
    text = found[0]
    if text.isalnum():
        return Word((_singular(text),), found.start(), found.end())
    if text[-2:] in {"'s", "’s"}:
        text = text[:-2]
    return Word(tuple(map(_singular, _PART_ONLY.findall(text))), found.start(), found.end())


def _singular(part: str) -> str:
    """Return LLM for LLMs: only after a capital is an s surely the plural's."""
    return part[:-1] if part[-1:] == "s" and part[-2:-1].isupper() and len(part) > 2 else part  # noqa: PLR2004 - Is, As


@lru_cache(maxsize=8)
def parts_of(text: str) -> tuple[str, ...]:
    """Return the parts of all words of a clean text, small ones too, in order, LLMs as LLM."""
    return tuple(map(_singular, _PART_ONLY.findall(text)))


def compounds(text: str) -> frozenset[str]:
    """Return the compound words of a clean text, written together, in lower case: wifi."""
    return frozenset("".join(_PART_ONLY.findall(word)).lower() for word in _COMPOUND.findall(text))


def is_marked(part: str) -> bool:
    """Say whether the letters alone make a name: GRPO, ResNet, H100, 3E; not GHz, II, 7B."""
    if part in _UNITS or len(part) < 2:  # noqa: PLR2004 - one letter is a variable
        return False
    if part[0].isdigit():
        return part[-1].isupper() and _is_kind_of_thing(part)
    if part[1:].islower() and part.isalpha():
        return False
    if "@" in part:
        return True
    has_capital = part != part.lower()
    return has_capital and (not part.isupper() or _ROMAN.fullmatch(part) is None)


def _is_kind_of_thing(part: str) -> bool:
    """Say whether digits and capitals are a kind of thing (3D, 3E), no measure (7B, 5G, 80C)."""
    return part[-1] in "DE" and part[:-1].isdigit() and len(part) == 2  # noqa: PLR2004 - 3D


def is_capitalised(part: str) -> bool:
    """Say whether the part begins with a capital letter."""
    return part[0].isupper()


def runs(parts: Sequence[str], kept: frozenset[str] = frozenset()) -> Iterator[Parts]:
    """Yield the runs that hold a marked part: GPT-4o of GPT-4o-based, AI of Human-AI.

    A capitalised part before the first marked one is often translated, so it belongs to the name
    only if it is in `kept`: Flow-GRPO, but the MDP of Error-MDP.
    """
    run: list[str] = []
    for part in (*parts, ""):
        if part and (is_capitalised(part) or is_marked(part) or (run and part[0].isdigit())):
            run.append(part)
            continue
        yield from _trimmed(run, kept)
        run = []


def _trimmed(run: list[str], kept: frozenset[str]) -> Iterator[Parts]:
    first = next((place for place, part in enumerate(run) if is_marked(part)), None)
    if first is not None:
        while first and (len(run[first - 1]) == 1 or run[first - 1] in kept):
            first -= 1
        yield tuple(run[first:])


def _bare(parts: Sequence[str]) -> Iterator[Parts]:
    """Yield the runs of marked parts alone, as a title shows them, where all is capitalised."""
    run: list[str] = []
    for part in (*parts, ""):
        if part and (is_marked(part) or (run and part[0].isdigit())):
            run.append(part)
        elif run:
            yield tuple(run)
            run = []


def find_names(title: str, abstract: str, kept: frozenset[str]) -> frozenset[Parts]:
    """Return the names of a paper.

    `kept` holds the words that its Chinese writes in Latin letters, outside brackets: a word
    that is capitalised in mid-sentence and kept once is a name at every place.
    """
    found = {name for word in words(abstract) for name in runs(word.parts, kept)}
    for word in words(title):
        known = {name for name in runs(word.parts, kept) if name in found}
        found |= known or set(_bare(word.parts))
    found |= set(_ordinary(abstract, kept))
    found |= {word.parts[:1] for word in words(title) if word.parts[0] in _HAVE_FORMS}
    found |= set(_headline(title, abstract))
    return frozenset(found)


def _headline(title: str, abstract: str) -> Iterator[Parts]:
    """Yield the one word before the colon of the title, if the abstract uses it as a name."""
    head, colon, _ = title.partition(":")
    inside = words(head)
    if not colon or len(inside) != 1 or not _looks_named(inside[0].parts):
        return
    parts = inside[0].parts
    if any(word.parts == parts for word in words(abstract)):
        yield parts


def _looks_named(parts: Parts) -> bool:
    """Say whether all parts are capitalised, small words between them apart."""
    if parts[0] in NOT_NAMES or parts[0] in TRANSLITERATED:
        return False
    return _all_capital(parts)


def _all_capital(parts: Parts) -> bool:
    ends = is_capitalised(parts[0]) and (is_capitalised(parts[-1]) or parts[-1][0].isdigit())
    return ends and all(
        is_capitalised(part) or part[0].isdigit() or part in _CONNECTORS for part in parts
    )


def _ordinary(abstract: str, kept: frozenset[str]) -> Iterator[Parts]:
    """Yield the ordinary words that the abstract uses as names."""
    inside = words(abstract)
    times = Counter(word.parts for word in inside)
    for place, word in enumerate(inside):
        if word.parts[0] in _HAVE_FORMS:
            yield word.parts[:1]
        elif _all_capital(word.parts) and not _starts_sentence(abstract, word):
            before = inside[place - 1] if place else None
            after = inside[place + 1] if place + 1 < len(inside) else None
            phrase = _in_phrase(abstract, before, word, after)
            is_repeated = times[word.parts] > 1
            if _is_name(abstract, word, kept, in_phrase=phrase, is_repeated=is_repeated):
                yield word.parts


def _is_name(
    text: str, word: Word, kept: frozenset[str], *, in_phrase: bool, is_repeated: bool
) -> bool:
    """Say whether a capitalised word in mid-sentence is a name, by what is around it."""
    parts = word.parts
    if parts[0] in ALWAYS_KEPT or (parts[0] in kept and _VERSION.match(text, word.end)):
        return True
    is_other = in_phrase or parts[0] in NOT_NAMES or parts[0] in TRANSLITERATED
    if is_other or len(parts[0]) < 2:  # noqa: PLR2004 - the Q of Q-learning
        return False
    before = text[max(0, word.start - _LOOK_BACK) : word.start]
    is_said = all(part in kept or part in _CONNECTORS for part in parts)
    if is_said or _INTRODUCED.search(before):
        return True
    if len(parts) == 1:
        return _is_beside(text, word)
    return _is_compound_name(parts, is_repeated=is_repeated)


def _is_compound_name(parts: Parts, *, is_repeated: bool) -> bool:
    """Say whether Quiet-Harbour is a name: no description, or said twice in capitals.

    A compound with a marked part is no matter of this: `runs` has taken what it names.
    """
    return not any(map(is_marked, parts)) and (is_repeated or not _is_descriptive(parts))


def _is_beside(text: str, word: Word) -> bool:
    """Say whether a word that only names follow comes next, or a marked name in a list."""
    return _KIND.match(text, word.end) is not None or _is_listed(text, word)


def _is_listed(text: str, word: Word) -> bool:
    """Say whether it stands in a list beside a marked name: "on Spider and BIRD"."""
    beside = (
        _LISTED_AFTER.match(text, word.end),
        _LISTED_BEFORE.search(text[max(0, word.start - 40) : word.start]),
    )
    is_listed = any(
        found is not None and is_marked(found[found.lastindex or 0]) for found in beside
    )
    agents = word.parts[0].endswith(("er", "or"))
    return is_listed and (agents or not _is_descriptive(word.parts))


def _is_descriptive(parts: Parts) -> bool:
    """Say whether a part is formed like an English adjective, agent or abstract noun."""
    return any(
        part.lower().endswith(_SUFFIXES)
        or part.lower() in _ORDINARY
        or part in NOT_NAMES
        or part in TRANSLITERATED
        for part in parts
    )


def _starts_sentence(text: str, word: Word) -> bool:
    before = text[max(0, word.start - 4) : word.start].rstrip()
    return not before or before[-1] in _SENTENCE_ENDS or before.endswith("1)")


def _in_phrase(text: str, before: Word | None, word: Word, after: Word | None) -> bool:
    """Say whether a capitalised neighbour or an explained acronym makes it part of a phrase."""
    if text[word.end : word.end + 2] == " (" and text[word.end + 2 : word.end + 4].isupper():
        return True
    return _touches(text, before, word) or _touches(text, word, after)


def _touches(text: str, left: Word | None, right: Word | None) -> bool:
    if left is None or right is None or text[left.end : right.start] != " ":
        return False
    other = (left.parts[-1], right.parts[0])
    if left.parts[0] in NOT_NAMES or right.parts[0] in NOT_NAMES:
        return False
    return all(is_capitalised(part) for part in other) and not all(map(is_marked, other))


def kept_words(chinese: str) -> frozenset[str]:
    """Return the capitalised parts that Chinese writes in Latin letters, outside brackets.

    In brackets after Chinese a word is a gloss, 贝叶斯（Bayesian）, which need not come again.
    """
    return frozenset(
        part
        for word in words(chinese)
        for part in word.parts
        if is_capitalised(part) and chinese[max(0, word.start - 1) : word.start] not in {"(", "（"}
    )


def units() -> frozenset[str]:
    """Return the units that are never names."""
    return _UNITS


@lru_cache(maxsize=4)
def _by_first(names: frozenset[Parts]) -> dict[str, list[Parts]]:
    """Return the names by their first part, the longest first: one paper's, for all sentences."""
    by_first: dict[str, list[Parts]] = {}
    for name in sorted(names, key=len, reverse=True):
        by_first.setdefault(name[0], []).append(name)
    return by_first


def occurrences(text: str, names: Iterable[Parts]) -> list[Parts]:
    """Return the names that occur in a text, once for each place, the longest at each place."""
    by_first = _by_first(frozenset(names))
    flat: list[str] = []
    end = 0
    for word in words(text):
        if text[end : word.start].strip():
            flat.append("")
        flat += word.parts
        end = word.end
    return list(_scan(flat, by_first))


def _scan(flat: list[str], by_first: dict[str, list[Parts]]) -> Iterator[Parts]:
    at = 0
    while at < len(flat):
        for name in by_first.get(flat[at], ()):
            if tuple(flat[at : at + len(name)]) == name:
                yield name
                at += len(name)
                break
        else:
            at += 1
