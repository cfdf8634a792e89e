"""Match a day's papers with readers' keywords, say where, and put the best first.

entries ─► Matcher ─► Search (folded once)
keyword ─► tree (parsed, Chinese translated) ─► Found: one for all readers who have it
Preferences ─► Found of each keyword, categories ─► ranked ─► Match
"""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import compress

from newsletter.keywords.bare import are_bare, is_bare
from newsletter.keywords.fan_out import Bitsets, papers_of
from newsletter.keywords.parser import parse
from newsletter.keywords.ranking import rarity, score
from newsletter.keywords.search import NOTHING_FOUND, Findings, Found, Hit, Search
from newsletter.keywords.spots import Spot
from newsletter.keywords.tree import Node, Term, wants_nothing
from newsletter.keywords.vocabulary import NOTHING_KNOWN, Vocabulary
from newsletter.papers import AnnouncedPaper, AnnounceType, Paper, PaperId
from newsletter.subscribers import Interest, Preferences


class MatchMode(StrEnum):
    """Which rule decides."""

    DEFAULT = "default"
    """Folded words in title or abstract, of new papers and cross-lists."""
    SEED = "seed"
    """The sample issue's rule: lower-cased substring of the abstract, of new papers in cs."""


MOST_HITS = 100_000
"""Papers with a keyword, for each keyword, that are remembered for the next reader: 50 broad ones
of one reader have 50,000, which take some 20 MB."""
_ALIASES_OF_CS = frozenset({"eess.SY", "math.NA"})
"""Canonical names of cs.SY and cs.NA (arxiv-base, taxonomy/definitions.py): new in cs too."""


@dataclass(frozen=True, slots=True)
class Match:
    """One keyword found in one paper. `rank` counts from 1 within the keyword."""

    keyword: str
    paper_id: PaperId
    where: tuple[str, ...]
    """Of title, abstract, author, category, comment; or `library`, see `nearest`."""
    rank: int
    hits: int = 0
    """How often the keyword's phrases stand there."""
    is_followed: bool = False
    """The paper's primary category is one that the reader follows."""
    nearest: str = ""
    """Title of the paper of the reader's own library that this one is close to."""


def eligible(entries: Iterable[AnnouncedPaper], mode: MatchMode) -> list[AnnouncedPaper]:
    """Return the papers that `mode` looks at, in the order given, each once."""
    looks_at = _in_cs if mode is MatchMode.SEED else _counts
    return list({entry.paper.id: entry for entry in entries if looks_at(entry)}.values())


def _counts(entry: AnnouncedPaper) -> bool:
    return entry.type in {AnnounceType.NEW, AnnounceType.CROSS}


def _in_cs(entry: AnnouncedPaper) -> bool:
    primary = entry.paper.primary
    return entry.type is AnnounceType.NEW and (
        primary.startswith("cs.") or primary in _ALIASES_OF_CS
    )


