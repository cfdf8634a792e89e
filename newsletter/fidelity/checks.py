"""All checks, once for text with placeholders and once for text as the reader sees it.

    model's answer   ─► check_masked(MaskedPaper, Draft)   placeholders by number
    finished Chinese ─► check_summary(Paper, Draft)        formulas and addresses by text
                          └─► a Passage for each field ─► the checks, each its own module

For the title and the abstract both directions count: nothing missing, nothing added. For the
summary only the second does: nothing in the Chinese that the English does not support.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Final

from newsletter.fidelity.characters import check_characters
from newsletter.fidelity.comparisons import check_comparisons
from newsletter.fidelity.completeness import check_truncation
from newsletter.fidelity.contacts import check_contacts
from newsletter.fidelity.detex import detex
from newsletter.fidelity.figures import check_numbers
from newsletter.fidelity.findings import Draft, Violation, hard
from newsletter.fidelity.glossary import Glossary, built_in
from newsletter.fidelity.hedges import check_hedges
from newsletter.fidelity.intrusions import (
    check_addresses,
    check_kana,
    check_no_tex,
    check_placeholder_form,
)
from newsletter.fidelity.keyphrases import check_keyphrases
from newsletter.fidelity.language import check_language, check_untranslated
from newsletter.fidelity.lengths import check_length, check_summary_length
from newsletter.fidelity.markup import check_markup
from newsletter.fidelity.masking import PLACEHOLDER, MaskedPaper, blank, literals
from newsletter.fidelity.naming import check_names
from newsletter.fidelity.passages import Passage
from newsletter.fidelity.praise import check_praise
from newsletter.fidelity.refusals import check_echo, check_refusal
from newsletter.fidelity.repetition import check_repetition
from newsletter.fidelity.residue import check_residue
from newsletter.fidelity.terms import check_terms
from newsletter.fidelity.text import clean
from newsletter.fidelity.traditional import check_traditional
from newsletter.fidelity.typography import check_typography
from newsletter.papers import Paper

CHECKS_VERSION: Final = "3"
"""To be raised with every change of what passes: summaries are kept under it."""
FIELDS: Final = ("title_zh", "summary_zh", "abstract_zh")
MAX_FINDINGS: Final = 20
"""Violations that one check reports of one field: enough to repair, not enough to drown in."""

_PASSAGE_CHECKS: tuple[Callable[[Passage], Iterator[Violation]], ...] = (
    check_numbers,
    check_hedges,
    check_comparisons,
    check_praise,
    check_language,
    check_untranslated,
    check_traditional,
    check_length,
    check_truncation,
    check_repetition,
    check_refusal,
    check_echo,
    check_markup,
    check_contacts,
)
_BETWEEN_DIGITS = re.compile("(?<=[0-9])，(?=[0-9])")
_ADDRESS_OR_MATHS = ("$", r"\(", r"\[", "{v", "http", "www.")


@dataclass(frozen=True)
class _Source:
    """The English of one paper, how both languages are read, and what they are held against."""

    title: str
    abstract: str
    check: str
    """What a span that must be the same is called: `formulas` or `placeholders`."""
    prepare: Callable[[str], str]
    spans: Callable[[str], tuple[str, ...]]
    """Returns the spans of a prepared text that must be the same in both languages."""
    glossary: Glossary
    keywords: tuple[str, ...]

    def english(self, field: str) -> str:
        """Return what a field has to say, as it came; for the summary, all there is."""
        return self._choose(field, self.title, self.abstract)

    @cached_property
    def prepared(self) -> tuple[str, str]:
        """Return title and abstract, prepared."""
        return self.prepare(self.title), self.prepare(self.abstract)

    @cached_property
    def blanked(self) -> tuple[str, str]:
        """Return title and abstract without formulas and addresses."""
        title, abstract = self.prepared
        return blank(title), blank(abstract)

    @cached_property
    def counted(self) -> tuple[Counter[str], Counter[str]]:
        """Return the spans of title and abstract that must be the same."""
        title, abstract = self.prepared
        return Counter(self.spans(title)), Counter(self.spans(abstract))

    def passage(self, field: str, chinese: str) -> Passage:
        """Return a field's passage; `chinese` is prepared."""
        title, abstract = self.blanked
        english = self._choose(field, title, abstract)
        return Passage(field, english, blank(chinese), f"{title} {abstract}")

    @staticmethod
    def _choose(field: str, title: str, abstract: str) -> str:
        return {"title_zh": title, "abstract_zh": abstract}.get(field, f"{title} {abstract}")


