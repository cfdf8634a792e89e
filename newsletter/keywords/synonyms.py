"""Names of the same thing, and what it is called in Chinese: a table written for this project.

    {"en": "reinforcement learning", "also": ["RL"], "zh": ["强化学习"]}

`also` holds true synonyms and standard abbreviations only: they are offered to readers. `zh` holds
what readers type, and may stand in several rows.
"""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Synonyms:
    """One row of the table."""

    english: str
    also: tuple[str, ...] = ()
    """Other English names."""
    chinese: tuple[str, ...] = ()
    """Chinese names, none better than another."""


def built_in() -> tuple[Synonyms, ...]:
    """Return the rows that the package carries, in order."""
    text = Path(__file__).with_name("synonyms.jsonl").read_text(encoding="utf-8")
    rows = (json.loads(line) for line in text.splitlines())
    return tuple(
        Synonyms(row["en"], tuple(row.get("also", ())), tuple(row.get("zh", ()))) for row in rows
    )
