"""`run` and `collect`: a morning in the foreground.

run ─► collect ─► summarise ─► plan ─► deliver ─► what became of every reader
"""

import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple

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
    remark,
)
from newsletter.cli.parts import load_migrated
from newsletter.cli.readers import print_deliveries
from newsletter.judgement import SETTLED
from newsletter.keywords.match import MatchMode
from newsletter.ports import PaperSource
from newsletter.rendering.wording import english_zone_name
from newsletter.schedule import FALLBACK, Step
from newsletter.services import collect as collecting
from newsletter.services import deliver, feeds, library, operate, plan, poll, summarise
from newsletter.services.ask import Lookup
from newsletter.services.collect import CollectReport
from newsletter.services.poll import Doors
from newsletter.services.summarise import SummariseReport
from newsletter.services.telling import timeline
from newsletter.services.turn import turn
from newsletter.sources.documents import DocumentSource
from newsletter.storage.papers import KeptAnnouncement
from newsletter.taxonomy import is_category
from newsletter.timeline import local_times, shown_time, without_repetitions

DocumentsOption = Annotated[
    Path | None,
    typer.Option(
        "--documents",
        exists=True,
        file_okay=False,
        help="Folder of recorded documents to read instead of asking arXiv.",
    ),
]


def _known(categories: list[str] | None) -> list[str] | None:
    """Refuse what arXiv does not announce: readers would be told that it is missing."""
    for name in categories or ():
        if not is_category(name):
            raise typer.BadParameter(f"arXiv has no category or archive {name!r}")
    return categories


@app.command()
def collect(
    date: DateOption = None,
    category: Annotated[
        list[str] | None,
        typer.Option(
            "--category",
            "-c",
            callback=_known,
            help="Once for each; default: NEWSLETTER_CATEGORIES.",
        ),
    ] = None,
    documents: DocumentsOption = None,
    json: JsonOption = False,
) -> None:
    """Fetch what was announced, and nothing else; say what became known when, in Beijing time.

    Exit status 1 unless everything is whole.
    """
    parts = load_migrated()
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
    parts = load_migrated()
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
    listing_date = parts.calendar.latest_listing_date(parts.clock())
    with closing(parts.open_doors()) as doors:
        poll.catch_up(parts.database, doors, parts.terms, listing_date, clock=parts.clock)
        library.complete(parts.database, doors.lookup, now=parts.clock())
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
    wanted = _announced(parts, listing_date)
    with ExitStack() as stack:
        if documents:
            asked = _recorded(documents, wanted)
        else:
            doors = stack.enter_context(closing(parts.open_doors()))
            asked = _at_arxiv(parts, doors, wanted)
        report = stack.enter_context(progress("Collecting", quiet=quiet))
        return collecting.collect(
            parts.database,
            asked.sources,
            categories or asked.categories,
            wanted,
            clock=parts.clock,
            calendar=parts.calendar,
            lookup=asked.lookup,
            progress=report,
        )


def _announced(parts: Parts, listing_date: date | None) -> date:
    """Return the date that is wanted, by default the newest; refuse what comes after that.

    Its edition would be the newest one from now on, and today's readers would go without.
    """
    newest = parts.calendar.latest_listing_date(parts.clock())
    if listing_date is not None and listing_date > newest:
        why = parts.calendar.why_not(listing_date) or "it is still to come"
        what = f"{listing_date}: {why}; the newest listing date is {newest}"
        raise typer.BadParameter(what, param_hint="--date")
    return listing_date or newest


class _Asked(NamedTuple):
    """Whom to ask in the foreground, best first, and about what unless something is named."""

    sources: Sequence[PaperSource]
    categories: Sequence[str]
    lookup: Lookup | None = None


def _at_arxiv(parts: Parts, doors: Doors, wanted: date) -> _Asked:
    newest = parts.calendar.latest_listing_date(parts.clock())
    sources = doors.today if wanted == newest else doors.missed(wanted)
    return _Asked(sources, parts.settings.categories, doors.lookup)


