"""What `newsletter doctor` finds out: one `Check` after the other, each with a stable id.

    parts_checks       every part of the installation can be built from the settings
    database_checks    the database can be reached, and has this release's schema
    probe.model_checks what the configured endpoint really can (services.probe)

A further group is a function that yields checks; the command lists the groups in order.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from newsletter.errors import SettingsError, StorageError
from newsletter.storage.engine import Database
from newsletter.storage.migrate import current, newest

Verdict = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `what` says what was seen and `hint` what to do; neither holds a secret."""

    id: str
    verdict: Verdict
    what: str
    hint: str = ""


def parts_checks(
    makers: Mapping[str, Callable[[], object]], unset: Mapping[str, str] | None = None
) -> Iterator[Check]:
    """Build each part once and yield `settings.<name>`; what goes wrong names the variable.

    `unset` says of parts that nobody asked for what goes without them; they are not built.
    """
    for name, make in makers.items():
        if unset and name in unset:
            yield Check(f"settings.{name}", "skipped", unset[name])
            continue
        try:
            make()
        except SettingsError as error:
            yield Check(f"settings.{name}", "failed", str(error), f"Set {error.name}")
        else:
            yield Check(f"settings.{name}", "ok", "complete")


def database_checks(database: Database) -> Iterator[Check]:
    """Yield whether the database answers and whether its schema is this release's."""
    try:
        revision = current(database)
    except StorageError as error:
        yield Check("database.reachable", "failed", error.what, "Check NEWSLETTER_DATABASE_URL")
        yield Check("database.schema", "skipped", "the database cannot be reached")
        return
    yield Check("database.reachable", "ok", f"{database.engine.dialect.name} answers")
    if revision == newest():
        yield Check("database.schema", "ok", f"schema {revision}")
        return
    what = f"the tables are of version {revision}, and this release needs {newest()}"
    what = what if revision else "the database has no tables yet"
    yield Check("database.schema", "failed", what, "Run `newsletter migrate`")
