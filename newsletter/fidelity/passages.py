"""What a check is given: one field of a draft, beside the English that it has to say."""

from dataclasses import dataclass
from functools import cached_property

from newsletter.fidelity.alignment import Bead, align


@dataclass(frozen=True)
class Passage:
    """One field and its English, both clean and without formulas, code, addresses, citations."""

    field: str
    """`title_zh`, `summary_zh` or `abstract_zh`."""
    english: str
    """The title for `title_zh`, the abstract for `abstract_zh`, both for `summary_zh`."""
    chinese: str
    paper: str
    """Title and abstract, whatever the field: what a name or a term means is often said there."""

    @property
    def is_complete(self) -> bool:
        """Say whether the Chinese must hold all that the English has: a summary need not."""
        return self.field != "summary_zh"

    @cached_property
    def beads(self) -> tuple[Bead, ...]:
        """Return the sentences that answer to each other; one bead for a title or a summary."""
        if self.field == "abstract_zh":
            return align(self.english, self.chinese)
        return (Bead(self.english, self.chinese),)
