"""Celery's configuration.

Cluster processes are Celery's own commands: `celery -A workers.app worker`, `… beat`.
`newsletter up` calls `make_app` for worker and beat as threads of one process.
"""

from collections.abc import Callable
from functools import cache

from celery import Celery
from celery.signals import setup_logging

from newsletter import log
from newsletter.bootstrap import Parts
from newsletter.settings import Settings
from workers.beat import SCHEDULE
from workers.tasks import register

MEMORY_POLL = 0.05
"""Seconds between two looks at the queue in one process; Redis pushes."""
VISIBILITY = 3600
"""Seconds after which Redis hands an unfinished message to another worker; steps are time-boxed."""


def make_app(parts: Callable[[], Parts], broker_url: str) -> Celery:
    """Return an app with its tasks and beat table; `parts` is called when a task first runs."""
    in_memory = broker_url.startswith("memory:")
    options = {"polling_interval": MEMORY_POLL} if in_memory else {"visibility_timeout": VISIBILITY}
    # Without a host kombu warns at every connection that it takes this one.
    broker = "memory://localhost" if in_memory else broker_url
    app = Celery("newsletter", broker=broker, set_as_current=False)
    app.conf.update(
        beat_schedule=SCHEDULE,
        broker_connection_retry_on_startup=True,
        broker_transport_options=options,
        enable_utc=True,
        task_acks_late=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        timezone="UTC",
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
    )
    register(app, parts)
    return app


@setup_logging.connect
def _configure_log(**_: object) -> None:
    """Log as everywhere else: without this, Celery's own set-up lets addresses through."""
    log.configure(json=Settings.load().log_json)


@cache
def _parts() -> Parts:
    return Parts(Settings.load())


app = make_app(_parts, Settings.load().broker_url.get_secret_value())
