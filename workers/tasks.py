"""The tasks: each calls one service, may run twice, late, or never.

tick ─► steps_due ─► drain | (collect ─► summarise ─► plan ─► send), in one chain
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from datetime import timedelta
from typing import cast

import structlog
from celery import Celery, chain

from newsletter.bootstrap import Parts
from newsletter.errors import NewsletterError
from newsletter.schedule import Step, steps_due
from newsletter.services import deliver, exclusive, operate, outbox, plan, poll, summarise

SUMMARISE_BOX = timedelta(minutes=15)
"""Of one summarise step: inside its lease, so that a second never asks for what is in flight."""
SEND_BOX = timedelta(minutes=3)
"""Of one send step, after which the next tick goes on."""

log = structlog.get_logger()


def register(app: Celery, parts: Callable[[], Parts]) -> None:
    """Give `app` its tasks; `parts` is called in the worker, when the first one runs."""

    def task(name: str) -> Callable[[Callable[[], None]], object]:
        # Not shared: a second app in this process has parts of its own.
        return cast("Callable[[Callable[[], None]], object]", app.task(name=name, shared=False))

    @task("newsletter.tick")
    def tick() -> None:
        with _named_errors("tick"):
            now = parts().clock()
            operate.recover(parts().database, now)
            operate.close_editions(parts().database, now)
            position = operate.position(parts().database, parts().calendar, now)
            start(app, steps_due(now, position, parts().pace))

    @task("newsletter.collect")
    def collect_step() -> None:
        with _named_errors("collect"), _alone(parts(), Step.COLLECT.value) as alone:
            if alone:
                run_collect(parts())

    @task("newsletter.summarise")
    def summarise_step() -> None:
        with _named_errors("summarise"), _alone(parts(), Step.SUMMARISE.value) as alone:
            if alone:
                run_summarise(parts())

    @task("newsletter.plan")
    def plan_step() -> None:
        with _named_errors("plan"):
            now = parts().clock()
            plan.plan(parts().database, parts().calendar.latest_listing_date(now), now=now)

    @task("newsletter.send")
    def send_step() -> None:
        with _named_errors("send"):
            send_in_a_place(parts())

    @task("newsletter.drain")
    def drain_step() -> None:
        with _named_errors("drain"), closing(parts().open_transport()) as transport:
            outbox.drain(parts().database, transport, parts().letters, clock=parts().clock)


def start(app: Celery, steps: tuple[Step, ...]) -> None:
    """Queue single mails by themselves and the morning's steps as one chain, in order."""
    if Step.DRAIN in steps:
        app.tasks["newsletter.drain"].delay()
    morning = [app.tasks[f"newsletter.{s.value}"].si() for s in steps if s is not Step.DRAIN]
    if morning:
        chain(*morning).delay()


def run_collect(parts: Parts) -> None:
    """Poll once; end collecting when everything is whole or the wait is over."""
    listing_date = parts.calendar.latest_listing_date(parts.clock())
    with closing(parts.open_doors()) as doors:
        poll.poll(parts.database, doors, parts.terms, listing_date, clock=parts.clock)


def run_summarise(parts: Parts) -> None:
    """Have what readers want written in Chinese."""
    summarise.summarise(
        parts.database,
        parts.summariser,
        parts.calendar.latest_listing_date(parts.clock()),
        clock=parts.clock,
        concurrency=parts.settings.model_concurrency,
        budget=parts.budget,
        libraries=parts.libraries,
        time_box=SUMMARISE_BOX,
    )


def send_in_a_place(parts: Parts) -> None:
    """Send, unless as many senders as the settings allow are at it already.

    Bounded, so that confirmations and the model find a free thread beside a long send.
    """
    with ExitStack() as stack:
        names = (f"{Step.SEND.value}-{place}" for place in range(parts.settings.senders))
        if any(stack.enter_context(_alone(parts, name)) for name in names):
            run_send(parts)


def run_send(parts: Parts) -> None:
    """Send digests that are due; what the time box leaves, a later tick sends."""
    with closing(parts.open_transport()) as transport:
        deliver.deliver(
            parts.database,
            transport,
            parts.letters,
            summary_key=parts.summariser.key,
            clock=parts.clock,
            libraries=parts.libraries,
            time_box=SEND_BOX,
        )


def _alone(parts: Parts, name: str) -> AbstractContextManager[bool]:
    return exclusive.exclusive(parts.database, name, clock=parts.clock)


@contextmanager
def _named_errors(task: str) -> Iterator[None]:
    """Log one of our errors by name; the next tick finds the work again."""
    with structlog.contextvars.bound_contextvars(task=task):
        try:
            yield
        except NewsletterError as error:
            log.error("task_failed", error_type=type(error).__name__, error=str(error))
