"""The pages as an ASGI application: `uvicorn newsletter.asgi:app`."""

from collections.abc import Callable

from celery import Celery
from fastapi import FastAPI

from newsletter import log
from newsletter.bootstrap import Parts
from newsletter.settings import Settings
from newsletter.web.app import create_app


def make_app() -> FastAPI:
    """Build the application from the environment."""
    settings = Settings.load()
    log.configure(json=settings.log_json)
    return create_app(Parts(settings).site(wake_by(settings.broker_url.get_secret_value())))


def wake_by(broker_url: str) -> Callable[[], None]:
    """Return what sends a tick through the broker; nothing where it reaches no other process.

    Without it the work waits for the next minute's tick, no longer.
    """
    if broker_url.startswith("memory:"):
        return lambda: None
    broker = Celery("newsletter", broker=broker_url, set_as_current=False)

    def wake() -> None:
        broker.send_task("newsletter.tick")

    return wake


def __getattr__(name: str) -> FastAPI:
    """Build `app` when a server asks for it, so that importing this module needs no settings."""
    if name == "app":
        return make_app()
    raise AttributeError(name)
