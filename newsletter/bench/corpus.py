"""Invented papers and keywords as large and as various as a real day's, for the gates.

The words are those of the sample papers, most frequent first, then the glossary's, then words
made up of syllables; how often each comes follows Zipf's law with Mandelbrot's constant (1953).
Lengths and what is no plain word are set to what a thousand papers of May and June 2026 have,
drawn from 3,696 that were recorded: 84 characters and 10 words in a title, 1,380 and 182 in an
abstract; 22,200 different tokens as `fold.spaced` leaves them, 12,000 of them plain words, 6,300
with a hyphen, 1,300 in capitals, 1,300 with a digit.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from importlib import resources
from itertools import accumulate, islice, product
from typing import Final

from newsletter.demo.samples import load_samples
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper

TITLE, ABSTRACT = 10, 182
"""Words of each."""
WORDS: Final = 9_400
ACRONYMS: Final = 1_500
_SEED: Final = 20261121
_WORD: Final = re.compile(r"\ba\b|[a-z]{2,}")
_LENGTHS: Final = (1, 2, 2, 2, 3, 3)
_BEGINS: Final = ("b", "br", "c", "d", "f", "gr", "h", "l", "m", "n", "p", "r", "s", "st", "t", "v")
_VOWELS: Final = ("a", "e", "i", "o", "u", "ea", "io")
_ENDS: Final = ("l", "n", "r", "s", "t", "ng", "ct", "ment", "tion", "ly", "ing", "ive")
_TEX: Final = (r"$\alpha$", "$L_2$", r"Poincar\'e", r"$\mathcal{O}(n)$")
_ACCENTED: Final = ("Schrödinger", "naïve", "β-VAE")
_MANDELBROT: Final = 2.7
"""Mandelbrot's constant for English: the most frequent words are less so than by Zipf's law."""
_JOINED: Final = ("based", "level", "free", "aware", "scale", "driven", "specific", "guided")
"""Words that stand behind a hyphen."""
_COMMON, _SHORT_IN_SAMPLES = 50, 4
"""Of the samples' words all of the commonest are taken, of the others those with more letters."""
_SHORT: Final = 3
"""Letters of words that titles have a quarter as often as abstracts."""
_NO_COMMA, _NO_STOP = 0.78, 0.84
"""One word in nine has a comma or a full stop behind it."""


class Corpus:
    """Papers and keywords, the same at every call."""

    def __init__(self, papers: int) -> None:
        """Invent this many papers."""
        self._chance = random.Random(_SEED)  # noqa: S311 - no secret
        self._drawn = self._draws()
        self.entries = tuple(self._entry(number) for number in range(papers))

    def keywords(self, count: int) -> list[str]:
        """Return distinct keywords of one to three words: every other one stands in some text.

        About a tenth have a hyphen and a tenth an acronym; the others are in lower case.
        """
        found: dict[str, None] = {}
        while len(found) < count:
            words = self._stretch() if len(found) % 2 else self._put_together()
            found[" ".join(w if w.isupper() else w.lower() for w in words)] = None
        return list(found)

    def _stretch(self) -> list[str]:
        """Return some words of a text, as they stand there."""
        paper = self._chance.choice(self.entries).paper
        words = [word.strip(".,") for word in paper.abstract.split()]
        length = self._chance.choice(_LENGTHS)
        begin = self._chance.randrange(len(words) - length + 1)
        return words[begin : begin + length]

    def _put_together(self) -> list[str]:
        words = self._chance.choices(self._words, k=self._chance.choice(_LENGTHS))
        kind = self._chance.random()
        if kind < 0.1:  # noqa: PLR2004 # a tenth
            words[-1] += "-" + self._chance.choice(self._words)
        elif kind < 0.2:  # noqa: PLR2004 # a tenth
            words[0] = self._chance.choice(self._acronyms)
        return words

    @cached_property
    def _words(self) -> list[str]:
        samples = " ".join(sample.paper.abstract for sample in load_samples().samples)
        used = Counter(_WORD.findall(samples.lower()))
        made = map("".join, product(_BEGINS, _VOWELS, _ENDS, _VOWELS, _ENDS, ("", "al", "ity")))
        invented = list(made)
        self._chance.shuffle(invented)
        ranked = [word for word, _ in used.most_common()]
        # The samples are told in shorter words than papers.
        ranked = [w for w in ranked if len(w) > _SHORT_IN_SAMPLES or w in ranked[:_COMMON]]
        return list(dict.fromkeys([*ranked, *_glossary_words(), *invented]))[:WORDS]

    @cached_property
    def _acronyms(self) -> list[str]:
        choose = self._chance.choices
        return ["".join(choose("ABCDEFGLMNPRST", k=3)) for _ in range(ACRONYMS)]

    def _draws(self) -> Iterator[str]:
        """Yield words of a text, one after the other, for ever."""
        ranks = range(1, len(self._words) + 1)
        weights = list(accumulate(1 / (rank + _MANDELBROT) for rank in ranks))
        while True:
            for word in self._chance.choices(self._words, cum_weights=weights, k=1000):
                yield self._varied(word)

    def _varied(self, word: str) -> str:
        """Return a word as texts hold it, in the shares of a thousand recorded abstracts."""
        kind = self._chance.random()
        for share, varied in self._kinds(word):
            if kind < share:
                return varied
            kind -= share
        return f"{word}{'.' if kind > _NO_STOP else ',' if kind > _NO_COMMA else ''}"

    def _kinds(self, word: str) -> Iterator[tuple[float, str]]:
        yield 0.059, f"{word}-{self._chance.choice(_JOINED)}"
        yield 0.023, self._chance.choice(self._acronyms)
        yield 0.010, f"{self._chance.choice(self._acronyms)}s"
        yield 0.010, str(self._chance.randrange(1000))
        yield 0.004, f"{self._chance.randrange(1000) / 10}"
        yield 0.001, self._chance.choice(_TEX)
        yield 0.0002, self._chance.choice(_ACCENTED)

    def _text(self, words: int) -> str:
        return " ".join(next(self._drawn) for _ in range(words))

    def _title(self) -> str:
        words = (w for w in self._drawn if len(w) > _SHORT or self._chance.random() < 0.25)  # noqa: PLR2004 # a quarter
        return " ".join(islice(words, TITLE)).title()

    def _entry(self, number: int) -> AnnouncedPaper:
        paper = Paper(
            id=ArxivId(f"2600.{number + 1:05}"),
            title=self._title(),
            abstract=self._text(ABSTRACT),
            authors=("Sample Author",),
            categories=("cs.LG",),
            comment=None,
        )
        return AnnouncedPaper(paper, AnnounceType.NEW)


def _glossary_words() -> list[str]:
    lines = resources.files("newsletter.fidelity").joinpath("glossary.jsonl").read_text("utf-8")
    names = " ".join(json.loads(line)["en"] for line in lines.split("\n") if line.strip())
    return _WORD.findall(names.lower())
