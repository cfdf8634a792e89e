"""Repeat a change of text until it changes nothing more."""

from collections.abc import Callable


def settle(text: str, step: Callable[[str], str], passes: int) -> str:
    """Return `text` after as many rounds of `step` as change it; `passes` rounds at most.

    One round can uncover work for the next: nested brackets, nested TeX. A text that the last
    round still changes, which only a hostile one does, comes back as it was.
    """
    settled = text
    for _ in range(passes):
        before, settled = settled, step(settled)
        if settled == before:
            return settled
    return text
