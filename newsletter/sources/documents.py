"""Announcements from a folder of recorded documents, for a morning without the network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from newsletter.errors import DocumentTooLarge, SourceError, SourceRefused
from newsletter.papers import Announcement, Problem
from newsletter.sources.choice import Choice, Document, choose
from newsletter.sources.detect import read_document
from newsletter.sources.http import DOCUMENT_LIMIT
from newsletter.sources.page import ListingPage, judge
from newsletter.sources.text import excerpt

SUFFIXES = frozenset({".html", ".xml", ".rss", ".atom", ".txt"})
"""Endings of the files that are read; what they hold is told by content."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder as read: documents, and the files that are none."""

    documents: tuple[Document, ...]
    unusable: tuple[Problem, ...]


class DocumentSource:
    """A folder of listing pages, catch-up pages and feeds, of any days; read once, when needed."""

    name = "documents"
    opens_after = timedelta()
    lacks = ""

    def __init__(self, directory: Path, limit: int = DOCUMENT_LIMIT) -> None:
        """Read from `directory`, not from folders inside it; `limit` is in bytes a file."""
        self._directory, self._limit = directory, limit

    def categories(self, listing_date: date) -> tuple[str, ...]:
        """Return what the documents of that day cover: whole archives first, then by name.

        Raises `SourceError` when the folder cannot be read.
        """
        found = {document.category for document in self._of(listing_date)}
        return tuple(sorted(found, key=lambda name: ("." in name or "+" in name, name)))

    def fetch(self, category: str, listing_date: date) -> Announcement:
        """Return what the documents of that category and day hold together.

        A whole document wins; windows are joined; where all are damaged, the papers that can
        be read come with state FAILED. Raises `SourceError` when there is no such document.
        """
        choice = self._choices(listing_date).get(category)
        if choice is None:
            what = f"no document of {excerpt(category, 40)!r} for {listing_date}"
            raise SourceRefused(str(self._directory), what)
        return choice.announcement

    def rejected(self, listing_date: date) -> tuple[Problem, ...]:
        """Return one problem for each file that gave nothing to that day, by file name.

        Raises `SourceError` when the folder cannot be read.
        """
        choices = self._choices(listing_date)
        used = {name for choice in choices.values() for name in choice.used}
        left = (doc for doc in self._folder.documents if doc.name not in used)
        problems = (*self._folder.unusable, *(_reason(doc, listing_date) for doc in left))
        return tuple(sorted(problems, key=lambda problem: problem.item or ""))

    @cached_property
    def _folder(self) -> _Folder:
        """Read every file once."""
        read = [self._read(path) for path in self._paths()]
        return _Folder(
            tuple(item for item in read if isinstance(item, Document)),
            tuple(item for item in read if isinstance(item, Problem)),
        )

    def _paths(self) -> list[Path]:
        """Return the files to read, by name."""
        try:
            found = [path for path in self._directory.iterdir() if path.suffix.lower() in SUFFIXES]
        except OSError as error:
            what = f"the folder cannot be read ({type(error).__name__})"
            raise SourceError(str(self._directory), what) from error
        return sorted(found)

    def _read(self, path: Path) -> Document | Problem:
        """Read one file, or say why it cannot be used."""
        try:
            if path.stat().st_size > self._limit:
                raise DocumentTooLarge(path.name, self._limit)
            read = read_document(path.read_bytes(), path.name)
        except SourceError as error:
            what = error.what.removeprefix(f"{error.origin}: ")
            return Problem(_code(error), what, path.name)
        except OSError as error:
            return Problem("unreadable", f"cannot be read ({type(error).__name__})", path.name)
        if isinstance(read, ListingPage):
            return Document(path.name, judge(read), read)
        return Document(path.name, read, None)

    def _of(self, listing_date: date) -> Iterator[Document]:
        """Yield the documents of one day that say what they cover."""
        for document in self._folder.documents:
            if document.announcement.listing_date == listing_date and document.category:
                yield document

    def _choices(self, listing_date: date) -> dict[str, Choice]:
        """Return what was chosen for each category of that day."""
        groups: dict[str, list[Document]] = {}
        for document in self._of(listing_date):
            groups.setdefault(document.category, []).append(document)
        return {category: choose(group) for category, group in groups.items()}


def _code(error: SourceError) -> str:
    """Return the stable code of an error class: `NotAnAnnouncement`, not_an_announcement."""
    name = type(error).__name__
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def _reason(document: Document, wanted: date) -> Problem:
    """Say why a readable document was left aside."""
    announcement, name = document.announcement, document.name
    shown = announcement.listing_date
    if shown is None:
        return Problem("no_date", "the document does not state its listing date", name)
    if shown != wanted:
        return Problem("other_date", f"the document is of {shown}, not of {wanted}", name)
    if not document.category:
        return Problem("no_category", "the document does not state its category", name)
    if document.is_whole:
        return Problem("copy", "another whole document of this announcement was taken", name)
    code = "damaged" if document.is_damaged else "unfinished"
    return Problem(code, _words(announcement.problems), name)


def _words(problems: Sequence[Problem]) -> str:
    """Return the first few problems in one line."""
    first = [problem.message for problem in problems[:3]]
    return "; ".join([*first, f"{len(problems) - 3} more"] if len(problems) > len(first) else first)
