"""The field's terms: what they are called in Chinese, and what they must not be called.

    glossary.jsonl (package data) ─► built_in() ─► with_rows(the operator's file) ─► Glossary
        English text ─► occurrences ─► occurring ─► the prompt's rows, the check's rows, version_of

Texts are compared as sequences of words: case folded, hyphens and dashes as spaces. The longest
term wins and consumes its words, so that "policy" inside "diffusion policy" does not count.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from newsletter.fidelity.glossary_rows import Row, Term, read_rows
from newsletter.fidelity.inflections import forms_of

__all__ = ["Glossary", "Occurrence", "Term", "built_in", "name_of"]

# A full stop, a comma or a bracket ends a term: "a policy. Gradient" is no policy gradient.
_WORD = re.compile(r"[^\W_]+(?:[@&'’][^\W_]+)*|[^\w\s\-‐‑–—/]")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a term stands in an English text, `start` and `end` in its characters."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True)
class Glossary:
    """Terms, one for each English name. Compared by its terms."""

    terms: tuple[Term, ...]

    def occurrences(self, english: str) -> Iterator[Occurrence]:
        """Yield what occurs, from left to right, the longest first; none inside another."""
        found = list(_WORD.finditer(english))
        words = [match[0].casefold() for match in found]
        at = 0
        while at < len(words):
            term, length = self._longest(words, at)
            if term is not None:
                yield Occurrence(term, found[at].start(), found[at + length - 1].end())
            at += max(length, 1)

    def occurring(self, english: str) -> tuple[Term, ...]:
        """Return each term that occurs, once, in order of its first place."""
        terms = {found.term.english: found.term for found in self.occurrences(english)}
        return tuple(terms.values())

    def version_of(self, english: str) -> str:
        """Return 64 hexadecimal digits that change with the rows that occur, and with no other."""
        rows = sorted(repr(term) for term in self.occurring(english))
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()

    def with_rows(self, source: Path | str) -> "Glossary":
        """Return this glossary with the rows of a file (`Path`) or of its text (`str`) over it.

        A row replaces the term of the same English name, case and hyphens apart; `drop` removes
        it. Raises `SettingsError` for `NEWSLETTER_GLOSSARY`, naming the line that is wrong.
        """
        return self.with_read(read_rows(source))

    def with_read(self, rows: Iterable[Row]) -> "Glossary":
        """Return this glossary with `rows` over it."""
        terms = {name_of(term.english): term for term in self.terms}
        for row in rows:
            if row.term is None:
                terms.pop(name_of(row.english), None)
            else:
                terms[name_of(row.english)] = row.term
        return Glossary(tuple(terms.values()))

    @cached_property
    def _by_form(self) -> Mapping[tuple[str, ...], Term]:
        """Return the terms by each form of their words; a name that is written out goes first."""
        inflected = (
            (form, term) for term in self.terms for form in forms_of(name_of(term.english))
        )
        written = ((name_of(also), term) for term in self.terms for also in term.also)
        names = {name_of(term.english): term for term in self.terms}
        return {**dict(inflected), **dict(written), **names}

    @cached_property
    def _lengths(self) -> Mapping[str, tuple[int, ...]]:
        """Return, by first word, how many words terms have that begin with it, longest first."""
        lengths: dict[str, set[int]] = {}
        for form in self._by_form:
            lengths.setdefault(form[0], set()).add(len(form))
        return {word: tuple(sorted(found, reverse=True)) for word, found in lengths.items()}

    def _longest(self, words: list[str], at: int) -> tuple[Term | None, int]:
        """Return the longest term that begins at word `at`, and its number of words."""
        for length in self._lengths.get(words[at], ()):
            form = tuple(words[at : at + length])
            if len(form) == length and (term := self._by_form.get(form)) is not None:
                return term, length
        return None, 0


def name_of(english: str) -> tuple[str, ...]:
    """Return what a term is known by: its words, folded."""
    return tuple(found[0].casefold() for found in _WORD.finditer(english))


@cache
def built_in() -> Glossary:
    """Return the glossary that the package carries."""
    text = Path(__file__).with_name("glossary.jsonl").read_text(encoding="utf-8")
    return Glossary(()).with_rows(text)
