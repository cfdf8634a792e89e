"""What arXiv answers at one instant: from recorded documents, or from an invented world.

path, query, instant, fault ─► Site.answer ─► Answer

An invented world shows a mailing on its pages from 20:00 US Eastern plus that evening's delay,
by OAI-PMH from 22:30, in its feeds and its API from midnight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from arxiv_faults import PLAYED_BY_SITES, Answer, Fault
from arxiv_feeds import (
    Harvest,
    api_error,
    atom,
    feed_entries,
    feed_error,
    oai_error,
    records,
    results,
    rss,
)
from arxiv_pages import Window, catchup, error_page, listing
from arxiv_world import Entry, Event, World

from newsletter.calendar import EASTERN, announced_at
from newsletter.papers import AnnounceType, ArxivId
from newsletter.sources.oai_source import set_of
from newsletter.taxonomy import categories_of, is_category

PAGE_SIZE = 2_000
CATCH_UP = timedelta(days=90)
OAI_AFTER = timedelta(hours=2, minutes=30)
_XML = "application/xml; charset=utf-8"
_CACHED = timedelta(days=7)


class Site(Protocol):
    """What the server serves."""

    @property
    def plays(self) -> frozenset[Fault]:
        """Return which of `PLAYED_BY_SITES` it can play."""

    def answer(self, target: str, now: datetime, fault: Fault | None) -> Answer:
        """Answer a path with its query at an aware instant; of `fault` play what is its own."""


class RecordedSite:
    """Recorded documents by path and query; anything else is a 404."""

    plays: frozenset[Fault] = frozenset()

    def __init__(self, documents: Mapping[str, bytes | Answer]) -> None:
        """Take the documents: bytes are sent with status 200."""
        self._documents = documents

    def answer(self, target: str, now: datetime, fault: Fault | None) -> Answer:
        """Answer as recorded."""
        found = self._documents.get(target, Answer(status=404))
        return found if isinstance(found, Answer) else Answer(body=found)


@dataclass(frozen=True, slots=True)
class _Ask:
    """One request."""

    target: str
    query: Mapping[str, str]
    now: datetime
    fault: Fault | None

    @property
    def today(self) -> date:
        """Return the day on arXiv's servers, which keep UTC."""
        return self.now.astimezone(UTC).date()

    @property
    def missing_rows(self) -> int:
        """Return how many rows of the first section are not there yet."""
        return int(self.fault is Fault.WITHOUT_ROWS)


