"""A server that plays arXiv in a simulated year, well or badly, over real sockets."""

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from year_world import (
    World,
    catchup_page,
    feed,
    harvest,
    listing_page,
    looked_up,
)

from newsletter.papers import Counts  # noqa: F401 # the words of the product

SECOND = timedelta(seconds=1)


class Fault(StrEnum):
    """What may go wrong with one answer; each is named in the timeline in plain words."""

    UNAVAILABLE = "503 with Retry-After, plain text"
    TOO_MANY = "429 with Retry-After"
    NOT_ACCEPTABLE = "406, as the API of September 2026"
    RESET = "the connection is reset before an answer"
    TRUNCATED = "the body ends in the middle, and says so"
    CUT = "the body ends in the middle, and seems whole"
    ERROR_PAGE = "an HTML error page with 200"
    JSON = "JSON with 200"
    EMPTY = "200 without a body"
    WRONG_COUNT = "a heading states more entries than there are"
    SHORT = "entries are missing and nothing says so"
    STALE = "the batch before under the new date"
    YESTERDAY = "the page of the day before"
    NOTHING = "'No updates' where there is a batch"
    UNPAIRED = "an entry without its body"
    LOOP = "redirects in a circle"
    BOMB = "gzip that inflates to many megabytes"
    ENDLESS = "a body without end"
    INVALID = "bytes that are not UTF-8"
    SLOW = "an answer that takes a minute"


FAULTS = tuple(Fault)


@dataclass
class Asked:
    """One request: when it came and how it was answered, in the world's time."""

    at: datetime
    path: str
    fault: Fault | None


