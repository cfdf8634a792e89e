"""What a check is given: one field of a draft, beside the English that it has to say."""

from dataclasses import dataclass
from functools import cached_property

from newsletter.fidelity.alignment import Bead, align
from newsletter.fidelity.sentences import chinese_sentences, english_sentences

_SPREAD = 2.0
"""How far the lengths of two sentences may differ from the usual ratio and still be a pair."""


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

    @cached_property
    def sentences(self) -> tuple[Bead, ...]:
        """Return sentence by sentence where both texts have as many of like lengths, else `beads`.

        Alignment goes by names and figures too, and follows them to the wrong sentence where two
        of them have changed places; lengths do not.
        """
        ours, theirs = english_sentences(self.english), chinese_sentences(self.chinese)
        if self.field != "abstract_zh" or len(ours) != len(theirs):
            return self.beads
        usual = len(self.english) / max(len(self.chinese), 1)
        pairs = tuple(map(Bead, ours, theirs))
        ratios = (len(pair.english) / (len(pair.chinese) * usual) for pair in pairs)
        is_alike = all(1 / _SPREAD < ratio < _SPREAD for ratio in ratios)
        return pairs if is_alike else self.beads
