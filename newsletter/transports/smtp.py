"""Send mails over one SMTP connection that stays open from mail to mail.

connect, EHLO, STARTTLS, AUTH     the library's work; a failure is TransportUnavailable
MAIL, RCPT                        refused: RSET, and the connection is used again
before_data()                     the caller records that the mail is on its way
DATA → 354                        a line that breaks here has carried no content
content, dot → final reply        a line that breaks here is OutcomeUnknown
"""

import contextlib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from typing import Literal

from newsletter.errors import (
    OutcomeUnknown,
    Phase,
    TransportError,
    TransportUnavailable,
)
from newsletter.ports import Envelope, Receipt
from newsletter.transports.envelope import domain_of, mail_arguments, stuffed, wire_address
from newsletter.transports.failures import refusal, reply_text, unavailable
from newsletter.transports.session import PlainSession, TlsSession

Security = Literal["none", "starttls", "tls"]
COMMAND_TIMEOUT = 30.0
"""Seconds for the connection and for each reply before DATA."""
FINAL_TIMEOUT = 600.0
"""Seconds for the reply to the final dot (RFC 5321 §4.5.3.2.6)."""
MAILS_PER_CONNECTION = 100
_CLOSING = 421
_GO_AHEAD = 354


class SmtpTransport:
    """A `MailTransport` on smtplib. An object belongs to one thread at a time: make one each."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        security: Security = "starttls",
        username: str | None = None,
        password: str | None = None,
        local_hostname: str | None = None,
        timeout: float = COMMAND_TIMEOUT,
        final_timeout: float = FINAL_TIMEOUT,
        mails_per_connection: int = MAILS_PER_CONNECTION,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        """Keep the settings; nothing is connected before the first mail.

        Certificates are verified, by `tls_context` or the system's authorities. `starttls` is
        a demand: a server without it gets no mail. `local_hostname` goes into EHLO and should
        agree with the PTR record; by default it is the machine's own name. Time-outs are in
        seconds.
        """
        self._host, self._port, self._security = host, port, security
        self._login = (username, password or "") if username else None
        self._local_hostname = local_hostname
        self._timeout, self._final_timeout = timeout, final_timeout
        self._mails_per_connection = mails_per_connection
        self._tls = tls_context or ssl.create_default_context()
        self._smtp: smtplib.SMTP | None = None
        self._mails = 0
        # False while replies are outstanding: whatever interrupts a mail (a signal, a task's
        # time limit) must not let the next mail read the last one's reply.
        self._is_in_step = True

    def send(self, envelope: Envelope, before_data: Callable[[], None]) -> Receipt:
        """Hand over one mail; see `ports.MailTransport` for the contract.

        Line ends must be CRLF: a mail with others, or with an address that cannot stand in a
        command, is `MailRejected` before anything is sent.
        """
        content = stuffed(envelope.content)
        recipient = wire_address(envelope.recipient)
        domain = domain_of(recipient)
        smtp = self._begin(envelope, domain)
        self._command(smtp, "rcpt", f"RCPT TO:<{recipient}>", domain)
        with self._reset_on_error(smtp):
            before_data()
        self._command(smtp, "data", "DATA", domain)
        return self._hand_over(smtp, content, domain)

    def close(self) -> None:
        """Say QUIT and close; the next mail connects again."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(OSError):
                smtp.quit()
            smtp.close()

    def _begin(self, envelope: Envelope, domain: str) -> smtplib.SMTP:
        """Say MAIL, on a new connection if the one at hand was closed meanwhile."""
        if not self._is_in_step:
            self._drop()
        if self._mails >= self._mails_per_connection:
            self.close()
        smtp = self._smtp
        if smtp is None:
            return self._mail(self._connect(), envelope, domain)
        try:
            return self._mail(smtp, envelope, domain)
        except TransportError as error:
            if not _is_closed(error):
                raise
        return self._mail(self._connect(), envelope, domain)

    def _mail(self, smtp: smtplib.SMTP, envelope: Envelope, domain: str) -> smtplib.SMTP:
        arguments = mail_arguments(envelope, smtp.esmtp_features)
        smtp.command_encoding = "utf-8"
        self._is_in_step = False
        self._command(smtp, "mail", f"MAIL FROM:{arguments}", domain)
        return smtp

    def _connect(self) -> smtplib.SMTP:
        """Open a connection, secure it and log in; raises `TransportUnavailable`."""
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._greet()
            if self._security == "starttls":
                smtp.starttls(context=self._tls)
            smtp.ehlo_or_helo_if_needed()
            if self._login is not None:
                smtp.login(*self._login)
        except (OSError, ValueError) as error:
            if smtp is not None:
                smtp.close()
            raise unavailable(error, "no session with the mail server") from error
        self._smtp, self._mails, self._is_in_step = smtp, 0, True
        return smtp

    def _greet(self) -> smtplib.SMTP:
        if self._security == "tls":
            return TlsSession(
                self._host,
                self._port,
                local_hostname=self._local_hostname,
                timeout=self._timeout,
                context=self._tls,
            )
        return PlainSession(
            self._host, self._port, local_hostname=self._local_hostname, timeout=self._timeout
        )

    def _command(self, smtp: smtplib.SMTP, phase: Phase, line: str, domain: str) -> None:
        """Send one command of the transaction; anything but success is raised."""
        try:
            code, reply = smtp.docmd(line)
        except (OSError, ValueError) as error:
            self._drop()
            raise unavailable(error, f"the connection broke at {phase}", phase) from error
        wanted = code == _GO_AHEAD if phase == "data" else _is_success(code)
        if wanted:
            return
        self._recover(smtp, code)
        raise refusal(code, reply, phase, domain)

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes, domain: str) -> Receipt:
        """Send the content and wait for the server's final word."""
        try:
            self._set_timeout(smtp, self._final_timeout)
            smtp.send(content)
            code, reply = smtp.getreply()
            self._set_timeout(smtp, self._timeout)
        except OSError as error:
            self._drop()
            what = f"no reply to the content: {type(error).__name__}"
            raise OutcomeUnknown(what, phase="final") from error
        self._mails += 1
        if _is_success(code):
            self._is_in_step = True
            return Receipt(code, reply_text(reply))
        self._recover(smtp, code)
        if _is_refusal(code):
            raise refusal(code, reply, "final", domain)
        what = "an unreadable reply to the content"
        raise OutcomeUnknown(what, code=code, reply=reply_text(reply), phase="final")

    def _set_timeout(self, smtp: smtplib.SMTP, seconds: float) -> None:
        if smtp.sock is not None:
            smtp.sock.settimeout(seconds)

    def _recover(self, smtp: smtplib.SMTP, code: int) -> None:
        """Make the connection ready for the next mail, or drop it."""
        if not _is_refusal(code) or code == _CLOSING:
            self._drop()
            return
        try:
            answer, _ = smtp.rset()
        except OSError:
            answer = -1
        self._is_in_step = _is_success(answer)
        if not self._is_in_step:
            self._drop()

    @contextlib.contextmanager
    def _reset_on_error(self, smtp: smtplib.SMTP) -> Iterator[None]:
        """Take the transaction back if the block raises, whatever it raises."""
        is_done = False
        try:
            yield
            is_done = True
        finally:
            if not is_done:
                self._recover(smtp, 450)

    def _drop(self) -> None:
        """Close without a word."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _is_closed(error: TransportError) -> bool:
    """Say whether the server had closed the connection rather than refused the mail."""
    return isinstance(error, TransportUnavailable) or error.code == _CLOSING


def _is_success(code: int) -> bool:
    return 200 <= code < 300  # noqa: PLR2004 - RFC 5321 §4.2.1


def _is_refusal(code: int) -> bool:
    return 400 <= code < 600  # noqa: PLR2004 - RFC 5321 §4.2.1
