"""What readers want: papers, each with the keywords that found it.

all readers' interests and libraries × papers ─► Wish: one paper, its summary's key, its phrases
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsletter.keywords.fold import fold
from newsletter.keywords.match import tree_of
from newsletter.keywords.tree import Field, terms_of
from newsletter.papers import Paper, PaperId
from newsletter.services.closeness import Libraries
from newsletter.services.edition import LoadedEdition, SummaryKey
from newsletter.services.library import WHERE
from newsletter.services.vocabulary import vocabulary
from newsletter.storage import subscribers
from newsletter.storage.engine import Transaction
from newsletter.subscribers import Interest

MOST_KEYWORDS = 20
"""Named to the model of one paper: they are there to be kept, and each costs tokens."""

_IN_TEXT = frozenset({Field.ANYWHERE, Field.TITLE, Field.ABSTRACT})


@dataclass(frozen=True, slots=True)
class Wish:
    """A paper that at least one reader wants."""

    paper: Paper
    key: str
    """Under which its Chinese is kept; it does not depend on the keywords."""
    keywords: tuple[str, ...]
    """Phrases of all readers together, by alphabet. Of more than `MOST_KEYWORDS` those whose hash
    with the paper's id is least: the same at each call, and nobody's are left out of every paper.
    """


def wishes(
    loaded: LoadedEdition,
    interests: Iterable[Interest],
    summary_key: SummaryKey,
    close: Iterable[PaperId] = (),
) -> tuple[Wish, ...]:
    """Return the papers that at least one interest matches, or that are `close` to a library.

    In listing order.
    """
    return tuple(
        Wish(paper, summary_key(paper), _chosen(paper.id, keywords))
        for paper, keywords in wanted(loaded, interests, close)
    )


def wanted(
    loaded: LoadedEdition, interests: Iterable[Interest], close: Iterable[PaperId] = ()
) -> Iterator[tuple[Paper, Sequence[str]]]:
    """Yield each paper that anybody wants, in listing order, with the keywords that found it."""
    found = loaded.matcher.wanted(interests)
    also = set(close)
    for index, paper in enumerate(loaded.matcher.papers):
        if index in found or paper.id in also:
            yield paper, found.get(index, ())


def close_papers(session: Transaction, loaded: LoadedEdition, libraries: Libraries) -> set[PaperId]:
    """Return the papers of an edition that stand in the section of some reader's library."""
    matches = (
        libraries.matches(session, loaded, reader) for reader in subscribers.with_library(session)
    )
    return {match.paper_id for found in matches for match in found if WHERE in match.where}


def _phrases(keyword: str) -> Iterator[str]:
    """Yield what a keyword looks for in title and abstract, in English."""
    for term in terms_of(tree_of(keyword, vocabulary()), wanted_only=True):
        if term.field in _IN_TEXT:
            yield term.text


def _chosen(paper: PaperId, keywords: Iterable[str]) -> tuple[str, ...]:
    """Return one spelling of each phrase, whatever order the database gave the keywords in."""
    by_fold: dict[str, str] = {}
    for phrase in sorted(phrase for keyword in keywords for phrase in _phrases(keyword)):
        by_fold.setdefault(fold(phrase), phrase)
    kept = sorted(by_fold, key=lambda folded: _lot(paper, folded))[:MOST_KEYWORDS]
    return tuple(by_fold[folded] for folded in sorted(kept))


def _lot(paper: PaperId, keyword: str) -> bytes:
    """Return the keyword's place in this paper's own order."""
    return hashlib.sha256(f"{paper.value} {keyword}".encode()).digest()
