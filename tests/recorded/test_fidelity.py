"""Masking and checks on a fortnight of real abstracts and on the sample issue's Chinese."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.fidelity.checks import check_summary, hard_only
from newsletter.fidelity.findings import Draft
from newsletter.fidelity.masking import mask, unmask
from newsletter.papers import ArxivId, Paper

Pair = tuple[Paper, Draft]


@pytest.fixture(scope="module")
def pairs(shared: Path) -> list[Pair]:
    """Return the sample issue's papers, each once, with its Chinese."""
    rows = json.loads((shared / "seed" / "papers.json").read_text("utf-8"))
    return [_pair(row) for row in {row["id"]: row for row in rows}.values()]


def _pair(row: dict[str, str]) -> Pair:
    paper = Paper(
        id=ArxivId(row["id"]),
        title=row["title"],
        abstract=row["abstract"],
        authors=(),
        categories=(),
    )
    return paper, Draft(title_zh=row["title_zh"], abstract_zh=row["zh"])


def is_refused(paper: Paper, draft: Draft) -> bool:
    """Say whether a hard check fails."""
    return bool(hard_only(check_summary(paper, draft)))


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


def test_false_alarms(pairs: list[Pair]) -> None:
    """Of the sample issue only papers with a real defect are refused."""
    refused = {paper.id.value for paper, draft in pairs if is_refused(paper, draft)}
    # 0.5B became 0.5 亿 and "18 of 20" lost its 18; a formula was written as a symbol.
    assert {"2605.29648", "2605.30274"} == refused


NUMBER = re.compile(r"(?<![A-Za-z0-9.,-])[1-9][0-9]+(?![0-9]*[.,][0-9])")


def planted(pairs: list[Pair], old: re.Pattern[str], change: str) -> Iterator[Pair]:
    """Yield good pairs with one defect each: the first match of `old` in the Chinese changed."""
    for paper, draft in pairs:
        if found := old.search(draft.abstract_zh):
            text = found.expand(change)
            if change == "digit":
                text = f"{int(found[0][0]) % 9 + 1}{found[0][1:]}"
            whole = draft.abstract_zh[: found.start()] + text + draft.abstract_zh[found.end() :]
            if not is_refused(paper, draft):
                yield paper, replace(draft, abstract_zh=whole)


@pytest.mark.parametrize(
    ("old", "change", "share"),
    [
        (NUMBER, "digit", 0.97),
        (NUMBER, "", 0.97),
        (NUMBER, r"\g<0>0", 0.97),
        # Those missed are $1$ and $+7$, which Chinese may write as a numeral.
        (re.compile(r"\$[^$]+\$"), "", 0.75),
        (re.compile("。.*", re.DOTALL), "。", 0.95),
        (re.compile("的"), "\u202e的", 1.0),
        (re.compile("的"), "<b>的", 1.0),
        (re.compile("^"), "抱歉，我无法翻译。", 1.0),
        (re.compile("。"), "。见 https://x.example/。", 1.0),
    ],
)
def test_planted_defects(
    pairs: list[Pair], old: re.Pattern[str], change: str, share: float
) -> None:
    """The share of planted defects that a hard check finds."""
    cases = list(planted(pairs, old, change))
    caught = sum(is_refused(*case) for case in cases)
    assert (len(cases) >= 5, caught >= share * len(cases)) == (True, True), (caught, len(cases))
