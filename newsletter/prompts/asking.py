"""The conversation with a model: the stable prompt first, then what belongs to this paper."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Final

from newsletter.fidelity.findings import Violation
from newsletter.fidelity.glossary import Term
from newsletter.fidelity.masking import MaskedPaper
from newsletter.fidelity.text import clean

_VERSION: Final = "v3"
"""The folder that holds the wording in force."""


def _read(name: str) -> str:
    folder = resources.files(__package__) / _VERSION
    return (folder / f"{name}.txt").read_text(encoding="utf-8")


# The system prompt never changes between papers, so that providers' prefix caches work.
SYSTEM_PROMPT: Final = _read("system")
_PAPER = _read("paper")
_REPAIR = _read("repair")

MAX_POINTS: Final = 20
"""Violations that one repair call lists."""
MAX_TERMS: Final = 60
"""Rows of the glossary that one prompt lists; an abstract has some 12."""
MAX_KEYWORDS: Final = 20
"""Readers' keywords that one prompt lists."""
_LONGEST_KEYWORD = 80

_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"[0-9A-Za-z]{8,64}")

Message = dict[str, str]


def _version() -> str:
    """Return the folder's name and a hash of all wording, also that around terms and keywords."""
    term = Term(english="a", chinese=("b",), wrong=("c",), keep_english=True)
    around = [*_terms([term]), *_keywords(MaskedPaper("a", "", ()), ["a"])]
    wording = "\n".join([SYSTEM_PROMPT, _PAPER, _REPAIR, *around])
    return f"{_VERSION}-{hashlib.sha256(wording.encode()).hexdigest()[:12]}"


def messages(
    paper: MaskedPaper,
    token: str,
    terms: Iterable[Term] = (),
    keywords: Iterable[str] = (),
) -> list[Message]:
    """Return the conversation's beginning: the system prompt, then terms, keywords and paper.

    `token` names the fence: 8 to 64 random letters and digits, new for each paper, so that a
    text cannot close the fence. `terms` are the glossary's rows that occur in the paper,
    `keywords` those of readers that it matches; of these only what stands in the paper is
    passed on, because a reader could write instructions there. Raises `ValueError` for a
    token of another form.
    """
    if _TOKEN.fullmatch(token) is None:
        raise ValueError("the fence needs 8 to 64 letters and digits")
    lines = [*_terms(terms), *_keywords(paper, keywords)]
    block = _PAPER.format(
        context="".join(f"{line}\n" for line in lines),
        token=token,
        title=paper.title,
        abstract=paper.abstract,
    )
    return [
        {"role": "system", "content": SYSTEM_PROMPT},
        {"role": "user", "content": block},
    ]


def _terms(terms: Iterable[Term]) -> Iterator[str]:
    """Yield a heading and a line a term: what it is called, and what it must not be called."""
    rows = list(terms)[:MAX_TERMS]
    if rows:
        yield "Terms of this paper:"
    for term in rows:
        english = f" or {term.english}" if term.keep_english else ""
        wrong = f", never {'、'.join(term.wrong[:4])}" if term.wrong else ""
        yield f"- {term.english}: {'、'.join(term.chinese[:3])}{english}{wrong}"


def _keywords(paper: MaskedPaper, keywords: Iterable[str]) -> Iterator[str]:
    """Yield one line of the keywords that stand in the paper word for word."""
    text = _folded(f"{paper.title} {paper.abstract}")
    phrases = dict.fromkeys(" ".join(clean(keyword).split()) for keyword in keywords)
    found = [
        phrase
        for phrase in phrases
        if len(phrase) <= _LONGEST_KEYWORD and _folded(phrase).strip() and _folded(phrase) in text
    ]
    if found:
        listed = "; ".join(found[:MAX_KEYWORDS])
        yield f"Readers look for these; keep them in English or in their usual Chinese: {listed}"


def _folded(text: str) -> str:
    """Return words in lower case between single spaces, for a search that ignores hyphens."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def repair_message(violations: Iterable[Violation]) -> Message:
    """Return the message that lists what to mend, at most `MAX_POINTS` points."""
    return repair_request(f"{found.field}: {found.message}" for found in violations)


def repair_request(reasons: Iterable[str]) -> Message:
    """Return the message that asks again for `reasons`, one line each, at most `MAX_POINTS`."""
    points = "\n".join(f"- {reason}" for reason in list(dict.fromkeys(reasons))[:MAX_POINTS])
    return {"role": "user", "content": _REPAIR.format(points=points)}


PROMPT_VERSION: Final = _version()
"""Changes with every change of the wording, so that summaries written before are known as such."""
