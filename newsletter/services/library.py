"""A reader's own library: kept, completed, and compared with each edition.

pasted ─► replace_library ─► library_paper ─ complete (mornings) ─► texts
edition ─► weigh_edition ─► WeighedEdition.matches ─► Match("", where=("library",), nearest=…)
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from newsletter.errors import InputError, InvalidToken, SourceError
from newsletter.keywords.fold import fold
from newsletter.keywords.library import (
    MAX_ABSTRACT,
    MAX_PAPERS,
    MAX_TITLE,
    OwnPaper,
    clean,
    each_once,
)
from newsletter.keywords.match import Match, Matcher, MatchMode
from newsletter.keywords.query import parse_keyword, parse_keywords
from newsletter.papers import ArxivId, Paper
from newsletter.services.ask import Lookup
from newsletter.services.edition import LoadedEdition
from newsletter.services.subscribe import Desk, change_preferences, find_reader
from newsletter.services.vocabulary import vocabulary
from newsletter.similarity import MOST_BACKGROUND, LibraryIndex, OwnText
from newsletter.storage import editions, library, subscribers
from newsletter.storage.engine import Database, Transaction
from newsletter.storage.library import KeptOwnPaper
from newsletter.subscribers import Subscriber
from newsletter.suggestions import MOST_BACKGROUND as MOST_COMPARED
from newsletter.suggestions import suggested_keywords
from newsletter.tokens import Purpose

BACKGROUND: Final = timedelta(days=30)
"""How far back the texts go that words are weighed by."""
MOST_LOOKED_UP: Final = 100
"""Papers asked for of a morning: one question to arXiv's API."""
ASKED_AGAIN: Final = timedelta(days=7)
"""After which an id that arXiv did not know is asked for again."""
WHERE: Final = "library"
"""What `Match.where` holds for a paper that no keyword found."""

_log = structlog.get_logger()


def read_library(session: Transaction, reader: Subscriber) -> tuple[OwnPaper, ...]:
    """Return a reader's library, in its order; titles are empty where they are still missing."""
    return tuple(kept.paper for kept in library.read(session, reader.id))


def fingerprint(*values: object) -> bytes:
    """Return what stands for values with a full `repr` as a key: 32 bytes (SHA-256).

    The values themselves would keep the texts of thousands of libraries in memory, and a hash of
    64 bits could show one reader what is another's.
    """
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).digest()


def replace_library(
    desk: Desk,
    token: str,
    papers: Sequence[OwnPaper] | None,
    *,
    is_wanted: bool,
    is_added: bool = False,
) -> Subscriber:
    """Replace a reader's library, or add to it, and say whether its section is wanted.

    `papers` is None where only the wish changes, and empty to remove the library. What is an id
    alone gets its text from what is kept at once, or else by `complete`. Of what is added,
    papers beyond `MAX_PAPERS` are left out.
    """
    reader = find_reader(desk, Purpose.PREFERENCES, token)
    with desk.database.write() as session:
        found = subscribers.find_by_public_id(session, reader.public_id)
        if found is None:
            raise InvalidToken
        if papers is not None:
            if is_added:
                kept = [each.paper for each in library.read(session, found.id)]
                papers = together(kept, papers)[:MAX_PAPERS]
            library.replace(session, found.id, _completed(session, papers))
        wanted = replace(found.preferences, library=is_wanted)
        subscribers.set_preferences(session, found.id, wanted)
    return find_reader(desk, Purpose.PREFERENCES, token)


def together(kept: Sequence[OwnPaper], added: Sequence[OwnPaper]) -> list[OwnPaper]:
    """Return `kept` and behind it what is new of `added`, which also brings missing texts."""
    texts = {paper.arxiv_id: (paper.title, paper.abstract) for paper in added if paper.arxiv_id}
    known = [_with_text(paper, *texts.get(paper.arxiv_id, ("", ""))) for paper in kept]
    return list(each_once([*known, *added]))


def _completed(session: Transaction, papers: Sequence[OwnPaper]) -> list[OwnPaper]:
    texts = library.texts_of(session, [paper.arxiv_id for paper in papers if paper.arxiv_id])
    return [_with_text(paper, *texts.get(paper.arxiv_id, ("", ""))) for paper in papers]


def _with_text(paper: OwnPaper, title: str, abstract: str) -> OwnPaper:
    return replace(paper, title=paper.title or title, abstract=paper.abstract or abstract)


def add_keyword(desk: Desk, token: str, text: str) -> Subscriber:
    """Append a keyword to a reader's own; one they have already changes nothing.

    Raises `InvalidKeyword` as for any keyword, and for one beyond the limit of a reader.
    """
    reader = find_reader(desk, Purpose.PREFERENCES, token)
    keywords = parse_keywords([*reader.preferences.keywords, text], vocabulary())
    if keywords == reader.preferences.keywords:
        return reader
    return change_preferences(desk, token, replace(reader.preferences, keywords=keywords))