def _recorded(documents: Path, wanted: date) -> _Asked:
    """Read the folder; complain of what gives nothing to the day."""
    source = DocumentSource(documents)
    for problem in source.rejected(wanted):
        complain(f"{problem.item}: {problem.message}")
    return _Asked((source,), source.categories(wanted))


def send_edition(parts: Parts, listing_date: date, mode: MatchMode, *, quiet: bool) -> bool:
    """Summarise, plan and send one edition; say whether every reader is in a final state."""
    if not (quiet or parts.settings.model_url):
        complain("NEWSLETTER_MODEL_URL is not set: mails go out in English, and say so")
    written = _summarise(parts, listing_date, mode, quiet=quiet)
    if written.stopped:
        complain(written.stopped)
    if not quiet:
        print_written(written)
    plan.plan(parts.database, listing_date, now=parts.clock(), at_once=True)
    with progress("Sending", quiet=quiet) as report, closing(parts.open_transport()) as transport:
        deliver.deliver(
            parts.database,
            transport,
            parts.letters,
            summary_key=parts.summariser.key,
            clock=parts.clock,
            mode=mode,
            libraries=parts.libraries,
            patience=timedelta(0),
            progress=report,
        )
    return operate.is_finished(parts.database, listing_date)


def _summarise(
    parts: Parts, listing_date: date, mode: MatchMode, *, quiet: bool
) -> SummariseReport:
    """Have the edition written, with a progress bar; never beside a worker that is at it."""
    with (
        turn(
            parts.database,
            Step.SUMMARISE.value,
            clock=parts.clock,
            sleep=time.sleep,
            waiting=lambda: remark("another process is asking the model: waiting for it"),
        ),
        progress("Summarising", quiet=quiet) as report,
    ):
        return summarise.summarise(
            parts.database,
            parts.summariser,
            listing_date,
            clock=parts.clock,
            concurrency=parts.settings.model_concurrency,
            budget=parts.budget,
            mode=mode,
            libraries=parts.libraries,
            progress=report,
        )


def print_written(report: SummariseReport) -> None:
    """Print what the model was asked for in this run and what that cost, if it was asked."""
    if not report.tokens:
        return
    cost = f", cost {report.cost:,.4f}" if report.cost else ""
    console().print(
        f"Written: {report.chinese} of {report.asked} papers in Chinese, "
        f"{report.tokens:,} tokens{cost}; {report.template_share:.0%} of the summaries open "
        "with a template",
        soft_wrap=True,
    )


def print_timeline(parts: Parts, listing_date: date) -> None:
    """Print what became known and when, in plain words, with times in China (Beijing time)."""
    out = console()
    why_not = parts.calendar.why_not(listing_date)
    if why_not:
        out.print(escape(why_not))
    zone_name = english_zone_name(FALLBACK.key)
    told = tuple(without_repetitions(timeline(parts.database, listing_date)))
    if told:
        out.print(f"What became known, and when ({zone_name}):")
    for moment in told:
        at = shown_time(moment.at, parts.clock(), FALLBACK)
        sentence = local_times(moment.sentence, FALLBACK, zone_name)
        out.print(escape(printable(f"{at} {sentence}")), soft_wrap=True)


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
            _extent(kept),
            kept.source,
            "; ".join(problem.message for problem in kept.problems),
        )
        for kept in report.announcements
    )
    title = f"Announced for {report.listing_date}"
    print_table(title, ("category", "state", "entries", "source", "problems"), rows)


def _extent(kept: KeptAnnouncement) -> str:
    """Return `312 of 312`; of what could not be read it is not known how much there is."""
    if kept.state in SETTLED or kept.parsed.total or kept.expected.total:
        return f"{kept.parsed.total} of {kept.expected.total}"
    return "nothing received"
