"""What the tests of all transports send, and how they look at a failure."""

from collections.abc import Callable

import pytest

from newsletter.errors import TransportError
from newsletter.ports import Envelope, MailTransport
from newsletter.transports.smtp import SmtpTransport

CONTENT = b"Subject: sample\r\n\r\n.one\r\n..two\r\nthree\r\n"
MAIL = Envelope(
    sender="bounce@example.org",
    recipient="reader@example.com",
    message_id="<1@example.org>",
    content=CONTENT,
)


class Calls(list[str]):
    """Counts the calls of `before_data`."""

    def __call__(self) -> None:
        """Note one call."""
        self.append("before_data")


class StoppedError(Exception):
    """What a caller's `before_data` may raise."""


def stop() -> None:
    """Refuse to go on."""
    raise StoppedError


Connect = Callable[..., SmtpTransport]
"""Makes a transport to a port of this machine; keywords as of `SmtpTransport`."""


def failure(transport: MailTransport, envelope: Envelope = MAIL) -> tuple[TransportError, int]:
    """Send; return the error and how often `before_data` was called."""
    calls = Calls()
    with pytest.raises(TransportError) as caught:
        transport.send(envelope, calls)
    return caught.value, len(calls)
