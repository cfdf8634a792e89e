"""Real SMTP servers on loopback for the transport's tests: aiosmtpd, and a scripted one."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Post:
    """A handler of aiosmtpd: keeps mails, and answers RCPT and the final dot as told."""

    mails: list[tuple[str, str, bytes]] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    sessions: set[Any] = field(default_factory=set)
    mail_from: Callable[[int], str] = lambda _count: "250 OK"
    final: str = "250 2.0.0 queued as 42"
    is_abrupt: bool = False
    count: int = 0
    options: list[str] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks for this name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Answer MAIL by how many mails this connection has brought."""
        self.options = options
        session.mails = getattr(session, "mails", 0) + 1
        reply = self.mail_from(session.mails)
        if reply.startswith("250"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Answer RCPT by the recipient."""
        reply = self.rcpt.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the mail, or take it and hang up without a word."""
        self.sessions.add(session.peer)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos[0], envelope.content))
        if self.is_abrupt:
            server.transport.abort()
        return self.final


@contextmanager
def post_office(post: Post, **options: Any) -> Iterator[int]:
    """Run aiosmtpd with `post` on a free port; yield the port."""
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port that nobody used a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accept_login(login: str, password: str) -> Callable[..., AuthResult]:
    """Return an authenticator of aiosmtpd that knows one user."""

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        known = (data.login, data.password) == (login.encode(), password.encode())
        return AuthResult(success=known, handled=False)

    return authenticate


HANG_UP = b""


@dataclass
class Script:
    """What the scripted server answers to each verb, in order; the last answer repeats.

    `DOT` is the answer to the whole content. `HANG_UP` closes the connection instead. A verb
    in `waits` is answered when its event is set.
    """

    answers: dict[str, list[bytes]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    waits: dict[str, threading.Event] = field(default_factory=dict)
    connections: int = 0
    port: int = 0

    def answer(self, verb: str) -> bytes:
        """Return the next answer to `verb`."""
        usual = {"EHLO": b"250-me\r\n250 SIZE", "DATA": b"354 go", "GREET": b"220 me"}
        if verb in self.waits:
            self.waits.pop(verb).wait(5)
        answers = self.answers.get(verb, [usual.get(verb, b"250 OK")])
        return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def scripted_server(**answers: list[bytes]) -> Iterator[Script]:
    """Serve one connection after the other by the script until the block ends."""
    script = Script(answers)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        script.port = listener.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(listener, script), daemon=True)
        thread.start()
        yield script
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(listener: socket.socket, script: Script) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        script.connections += 1
        with connection, connection.makefile("rb") as lines:
            try:
                _converse(connection, lines, script)
            except OSError:
                continue


def _converse(connection: socket.socket, lines: Any, script: Script) -> None:
    """Hold one session."""
    if not _say(connection, script.answer("GREET")):
        return
    for line in lines:
        script.lines.append(line.decode().strip())
        verb = script.lines[-1].split(" ")[0].upper()
        answer = script.answer(verb)
        if not _say(connection, answer):
            return
        if answer.startswith(b"354"):
            if script.answers.get("CONTENT") == [HANG_UP]:
                return
            for content in lines:
                if content == b".\r\n":
                    break
            if not _say(connection, script.answer("DOT")):
                return


def _say(connection: socket.socket, answer: bytes) -> bool:
    if answer == HANG_UP:
        return False
    connection.sendall(answer + b"\r\n")
    return True


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server's and a client's TLS context around a fresh certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sample")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(public, private)
    return server, ssl.create_default_context(cafile=str(public))
