"""From the problems found in a document to the state of its announcement."""

from collections import Counter
from collections.abc import Iterable, Sequence

from newsletter.papers import AnnouncedPaper, AnnouncementState, Problem

DAMAGED = {
    "truncated": "the document ends before its end",
    "encoding": "the bytes are not UTF-8",
    "malformed": "the XML is not well-formed",
    "unpaired": "an entry lacks its heading or its body",
    "unknown_section": "a section with a heading that this release does not know",
    "no_entries": "neither entries nor the words that say there are none",
    "count_short": "fewer entries than stated",
    "count_long": "more entries than stated",
    "too_many": "more entries than any announcement has; the rest was not read",
    "capped": "the feed is at arXiv's limit of 2000 items, which drops new papers in silence",
    "no_id": "an entry without an arXiv identifier",
    "no_title": "an entry without a title",
    "no_type": "an entry that does not say how it is announced",
}
"""Codes that make an announcement FAILED, with their meaning."""

UNFINISHED = {
    "window": "one page of several",
    "page_missing": "a further page could not be had",
    "no_abstracts": "a page without a single abstract, in which keywords cannot be found",
    "rows_missing": "arXiv is still filling in rows",
    "no_total": "the total is not stated, so nothing proves that this is all",
    "total_differs": "the sections do not add up to the total",
    "no_date": "the listing date is not stated",
    "mixed_dates": "entries of more than one day",
    "by_date": "what changed on a day, which is no announcement",
    "part_missing": "one of an archive's categories could not be had",
}
"""Codes that make an announcement WAITING, with their meaning."""

HARMLESS = {
    "no_abstract": "entries without an abstract",
    "deleted": "a record that OAI-PMH says is deleted",
    "repeated": "a paper that one answer holds twice",
    "completed": "broken entries that were completed from another source",
}
"""Codes that change no state: every entry is there, but something about it is missing."""

OTHER_DATE = "other_date"
"""The code that makes an announcement STALLED: the document is of another day."""

MOST_ENTRIES = 10_000
"""Entries read of one document; arXiv's pages hold 2,000 at most, and so do its feeds."""

LIMIT = 50
"""Problems kept of one document: a page of rubbish must not become a log of rubbish."""


def state_of(problems: Iterable[Problem], *, empty: bool) -> AnnouncementState:
    """Return the state that follows from `problems`; `empty` says that there are no entries.

    Another date outweighs damage, because entries of another day must not pass for today's.
    """
    codes = {problem.code for problem in problems}
    if OTHER_DATE in codes:
        return AnnouncementState.STALLED
    if codes & DAMAGED.keys():
        return AnnouncementState.FAILED
    if codes & UNFINISHED.keys():
        return AnnouncementState.WAITING
    return AnnouncementState.QUIET if empty else AnnouncementState.FRESH


def bounded(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return `problems` without repetitions, the first of each code and at most `LIMIT` in all."""
    unique = list(dict.fromkeys(problems))
    if len(unique) <= LIMIT:
        return tuple(unique)
    kept = _first_of_each_code(unique)
    rest = [problem for problem in unique if problem not in kept]
    kept |= dict.fromkeys(rest[: LIMIT - len(kept)])
    return tuple(problem for problem in unique if problem in kept)


def repeated(entries: Iterable[AnnouncedPaper]) -> list[Problem]:
    """Name each paper that one document announces twice in the same way; both entries stay."""
    counts = Counter((entry.paper.id.value, entry.type) for entry in entries)
    return [
        Problem("repeated", "the paper comes twice", value)
        for (value, _), count in counts.items()
        if count > 1
    ]


def _first_of_each_code(problems: Sequence[Problem]) -> dict[Problem, None]:
    """Return one problem a code, so that no cap can hide a whole kind of damage."""
    firsts = {problem.code: problem for problem in reversed(problems)}
    return dict.fromkeys(firsts.values())
