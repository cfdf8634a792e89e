"""The gates `check` and `llm`: their structure and a tiny run, never a time."""

import json

import pytest

from newsletter.bench import checking, fan_out
from newsletter.bench.fan_out import Load
from newsletter.bench.naive_check import fails_naively
from newsletter.bench.pairs import demo_pairs, load_pairs
from newsletter.bench.registry import GATES
from newsletter.bench.slow_model import answers, askable, slow_model
from newsletter.fidelity.findings import Draft
from newsletter.fidelity.masking import mask_paper
from newsletter.prompts.answers import read_answer


def test_the_ideal_is_whole_rounds_of_calls() -> None:
    """66 papers at 16 in flight are five rounds of two seconds."""
    assert 10.0 == Load().ideal
    assert 0.2 == Load(papers=3, in_flight=2, seconds=0.1).ideal


def test_the_scripted_answers_hold_the_placeholders_of_their_papers() -> None:
    """What a model would answer: no backslash, and what it stands for is the paper's."""
    given = answers()
    source = mask_paper(demo_pairs()[6].paper)
    draft = read_answer(given[source.title])

    assert len(load_pairs()) == len(given)
    assert "{v1}" in draft.abstract_zh
    assert "\\" not in draft.abstract_zh
    assert len(askable()) >= 20


def test_a_tiny_run_gives_every_row_of_both_sides() -> None:
    """Three papers, two in flight, and a server in a process of its own."""
    rows = {one.gate: one for one in fan_out.measure(1, Load(3, 2, 0.02))}

    assert [
        "llm.wall_over_ideal",
        "llm.baseline_wall_over_ideal",
        "llm.cpu_ms_a_call",
        "llm.baseline_cpu_ms_a_call",
        "llm.check_ms_a_paper",
    ] == list(rows)
    assert rows["llm.wall_over_ideal"].value >= 1
    assert rows["llm.baseline_wall_over_ideal"].value >= 1
    assert rows["llm.cpu_ms_a_call"].demand is not None


def test_the_server_ends_with_the_block() -> None:
    """Nobody is left behind; the address is an endpoint's."""
    with slow_model(0.01) as address:
        assert address.startswith("http://127.0.0.1:")
        assert address.endswith("/v1")


def test_the_naive_side_is_measured_on_the_same_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speed of both, and what the naive checks find and cry at."""
    monkeypatch.setattr(checking, "load_pairs", lambda: load_pairs()[:3])
    rows = {one.gate: one.value for one in checking.measure(1)}

    assert [
        "check.papers_a_second",
        "check.milliseconds_a_paper",
        "check.naive_papers_a_second",
        "check.naive_recall",
        "check.naive_false_alarms",
    ] == list(rows)
    assert 0 <= rows["check.naive_recall"] <= 100


def test_naive_checks_know_figures_lengths_and_language() -> None:
    """They pass good Chinese and miss what they do not look at."""
    sample = demo_pairs()[2]
    title, summary, abstract = (
        sample.draft.title_zh,
        sample.draft.summary_zh,
        sample.draft.abstract_zh,
    )

    def fails(title_zh: str, summary_zh: str, abstract_zh: str) -> bool:
        draft = Draft(title_zh=title_zh, summary_zh=summary_zh, abstract_zh=abstract_zh)
        return fails_naively(sample.paper, draft)

    assert not fails(title, summary, abstract)
    assert fails(title, summary + "共 777 次", abstract)
    assert fails(title, summary, abstract * 3)
    assert fails(title, summary, sample.paper.abstract)
    assert not fails(title, summary, abstract.replace("TACTSTEP", "OTHER"))


def test_the_gates_are_registered() -> None:
    """Each name runs one module."""
    assert ["parse", "planted", "check", "llm", "preview", "match", "fanout"] == list(GATES)
    assert json.dumps(sorted(GATES))
