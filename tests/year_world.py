"""A year of announcements that never were, and what arXiv would show of them at any instant.

Two things are followed: the category cs.LG, with a batch every evening, and the archive stat,
with small batches and quiet days. All papers are invented samples.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from sources_samples import Item, Sample, catchup, listing, rss, section
from test_sources_metadata import api, oai, record

from newsletter.calendar import EASTERN, Calendar, announced_at
from newsletter.taxonomy import categories_of

FOLLOWED = ("cs.LG", "stat")
STAT = categories_of("stat")
HEADINGS = {"new": "New submissions", "cross": "Cross submissions", "replace": "Replacements"}
MARKS = {"cross": "(cross-list from {})", "replace": "(replaced)", "new": ""}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """A paper as one evening announces it."""

    id: str
    primary: str
    categories: tuple[str, ...]
    version: int = 1
    is_late: bool = False
    """It was announced on another day, and is cross-listed now."""

    def type_in(self, wanted: str) -> str:
        """Return new, cross or replace, as `wanted` (a category or archive) announces it."""
        if self.version > 1:
            return "replace"
        return "new" if _within(self.primary, wanted) and not self.is_late else "cross"


@dataclass
class World:
    """Every evening's rows, and the clock that all parties share."""

    random: Random
    first: date
    last: date
    ad_hoc: frozenset[date] = frozenset()
    """Listing dates that no calendar knows to be without a mailing."""
    delays: dict[date, timedelta] = field(default_factory=dict)
    """How long after 20:00 US Eastern a listing appeared."""
    evenings: dict[date, list[Row]] = field(default_factory=dict)
    now: datetime = datetime.min.replace(tzinfo=UTC)

    def __post_init__(self) -> None:
        """Invent the year; it begins the day before the first listing date."""
        self.now = datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC) - DAY
        dates = Calendar().listing_dates(self.first, self.last)
        serial, old, crossed = 1, list[Row](), set[str]()
        for day in dates:
            if day in self.ad_hoc:
                continue
            new = [self._paper(day, serial + at) for at in range(self.random.randint(6, 9))]
            serial += len(new)
            late = [self._crossed(row) for row in self._some(old[-20:], 2) if row.id not in crossed]
            crossed |= {row.id for row in late}
            again = [self._replaced(row) for row in self._some(old, 3)]
            self.evenings[day] = [*new, *late, *again]
            old += new

    def truth(self) -> set[str]:
        """Return all papers that are new, or newly cross-listed, in what is followed."""
        return {
            row.id
            for rows in self.evenings.values()
            for row in rows
            for wanted in FOLLOWED
            if _concerns(row, wanted) and row.type_in(wanted) != "replace"
        }

    def shown(self, *, at: timedelta) -> date | None:
        """Return the newest listing date that came out at least `at` after its mailing."""
        out = [day for day in self.evenings if self._is_out(day, at)]
        return max(out, default=None)

    def batch(self, day: date, wanted: str) -> list[Row]:
        """Return what `wanted` announced on a listing date."""
        return [row for row in self.evenings.get(day, []) if _concerns(row, wanted)]

    def before(self, day: date) -> date:
        """Return the evening before, or the same where there is none."""
        return max((one for one in self.evenings if one < day), default=day)

    def _is_out(self, day: date, after: timedelta) -> bool:
        return self.now >= announced_at(day) + max(after, self.delays.get(day, timedelta()))

    def _paper(self, day: date, serial: int) -> Row:
        primary = "cs.LG" if self.random.random() < 0.85 else self.random.choice(STAT)
        others = [one for one in ("cs.LG", "stat.ML", "cs.CL") if self.random.random() < 0.2]
        ordered = dict.fromkeys([primary, *others])
        return Row(f"{day:%y%m}.{serial:05d}", primary, tuple(ordered))

    def _some(self, rows: Sequence[Row], most: int) -> list[Row]:
        return self.random.sample(rows, min(len(rows), self.random.randint(0, most)))

    def _crossed(self, row: Row) -> Row:
        categories = tuple(dict.fromkeys([*row.categories, "stat.ME"]))
        return Row(row.id, row.primary, categories, is_late=True)

    def _replaced(self, row: Row) -> Row:
        return Row(row.id, row.primary, row.categories, self.random.randint(2, 7))


