"""All checks, once for text with placeholders and once for text as the reader sees it.

    model's answer   ─► check_masked(MaskedPaper, Draft)   placeholders by number
    finished Chinese ─► check_summary(Paper, Draft)        formulas and addresses by text
                          └─► both: numbers, wording, length, completeness

For the title and the abstract both directions count: nothing missing, nothing added. For the
summary only the second does: nothing in the Chinese that the English does not support.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from newsletter.fidelity.figures import check_numbers
from newsletter.fidelity.findings import Draft, Violation, hard
from newsletter.fidelity.intrusions import (
    check_addresses,
    check_kana,
    check_no_tex,
    check_placeholder_form,
)
from newsletter.fidelity.masking import PLACEHOLDER, MaskedPaper, blank, literals
from newsletter.fidelity.text import clean
from newsletter.fidelity.wording import check_characters, check_length, check_wording
from newsletter.papers import Paper

CHECKS_VERSION = "2"
"""To be raised with every change of what passes: summaries are kept under it."""
FIELDS = ("title_zh", "summary_zh", "abstract_zh")
Reader = Callable[[str], tuple[str, ...]]
"""Returns the spans of a text that must be the same in both languages."""


def check_summary(paper: Paper, draft: Draft) -> tuple[Violation, ...]:
    """Compare finished Chinese with its paper; no violation means that none was found."""
    english = (_plain(paper.title), _plain(paper.abstract))
    return _check("formulas", english, draft, _plain, _formulas)


def check_masked(paper: MaskedPaper, draft: Draft) -> tuple[Violation, ...]:
    """Compare an answer that still has placeholders with the masked paper."""
    return (
        *_check("placeholders", (paper.title, paper.abstract), draft, clean, _placeholders),
        *_masked_only(paper, draft),
    )


def _check(
    name: str, english: tuple[str, str], draft: Draft, prepare: Callable[[str], str], read: Reader
) -> tuple[Violation, ...]:
    """Run all checks: on characters as they are, on the rest after `prepare`.

    `english` is title and abstract, prepared; `read` returns the spans to be compared.
    """
    title, abstract = english
    prepared = Draft(
        title_zh=prepare(draft.title_zh),
        summary_zh=prepare(draft.summary_zh),
        abstract_zh=prepare(draft.abstract_zh),
    )
    return (
        *(
            finding
            for field in FIELDS
            for finding in check_characters(field, getattr(draft, field))
        ),
        *_intrusions(f"{title} {abstract}", prepared),
        *_spans(name, title, abstract, prepared, read),
        *_rest(blank(title), blank(abstract), prepared),
    )


def _intrusions(source: str, draft: Draft) -> Iterator[Violation]:
    """Yield foreign addresses and scripts: in the whole text, formulas included."""
    for field in FIELDS:
        chinese = getattr(draft, field)
        yield from check_addresses(field, source, chinese)
        yield from check_kana(field, source, chinese)


def _masked_only(paper: MaskedPaper, draft: Draft) -> Iterator[Violation]:
    """Yield TeX and half placeholders, which unmasking would hand to the reader."""
    sources = (paper.title, f"{paper.title} {paper.abstract}", paper.abstract)
    for field, source in zip(FIELDS, sources, strict=True):
        chinese = getattr(draft, field)
        yield from check_no_tex(field, source, clean(chinese))
        yield from check_placeholder_form(field, source, chinese)


def hard_only(violations: tuple[Violation, ...]) -> tuple[Violation, ...]:
    """Return those that keep the Chinese from the reader."""
    return tuple(violation for violation in violations if violation.severity == "hard")


# "$16.0\\%$" and "$2.2\\times$" are numbers that need no TeX; Chinese without it is as good.
_BARE_NUMBER = re.compile(r"\$\s?([+-]?[0-9][0-9.,]*)\s?(\\%|\\times)?\s?\$(?![0-9])")
_ADDRESS_OR_MATHS = ("$", r"\(", r"\[", "{v", "http", "www.")


def _plain(text: str) -> str:
    """Return clean text in which numbers and percent signs stand without TeX."""
    return _BARE_NUMBER.sub(_without_tex, clean(text)).replace(r"\%", "%")


def _without_tex(found: re.Match[str]) -> str:
    return found[1] + {r"\%": "%", r"\times": "×"}.get(found[2] or "", "")


def _formulas(text: str) -> tuple[str, ...]:
    """Return formulas and addresses without white space; type faces are free to go."""
    spans = (span for span in literals(text) if span.startswith(_ADDRESS_OR_MATHS))
    return tuple("".join(span.split()) for span in spans)


def _placeholders(text: str) -> tuple[str, ...]:
    return tuple(found[0] for found in PLACEHOLDER.finditer(text))


def _spans(
    check: str, title: str, abstract: str, draft: Draft, read: Reader
) -> Iterator[Violation]:
    """Compare untranslatable spans: equal multisets, and in the summary none of its own."""
    in_title, in_abstract = Counter(read(title)), Counter(read(abstract))
    for field, ours, theirs in (
        ("title_zh", in_title, Counter(read(draft.title_zh))),
        ("abstract_zh", in_abstract, Counter(read(draft.abstract_zh))),
    ):
        for span in (ours - theirs).elements():
            yield hard(check, field, span, f"{span[:40]} of the English is missing")
        for span in (theirs - ours).elements():
            yield hard(check, field, span, f"{span[:40]} is not in the English or too often")
    for span in Counter(read(draft.summary_zh)).keys() - (in_title | in_abstract).keys():
        yield hard(check, "summary_zh", span, f"{span[:40]} is not in the English")


def _rest(title: str, abstract: str, draft: Draft) -> Iterator[Violation]:
    """Yield what the checks on words and numbers find; the English without formulas."""
    fields = (
        ("title_zh", title, blank(draft.title_zh)),
        ("summary_zh", f"{title} {abstract}", blank(draft.summary_zh)),
        ("abstract_zh", abstract, blank(draft.abstract_zh)),
    )
    for field, english, chinese in fields:
        if chinese.strip():
            yield from check_numbers(field, english, chinese, complete=field != "summary_zh")
            yield from check_wording(field, english, chinese)
        elif field != "summary_zh" and not getattr(draft, field).strip():
            yield hard("empty", field, "", "there is no text")
        if field == "abstract_zh" and chinese.strip():
            yield from check_length(field, english, chinese)
