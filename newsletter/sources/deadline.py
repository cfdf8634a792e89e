"""An end in time for one whole HTTP exchange, however slowly its bytes drip.

httpx's time-outs run between two bytes, so headers that drip, or `100 Continue` without end
(RFC 9110, 15.2), never reach one. Here a timer shuts the socket down: the reading thread wakes
with an error, and closes the connection itself. Connecting and the TLS handshake come before
there is a socket to shut; each has the client's own time-out for the whole of it.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_OPENED = ("connect_tcp.complete", "start_tls.complete")


class Watch:
    """Knows the socket of one exchange, and whether its time is over."""

    def __init__(self) -> None:
        """Begin before there is a connection."""
        self.expired = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Take the socket from httpcore's `trace` extension; TLS replaces the first by its own."""
        if event.endswith(_OPENED):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
                if self.expired:
                    self._shut()

    def expire(self) -> None:
        """End the exchange: whatever waits for the socket wakes at once."""
        with self._lock:
            self.expired = True
            self._shut()

    def _shut(self) -> None:
        """Shut the socket down below TLS, whose own `shutdown` would turn it into a plain one."""
        if self._socket is not None:
            with suppress(OSError):  # the other side, or the reading thread, was first
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


@contextmanager
def watched(seconds: float) -> Iterator[Watch]:
    """Give a `Watch` that expires after `seconds`; no thread is left when the block ends.

    Its `trace` sees new connections only, so the request must not reuse one.
    """
    watch = Watch()
    timer = threading.Timer(seconds, watch.expire)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        timer.join()
