"""Loops, and sentences said twice."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise

from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.passages import Passage

# The longer the words, the fewer returns make a loop of them.
_LOOP = re.compile(r"(.{8,60}?)\1{2,} | (.{4,7}?)\2{3,} | (.{2,3}?)\3{5,}", re.DOTALL | re.VERBOSE)
_GRAM, _TIMES = 4, 3
_ONE_CHARACTER = re.compile(r"([^.…\-=_\s])\1{7,}")
_STARTS = 2000
"""Places at which a loop is looked for at most: a text with more is a loop in some way."""
_SENTENCE = re.compile(r"[^。！？!?]{4,}")
_LONG = 12
"""Characters from which a sentence is not said twice, wherever it stands."""
_MOST = 20


def check_repetition(passage: Passage) -> Iterator[Violation]:
    """Yield the first loop, or else each sentence that stands there twice.

    A sentence counts from twelve characters, without its end, and from four where it stands
    twice in a row.
    """
    loop = _loop(passage.chinese)
    if loop and loop not in passage.english:
        yield hard("repetition", passage.field, loop, "the same words again and again")
        return
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(passage.chinese)]
    times = Counter(sentence for sentence in sentences if len(sentence) >= _LONG)
    repeated = [sentence for sentence, count in times.items() if count > 1]
    pairs = pairwise(sentences)
    repeated += [one for one, other in pairs if one == other and one not in repeated[:_MOST]]
    for sentence in repeated[:_MOST]:
        yield hard("repetition", passage.field, sentence, "a sentence stands there twice")


def _loop(text: str) -> str:
    """Return the first stretch that says the same several times over, empty if there is none.

    Its first four characters occur three times, so only such places are looked at: that makes
    the expression affordable.
    """
    if found := _ONE_CHARACTER.search(text):
        return found[0]
    grams = [text[start : start + _GRAM] for start in range(len(text))]
    times = Counter(grams)
    starts = (start for start, gram in enumerate(grams) if times[gram] >= _TIMES)
    loops = (_LOOP.match(text, start) for start in islice(starts, _STARTS))
    return next((loop[0] for loop in loops if loop), "")
