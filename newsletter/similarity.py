"""How close new papers are to a reader's own, and which words mark the reader's own.

background ─ fit ─► weights (TF-IDF) ─┬─ an edition's papers ─┐
                                      └─ a reader's own ──────┴─ cosine ─► Close, best first

No model and no network: words and word pairs, weighted by how rare they are.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from newsletter.keywords.latex import without_tex
from newsletter.papers import Paper, PaperId

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MOST_CLOSE = 5
"""Papers of one edition that are called close to a library."""
THRESHOLD = 0.10
"""Least similarity of what is called close.

Measured on recorded days of 26 May to 5 June 2026: of 1.7 million pairs of a paper of the last day
and one of an earlier day, 130 are above. Of those 73 % have the same primary category (28 % of any
two), and of sixteen looked at all were on one subject; from 0.06 to 0.08 it is 62 %. A library of
50 papers taken at random has two to three close papers on such a day of 437.
"""
THIN_THRESHOLD = 0.15
"""The same with less than `THIN` texts to weigh words by, where all words look alike rare."""
THIN = 2_000
MOST_BACKGROUND = 3_000
"""Texts of earlier days that words are weighed by; with a third of them scores rise by half."""
LONGEST_TEXT = 2_500
"""Characters of one text that count: a title and arXiv's longest abstract."""
MOST_ROWS = 20_000
"""Own papers whose weights are kept with an edition: at some 3 KB, and once for all readers."""
_LONGEST_WITH_S = 3
"""Letters of the longest word whose `s` is no plural's: "gas", "its"."""
_ACCENTS = re.compile("[\u0300-\u036f]")
_STROKES = str.maketrans("øØłŁđĐ", "oOlLdD")
"""Letters that no normal form takes apart."""
_WORD = re.compile(r"[^\W_]{2,40}")


@dataclass(frozen=True, slots=True)
class OwnText:
    """A paper of a reader's own library."""

    title: str
    abstract: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """A new paper and the paper of the library that it is closest to."""

    paper_id: PaperId
    nearest_title: str
    similarity: float
    """Cosine of both texts' weights, 0 to 1."""


def plain(text: str) -> str:
    """Return the words of a text: TeX out, ligatures and wide letters as usual ones (NFKC).

    At most `LONGEST_TEXT` characters; accents stay where they are no TeX.
    """
    words = without_tex(text[:LONGEST_TEXT])
    return words if words.isascii() else unicodedata.normalize("NFKC", words)[:LONGEST_TEXT]


def folded(text: str) -> str:
    """Return `text` in lower case without accents, as words are compared."""
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).translate(_STROKES)
    return text.lower()


def singular(word: str) -> str:
    """Return an English word in lower case without the `s` of its plural."""
    if len(word) > _LONGEST_WITH_S and word[-1] == "s" and word[-2] != "s":
        return word[:-1]
    return word


class LibraryIndex:
    """An edition's papers, weighed once and compared with many libraries; safe between threads."""

    def __init__(self, papers: Sequence[Paper], background: Sequence[str]) -> None:
        """Weigh words by `background`, texts of earlier days, and by `papers` themselves.

        Some 5 ms of CPU a text, twice that on a busy machine: 10 to 14 s for 700 papers and 3,000
        texts, and some 330 MB of process. Build it for readers with a library only. A reader with
        50 papers costs 40 to 65 ms once and 10 ms from then on: 1,000 readers take a minute at
        first, and the papers that several have are weighed once.
        """
        # A second of start-up, for those who use it only.
        from scipy.sparse import csr_array  # noqa: PLC0415 # see above
        from sklearn.feature_extraction.text import (  # noqa: PLC0415 # see above
            ENGLISH_STOP_WORDS,
            TfidfVectorizer,
        )

        self._ids = tuple(paper.id for paper in papers)
        self._stop_words = frozenset(ENGLISH_STOP_WORDS)
        texts = [f"{paper.title}\n{paper.abstract}" for paper in papers]
        known = [*background[:MOST_BACKGROUND], *texts]
        self._threshold = THRESHOLD if len(known) >= THIN else THIN_THRESHOLD
        self._row = lru_cache(maxsize=MOST_ROWS)(self._weigh)
        # The library refuses to learn from texts without a single word.
        self._weights: csr_array | None = None
        if any(map(self._features, known)) and texts:
            vectorizer = TfidfVectorizer(analyzer=self._features, sublinear_tf=True)
            weights = vectorizer.fit(known).transform(texts)
            self._columns: dict[str, int] = vectorizer.vocabulary_
            self._rarity: NDArray[np.float64] = vectorizer.idf_
            # Of an own paper only its length counts, and the words that the edition's have too.
            shared = np.unique(weights.indices)
            self._places = np.full(weights.shape[1], -1, dtype=np.int32)
            self._places[shared] = np.arange(len(shared), dtype=np.int32)
            self._weights = csr_array(weights[:, shared].T)

    def _features(self, text: str) -> list[str]:
        """Return words without stop words, plural endings dropped, and pairs of neighbours."""
        found = _WORD.findall(folded(plain(text)))
        words = [singular(word) for word in found if word not in self._stop_words]
        return words + [f"{left} {right}" for left, right in pairwise(words)]

    def _weigh(self, own: OwnText) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return the columns and weights of an own paper: TF-IDF as the edition's, of length 1."""
        counts = Counter(self._features(f"{own.title}\n{own.abstract}"))
        found = {self._columns[word]: n for word, n in counts.items() if word in self._columns}
        columns = np.array(sorted(found), dtype=np.int64)
        times = np.array([found[column] for column in columns.tolist()], dtype=np.float64)
        weights = (1 + np.log(times)) * self._rarity[columns]
        weights /= np.linalg.norm(weights) or 1
        places = self._places[columns]
        return places[places >= 0], weights[places >= 0]

    def _rows(self, own: Sequence[OwnText], width: int) -> "csr_array":
        """Return the weights of a library, a row for each paper."""
        from scipy.sparse import csr_array  # noqa: PLC0415 # as above

        rows = [self._row(each) for each in own]
        ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns, weights = (np.concatenate(parts) for parts in zip(*rows, strict=True))
        return csr_array((weights, columns, ends), shape=(len(rows), width))

    def close(
        self, own: Sequence[OwnText], among: Container[PaperId] | None = None
    ) -> tuple[Close, ...]:
        """Return the papers close to a library, best first: at most `MOST_CLOSE`.

        Only those of `among`, where it is given: what a reader does not want must not crowd out
        what they do.
        """
        if self._weights is None or not own:
            return ()
        similarities = (self._rows(own, self._weights.shape[0]) @ self._weights).toarray()
        nearest, best = similarities.argmax(axis=0), similarities.max(axis=0)
        found = [
            Close(paper_id, own[int(near)].title, min(float(score), 1.0))
            for paper_id, near, score in zip(self._ids, nearest, best, strict=True)
            if score >= self._threshold and (among is None or paper_id in among)
        ]
        # Ties stay in listing order.
        return tuple(sorted(found, key=lambda close: -close.similarity)[:MOST_CLOSE])


def close_papers(
    own: Sequence[OwnText], papers: Sequence[Paper], background: Sequence[str]
) -> tuple[Close, ...]:
    """Return which of `papers` are close to one library; for many see `LibraryIndex`."""
    return LibraryIndex(papers, background).close(own)
