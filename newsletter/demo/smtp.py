"""The demonstration's mail server: takes every mail on the loopback interface and keeps it.

Nothing is relayed: a mail ends in the `Mailbox`, whatever its recipient.
"""

import asyncio
import logging
import socket
from concurrent.futures import Future
from threading import Thread
from typing import NamedTuple, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from newsletter.demo.mailbox import Mailbox

MAX_MAIL = 2_097_152
"""Bytes of one mail; the largest digest has some 250,000."""


_START_SECONDS = 10.0


class _Running(NamedTuple):
    loop: asyncio.AbstractEventLoop
    stopping: asyncio.Event


class SmtpServer:
    """Take mails at 127.0.0.1 on a free port, in a thread of its own.

    Use it as a context manager, or call `start` and `stop`. The port is bound from the moment
    the object exists. No TLS and no login: it listens on the loopback interface only.
    """

    def __init__(self, mailbox: Mailbox) -> None:
        """Bind a free port, to keep what arrives in `mailbox`; `OSError` if there is none."""
        self._handler = _Handler(mailbox)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._port = int(self._socket.getsockname()[1])
        self._running: Future[_Running] = Future()
        self._thread = Thread(target=self._run, daemon=True)

    @property
    def port(self) -> int:
        """Return the port that was bound."""
        return self._port

    def start(self) -> None:
        """Begin to take mails."""
        # aiosmtpd logs addresses at INFO; this project's logs hold none.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._thread.start()
        self._running.result(_START_SECONDS)

    def stop(self) -> None:
        """Close all connections and end the thread; harmless if repeated or never started."""
        if self._thread.is_alive():
            running = self._running.result(_START_SECONDS)
            running.loop.call_soon_threadsafe(running.stopping.set)
            self._thread.join()
        self._socket.close()

    def __enter__(self) -> Self:
        """Start, and return the server."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        loop, stopping = asyncio.get_running_loop(), asyncio.Event()
        connections: list[SMTP] = []

        def connect() -> SMTP:
            connections[:] = [one for one in connections if one.transport is not None]
            # A host name of its own keeps aiosmtpd from asking the resolver for one.
            smtp = SMTP(
                self._handler,
                data_size_limit=MAX_MAIL,
                enable_SMTPUTF8=True,
                hostname="localhost",
                ident="sample server",
                loop=loop,
            )
            connections.append(smtp)
            return smtp

        server = await loop.create_server(connect, sock=self._socket)
        self._running.set_result(_Running(loop, stopping))
        await stopping.wait()
        server.close()
        # From Python 3.12 on, `wait_closed` would wait for clients that stay connected.
        for smtp in connections:
            if smtp.transport is not None:
                smtp.transport.close()
        await server.wait_closed()


class _Handler:
    """What aiosmtpd calls for each mail."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        mail = self._mailbox.add(
            # aiosmtpd hands over the null sender with its brackets.
            (envelope.mail_from or "").removeprefix("<>"),
            envelope.rcpt_tos,
            content.encode() if isinstance(content, str) else content or b"",
        )
        return f"250 2.0.0 sample mail {mail.number} kept"