def look_into(desk: Desk, reader: Subscriber) -> tuple[KeptOwnPaper, ...]:
    """Return a reader's library with what is known of its looking up."""
    with desk.database.read() as session:
        return library.read(session, reader.id)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Keywords that mark a library."""

    keywords: tuple[str, ...] = ()
    """Those that the reader does not have yet."""
    are_all_taken: bool = False
    """There are some, and the reader has them all."""


def suggestions(desk: Desk, papers: Sequence[OwnPaper], keywords: Sequence[str]) -> Suggestions:
    """Return keywords that mark a library and are not among `keywords` yet; 0.2–0.8 s."""
    if not papers:
        return Suggestions()
    with desk.database.read() as session:
        newest = editions.latest(session)
        before = newest.listing_date + timedelta(days=1) if newest else desk.clock().date()
        first = before - BACKGROUND
        background = library.texts_between(session, first, before, MOST_COMPARED)
    known = set(map(fold, keywords))
    found = [text for text in suggested_keywords(_texts(papers), background) if _is_keyword(text)]
    new = tuple(text for text in found if fold(text) not in known)
    return Suggestions(new, are_all_taken=bool(found) and not new)


def _is_keyword(text: str) -> bool:
    try:
        return parse_keyword(text, vocabulary()) == text
    except InputError:
        return False


def _texts(papers: Iterable[OwnPaper]) -> list[OwnText]:
    """Return what can be compared: papers whose title is known."""
    return [OwnText(paper.title, paper.abstract) for paper in papers if paper.title]


@dataclass(frozen=True, slots=True)
class WeighedEdition:
    """An edition made ready for the libraries of many readers."""

    matcher: Matcher
    """Says which papers a reader's categories let through."""
    index: LibraryIndex

    def own(self, session: Transaction, reader: Subscriber) -> tuple[OwnPaper, ...]:
        """Return a reader's library, empty for one who does not want it compared."""
        return read_library(session, reader) if reader.preferences.library else ()

    def matches(
        self, reader: Subscriber, own: Sequence[OwnPaper], found: Iterable[Match]
    ) -> tuple[Match, ...]:
        """Return what is close to `own` and not among `found`, the closest first.

        Nothing of papers that the library holds itself, nor of what the reader's categories keep
        out.
        """
        if not own:
            return ()
        known = {match.paper_id.value for match in found} | {paper.arxiv_id for paper in own}
        allowed = self.matcher.allowed(reader.preferences)
        among = {
            paper.id
            for place, paper in enumerate(self.matcher.papers)
            if allowed >> place & 1 and paper.id.value not in known
        }
        close = self.index.close(_texts(own), among)
        return tuple(
            Match("", one.paper_id, (WHERE,), rank, nearest=one.nearest_title)
            for rank, one in enumerate(close, start=1)
        )


def weigh_edition(session: Transaction, loaded: LoadedEdition) -> WeighedEdition:
    """Weigh an edition's papers: 10 s or more, once for all readers; see `LibraryIndex`.

    In seed mode, which is there for comparison, nothing is close to anything.
    """
    papers = () if loaded.mode is MatchMode.SEED else loaded.matcher.papers
    before = loaded.edition.listing_date
    background = library.texts_between(session, before - BACKGROUND, before, MOST_BACKGROUND)
    return WeighedEdition(loaded.matcher, LibraryIndex(papers, background))


def complete(database: Database, lookup: Lookup | None, *, now: datetime) -> int:
    """Look up papers of which libraries have the id alone; return how many got their text.

    What an edition has had meanwhile costs no question. At most `MOST_LOOKED_UP` a call; what
    arXiv does not know is asked for again in a week. A source that fails leaves all as it is, and
    the next morning asks again.
    """
    with database.read() as session:
        ids = library.lacking(session, now - ASKED_AGAIN, MOST_LOOKED_UP)
        texts = library.texts_of(session, ids)
    asked = [ArxivId(one) for one in ids if one not in texts]
    if asked and lookup is not None:
        try:
            texts |= {one.value: _text(e.paper) for one, e in lookup(asked).items()}
        except SourceError as error:
            _log.warning("library_lookup_failed", error=str(error))
            asked = []
    answered = [one for one in ids if one in texts]
    if lookup is not None:
        answered += [one.value for one in asked if one.value not in texts]
    if answered:
        with database.write() as session:
            library.fill(session, answered, texts, now)
    return sum(one in texts for one in ids)


def _text(paper: Paper) -> tuple[str, str]:
    return clean(paper.title, MAX_TITLE), clean(paper.abstract, MAX_ABSTRACT)
