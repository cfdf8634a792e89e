"""The gate `planted`: its pairs, its mutants, and what counts as found."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from planting_samples import ENGLISH, pair

from newsletter.bench import planted
from newsletter.bench.naive_check import fails_naively
from newsletter.bench.pairs import demo_pairs, load_pairs, written_pairs
from newsletter.bench.planting import FIELDS, GATED, OF_CONTENT, REPORTED, Mutant, plant, texts
from newsletter.fidelity.findings import hard


def test_the_pairs_are_invented_labelled_and_whole() -> None:
    """Sixty at least are written for the gates; ids are such as arXiv never issues, and unique."""
    pairs = written_pairs()

    assert len(pairs) >= 60
    assert all(one.paper.id.value.startswith("2600.") for one in load_pairs())
    assert len(load_pairs()) == len({one.paper.id for one in load_pairs()})
    assert {("Sample Author",)} == {one.paper.authors for one in pairs}
    assert all(one.draft.title_zh and one.draft.summary_zh for one in pairs)
    assert max(len(one.draft.summary_zh) for one in pairs) <= 150
    assert 24 == len(demo_pairs())


def test_the_pairs_are_hard_for_naive_checks() -> None:
    """Correct Chinese at which a naive checker cries is what makes false alarms measurable."""
    cried = [one for one in load_pairs() if fails_naively(one.paper, one.draft)]

    assert len(cried) >= 8


def test_at_least_a_thousand_mutants_of_every_kind_and_field() -> None:
    """Each kind has mutants in each field in which it is a fault; none equals its original."""
    made = list(plant(load_pairs(), planted.SEED))
    gated = [one for one in made if one.kind in GATED]
    places = Counter((one.kind, one.field) for one in made)

    assert len(gated) >= 1500
    assert {*GATED, *REPORTED} == {one.kind for one in made}
    assert all(places[kind, "abstract_zh"] for kind in {*GATED, *REPORTED})
    assert all(one.draft != one.pair.draft for one in made)
    only_whole = ("number_deleted", "name_deleted", "name_swapped", "formula_deleted")
    assert not any(places[kind, "summary_zh"] for kind in only_whole)


def test_a_mutant_changes_its_field_only() -> None:
    """Two untouched fields stay as they are."""
    for one in plant(load_pairs()[:4], 1):
        changed = [
            field for field in FIELDS if getattr(one.draft, field) != getattr(one.pair.draft, field)
        ]
        assert [one.field] == changed


def test_the_same_seed_gives_the_same_mutants() -> None:
    """Another seed gives others; more rounds give more, all different."""
    pairs = load_pairs()[:3]
    first = list(plant(pairs, 1))
    several = list(plant(pairs, 1, rounds=3))

    assert first == list(plant(pairs, 1))
    assert first != list(plant(pairs, 2))
    assert len(several) > len(first)
    drafts = [(one.kind, one.field, one.pair.paper.id, str(one.draft)) for one in several]
    assert len(drafts) == len(set(drafts))


def test_the_kinds_are_those_of_the_issue() -> None:
    """Nine of content, eleven of form."""
    assert (20, 9) == (len(GATED), len(OF_CONTENT))
    assert "formula_deleted" == OF_CONTENT[-1]


def test_the_fields_of_a_pair_stand_beside_their_english() -> None:
    """A summary beside title and abstract; an empty field is left out."""
    given = texts(pair())

    assert ["title_zh", "abstract_zh"] == [one.field for one in given]
    assert ["ALPHA for Plants", ENGLISH] == [one.english for one in given]
    assert ("ALPHA", "BETA") == given[0].names


def mutant(kind: str = "html", field: str = "title_zh") -> Mutant:
    """Return a mutant of the short pair."""
    one = pair()
    return Mutant(kind, field, "x", one, replace(one.draft, title_zh="<b>面向植物</b>的 ALPHA"))


def test_only_a_violation_that_the_original_has_not_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A checker that cries at everything finds nothing; the field counts apart."""
    always = hard("x", "abstract_zh", "y", "z")
    monkeypatch.setattr(planted, "check_summary", lambda *_, **__: (always,))
    (same,) = planted.judge([mutant()])
    monkeypatch.setattr(
        planted,
        "check_summary",
        lambda _, draft, **__: (always,) * (1 + ("<" in draft.title_zh)),
    )
    (again,) = planted.judge([mutant()])

    assert (False, False) == (same.is_caught, same.is_placed)
    assert (True, False) == (again.is_caught, again.is_placed)
    assert (50.0, 0.0) == (planted.recall([same, again]), planted.recall([]))


def test_the_gate_prints_each_kind_with_its_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    """99 % of faults of content, all faults of form; of what is only reported, nothing."""
    monkeypatch.setattr(planted, "load_pairs", lambda: demo_pairs()[:2])
    rows = {one.gate: one for one in planted.measure()}
    nothing = {kind: rows[f"planted.{kind}"].demand for kind in REPORTED}

    assert "≥ 99 %" == rows["planted.digit_changed"].demand
    assert "≥ 100 %" == rows["planted.praise"].demand
    assert {None} == set(nothing.values())
    assert (False, 2.0) == (rows["planted.mutants"].met, rows["planted.originals"].value)


def test_the_misses_are_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With kind, paper, field and what was done; false alarms among them."""
    cry = hard("x", "title_zh", "y", "z")
    monkeypatch.setattr(planted, "load_pairs", lambda: demo_pairs()[:1])
    monkeypatch.setattr(planted, "check_summary", lambda *_, **__: (cry,))

    planted.main(["--misses", "loop", "false_alarm"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert ["false_alarm", "loop"] == sorted({line["kind"] for line in lines})
    assert {"2600.00001"} == {line["id"] for line in lines}
    planted.main([])
    assert '["planted.digit_changed", 0.0' in capsys.readouterr().out
