"""Web, worker and beat as threads of one process: `newsletter up` and the demo.

uvicorn (this thread) ─► pages ─► wake ─┐
beat (thread) ─► a tick a minute ───────┴─► worker (thread) ─► services ─► database
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from celery import Celery
from celery.beat import Scheduler, Service
from celery.platforms import EX_OK
from celery.utils.imports import symbol_by_name
from celery.worker import state
from fastapi import FastAPI

from newsletter.bootstrap import Parts
from newsletter.errors import SettingsError

THREADS = 4
"""One for a long collect, one for the model, two for mails."""
BEAT_NAP = 1.0
"""Seconds that the beat sleeps at most, so that the end need not wait for the next tick."""
STOP_SECONDS = 30.0
"""How long the end waits for a step that still runs; what it leaves undone is found again."""


def make_worker_app(parts: Parts) -> Celery:
    """Return the Celery app of `workers`, which stands above this floor, found by name."""
    make_app: Callable[..., Celery] = symbol_by_name("workers.app:make_app")
    app = make_app(lambda: parts, parts.settings.broker_url.get_secret_value())
    # Else retries and chains from pool threads go to another app and are lost (measured).
    app.set_default()
    app.set_current()
    app.finalize()
    return app


@contextmanager
def workers_running(app: Celery) -> Iterator[None]:
    """Run a worker and a beat as threads inside the block, and stop them at its end."""
    worker = app.WorkController(
        app=app,
        pool="threads",
        concurrency=THREADS,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
    beat = Service(app, max_interval=BEAT_NAP, scheduler_cls=_MemoryScheduler)
    threads = [
        threading.Thread(target=worker.start, name="worker", daemon=True),
        threading.Thread(target=beat.start, name="beat", daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        # The flag that Celery's own signal handlers raise: finish what runs, take nothing new.
        state.should_stop = EX_OK
        beat.stop()
        for thread in threads:
            thread.join(STOP_SECONDS)
        state.should_stop = None


def wake_with(app: Celery) -> Callable[[], None]:
    """Return what sends a tick now instead of at the next minute."""

    def wake() -> None:
        app.send_task("newsletter.tick")

    return wake


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket; port 0 takes any free one.

    Raises `SettingsError` when the port is taken.
    """
    try:
        return socket.create_server((host, port))
    except OSError as error:
        reason = error.strerror or "cannot be listened on"
        raise SettingsError("NEWSLETTER_PORT", f"{port}: {reason}") from error


def serve(pages: FastAPI, listener: socket.socket) -> None:
    """Serve on `listener` until interrupted."""
    _server(pages).run(sockets=[listener])


@contextmanager
def serving(pages: FastAPI, listener: socket.socket) -> Iterator[None]:
    """Serve on `listener` in a thread of its own inside the block."""
    server = _server(pages)
    thread = threading.Thread(target=server.run, args=([listener],), name="pages", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)


def _server(pages: FastAPI) -> uvicorn.Server:
    config = uvicorn.Config(
        pages,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the pages read X-Forwarded-For themselves, from trusted proxies
    )
    return uvicorn.Server(config)


class _MemoryScheduler(Scheduler):  # type: ignore[misc] # Celery ships no types
    """The table of `workers.beat` without a file: what is due is decided from the rows."""
