"""A year of announcements by an arXiv that never was, the same each time for the same seed.

calendar ─ mailings ─ submissions ─ lives (cross-listed later, replaced, withdrawn) ─ World
World.announcement(name, listing date) ─► entries;  World.truth(…) ─► what a client must find

Nothing here knows HTTP or markup: `arxiv_pages` writes it down, `arxiv_server` serves it.
"""

import random
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from newsletter.calendar import Calendar, announced_at
from newsletter.papers import AnnounceType, ArxivId, Paper, PaperId

RATES: Mapping[str, float] = MappingProxyType(
    {"cs.LG": 6.0, "cs.AI": 4.0, "cs.CL": 3.0, "stat.ML": 1.0, "stat.ME": 0.6},
)
"""New papers a mailing and primary category, on average; stat.ME has days without any."""

WARM_UP = timedelta(days=60)
"""Mailings before the first asked for, so that its replacements replace something."""

MOST_VERSIONS = 7

_TOPICS = (
    "diffusion models",
    "reinforcement learning",
    "large language models",
    "graph neural networks",
    "causal inference",
    "Bayesian optimisation",
    "retrieval-augmented generation",
    "conformal prediction",
)
_TASKS = ("protein folding", "weather forecasts", "code review", "survey data", "robot arms")
_MONTHLY_ROOM = 2_000
_TUESDAY = 1


class Happening(StrEnum):
    """What a mailing can say of a paper."""

    SUBMITTED = "submitted"
    CROSSED = "crossed"
    """It appears in further categories, on a later day."""
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that one mailing says of one paper; `paper` is as it stands from then on."""

    listing_date: date
    happening: Happening
    paper: Paper
    submitted: date
    """Day of version 1, US Eastern."""
    added: frozenset[str] = frozenset()
    """The categories that it appears in for the first time."""
    withdrawn: bool = False

    def type_in(self, name: str) -> AnnounceType | None:
        """Return how `name`, a category or an archive, announces it; None where it does not."""
        covered = {one for one in self.paper.categories if covers(name, one)}
        is_home = covers(name, self.paper.primary)
        if not covered or (self.happening is Happening.CROSSED and not covered <= self.added):
            return None
        if self.happening is Happening.REPLACED:
            return AnnounceType.REPLACE if is_home else AnnounceType.REPLACE_CROSS
        return AnnounceType.NEW if is_home else AnnounceType.CROSS


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an announcement: the event, and its type in the category asked for."""

    event: Event
    type: AnnounceType

    @property
    def paper(self) -> Paper:
        """Return the paper as announced."""
        return self.event.paper


