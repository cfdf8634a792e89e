"""A small HTTP server on the loopback interface, for the demonstration's sample services.

What it answers is a plain function from `Request` to `Response`; this module does the sockets.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

MAX_BODY = 1_048_576
"""Bytes of a request body; the longest prompt of the demonstration has some 10,000."""
IDLE_SECONDS = 10.0
"""How long a connection may say nothing."""
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks for; `path` holds no query."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What the service answers."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = HTTPStatus.OK


class LoopbackServer:
    """Serve `respond` over HTTP at 127.0.0.1 on a free port, one thread a connection.

    Use it as a context manager, or call `start` and `stop`. The port is bound, and `url`
    known, from the moment the object exists. `respond` is called from several threads.
    """

    def __init__(self, respond: Callable[[Request], Response]) -> None:
        """Bind a free port; `OSError` if the machine has none."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_class(respond))
        self._thread = Thread(target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True)

    @property
    def port(self) -> int:
        """Return the port that was bound."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Return the base address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port; harmless if repeated or if never started."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        """Start, and return the server."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()


def _handler_class(respond: Callable[[Request], Response]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = IDLE_SECONDS
        server_version = "Sample"
        sys_version = ""

        def do_GET(self) -> None:
            self._answer(respond(Request("GET", self._path())))

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not (length.isascii() and length.isdigit()):
                self.send_error(HTTPStatus.LENGTH_REQUIRED)
            elif int(length) > MAX_BODY:
                self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            else:
                body = self.rfile.read(int(length))
                self._answer(respond(Request("POST", self._path(), body)))

        def _path(self) -> str:
            return self.path.partition("?")[0]

        def _answer(self, response: Response) -> None:
            # One request a connection, so that `stop` never waits for an idle client.
            with suppress(ConnectionError):  # a client that gave up wants no answer
                self.send_response(response.status)
                self.send_header("Content-Type", response.content_type)
                self.send_header("Content-Length", str(len(response.body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(response.body)

        def log_message(self, *_: Any) -> None:
            """Stay silent: the demonstration's own log says what happens."""

    return Handler
