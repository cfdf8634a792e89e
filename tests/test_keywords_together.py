"""A hundred thousand keywords together: what is quick there gives what each gives alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.keywords import automaton, haystack, sifting
from newsletter.keywords.bare import are_bare, is_bare
from newsletter.keywords.match import Matcher
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper

_WORDS = ["data", "set", "dataset", "data-set", "multi", "agent", "multi-agent", "multiagent"]
_WORDS += [
    "RL",
    "rl",
    "RLs",
    "LARGE",
    "U.S",
    "bases",
    "basis",
    "cach",
    "caches",
    "PRISM",
    "A",
    "a,",
]
_TEXTS = st.lists(st.lists(st.sampled_from(_WORDS), max_size=8).map(" ".join), max_size=4)
_KEYWORDS = st.lists(
    st.lists(st.sampled_from([*_WORDS, "unheard"]), min_size=1, max_size=5).map(" ".join)
    | st.sampled_from(['"data sets"', '"RL"', "title:data", "data AND set", "-rl"]),
    min_size=1,
    max_size=12,
    unique=True,
)


def _entry(number: int, text: str) -> AnnouncedPaper:
    paper = Paper(
        id=ArxivId(f"2605.{number + 1:05}"),
        title="Sample",
        abstract=text,
        authors=("Sample Author",),
        categories=("cs.LG",),
        comment=None,
    )
    return AnnouncedPaper(paper, AnnounceType.NEW)


@settings(max_examples=300)
@given(_TEXTS, _KEYWORDS)
def test_many_keywords_at_once_find_what_each_finds_alone(
    texts: list[str], keywords: list[str]
) -> None:
    """Sifting leaves out only what stands nowhere, whatever the kind of keyword."""
    entries = [_entry(number, text) for number, text in enumerate(texts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(automaton, "_MANY", 1)
        patch.setattr(automaton, "_FEW", 0)
        patch.setattr(sifting, "_AT_A_TIME", 2)
        together = Matcher(entries)
        together.learn(keywords)
    alone = Matcher(entries)

    expected = {keyword: alone.bits(keyword) for keyword in keywords}
    assert expected == {keyword: together.bits(keyword) for keyword in keywords}


_FEW_WORDS = st.sampled_from(["ka", "lo", "mi"])


@settings(max_examples=300)
@given(
    st.lists(st.lists(_FEW_WORDS, max_size=30).map(" ".join), min_size=1, max_size=70),
    st.lists(st.lists(_FEW_WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, unique=True),
    st.sampled_from([1, 22]),
)
def test_many_phrases_stand_where_a_plain_search_finds_them(
    texts: list[str], keywords: list[str], bits: int
) -> None:
    """In one text or several, of one word to five, and though the filter lets most through."""
    matcher = Matcher([_entry(number, text) for number, text in enumerate(texts)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(automaton, "_MANY", 1)
        patch.setattr(automaton, "_FEW", 0)
        patch.setattr(sifting, "_AT_A_TIME", 2)
        patch.setattr(haystack, "_SLOT_BITS", bits)
        found = matcher.bits_of(keywords)

    padded = [f" {text} " for text in texts]
    for keyword, each in zip(keywords, found, strict=True):
        assert each == sum(1 << at for at, text in enumerate(padded) if f" {keyword} " in text)


@settings(max_examples=500)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["and", "Or", "not", "NEAR", "ka", "a1_", "C+", "é", "\ud800"])
            | st.sampled_from([" ", "-", "  ", "\n", ":", "nota"])
        ).map("".join)
    )
)
def test_many_keywords_are_bare_as_each_is(keywords: list[str]) -> None:
    """Operators, odd signs, double gaps, and lines within a keyword are told in bulk as alone."""
    assert list(map(is_bare, keywords)) == are_bare(keywords)