@dataclass
class Played:
    """The server's side: the world, its faults, and what was asked."""

    world: World
    rate: float = 0.0
    """The share of requests that a random fault befalls."""
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)
    stale_feeds: frozenset[date] = frozenset()
    next_faults: list[Fault | None] = field(default_factory=list)
    """Faults for the next requests, in order, before any random one."""
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def fault_for(self, path: str) -> Fault | None:
        """Choose what goes wrong with the next answer."""
        if self.next_faults:
            return self.next_faults.pop(0)
        if any(start <= self.world.now < end for start, end in self.outages):
            return Fault.UNAVAILABLE
        if self.world.random.random() >= self.rate:
            return None
        fault = self.world.random.choice(FAULTS)
        # What nobody can see through: a quiet day of a small archive, and a page of the past
        # that is short in itself. The listing is looked at again; a page of the past is not.
        is_past = path.startswith("/catchup")
        is_hidden = fault in {Fault.SHORT, Fault.NOTHING} and is_past
        return None if is_hidden else fault

    def answer(self, path: str, fault: Fault | None) -> str | None:
        """Return the document at `path`, with a fault that concerns its content; None: 404."""
        parts = urlsplit(path)
        if found := re.fullmatch(r"/list/([\w.-]+)/new", parts.path):
            return self._listing(found[1], fault)
        if found := re.fullmatch(r"/catchup/([\w.-]+)/([\d-]+)", parts.path):
            return self._catchup(found[1], date.fromisoformat(found[2]), fault)
        if found := re.fullmatch(r"/rss/([\w.-]+)", parts.path):
            return self._feed(found[1], fault)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/oai":
            return self._oai(query["set"], date.fromisoformat(query["from"]))
        if parts.path == "/api/query":
            wanted = set(query["id_list"].split(","))
            rows = {r.id: r for rows in self.world.evenings.values() for r in rows}
            return looked_up(rows[one] for one in wanted if one in rows)
        return None

    def _listing(self, wanted: str, fault: Fault | None) -> str | None:
        day = self.world.shown(at=timedelta(minutes=4))
        if day is None:
            return None
        if fault is Fault.YESTERDAY:
            day = self.world.before(day)
        rows = self.world.batch(self.world.before(day) if fault is Fault.STALE else day, wanted)
        if fault is Fault.NOTHING:
            rows = []
        if fault is Fault.SHORT:
            rows = rows[: len(rows) // 2]
        return listing_page(rows, wanted, day, more=fault is Fault.WRONG_COUNT)

    def _catchup(self, wanted: str, day: date, fault: Fault | None) -> str | None:
        rows = self.world.batch(day, wanted)
        if fault is Fault.STALE:
            rows = self.world.batch(self.world.before(day), wanted)
        if not rows:
            return f"""<!DOCTYPE html><html lang="en"><head><title></title></head><body>
<h1>Catchup results for Samples on {day:%a, %d %b %Y}</h1>
<a href="/catchup/{wanted}/{day + timedelta(days=1)}?abs=True&amp;page=1">Continue</a>
<p>There was either no announcement or no updates.</p><p>No updates for {day}.</p>
</body></html>"""
        return catchup_page(rows, wanted, day)

    def _feed(self, category: str, fault: Fault | None) -> str | None:
        day = self.world.shown(at=timedelta(hours=4))
        if day is None:
            return None
        is_stale = fault is Fault.STALE or day in self.stale_feeds
        if fault is Fault.YESTERDAY:
            day = self.world.before(day)
        return feed(
            self.world.batch(self.world.before(day) if is_stale else day, category), category, day
        )

    def _oai(self, set_name: str, day: date) -> str:
        is_out = self.world.shown(at=timedelta(hours=2, minutes=30))
        wanted = ".".join(set_name.split(":")[1:]) or set_name
        rows = self.world.batch(day, wanted) if is_out and day <= is_out else []
        return harvest(rows, set_name)


class _Handler(BaseHTTPRequestHandler):
    """Answers as the world has it, and as the fault wants it."""

    played: Played

    def do_GET(self) -> None:
        """Answer one request; it takes a second of the world's time."""
        fault = self.played.fault_for(self.path)
        self.played.asked.append(Asked(self.played.world.now, self.path, fault))
        self.played.world.now += timedelta(minutes=1) if fault is Fault.SLOW else SECOND
        self._act(fault)

    def _act(self, fault: Fault | None) -> None:
        special: dict[Fault, Callable[[], None]] = {
            Fault.UNAVAILABLE: lambda: self._send(503, b"Service unavailable", after="120"),
            Fault.TOO_MANY: lambda: self._send(429, b"Rate exceeded.", after="60"),
            Fault.NOT_ACCEPTABLE: lambda: self._send(406, b""),
            Fault.RESET: self._reset,
            Fault.ERROR_PAGE: lambda: self._send(200, b"<html><h1>Error</h1></html>"),
            Fault.JSON: lambda: self._send(200, b'{"error": "busy"}'),
            Fault.EMPTY: lambda: self._send(200, b""),
            Fault.LOOP: lambda: self._send(302, b"", location=self.path),
            Fault.BOMB: self._bomb,
            Fault.ENDLESS: self._endless,
        }
        if fault in special:
            special[fault]()
            return
        text = self.played.answer(self.path, fault)
        if text is None:
            self._send(404, b"")
            return
        self._document(text, fault)

    def _document(self, text: str, fault: Fault | None) -> None:
        body = text.encode()
        if fault is Fault.UNPAIRED:
            body = re.sub(rb"<dd>.*?</dd>", b"", body, count=1, flags=re.DOTALL)
        if fault is Fault.INVALID:
            body = body.replace(b"Sample", b"S\xffmple", 1)
        if fault is Fault.CUT:
            body = body[: len(body) // 2]
        claimed = len(body)
        self._send(200, body[: claimed // 2] if fault is Fault.TRUNCATED else body, claimed=claimed)

    def _send(
        self,
        status: int,
        body: bytes,
        *,
        after: str = "",
        location: str = "",
        claimed: int | None = None,
    ) -> None:
        self.send_response(status)
        if after:
            self.send_header("Retry-After", after)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body) if claimed is None else claimed))
        self.end_headers()
        self._write(body)

    def _bomb(self) -> None:
        """Send a little gzip that becomes sixteen megabytes."""
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(BOMB)))
        self.end_headers()
        self._write(BOMB)

    def _endless(self) -> None:
        """Send megabytes until the client has had enough."""
        self.send_response(200)
        self.end_headers()
        for _ in range(50):
            if not self._write(b"x" * 1_000_000):
                return

    def _write(self, body: bytes) -> bool:
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True
            return False
        return True

    def _reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


BOMB = __import__("gzip").compress(b"\0" * 16_000_000, 9)
"""Sixteen kilobytes that become sixteen megabytes."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Say nothing of connections that the client closed."""


@contextmanager
def play(played: Played) -> Iterator[Played]:
    """Run the server while the block lasts."""
    handler = type("Handler", (_Handler,), {"played": played})
    server = _Server(("127.0.0.1", 0), handler)
    played.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield played
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
