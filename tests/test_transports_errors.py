"""Addresses, line ends and errors: what the SMTP transport makes of them."""

import smtplib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sending import CONTENT, MAIL, Calls, Connect, failure
from smtp_servers import (
    HANG_UP,
    Post,
    free_port,
    post_office,
    scripted_server,
)

from newsletter.errors import (
    MailRejected,
)
from newsletter.transports.envelope import mail_arguments, stuffed, wire_address
from newsletter.transports.failures import unavailable


def test_addresses_beyond_ascii(connect: Connect) -> None:
    """Such an address goes by SMTPUTF8, or nowhere where the server does not have it."""
    mail = replace(MAIL, recipient="读者@例子.example")
    post = Post()
    with post_office(post, enable_SMTPUTF8=True) as port:
        transport = connect(port)
        transport.send(mail, Calls())
        transport.close()
    assert post.mails == [("bounce@example.org", "读者@xn--fsqu00a.example", CONTENT)]
    with post_office(post, enable_SMTPUTF8=False) as port:
        transport = connect(port)
        error, calls = failure(transport, mail)
        transport.send(MAIL, Calls())
        transport.close()
    assert (MailRejected, 0) == (type(error), calls)


@pytest.mark.parametrize(
    "address",
    ["a@b\r\nRCPT TO:<c@d>", "a b@c", "a@b>", "<a@b", "\ud800@b", "a@b\x85", "a@" + "ü" * 80],
)
def test_hostile_addresses(connect: Connect, address: str) -> None:
    """An address that could be read as more than an address is refused before any command."""
    with scripted_server() as script:
        transport = connect(script.port)
        recipient, _ = failure(transport, replace(MAIL, recipient=address))
        sender, _ = failure(transport, replace(MAIL, sender=address))
        transport.close()
    assert (MailRejected, MailRejected) == (type(recipient), type(sender))
    assert [line for line in script.lines if line.startswith(("MAIL", "RCPT"))] == []


@pytest.mark.parametrize("content", [b"a\n.\nb\r\n", b"a\r.\rb\r\n", b"a\r\n\nb", b"\n\r"])
def test_bare_line_ends(connect: Connect, content: bytes) -> None:
    """Content that could end too early, or twice, is refused before a connection is made."""
    error, calls = failure(connect(free_port()), replace(MAIL, content=content))
    assert (MailRejected, 0) == (type(error), calls)


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        (b"", b".\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a\r\n.\r\n..b\r\n.", b"a\r\n..\r\n...b\r\n..\r\n.\r\n"),
    ],
)
def test_dot_stuffing(content: bytes, sent: bytes) -> None:
    """Leading dots are doubled and the content ends with a dot of its own line."""
    assert sent == stuffed(content)


def test_mail_arguments() -> None:
    """Extensions are used only where the server offers them and the mail needs them."""
    eight = replace(MAIL, content="晨".encode(), sender="")
    assert mail_arguments(eight, {}) == "<>"
    assert mail_arguments(eight, {"size": "", "8bitmime": ""}) == "<> SIZE=3 BODY=8BITMIME"
    assert mail_arguments(MAIL, {"8bitmime": ""}) == "<bounce@example.org>"
    assert wire_address("") == ""


def smtplib_errors(root: type[Exception]) -> Iterator[type[Exception]]:
    """Yield `root` and all classes below it."""
    yield root
    for child in root.__subclasses__():
        if child.__module__ == "smtplib":
            yield from smtplib_errors(child)


@pytest.mark.parametrize("kind", sorted(set(smtplib_errors(smtplib.SMTPException)), key=str))
def test_every_smtplib_error_is_mapped(kind: type[Exception]) -> None:
    """Each class becomes `TransportUnavailable`, with the code where there is one."""
    arguments: tuple[object, ...] = ()
    if issubclass(kind, smtplib.SMTPSenderRefused):
        arguments = (451, b"\xff later", "a@example.org")
    elif issubclass(kind, smtplib.SMTPResponseException):
        arguments = (451, b"\xff later")
    elif issubclass(kind, smtplib.SMTPRecipientsRefused):
        arguments = ({"a@example.org": (550, b"no")},)
    error = unavailable(kind(*arguments), "no session")
    has_code = issubclass(kind, smtplib.SMTPResponseException)
    assert (451 if has_code else None) == error.code
    assert ("\ufffd later" if has_code else "") == error.reply
    assert "example.org" not in str(error)


def test_closing_twice(connect: Connect) -> None:
    """Closing what is not open does nothing; a server gone meanwhile is no error."""
    with scripted_server(QUIT=[HANG_UP]) as script:
        transport = connect(script.port)
        transport.close()
        transport.send(MAIL, Calls())
        transport.close()
        transport.close()
    assert script.connections == 1
