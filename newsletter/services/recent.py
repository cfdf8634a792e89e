"""The editions of the last thirty days, ready to be searched while somebody types.

rows ─► one Matcher an edition, built once ─► Recent: a week, the days before it, names, words

A thread loads them, the newest first; whoever asks gets what is loaded, and never waits.
"""

import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Final

import structlog

from newsletter.errors import StorageError
from newsletter.evidence import COUNTED
from newsletter.keywords.match import Matcher
from newsletter.keywords.vocabulary import NOTHING_KNOWN, Vocabulary
from newsletter.papers import AnnouncedPaper, Paper
from newsletter.storage import editions
from newsletter.storage.engine import Database
from newsletter.storage.entries import edition_entries
from newsletter.subscribers import Preferences

WEEK: Final = 7
"""Editions that a preview shows."""
SPAN: Final = timedelta(days=30)
"""How far back a keyword is looked for, counted from the newest edition."""
_GAP: Final = timedelta(days=5)
"""The longest time without an edition: a weekend with holidays beside it."""
_MOST: Final = 31
_USUAL: Final = 5
"""A word in fewer places may itself be misspelt."""
KEPT: Final = 256
"""Keywords whose papers an edition remembers: those of some who type at the same time."""
_WORD: Final = re.compile(r"(?<![a-z])[a-z]{4,24}(?![a-z])")
_log = structlog.get_logger()

Mine = Callable[[Iterable[str]], Mapping[str, tuple[str, ...]]]
"""Finds names in texts: `keywords.abbreviations.mine`."""


