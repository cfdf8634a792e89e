"""One edition, loaded once and matched for many readers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from newsletter import digests
from newsletter.digests import Digest
from newsletter.keywords.match import Match, Matcher, MatchMode
from newsletter.papers import AnnouncedPaper, AnnouncementState, Paper, PaperId, Summary, read_id
from newsletter.schedule import Edition
from newsletter.services.missed import GIVEN_UP
from newsletter.services.provenance import provenance
from newsletter.services.vocabulary import vocabulary
from newsletter.storage import editions, events, papers
from newsletter.storage.engine import Transaction
from newsletter.storage.entries import edition_entries
from newsletter.storage.events import Event
from newsletter.storage.papers import KeptAnnouncement
from newsletter.subscribers import Density, Preferences

SummaryKey = Callable[[Paper], str]
"""`Summariser.key`: under which name a paper's Chinese is kept."""

_WHOLE = {AnnouncementState.FRESH, AnnouncementState.QUIET}


@dataclass(frozen=True, slots=True)
class LoadedEdition:
    """An edition's papers, what readers' keywords find in them, and what readers must be told."""

    edition: Edition
    papers: dict[PaperId, AnnouncedPaper]
    matcher: Matcher
    notices: tuple[str, ...]
    provenance: str
    mode: MatchMode
    was_missed: bool
    """Not one announcement of the day could be read."""

    @property
    def why_empty(self) -> str:
        """Return the reason of a reader without a mail where there is no paper at all."""
        return "nothing_collected" if self.was_missed else "no_papers"

    def match(self, preferences: Preferences) -> tuple[Match, ...]:
        """Return a reader's matches in this edition."""
        return self.matcher.match(preferences)

    def compose(
        self,
        matches: Iterable[Match],
        summaries: Mapping[PaperId, Summary],
        density: Density,
    ) -> Digest:
        """Return the digest that `matches` make; papers no longer in the edition drop out."""
        return digests.compose(
            (match for match in matches if match.paper_id in self.papers),
            self.papers,
            summaries,
            listing_date=self.edition.listing_date,
            announced_at=self.edition.announced_at,
            density=density,
            mode=self.mode,
            notices=self.notices,
            provenance=self.provenance,
        )

    def keys_of(self, matches: Iterable[Match], summary_key: SummaryKey) -> dict[PaperId, str]:
        """Return the summary keys of the papers that `matches` name."""
        return {paper.id: summary_key(paper) for paper in self.papers_of(matches)}

    def papers_of(self, matches: Iterable[Match]) -> list[Paper]:
        """Return the papers that `matches` name, each once, those that are gone left out."""
        ids = dict.fromkeys(match.paper_id for match in matches)
        return [self.papers[paper_id].paper for paper_id in ids if paper_id in self.papers]


def memoised(summary_key: SummaryKey) -> SummaryKey:
    """Return the same key for a run that asks for many readers: each text is hashed once."""
    known: dict[tuple[str, str], str] = {}

    def key(paper: Paper) -> str:
        text = paper.title, paper.abstract
        if text not in known:
            known[text] = summary_key(paper)
        return known[text]

    return key


def load_edition(
    session: Transaction,
    listing_date: date,
    mode: MatchMode = MatchMode.DEFAULT,
) -> LoadedEdition | None:
    """Load the edition of `listing_date`, None where there is none."""
    edition = editions.find(session, listing_date)
    if edition is None:
        return None
    entries = edition_entries(session, listing_date)
    announcements = papers.announcements(session, listing_date)
    return LoadedEdition(
        edition=edition,
        papers={entry.paper.id: entry for entry in entries},
        matcher=Matcher(entries, mode, vocabulary()),
        notices=(
            *notices(announcements),
            *given_up(events.about(session, GIVEN_UP, listing_date.isoformat())),
        ),
        provenance=provenance(announcements),
        mode=mode,
        was_missed=not any(kept.state in _WHOLE or kept.parsed.total for kept in announcements),
    )


def notices(announcements: Iterable[KeptAnnouncement]) -> tuple[str, ...]:
    """Return a Chinese sentence for each announcement that is not known to be whole.

    A category whose whole archive was read is not missing anything.
    """
    announcements = tuple(announcements)
    whole = {kept.category for kept in announcements if kept.state in _WHOLE}
    return tuple(
        _notice(kept)
        for kept in announcements
        if not {kept.category, kept.category.partition(".")[0]} & whole
    )


def given_up(left: Iterable[Event]) -> Iterator[str]:
    """Say in Chinese of which days readers have had nothing, and never will."""
    days = sorted({e.detail["of"][0] for e in left if e.detail["is_unknown"]})
    if days:
        first, last = (date.fromisoformat(day) for day in (days[0], days[-1]))
        until = "" if first == last else f"至 {last.month} 月 {last.day} 日"
        count = "" if first == last else f"共 {len(days)} 天"
        yield f"{first.month} 月 {first.day} 日{until}{count}的公告漏收已久，不再补收。"


def _notice(kept: KeptAnnouncement) -> str:
    if kept.state is AnnouncementState.STALLED:
        return f"arXiv 尚未公布 {kept.category} 当日的论文，本期可能缺少这一类。"
    if not kept.parsed.total:
        return f"{kept.category} 的公告未收到，本期可能缺少这一类。"
    if kept.expected.total > kept.parsed.total:
        return (
            f"{kept.category} 应有 {kept.expected.total} 条，只读到 {kept.parsed.total} 条，"
            "本期可能有遗漏。"
        )
    return f"{kept.category} 的公告未能读全（已读到 {kept.parsed.total} 条），本期可能有遗漏。"


def pack_matches(matches: Iterable[Match], mode: MatchMode, density: Density) -> dict[str, Any]:
    """Return what a digest was composed of as JSON, to be kept with its delivery.

    What is newer than the rows stands beside them, so that the previous release, which knows four
    fields of a match, can still show it.
    """
    matches = tuple(matches)
    return {
        "mode": mode.value,
        "density": density.value,
        "matches": [[m.keyword, m.paper_id.value, list(m.where), m.rank] for m in matches],
        "reasons": [[m.hits, m.is_followed, m.nearest] for m in matches],
    }


def unpack_matches(packed: dict[str, Any]) -> tuple[tuple[Match, ...], MatchMode, Density]:
    """Read what `pack_matches` wrote, also before it kept reasons."""
    rows = packed["matches"]
    matches = tuple(
        Match(keyword, read_id(paper_id), tuple(where), rank, *reason)
        for (keyword, paper_id, where, rank), reason in zip(
            rows, packed.get("reasons") or [()] * len(rows), strict=True
        )
    )
    return matches, MatchMode(packed["mode"]), Density(packed["density"])
