"""The pages as an ASGI application: `uvicorn newsletter.asgi:app`."""

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
    broker = Celery("newsletter", broker=settings.broker_url.get_secret_value())

    def wake() -> None:
        broker.send_task("newsletter.tick")

    return create_app(Parts(settings).site(wake))


app = make_app()
