"""What can go wrong at arXiv, by name, and when it does.

    Weather ─ an instant, a path ─► Fault ─┬─ STALE_BODY, MIXED_DATES, WITHOUT_ROWS: the site plays
    (chances a request, spans of time)     ├─ `spoiled`: an answer ─► the answer gone wrong
                                           └─ the rest: the server, on the wire

Seeded: the same weather at the same instant and path, whatever was asked before.
"""

import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum
from types import MappingProxyType

from arxiv_pages import error_page

from newsletter.calendar import EASTERN, announced_at


class Fault(Enum):
    """One way in which an answer goes wrong; the value is its name in records."""

    LATENCY = "latency"
    """The answer is right, and late by `serve`'s `latency`."""
    TOO_MANY = "too_many"
    """429 with Retry-After and arXiv's 14 bytes, "Rate exceeded."."""
    NOT_ACCEPTABLE = "not_acceptable"
    """406, as the API answered in September 2026."""
    UNAVAILABLE = "unavailable"
    """503 in plain text with Retry-After, as recorded."""
    TRUNCATED = "truncated"
    """Two thirds of the body, with a Content-Length that agrees: HTTP does not show the cut."""
    WRONG_TYPE = "wrong_type"
    """200 with an HTML error page the first time, with JSON the second, and so on in turns."""
    RESET = "reset"
    """The connection is reset in the middle of the body."""
    STALE_BODY = "stale_body"
    """The batch of the mailing before, under the new date."""
    WRONG_COUNT = "wrong_count"
    """A page's first heading states one entry more than there is."""
    REDIRECT_LOOP = "redirect_loop"
    """302 to an address that sends on for ever."""
    HUGE = "huge"
    """Half of the body, then 50 MB of spaces, streamed without a Content-Length."""
    GZIP_BOMB = "gzip_bomb"
    """A gzip of 256 KB that inflates to 256 MB."""
    MIXED_DATES = "mixed_dates"
    """The first third of a feed's items is dated at the mailing before."""
    EMPTY = "empty"
    """200 with no bytes."""
    WITHOUT_ROWS = "without_rows"
    """A page's first section says "showing 29 of 30": a row is not there yet."""
    INVALID_UTF8 = "invalid_utf8"
    """A byte in the middle that is not UTF-8."""
    OUTAGE = "outage"
    """The connection is closed without an answer."""
    UNPAIRED = "unpaired"
    """An entry's heading without its body."""
    SHORT = "short"
    """Half of the entries, and nothing says so."""
    NOTHING = "nothing"
    """ "No updates", where there is a batch."""


_PAGES = frozenset({"list", "catchup"})
_FEEDS = frozenset({"rss", "atom"})
_ONLY = {
    Fault.WRONG_COUNT: _PAGES,
    Fault.WITHOUT_ROWS: _PAGES,
    Fault.MIXED_DATES: _FEEDS,
    Fault.STALE_BODY: _PAGES | _FEEDS,
    Fault.UNPAIRED: _PAGES,
    # A listing is looked at again and a page of the past is not: there it would never be seen.
    Fault.SHORT: frozenset({"list"}),
    Fault.NOTHING: frozenset({"list"}),
}
PLAYED_BY_SITES = frozenset(
    {Fault.STALE_BODY, Fault.MIXED_DATES, Fault.WITHOUT_ROWS, Fault.SHORT, Fault.NOTHING}
)
"""Faults that only someone who knows the papers can play."""

CHANCES: Mapping[Fault, float] = MappingProxyType(
    {
        Fault.LATENCY: 0.005,
        Fault.TOO_MANY: 0.01,
        Fault.NOT_ACCEPTABLE: 0.002,
        Fault.UNAVAILABLE: 0.01,
        Fault.TRUNCATED: 0.01,
        Fault.WRONG_TYPE: 0.005,
        Fault.RESET: 0.01,
        Fault.WRONG_COUNT: 0.003,
        Fault.REDIRECT_LOOP: 0.001,
        Fault.EMPTY: 0.005,
        Fault.WITHOUT_ROWS: 0.01,
        Fault.INVALID_UTF8: 0.003,
        Fault.MIXED_DATES: 0.003,
        Fault.UNPAIRED: 0.005,
        Fault.SHORT: 0.002,
        Fault.NOTHING: 0.002,
    },
)
"""Of one request, in a bad year. HUGE and GZIP_BOMB cost a second each: ask for them."""

_STALE_FEED = "^/(?:rss|atom)/"
_HEADING = re.compile(rb"showing (?P<part>first |last )?(?P<shown>\d+) of (?P<total>\d+)")
_BODY = re.compile(rb"<dd>.*?</dd>", re.DOTALL)
_TEXT_END = re.compile(rb"</(?:p|description|summary|abstract)>")


