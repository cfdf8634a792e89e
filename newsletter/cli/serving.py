"""`up` and `demo`: everything in one process."""

from typing import Annotated

import typer

from newsletter import log
from newsletter.cli.app import app
from newsletter.cli.demonstration import demonstrate
from newsletter.cli.output import console
from newsletter.cli.parts import load_parts
from newsletter.standalone import listen, make_worker_app, serve, wake_with, workers_running
from newsletter.storage.migrate import migrate
from newsletter.web.app import create_app


@app.command()
def up() -> None:
    """Run web, worker and beat in one process until interrupted."""
    parts = load_parts()
    log.configure(json=parts.settings.log_json)
    parts.check()
    migrate(parts.database)
    worker = make_worker_app(parts)
    pages = create_app(parts.site(wake_with(worker)))
    listener = listen(parts.settings.host, parts.settings.port)
    console().print(f"Chenkan is up: {parts.settings.base_url}")
    with listener, workers_running(worker):
        serve(pages, listener)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the morning.")] = False,
    live: Annotated[
        bool,
        typer.Option("--live", help="Today's arXiv and your own model instead of samples."),
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the pages; 0: any free one.")] = 8000,
) -> None:
    """Show a whole morning: no key, no server, nothing to install."""
    if not demonstrate(once=once, live=live, port=port):
        raise typer.Exit(1)
