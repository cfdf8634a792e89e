"""Keywords and papers that are made to break or to slow down a morning: they do neither."""

import time
from itertools import product

import pytest

from newsletter.keywords.match import Matcher, MatchMode
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper
from newsletter.services.vocabulary import vocabulary
from newsletter.subscribers import Preferences

_LONG = 10_000
"""Characters; no form takes so many, but what is kept may come from elsewhere."""
_KEYWORDS = (
    *("NOT", "NOT NOT", "NOT " * 2_500, "-", "--a", "-a", "-" * _LONG, "AND", "OR", "near/5"),
    *("a near/999999999999 b", "a near/-1 b", "near/ near/ near/", "a near/5 " * 1_000),
    *('"', '""', '"a', 'a"b"c"', '"' * _LONG, "(", ")", "(" * _LONG, ")(" * 5_000, "(a OR" * 2_000),
    *("title:", "title:title:a", "cat:", "cat:*", "author:", "author:,", ":" * _LONG, "x:y:z"),
    *("\x00", "a\x00b", "\x1b[31m", "\x7f" * _LONG, "\u202ea\u202c", "\u200b" * _LONG, "\ufeff"),
    *("\U0001f600" * 2_500, "\U0001f468\u200d\U0001f469", "مرحبا AND سلام", "שלום", "\ud800"),
    *(".*", "(a+)+$", "[a-z]{1,9999}", "a|b", "\\", "\\d+" * 3_000, "'; DROP TABLE", "a* NEAR b^2"),
    *(
        "a" * _LONG,
        "a " * 5_000,
        "a-" * 5_000,
        "A " * 5_000,
        "a.b" * 3_000,
        "a, " * 3_000,
        "a OR " * 2_000,
    ),
    *(
        "\u0301" * _LONG,
        "强" * _LONG,
        "强化学习" * 2_500,
        "\ufdfa" * 500,
        "\ue000\ue001",
        "{" * _LONG,
        "$" * _LONG,
    ),
)
_ALL_QUICK = 3.0
"""Seconds of work for all of them together."""
_PAPER_QUICK = 5.0
"""Seconds of work for one paper."""


def _entry(number: int, title: str, abstract: str) -> AnnouncedPaper:
    paper = Paper(
        id=ArxivId(f"2605.{number:05}"),
        title=title,
        abstract=abstract,
        authors=("Sample Author",),
        categories=("cs.LG",),
    )
    return AnnouncedPaper(paper, AnnounceType.NEW)


_DAY = [
    _entry(1, "A near b", "a, b and c-d: reinforcement learning with a multi-agent dataset."),
    _entry(2, "Pre-training", "data-set a-a-a a.b NOT AND OR near/5 title: cat:"),
]


@pytest.mark.parametrize("mode", MatchMode)
def test_hostile_keywords_neither_raise_nor_take_long(mode: MatchMode) -> None:
    """One reader's keywords cost the others no more than a moment, all of them together."""
    vocabulary()
    matcher = Matcher(_DAY, mode, vocabulary())
    assert len(_KEYWORDS) > 50
    begin = time.process_time()
    matcher.match(Preferences(keywords=tuple(dict.fromkeys(_KEYWORDS))))

    assert time.process_time() - begin < _ALL_QUICK


@pytest.mark.parametrize("keyword", dict.fromkeys(_KEYWORDS), ids=lambda text: ascii(text[:12]))
def test_a_hostile_keyword_leaves_the_others_what_they_get(keyword: str) -> None:
    """Whatever it finds itself, the keyword beside it finds the same papers."""
    alone = Matcher(_DAY, vocabulary=vocabulary()).bits("reinforcement learning")
    matcher = Matcher(_DAY, vocabulary=vocabulary())
    matcher.learn([keyword, "reinforcement learning", "dataset"])

    assert 0b01 == alone == matcher.bits("reinforcement learning")
    assert 0b11 == matcher.bits("dataset")


_TEXTS = [
    *("a " * 50_000, "a-" * 50_000, "(" * 100_000, "\\" * 100_000, "a" * 100_000, "a." * 50_000),
    *("a-a " * 25_000, "a\n" * 50_000, "$a" * 50_000, "{\\" * 50_000, "\x00" * 100_000),
    *("\u0301" * 100_000, "强" * 100_000, "\U0001f600" * 100_000, "\u202e" * 100_000),
]


@pytest.mark.parametrize("text", _TEXTS, ids=lambda text: ascii(text[:4]))
def test_a_hostile_paper_takes_no_long_time(text: str) -> None:
    """An abstract of a hundred thousand characters of one kind is matched in a moment."""
    begin = time.process_time()
    matcher = Matcher([_entry(3, "B", text), *_DAY], vocabulary=vocabulary())
    found = matcher.match(Preferences(keywords=("a near/5 a", "a", "reinforcement learning")))

    assert time.process_time() - begin < _PAPER_QUICK
    assert ArxivId("2605.00001") in {match.paper_id for match in found}


def test_hostile_keywords_on_hostile_papers() -> None:
    """The worst of both at once raises nothing."""
    entries = [_entry(number, "", text[:2_000]) for number, text in enumerate(_TEXTS, start=1)]
    for mode, keywords in product(MatchMode, [tuple(dict.fromkeys(_KEYWORDS))]):
        Matcher(entries, mode, vocabulary()).match(Preferences(keywords=keywords), keeps=False)
