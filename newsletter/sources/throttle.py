"""arXiv's pace within one process.

arXiv's terms ask for one connection and three seconds between requests, over all services and
all of an operator's machines; robots.txt asks for fifteen on arxiv.org's own pages. Several
processes share a lock of their own, of the same type as `LocalThrottle`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock

Throttle = Callable[[float], AbstractContextManager[None]]
"""Called with the seconds to keep after the previous request; the request goes inside."""


class LocalThrottle:
    """One request at a time, each its pause after the end of the one before."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take a monotonic clock and a sleep, both in seconds."""
        self._clock, self._sleep = clock, sleep
        self._lock = Lock()
        self._ended: float | None = None

    @contextmanager
    def __call__(self, seconds: float) -> Iterator[None]:
        """Wait until `seconds` after the previous request ended, then let one request run."""
        with self._lock:
            if self._ended is not None:
                pause = self._ended + seconds - self._clock()
                if pause > 0:
                    self._sleep(pause)
            try:
                yield
            finally:
                self._ended = self._clock()
