"""Keywords' help, categories and cross-lists: the sentences, Chinese and English."""

from collections.abc import Mapping
from types import MappingProxyType

TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "field.categories": ("学科", "Categories"),
        "field.cross_lists": ("交叉列表", "Cross-lists"),
        "choices.title": ("学科（不选＝全部）", "Categories (none ticked = all)"),
        "choices.hint": (
            "勾选后，关键词只在这些学科中查找；想收到某个学科的全部论文，请加一行关键词，例如：",
            (
                "Ticks narrow your keywords: only papers of these categories are searched. "
                "For every paper of a category, add a line to the keywords, such as: "
            ),
        ),
        "choices.cross_lists": ("也包括交叉列表的论文", "Include cross-listed papers too"),
        "choices.cross_lists.hint": (
            (
                "即主学科在别处、同时列入某个学科的论文。取消后：选了学科，只收主学科在其中的论文；"
                "没选学科，则不收仅作为交叉列表公布的论文。"
            ),
            (
                "Papers that belong elsewhere and are also listed in a category. Unticked: with "
                "categories chosen, only papers that belong to these; with none chosen, no paper "
                "that was announced as a cross-list alone."
            ),
        ),
        "error.category_invalid": (
            "arXiv 没有「{text}」这个学科。",
            "arXiv has no category “{text}”.",
        ),
        "error.categories_too_many": (
            "最多可选 {limit} 个学科；一个都不选，就是全部学科。",
            "Please choose at most {limit} categories; choosing none means all.",
        ),
        "error.cross_lists_invalid": (
            "请选择是否包括交叉列表的论文。",
            "Please choose whether to include cross-listed papers.",
        ),
        "query.title": ("可以怎么写", "What you can write"),
        "query.written": ("写法", "Written"),
        "query.finds": ("找到", "Finds"),
        "query.phrase": (
            "词组，不计大小写、连字符与单复数",
            "The phrase; case, hyphens and plurals do not matter",
        ),
        "query.acronym": (
            "全大写的缩写按整词查找，也找 LLMs，不找 LLMOps",
            "An acronym as a whole word: also LLMs, not LLMOps",
        ),
        "query.exact": ("照原样查找，单复数也要一致", "Exactly this, in this number"),
        "query.and": ("两者都有；AND 须大写", "Both; AND in capitals"),
        "query.or": ("有其一即可", "Either"),
        "query.not": (
            "有前者、没有后者；也可写 NOT survey",
            "The first without the second; NOT survey means the same",
        ),
        "query.title_field": (
            "只看标题，也可写「标题：」；另有 abstract: 和 comment:",
            "In the title only; likewise abstract: and comment:",
        ),
        "query.author": (
            "作者；姓名先后、缩写与重音符号不限",
            "The author: initials, accents and order do not matter",
        ),
        "query.category": ("这个学科的全部论文", "Every paper of the category"),
        "query.near": ("两者之间最多隔 5 个词", "With at most five words between"),
        "query.chinese": (
            "中文按术语表译成 reinforcement learning 查找",
            "Chinese is looked up in the glossary: reinforcement learning",
        ),
    },
)
"""Key → (Chinese, English)."""
