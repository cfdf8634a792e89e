"""The SMTP transport against real and scripted servers."""

import signal
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sending import CONTENT, MAIL, Calls, Connect, StoppedError, failure, stop
from smtp_servers import (
    HANG_UP,
    Post,
    accept_login,
    certificate,
    free_port,
    post_office,
    scripted_server,
)

from newsletter.errors import (
    MailDeferred,
    MailRejected,
    OutcomeUnknown,
    TransportError,
    TransportUnavailable,
)
from newsletter.ports import Receipt


def test_mails_arrive_as_they_are(connect: Connect) -> None:
    """Several mails go over one connection, byte for byte, each with one `before_data`."""
    post, calls = Post(), Calls()
    with post_office(post) as port:
        transport = connect(port)
        receipts = [transport.send(MAIL, calls) for _ in range(3)]
        transport.close()
    assert [Receipt(250, "2.0.0 queued as 42")] * 3 == receipts
    assert [(MAIL.sender, MAIL.recipient, CONTENT)] * 3 == post.mails
    assert len(calls) == 3
    assert len(post.sessions) == 1


def test_before_data_comes_after_rcpt_and_before_data(connect: Connect) -> None:
    """The caller's step is taken between RCPT and DATA."""
    with scripted_server() as script:
        transport = connect(script.port)
        transport.send(MAIL, lambda: script.lines.append("before_data"))
        transport.close()
    assert [
        "ehlo me",
        f"MAIL FROM:<bounce@example.org> SIZE={len(CONTENT)}",
        "RCPT TO:<reader@example.com>",
        "before_data",
        "DATA",
        "quit",
    ] == script.lines


def test_connections_are_renewed(connect: Connect) -> None:
    """After so many mails the connection is closed politely and another one opened."""
    post = Post()
    with post_office(post) as port:
        transport = connect(port, mails_per_connection=2)
        for _ in range(5):
            transport.send(MAIL, Calls())
        transport.close()
    assert len(post.sessions) == 3


def test_a_refused_recipient_does_not_hurt_the_next(connect: Connect) -> None:
    """After 550 and 451 to RCPT the same connection takes the next mail."""
    post = Post(
        rcpt={"no@example.com": "550 5.1.1 No such user", "wait@example.com": "451 4.7.1 Later"}
    )
    with post_office(post) as port:
        transport = connect(port)
        transport.send(MAIL, Calls())
        rejected, rejected_calls = failure(transport, replace(MAIL, recipient="no@example.com"))
        deferred, deferred_calls = failure(transport, replace(MAIL, recipient="wait@example.com"))
        transport.send(MAIL, Calls())
        transport.close()
    assert (MailRejected, 550, "5.1.1 No such user", "rcpt") == (
        type(rejected),
        rejected.code,
        rejected.reply,
        rejected.phase,
    )
    assert (MailDeferred, 451, "4.7.1 Later") == (type(deferred), deferred.code, deferred.reply)
    assert (rejected_calls, deferred_calls) == (0, 0)
    assert len(post.mails) == 2
    assert len(post.sessions) == 1
    assert "example.com" not in str(rejected)


@pytest.mark.parametrize(
    ("final", "kind"),
    [
        ("450 4.2.0 Try later", MailDeferred),
        ("554 5.7.1 Spam", MailRejected),
        ("421 4.3.2 Closing", MailDeferred),
    ],
)
def test_a_definite_final_reply(connect: Connect, final: str, kind: type[TransportError]) -> None:
    """A 4xx or 5xx to the dot is definite, and the next mail goes out."""
    post = Post(final=final)
    with post_office(post) as port:
        transport = connect(port)
        error, calls = failure(transport)
        post.final = "250 OK"
        transport.send(MAIL, Calls())
        transport.close()
    assert (kind, int(final[:3]), "final", 1) == (type(error), error.code, error.phase, calls)


def test_hang_up_before_the_final_reply(connect: Connect) -> None:
    """A server that takes the content and hangs up leaves the outcome unknown."""
    post = Post(is_abrupt=True)
    with post_office(post) as port:
        transport = connect(port)
        error, calls = failure(transport)
        post.is_abrupt = False
        transport.send(MAIL, Calls())
        transport.close()
    assert (OutcomeUnknown, None, 1) == (type(error), error.code, calls)
    assert len(post.mails) == 2


