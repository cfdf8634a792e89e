"""How a keyword was understood: the words of the sentence, Chinese and English.

`understood.py` puts them one after the other, so that the spaces at their ends count.
"""

from collections.abc import Mapping
from types import MappingProxyType

TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "understood.literal": (
            "{why}，所以整行按原文当作一个短语",
            "{why}, so the line is taken as one phrase, as typed",
        ),
        "understood.why_quote": ("引号不成对", "a quote has no partner"),
        "understood.why_parenthesis": ("括号不成对", "a parenthesis has no partner"),
        "understood.why_empty": (
            "引号或括号里没有词",
            "there is no word between the quotes or parentheses",
        ),
        "understood.why_operator": (
            "AND、OR、NOT 或减号旁边缺少词",
            "AND, OR, NOT or a minus has no word beside it",
        ),
        "understood.why_field": (
            "字段名后面没有词",
            "there is no word behind the name of a field",
        ),
        "understood.why_near": (
            "near 两边须各有一个短语，且属于同一字段",
            "near needs a phrase on either side, both of one field",
        ),
        "understood.why_glued": (
            "引号或括号后面缺少空格",
            "there is no space behind a quote or parenthesis",
        ),
        "understood.why_deep": ("括号套得太深", "there are too many parentheses in one another"),
        "understood.sign": (
            "{sign} 不是运算符，请改用 {operator}",
            "{sign} is no operator; please write {operator}",
        ),
        "understood.star": (
            "* 不代表任意词尾：单复数视为相同，其他词形请另写一行",
            "* stands for no endings: singular and plural are one, other forms need their own line",
        ),
        "understood.translated": ("{chinese} → {english}", "{chinese} → {english}"),
        "understood.next": ("；", "; "),
        # A phrase
        "understood.phrase": ("「{text}」", "“{text}”"),
        "understood.exact": (
            "「{text}」（逐字，不计单复数等变化；大小写、连字符不论）",
            "“{text}” (word for word, without plurals and the like; any case, any hyphens)",
        ),
        "understood.exact_capital": (
            "「{text}」（逐字，不计单复数等变化；全大写的词须大写，连字符不论）",
            (
                "“{text}” (word for word, without plurals and the like; words in capitals stand in "
                "capitals, any hyphens)"
            ),
        ),
        "understood.exact_again": ("「{text}」（逐字）", "“{text}” (word for word)"),
        "understood.category": ("「{text}」", "{text}"),
        "understood.archive": ("「{text}」（整个大类）", "{text} (the whole archive)"),
        "understood.with": ("与", " near "),
        "understood.near": (
            "（中间最多隔 {distance} 个词）",
            " (with at most {distance} words between)",
        ),
        "understood.near_one": ("（中间最多隔一个词）", " (with at most one word between)"),
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
