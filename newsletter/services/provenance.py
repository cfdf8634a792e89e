"""What an edition was made of, in one Chinese line for readers' footers.

announcements ─► `收录核对（北京时间）：cs 312/312 条，08:04，列表页；stat 当日无公告`
"""

from collections.abc import Iterable
from typing import Final

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
    """Return one line; empty where nothing was fetched. What is missing stands first."""
    ordered = sorted(announcements, key=lambda kept: kept.expected.total <= kept.parsed.total)
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
    return f"{kept.category} {kept.parsed.total}/{kept.expected.total} 条，{at}，{source}"
