"""How a keyword was understood: the words of the sentence, Chinese and English.

`understood.py` puts them one after the other, so that the spaces at their ends count.
"""

from collections.abc import Mapping
from types import MappingProxyType

TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "understood.literal": (
            "未能按查询语法理解，已按原文当作一个短语",
            "not readable as a query, so it is taken as one phrase, as typed",
        ),
        "understood.translated": ("{chinese} → {english}", "{chinese} → {english}"),
        "understood.next": ("；", "; "),
        # A phrase
        "understood.phrase": ("「{text}」", "“{text}”"),
        "understood.exact": (
            "「{text}」（逐字，不含复数等变体）",
            "“{text}” (exactly, without variants such as the plural)",
        ),
        "understood.exact_again": ("「{text}」（逐字）", "“{text}” (exactly)"),
        "understood.category": ("「{text}」", "{text}"),
        "understood.archive": ("「{text}」（整个大类）", "{text} (the whole archive)"),
        "understood.with": ("与", " near "),
        "understood.near": ("（相距不超过 {distance} 个词）", " (at most {distance} words apart)"),
        "understood.near_one": ("（最多相隔一个词）", " (at most one word apart)"),
        "understood.adjacent": ("（相邻）", " (side by side)"),
        # Where it stands
        "understood.anywhere": ("标题或摘要含", "title or abstract contains "),
        "understood.title": ("标题含", "title contains "),
        "understood.abstract": ("摘要含", "abstract contains "),
        "understood.author": ("作者含", "authors include "),
        "understood.cat": ("学科含", "categories include "),
        "understood.comment": ("备注含", "comment contains "),
        "understood.not_anywhere": ("标题和摘要都不含", "neither title nor abstract contains "),
        "understood.not_title": ("标题不含", "title does not contain "),
        "understood.not_abstract": ("摘要不含", "abstract does not contain "),
        "understood.not_author": ("作者不含", "authors do not include "),
        "understood.not_cat": ("学科不含", "categories do not include "),
        "understood.not_comment": ("备注不含", "comment does not contain "),
        # How the parts hang together
        "understood.and_phrase": ("和", " and "),
        "understood.or_phrase": ("或", " or "),
        "understood.and": ("，且", ", and "),
        "understood.or": ("，或", ", or "),
        "understood.but": ("，但", ", but "),
        "understood.but_not": ("，但不含", ", but not "),
        "understood.group": ("（{inner}）", "({inner})"),
        "understood.not_group": ("不符合（{inner}）", "not ({inner})"),
    },
)
"""Key → (Chinese, English)."""
