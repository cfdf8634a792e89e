"""The gate `preview`: what a keyword would have brought is there before the next key is pressed.

Beside it stands what one would write first: for every request, each abstract in lower case and
`in`. It finds less (no plurals, hyphens, titles), and says nothing but the count.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from types import MappingProxyType
from typing import Final

from newsletter.bench.gate import RUNS, Demand, Row, row
from newsletter.bench.timing import medians
from newsletter.demo.samples import load_samples
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper
from newsletter.services.recent import WEEK, Recent, RecentEdition, usual_words
from newsletter.services.tryout import Trial, try_out
from newsletter.subscribers import Preferences

PAPERS: Final = 1000
"""Of one edition; cs brings 700 to 1,500 papers a day that count."""
KEYWORDS: Final = MappingProxyType(
    {
        "usual": "delayed credit",
        "broad": "reinforcement learning",
        "nothing": "reinforcment lerning",
    }
)
"""Some papers a day, as most readers' keywords have; a fifth of all, so that narrower ways to
write it are tried too; none, so that the days before and other spellings are tried as well."""
DAYS: Final = 22
"""Editions in thirty days, of which a week is shown."""
_FAST: Final = Demand(50, "ms")
_WORD: Final = re.compile(r"\w+")
_SEED: Final = 20260529
_CHANGED: Final = 0.3
"""Share of words that are exchanged, so that no two papers are alike."""
_DAY: Final = date(2026, 5, 29)


def measure(runs: int = RUNS, papers: int = PAPERS) -> Iterator[Row]:
    """Yield the rows, in milliseconds: keywords of three kinds over a week of editions.

    Each beside the naive way, which neither looks into other days nor suggests anything; then
    what loading an edition takes, once a day.
    """
    days = invented_editions(DAYS, papers)
    editions = tuple(RecentEdition.of(_DAY - timedelta(days=i), day) for i, day in enumerate(days))
    week = editions[:WEEK]
    recent = Recent(week, editions[WEEK:], words=usual_words(week))
    abstracts = [[entry.paper for entry in day] for day in days[:WEEK]]
    sides: list[Callable[[], object]] = []
    for keyword in KEYWORDS.values():
        sides += [partial(_ours, recent, keyword), partial(_naively, abstracts, keyword)]
    *seconds, load = medians([*sides, lambda: RecentEdition.of(_DAY, days[0])], runs)
    for kind, ours, naive in zip(KEYWORDS, seconds[::2], seconds[1::2], strict=True):
        yield row(f"preview.{kind}_ms", 1000 * ours, runs, _FAST)
        yield row(f"preview.{kind}_naive_ms", 1000 * naive, runs)
    yield row("preview.edition_loaded_ms", 1000 * load, runs)


def _ours(recent: Recent, keyword: str) -> Trial:
    """Try a keyword that nobody tried before."""
    before = tuple(edition.forgetful() for edition in recent.before or ())
    week = tuple(edition.forgetful() for edition in recent.week)
    return try_out(replace(recent, week=week, before=before), Preferences(keywords=(keyword,)))


def _naively(days: list[list[Paper]], keyword: str) -> list[list[str]]:
    sought = keyword.lower()
    return [[paper.title for paper in day if sought in paper.abstract.lower()] for day in days]


def invented_editions(days: int, papers: int) -> list[list[AnnouncedPaper]]:
    """Return editions of invented papers as long as real ones, the same at every call.

    The sentences are those of the sample papers, with some words exchanged between them.
    """
    chance = random.Random(_SEED)  # noqa: S311 - no secret
    samples = [sample.paper for sample in load_samples().samples]
    words = _WORD.findall(" ".join(paper.abstract for paper in samples))
    numbers = count(1)

    def varied(text: str) -> str:
        return _WORD.sub(
            lambda word: chance.choice(words) if chance.random() < _CHANGED else word[0],
            text,
        )

    def invented() -> AnnouncedPaper:
        model = chance.choice(samples)
        number = next(numbers)
        paper = replace(
            model,
            id=ArxivId(f"{2600 + number // 90_000:04}.{number % 90_000:05}"),
            title=varied(model.title),
            abstract=varied(model.abstract),
        )
        return AnnouncedPaper(paper, AnnounceType.NEW)

    return [[invented() for _ in range(papers)] for _ in range(days)]
