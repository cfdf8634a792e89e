"""`doctor`: what is in order, what is not, and what to do about it."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

import typer

from newsletter.bootstrap import Parts
from newsletter.cli.app import JsonOption, app
from newsletter.cli.output import Report, print_json, print_table, progress
from newsletter.cli.parts import load_parts
from newsletter.errors import SettingsError
from newsletter.services.doctor import Check, database_checks, parts_checks
from newsletter.settings import Settings

_SIGNS: Final = {"ok": "✓", "warning": "!", "failed": "✗", "skipped": "–"}


@app.command()
def doctor(json: JsonOption = False) -> None:
    """Check settings, database and model; exit status 1 if anything failed.

    The model is asked at most nine short questions, the fallback at most six.
    """
    parts = load_parts()
    with progress("Examining", quiet=json) as report:
        checks = list(_examine(parts, report))
    if json:
        for check in checks:
            print_json(check)
    else:
        rows = ((_SIGNS[check.verdict], check.id, check.what, check.hint) for check in checks)
        print_table("What the doctor finds", ("", "check", "finding", "what to do"), rows)
    if any(check.verdict == "failed" for check in checks):
        raise typer.Exit(1)


def _examine(parts: Parts, report: Report) -> Iterator[Check]:
    """Yield all groups' checks, in order."""
    groups: list[tuple[str, Callable[[], Iterator[Check]]]] = [
        ("settings", lambda: parts_checks(_makers(parts), _unset(parts.settings))),
        ("database", lambda: database_checks(parts.database)),
        ("model", lambda: iter(asyncio.run(_model(parts)))),
    ]
    for number, (name, examine) in enumerate(groups):
        report(name, number, len(groups))
        yield from examine()


def _makers(parts: Parts) -> dict[str, Callable[[], object]]:
    """Return what is built from the settings, by the name of its check."""
    return {
        "secret": lambda: parts.signer,
        "mail": lambda: parts.letters,
        "smtp": lambda: parts.open_transport().close(),
        "sources": lambda: parts.open_doors().close(),
        "model": lambda: parts.summariser,
    }


def _unset(settings: Settings) -> dict[str, str]:
    """Return what to say of parts that the settings leave out."""
    return {} if settings.model_url else {"model": "no model is set: mails are in English"}


async def _model(parts: Parts) -> list[Check]:
    """Return the checks of the model, and of the second one where there is one."""
    # The SDK costs a second of start-up, which the other checks need not wait for.
    from newsletter.services.probe import model_checks  # noqa: PLC0415 - a second of start-up
    from newsletter.summarisers.opening import open_endpoint  # noqa: PLC0415 - the same second

    settings: Settings = parts.settings
    checks: list[Check] = []
    try:
        endpoint = open_endpoint(settings, "model") if settings.model_url else None
        summariser = parts.summariser if endpoint else None
        checks += [check async for check in model_checks(endpoint, summariser)]
        if settings.fallback_model_url:
            second = open_endpoint(settings, "fallback_model")
            checks += [check async for check in model_checks(second, place="fallback_model")]
    except SettingsError as error:
        checks.append(Check("model.configured", "failed", str(error), f"Set {error.name}"))
    return checks
