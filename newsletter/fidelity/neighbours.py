"""Where a sentence's English may stand when the alignment is not sure."""

from collections.abc import Sequence

from newsletter.fidelity.alignment import Bead
from newsletter.fidelity.sentences import chinese_sentences, english_sentences


def neighbours(beads: Sequence[Bead], at: int) -> tuple[int, ...]:
    """Return `at`, and the places of the beads beside it unless it pairs one sentence with one."""
    bead = beads[at]
    if len(english_sentences(bead.english)) == 1 == len(chinese_sentences(bead.chinese)):
        return (at,)
    return (at, *range(max(at - 1, 0), at), *range(at + 1, min(at + 2, len(beads))))
