"""Plant known faults in correct Chinese, as mutation testing does with programs.

    Pair ─► Text of each field ─► one mutator a kind ─► Mutant…

Pure and by seed: the same pairs and the same seed give the same mutants. A mutant that equals its
original, or that would be no fault, is not made; each mutator's docstring says when.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType
from typing import Final

from newsletter.bench import faults_in_form as form
from newsletter.bench import faults_in_names as names
from newsletter.bench import faults_in_numbers as figures
from newsletter.bench import faults_in_words as words
from newsletter.bench.pairs import Pair
from newsletter.bench.spots import Change, Text, names_of
from newsletter.fidelity.findings import Draft

Planter = Callable[[Text, Random], Change | None]
FIELDS: Final = ("title_zh", "summary_zh", "abstract_zh")

GATED: Final[Mapping[str, Planter]] = MappingProxyType(
    {
        "digit_changed": figures.change_digit,
        "number_deleted": figures.delete_number,
        "number_times_ten": figures.multiply_by_ten,
        "percent_lost": figures.lose_percent,
        "number_invented": figures.invent_number,
        "name_typo": names.mistype_name,
        "name_swapped": names.swap_name,
        "name_deleted": names.delete_name,
        "formula_deleted": names.delete_formula,
        "escape_damage": form.damage_escapes,
        "refusal": words.refuse,
        "echo": words.echo,
        "html": form.add_markup,
        "url": form.add_address,
        "truncation": form.truncate,
        "loop": form.loop,
        "traditional": form.make_traditional,
        "untranslated": form.leave_untranslated,
        "bidi": form.add_invisible,
        "praise": words.praise,
    }
)
"""Kinds that a demand is made of; issue 4 names them, in this order."""
OF_CONTENT: Final = tuple(GATED)[:9]
"""Those of which 99 % must be caught; of the others, all."""
REPORTED: Final[Mapping[str, Planter]] = MappingProxyType(
    {
        "name_exchanged_in_sentence": names.exchange_in_sentence,
        "hedge_dropped": words.drop_hedge,
        "term_wrong": words.mistake_term,
        "sentence_dropped": form.drop_sentence,
    }
)
"""Kinds that are only reported: no code can tell them all from good Chinese."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """Correct Chinese with one fault of `kind` in `field`."""

    kind: str
    field: str
    change: str
    """What was done, in words for a person."""
    pair: Pair
    """The original."""
    draft: Draft


def plant(pairs: Iterable[Pair], seed: int, rounds: int = 1) -> Iterator[Mutant]:
    """Yield at most `rounds` different mutants of each kind in each field of each pair."""
    for pair in pairs:
        for text in texts(pair):
            for kind, planter in {**GATED, **REPORTED}.items():
                random = Random(f"{seed} {pair.paper.id} {text.field} {kind}")  # noqa: S311 # no secret
                made = {text.chinese: ""}
                for _ in range(rounds):
                    made.setdefault(*(planter(text, random) or (text.chinese, "")))
                del made[text.chinese]
                yield from (_mutant(kind, pair, text.field, change) for change in made.items())


def texts(pair: Pair) -> tuple[Text, ...]:
    """Return the fields of `pair` that hold Chinese, as the mutators want them."""
    paper = f"{pair.paper.title} {pair.paper.abstract}"
    english = (pair.paper.title, paper, pair.paper.abstract)
    chinese = tuple(getattr(pair.draft, field) for field in FIELDS)
    known = names_of(paper, *chinese)
    return tuple(
        Text(field, ours, theirs, paper, known)
        for field, ours, theirs in zip(FIELDS, english, chinese, strict=True)
        if theirs
    )


def _mutant(kind: str, pair: Pair, field: str, change: Change) -> Mutant:
    return Mutant(kind, field, change[1], pair, replace(pair.draft, **{field: change[0]}))