def no_names(texts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Find no names."""
    del texts
    return {}


class RecentEdition:
    """One edition: its papers that count for readers, and what finds keywords in them.

    Remembers what was found last, because most lines of a form stay as they are while one is
    typed. Safe between threads.
    """

    def __init__(self, listing_date: date, matcher: Matcher) -> None:
        """Search with `matcher`."""
        self.listing_date, self._matcher = listing_date, matcher
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, tuple[str, ...], bool], int] = OrderedDict()

    @classmethod
    def of(
        cls,
        listing_date: date,
        entries: Iterable[AnnouncedPaper],
        vocabulary: Vocabulary = NOTHING_KNOWN,
    ) -> "RecentEdition":
        """Fold the new papers and cross-lists of `entries` (`bench preview` says how long)."""
        counted = [entry for entry in entries if entry.type in COUNTED]
        return cls(listing_date, Matcher(counted, vocabulary=vocabulary))

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Return the papers in listing order."""
        return self._matcher.papers

    def forgetful(self) -> "RecentEdition":
        """Return the same edition, with nothing found yet."""
        return RecentEdition(self.listing_date, self._matcher)

    @property
    def remembered(self) -> int:
        """Return how many keywords are remembered, `KEPT` at most."""
        return len(self._kept)

    def found(self, reader: Preferences) -> dict[str, int]:
        """Return the bits of the papers that each keyword brings, bit i for the i-th of `papers`.

        Categories and cross-lists count as they do in the mail.
        """
        keys = {word: (word, reader.categories, reader.cross_lists) for word in reader.keywords}
        with self._lock:
            known = {word: self._kept[key] for word, key in keys.items() if key in self._kept}
        new = tuple(word for word in keys if word not in known)
        if new:
            known |= self._matcher.matched(replace(reader, keywords=new))
        with self._lock:
            for word, key in keys.items():
                self._kept[key] = known[word]
                self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return known


@dataclass(frozen=True, slots=True)
class Recent:
    """What is known of the last days at one moment; editions newest first, none empty."""

    week: tuple[RecentEdition, ...] = ()
    before: tuple[RecentEdition, ...] | None = None
    """The rest of the thirty days; None while they are not loaded."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Folded phrase → other names that papers of the week give it."""
    words: Mapping[str, int] = field(default_factory=dict)
    """Words of four letters and more that are usual in the week's papers → in how many places."""
    vocabulary: Vocabulary = NOTHING_KNOWN
    is_ready: bool = True
    """There is a week to look at, or nothing was ever collected."""

    @property
    def is_short(self) -> bool:
        """Say whether the editions are fewer than those of thirty days: all there are, so far."""
        editions = (*self.week, *(self.before or ()))
        dates = [edition.listing_date for edition in editions]
        return not dates or max(dates) - min(dates) < SPAN - _GAP


class RecentEditions:
    """Keeps the last days in memory, for all requests of a process. Safe between threads."""

    def __init__(
        self,
        database: Database,
        vocabulary: Callable[[], Vocabulary] = lambda: NOTHING_KNOWN,
        mine: Mine = no_names,
    ) -> None:
        """Read from `database`; nothing is loaded yet."""
        self._database, self._vocabulary, self._mine = database, vocabulary, mine
        self._lock = threading.Lock()
        self._warming = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread()
        self._loaded: dict[tuple[date, datetime], RecentEdition] = {}
        self._gleaned: tuple[frozenset[date], Recent] = (frozenset(), Recent())

    def now(self) -> Recent:
        """Return what is loaded of the last days, and have a thread load what is missing.

        A new edition is missing for a moment; the seven before it are the week meanwhile.
        Raises `StorageError`.
        """
        known = self._known()
        with self._lock:
            loaded = [self._loaded[key] for key in known if key in self._loaded]
            _, gleaned = self._gleaned
        filled = tuple(edition for edition in loaded if edition.papers)
        is_whole = len(loaded) == len(known)
        if not is_whole:
            self.start()
        return Recent(
            week=filled[:WEEK],
            before=filled[WEEK:] if is_whole else None,
            names=gleaned.names,
            words=gleaned.words,
            vocabulary=self._vocabulary(),
            is_ready=is_whole or len(filled) >= WEEK,
        )

    def start(self) -> None:
        """Have a thread `warm`, unless one does already or `stop` was called."""
        with self._lock:
            if self._thread.is_alive() or self._stopping.is_set():
                return
            self._thread = threading.Thread(target=self.warm, name="recent-editions")
            self._thread.start()

    @property
    def is_stopping(self) -> bool:
        """Say whether `stop` was called."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """End the thread after the edition that it is at, for good, and wait for that."""
        self._stopping.set()
        with self._lock:
            thread = self._thread
        if thread.is_alive():
            thread.join()

    def warm(self) -> None:
        """Load all thirty days and what their words tell; returns at once if somebody else does.

        A database that does not answer is logged and left for the next time.
        """
        if not self._warming.acquire(blocking=False):
            return
        try:
            known = self._known()
            self._glean(self._week(known))
            for key in known:
                self._load(key)
        except StorageError as error:
            _log.warning("preview_not_warmed", error=type(error).__name__)
        finally:
            self._warming.release()

    def _known(self) -> list[tuple[date, datetime]]:
        """Return which editions there are, newest first, and forget those that are too old."""
        with self._database.read() as session:
            found = editions.recent(session, _MOST)
        dated = [(one.listing_date, one.collected_at) for one in found if one.collected_at]
        known = [key for key in dated if key[0] > dated[0][0] - SPAN]
        with self._lock:
            for key in self._loaded.keys() - set(known):
                del self._loaded[key]
        return known

    def _week(self, known: Iterable[tuple[date, datetime]]) -> list[RecentEdition]:
        """Load and return the newest editions that hold papers."""
        found: list[RecentEdition] = []
        for key in known:
            edition = self._load(key)
            if edition and edition.papers:
                found.append(edition)
            if len(found) == WEEK:
                break
        return found

    def _load(self, key: tuple[date, datetime]) -> RecentEdition | None:
        """Return one edition, None where it has to be loaded and there is no time left for that."""
        with self._lock:
            known = self._loaded.get(key)
        if known or self._stopping.is_set():
            return known
        with self._database.read() as session:
            entries = edition_entries(session, key[0], COUNTED)
        loaded = RecentEdition.of(key[0], entries, self._vocabulary())
        with self._lock:
            self._loaded[key] = loaded
        return loaded

    def _glean(self, week: list[RecentEdition]) -> None:
        days = frozenset(edition.listing_date for edition in week)
        if days == self._gleaned[0] or self._stopping.is_set():
            return
        papers = chain.from_iterable(edition.papers for edition in week)
        names = self._mine(paper.abstract for paper in papers)
        gleaned = Recent(names=names, words=usual_words(week))
        with self._lock:
            self._gleaned = (days, gleaned)


def usual_words(loaded: Iterable[RecentEdition]) -> Mapping[str, int]:
    """Return the words that stand at least five times in titles and abstracts, and how often."""
    counted: Counter[str] = Counter()
    for paper in chain.from_iterable(edition.papers for edition in loaded):
        counted.update(_WORD.findall(f"{paper.title} {paper.abstract}".casefold()))
    return {word: count for word, count in counted.items() if count >= _USUAL}
