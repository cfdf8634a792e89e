"""One short text to plant faults in, and chance that is the same each time."""

from random import Random

from newsletter.bench.pairs import Pair
from newsletter.bench.spots import Text, names_of
from newsletter.fidelity.findings import Draft
from newsletter.papers import ArxivId, Paper

ENGLISH = "We present ALPHA and BETA. ALPHA gains 12% on three tasks with 40 runs, at most."
CHINESE = "我们提出 ALPHA 和 BETA。ALPHA 在三个任务上以至多 40 次运行提高 12%。"


def text(
    chinese: str = CHINESE,
    english: str = ENGLISH,
    field: str = "abstract_zh",
    paper: str = "",
) -> Text:
    """Return one field as the mutators see it."""
    whole = paper or english
    return Text(field, english, chinese, whole, names_of(whole, chinese))


def pair() -> Pair:
    """Return a short pair."""
    paper = Paper(
        id=ArxivId("2600.99999"),
        version=1,
        title="ALPHA for Plants",
        abstract=ENGLISH,
        authors=("Sample Author",),
        categories=("cs.LG",),
    )
    return Pair(paper, Draft(title_zh="面向植物的 ALPHA", abstract_zh=CHINESE))


def chance(seed: int) -> Random:
    """Return a source of chance."""
    return Random(seed)  # noqa: S311 # no secret comes of it


def seeds(count: int = 60) -> list[Random]:
    """Return sources of chance, one after the other."""
    return [chance(seed) for seed in range(count)]
