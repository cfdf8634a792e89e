"""Other names and other spellings of a keyword, offered as ticks in the form.

A tick's value is the keyword, what is replaced in it, and by what, separated by tabs, which no
keyword holds. It names the line by its words and not by its number: a reader without scripts
may have moved or changed lines since the offer was made, and then nothing happens.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from newsletter.keywords.query import MAX_KEYWORDS
from newsletter.services.rewriting import with_other_name

FIELD: Final = "also"
"""The form field of the ticks, one a line."""
INSTEAD: Final = "also-"
"""How the fields of alternatives begin, a number behind it: one field, one choice for a line."""
MOST_TICKS: Final = 100
"""Of one form; what is beyond is not read."""
MOST_IN_A_LINE: Final = 10
"""Ticks of one keyword that are done: each makes it longer, and reads it anew."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One tick: `phrase` of `line` may also be called `name`; the whole line if it is empty."""

    line: str
    phrase: str
    name: str

    @property
    def value(self) -> str:
        """Return what the form sends when it is ticked."""
        return f"{self.line}\t{self.phrase}\t{self.name}"

    def applied(self, line: str) -> str:
        """Return what becomes of the line as it is now."""
        return with_other_name(line, self.phrase, self.name) if self.phrase else self.name


def apply_offers(form: Mapping[str, str]) -> dict[str, str]:
    """Return the form with every tick done in its keywords, and the ticks gone.

    Each line that reads as a ticked one is rewritten; other lines stay to the character.
    """
    ticked = {name: form[name] for name in form if name == FIELD or name.startswith(INSTEAD)}
    rest = {name: value for name, value in form.items() if name not in ticked}
    ticks = tuple(dict.fromkeys(_ticks("\n".join(ticked.values()))))
    if ticks:
        # A line that stands twice is one keyword; what is beyond any limit is refused as it came.
        lines = tuple(dict.fromkeys(form.get("keywords", "").splitlines()))
        done = (_rewritten(line, ticks) for line in lines[:MAX_KEYWORDS])
        rest["keywords"] = "\n".join([*done, *lines[MAX_KEYWORDS:]])
    return rest


def _ticks(text: str) -> Iterator[Offer]:
    for value in text.split("\n", MOST_TICKS)[:MOST_TICKS]:
        parts = value.removesuffix("\r").split("\t")
        if len(parts) == 3 and parts[2].strip():  # noqa: PLR2004 - line, phrase, name
            yield Offer(*parts)


def _rewritten(line: str, ticks: tuple[Offer, ...]) -> str:
    keyword = rewritten = " ".join(line.split())
    meant = [tick for tick in ticks if tick.line == keyword][:MOST_IN_A_LINE]
    # Of two that replace the whole line the second would undo the first.
    whole = [tick for tick in meant if not tick.phrase][:1]
    for tick in (*whole, *(tick for tick in meant if tick.phrase)):
        rewritten = tick.applied(rewritten)
    return rewritten if meant else line
