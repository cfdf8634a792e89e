"""Mails as wire bytes: CRLF, ASCII headers, base64 bodies.

Header + text + HTML ─► header lines (checked, encoded words) ─► multipart/alternative ─► bytes

The bytes are written here and not by `email.message`, whose policy either folds a long
`List-Unsubscribe` into an encoded word (Gmail then ignores it) or, with a wide line, writes
encoded words of more than the 75 characters that RFC 2047 section 2 allows. The same input
always gives the same bytes.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from newsletter.errors import MessageError
from newsletter.messages.fields import (
    ascii_address,
    ascii_domain,
    list_id,
    mailbox,
    unstructured,
    unsubscribe,
)

MAX_HTML: Final = 100_000
"""Bytes of decoded HTML at which a mail is refused; Gmail clips at 102 KB."""

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+>")
_EDITION = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What differs from mail to mail in the header."""

    sender: str = field(repr=False)
    """The From field: `晨刊 <daily@example.org>` or a bare address."""
    recipient: str = field(repr=False)
    """One bare address."""
    subject: str
    date: datetime
    """Aware."""
    message_id: str
    """With its angle brackets; see `message_id`."""
    list_id: str | None = None
    """`晨刊 <daily.example.org>` or the bare id (RFC 2919); for digests."""
    unsubscribe: str | None = field(default=None, repr=False)
    """The one-click address (RFC 8058), https; http for loopback alone; for digests."""


def digest_message(header: Header, text: str, html: str) -> bytes:
    """Return a digest: bulk, with `List-Id` and one-click unsubscribing.

    Raises `MessageError` for a header or a body that must not be sent.
    """
    lines = [
        *_common(header),
        f"List-Id: {list_id(header.list_id)}",
        f"List-Unsubscribe: {unsubscribe(header.unsubscribe)}",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Precedence: bulk",
    ]
    return _assemble(lines, header.message_id, text, html)


def notice_message(header: Header, text: str, html: str) -> bytes:
    """Return a transactional mail, such as a confirmation: no list headers.

    Raises `MessageError` for a header or a body that must not be sent.
    """
    return _assemble(_common(header), header.message_id, text, html)


def message_id(domain: str, edition: str, subscriber_public_id: str) -> str:
    """Return the same id for the same delivery, so that a copy is known as one.

    The reader's id is hashed, because Message-IDs show up in replies and archives. Raises
    `MessageError` for a domain or an edition that cannot stand in a Message-ID.
    """
    if not _EDITION.fullmatch(edition):
        raise MessageError("Message-ID", "the edition holds other than letters, digits, . and -")
    digest = hashlib.sha256(f"{edition}\0{subscriber_public_id}".encode()).hexdigest()[:32]
    return f"<{edition}.{digest}@{ascii_domain('Message-ID', domain)}>"


def _common(header: Header) -> list[str]:
    if header.date.tzinfo is None:
        raise MessageError("Date", "a time without a zone")
    if not _MESSAGE_ID.fullmatch(header.message_id):
        raise MessageError("Message-ID", "not of the form <…@domain>")
    return [
        f"From: {mailbox('From', header.sender)}",
        f"To: {ascii_address('To', header.recipient)}",
        f"Subject: {unstructured('Subject', header.subject)}",
        f"Date: {format_datetime(header.date)}",
        f"Message-ID: {header.message_id}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
    ]


def _assemble(lines: list[str], key: str, text: str, html: str) -> bytes:
    boundary = f"=_{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    whole = [
        *lines,
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
        f"--{boundary}",
        *_part("text/plain", text),
        f"--{boundary}",
        *_part("text/html", html),
        f"--{boundary}--",
        "",
    ]
    return "\r\n".join(whole).encode("ascii")


def _part(kind: str, content: str) -> Iterator[str]:
    """Yield a MIME part; text has CRLF line ends before it is encoded (RFC 2045 section 6.8)."""
    if not content.strip():
        raise MessageError(kind, "empty")
    try:
        body = _with_crlf(content).encode()
    except UnicodeEncodeError as error:
        raise MessageError(kind, "holds a lone surrogate") from error
    if kind == "text/html" and len(body) > MAX_HTML:
        raise MessageError(kind, f"more than {MAX_HTML} bytes")
    yield f"Content-Type: {kind}; charset=utf-8"
    yield "Content-Transfer-Encoding: base64"
    yield ""
    yield base64.encodebytes(body).decode("ascii").rstrip("\n").replace("\n", "\r\n")


def _with_crlf(content: str) -> str:
    lines = content.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    return "\r\n".join([*lines, ""])
