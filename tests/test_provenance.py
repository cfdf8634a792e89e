"""The line in readers' footers on what was collected."""

from datetime import UTC, datetime

import pytest

from newsletter.papers import AnnouncementState, Counts
from newsletter.services.provenance import SHOWN, provenance
from newsletter.storage.papers import KeptAnnouncement

WAITING, FAILED = AnnouncementState.WAITING, AnnouncementState.FAILED
FRESH, STALLED = AnnouncementState.FRESH, AnnouncementState.STALLED


def _kept(
    category: str,
    parsed: int = 312,
    expected: int = 312,
    state: AnnouncementState = FRESH,
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
    """What is not settled comes first; a quiet category and a missing one are said in words."""
    quiet = _kept("math", 0, 0, AnnouncementState.QUIET)
    nothing = _kept("stat", 0, 0, FAILED, "")
    short = _kept("cs.AI", 28, 30, FAILED, "rss")
    assert (
        "收录核对（北京时间）：stat 未收到；cs.AI 28/30 条（未齐），08:04，RSS；"
        "cs.LG 312/312 条，08:04，列表页；math 当日无公告。"
    ) == provenance([_kept("cs.LG"), quiet, nothing, short])


@pytest.mark.parametrize(
    ("state", "parsed", "expected", "figures"),
    [
        (FRESH, 312, 312, "312/312 条，"),
        (FRESH, 313, 312, "313 条，"),
        (WAITING, 300, 312, "300/312 条（未齐），"),
        (FAILED, 0, 312, "未收到。"),
        (WAITING, 312, 312, "312 条（未能核对总数），"),
        (FAILED, 2, 0, "2 条（未能核对总数），"),
        (STALLED, 2, 312, "2 条（未能核对总数），"),
        (STALLED, 0, 312, "未收到。"),
        (WAITING, 0, 0, "未收到。"),
    ],
)
def test_figures_say_no_more_than_is_known(
    state: AnnouncementState, parsed: int, expected: int, figures: str
) -> None:
    """Only what is settled looks whole; what a stalled document states is of another day."""
    line = provenance([_kept("cs", parsed, expected, state, "oai")])
    assert line.startswith(f"收录核对（北京时间）：cs {figures}")
    assert figures.endswith("。") or line.endswith("，08:04，OAI-PMH。")


def test_what_is_not_settled_stands_first() -> None:
    """Also where the figures agree: metadata states no more than it holds."""
    waiting = [_kept(f"math.{number}", state=WAITING, source="oai") for number in range(SHOWN)]
    line = provenance([_kept("cs"), *waiting])
    assert SHOWN == line.count("（未能核对总数）")
    assert "cs" not in line


def test_many_categories_are_counted() -> None:
    """An installation may follow dozens; the line stays one."""
    line = provenance([_kept(f"x.{number}") for number in range(SHOWN + 3)])
    assert line.endswith(f"；等 {SHOWN + 3} 类。")
    assert SHOWN == line.count("312/312")


def test_nothing_collected_is_nothing_said() -> None:
    """An edition that was only opened has no line."""
    assert "" == provenance([])
