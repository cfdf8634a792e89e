"""Which of several documents of one category and day to believe, and what they give together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.papers import Announcement, AnnouncementState, Counts, DocumentKind, merge
from newsletter.sources.page import ListingPage, join, judge
from newsletter.sources.verdict import bounded, state_of

_WHOLE = {AnnouncementState.FRESH, AnnouncementState.QUIET}
_ORDER = tuple(DocumentKind)


@dataclass(frozen=True, slots=True)
class Document:
    """One document as read: judged, and unjudged where it is a page that can be joined."""

    name: str
    announcement: Announcement
    page: ListingPage | None

    @property
    def category(self) -> str:
        """Return what the document covers, empty where it does not say."""
        return self.announcement.category

    @property
    def is_whole(self) -> bool:
        """Say whether nothing is missing."""
        return self.announcement.state in _WHOLE

    @property
    def is_damaged(self) -> bool:
        """Say whether something in it is broken."""
        return self.announcement.state is AnnouncementState.FAILED


@dataclass(frozen=True, slots=True)
class Choice:
    """What the documents give together, and the names of those it was made of."""

    announcement: Announcement
    used: frozenset[str]


def choose(documents: Sequence[Document]) -> Choice:
    """Take the best whole document; else windows that complete each other; else all there is.

    `documents` are of one category and day, and not empty.
    """
    whole = [document for document in documents if document.is_whole]
    if whole:
        best = min(whole, key=_rank)
        return Choice(best.announcement, frozenset({best.name}))
    windows = [document for document in documents if not document.is_damaged]
    joined = _joined(windows)
    if joined is not None and joined.announcement.state in _WHOLE:
        return joined
    return _all(documents)


def _rank(document: Document) -> tuple[int, int, int, str]:
    """Order whole documents: most papers, fewest problems, listing before feed, name."""
    announcement = document.announcement
    kind = _ORDER.index(announcement.kind)
    return -len(announcement.entries), len(announcement.problems), kind, document.name


def _joined(documents: Sequence[Document]) -> Choice | None:
    """Join the listing pages among `documents`; None where there are none."""
    pages = [document.page for document in documents if document.page is not None]
    names = frozenset(document.name for document in documents if document.page is not None)
    return Choice(judge(join(pages)), names) if pages else None


def _all(documents: Sequence[Document]) -> Choice:
    """Give every paper that can be read, with every problem; this is never whole."""
    joined = _joined(documents)
    feeds = [document.announcement for document in documents if document.page is None]
    parts = [*([joined.announcement] if joined else []), *feeds]
    problems = bounded(problem for part in parts for problem in part.problems)
    entries = merge(parts)
    combined = replace(
        parts[0],
        entries=entries,
        expected=_largest([*(part.expected for part in parts), Counts.of(e.type for e in entries)])
        if len(parts) > 1
        else parts[0].expected,
        problems=problems,
        state=state_of(problems, empty=not entries),
    )
    return Choice(combined, frozenset(document.name for document in documents))


def _largest(counts: Sequence[Counts]) -> Counts:
    """Return the largest figure of each type."""
    return Counts(
        new=max(count.new for count in counts),
        cross=max(count.cross for count in counts),
        replace=max(count.replace for count in counts),
        replace_cross=max(count.replace_cross for count in counts),
    )
