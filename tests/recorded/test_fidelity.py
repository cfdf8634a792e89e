"""Masking and checks on a fortnight of real abstracts and on the sample issue's Chinese."""

import json
from collections import Counter
from pathlib import Path

import pytest
from sample_defects import Judged, Result, hard_flags, judged_flags, results

from newsletter.fidelity.findings import Violation
from newsletter.fidelity.masking import mask, unmask


def test_real_texts_survive_masking(shared: Path) -> None:
    """Every title and abstract comes back whole, and none travels with a backslash."""
    texts = [
        row[field]
        for file in sorted((shared / "recordings" / "corpora").glob("*.jsonl"))
        for row in map(json.loads, file.read_text("utf-8").splitlines())
        for field in ("title", "summary")
    ]
    assert len(texts) > 1000
    masked = [mask(text) for text in texts]
    assert not [m.text for m in masked if "\\" in m.text]
    lost = [t for t, m in zip(texts, masked, strict=True) if unmask(m.text, m.spans) != t]
    assert not lost[:1]


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[Result]:
    """Return every known defect that counts, with what the checks say of it."""
    return results(shared)


def test_known_defects_are_flagged(rows: list[Result]) -> None:
    """At least 85 % of the listed defects are flagged hard, with the offending text."""
    found = sum(bool(row.found) for row in rows)
    assert len(rows) >= 80
    assert found >= 0.85 * len(rows), [row.row["bad_output"] for row in rows if not row.found]


@pytest.fixture(scope="module")
def flags(shared: Path) -> list[tuple[str, Violation]]:
    """Return every hard flag on the sample issue."""
    return hard_flags(shared)


def test_judged_flags_are_right(flags: list[tuple[str, Violation]]) -> None:
    """Of 60 flags that a person judged, all still raised, at least 95 % are right."""
    judged = judged_flags()
    raised = Counter(Judged.key(paper, found) for paper, found in flags)
    assert not [one for one in judged if one.place not in raised][:3]
    assert 60 == len(judged)
    assert sum(one.is_right for one in judged) >= 0.95 * len(judged)
