"""The three doors to the outside, as Protocols. Each has two real implementations.

PaperSource     sources.listing, sources.feed, sources.documents
Summariser      summarisers.chat, summarisers.english
MailTransport   transports.smtp, transports.maildir
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from newsletter.fidelity.findings import Violation
from newsletter.papers import Announcement, Paper, Summary
from newsletter.spending import Usage


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of asking for one paper: never lost, also where there is no Chinese."""

    summary: Summary
    violations: tuple[Violation, ...] = ()
    """What the checks still say of the last answer, hard and soft; for the operator."""
    rejected: Mapping[str, str] = field(default_factory=dict)
    """Field → the last Chinese that failed its checks; hostile, and never a reader's."""
    usage: Usage = field(default_factory=Usage)
    """Of all calls for this paper, repairs among them."""
    by_model: Mapping[str, Usage] = field(default_factory=dict)
    """The same by the model that was asked; empty: all of it is the summary's model's."""


class Summariser(Protocol):
    """Who writes the Chinese."""

    def key(self, paper: Paper) -> str:
        """Return what the Chinese depends on, 64 hexadecimal digits: the name of what is kept.

        A hash of the paper's text, the models, the prompt, the glossary's rows that occur in
        that text, and the checks. A change of any makes a new one, and nothing else does.
        """

    async def __aenter__(self) -> object:
        """Open what the calls inside the block share, such as connections."""

    async def __aexit__(self, *error: object) -> None:
        """Close it again."""

    async def summarise(
        self,
        paper: Paper,
        keywords: tuple[str, ...] = (),
        spend: Callable[[Usage], None] | None = None,
    ) -> Written:
        """Return the checked Chinese for one paper.

        `keywords` are those of all readers that the paper matches: the Chinese keeps them.
        `spend` is told what each call consumed as it is known, so that it counts also where
        this is cut off or ends in an error.
        A field whose Chinese fails the checks is empty, and the summary's `reason` says why.
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
