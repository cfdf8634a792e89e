"""Replies that do not end: bounded in time, lines and bytes."""

from itertools import count

import pytest

from newsletter.transports.session import MAX_LINE, MAX_LINES, PlainSession, ReplyReader


class Peer:
    """A connection that delivers `packets`, then one byte a time for ever if it `drips`."""

    def __init__(self, *packets: bytes, drips: bytes = b"") -> None:
        """Keep what is to come."""
        self.packets, self.drips = list(packets), drips
        self.timeouts: list[float | None] = [30.0]

    def recv(self, _size: int, /) -> bytes:
        """Return the next packet."""
        return self.packets.pop(0) if self.packets else self.drips

    def gettimeout(self) -> float | None:
        """Return the time-out set last."""
        return self.timeouts[-1]

    def settimeout(self, value: float | None, /) -> None:
        """Note the time-out."""
        self.timeouts.append(value)


def test_replies_one_after_the_other() -> None:
    """Packets may hold half a reply or two, with either line end."""
    reader = ReplyReader(Peer(b"250-a\r\n25", b"0 b\r\n354 go\n", b"421\r\n220 left"))
    replies = [reader.reply() for _ in range(3)]
    assert replies == [(250, b"a\nb"), (354, b"go"), (421, b"")]


@pytest.mark.parametrize("line", [b"2222", b"2500 OK", b"25", b"250_OK", b"650 x", b"", b"250\rx"])
def test_lines_that_are_no_reply(line: bytes) -> None:
    """A line that is no reply has the code -1, never one that looks like success."""
    assert ReplyReader(Peer(line + b"\r\n")).reply() == (-1, line.strip())


@pytest.mark.parametrize("drips", [b"2", b"250-x\r\n", b"250-"])
def test_a_dripping_reply(drips: bytes) -> None:
    """The deadline counts from the reply's beginning, however many packets come."""
    peer, clock = Peer(drips=drips), count(0.0, 8.0)
    with pytest.raises(TimeoutError):
        ReplyReader(peer, lambda: next(clock)).reply()
    assert peer.timeouts == [30.0, 22.0, 14.0, 6.0, 30.0]


def test_no_deadline() -> None:
    """A connection without time-out keeps none."""
    peer = Peer(b"250 OK\r\n")
    peer.timeouts = [None]
    assert ReplyReader(peer).reply() == (250, b"OK")
    assert peer.timeouts == [None, None]


def test_lines_and_bytes_are_limited() -> None:
    """The last line and byte within the limits are taken, the next are not."""
    many = b"250-x\r\n" * (MAX_LINES - 1)
    assert ReplyReader(Peer(many + b"250 x\r\n")).reply()[0] == 250
    with pytest.raises(OSError, match="too many lines"):
        ReplyReader(Peer(many + b"250-x\r\n250 x\r\n")).reply()
    long = b"250 ".ljust(MAX_LINE - 2, b"x")
    assert ReplyReader(Peer(long + b"\r\n")).reply()[0] == 250
    with pytest.raises(OSError, match="too long"):
        ReplyReader(Peer(long + b"x\r\n")).reply()


@pytest.mark.parametrize("rest", [b"", b"250 OK", b"250 OK\r", b"2222", b"250-a\r\n"])
def test_a_reply_cut_off(rest: bytes) -> None:
    """What ends without a line end, or before its last line, is no reply."""
    with pytest.raises(ConnectionError):
        ReplyReader(Peer(*[rest] * bool(rest))).reply()


def test_a_session_that_is_not_open() -> None:
    """Without a connection there is no reply to wait for."""
    with pytest.raises(OSError, match="not connected"):
        PlainSession().getreply()
