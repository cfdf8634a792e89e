"""`deliveries`, `preview`, `subscribers`, `operator-link`, `migrate`."""

import csv
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from email import message_from_bytes, policy
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from newsletter.bootstrap import Parts
from newsletter.cli.app import DateOption, FileArgument, JsonOption, app
from newsletter.cli.documents import SHOWN, why
from newsletter.cli.output import complain, console, print_json, print_table
from newsletter.cli.parts import load_migrated, load_parts
from newsletter.errors import InputError, InvalidForm, InvalidKeyword
from newsletter.keywords.query import parse_keyword
from newsletter.ledger import DeliveryState
from newsletter.services import operate, subscribe
from newsletter.services.forms import read_subscription
from newsletter.services.preview import preview_digest
from newsletter.services.vocabulary import vocabulary
from newsletter.storage.migrate import migrate as migrate_database
from newsletter.storage.migrate import require_newest
from newsletter.tokens import Purpose

subscribers = typer.Typer(help="Readers, from and to files.", no_args_is_help=True)
app.add_typer(subscribers, name="subscribers")


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema; data stays."""
    revision = migrate_database(load_parts().database)
    console().print(f"The database is at schema {revision}.")


@app.command()
def deliveries(
    date: DateOption = None,
    state: Annotated[
        list[DeliveryState] | None,
        typer.Option("--state", help="Only these; once for each."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show the ledger: which reader is in which state, and why."""
    print_deliveries(load_migrated(), date, states=state or [], json=json)


def print_deliveries(
    parts: Parts,
    listing_date: dt.date | None,
    *,
    states: list[DeliveryState] | None = None,
    json: bool,
) -> None:
    """Print ledger rows, of one listing date if given."""
    rows = operate.deliveries_of(parts.database, listing_date, states or ())
    if json:
        for row in rows:
            print_json(row)
        return
    table = (
        (row.edition, row.reader, row.state.value, row.reason, row.attempts, row.reply)
        for row in rows
    )
    columns = ("edition", "reader", "state", "reason", "attempts", "reply")
    print_table(f"{len(rows)} deliveries", columns, table)


@app.command()
def preview(
    reader: Annotated[str, typer.Option("--reader", help="The reader's address.")],
    date: DateOption = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path(),
) -> None:
    """Write a reader's mail as .eml, .html and .txt, and print the sizes. Nothing is sent."""
    parts = load_migrated()
    listing_date = date or parts.calendar.latest_listing_date(parts.clock())
    content = preview_digest(
        parts.database,
        parts.letters,
        reader,
        listing_date,
        summary_key=parts.summariser.key,
        now=parts.clock(),
    )
    out.mkdir(parents=True, exist_ok=True)
    mail = message_from_bytes(content, policy=policy.SMTP)
    files = {"eml": content}
    for kind, suffix in (("html", "html"), ("plain", "txt")):
        part = mail.get_body((kind,))
        files[suffix] = part.get_content().encode() if part else b""
    for suffix, body in files.items():
        path = out / f"{listing_date}.{suffix}"
        path.write_bytes(body)
        console().print(f"{path}: {len(body)} bytes", soft_wrap=True)


@subscribers.command("import")
def import_readers(file: FileArgument) -> None:
    """Add active readers from a CSV file; they are not asked for confirmation.

    Columns: `address`, `keywords` (separated by `|`), and, if wanted, `hour`, `timezone`,
    `density` (full, abstract, brief or title), `categories` (separated by spaces, commas,
    semicolons or `|`; none for all) and `cross_lists` (yes or no; yes if empty). An address that
    is there already gets the row's preferences; one whose reader left or was suppressed is left
    alone. Rows with mistakes are named and left out, and the exit status is then 1.
    """
    parts = load_migrated()
    counts: Counter[str] = Counter()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        if missing := [
            name for name in ("address", "keywords") if name not in (rows.fieldnames or ())
        ]:
            raise typer.BadParameter(
                f"the first line names no column {' and no column '.join(missing)}"
            )
        for number, row in enumerate(rows, start=2):
            counts[_import_row(parts, number, row)] += 1
    console().print(", ".join(f"{name}: {counts[name]}" for name in _IMPORT_OUTCOMES))
    if counts["wrong"]:
        raise typer.Exit(1)


_SEPARATORS = str.maketrans(dict.fromkeys(",;|，；、", " "))
_IMPORT_OUTCOMES = ("imported", "left alone", "wrong")
_SHOWN_CELL = 40
"""Characters of a cell that a line names."""
_TOGETHER = MappingProxyType(
    {
        "keywords_missing": "there is no keyword",
        "keywords_too_many": "there are more than {limit} keywords",
        "keywords_too_long": "the keywords have more than {limit} characters together",
        "keywords_too_costly": "the keywords have more than {limit} phrases together",
    }
)
"""Code of `InvalidKeyword` ─► what is wrong with keywords that are right one by one."""


def _import_row(parts: Parts, number: int, row: dict[str, str]) -> str:
    """Import one row; return which of `_IMPORT_OUTCOMES` it was."""
    form = {str(name): value or "" for name, value in row.items()}
    form["keywords"] = form["keywords"].replace("|", "\n")
    form["categories"] = form.get("categories", "").translate(_SEPARATORS)
    try:
        address, preferences = read_subscription(form)
    except InvalidForm as error:
        for one in error.errors:
            complain(f"line {number}: {_mistake(one, form)}")
        return "wrong"
    done = subscribe.import_reader(parts.desk, address, preferences)
    return "imported" if done else "left alone"


def _mistake(error: InputError, form: Mapping[str, str]) -> str:
    """Say what is wrong with a row: the refused keyword alone, else the cell's beginning."""
    if error.field == "keywords":
        return _refused_keyword(form["keywords"]) or _TOGETHER[error.code].format_map(error.values)
    cell = form.get(error.field, "")[:_SHOWN_CELL]
    if error.code == "cross_lists_invalid":
        return f"cross_lists {cell!r}: say yes or no"
    return f"{error.code.replace('_', ' ')}: {cell!r}"


def _refused_keyword(typed: str) -> str:
    """Return the first keyword that cannot be used and why, as `match` says it; empty for none."""
    for text in filter(str.strip, typed.splitlines()):
        try:
            parse_keyword(text, vocabulary())
        except InvalidKeyword as error:
            return f"{' '.join(text.split())[:SHOWN]!r}: {why(error)}"
    return ""


@app.command("operator-link")
def operator_link(
    mail: Annotated[
        bool,
        typer.Option("--mail", help="Queue it as a mail to NEWSLETTER_CONTACT instead."),
    ] = False,
) -> None:
    """Print a link that logs the operator in; it is good for 15 minutes."""
    parts = load_parts()
    if mail:
        require_newest(parts.database)
        operate.request_login(parts.database, parts.clock())
        console().print("The link will arrive with the next mails that are sent.")
        return
    console().print(parts.letters.url(Purpose.LOGIN, "operator", parts.clock()), soft_wrap=True)
