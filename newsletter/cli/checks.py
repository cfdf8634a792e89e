"""`check`: every check on a file of papers and their Chinese; no database and no network."""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from newsletter.cli.app import FileArgument, JsonOption, app
from newsletter.cli.drafts import Broken, Record, read_records
from newsletter.cli.output import complain, console, print_json, print_table, printable
from newsletter.fidelity.checks import FIELDS, check_summary
from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.glossary import Glossary
from newsletter.fidelity.instructions import check_instructions
from newsletter.papers import ArxivId, Paper
from newsletter.rendering.findings import MAX_PAPERS, PaperFindings, findings, tally
from newsletter.rendering.highlights import Compared, Piece, shown
from newsletter.settings import Settings
from newsletter.summarisers.choice import open_glossary

MAX_TEXT: Final = 20_000
"""Characters of one text that is checked; arXiv takes at most 1,920 for an abstract."""
_STYLES: Final = {"hard": "bold white on red", "soft": "black on yellow"}
_BRACKETS: Final = {"hard": ("⟦", "⟧"), "soft": ("⟨", "⟩")}
_UNSPECIFIC: Final = ArxivId("0000.00000")
"""Checks look at texts only, and a file may name its papers as it likes."""
_NAMES: Final = {
    "title_zh": "title",
    "summary_zh": "summary",
    "abstract_zh": "abstract",
    "paper": "paper",
}

Check = Callable[[Record], tuple[Violation, ...]]


@dataclass(frozen=True, slots=True)
class Checked:
    """A record and what was found in it."""

    record: Record
    violations: tuple[Violation, ...]

    @property
    def is_clean(self) -> bool:
        """Say whether nothing hard was found."""
        return all(violation.severity != "hard" for violation in self.violations)

    @property
    def line(self) -> dict[str, Any]:
        """Return the JSON line of `check`."""
        found = [dataclasses.asdict(violation) for violation in self.violations]
        return {"id": self.record.id, "violations": found}

    @property
    def shown(self) -> PaperFindings:
        """Return it as people read it."""
        record = self.record
        return findings(
            record.title, record.abstract, record.draft, self.violations, label=record.id
        )


@app.command()
def check(
    file: FileArgument,
    json: JsonOption = False,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Write the report as a web page."),
    ] = None,
) -> None:
    """Compare the Chinese of a JSON lines file (or JSON array) with its English.

    Each record holds `id`, `title`, `abstract`, `title_zh` and `abstract_zh` (or `zh`), and may
    hold `summary_zh` and `keywords`. Terms are the built-in ones and those of
    NEWSLETTER_GLOSSARY. Exit status 1 when anything hard was found or a line could not be read;
    2 when the file holds no records.
    """
    check_one = checker(open_glossary(Settings.load()))
    checked: list[Checked] = []
    broken = 0
    for item in read_records(file):
        if isinstance(item, Broken):
            complain(f"{item.place}: {item.why}")
            broken += 1
            continue
        one = Checked(item, check_one(item))
        checked.append(one)
        if json:
            print_json(one.line)
        elif one.violations:
            _print_paper(one.shown)
    if not checked and not broken:
        raise typer.BadParameter(f"{printable(file.name)} holds no records", param_hint="FILE")
    if not json:
        _print_counts(checked, broken)
    if html is not None:
        _write(html, checked, file.name)
    if broken or not all(one.is_clean for one in checked):
        raise typer.Exit(1)


def checker(glossary: Glossary) -> Check:
    """Return what checks one record's Chinese, and its English for orders to a model.

    Too long a text is a violation and not looked at further.
    """

    def one(record: Record) -> tuple[Violation, ...]:
        if too_long := _too_long(record):
            return too_long
        paper = Paper(
            id=_UNSPECIFIC,
            title=record.title,
            abstract=record.abstract,
            authors=(),
            categories=(),
        )
        found = check_summary(paper, record.draft, glossary=glossary, keywords=record.keywords)
        return (*found, *check_instructions(f"{record.title} {record.abstract}"))

    return one


def _too_long(record: Record) -> tuple[Violation, ...]:
    english = (record.title, record.abstract, record.abstract)
    texts = {
        field: (getattr(record.draft, field), source)
        for field, source in zip(FIELDS, english, strict=True)
    }
    return tuple(
        hard(
            "length",
            field,
            longest,
            f"{len(longest):,} characters; at most {MAX_TEXT:,} are checked",
        )
        for field, pair in texts.items()
        if len(longest := max(pair, key=len)) > MAX_TEXT
    )


def _print_paper(paper: PaperFindings) -> None:
    out = console()
    out.print()
    out.print(f"[bold]{escape(printable(paper.label))}[/bold]", escape(printable(paper.title)))
    for field in paper.marked:
        out.print(f"  [dim]{_NAMES.get(field.field, escape(shown(field.field, 40)))}[/dim]")
        for pieces, style in ((field.chinese, ""), (_marked_only(field), "dim")):
            if pieces:
                out.print(Padding(_highlighted(pieces, style), (0, 0, 0, 4)))
        for violation, times in field.counted:
            often = f" ×{times}" if times > 1 else ""
            colour = "red" if violation.severity == "hard" else "yellow"
            quoted = escape(printable(shown(violation.text)))
            message = escape(printable(violation.message))
            out.print(
                f"    [{colour}]{violation.severity}[/{colour}] {escape(violation.check)}: "
                f"{message} [dim]{quoted}[/dim]{often}",
            )
    if paper.more:
        out.print(f"  … and {paper.more} more")


def _marked_only(field: Compared) -> tuple[Piece, ...]:
    """Return the English where something in it is marked, or nothing."""
    return field.english if any(piece.violations for piece in field.english) else ()


def _highlighted(pieces: Iterable[Piece], style: str) -> Text:
    """Return the text in `style` with marks that can be told apart without colour too."""
    text = Text()
    for piece in pieces:
        words = printable(piece.text)
        if piece.severity:
            before, after = _BRACKETS[piece.severity]
            text.append(f"{before}{words}{after}", style=_STYLES[piece.severity])
        else:
            text.append(words, style=style)
    return text


def _print_counts(checked: list[Checked], broken: int) -> None:
    violations = [violation for one in checked for violation in one.violations]
    if violations:
        rows = [(each.check, each.hard, each.soft) for each in tally(violations)]
        print_table("", ("check", "hard", "soft"), rows)
    bad = sum(not one.is_clean for one in checked)
    unread = f", {broken} could not be read" if broken else ""
    console().print(f"{len(checked)} records checked, {bad} with hard violations{unread}")


def _write(target: Path, checked: list[Checked], name: str) -> None:
    # The templates' libraries cost a third of a second, which plain checking saves.
    from newsletter.web.findings_file import findings_file  # noqa: PLC0415 - start-up time

    with_findings = [one for one in checked if one.violations]
    with_findings.sort(key=lambda one: one.is_clean)
    page = findings_file(
        [one.shown for one in with_findings[:MAX_PAPERS]],
        tally(violation for one in checked for violation in one.violations),
        name=name,
        checked=len(checked),
        found=len(with_findings),
    )
    try:
        target.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise typer.BadParameter(f"{target}: {error.strerror}", param_hint="--html") from error
