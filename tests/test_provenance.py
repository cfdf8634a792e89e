"""The line in readers' footers on what was collected."""

from datetime import UTC, datetime

from newsletter.papers import AnnouncementState, Counts
from newsletter.services.provenance import SHOWN, provenance
from newsletter.storage.papers import KeptAnnouncement


def _kept(
    category: str,
    parsed: int = 312,
    expected: int = 312,
    state: AnnouncementState = AnnouncementState.FRESH,
    source: str = "listing",
) -> KeptAnnouncement:
    return KeptAnnouncement(
        category=category,
        source=source,
        state=state,
        expected=Counts(new=expected),
        parsed=Counts(new=parsed),
        problems=(),
        fetched_at=datetime(2026, 5, 29, 0, 4, tzinfo=UTC),
    )


def test_each_category_has_its_figures_time_and_source() -> None:
    """What is short comes first; a quiet category and a missing one are said in words."""
    quiet = _kept("math", 0, 0, AnnouncementState.QUIET)
    nothing = _kept("stat", 0, 0, AnnouncementState.FAILED, "")
    short = _kept("cs.AI", 28, 30, AnnouncementState.FAILED, "rss")
    assert (
        "收录核对（北京时间）：cs.AI 28/30 条，08:04，RSS；cs.LG 312/312 条，08:04，列表页；"
        "math 当日无公告；stat 未收到。"
    ) == provenance([_kept("cs.LG"), quiet, nothing, short])


def test_many_categories_are_counted() -> None:
    """An installation may follow dozens; the line stays one."""
    line = provenance([_kept(f"x.{number}") for number in range(SHOWN + 3)])
    assert line.endswith(f"；等 {SHOWN + 3} 类。")
    assert SHOWN == line.count("312/312")


def test_nothing_collected_is_nothing_said() -> None:
    """An edition that was only opened has no line."""
    assert "" == provenance([])
