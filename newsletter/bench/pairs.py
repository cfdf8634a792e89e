"""Papers with correct Chinese: what faults are planted into, and what must pass untouched.

    pairs.jsonl (this package) ─┐
                                ├─► Pair… ─► planting, planted, checking, fan_out
    newsletter.demo.samples ────┘

All of them were invented for this project; ids have month 00, which arXiv never issues.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from newsletter.demo.samples import Sample, load_samples
from newsletter.fidelity.findings import Draft
from newsletter.papers import ArxivId, Paper

AUTHORS = ("Sample Author",)


@dataclass(frozen=True, slots=True)
class Pair:
    """One invented paper, its Chinese, and keywords of readers who would get it."""

    paper: Paper
    draft: Draft
    keywords: tuple[str, ...] = ()


def load_pairs() -> tuple[Pair, ...]:
    """Return all pairs: those of this package, then the demonstration's; in the order of ids."""
    return (*written_pairs(), *demo_pairs())


def written_pairs() -> tuple[Pair, ...]:
    """Return the pairs written for the gates, hard for naive checks and yet correct."""
    text = resources.files(__package__).joinpath("pairs.jsonl").read_text(encoding="utf-8")
    return tuple(_pair(json.loads(line)) for line in text.splitlines() if line)


def demo_pairs() -> tuple[Pair, ...]:
    """Return the papers of the demonstration with their scripted Chinese."""
    return tuple(map(_of_demo, load_samples().samples))


def _pair(row: Mapping[str, Any]) -> Pair:
    paper = Paper(
        id=ArxivId(row["id"]),
        version=1,
        title=row["title"],
        abstract=row["abstract"],
        authors=AUTHORS,
        categories=(row["category"],),
    )
    draft = Draft(
        title_zh=row["title_zh"], summary_zh=row["summary_zh"], abstract_zh=row["abstract_zh"]
    )
    return Pair(paper, draft, tuple(row.get("keywords", ())))


def _of_demo(sample: Sample) -> Pair:
    given = sample.summary
    draft = Draft(
        title_zh=given.title_zh or "",
        summary_zh=given.summary_zh or "",
        abstract_zh=given.abstract_zh or "",
    )
    return Pair(sample.paper, draft)
