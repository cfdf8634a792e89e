"""What makes a fetched document worth keeping for the operator: damage, or a parser's defect.

body ─ parse ─┬─ an error ─────────┬─► in words ─► the keeper (`Fetcher.read`)
              └─ read, with damage ─┘
"""

from collections.abc import Iterable

from newsletter.errors import EmptyDocument, NotAnAnnouncement, SourceError, TruncatedDocument
from newsletter.papers import Problem
from newsletter.sources.page import ListingPage, judge
from newsletter.sources.text import excerpt
from newsletter.sources.verdict import DAMAGED

_TELLING = (EmptyDocument, NotAnAnnouncement, TruncatedDocument)
_SHOWN = 3
_LONGEST = 300


def damage_of(error: Exception) -> str | None:
    """Return what an error of a parser says about the document, None where it says nothing.

    Errors that are not the project's are defects: the document that shows one is wanted too.
    """
    if not isinstance(error, SourceError):
        return f"this release cannot read it ({type(error).__name__}), which is a defect"
    if isinstance(error, _TELLING):
        return excerpt(error.what.removeprefix(f"{error.origin}: "), _LONGEST)
    return None


def damage_in(read: object) -> str | None:
    """Return in words what is damaged in a document as read, None where nothing is.

    Anything with `problems` will do; a listing page is judged first, because its counts are
    compared only then.
    """
    judged = judge(read) if isinstance(read, ListingPage) else read
    problems: Iterable[Problem] = getattr(judged, "problems", ())
    found = [problem.message for problem in problems if problem.code in DAMAGED]
    more = [f"{len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return excerpt("; ".join([*found[:_SHOWN], *more]), _LONGEST) or None