@pytest.mark.parametrize(
    ("answers", "kind", "calls", "code"),
    [
        ({"GREET": [HANG_UP]}, TransportUnavailable, 0, None),
        ({"GREET": [b"421 busy"]}, TransportUnavailable, 0, 421),
        ({"GREET": [b"554 no"]}, TransportUnavailable, 0, 554),
        ({"EHLO": [b"500 no"], "HELO": [b"550 no"]}, TransportUnavailable, 0, 550),
        ({"MAIL": [HANG_UP]}, TransportUnavailable, 0, None),
        ({"MAIL": [b"451 later"]}, MailDeferred, 0, 451),
        ({"MAIL": [b"421 later"]}, MailDeferred, 0, 421),
        ({"MAIL": [b"550 no such sender"]}, MailDeferred, 0, 550),
        ({"MAIL": [b"250-more\r\n" * 100 + b"250 OK"]}, TransportUnavailable, 0, None),
        ({"EHLO": [b"250-more\r\n" * 200_000]}, TransportUnavailable, 0, None),
        ({"MAIL": [b"nonsense"]}, TransportUnavailable, 0, -1),
        ({"RCPT": [HANG_UP]}, TransportUnavailable, 0, None),
        ({"DATA": [HANG_UP]}, TransportUnavailable, 1, None),
        ({"DATA": [b"451 later"]}, MailDeferred, 1, 451),
        ({"DATA": [b"554 no"]}, MailRejected, 1, 554),
        ({"DATA": [b"250 what"]}, TransportUnavailable, 1, 250),
        ({"CONTENT": [HANG_UP]}, OutcomeUnknown, 1, None),
        ({"DOT": [HANG_UP]}, OutcomeUnknown, 1, None),
        ({"DOT": [b"nonsense"]}, OutcomeUnknown, 1, -1),
        ({"DOT": [b"354 more"]}, OutcomeUnknown, 1, 354),
        ({"DOT": [b"250 " + b"x" * 3000]}, OutcomeUnknown, 1, None),
        ({"DOT": [b"250-more\r\n" * 100 + b"250 OK"]}, OutcomeUnknown, 1, None),
        ({"DOT": [b"2222222"]}, OutcomeUnknown, 1, -1),
    ],
)
def test_each_step_that_fails(
    connect: Connect,
    answers: dict[str, list[bytes]],
    kind: type[TransportError],
    calls: int,
    code: int | None,
) -> None:
    """Each step's failure has its meaning: what was surely not taken may be sent again."""
    with scripted_server(**answers) as script:
        transport = connect(script.port)
        error, called = failure(transport)
        transport.close()
    assert (kind, calls, code) == (type(error), called, error.code)


def test_a_large_mail_that_breaks_off(connect: Connect) -> None:
    """A connection that breaks while content is being sent leaves the outcome unknown."""
    with scripted_server(CONTENT=[HANG_UP]) as script:
        mail = replace(MAIL, content=b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 200_000)
        error, calls = failure(connect(script.port), mail)
    assert (OutcomeUnknown, 1) == (type(error), calls)


@pytest.mark.parametrize("answer", [b"421 4.4.2 idle too long", HANG_UP])
def test_a_connection_closed_while_idle(connect: Connect, answer: bytes) -> None:
    """A reused connection that the server has given up is replaced once, unnoticed."""
    with scripted_server(MAIL=[b"250 OK", answer, b"250 OK"]) as script:
        transport, calls = connect(script.port), Calls()
        transport.send(MAIL, calls)
        transport.send(MAIL, calls)
        transport.close()
    assert (len(calls), script.connections) == (2, 2)


def test_421_on_reuse_of_a_real_server(connect: Connect) -> None:
    """The same with aiosmtpd, which says 421 to each connection's second mail."""
    post = Post(mail_from=lambda count: "250 OK" if count == 1 else "421 4.7.0 One a connection")
    with post_office(post) as port:
        transport = connect(port)
        for _ in range(3):
            transport.send(MAIL, Calls())
        transport.close()
    assert (len(post.mails), len(post.sessions)) == (3, 3)


def test_a_dead_connection_is_replaced_only_once(connect: Connect) -> None:
    """If the new connection fails as well, the mail is left for later."""
    with scripted_server(MAIL=[b"250 OK", HANG_UP]) as script:
        transport = connect(script.port)
        transport.send(MAIL, Calls())
        error, calls = failure(transport)
    assert (TransportUnavailable, 0, 2) == (type(error), calls, script.connections)


def test_refusal_on_a_reused_connection_is_final(connect: Connect) -> None:
    """A 550 to MAIL on an open connection is an answer, not a reason to connect anew."""
    with scripted_server(MAIL=[b"250 OK", b"550 no"]) as script:
        transport = connect(script.port)
        transport.send(MAIL, Calls())
        error, _ = failure(transport)
        transport.close()
    assert (MailDeferred, 550, "no") == (type(error), error.code, error.reply)
    assert script.connections == 1


