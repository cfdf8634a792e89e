"""Failures and replies of an SMTP server as this project's errors."""

import smtplib

from newsletter.errors import (
    MailDeferred,
    MailRejected,
    Phase,
    TransportError,
    TransportUnavailable,
)
from newsletter.replies import classify, clean_reply


def reply_text(reply: bytes | str) -> str:
    """Return a reply as one clean line; bytes that are no UTF-8 become U+FFFD."""
    text = reply.decode("utf-8", errors="replace") if isinstance(reply, bytes) else reply
    return clean_reply(text)


def unavailable(error: Exception, what: str, phase: Phase = "connect") -> TransportUnavailable:
    """Translate what smtplib, ssl or a socket raised before anything was handed over.

    Code and reply are kept where the server gave them. The message has neither, because a
    reply may hold an address.
    """
    if isinstance(error, smtplib.SMTPResponseException):
        reply = reply_text(error.smtp_error)
        return TransportUnavailable(what, code=error.smtp_code, reply=reply, phase=phase)
    return TransportUnavailable(f"{what}: {type(error).__name__}", phase=phase)


def refusal(code: int, reply: bytes, phase: Phase, domain: str) -> TransportError:
    """Translate a reply that is not the one hoped for, by the table of `replies.classify`.

    QQ's `550 … frequency limited` is deferred, whatever its first digit says. A code that is
    no refusal (2xx where 354 was due, nonsense) means that the session is out of step.
    """
    text = reply_text(reply)
    kind: type[TransportError] = MailDeferred
    if not 400 <= code < 600:  # noqa: PLR2004 - RFC 5321 §4.2.1
        kind = TransportUnavailable
    elif classify(code, text, phase=phase, domain=domain).outcome == "rejected":
        kind = MailRejected
    return kind(f"refused at {phase}", code=code, reply=text, phase=phase)
