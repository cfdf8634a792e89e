"""What a wrong rendering would be right for: English words beside the term, or the paper's topic.

Texts and words are compared with every mark as a space, so that "real-estate" meets "real estate".
Nothing is compiled: a glossary of thousands of rows costs no more than its words.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsletter.fidelity.glossary import Occurrence, Term

_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Words:
    """An English text, its words with one space before each and one at the end."""

    exact: str
    folded: str

    @classmethod
    def of(cls, english: str) -> "Words":
        """Return the words of `english`."""
        exact = f" {_MARKS.sub(' ', english).strip()} "
        return cls(exact, exact.lower())

    def have(self, excuse: str) -> bool:
        """Say whether a word begins with `excuse`; with a capital, whether it stands there whole.

        A hyphen at its end ends the word: "co-" does not begin "combine".
        """
        wanted = " " + _MARKS.sub(" ", excuse).lstrip()
        if excuse == excuse.lower():
            return wanted in self.folded
        return f"{wanted.rstrip()} " in self.exact


@dataclass(frozen=True, slots=True)
class Around:
    """A text around a term: as it stands, and without the term itself."""

    whole: Words
    rest: Words

    @classmethod
    def of(cls, term: Term, english: str, occurrences: Iterable[Occurrence]) -> "Around":
        """Return the text around `term`, whose `occurrences` are known (others may be there)."""
        return cls(Words.of(english), Words.of(_without(term, english, occurrences)))

    def have(self, excuse: str) -> bool:
        """Say whether `excuse` stands there.

        One word must stand beside the term: "represent" begins "representation". Several may
        hold it: "medical training".
        """
        has_several = _MARKS.search(excuse.strip("-")) is not None
        return (self.whole if has_several else self.rest).have(excuse)


def is_topical(term: Term, paper: Words) -> bool:
    """Say whether the paper is about what the term's wrong renderings are right for."""
    return any(paper.have(topic) for topic in term.topics)


def is_excused(term: Term, wrong: Iterable[str], around: Sequence[Around]) -> bool:
    """Say whether one of the renderings `wrong` of the term is right in one of the texts."""
    chosen = set(wrong)
    words = {word for rendering, words in term.unless if rendering in chosen for word in words}
    return any(text.have(word) for text in around for word in words)


def _without(term: Term, english: str, occurrences: Iterable[Occurrence]) -> str:
    pieces: list[str] = []
    end = 0
    for found in occurrences:
        if found.term is term:
            pieces.append(english[end : found.start])
            end = found.end
    return " ".join([*pieces, english[end:]])