class Matcher:
    """An edition's papers, in listing order, and what readers' keywords find in them.

    Each distinct keyword is looked for once, however many readers have it, and a keyword that
    comes later is looked for alone: nothing that was built before is built again.
    """

    def __init__(
        self,
        entries: Iterable[AnnouncedPaper],
        mode: MatchMode = MatchMode.DEFAULT,
        vocabulary: Vocabulary = NOTHING_KNOWN,
    ) -> None:
        """Fold what `mode` looks at; `vocabulary` says what Chinese keywords mean."""
        looked_at = eligible(entries, mode)
        self.papers: tuple[Paper, ...] = tuple(entry.paper for entry in looked_at)
        self._crossed = _bits(i for i, e in enumerate(looked_at) if e.type is AnnounceType.CROSS)
        with _no_collecting():
            self._search = Search(() if mode is MatchMode.SEED else self.papers)
        self._mode, self._vocabulary = mode, vocabulary
        self._bits: dict[str, int] = {}
        self._findings: list[Findings] = []
        """Where to ask for more about a keyword: what found anything, as it was learnt."""
        self._found: dict[str, Found] = {}
        """What somebody asked for, until its hits are more than `MOST_HITS`."""
        self.remembered = 0
        """Hits of what is kept."""

    def learn(self, keywords: Iterable[str]) -> None:
        """Look for keywords that were not looked for before, all at once, and keep the result."""
        with _no_collecting():
            self._keep(self._look_for(keywords))

    def bits(self, keyword: str) -> int:
        """Return which papers a keyword matches: bit i for the i-th of `papers`."""
        known = self._bits.get(keyword)
        if known is None:
            self.learn([keyword])
            known = self._bits[keyword]
        return known

    def bits_of(self, keywords: Sequence[str]) -> list[int]:
        """Return what `bits` says of each of many keywords."""
        self.learn(keywords)
        return list(map(self._bits.__getitem__, keywords))

    def match(self, preferences: Preferences, *, keeps: bool = True) -> tuple[Match, ...]:
        """Return a reader's matches: keywords in the reader's order, in each the best first.

        What is found is kept for the next reader unless `keeps` is false, as for what somebody
        is still typing. Seed mode keeps the listing's order, and knows no categories.
        """
        found = self._find(preferences.keywords, keeps=keeps)
        if self._mode is MatchMode.SEED:
            return tuple(_in_listing_order(found, self.papers))
        allowed = self.allowed(preferences)
        hits = {keyword: _within(one, allowed) for keyword, one in found.items()}
        return tuple(self._ranked(hits, found, preferences.categories))

    def matched(self, preferences: Preferences) -> dict[str, int]:
        """Return the bits of the papers that each keyword of a reader brings, unranked.

        Nothing is kept: this is for what somebody is still typing.
        """
        new = self._look_for(preferences.keywords).bits
        allowed = self.allowed(preferences)
        return {
            keyword: (new[keyword] if keyword in new else self._bits[keyword]) & allowed
            for keyword in preferences.keywords
        }

    def papers_of(self, readers: Sequence[Preferences]) -> list[int]:
        """Return the bits of each reader's papers: those of their keywords, joined."""
        keywords = list(dict.fromkeys(word for reader in readers for word in reader.keywords))
        bitsets = Bitsets(self.bits_of(keywords), len(self.papers))
        index = {keyword: at for at, keyword in enumerate(keywords)}
        batch = bitsets.batch([[index[word] for word in reader.keywords] for reader in readers])
        rows = next(bitsets.fan_out([batch]))
        return [papers_of(r) & self.allowed(p) for r, p in zip(rows, readers, strict=True)]

    def wanted(self, interests: Iterable[Interest]) -> dict[int, list[str]]:
        """Return the papers that anybody wants, by index in listing order, with their keywords."""
        interests = list(interests)
        self.learn(interest.keyword for interest in interests)
        found: dict[int, list[str]] = {}
        for interest in interests:
            matched = self._bits[interest.keyword] & self.allowed(interest)
            for paper in indexes_of(matched):
                found.setdefault(paper, []).append(interest.keyword)
        return dict(sorted(found.items()))

    def allowed(self, preferences: Preferences | Interest) -> int:
        """Return the bits of the papers that the reader's choice of categories lets through."""
        everything = (1 << len(self.papers)) - 1
        if self._mode is MatchMode.SEED:
            return everything
        if not preferences.categories:
            return everything if preferences.cross_lists else everything & ~self._crossed
        return _bits(self._in(preferences.categories, primary_only=not preferences.cross_lists))

    def _in(self, categories: Iterable[str], *, primary_only: bool) -> set[int]:
        named = (self._search.in_category(c, primary_only=primary_only) for c in categories)
        return set().union(*named)

    def _find(self, keywords: tuple[str, ...], *, keeps: bool) -> dict[str, Found]:
        """Return what each keyword finds, in the order given."""
        new = self._look_for(keywords)
        if keeps:
            self._keep(new)
            return {keyword: self._known(keyword) for keyword in keywords}
        return {k: new.found(k) if k in new.bits else self._known(k) for k in keywords}

    def _known(self, keyword: str) -> Found:
        """Return what a keyword finds that was learnt."""
        known = self._found.get(keyword)
        if known is None:
            known = self._remember(keyword, self._find_out(keyword))
        return known

    def _remember(self, keyword: str, found: Found) -> Found:
        count = self._bits[keyword].bit_count()
        self.remembered += count
        if self.remembered > MOST_HITS:
            self._found.clear()
            self.remembered = count
        self._found[keyword] = found
        return found

    def _find_out(self, keyword: str) -> Found:
        if not self._bits[keyword]:
            return NOTHING_FOUND
        # Most are asked for as soon as they were learnt.
        newest_first = reversed(self._findings)
        return next(one.found(keyword) for one in newest_first if keyword in one.bits)

    def _keep(self, new: Findings) -> None:
        self._bits.update(new.bits)
        if any(new.bits.values()):
            self._findings.append(new)

    def _look_for(self, keywords: Iterable[str]) -> Findings:
        new = list(dict.fromkeys(keywords))
        if self._bits:
            new = [keyword for keyword in new if keyword not in self._bits]
        if self._mode is MatchMode.SEED:
            seed = {keyword: _in_abstracts(keyword, self.papers) for keyword in new}
            return Findings({k: one.bits for k, one in seed.items()}, seed.__getitem__)
        bare = are_bare(new)
        odd = [keyword for keyword, is_bare_ in zip(new, bare, strict=True) if not is_bare_]
        trees = {keyword: tree_of(keyword, self._vocabulary) for keyword in odd}
        return self._search.look(list(compress(new, bare)), trees)

    def _ranked(
        self,
        hits: Mapping[str, Mapping[int, Hit]],
        found: Mapping[str, Found],
        categories: tuple[str, ...],
    ) -> Iterator[Match]:
        followed = self._in(categories, primary_only=True)
        scores = _scores(hits, self._rarities(found), followed)
        for keyword, matched in hits.items():
            for rank, paper in enumerate(_best_first(matched, scores), start=1):
                hit, paper_id = matched[paper], self.papers[paper].id
                yield Match(keyword, paper_id, hit.where, rank, hit.count, paper in followed)

    def _rarities(self, found: Mapping[str, Found]) -> dict[str, float]:
        day = len(self.papers)
        return {keyword: rarity(one.bits.bit_count(), day) for keyword, one in found.items()}


