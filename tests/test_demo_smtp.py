"""The sample mail server and its mailbox, over real SMTP."""

import logging
import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from newsletter.demo.mailbox import Mailbox
from newsletter.demo.smtp import MAX_MAIL, SmtpServer
from newsletter.ports import Envelope
from newsletter.transports.smtp import SmtpTransport

NOON = datetime(2026, 5, 29, 12, tzinfo=UTC)
MAIL = b"From: a@example.org\r\nSubject: x\r\n\r\nline\r\n.dot\r\n"


@pytest.fixture
def mailbox() -> Mailbox:
    """Return an empty mailbox whose clock stands still."""
    return Mailbox(clock=lambda: NOON)


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[SmtpServer]:
    """Run the mail server."""
    with SmtpServer(mailbox) as running:
        yield running


def connect(server: SmtpServer) -> smtplib.SMTP:
    """Open a session."""
    return smtplib.SMTP("127.0.0.1", server.port, local_hostname="client.example", timeout=5)


def test_a_mail_is_kept_as_it_came(server: SmtpServer, mailbox: Mailbox) -> None:
    """Envelope and bytes are those of the client, dots and line ends included."""
    with connect(server) as client:
        client.sendmail("a@example.org", ["b@example.org", "c@example.org"], MAIL)
    (mail,) = mailbox.newest_first()
    assert (1, "a@example.org", MAIL, NOON) == (
        mail.number,
        mail.envelope_from,
        mail.content,
        mail.received_at,
    )
    assert ("b@example.org", "c@example.org") == mail.envelope_to


def test_the_null_sender_is_taken(server: SmtpServer, mailbox: Mailbox) -> None:
    """Our own automatic replies have an empty envelope sender."""
    with connect(server) as client:
        client.sendmail("", ["b@example.org"], MAIL)
    assert "" == mailbox.newest_first()[0].envelope_from


def test_one_session_may_send_several_mails(server: SmtpServer, mailbox: Mailbox) -> None:
    """They are numbered as they arrive, and listed newest first."""
    with connect(server) as client:
        for _ in range(3):
            client.sendmail("a@example.org", ["b@example.org"], MAIL)
    assert [3, 2, 1] == [mail.number for mail in mailbox.newest_first()]


def test_a_mail_that_is_too_large_is_refused(server: SmtpServer, mailbox: Mailbox) -> None:
    """The server says so before the content is sent, and keeps nothing."""
    with connect(server) as client:
        client.ehlo()
        code, _ = client.mail("a@example.org", [f"SIZE={MAX_MAIL + 1}"])
    assert 552 == code
    assert 0 == mailbox.count


def test_no_address_reaches_the_log(server: SmtpServer, caplog: pytest.LogCaptureFixture) -> None:
    """The library would log senders and recipients at INFO."""
    with caplog.at_level(logging.DEBUG), connect(server) as client:
        client.sendmail("a@example.org", ["b@example.org"], MAIL)
    assert [] == [record for record in caplog.records if "example.org" in record.getMessage()]


def test_stopping_ends_open_sessions_and_may_be_repeated(mailbox: Mailbox) -> None:
    """A client that stays connected does not keep the server alive."""
    server = SmtpServer(mailbox)
    server.start()
    client = connect(server)
    server.stop()
    server.stop()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.noop()
    client.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)


def test_a_server_that_never_started_can_be_stopped(mailbox: Mailbox) -> None:
    """There is nothing to stop."""
    SmtpServer(mailbox).stop()


def test_the_mailbox_keeps_the_newest() -> None:
    """The oldest mail goes when the capacity is reached; numbers go on."""
    mailbox = Mailbox(capacity=2, clock=lambda: NOON)
    for _ in range(3):
        mailbox.add("", [], b"")
    assert [3, 2] == [mail.number for mail in mailbox.newest_first()]
    assert None is mailbox.find(1)
    assert mailbox.newest_first()[1] == mailbox.find(2)
    assert 3 == mailbox.count


def test_the_mailbox_has_a_clock_of_its_own() -> None:
    """Without one given, times are aware and in UTC."""
    assert UTC == Mailbox().add("", [], b"").received_at.tzinfo


def test_the_real_transport_delivers_to_it(server: SmtpServer, mailbox: Mailbox) -> None:
    """Two mails over one connection arrive byte for byte, and the receipt is positive."""
    transport = SmtpTransport("127.0.0.1", server.port, security="none")
    envelope = Envelope(
        sender="bounce@example.org",
        recipient="reader@example.org",
        message_id="<1@example.org>",
        content=MAIL,
    )
    receipts = [transport.send(envelope, lambda: None) for _ in range(2)]
    transport.close()
    assert [250, 250] == [receipt.code for receipt in receipts]
    assert [MAIL, MAIL] == [mail.content for mail in mailbox.newest_first()]
