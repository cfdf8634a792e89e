"""How many known defects of the sample issue the checks flag, and how many flags are right.

`python tests/recorded/sample_defects.py [--misses]` prints the figures; `test_fidelity` demands
them. The flags in `judged_flags.jsonl` were drawn by seed from all hard ones (`--draw` does it)
and judged by a reader of both texts.

A row of `defects.jsonl` counts when it stands in the Chinese of its paper and is of one of the
categories below; a wrong term only where the shared glossary lists the wrong rendering. It is
found when a hard violation of that paper quotes a text that the row's bad output or its source
holds, or that holds the bad output.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsletter.fidelity.checks import check_summary, hard_only
from newsletter.fidelity.findings import Draft, Violation
from newsletter.papers import ArxivId, Paper

SHARED = Path(__file__).resolve().parents[3] / "shared"
_SEED, _SAMPLE = 4, 60
CATEGORIES = (
    "number_changed",
    "latex_mangled",
    "latex_leftover",
    "name_mangled",
    "leftover_template",
)


@dataclass(frozen=True)
class Result:
    """One row of the list, and the hard violations that quote it."""

    row: dict[str, Any]
    found: tuple[Violation, ...]


def load_pairs(shared: Path = SHARED) -> dict[str, tuple[Paper, Draft]]:
    """Return arXiv id → paper and its Chinese, of the sample issue."""
    rows = json.loads((shared / "seed" / "papers.json").read_text("utf-8"))
    return {row["id"]: _pair(row) for row in rows}


def _pair(row: dict[str, str]) -> tuple[Paper, Draft]:
    paper = Paper(
        id=ArxivId(row["id"]),
        title=row["title"],
        abstract=row["abstract"],
        authors=(),
        categories=(),
    )
    return paper, Draft(title_zh=row["title_zh"], abstract_zh=row["zh"])


def results(shared: Path = SHARED) -> list[Result]:
    """Return every row that counts, with what the checks say of it."""
    pairs = load_pairs(shared)
    flags = {name: hard_only(check_summary(*pair)) for name, pair in pairs.items()}
    return [
        Result(row, tuple(found for found in flags[row["arxiv_id"]] if quotes(found, row)))
        for row in counted_rows(shared, pairs)
    ]


def counted_rows(shared: Path, pairs: dict[str, tuple[Paper, Draft]]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the categories that stand in the Chinese."""
    glossary = _rows(shared / "data" / "glossary.jsonl")
    for row in _rows(shared / "seed" / "defects.jsonl"):
        if row["arxiv_id"] not in pairs:
            continue
        draft = pairs[row["arxiv_id"]][1]
        stands = row["bad_output"] in draft.title_zh or row["bad_output"] in draft.abstract_zh
        listed = row["category"] == "wrong_term" and _is_listed(row, glossary)
        if stands and (listed or row["category"] in CATEGORIES):
            yield row


def _is_listed(row: dict[str, Any], glossary: list[dict[str, Any]]) -> bool:
    source = row["source_text"].lower().replace("-", " ")
    return any(
        term["en"].lower().replace("-", " ") in source
        and any(bad in row["bad_output"] for bad in term.get("bad", ()))
        for term in glossary
    )


def quotes(found: Violation, row: dict[str, Any]) -> bool:
    """Say whether a violation names the text of a row."""
    bad, source, text = row["bad_output"], row["source_text"], found.text.strip()
    return bool(text) and (text in bad or bad in text or text in source)


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@dataclass(frozen=True)
class Judged:
    """A hard flag, and whether a reader of both texts found it right."""

    place: tuple[str, str, str, str]
    """arXiv id, check, field, text."""
    is_right: bool

    @staticmethod
    def key(paper: str, found: Violation) -> tuple[str, str, str, str]:
        """Return what a flag is known by."""
        return paper, found.check, found.field, found.text


def judged_flags() -> list[Judged]:
    """Return the flags that were judged."""
    rows = _rows(Path(__file__).with_name("judged_flags.jsonl"))
    return [
        Judged((row["id"], row["check"], row["field"], row["text"]), row["right"]) for row in rows
    ]


def hard_flags(shared: Path = SHARED) -> list[tuple[str, Violation]]:
    """Return every hard flag on the sample issue with its paper's id, in order."""
    pairs = load_pairs(shared)
    return [
        (name, found) for name, pair in pairs.items() for found in hard_only(check_summary(*pair))
    ]


def drawn(flags: list[tuple[str, Violation]]) -> list[tuple[str, Violation]]:
    """Return the sample that is to be judged, in order."""
    places = sorted(random.Random(_SEED).sample(range(len(flags)), _SAMPLE))  # noqa: S311 - a draw that can be repeated
    return [flags[place] for place in places]


def _lines_of_flags() -> Iterator[str]:
    flags, judged = hard_flags(), judged_flags()
    right = sum(one.is_right for one in judged)
    yield f"hard flags: {len(flags)}"
    yield f"judged: {right} of {len(judged)} right ({100 * right / max(len(judged), 1):.1f} %)"


def main() -> None:
    """Print found and counted by category, the share, and on demand what was missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--draw", action="store_true", help="print the flags to be judged")
    options = parser.parse_args()
    if options.draw:
        for name, found in drawn(hard_flags()):
            row = dict(zip(("id", "check", "field", "text"), Judged.key(name, found), strict=True))
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    all_rows = results()
    found = Counter(one.row["category"] for one in all_rows if one.found)
    counted = Counter(one.row["category"] for one in all_rows)
    lines = [f"{name}: {found[name]} of {counted[name]}" for name in counted]
    share = 100 * sum(found.values()) / len(all_rows)
    lines.append(f"flagged hard: {sum(found.values())} of {len(all_rows)} ({share:.1f} %)")
    lines += _lines_of_flags()
    if options.misses:
        missed = [one.row for one in all_rows if not one.found]
        lines += [f"missed {row['arxiv_id']} {row['bad_output']} | {row['why']}" for row in missed]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
