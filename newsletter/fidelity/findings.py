"""What is checked, and what a check says."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["hard", "soft"]
"""`hard`: the Chinese is not shown. `soft`: worth a look, shown all the same."""

EXCERPT = 80
"""Characters of offending text that a violation quotes at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The Chinese of one paper, not yet checked; an empty summary means: there is none."""

    title_zh: str
    abstract_zh: str
    summary_zh: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with a draft. `text` is the offending stretch: hostile, shown escaped."""

    check: str
    severity: Severity
    field: str
    """`title_zh`, `summary_zh` or `abstract_zh`; `paper` where it is about the English itself."""
    text: str
    message: str
    """One English clause that tells a model, and an operator, what to mend."""


def hard(check: str, field: str, text: str, message: str) -> Violation:
    """Return a violation that keeps the Chinese from the reader."""
    return Violation(check, "hard", field, text[:EXCERPT], message)


def soft(check: str, field: str, text: str, message: str) -> Violation:
    """Return a violation that is only reported."""
    return Violation(check, "soft", field, text[:EXCERPT], message)