def _within(category: str, wanted: str) -> bool:
    return f"{category}.".startswith(f"{wanted}.")


def _concerns(row: Row, wanted: str) -> bool:
    return any(_within(category, wanted) for category in row.categories)


def sections(rows: Iterable[Row], wanted: str, *, more: int = 0) -> tuple[list[str], int]:
    """Return the sections of a page, and their total; `more` entries are stated and not there."""
    rows, made, first = list(rows), [], 1
    for kind, name in HEADINGS.items():
        here = [_sample(row, kind) for row in rows if row.type_in(wanted) == kind]
        if here:
            stated = len(here) + more
            made.append(section(f"{name} (showing {stated} of {stated} entries)", here, first))
            first += stated
            more = 0
    return made, first - 1


def listing_page(rows: Iterable[Row], wanted: str, day: date, *, more: int = 0) -> str:
    """Return `/list/<wanted>/new`."""
    made, total = sections(rows, wanted, more=more)
    words = f"{day:%A}, {day.day} {day:%B %Y}"
    return listing(*made, total=total if made else None, day=words, category=wanted)


def catchup_page(rows: Iterable[Row], wanted: str, day: date) -> str:
    """Return `/catchup/<wanted>/<day>`."""
    made, total = sections(rows, wanted)
    page = catchup(*made, total=total, day=f"{day:%a, %d %b %Y}")
    return page.replace("/catchup/cs.LG/", f"/catchup/{wanted}/")


def feed(rows: Iterable[Row], category: str, day: date) -> str:
    """Return `/rss/<category>`; replacements of version 6 and more are left out, as arXiv does."""
    moment = datetime(day.year, day.month, day.day, tzinfo=EASTERN)
    stamp = f"{moment:%a, %d %b %Y %H:%M:%S %z}"
    items = [
        Item(
            id=row.id,
            version=row.version,
            title=f"Sample {row.id}",
            type=row.type_in(category),
            categories=row.categories,
            day=stamp,
        ).rss()
        for row in rows
        if row.version < 6
    ]
    title, link = f"{category} updates on arXiv.org", f"http://rss.arxiv.org/rss/{category}"
    return rss(*items, day=stamp, title=title, link=link)


def harvest(rows: Iterable[Row], set_name: str) -> str:
    """Return an answer of OAI-PMH with what changed on a day."""
    records = [
        record(1, extra="<updated>2026-01-01</updated>" if row.version > 1 else "")
        .replace("2600.00001", row.id)
        .replace("cs.LG stat.ML", " ".join(row.categories))
        for row in rows
    ]
    return oai(*records, request=f' set="{set_name}"')


def looked_up(rows: Iterable[Row]) -> str:
    """Return an answer of the search API."""
    rows = list(rows)
    entries = [
        f"""<entry><id>http://arxiv.org/abs/{row.id}v{row.version}</id>
<title>Sample {row.id}</title><summary>A sample abstract.</summary>
<arxiv:primary_category term="{row.primary}"/>
{"".join(f'<category term="{name}"/>' for name in row.categories)}
<author><name>Sample Author</name></author></entry>"""
        for row in rows
    ]
    return api(*entries, total=len(rows), size=len(rows))


def _sample(row: Row, kind: str) -> Sample:
    first, *others = row.categories
    return Sample(
        id=row.id,
        title=f"Sample {row.id}",
        version=row.version,
        subjects=f'<span class="primary-subject">Subject ({first})</span>'
        + "".join(f"; Subject ({name})" for name in others),
        mark=MARKS[kind].format(row.primary),
    )
