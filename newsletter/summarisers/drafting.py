"""What has come of one paper so far: the fields that pass, and what is wrong with the others.

answer ─► read_answer ─► polish ─► check_masked ─► a field without a hard violation is held
                                       └── the others' violations ─► the request for a repair
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from newsletter.errors import InvalidAnswer
from newsletter.fidelity.checks import FIELDS, check_masked
from newsletter.fidelity.findings import Draft, Violation, hard
from newsletter.fidelity.glossary import Glossary
from newsletter.fidelity.masking import MaskedPaper, unmask
from newsletter.fidelity.text import plain_letters
from newsletter.fidelity.typography import polish
from newsletter.papers import PaperId, Summary
from newsletter.prompts.answers import read_answer
from newsletter.prompts.asking import Message, repair_message, repair_request
from newsletter.spending import Usage


@dataclass(frozen=True, slots=True)
class Measure:
    """What answers are held against, the same for every answer about one paper."""

    paper: MaskedPaper
    glossary: Glossary
    keywords: Sequence[str] = ()
    spacing: bool = True
    """Whether Chinese and Latin letters or digits are set apart."""


@dataclass(slots=True)
class Drafting:
    """Collects the fields that pass over all answers about one paper."""

    measure: Measure
    usage: Usage = field(default_factory=Usage)
    held: dict[str, str] = field(default_factory=dict)
    """Field → Chinese with placeholders, the first that passed."""
    _found: dict[str, tuple[Violation, ...]] = field(default_factory=dict)
    """Field → what the checks say of what is held, or of the newest answer that failed."""

    _failed: dict[str, str] = field(default_factory=dict)
    """Field → the newest Chinese that failed, with placeholders."""

    @property
    def is_complete(self) -> bool:
        """Say whether every field passed."""
        return len(self.held) == len(FIELDS)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Return what the checks say: soft of what is held, everything of what failed."""
        return tuple(found for name in FIELDS for found in self._found.get(name, ()))

    @property
    def shown_violations(self) -> tuple[Violation, ...]:
        """Return the same as people see them: formulas in place of placeholders."""
        return tuple(
            replace(found, text=self._unmask(found.text), message=self._unmask(found.message))
            for found in self.violations
        )

    @property
    def rejected(self) -> dict[str, str]:
        """Return field → the newest Chinese that failed, where none passed."""
        return {
            name: self._unmask(text) for name, text in self._failed.items() if name not in self.held
        }

    def take(self, text: str) -> Message | None:
        """Hold what passes of an answer; return what asks for the rest, None if nothing is left."""
        try:
            draft = self._polished(read_answer(text))
        except InvalidAnswer as error:
            return self.refuse(error.reasons)
        found = check_masked(
            self.measure.paper,
            draft,
            glossary=self.measure.glossary,
            keywords=self.measure.keywords,
        )
        for name in FIELDS:
            self._take_field(name, draft, [one for one in found if one.field == name])
        return None if self.is_complete else repair_message(self._failures())

    def refuse(self, reasons: Sequence[str]) -> Message:
        """Note that an answer could not be read; return what asks for another."""
        for name in FIELDS:
            if name not in self.held:
                self._found[name] = tuple(hard("answer", name, "", why) for why in reasons)
        return repair_request(reasons)

    def summary(self, paper_id: PaperId, model: str, reason: str) -> Summary:
        """Return what is held with its formulas; `reason` says why anything is missing."""
        chinese = {name: self._unmask(text) for name, text in self.held.items()}
        return Summary(
            paper_id=paper_id,
            title_zh=chinese.get("title_zh", ""),
            summary_zh=chinese.get("summary_zh", ""),
            abstract_zh=chinese.get("abstract_zh", ""),
            model=model,
            reason="" if self.is_complete else reason,
        )

    def _unmask(self, text: str) -> str:
        return unmask(text, self.measure.paper.spans)

    def _polished(self, draft: Draft) -> Draft:
        spacing = self.measure.spacing
        return Draft(
            title_zh=polish(plain_letters(draft.title_zh), spacing=spacing),
            summary_zh=polish(plain_letters(draft.summary_zh), spacing=spacing),
            abstract_zh=polish(plain_letters(draft.abstract_zh), spacing=spacing),
        )

    def _take_field(self, name: str, draft: Draft, found: list[Violation]) -> None:
        if name in self.held:
            return
        self._found[name] = tuple(found)
        passes = not any(one.severity == "hard" for one in found)
        (self.held if passes else self._failed)[name] = getattr(draft, name)

    def _failures(self) -> list[Violation]:
        return [one for one in self.violations if one.severity == "hard"]
