"""What tests of the checks share: a passage, and the findings in short."""

from collections.abc import Iterator

from newsletter.fidelity.findings import Violation
from newsletter.fidelity.passages import Passage


def passage(chinese: str, english: str = "We study models.", field: str = "abstract_zh") -> Passage:
    """Return a passage whose paper is its own English."""
    return Passage(field, english, chinese, english)


def flags(found: Iterator[Violation]) -> list[tuple[str, str]]:
    """Return severity and text of each violation."""
    return [(violation.severity, violation.text) for violation in found]
