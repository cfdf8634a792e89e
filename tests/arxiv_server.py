"""A local arXiv over real sockets, with faults on demand.

    with serve(WorldSite(world), clock) as arxiv:          or RecordedSite(documents)
        arxiv.once(Fault.TRUNCATED, "^/list/")
        ListingSource(fetcher, arxiv.url).fetch("cs", day)
        arxiv.requests[-1].fault

    request ─ once, else the weather ─► Fault ─ Site.answer ─ spoiled ─► the wire

All services live on one port: /list, /catchup, /rss, /atom, /oai and /api/query. Connections are
closed after each answer. Every request is kept with the world's instant and its fault.
"""

import functools
import re
import socket
import struct
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from arxiv_faults import PLAYED_BY_SITES, Answer, Fault, Weather, spoiled, suits
from arxiv_site import Site

HUGE_SIZE = 50 * 1024 * 1024
BOMB_SIZE = 256 * 1024 * 1024

_CHUNK = 64 * 1024
_LOOP = "/loop/"
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing sends RST."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, at which instant of the world, and what it got."""

    at: datetime
    target: str
    fault: Fault | None
    status: int


class Arxiv:
    """The server as a test sees it; its methods are safe to call while it runs."""

    def __init__(
        self,
        site: Site,
        clock: Callable[[], datetime],
        weather: Weather,
        *,
        latency: float,
        retry_after: int,
    ) -> None:
        """Take what `serve` was given."""
        self.url = ""
        self.requests: list[Request] = []
        self.defects: list[BaseException] = []
        """Errors of the server itself; `serve` raises the first."""
        self.latency = latency
        self.closing = threading.Event()
        self._site, self._clock, self._weather = site, clock, weather
        self._retry_after = retry_after
        self._once: list[tuple[Fault, re.Pattern[str]]] = []
        self._lock = threading.Lock()

    def once(self, fault: Fault, pattern: str = "") -> None:
        """Let the next request that matches, and can have it, get `fault`; several queue up."""
        if fault in PLAYED_BY_SITES - self._site.plays:
            raise ValueError(f"{fault} needs an invented world")
        with self._lock:
            self._once.append((fault, re.compile(pattern)))

    def forget(self) -> None:
        """Play none of the faults that still wait for a request."""
        with self._lock:
            self._once.clear()

    def calm(self) -> None:
        """Let the weather be good from now on."""
        with self._lock:
            self._weather = Weather()

    def faults(self) -> Counter[Fault]:
        """Return how often each fault was played."""
        with self._lock:
            return Counter(one.fault for one in self.requests if one.fault is not None)

    def play(self, target: str) -> tuple[Answer, Fault | None]:
        """Return the answer to a request and its fault, and keep both; for the handler."""
        with self._lock:
            now = self._clock()
            fault = self._next_fault(now, target)
            answer = self._answer(target, now, fault)
            status = 0 if fault is Fault.OUTAGE else answer.status
            self.requests.append(Request(now, target, fault, status))
            return answer, fault

    def _next_fault(self, now: datetime, target: str) -> Fault | None:
        for asked in self._once:
            if suits(asked[0], target) and asked[1].search(target):
                self._once.remove(asked)
                return asked[0]
        if target.startswith(_LOOP):
            return None
        nth = sum(1 for one in self._since(now) if one.target == target)
        fault = self._weather.fault(now, target, nth)
        return None if fault in PLAYED_BY_SITES - self._site.plays else fault

    def _since(self, now: datetime) -> Iterator[Request]:
        """Yield the requests at this very instant, latest first."""
        for one in reversed(self.requests):
            if one.at != now:
                return
            yield one

    def _answer(self, target: str, now: datetime, fault: Fault | None) -> Answer:
        if target.startswith(_LOOP):
            return Answer(status=302, location=f"{target}0")
        answer = self._site.answer(target, now, fault)
        if fault is None:
            return answer
        nth = sum(one.fault is fault for one in self.requests)
        return spoiled(answer, fault, retry_after=self._retry_after, nth=nth)


class _Handler(BaseHTTPRequestHandler):
    """Puts an answer on the wire, or what is to happen in its place."""

    arxiv: Arxiv

    def do_GET(self) -> None:
        """Answer one request."""
        answer, fault = self.arxiv.play(self.path)
        if fault is Fault.OUTAGE:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            return
        if fault is Fault.LATENCY:
            self.arxiv.closing.wait(self.arxiv.latency)
        try:
            self._send(answer, fault)
        except ConnectionError:  # the client had enough
            self.close_connection = True

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        if fault is Fault.HUGE:
            self._head(answer, None)
            self._stream(answer.body[: len(answer.body) // 2])
        elif fault is Fault.GZIP_BOMB:
            self._head(answer, len(bomb()), encoding="gzip")
            self.wfile.write(bomb())
        elif fault is Fault.RESET:
            self._head(answer, len(answer.body) + 1)
            self.wfile.write(answer.body[: len(answer.body) // 2])
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        else:
            self._head(answer, len(answer.body))
            self.wfile.write(answer.body)

    def _head(self, answer: Answer, length: int | None, encoding: str = "") -> None:
        """Write the status and headers; `length` None leaves the end to the connection's."""
        headers = {
            "Content-Type": answer.content_type,
            "Content-Length": None if length is None else str(length),
            "Content-Encoding": encoding or None,
            "Retry-After": None if answer.retry_after is None else str(answer.retry_after),
            "Location": answer.location or None,
            "Connection": "close",
        }
        self.send_response_only(answer.status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()

    def _stream(self, start: bytes) -> None:
        """Write `start`, then spaces up to `HUGE_SIZE`, as long as the client reads."""
        self.wfile.write(start)
        for _ in range(HUGE_SIZE // _CHUNK):
            if self.arxiv.closing.is_set():
                return
            self.wfile.write(b" " * _CHUNK)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """One thread a connection; those that still talk when the test ends are left to end."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, handler: type[_Handler]) -> None:
        """Listen on a free port of the loopback."""
        self._arxiv = handler.arxiv
        super().__init__(("127.0.0.1", 0), handler)

    def handle_error(self, *_: object) -> None:
        """Keep a defect of the server; a connection that the client closed is none."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self._arxiv.defects.append(error)


@functools.cache
def bomb() -> bytes:
    """Return the gzip of `BOMB_SIZE` zeros, some thousandth of it, made once a process."""
    packer, zeros = zlib.compressobj(9, zlib.DEFLATED, 31), bytes(1024 * 1024)
    parts = [packer.compress(zeros) for _ in range(BOMB_SIZE // len(zeros))]
    return b"".join((*parts, packer.flush()))


@contextmanager
def serve(
    site: Site,
    clock: Callable[[], datetime],
    weather: Weather | None = None,
    *,
    latency: float = 0.05,
    retry_after: int = 300,
) -> Iterator[Arxiv]:
    """Run the server while the block lasts.

    `clock` tells the world's time (aware), `weather` what goes wrong by itself (default:
    nothing). `latency` (LATENCY) and `retry_after` (TOO_MANY, UNAVAILABLE) are in seconds.
    Raises at the end what went wrong in the server itself.
    """
    arxiv = Arxiv(site, clock, weather or Weather(), latency=latency, retry_after=retry_after)
    server = _Server(type("Handler", (_Handler,), {"arxiv": arxiv}))
    arxiv.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield arxiv
    finally:
        arxiv.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
    if arxiv.defects:
        raise arxiv.defects[0]
