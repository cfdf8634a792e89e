"""The gates of matching: tiny runs, what they compare, and that many keywords are as few."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.bench import fanning, matching
from newsletter.bench.corpus import ABSTRACT, TITLE, Corpus
from newsletter.bench.registry import GATES
from newsletter.keywords import automaton
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
    st.lists(st.sampled_from([*_WORDS, "unheard"]), min_size=1, max_size=3).map(" ".join)
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
        together = Matcher(entries)
        together.learn(keywords)
    alone = Matcher(entries)

    expected = {keyword: alone.bits(keyword) for keyword in keywords}
    assert expected == {keyword: together.bits(keyword) for keyword in keywords}


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


def test_the_gate_of_matching_measures_both_sides() -> None:
    """Seconds of both, and the ratio that is demanded."""
    rows = {row.gate: row for row in matching.measure(1, papers=20, keywords=1200)}

    assert ["≥ 100 times as fast"] == [row.demand for row in rows.values() if row.demand]
    assert 40 < rows["match.found_percent"].value <= 100


def test_the_gate_of_fanning_out_checks_that_both_sides_agree() -> None:
    """Every tenth reader's papers are compared; the memory is a fresh process's."""
    rows = {row.gate: row for row in fanning.measure(1, readers=200, papers=20, keywords=100)}

    assert rows["fanout.same"].met
    assert {"seconds", "ratio", "megabytes", "same"} <= {name.partition(".")[2] for name in rows}
    assert 0 < rows["fanout.papers_a_reader"].value <= 20


def test_the_corpus_is_the_same_at_every_call() -> None:
    """As long as papers are, with keywords of every kind, each once."""
    corpus, again = Corpus(20), Corpus(20)
    keywords = corpus.keywords(500)

    assert (corpus.entries, keywords) == (again.entries, again.keywords(500))
    assert 500 == len(set(keywords))
    assert any("-" in one for one in keywords)
    assert any(re.search("[A-Z]{3}", one) for one in keywords)
    paper = corpus.entries[0].paper
    assert (TITLE, ABSTRACT) == (len(paper.title.split()), len(paper.abstract.split()))


def test_both_gates_have_a_name() -> None:
    """As `newsletter bench` knows them."""
    assert {"match", "fanout"} <= GATES.keys()
