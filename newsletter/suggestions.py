"""Phrases that mark a reader's own papers against all others, to be offered as keywords.

own texts ─ phrases of 1–3 words ─► how many own papers hold it ─┐
background ─► how rare it is there ──────────────────────────────┴─► score ─► the best
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log
from types import MappingProxyType

from newsletter.similarity import OwnText, folded, plain, singular

MOST_SUGGESTED = 12
MOST_WORDS = 3
MOST_BACKGROUND = 1_500
"""Texts of earlier days that phrases are looked for in: 0.1 ms each."""
_MOST_COMMON = MappingProxyType({1: 0.02, 2: 0.1, 3: 0.1})
"""Words ─► share of all papers above which a phrase marks nobody's own."""
_TITLES_OF_A_WORD = 3
"""Own papers that have a single word in their titles, unless it is an acronym."""
_SHORTEST = 2
"""Letters of a word that a phrase may begin or end with."""
_FROM_TWO = 4
"""Own papers from which on a phrase must be in two of them: two of three are no rule yet."""
_FAVOUR = MappingProxyType({1: 0.5, 2: 1.3, 3: 1.5})
"""Words ─► weight: a phrase of several words brings fewer papers that are not meant."""
_SHORTLIST = 150
_LONGEST_PHRASE = 60
_SEGMENT = re.compile(r"[.,;:!?()\[\]\"“”/$\\=\n]+")
_WORD = re.compile(r"[^\W_][\w'’+#-]{0,40}")
_IN_TITLE = 0.5
"""Extra weight of a paper that has the phrase in its title."""
_COMMON = frozenset(
    """
    a about above accelerate accelerates achieve achieved achieves across address addresses advanced
    after against all allow allows also although among an analysis and any application applications
    approach approaches are as at available based be because been before being benchmark
    benchmarks better between beyond both but by can cannot capture case challenge challenges code
    compared comparison complex comprehensive consistent consistently current data dataset
    datasets demonstrate demonstrates despite different directly do does domain during each
    effective effectively efficiency efficient either enable enables enabling end ensure
    especially evaluate evaluation even every existing experiment experiments extend extends
    extensive fails far few field finally find findings first focus for four framework from full
    fully further general github given good had has have help high higher highly how however https
    i if impact important improve improved improvement improvements improves improving in include
    includes including increasingly information instead into introduce introduces introducing
    investigate is issue issues it its itself key known large largely latest lead leading leads
    less leverage leverages leveraging like limitation limitations limited low lower made main
    mainly make makes making many may mean means meanwhile method methods model modeling models
    more moreover most much multiple must namely natural need needs new no non nor not novel now
    number numerous obtain of offer offers often on one only onto open or order other others our
    out outperform outperforms over overall own paper papers particularly per perform performance
    performs poor possible potential potentially practical present presents previous prior problem
    problems process promising propose proposed proposes provide provides providing quality range
    rather real recent recently related relevant relies rely remain remains represent require
    required requires research result results reveal reveals second set setting settings several
    show showing shown shows significant significantly similar simple since single small so
    solution some specific specifically state still strategies strategy strong studies study such
    support system systems tackle task tasks technique techniques term than that the their them
    then there thereby therefore these they this those three through thus to together too toward
    towards training two type types typically under underlying understanding unified unlike until
    up use used uses using various very via was way ways we well were what when where whether
    which while who whose why wide widely will with within without work works would yet yield
    yields you your
    """.split()  # noqa: SIM905 # four hundred words read better in lines
)
"""Words that no suggestion begins or ends with: function words, and what every abstract says."""
_MAY_END = frozenset(
    """
    analysis code data dataset datasets benchmark benchmarks evaluation model modeling models
    system systems training understanding
    """.split()  # noqa: SIM905 # as above
)
"""Of these, what a phrase may well end with: language models, operating systems."""


@dataclass(slots=True)
class _Phrase:
    """A phrase of the reader's papers, under its lower-case singular form."""

    words: int
    papers: int = 0
    titles: int = 0
    spellings: Counter[str] = field(default_factory=Counter)

    @property
    def weight(self) -> float:
        """Return how much it is the reader's own, before it is known how rare it is."""
        return (self.papers + _IN_TITLE * self.titles) * _FAVOUR[self.words]

    @property
    def is_marked(self) -> bool:
        """Say whether it is said twice; a single word also in three titles, or as an acronym."""
        said = self.spellings.total() > 1
        is_alone = self.words == 1 and self.titles < _TITLES_OF_A_WORD
        return said and (not is_alone or _is_acronym(self.spelling))

    @property
    def spelling(self) -> str:
        """Return how it is written most often; of equals the one with fewer capitals."""
        best = max(self.spellings.values())
        return max(text for text, count in self.spellings.items() if count == best)


