"""The table of keywords: a paper, a query, whether it matches, and why a reader wants it so.

`keyword_cases.jsonl` holds one case a line: text, query, expected, why; where needed field (that
the text stands in: title, else abstract), title (beside an abstract), authors, categories,
comment.
"""

import json
from pathlib import Path
from typing import TypedDict, Unpack

import pytest

from newsletter.keywords.match import Matcher, MatchMode
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper
from newsletter.services.vocabulary import vocabulary
from newsletter.subscribers import Preferences

_TABLE = Path(__file__).with_name("keyword_cases.jsonl")
_LEAST = 120
"""Cases that the project asks for."""


class Case(TypedDict, total=False):
    """A line of the table."""

    text: str
    query: str
    expected: bool
    why: str
    field: str
    title: str
    authors: list[str]
    categories: list[str]
    comment: str | None


def _cases() -> list[Case]:
    lines = _TABLE.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def _paper(**case: Unpack[Case]) -> Paper:
    in_title = case.get("field") == "title"
    return Paper(
        id=ArxivId("2605.00001"),
        title=case["text"] if in_title else case.get("title", "Untitled"),
        abstract="Empty." if in_title else case["text"],
        authors=tuple(case.get("authors", ["Sample Author"])),
        categories=tuple(case.get("categories", ["cs.LG"])),
        comment=case.get("comment"),
    )


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"line-{number}") for number, case in enumerate(_cases(), start=1)],
)
def test_a_keyword_matches_as_the_table_says(case: Case) -> None:
    """Each case of the table holds, through what a morning calls for each reader."""
    entries = [AnnouncedPaper(_paper(**case), AnnounceType.NEW)]
    matcher = Matcher(entries, MatchMode.DEFAULT, vocabulary())
    matches = matcher.match(Preferences(keywords=(case["query"],)))

    assert case["expected"] == bool(matches), case["why"]


def test_the_table_is_large_and_weighs_both_outcomes() -> None:
    """There are enough cases, none twice, each with its reason, a third of each outcome."""
    cases = _cases()
    questions = {json.dumps({**case, "why": ""}, sort_keys=True) for case in cases}

    assert len(cases) >= _LEAST
    assert len(cases) == len(questions)
    assert all(case["why"] for case in cases)
    assert len(cases) / 3 <= sum(case["expected"] for case in cases) <= len(cases) * 2 / 3
