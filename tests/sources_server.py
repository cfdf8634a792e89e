"""A small HTTP server on the loopback that plays arXiv, well or badly."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One scripted answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    claimed: int | None = None
    """The Content-Length to claim where it is not the body's."""
    reset: bool = False
    """Send nothing and reset the connection."""
    stall: threading.Event | None = None
    """Send the head, then nothing until this is set."""


@dataclass
class Arxiv:
    """The server: what it answers by path and query, and what it was asked."""

    url: str
    replies: dict[str, Reply | Callable[[], Reply]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    """Looks up the reply for a path; an unknown one is a 404."""

    arxiv: Arxiv

    def do_GET(self) -> None:
        """Answer as scripted."""
        self.arxiv.asked.append(self.path)
        self.arxiv.headers.append({name.lower(): value for name, value in self.headers.items()})
        scripted = self.arxiv.replies.get(self.path, Reply(status=404))
        reply = scripted if isinstance(scripted, Reply) else scripted()
        if reply.reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            return
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        """Write head and body."""
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        length = len(reply.body) if reply.claimed is None else reply.claimed
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if reply.stall is not None:
            reply.stall.wait(10)
        try:
            self.wfile.write(reply.body)
        except ConnectionError:  # the client had enough
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """One thread a connection; those that still talk when the test ends are left to end."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Say nothing of connections that the client closed."""


@contextmanager
def serve() -> Iterator[Arxiv]:
    """Run the server while the block lasts."""
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    arxiv = Arxiv(url=f"http://127.0.0.1:{server.server_address[1]}")
    handler.arxiv = arxiv  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield arxiv
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
