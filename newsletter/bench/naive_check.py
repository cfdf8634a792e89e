"""The baseline of the gate `check`: the checks that one would write at first.

Figures as sets by one regular expression, a ratio of lengths, a test of the language.
"""

import re

from newsletter.fidelity.findings import Draft
from newsletter.papers import Paper

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_RATIO = (0.2, 0.6)
"""Chinese characters to an English one, of an abstract."""
_LEAST_HAN = 0.3


def fails_naively(paper: Paper, draft: Draft) -> bool:
    """Say whether the naive checks find something wrong with any field."""
    low, high = _RATIO
    whole = f"{paper.title} {paper.abstract}"
    return (
        _figures(paper.title) != _figures(draft.title_zh)
        or _figures(paper.abstract) != _figures(draft.abstract_zh)
        or not _figures(draft.summary_zh) <= _figures(whole)
        or not low <= len(draft.abstract_zh) / max(len(paper.abstract), 1) <= high
        or not all(map(_is_chinese, (draft.title_zh, draft.summary_zh, draft.abstract_zh)))
    )


def _figures(text: str) -> set[str]:
    return set(_NUMBER.findall(text.replace(",", "")))


def _is_chinese(text: str) -> bool:
    return not text or len(_HAN.findall(text)) / len(text) >= _LEAST_HAN
