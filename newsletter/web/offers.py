"""Other names and other spellings of a keyword, offered as ticks in the form.

A tick's value is the keyword, what is replaced in it, and by what, separated by tabs, which no
keyword holds. It names the line by its words and not by its number: a reader without scripts
may have moved or changed lines since the offer was made, and then nothing happens.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from newsletter.services.rewriting import with_other_name

FIELD: Final = "also"
"""The form field of the ticks, one a line."""
MOST_TICKS: Final = 100
"""Of one form; what is beyond is not read."""


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
    rest = {name: value for name, value in form.items() if name != FIELD}
    ticks = tuple(_ticks(form.get(FIELD, "")))
    if ticks:
        lines = form.get("keywords", "").splitlines()
        rest["keywords"] = "\n".join(_rewritten(line, ticks) for line in lines)
    return rest


def _ticks(text: str) -> Iterator[Offer]:
    for value in text.split("\n", MOST_TICKS)[:MOST_TICKS]:
        parts = value.removesuffix("\r").split("\t")
        if len(parts) == 3 and parts[2].strip():  # noqa: PLR2004 - line, phrase, name
            yield Offer(*parts)


def _rewritten(line: str, ticks: tuple[Offer, ...]) -> str:
    keyword = rewritten = " ".join(line.split())
    meant = [tick for tick in ticks if tick.line == keyword]
    for tick in meant:
        rewritten = tick.applied(rewritten)
    return rewritten if meant else line
