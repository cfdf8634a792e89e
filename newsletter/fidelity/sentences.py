"""Cut a text into sentences, English or Chinese."""

import re
from collections.abc import Iterator
from functools import lru_cache

# A full stop ends a sentence where a capital, a digit, a bracket or a placeholder follows; not
# after what abstracts abbreviate, nor after an initial ("J. Doe"), which "UNet-B." is not.
_ENGLISH_END = re.compile(
    r"""(?:(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bcf)(?<!\bal)(?<!\bresp)(?<!\bFig)(?<!\bEq)
    (?<!\bSec)(?<!\bNo)(?<!\bw\.r\.t)(?<!(?<![\w-])[A-Z])\.|[!?])
    ["'”’)\]}]{0,2} (?=\s+["'“‘(\[{$]{0,2}[A-Z0-9$\\{])""",
    re.VERBOSE,
)
# Several checks of one field cut the same text; the next paper has another.
_CHINESE_END = re.compile("[。！？!?][”’）」』)]{0,2}")


@lru_cache(maxsize=8)
def english_sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of clean English, in order; a text without an end is one sentence."""
    return tuple(_cut(_ENGLISH_END, text))


@lru_cache(maxsize=8)
def chinese_sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of Chinese, in order; each keeps its closing mark."""
    return tuple(_cut(_CHINESE_END, text))


def _cut(end: re.Pattern[str], text: str) -> Iterator[str]:
    start = 0
    for found in end.finditer(text):
        if sentence := text[start : found.end()].strip():
            yield sentence
        start = found.end()
    if rest := text[start:].strip():
        yield rest
