"""The invented papers of the demonstration, with their scripted Chinese.

The texts, figures and authors were written for this project; no such research exists. The ids
have month 00, which arXiv never issues (https://info.arxiv.org/help/arxiv_identifier.html).
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper, Summary

MODEL_NAME = "sample-model"
"""The name under which the scripted model goes."""
# Closing punctuation after an address belongs to the sentence around it.
_URL = re.compile(r"https?://[!-~]*[!-~](?<![.,;:!?)])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One invented paper and what the scripted model says of it."""

    paper: Paper
    summary: Summary
    prose: str = ""
    """What the model says at first instead of an answer; empty for all papers but one."""


@dataclass(frozen=True, slots=True)
class SampleSet:
    """All samples, in id order, and the English names of the categories they use."""

    samples: tuple[Sample, ...]
    subjects: Mapping[str, str]
    """Category or archive → its name, such as `cs.LG` → `Machine Learning`."""


def load_samples() -> SampleSet:
    """Read the samples that the package carries."""
    text = resources.files(__package__).joinpath("samples.json").read_text(encoding="utf-8")
    document = json.loads(text)
    return SampleSet(tuple(_sample(row) for row in document["papers"]), document["subjects"])


def announced(samples: Iterable[Sample], category: str) -> tuple[AnnouncedPaper, ...]:
    """Return what a listing of `category` (or a whole archive) holds: new ones, then cross-lists.

    As on arXiv, a paper is new where its primary category belongs, and a cross-list where only
    another of its categories does.
    """
    entries = [
        AnnouncedPaper(sample.paper, kind)
        for sample in samples
        if (kind := announce_type(sample.paper, category)) is not None
    ]
    return tuple(sorted(entries, key=lambda entry: entry.type.strength))


def announce_type(paper: Paper, category: str) -> AnnounceType | None:
    """Say how a listing of `category` (or a whole archive) announces `paper`; None: not at all."""
    if _belongs(paper.primary, category):
        return AnnounceType.NEW
    if any(_belongs(other, category) for other in paper.categories):
        return AnnounceType.CROSS
    return None


def addresses(text: str) -> tuple[str, ...]:
    """Return the web addresses in `text`, in order, without the punctuation after them."""
    return tuple(_URL.findall(text))


def linked(text: str, anchor: str) -> str:
    r"""Replace each web address in `text` by `anchor`, in which `\g<0>` stands for it."""
    return _URL.sub(anchor, text)


def _belongs(paper_category: str, category: str) -> bool:
    return category in {paper_category, paper_category.partition(".")[0]}


def _sample(row: Mapping[str, Any]) -> Sample:
    paper_id = ArxivId(row["id"])
    texts = (row["title"], row["comment"] or "", row["abstract"])
    return Sample(
        paper=Paper(
            id=paper_id,
            version=1,
            title=row["title"],
            abstract=row["abstract"],
            authors=tuple(row["authors"]),
            categories=tuple(row["categories"]),
            comment=row["comment"],
            links=tuple(url for text in texts for url in addresses(text)),
        ),
        summary=Summary(
            paper_id=paper_id,
            title_zh=row["title_zh"],
            summary_zh=row["summary_zh"],
            abstract_zh=row["abstract_zh"],
            model=MODEL_NAME,
        ),
        prose=row.get("prose", ""),
    )