def check_summary(
    paper: Paper,
    draft: Draft,
    *,
    glossary: Glossary | None = None,
    keywords: Sequence[str] = (),
) -> tuple[Violation, ...]:
    """Compare finished Chinese with its paper; no violation means that none was found.

    `glossary` is the built-in one by default; `keywords` are those of readers that the paper
    matches.
    """
    source = _Source(
        paper.title,
        paper.abstract,
        "formulas",
        lambda text: detex(clean(text)),
        _formulas,
        glossary or built_in(),
        tuple(keywords),
    )
    return tuple(_all(source, draft))


def check_masked(
    paper: MaskedPaper,
    draft: Draft,
    *,
    glossary: Glossary | None = None,
    keywords: Sequence[str] = (),
) -> tuple[Violation, ...]:
    """Compare an answer that still has placeholders with the masked paper."""
    source = _Source(
        paper.title,
        paper.abstract,
        "placeholders",
        clean,
        _placeholders,
        glossary or built_in(),
        tuple(keywords),
    )
    return (*_all(source, draft), *_masked_only(source, draft))


def hard_only(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Return those that keep the Chinese from the reader."""
    return tuple(violation for violation in violations if violation.severity == "hard")


def _all(source: _Source, draft: Draft) -> Iterator[Violation]:
    """Yield what is wrong with each field."""
    for field in FIELDS:
        raw = getattr(draft, field)
        if raw.strip():
            yield from _field(source, field, raw)
        elif field != "summary_zh":
            yield hard("empty", field, "", "there is no text")


def _field(source: _Source, field: str, raw: str) -> Iterator[Violation]:
    """Yield what is wrong with one field: of the text as it came, of spans, of the passage."""
    english = source.english(field)
    # Cleaning makes "95，100" look like one number.
    chinese = source.prepare(_BETWEEN_DIGITS.sub("， ", raw))
    whole = " ".join(source.prepared)
    passage = source.passage(field, chinese)
    findings = (
        check_characters(field, raw, f"{source.title} {source.abstract} {whole}"),
        check_residue(field, english, raw),
        check_typography(field, raw),
        check_placeholder_form(field, english, raw),
        check_addresses(field, whole, chinese),
        check_kana(field, whole, chinese),
        _spans(source, field, chinese),
        check_summary_length(field, chinese) if field == "summary_zh" else iter(()),
        *(check(passage) for check in _PASSAGE_CHECKS),
        check_names(passage, source.glossary),
        check_terms(passage, source.glossary),
        check_keyphrases(passage, source.keywords, source.glossary),
    )
    yield from chain.from_iterable(islice(found, MAX_FINDINGS) for found in findings)


def _masked_only(source: _Source, draft: Draft) -> Iterator[Violation]:
    """Yield TeX, which travels as placeholders alone."""
    for field in FIELDS:
        yield from check_no_tex(field, source.english(field), clean(getattr(draft, field)))


def _formulas(text: str) -> tuple[str, ...]:
    """Return formulas and addresses without white space; type faces are free to go."""
    spans = (span for span in literals(text) if span.startswith(_ADDRESS_OR_MATHS))
    return tuple("".join(span.split()) for span in spans)


def _placeholders(text: str) -> tuple[str, ...]:
    return tuple(found[0] for found in PLACEHOLDER.finditer(text))


def _spans(source: _Source, field: str, chinese: str) -> Iterator[Violation]:
    """Compare untranslatable spans: equal multisets, and in the summary none of its own."""
    in_title, in_abstract = source.counted
    theirs = Counter(source.spans(chinese))
    if field == "summary_zh":
        for span in theirs.keys() - (in_title | in_abstract).keys():
            yield hard(source.check, field, span, f"{span[:40]} is not in the English")
        return
    ours = in_title if field == "title_zh" else in_abstract
    for span in (ours - theirs).elements():
        yield hard(source.check, field, span, f"{span[:40]} of the English is missing")
    for span in (theirs - ours).elements():
        yield hard(source.check, field, span, f"{span[:40]} is not in the English or too often")
