"""Addresses and content in the form in which SMTP commands carry them."""

import re
from collections.abc import Mapping

from newsletter.errors import MailRejected
from newsletter.ports import Envelope

# White space, controls and angle brackets would end the command or begin another one.
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>\u0080-\u00a0\u2028\u2029]")


def wire_address(address: str) -> str:
    """Return `address` with its domain in ASCII (IDNA); empty stays empty, the null sender.

    Raises `MailRejected` for one that cannot stand in a command.
    """
    if _UNSAFE.search(address) or not _can_travel(address):
        raise MailRejected("an address cannot stand in an SMTP command")
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise MailRejected("a domain has no ASCII form") from error


def _can_travel(address: str) -> bool:
    """Say whether `address` has UTF-8 bytes: a lone surrogate has none."""
    return address.isascii() or not any("\ud800" <= char <= "\udfff" for char in address)


def domain_of(address: str) -> str:
    """Return what follows the last `@`, in lower case."""
    return address.rpartition("@")[2].lower()


def mail_arguments(envelope: Envelope, features: Mapping[str, object]) -> str:
    """Return what follows `MAIL FROM:`, with SIZE, BODY and SMTPUTF8 where they are needed.

    `features` are the server's EHLO keywords in lower case. Raises `MailRejected` when an
    address needs SMTPUTF8 (RFC 6531) and the server does not have it.
    """
    sender, recipient = wire_address(envelope.sender), wire_address(envelope.recipient)
    parts = [f"<{sender}>"]
    if "size" in features:
        parts.append(f"SIZE={len(envelope.content)}")
    if not envelope.content.isascii() and "8bitmime" in features:
        parts.append("BODY=8BITMIME")
    if not (sender + recipient).isascii():
        if "smtputf8" not in features:
            raise MailRejected("the server does not take addresses beyond ASCII")
        parts.append("SMTPUTF8")
    return " ".join(parts)


def stuffed(content: bytes) -> bytes:
    """Return `content` dot-stuffed and with the final dot (RFC 5321 §4.5.2).

    Raises `MailRejected` for a bare CR or LF (§2.3.8): servers disagree on what they mean,
    and a mail could smuggle in another one.
    """
    pairs = content.count(b"\r\n")
    if content.count(b"\r") != pairs or content.count(b"\n") != pairs:
        raise MailRejected("the mail has line ends other than CRLF")
    body = b"." + content if content.startswith(b".") else content
    end = b".\r\n" if body.endswith(b"\r\n") or not body else b"\r\n.\r\n"
    return body.replace(b"\r\n.", b"\r\n..") + end
