"""The preview of keywords: the sentences, Chinese and English."""

from collections.abc import Mapping
from types import MappingProxyType

TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "preview.title": ("预览", "Preview"),
        "preview.hint": (
            "每个关键词在最近七期会带来哪些论文。",
            "Which papers each keyword would have brought in the last seven issues.",
        ),
        "preview.button": ("预览", "Preview"),
        "preview.wait": ("正在预览……", "Looking…"),
        "preview.preparing": (
            "正在准备最近几期的论文，请稍候。",
            "The papers of the last issues are being prepared; one moment.",
        ),
        "preview.busy": (
            "预览的人太多，请稍候；没有自动更新时，请再按一次「预览」。",
            "Too many previews at this moment. If it does not come by itself, press Preview again.",
        ),
        "preview.failed": (
            "预览暂时取不到，不影响保存。改动关键词会再试一次。",
            (
                "The preview cannot be had right now; saving works all the same. "
                "It is tried again when you change a keyword."
            ),
        ),
        "preview.none_yet": (
            "还没有收过论文，收到第一期后才能预览。",
            "No papers have been collected yet; the preview begins with the first issue.",
        ),
        "preview.nothing_typed": (
            "写下关键词，这里就会显示它在最近几期会带来哪些论文。",
            "Write a keyword, and you see here which papers it would have brought.",
        ),
        "preview.all": (
            (
                "最近 {editions} 期（{first} 至 {last}），全部关键词共 {papers} 篇，"
                "平均每期 {average} 篇。"
            ),
            (
                "Papers over all keywords in the last {editions} issues ({first} to {last}): "
                "{papers}, on average {average} an issue."
            ),
        ),
        "preview.all_one": (
            "最近 1 期（{last}），全部关键词共 {papers} 篇。",
            "Papers over all keywords in the last issue ({last}): {papers}.",
        ),
        "preview.sum": ("共 {count} 篇", "{count} in all"),
        "preview.papers": (" 篇", " papers"),
        "preview.papers_one": (" 篇", " paper"),
        "preview.understood": ("理解为：", "Understood as: "),
        "preview.titles": ("看标题", "Titles"),
        "preview.more": ("还有 {count} 篇", "and {count} more"),
        "preview.broad": (
            "范围太宽：平常一天会命中当天 {share}% 的论文。可以缩小范围：",
            "Too broad: on a usual day it brings {share}% of all papers. You can narrow it down:",
        ),
        "preview.broad_bare": (
            "范围太宽：平常一天会命中当天 {share}% 的论文。可以用 AND 再加一个词。",
            (
                "Too broad: on a usual day it brings {share}% of all papers. "
                "You can add another word with AND."
            ),
        ),
        "preview.nothing": (
            "最近 30 天没有论文命中。可以试试：",
            "No paper in the last 30 days. You can try:",
        ),
        "preview.nothing_bare": (
            "最近 30 天没有论文命中。请检查拼写，或换一个更常用的说法。",
            "No paper in the last 30 days. Check the spelling, or use a more usual name.",
        ),
        "preview.nothing_author": (
            "近期没有这位作者的论文，一有就会寄给您。请写姓或全名，只写名查不到。",
            (
                "No recent paper of this author; you will get the next one. "
                "Write the surname or the whole name: a given name alone finds nobody."
            ),
        ),
        "preview.nothing_kept": (
            "在现有的 {count} 期中没有论文命中。可以试试：",
            "No paper in the issues so far ({count}). You can try:",
        ),
        "preview.nothing_kept_bare": (
            "在现有的 {count} 期中没有论文命中。请检查拼写，或换一个更常用的说法。",
            (
                "No paper in the issues so far ({count}). Check the spelling, or use a more usual "
                "name."
            ),
        ),
        "preview.elsewhere": (
            "在所选学科中没有；不限学科时有 {count} 篇。",
            "Nothing in the chosen categories; {count} in all categories.",
        ),
        "preview.elsewhere_crossed": (
            "不包括交叉列表的论文时没有；包括时有 {count} 篇。",
            "Nothing without cross-listed papers; {count} with them.",
        ),
        "preview.quiet": (
            "这几期没有论文命中，再往前到 30 天内有 {count} 篇。",
            "No paper in these issues; {count} in the rest of the last 30 days.",
        ),
        "preview.quiet_unknown": (
            "这几期没有论文命中。",
            "No paper in these issues.",
        ),
        "preview.also": ("也找 ", "Also find "),
        "preview.instead": ("改为 ", "Change to "),
        "preview.brings": ("（{count} 篇）", " (papers: {count})"),
    }
)
"""Key → (Chinese, English)."""
