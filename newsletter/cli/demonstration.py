"""`newsletter demo`: the whole morning, then the pages and the inbox.

servers up ─► two readers ─► collect ─► summarise ─► plan ─► send ─► pages until interrupted
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

from fastapi import FastAPI

from newsletter import log
from newsletter.bootstrap import Parts, utc_now
from newsletter.calendar import Calendar
from newsletter.cli.morning import collect_in_foreground, print_collected, send_edition
from newsletter.cli.output import console, print_table
from newsletter.cli.readers import print_deliveries
from newsletter.demo.inbox import inbox_router
from newsletter.demo.mailbox import Mailbox
from newsletter.demo.parts import READERS, demo_parts
from newsletter.keywords.match import MatchMode
from newsletter.rendering.templates import templates_folder
from newsletter.services import collect, subscribe
from newsletter.standalone import listen, make_worker_app, serve, wake_with, workers_running
from newsletter.storage.migrate import migrate
from newsletter.subscribers import Preferences
from newsletter.tokens import Purpose
from newsletter.web.app import create_app

HOST = "127.0.0.1"


def demonstrate(*, once: bool, live: bool, port: int) -> bool:
    """Show the morning; then, unless `once`, serve pages and inbox until interrupted.

    Says whether every reader ended in a final state.
    """
    listing_date = Calendar().latest_listing_date(utc_now())
    with listen(HOST, port) as listener:
        base_url = f"http://{HOST}:{listener.getsockname()[1]}"
        with demo_parts(base_url, listing_date, live=live) as (parts, mailbox):
            log.configure(json=False, level="WARNING")
            finished = morning(parts, mailbox)
            if not once:
                worker = make_worker_app(parts)
                pages = pages_of(parts, mailbox, wake_with(worker))
                invite(base_url)
                with workers_running(worker):
                    serve(pages, listener)
    return finished


def pages_of(parts: Parts, mailbox: Mailbox, wake: Callable[[], None]) -> FastAPI:
    """Return the pages with the inbox beside them, which leads to the operator's page, too."""
    pages = create_app(replace(parts.site(wake), operator_entry="/inbox/operator"))
    inbox = inbox_router(mailbox, templates_folder(), login=lambda: login_link(parts))
    pages.include_router(inbox, prefix="/inbox")
    return pages


def login_link(parts: Parts) -> str:
    """Return a link that logs the operator in, good for 15 minutes."""
    return parts.letters.url(Purpose.LOGIN, "operator", parts.clock())


def morning(parts: Parts, mailbox: Mailbox) -> bool:
    """Do the morning of two sample readers; say whether all of it was whole and final."""
    migrate(parts.database)
    for address, keywords in READERS.items():
        subscribe.import_reader(parts.desk, address, Preferences(keywords=keywords))
    report = collect_in_foreground(parts, None, None, None, quiet=False)
    print_collected(report, json=False)
    collect.finish_collecting(
        parts.database,
        report.listing_date,
        now=parts.clock(),
        summary_wait=timedelta(0),
    )
    finished = send_edition(parts, report.listing_date, MatchMode.DEFAULT, quiet=False)
    print_deliveries(parts, report.listing_date, json=False)
    _print_mails(mailbox)
    return finished and report.is_settled


def _print_mails(mailbox: Mailbox) -> None:
    rows = (
        (mail.number, ", ".join(mail.envelope_to), _subject(mail.content), len(mail.content))
        for mail in reversed(mailbox.newest_first())
    )
    print_table("Mails that arrived", ("number", "to", "subject", "bytes"), rows)


def _subject(content: bytes) -> str:
    return str(message_from_bytes(content, policy=policy.default)["Subject"])


def invite(base_url: str) -> None:
    """Print where to look: inbox, form, and the operator's page by way of a fresh login."""
    console().print(
        f"\n[bold]收件箱 Inbox[/bold]    {base_url}/inbox\n"
        f"[bold]订阅 Subscribe[/bold]  {base_url}/\n"
        f"[bold]运营 Operator[/bold]   {base_url}/inbox/operator\n"
        "Subscribe any address with your own keywords: the confirmation and your first digest "
        "arrive in this inbox. The operator's page tells what became known when, and its "
        "report on each edition's Chinese which papers stayed in English, and why.\n"
        "Ctrl-C ends the demonstration; nothing of it stays on this machine.",
        soft_wrap=True,
    )
