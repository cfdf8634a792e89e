"""The three doors to the outside, as Protocols. Each has two real implementations.

PaperSource     sources.listing, sources.feed, sources.documents
Summariser      summarisers.chat, summarisers.english
MailTransport   transports.smtp, transports.maildir
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from newsletter.papers import Announcement, Paper, Summary


class PaperSource(Protocol):
    """Where announcements come from."""

    @property
    def name(self) -> str:
        """Return a short stable name, such as `listing`, kept with what was fetched."""

    @property
    def opens_after(self) -> timedelta:
        """Return how long after the mailing (20:00 US Eastern) it has an announcement.

        Asked earlier, it shows the one before.
        """

    @property
    def lacks(self) -> str:
        """Return what is known to be missing from it, in English; empty where nothing is."""

    def fetch(self, category: str, listing_date: date) -> Announcement:
        """Return what this source has for a category or archive on `listing_date`.

        The announcement may carry another date, or be incomplete: its `state` says so.
        Raises `SourceError`, and nothing else, when there is no such document.
        """


class Summariser(Protocol):
    """Who writes the Chinese."""

    @property
    def version(self) -> str:
        """Return what the answer depends on besides the paper: model, prompt, checks."""

    async def __aenter__(self) -> object:
        """Open what the calls inside the block share, such as connections."""

    async def __aexit__(self, *error: object) -> None:
        """Close it again."""

    async def summarise(self, paper: Paper) -> Summary:
        """Return the checked Chinese for one paper.

        A paper whose answer fails the checks comes back with `reason` set and no Chinese.
        Raises `ModelUnavailable` when it may work later and `ModelAccountError` when no
        paper will work; nothing else.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One mail on its way to one reader: the wire bytes (CRLF) and who they go to."""

    sender: str
    recipient: str = field(repr=False)
    message_id: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server's final word on an accepted mail."""

    code: int
    reply: str


class MailTransport(Protocol):
    """How mails leave."""

    def send(self, envelope: Envelope, before_data: Callable[[], None]) -> Receipt:
        """Hand over one mail and return the server's receipt.

        `before_data` is called exactly once, after the recipient was accepted and before the
        content is sent; if it raises, nothing is sent. Raises `TransportUnavailable`,
        `MailDeferred`, `MailRejected` or `OutcomeUnknown`, and lets through only what
        `before_data` raised.
        """

    def close(self) -> None:
        """Close open connections; the transport may be used again afterwards."""
