"""What the codes of problems mean, in Chinese and English, a few words each.

A problem's own message is English and tells the details; on a Chinese page its label comes first.
"""

from collections.abc import Mapping
from types import MappingProxyType

CODES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # Of documents: `newsletter.sources.verdict`
        "truncated": ("文档被截断", "cut off"),
        "encoding": ("编码有误", "wrong encoding"),
        "malformed": ("格式有误", "malformed"),
        "unpaired": ("条目不成对", "half an entry"),
        "unknown_section": ("未知栏目", "unknown section"),
        "no_entries": ("没有条目", "no entries"),
        "count_short": ("条目偏少", "too few entries"),
        "count_long": ("条目偏多", "too many entries for its count"),
        "too_many": ("条目过多", "too many entries"),
        "capped": ("达到条数上限", "at its limit"),
        "no_id": ("缺少编号", "no identifier"),
        "no_title": ("缺少标题", "no title"),
        "no_type": ("缺少公布类型", "no announce type"),
        "window": ("只是其中一页", "one page of several"),
        "page_missing": ("缺页", "page missing"),
        "rows_missing": ("条目尚未填齐", "rows missing"),
        "no_total": ("未标明总数", "no total"),
        "total_differs": ("总数不符", "total differs"),
        "no_date": ("日期无从确认", "no date"),
        "mixed_dates": ("混有多日条目", "several days"),
        "by_date": ("按修改日期查得", "found by date of change"),
        "part_missing": ("缺少部分分类", "a category missing"),
        "no_abstract": ("缺少摘要", "no abstract"),
        "no_abstracts": ("全部缺少摘要", "no abstracts at all"),
        "deleted": ("记录已删除", "deleted"),
        "repeated": ("条目重复", "repeated"),
        "completed": ("已补全", "completed"),
        "other_date": ("不是当日的公告", "of another day"),
        "unreadable": ("无法读取", "unreadable"),
        "no_category": ("未标明分类", "no category"),
        "copy": ("重复的文档", "a copy"),
        # Of announcements: judged and compared
        "stale": ("旧批次", "an old batch"),
        "partly_stale": ("混有旧条目", "partly old"),
        "empty": ("空得可疑", "doubtfully empty"),
        "unexpected": ("日历之外的公告", "not in the calendar"),
        "no_announcement": ("当日无公告", "nothing announced"),
        "sources_disagree": ("来源不一致", "sources disagree"),
        "gap_possible": ("其间或有遗漏", "gap possible"),
        "source_failed": ("来源出错", "source failed"),
    },
)
"""Code ─► (Chinese, English)."""
