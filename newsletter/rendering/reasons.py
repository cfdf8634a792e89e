"""Why a paper is in a reader's mail, in one line of Chinese.

Entry ─► reason ─► 标题命中 · 2 个关键词：RL、LLM · 关注的学科
"""

from collections.abc import Iterator
from typing import Final

from newsletter.digests import Entry
from newsletter.rendering.tex import to_text
from newsletter.rendering.wording import clip, keep_order, one_line
from newsletter.subscribers import Density

MAX_HEADING: Final = 80
"""Characters of a keyword as a heading; a keyword is a query, and may be much longer."""
MAX_KEYWORD: Final = 40
"""Characters of a keyword in a line."""
SHOWN_KEYWORDS: Final = 4
"""Keywords named in a line; the others are counted."""
MAX_NEAREST: Final = 60
"""Characters of the title of a reader's own paper."""
MAX_NEAREST_SHORT: Final = 30
"""The same in a list of titles, where each paper has some 60 bytes for the line."""
LIBRARY_HEADING: Final = "与我的文库相近"

_PLACES: Final = {
    "title": "标题",
    "abstract": "摘要",
    "author": "作者",
    "category": "学科",
    "comment": "备注",
}
_MAX_TEX: Final = 400
"""Characters of a title that are read, so that its formulas are not cut before they are set."""


def heading(keyword: str) -> str:
    """Return the heading of a section: its keyword, or what stands for the reader's library."""
    return keep_order(one_line(keyword, MAX_HEADING)) or LIBRARY_HEADING


def reason(entry: Entry) -> str:
    """Return why a paper is there; empty where nothing is known.

    A single keyword is the heading that the paper stands under, and is not said again; how often
    it was hit is told of a single one only, because several have a figure each. A list of titles
    says the place alone, or the reader's own paper.
    """
    if entry.density is Density.TITLE:
        return _place(entry) or _nearest(entry, MAX_NEAREST_SHORT)
    return " · ".join(_parts(entry))


def _parts(entry: Entry) -> Iterator[str]:
    if place := _place(entry):
        yield place + (f"（{_named(entry.found_by)}）" if entry.found_by else "")
    if len(entry.keywords) > 1:
        yield f"{len(entry.keywords)} 个关键词：{_named(entry.keywords)}"
    if entry.is_followed:
        yield "关注的学科"
    if nearest := _nearest(entry, MAX_NEAREST):
        yield nearest


def _place(entry: Entry) -> str:
    places = [name for place, name in _PLACES.items() if place in entry.where]
    times = f" {entry.hits} 次" if entry.hits > 1 and len(entry.keywords) == 1 else ""
    return f"{'、'.join(places)}命中{times}" if places else ""


def _nearest(entry: Entry, limit: int) -> str:
    if not entry.nearest:
        return ""
    title = clip(to_text(one_line(entry.nearest, _MAX_TEX)), limit)
    return f"与您文库中的《{keep_order(title)}》相近"


def _named(keywords: tuple[str, ...]) -> str:
    shown = (keep_order(one_line(keyword, MAX_KEYWORD)) for keyword in keywords[:SHOWN_KEYWORDS])
    return "、".join(shown) + (" 等" if len(keywords) > SHOWN_KEYWORDS else "")
