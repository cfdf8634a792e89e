"""What an edition was made of, in one Chinese line for readers' footers.

announcements ─► `收录核对（北京时间）：cs 312/312 条，08:04，列表页；stat 当日无公告。`

What is not settled says so beside its figures, and stands first.
"""

from collections.abc import Iterable
from typing import Final

from newsletter.judgement import SETTLED
from newsletter.papers import AnnouncementState
from newsletter.schedule import FALLBACK
from newsletter.storage.papers import KeptAnnouncement

SHOWN: Final = 6
"""Categories that are named; an installation may follow dozens."""

_SOURCES: Final = {
    "listing": "列表页",
    "catchup": "补阅页",
    "rss": "RSS",
    "atom": "Atom",
    "oai": "OAI-PMH",
    "documents": "存档文件",
    "feed": "订阅源",
}


def provenance(announcements: Iterable[KeptAnnouncement]) -> str:
    """Return one line; empty where nothing was fetched. What is not settled stands first."""
    ordered = sorted(announcements, key=lambda kept: kept.state in SETTLED)
    if not ordered:
        return ""
    named = "；".join(map(_clause, ordered[:SHOWN]))
    more = f"；等 {len(ordered)} 类" if len(ordered) > SHOWN else ""
    return f"收录核对（北京时间）：{named}{more}。"


def _clause(kept: KeptAnnouncement) -> str:
    if kept.state is AnnouncementState.QUIET:
        return f"{kept.category} 当日无公告"
    if not kept.parsed.total:
        return f"{kept.category} 未收到"
    at = f"{kept.fetched_at.astimezone(FALLBACK):%H:%M}"
    source = _SOURCES.get(kept.source, kept.source)
    return f"{kept.category} {_figures(kept)}，{at}，{source}"


def _figures(kept: KeptAnnouncement) -> str:
    """Return how many entries of how many, and whether that is known."""
    parsed, expected = kept.parsed.total, kept.expected.total
    if kept.state is AnnouncementState.STALLED:
        expected = 0  # what it states is of another day
    if kept.state in SETTLED:
        # What stood in another source too may make it more than the document states.
        return f"{parsed}/{expected} 条" if parsed <= expected else f"{parsed} 条"
    if expected > parsed:
        return f"{parsed}/{expected} 条（未齐）"
    return f"{parsed} 条（未能核对总数）"
