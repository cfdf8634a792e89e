"""What the checks found in one paper's Chinese, ready to be shown on a page or a terminal."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from newsletter.fidelity.findings import Draft, Violation
from newsletter.rendering.highlights import Compared, Piece, compare, shown
from newsletter.rendering.wording import clip, one_line

MAX_PAPERS: Final = 100
"""Papers that one page shows; some 10 KB each."""
MAX_VIOLATIONS: Final = 60
"""Violations of one paper that are shown; a text without any sense has hundreds."""
MAX_TITLE: Final = 400
MAX_SAID: Final = 200
"""Characters of an answer that was of no use."""
_ANSWER: Final = "answer"
"""The check that says, of each field alike, that an answer could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFindings:
    """One paper: its English beside its Chinese, with what is wrong marked."""

    label: str
    """`arXiv:2605.28828`, or whatever names it."""
    abs_url: str
    """Where it is read; may be empty."""
    title: str
    fields: tuple[Compared, ...]
    """Title, summary and abstract, in this order, and `paper` where its own text is marked."""
    more: int = 0
    """Violations that are not shown."""
    hard: int = 0
    soft: int = 0
    """Violations of each kind, those that are not shown among them."""
    outcome: str = ""
    """What the reader got: `chinese`, `partly`, `english`, `pending`; empty where nobody did."""
    reason: str = ""
    """Why Chinese is missing, as the summary's code."""
    rejected: frozenset[str] = frozenset()
    """Fields whose Chinese failed: it is shown here, and nowhere else."""

    @property
    def marked(self) -> tuple[Compared, ...]:
        """Return the fields in which something was found, those with hard violations first.

        What is `unanswered` is not among them.
        """
        found = (f for f in self.fields if f.violations and not _is_unanswered(f))
        return tuple(sorted(found, key=lambda field: not _is_hard(field)))

    @property
    def unanswered(self) -> tuple[Compared, ...]:
        """Return the fields of which nothing is known but that no answer could be read."""
        return tuple(field for field in self.fields if _is_unanswered(field))

    @property
    def no_answer(self) -> tuple[Violation, ...]:
        """Return why no answer could be read, each reason once for all fields."""
        found = (violation for field in self.unanswered for violation in field.violations)
        return tuple({violation.message: violation for violation in found}.values())

    @property
    def said(self) -> str:
        """Return the beginning of what the model said for these fields, where it is kept."""
        texts = ("".join(piece.text for piece in field.chinese) for field in self.unanswered)
        return clip(next(filter(None, texts), ""), MAX_SAID)

    @property
    def unanswered_english(self) -> tuple[Piece, ...]:
        """Return the English of these fields once: the abstract where it is among them."""
        return self.unanswered[-1].english if self.unanswered else ()

    @property
    def unmarked(self) -> tuple[Compared, ...]:
        """Return the other fields that have Chinese."""
        return tuple(field for field in self.fields if field.chinese and not field.violations)


def _is_unanswered(field: Compared) -> bool:
    return bool(field.violations) and all(v.check == _ANSWER for v in field.violations)


def _is_hard(field: Compared) -> bool:
    return any(violation.severity == "hard" for violation in field.violations)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one check found something."""

    check: str
    hard: int
    soft: int


def findings(
    title: str,
    abstract: str,
    draft: Draft,
    violations: Iterable[Violation],
    *,
    label: str,
    abs_url: str = "",
    outcome: str = "",
    reason: str = "",
    rejected: frozenset[str] = frozenset(),
) -> PaperFindings:
    """Set a paper's fields beside their English; all texts may be hostile and are bounded.

    An empty field of `draft` has no Chinese: what was wrong with it is marked in the English
    as far as it stands there. Hard violations come first.
    """
    ranked = sorted(violations, key=lambda violation: violation.severity != "hard")
    kept = ranked[:MAX_VIOLATIONS]
    bad = sum(violation.severity == "hard" for violation in ranked)
    texts = (
        ("title_zh", draft.title_zh, title),
        ("summary_zh", draft.summary_zh, abstract),
        ("abstract_zh", draft.abstract_zh, abstract),
        ("paper", "", f"{title} {abstract}"),
    )
    compared = (compare(field, chinese, english, kept) for field, chinese, english in texts)
    return PaperFindings(
        label=shown(label, MAX_TITLE),
        abs_url=abs_url,
        title=one_line(title, MAX_TITLE),
        fields=tuple(each for each in compared if each.field != "paper" or each.violations),
        more=len(ranked) - len(kept),
        hard=bad,
        soft=len(ranked) - bad,
        outcome=outcome,
        reason=reason,
        rejected=rejected,
    )


def tally(violations: Iterable[Violation]) -> tuple[Tally, ...]:
    """Count by check, the most frequent hard ones first."""
    found = Counter((violation.check, violation.severity) for violation in violations)
    counts = (Tally(check, found[check, "hard"], found[check, "soft"]) for check, _ in found)
    return tuple(
        sorted(dict.fromkeys(counts), key=lambda each: (-each.hard, -each.soft, each.check))
    )