def _scores(
    hits: Mapping[str, Mapping[int, Hit]], rarities: Mapping[str, float], followed: set[int]
) -> dict[int, float]:
    """Return the score of each paper over all keywords that it matches."""
    by_paper: dict[int, dict[str, Hit]] = {}
    for keyword, matched in hits.items():
        for paper, hit in matched.items():
            by_paper.setdefault(paper, {})[keyword] = hit
    return {
        paper: score(matched, rarities, is_followed=paper in followed)
        for paper, matched in by_paper.items()
    }


def _best_first(matched: Mapping[int, Hit], scores: Mapping[int, float]) -> list[int]:
    """Return papers with a hit in the title, then the others, each by score, then as listed."""
    return sorted(
        matched, key=lambda paper: ("title" not in matched[paper].where, -scores[paper], paper)
    )


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Keep the garbage collector from looking at a hundred thousand new objects that all stay.

    In vain, and time and again: an eighth of the time. A matcher makes one cycle, its lexicon.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def tree_of(keyword: str, vocabulary: Vocabulary = NOTHING_KNOWN) -> Node:
    """Return what a keyword looks for: parsed, and in English."""
    if is_bare(keyword):
        return Term(keyword)
    tree = parse(keyword).tree
    # Such as "-omics", which was a phrase before there were queries: it would match nearly all.
    return Term(keyword) if wants_nothing(tree) else vocabulary.resolve(tree)


def _bits(papers: Iterable[int]) -> int:
    return sum(1 << paper for paper in papers)


def indexes_of(bits: int) -> Iterator[int]:
    """Yield the places of the bits that are set, from the lowest."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _within(found: Found, allowed: int) -> dict[int, Hit]:
    return {paper: hit for paper, hit in found.hits.items() if allowed >> paper & 1}


def _in_abstracts(keyword: str, papers: Iterable[Paper]) -> Found:
    """Look for a keyword as the sample issue does; for none where it is empty."""
    sought = keyword.lower()
    if not sought:
        return NOTHING_FOUND
    texts = ((index, paper.abstract.lower()) for index, paper in enumerate(papers))
    spots = {i: [Spot(1, 0, 1)] * text.count(sought) for i, text in texts if sought in text}
    return Found(spots)


def _in_listing_order(found: Mapping[str, Found], papers: tuple[Paper, ...]) -> Iterator[Match]:
    for keyword, one in found.items():
        for rank, (paper, hit) in enumerate(sorted(one.hits.items()), start=1):
            yield Match(keyword, papers[paper].id, hit.where, rank, hit.count)