def covers(name: str, category: str) -> bool:
    """Say whether `name`, a category or an archive, covers `category`."""
    return f"{category}.".startswith(f"{name}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All that is ever announced between two days, and when it comes out."""

    categories: tuple[str, ...]
    mailings: tuple[date, ...]
    """Listing dates that were really mailed, in order; the warm-up's come first."""
    unannounced: frozenset[date]
    """Listing dates that the calendar promises and that have no mailing, ad hoc."""
    delays: Mapping[date, timedelta] = field(repr=False)
    """From 20:00 US Eastern until the pages show the new listing date, a mailing each."""
    events: Mapping[date, tuple[Event, ...]] = field(repr=False)
    histories: Mapping[PaperId, tuple[Event, ...]] = field(repr=False)
    """Everything that happens to a paper, oldest first."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the categories and their archives."""
        archives = dict.fromkeys(one.partition(".")[0] for one in self.categories)
        return (*self.categories, *archives)

    def announcement(self, name: str, listing_date: date) -> tuple[Entry, ...]:
        """Return what a category or archive announces, as arXiv orders it; empty for no mailing."""
        typed = ((event, event.type_in(name)) for event in self.events.get(listing_date, ()))
        entries = [Entry(event, kind) for event, kind in typed if kind is not None]
        return tuple(sorted(entries, key=lambda one: (one.type.strength, str(one.paper.id))))

    def truth(self, followed: Collection[str], first: date, last: date) -> frozenset[PaperId]:
        """Return the papers that any of `followed` announces as new or crossed, both days in."""
        days = (day for day in self.mailings if first <= day <= last)
        fresh = {AnnounceType.NEW, AnnounceType.CROSS}
        return frozenset(
            event.paper.id
            for day in days
            for event in self.events[day]
            if any(event.type_in(name) in fresh for name in followed)
        )

    def mailed_at(self, listing_date: date) -> datetime:
        """Return the aware instant at which the pages show `listing_date`, which was mailed."""
        return announced_at(listing_date) + self.delays[listing_date]

    def latest(self, now: datetime) -> date:
        """Return the listing date that the pages show at `now`: that of the last mailing."""
        out = bisect_right(self.mailings, now, key=self.mailed_at)
        return self.mailings[max(out, 1) - 1]

    def previous(self, listing_date: date) -> date:
        """Return the listing date mailed before `listing_date`."""
        out = bisect_right(self.mailings, listing_date - timedelta(days=1))
        return self.mailings[max(out, 1) - 1]


def make_world(
    seed: int,
    first: date,
    last: date,
    *,
    calendar: Calendar | None = None,
    rates: Mapping[str, float] = RATES,
    unannounced: int = 3,
) -> World:
    """Return the world between two listing dates, both included.

    `calendar` is what the client believes (default: the built-in one); of the mailings that it
    promises, `unannounced` do not take place. `rates` are as `RATES`.
    """
    dice = random.Random(seed)  # noqa: S311 - play, not secrets
    promised = (calendar or Calendar()).listing_dates(first - WARM_UP, last)
    inside = [day for day in promised[:-1] if day > first]
    skipped = frozenset(dice.sample(inside, min(unannounced, len(inside) // 10)))
    mailings = tuple(day for day in promised if day not in skipped)
    events, histories = _events(_Author(dice, rates), mailings)
    return World(
        categories=tuple(rates),
        mailings=mailings,
        unannounced=skipped,
        delays={day: _delay(dice) for day in mailings},
        events=events,
        histories=histories,
    )


def _delay(dice: random.Random) -> timedelta:
    """Return some minutes; one mailing in twenty is still absent at half past eight."""
    minutes = dice.uniform(31, 45) if dice.random() < 1 / 20 else dice.uniform(0.5, 14)
    return timedelta(seconds=round(minutes * 60))


def _events(
    author: "_Author", mailings: tuple[date, ...]
) -> tuple[dict[date, tuple[Event, ...]], dict[PaperId, tuple[Event, ...]]]:
    """Return what each mailing says, and each paper's life; one event a paper and mailing."""
    days: dict[date, list[Event]] = {day: [] for day in mailings}
    lives: dict[PaperId, tuple[Event, ...]] = {}
    for at, day in enumerate(mailings):
        for paper in author.submissions(day):
            lives[paper.id] = tuple(author.life(paper, at, mailings))
            for event in lives[paper.id]:
                days[event.listing_date].append(event)
    return {day: tuple(events) for day, events in days.items()}, lives


@dataclass(slots=True)
class _Author:
    """Writes papers and decides what becomes of them."""

    dice: random.Random
    rates: Mapping[str, float]
    month: str = ""
    number: int = 0
    """The last identifier given in that month."""

    def submissions(self, listing_date: date) -> list[Paper]:
        """Return one mailing's new papers, identifiers ascending; Tuesday has three days' worth."""
        share = 1.5 if listing_date.weekday() == _TUESDAY else 1.0
        homes = [one for one in self.rates for _ in range(self._count(self.rates[one] * share))]
        self.dice.shuffle(homes)
        day = listing_date - timedelta(days=1)
        room = max(_MONTHLY_ROOM // max(len(homes), 1), 1)
        return [self._paper(self._next_id(day, room), home) for home in homes]

    def life(self, paper: Paper, at: int, mailings: tuple[date, ...]) -> Iterable[Event]:
        """Yield what happens to a paper submitted for mailing number `at`, in order of time."""
        submitted = mailings[at] - timedelta(days=1)
        happening, withdrawn = Happening.SUBMITTED, False
        added = frozenset(paper.categories)
        at += self.dice.randint(1, 3) if self.dice.random() < 1 / 100 else 0  # held by moderators
        while at < len(mailings):
            yield Event(
                listing_date=mailings[at],
                happening=happening,
                paper=paper,
                submitted=submitted,
                added=added,
                withdrawn=withdrawn,
            )
            if withdrawn:
                return
            at += self.dice.randint(1, 25)
            happening, paper, withdrawn = self._next(paper)
            if happening is Happening.SUBMITTED:
                return
            added = frozenset(paper.categories[-1:]) if happening is Happening.CROSSED else added

    def _next(self, paper: Paper) -> tuple[Happening, Paper, bool]:
        """Return the paper's next step; SUBMITTED once more means that there is none."""
        fate = self.dice.random()
        free = [one for one in self.rates if one not in paper.categories]
        if fate < 0.06 and free:
            (further,) = self.dice.choices(free, [self.rates[one] for one in free])
            crossed = replace(paper, categories=(*paper.categories, further))
            return Happening.CROSSED, crossed, False
        if fate < 0.4 and (paper.version or 1) < MOST_VERSIONS:
            if fate < 0.07:
                return Happening.REPLACED, withdrawn_from(paper), True
            return Happening.REPLACED, revised(paper), False
        return Happening.SUBMITTED, paper, False

    def _count(self, rate: float) -> int:
        return max(int(self.dice.gauss(rate, rate**0.5) + 0.5), 0)

    def _next_id(self, day: date, room: int) -> ArxivId:
        """Return the next identifier: others, of categories that nobody follows, lie between."""
        month = f"{day:%y%m}"
        self.number = 0 if month != self.month else self.number
        self.month, self.number = month, self.number + self.dice.randint(1, room)
        return ArxivId(f"{month}.{self.number:05}")

    def _paper(self, paper_id: ArxivId, home: str) -> Paper:
        others = [
            one
            for one, rate in self.rates.items()
            if one != home and self.dice.random() < min(0.03 * rate, 0.15)
        ]
        topic, task = self.dice.choice(_TOPICS), self.dice.choice(_TASKS)
        link = f"https://example.org/sample/{paper_id}" if self.dice.random() < 0.1 else ""
        comment = f"{self.dice.randint(4, 40)} sample pages"
        return Paper(
            id=paper_id,
            version=1,
            title=f"Sample {paper_id}: {topic} for {task}{self._awkward()}",
            abstract=_abstract(paper_id, topic, task, link),
            authors=self._authors(),
            categories=(home, *others),
            comment=comment if self.dice.random() < 0.7 else None,
            links=(link,) if link else (),
        )

    def _authors(self) -> tuple[str, ...]:
        numbers = self.dice.sample(range(1, 500), self.dice.randint(1, 5))
        return tuple(f"Sample {'Autör' if n % 11 == 0 else 'Author'} {n}" for n in numbers)

    def _awkward(self) -> str:
        """Return now and then what careless markup would lose."""
        return self.dice.choice((" where $p<q$ & $q>r$", ' in S&P\'s "style"', *[""] * 10))


def _abstract(paper_id: ArxivId, topic: str, task: str, link: str) -> str:
    text = (
        f"This is the sample abstract of {paper_id}, written for tests. It applies {topic} to "
        f"{task}, with $a<b$ & $c>d$ kept, and gains {int(str(paper_id)[-2:]) % 90 + 5}\\% in "
        "accuracy over a sample baseline."
    )
    return f"{text} Code: {link}" if link else text


def revised(paper: Paper) -> Paper:
    """Return the next version of a paper; its abstract says so."""
    version = (paper.version or 1) + 1
    first = paper.abstract.partition(" Version ")[0]
    return replace(paper, version=version, abstract=f"{first} Version {version} adds results.")


def withdrawn_from(paper: Paper) -> Paper:
    """Return the version by which the authors withdraw a paper."""
    comment = f"This sample paper has been withdrawn by {paper.authors[0]}"
    return replace(paper, version=(paper.version or 1) + 1, comment=comment)