def suits(fault: Fault, target: str) -> bool:
    """Say whether the service that `target` (path and query) belongs to can have the fault."""
    service = target.lstrip("/").partition("/")[0].partition("?")[0]
    return service in _ONLY.get(fault, {service})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent: `retry_after` in seconds, `location` for a redirect."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    retry_after: int | None = None
    location: str = ""


def spoiled(answer: Answer, fault: Fault, *, retry_after: int = 300, nth: int = 0) -> Answer:
    """Return the answer with the fault, unchanged for those played elsewhere.

    `nth` is how often this fault came before.
    """
    if fault in _REFUSALS:
        status, words, waits = _REFUSALS[fault]
        wait = retry_after if waits else None
        return Answer(status=status, body=words, content_type="text/plain", retry_after=wait)
    if fault is Fault.REDIRECT_LOOP:
        return Answer(status=302, location=f"/loop/{nth}")
    if fault is Fault.WRONG_TYPE:
        return _of_another_type(nth)
    damage = _DAMAGES.get(fault)
    return replace(answer, body=damage(answer.body)) if damage else answer


def _of_another_type(nth: int) -> Answer:
    if nth % 2:
        body = json.dumps({"error": "sample"}).encode()
        return Answer(body=body, content_type="application/json")
    return Answer(body=error_page("We are experiencing sample difficulties").encode())


def _one_more(found: re.Match[bytes]) -> bytes:
    shown, total = int(found["shown"]) + 1, int(found["total"]) + 1
    return b"showing %s%d of %d" % (found["part"] or b"", shown, total)


def _with_bad_byte(body: bytes) -> bytes:
    """Put the byte at the end of a text in the middle; where there is none, before the end tag."""
    found = _TEXT_END.search(body, len(body) // 2) or _TEXT_END.search(body)
    at = found.start() if found else body.rindex(b"</")
    return body[:at] + b"\xff" + body[at:]


_REFUSALS = {
    Fault.TOO_MANY: (429, b"Rate exceeded.", True),
    Fault.NOT_ACCEPTABLE: (406, b"Not Acceptable", False),
    Fault.UNAVAILABLE: (
        503,
        b"This listing is temporarily unavailable; please retry in a few minutes.",
        True,
    ),
}
"""Status, body, and whether it says when to come back."""

_DAMAGES: Mapping[Fault, Callable[[bytes], bytes]] = {
    Fault.TRUNCATED: lambda body: body[: len(body) * 2 // 3],
    Fault.EMPTY: lambda _: b"",
    Fault.WRONG_COUNT: lambda body: _HEADING.sub(_one_more, body, count=1),
    Fault.INVALID_UTF8: _with_bad_byte,
    Fault.UNPAIRED: lambda body: _BODY.sub(b"", body, count=1),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A fault for some time, `begin` included and `end` not, both aware."""

    fault: Fault
    begin: datetime
    end: datetime
    pattern: str = ""
    """A regular expression for path and query; the empty one matches everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Faults that come by themselves: spans of time first, then chances a request."""

    seed: int = 0
    chances: Mapping[Fault, float] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()

    def fault(self, now: datetime, target: str, nth: int) -> Fault | None:
        """Return the fault of the `nth` request (from 0) for `target` at one instant."""
        for span in self.spans:
            is_now = span.begin <= now < span.end
            if is_now and suits(span.fault, target) and re.search(span.pattern, target):
                return span.fault
        dice = random.Random(f"{self.seed} {now.isoformat()} {target} {nth}")  # noqa: S311 - play
        roll = dice.random()
        for fault, chance in self.chances.items():
            if roll < chance:
                return fault if suits(fault, target) else None
            roll -= chance
        return None


def bad_year(
    seed: int,
    first: date,
    last: date,
    *,
    chances: Mapping[Fault, float] = CHANCES,
    outages: int = 12,
    stale_feeds: int = 13,
) -> Weather:
    """Return the weather between two days: faults of requests, and spans.

    `outages` last from one hour to thirty, and every second one begins with the evening's
    mailing; on `stale_feeds` days (13 dates in ten months were recorded) every feed is old.
    """
    dice = random.Random(seed)  # noqa: S311 - play
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    spans = []
    for number in range(outages):
        begin = announced_at(dice.choice(days))
        if number % 2:
            begin += timedelta(minutes=dice.randrange(24 * 60))
        spans.append(Span(Fault.OUTAGE, begin, begin + timedelta(hours=dice.uniform(1, 30))))
    for day in dice.sample(days, min(stale_feeds, len(days))):
        begin = datetime(day.year, day.month, day.day, tzinfo=EASTERN)
        spans.append(Span(Fault.STALE_BODY, begin, begin + timedelta(days=1), _STALE_FEED))
    return Weather(seed=seed, chances=chances, spans=tuple(spans))