class WorldSite:
    """All of arXiv's services for one world; categories that it has no papers of are quiet."""

    plays = PLAYED_BY_SITES

    def __init__(self, world: World, *, page_size: int = PAGE_SIZE, oai_page: int = 1_000) -> None:
        """Take the world; the sizes are in entries of a page and records of an OAI-PMH answer."""
        self._world, self._page_size, self._oai_page = world, page_size, oai_page
        self._cached: dict[str, tuple[datetime, Answer]] = {}

    def answer(self, target: str, now: datetime, fault: Fault | None) -> Answer:
        """Answer as arXiv would at `now`."""
        parts = urlsplit(target)
        ask = _Ask(target, dict(parse_qsl(parts.query, keep_blank_values=True)), now, fault)
        match parts.path.strip("/").split("/"):
            case ["list", name, "new"]:
                return self._listing(ask, name)
            case ["catchup", name, day]:
                return self._catchup(ask, name, day)
            case [("rss" | "atom") as flavour, name]:
                return self._feed(ask, flavour, name)
            case ["oai"]:
                return self._oai(ask.query, now)
            case ["api", "query"]:
                return self._api(ask.query, now)
            case _:
                return Answer(status=404, body=error_page("Not found").encode())

    def _entries(self, ask: _Ask, name: str, day: date) -> tuple[Entry, ...]:
        """Return what a document of `day` holds: with a fault, the batch before, half, nothing."""
        shown = self._world.previous(day) if ask.fault is Fault.STALE_BODY else day
        entries = self._world.announcement(name, shown)
        if ask.fault is Fault.SHORT:
            return entries[: len(entries) // 2]
        return () if ask.fault is Fault.NOTHING else entries

    def _listing(self, ask: _Ask, name: str) -> Answer:
        if not _is_known(name):
            return _refused(f"Invalid archive or category: {name}")
        skip, show = ask.query.get("skip", "0"), ask.query.get("show", str(self._page_size))
        if not (skip.isdecimal() and show.isdecimal() and int(show)):
            return _refused(f"Invalid skip or show: {skip}, {show}")
        day, window = self._world.latest(ask.now), Window(int(skip), int(show))
        entries = self._entries(ask, name, day)
        return _page(listing(name, day, entries, window, missing_rows=ask.missing_rows))

    def _catchup(self, ask: _Ask, name: str, text: str) -> Answer:
        """Answer a catch-up page: an empty one is kept for a week, whatever is mailed since."""
        since, kept = self._cached.get(ask.target, (ask.now, None))
        if kept is not None and timedelta() <= ask.now - since < _CACHED:
            return kept
        wrong = self._wrong_catchup(ask, name, text)
        if wrong:
            return _refused(wrong)
        answer = self._caught_up(ask, name, date.fromisoformat(text))
        if b"<dt>" not in answer.body:
            self._cached[ask.target] = ask.now, answer
        return answer

    def _wrong_catchup(self, ask: _Ask, name: str, text: str) -> str:
        """Return why a catch-up page is refused, empty where it is not."""
        try:
            age = ask.today - date.fromisoformat(text)
        except ValueError:
            return f"Invalid date: {text}"
        if not _is_known(name):
            return f"Invalid archive or category: {name}"
        if ask.query.keys() - {"abs", "page"} or not ask.query.get("page", "1").isdecimal():
            return "Only abs and page are allowed"
        if age < timedelta():
            return f"Can't request date later than today. Date: {text}"
        return (
            f"Invalid date: {text}. Catchup only allowed for past 90 days" if age > CATCH_UP else ""
        )

    def _caught_up(self, ask: _Ask, name: str, day: date) -> Answer:
        is_out = day <= self._world.latest(ask.now)
        later = (one for one in self._world.mailings if day < one <= ask.today)
        page = catchup(
            name,
            day,
            self._entries(ask, name, day) if is_out else (),
            Window((int(ask.query.get("page", "1")) - 1) * self._page_size, self._page_size),
            next_day=next(later, None),
            missing_rows=ask.missing_rows,
        )
        return _page(page)

    def _feed(self, ask: _Ask, flavour: str, name: str) -> Answer:
        """Answer a feed: today's in New York, empty on a day without a mailing."""
        day = ask.now.astimezone(EASTERN).date()
        if not _is_known(name):
            body = feed_error(name, day).encode()
            return Answer(status=400, body=body, content_type=_XML)
        entries = feed_entries(self._entries(ask, name, day))
        write = rss if flavour == "rss" else atom
        days = self._mixed(day, entries) if ask.fault is Fault.MIXED_DATES else ()
        return Answer(body=write(name, day, entries, days).encode(), content_type=_XML)

    def _mixed(self, day: date, entries: Sequence[Entry]) -> list[date]:
        early = len(entries) // 3
        return [self._world.previous(day)] * early + [day] * (len(entries) - early)

    def _oai(self, query: Mapping[str, str], now: datetime) -> Answer:
        """Answer `ListRecords`; a token names its place and expires at midnight UTC."""
        harvest = Harvest(now=now.astimezone(UTC), request=query)
        asked, cursor, expires = dict(query), 0, f"{harvest.now:%Y-%m-%d}"
        if "resumptionToken" in query:
            *place, issued = f"{query['resumptionToken']}||||".split("|")[:5]
            if issued != expires or not place[3].isdecimal():
                return _xml(oai_error(harvest, "badResumptionToken", "The token has expired"))
            asked, cursor = dict(zip(("set", "from", "until"), place, strict=False)), int(place[3])
        found = self._changed(asked, now)
        if not found:
            return _xml(oai_error(harvest, "noRecordsMatch", "No records match the request"))
        end = cursor + self._oai_page
        place = [asked["set"], asked["from"], asked["until"], str(end), expires]
        page = Harvest(
            now=harvest.now,
            request=query,
            cursor=cursor,
            size=len(found),
            token="|".join(place) if end < len(found) else "",
        )
        return _xml(records(page, found[cursor:end]))

    def _changed(self, asked: Mapping[str, str], now: datetime) -> list[Event]:
        """Return the papers of a set whose last change lies between two days, by identifier."""
        seen = [day for day in self._world.mailings if announced_at(day) + OAI_AFTER <= now]
        days = [day for day in seen if asked["from"] <= day.isoformat() <= asked["until"]]
        found = (event for day in days for event in self._world.events[day])
        return sorted(
            (one for one in found if _in_set(one, asked["set"]) and self._is_last(one, seen[-1])),
            key=lambda one: str(one.paper.id),
        )

    def _is_last(self, event: Event, until: date) -> bool:
        later = self._world.histories[event.paper.id]
        return not any(event.listing_date < one.listing_date <= until for one in later)

    def _api(self, query: Mapping[str, str], now: datetime) -> Answer:
        """Answer `id_list` with each paper as of midnight; unknown ones are left out."""
        ids, found = query.get("id_list", ""), []
        for item in filter(None, ids.split(",")):
            try:
                paper_id, _ = ArxivId.split(item)
            except ValueError:
                return Answer(status=400, body=api_error(item).encode(), content_type=_XML)
            today = now.astimezone(EASTERN).date()
            life = self._world.histories.get(paper_id, ())
            found += [event for event in life if event.listing_date <= today][-1:]
        start, size = int(query.get("start", "0")), int(query.get("max_results", "10"))
        return _xml(results(ids, found, start=start, size=size))


def types_on_pages(kind: AnnounceType) -> AnnounceType:
    """Return the type as a page shows it: its replacements are all of one kind."""
    return AnnounceType.REPLACE if kind is AnnounceType.REPLACE_CROSS else kind


def _is_known(name: str) -> bool:
    return is_category(name) or bool(categories_of(name))


def _in_set(event: Event, wanted: str) -> bool:
    return any(f"{set_of(one)}:".startswith(f"{wanted}:") for one in event.paper.categories)


def _page(text: str) -> Answer:
    return Answer(body=text.encode())


def _xml(text: str) -> Answer:
    return Answer(body=text.encode(), content_type=_XML)


def _refused(what: str) -> Answer:
    return Answer(status=400, body=error_page(what).encode())