def test_what_before_data_raises_passes_through(connect: Connect) -> None:
    """Nothing is sent then, and the same connection takes the next mail."""
    with scripted_server() as script:
        transport = connect(script.port)
        with pytest.raises(StoppedError):
            transport.send(MAIL, stop)
        transport.send(MAIL, Calls())
        transport.close()
    verbs = [line.split()[0].lower() for line in script.lines]
    assert ["ehlo", "mail", "rcpt", "rset", "mail", "rcpt", "data", "quit"] == verbs
    assert script.connections == 1


@pytest.mark.parametrize("answer", [b"500 what", HANG_UP])
def test_failed_reset_drops_the_connection(connect: Connect, answer: bytes) -> None:
    """A server that cannot take a transaction back gets a new connection."""
    with scripted_server(RSET=[answer]) as script:
        transport = connect(script.port)
        with pytest.raises(StoppedError):
            transport.send(MAIL, stop)
        transport.send(MAIL, Calls())
        transport.close()
    assert script.connections == 2


def test_an_interrupted_mail_leaves_no_reply_behind(connect: Connect) -> None:
    """A mail cut short by a signal must not give its reply to the next one."""

    def interrupt(_number: int, _frame: object) -> None:
        raise StoppedError

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with scripted_server(DOT=[b"550 for the first", b"250 for the second"]) as script:
            script.waits["DOT"] = late = threading.Event()
            transport = connect(script.port)
            with pytest.raises(StoppedError):
                transport.send(MAIL, lambda: signal.setitimer(signal.ITIMER_REAL, 0.1) and None)
            late.set()
            receipt = transport.send(MAIL, Calls())
            transport.close()
    finally:
        signal.signal(signal.SIGALRM, before)
    assert (Receipt(250, "for the second"), 2) == (receipt, script.connections)


def test_silence_before_data(connect: Connect) -> None:
    """A server that says nothing is given up as unavailable."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error, _ = failure(connect(silent.getsockname()[1], timeout=0.1))
    assert TransportUnavailable is type(error)


def test_silence_after_the_dot(connect: Connect) -> None:
    """The final reply has its own, longer time-out, and its absence is an unknown outcome."""
    with scripted_server() as script:
        script.waits["DOT"] = late = threading.Event()
        error, calls = failure(connect(script.port, timeout=2.0, final_timeout=0.1))
        late.set()
    assert (OutcomeUnknown, 1) == (type(error), calls)
    with scripted_server() as script:
        script.waits["DOT"] = late = threading.Event()
        transport = connect(script.port, timeout=0.5, final_timeout=5.0)
        receipt = transport.send(MAIL, threading.Timer(1.0, late.set).start)
        assert Receipt(250, "OK") == receipt
        script.waits["MAIL"] = late = threading.Event()
        error, _ = failure(transport)
        late.set()
        transport.close()
    assert TransportUnavailable is type(error)


def test_nobody_listens(connect: Connect) -> None:
    """A refused connection is a server that is unavailable, and says nothing of addresses."""
    error, calls = failure(connect(free_port()))
    assert (TransportUnavailable, 0) == (type(error), calls)
    assert "no session with the mail server: ConnectionRefusedError" in str(error)


def test_implicit_tls_and_login(connect: Connect, tmp_path: Path) -> None:
    """Over TLS from the start, with the right password."""
    server, client = certificate(tmp_path)
    post = Post()
    options = {"ssl_context": server, "auth_require_tls": False}
    with post_office(post, authenticator=accept_login("me", "s3cret"), **options) as port:
        login = {"username": "me", "password": "s3cret"}
        transport = connect(port, security="tls", tls_context=client, **login)
        transport.send(MAIL, Calls())
        transport.close()
        wrong = connect(port, security="tls", tls_context=client, username="me", password="x")
        error, _ = failure(wrong)
        odd = connect(port, security="tls", tls_context=client, username="me", password="密")
        odd_error, _ = failure(odd)
        post.final = "250 " + "x" * 3000
        long, _ = failure(connect(port, security="tls", tls_context=client, **login))
    assert len(post.mails) == 2
    assert OutcomeUnknown is type(long)
    assert (TransportUnavailable, 535) == (type(error), error.code)
    assert TransportUnavailable is type(odd_error)


def test_starttls(connect: Connect, tmp_path: Path) -> None:
    """STARTTLS is used, its certificate verified, and its absence not forgiven."""
    server, client = certificate(tmp_path)
    post = Post()
    with post_office(post, tls_context=server, require_starttls=True) as port:
        transport = connect(port, security="starttls", tls_context=client)
        transport.send(MAIL, Calls())
        transport.close()
        distrust, _ = failure(connect(port, security="starttls"))
    with post_office(post) as port:
        absent, _ = failure(connect(port, security="starttls", tls_context=client))
    assert len(post.mails) == 1
    assert (TransportUnavailable, TransportUnavailable) == (type(distrust), type(absent))
    assert "SSLCertVerificationError" in str(distrust)
