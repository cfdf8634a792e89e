"""smtplib's client with replies that end: bounded in time, lines and bytes.

smtplib bounds one line's length and the wait for one packet; a server that drips, or that
sends `250-` for ever, holds its client for ever.
"""

import re
import smtplib
import socket
import time
from collections.abc import Callable
from typing import Protocol

MAX_LINES = 100
"""Lines of one reply; RFC 5321 sets no limit, and EHLO lists some twenty."""
MAX_LINE = 2048
"""Bytes of one line with its end; RFC 5321 §4.5.3.1.5 allows 512."""
_CHUNK = 4096
# RFC 5321 §4.2: three digits, then a hyphen, a space or the line's end.
_REPLY_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])([^\r\n]*))?\r?\n", re.DOTALL)


class Connection(Protocol):
    """What is needed of a socket, plain or under TLS."""

    def recv(self, size: int, /) -> bytes:
        """Return up to `size` bytes; empty at the end of the stream."""

    def gettimeout(self) -> float | None:
        """Return seconds to wait for a packet; None is for ever."""

    def settimeout(self, value: float | None, /) -> None:
        """Set them."""


class ReplyReader:
    """Reads replies from one connection; stands where smtplib keeps its file."""

    def __init__(self, connection: Connection, clock: Callable[[], float] = time.monotonic) -> None:
        """Keep the connection; `clock` returns seconds and never goes back."""
        self._connection, self._clock = connection, clock
        self._held = b""

    def reply(self) -> tuple[int, bytes]:
        """Return code and text of one reply, -1 as code for a line that is none.

        The connection's time-out bounds the whole reply, not only each packet. Raises
        `OSError` for a reply that is too late, too long, or cut off before its line ended.
        """
        limit = self._connection.gettimeout()
        deadline = None if limit is None else self._clock() + limit
        try:
            return self._lines(deadline)
        finally:
            self._connection.settimeout(limit)

    def close(self) -> None:
        """Forget what was read ahead; the connection is closed by its owner."""
        self._held = b""

    def _lines(self, deadline: float | None) -> tuple[int, bytes]:
        texts: list[bytes] = []
        for _ in range(MAX_LINES):
            line = self._line(deadline)
            found = _REPLY_LINE.fullmatch(line)
            if found is None:
                return -1, line[:MAX_LINE].strip()
            texts.append((found[3] or b"").strip())
            if found[2] != b"-":
                return int(found[1]), b"\n".join(texts)
        raise OSError("the reply has too many lines")

    def _line(self, deadline: float | None) -> bytes:
        """Return one line with its end."""
        while b"\n" not in self._held[:MAX_LINE]:
            if len(self._held) >= MAX_LINE:
                raise OSError("a line of the reply is too long")
            self._held += self._more(deadline)
        line, end, self._held = self._held.partition(b"\n")
        return line + end

    def _more(self, deadline: float | None) -> bytes:
        if deadline is not None:
            left = deadline - self._clock()
            if left <= 0:
                raise TimeoutError("the reply took too long")
            self._connection.settimeout(left)
        received = self._connection.recv(_CHUNK)
        if not received:
            raise ConnectionError("the connection was closed before the reply's end")
        return received


class _BoundedReplies(smtplib.SMTP):
    """Reads its replies through a `ReplyReader`. smtplib forgets `file` with each new socket."""

    sock: socket.socket | None
    file: ReplyReader | None

    def getreply(self) -> tuple[int, bytes]:
        """Return code and text; raises `SMTPServerDisconnected` and closes on any failure."""
        if self.file is None:
            if self.sock is None:
                raise smtplib.SMTPServerDisconnected("not connected")
            self.file = ReplyReader(self.sock)
        try:
            return self.file.reply()
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(str(error)) from error


class PlainSession(_BoundedReplies):
    """A session that begins in the clear."""


class TlsSession(_BoundedReplies, smtplib.SMTP_SSL):
    """A session under TLS from its first byte."""
