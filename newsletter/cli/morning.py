"""`run` and `collect`: a morning in the foreground.

run ─► collect ─► summarise ─► plan ─► deliver ─► what became of every reader
"""

from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from newsletter.bootstrap import Parts
from newsletter.cli.app import DateOption, JsonOption, app
from newsletter.cli.output import (
    complain,
    console,
    print_json,
    print_table,
    printable,
    progress,
)
from newsletter.cli.parts import load_parts
from newsletter.cli.readers import print_deliveries
from newsletter.keywords.match import MatchMode
from newsletter.ports import PaperSource
from newsletter.schedule import FALLBACK
from newsletter.services import collect as collecting
from newsletter.services import deliver, feeds, operate, plan, poll, summarise
from newsletter.services.collect import CollectReport
from newsletter.services.telling import timeline
from newsletter.sources.documents import DocumentSource
from newsletter.storage.migrate import require_newest

DocumentsOption = Annotated[
    Path | None,
    typer.Option(
        "--documents",
        exists=True,
        file_okay=False,
        help="Folder of recorded documents to read instead of asking arXiv.",
    ),
]


@app.command()
def collect(
    date: DateOption = None,
    category: Annotated[
        list[str] | None,
        typer.Option("--category", "-c", help="Once for each; default: NEWSLETTER_CATEGORIES."),
    ] = None,
    documents: DocumentsOption = None,
    json: JsonOption = False,
) -> None:
    """Fetch what was announced, and nothing else; say what became known when, in China's time.

    Exit status 1 unless everything is whole.
    """
    parts = load_parts()
    require_newest(parts.database)
    report = collect_in_foreground(parts, date, category, documents, quiet=json)
    print_collected(report, json=json)
    if not json:
        print_timeline(parts, report.listing_date)
    if not report.is_settled:
        raise typer.Exit(1)


@app.command()
def run(
    date: DateOption = None,
    documents: DocumentsOption = None,
    mode: Annotated[MatchMode, typer.Option(help="Which rule matches.")] = MatchMode.DEFAULT,
    json: JsonOption = False,
) -> None:
    """Do one whole morning in the foreground, for all readers, whatever their hour.

    Prints what became of every reader. Exit status 1 unless each is in a final state; what is
    missing from the announcements is named, here and in the mails.
    """
    parts = load_parts()
    require_newest(parts.database)
    if documents is None and date is None:
        catch_up(parts)
    report = collect_in_foreground(parts, date, None, documents, quiet=json)
    print_collected(report, json=json)
    collecting.finish_collecting(
        parts.database,
        report.listing_date,
        now=parts.clock(),
        summary_wait=timedelta(0),  # one pass: what the model does not give now goes out in English
    )
    finished = send_edition(parts, report.listing_date, mode, quiet=json)
    print_deliveries(parts, report.listing_date, json=json)
    if not finished:
        raise typer.Exit(1)


def catch_up(parts: Parts) -> None:
    """Have the newest edition carry what was missed, and what other feeds show."""
    listing_date, doors = parts.calendar.latest_listing_date(parts.clock()), parts.open_doors()
    poll.catch_up(parts.database, doors, parts.terms, listing_date, clock=parts.clock)
    feeds.collect_feeds(parts.database, doors.feeds, listing_date, clock=parts.clock)


def collect_in_foreground(
    parts: Parts,
    listing_date: date | None,
    categories: Sequence[str] | None,
    documents: Path | None,
    *,
    quiet: bool,
) -> CollectReport:
    """Fetch with a progress bar; from recorded documents if a folder is given."""
    wanted = listing_date or parts.calendar.latest_listing_date(parts.clock())
    sources: Sequence[PaperSource]
    lookup = None
    if documents is None:
        doors, follow = parts.open_doors(), categories or parts.settings.categories
        is_newest = wanted == parts.calendar.latest_listing_date(parts.clock())
        sources = doors.today if is_newest else doors.missed(wanted)
        lookup = doors.lookup
    else:
        recorded = DocumentSource(documents)
        sources, follow = (recorded,), categories or recorded.categories(wanted)
        for problem in recorded.rejected(wanted):
            complain(f"{problem.item}: {problem.message}")
    with progress("Collecting", quiet=quiet) as report:
        return collecting.collect(
            parts.database,
            sources,
            follow,
            wanted,
            clock=parts.clock,
            calendar=parts.calendar,
            lookup=lookup,
            progress=report,
        )


def send_edition(parts: Parts, listing_date: date, mode: MatchMode, *, quiet: bool) -> bool:
    """Summarise, plan and send one edition; say whether every reader is in a final state."""
    if not (quiet or parts.settings.model_url):
        complain("NEWSLETTER_MODEL_URL is not set: mails go out in English, and say so")
    with progress("Summarising", quiet=quiet) as report:
        summaries = summarise.summarise(
            parts.database,
            parts.summariser,
            listing_date,
            clock=parts.clock,
            concurrency=parts.settings.model_concurrency,
            mode=mode,
            progress=report,
        )
    if summaries.stopped:
        complain(summaries.stopped)
    plan.plan(parts.database, listing_date, now=parts.clock(), at_once=True)
    with progress("Sending", quiet=quiet) as report, closing(parts.open_transport()) as transport:
        deliver.deliver(
            parts.database,
            transport,
            parts.letters,
            summariser_version=parts.summariser.version,
            clock=parts.clock,
            mode=mode,
            patience=timedelta(0),
            progress=report,
        )
    return operate.is_finished(parts.database, listing_date)


def print_timeline(parts: Parts, listing_date: date) -> None:
    """Print what became known and when, in plain words, with times in China."""
    out = console()
    why_not = parts.calendar.why_not(listing_date)
    if why_not:
        out.print(escape(why_not))
    for moment in timeline(parts.database, listing_date):
        at = moment.at.astimezone(FALLBACK)
        out.print(escape(printable(f"{at:%m-%d %H:%M} {moment.sentence}")), soft_wrap=True)


def print_collected(report: CollectReport, *, json: bool) -> None:
    """Print states and counts, a row a category."""
    if json:
        for kept in report.announcements:
            print_json(kept)
        return
    rows = (
        (
            kept.category,
            kept.state.value,
            f"{kept.parsed.total} of {kept.expected.total}",
            kept.source,
            "; ".join(problem.message for problem in kept.problems),
        )
        for kept in report.announcements
    )
    title = f"Announced for {report.listing_date}"
    print_table(title, ("category", "state", "entries", "source", "problems"), rows)
