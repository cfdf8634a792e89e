"""What the operator's glossary changes: rows of the built-in one, and Chinese that is kept.

the file's rows ─► changes  (added, replaced, dropped)
                └► touched  (kept summaries whose English has a row that differs)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from newsletter.fidelity.glossary import Glossary, Term, built_in, name_of
from newsletter.fidelity.glossary_rows import Row
from newsletter.storage import touched as storage
from newsletter.storage.engine import Database

LOOKED_BACK = timedelta(days=30)

Effect = Literal["adds", "replaces", "repeats", "drops", "drops nothing"]
"""What a row does; `repeats` what is there already."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one line of the file does."""

    line: int
    english: str
    effect: Effect
    chinese: tuple[str, ...] = ()
    """Accepted renderings from now on."""
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Touched:
    """A paper whose Chinese would be written anew, and the terms that are why."""

    id: str
    title: str
    terms: tuple[str, ...]


def changes(rows: Iterable[Row]) -> tuple[Change, ...]:
    """Return what each row does to the built-in glossary and the rows above it."""
    held = {name_of(term.english): term for term in built_in().terms}
    told: list[Change] = []
    for row in rows:
        name = name_of(row.english)
        told.append(_change(row, held.get(name)))
        if row.term is None:
            held.pop(name, None)
        else:
            held[name] = row.term
    return tuple(told)


def _change(row: Row, held: Term | None) -> Change:
    if row.term is None:
        return Change(row.line, row.english, "drops" if held else "drops nothing")
    effect: Effect = "adds" if held is None else "repeats" if held == row.term else "replaces"
    return Change(row.line, row.english, effect, row.term.chinese, row.term.wrong)


def touched(database: Database, glossary: Glossary, now: datetime) -> tuple[Touched, ...]:
    """Return the papers of the last `LOOKED_BACK` that `glossary` reads otherwise, newest first.

    Raises `StorageError`.
    """
    with database.read() as session:
        texts = storage.texts_since(session, now - LOOKED_BACK)
    found = ((text, _differing(f"{text.title} {text.abstract}", glossary)) for text in texts)
    return tuple(Touched(text.arxiv_id, text.title, terms) for text, terms in found if terms)


def _differing(english: str, glossary: Glossary) -> tuple[str, ...]:
    """Return the English of the terms in `english` that both glossaries do not have alike."""
    before, now = set(built_in().occurring(english)), set(glossary.occurring(english))
    differing = (*(before - now), *(now - before))
    names = {name_of(term.english): term.english for term in differing}
    return tuple(sorted(names.values(), key=str.casefold))
