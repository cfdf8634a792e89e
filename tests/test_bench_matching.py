"""The gates of matching: tiny runs, and what they compare."""

import re

from newsletter.bench import fanning, matching
from newsletter.bench.corpus import ABSTRACT, TITLE, Corpus
from newsletter.bench.registry import GATES


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