def suggested_keywords(own: Sequence[OwnText], background: Sequence[str]) -> tuple[str, ...]:
    """Return phrases that mark `own` against `background`, best first.

    At most `MOST_SUGGESTED`, of up to `MOST_WORDS` words, as they stand in the texts; none begins
    or ends with a stop word, none stands in another. A phrase must be said twice, and with four
    papers or more in two of them.
    """
    phrases = _phrases(own)
    least = 2 if len(own) >= _FROM_TWO else 1
    ranked = sorted(
        (key for key, phrase in phrases.items() if phrase.papers >= least and phrase.is_marked),
        key=lambda key: (-phrases[key].weight, key),
    )[:_SHORTLIST]
    rarity = _rarity(ranked, phrases, background)
    ranked = sorted(rarity, key=lambda key: (-phrases[key].weight * rarity[key], key))
    return tuple(phrases[key].spelling for key in _apart(ranked))


def _phrases(own: Sequence[OwnText]) -> dict[str, _Phrase]:
    found: dict[str, _Phrase] = {}
    for each in own:
        in_title = dict(_runs(plain(each.title)))
        in_abstract = Counter(_runs(plain(each.abstract)))
        keys = {key for key, _ in in_abstract} | in_title.keys()
        for key in keys:
            phrase = found.setdefault(key, _Phrase(key.count(" ") + 1))
            phrase.papers += 1
            phrase.titles += key in in_title
        for (key, spelling), count in in_abstract.items():
            found[key].spellings[spelling] += count
        for key, spelling in in_title.items():
            found[key].spellings[_untitled(spelling)] += 1
    return found


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Yield phrases as (key, spelling)."""
    for segment in _SEGMENT.split(text):
        words = [word.rstrip("-'’") for word in _WORD.findall(segment)]
        for start, first in enumerate(words):
            if not _is_telling(first):
                continue
            for length in range(1, min(MOST_WORDS, len(words) - start) + 1):
                run = words[start : start + length]
                spelling = " ".join(run)
                if not all(_is_telling(word, is_end=True) for word in run[1:]):
                    break
                if _is_phrase(run) and len(spelling) <= _LONGEST_PHRASE:
                    yield " ".join(singular(folded(word)) for word in run), spelling


def _is_telling(word: str, *, is_end: bool = False) -> bool:
    lower = word.lower()
    if not any(char.isalpha() for char in word) or len(word) < _SHORTEST:
        return False
    return lower not in _COMMON or (is_end and lower in _MAY_END)


def _is_phrase(run: Sequence[str]) -> bool:
    """Leave out repeated words."""
    return all(left.lower() != right.lower() for left, right in pairwise(run))


def _untitled(spelling: str) -> str:
    """Write `Diffusion Policy` small, and leave `LoRA`, `GPT-4` and `GRPO` as they are."""
    return " ".join(w.lower() if w[1:].islower() else w for w in spelling.split())


def _rarity(
    keys: Sequence[str], phrases: dict[str, _Phrase], background: Sequence[str]
) -> dict[str, float]:
    """Return the logarithm of how rare each phrase is; those that are common are left out."""
    compared = background[:MOST_BACKGROUND]
    texts = [f" {folded(plain(text))}".replace("\n", " ") for text in compared]
    found: dict[str, float] = {}
    for key in keys:
        count = sum(f" {key}" in text for text in texts)
        if count <= _MOST_COMMON[phrases[key].words] * max(len(texts), 1):
            found[key] = log((len(texts) + 10) / (count + 1))
    return found


def _apart(ranked: Sequence[str]) -> list[str]:
    """Return the first keys of which none holds another."""
    chosen: list[str] = []
    for key in ranked:
        if not any(f" {key} " in f" {other} " or f" {other} " in f" {key} " for other in chosen):
            chosen.append(key)
        if len(chosen) == MOST_SUGGESTED:
            break
    return chosen


def _is_acronym(word: str) -> bool:
    """Say whether a word is written as `GRPO`, `GPT-4` or `LoRA`."""
    return sum(map(str.isupper, word)) > 1
