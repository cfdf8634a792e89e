"""Names of arXiv's categories, English and Chinese.

`taxonomy.json` lists arXiv's 176 categories with their English names (the taxonomy of
arxiv-base, June 2026) and Chinese names written for this project.
"""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType


def english_name(category: str) -> str:
    """Return `Machine Learning (cs.LG)`, or the category itself if arXiv has no such one."""
    english, _ = _names().get(category, ("", None))
    return f"{english} ({category})" if english else category


def chinese_name(category: str) -> str:
    """Return `机器学习 (cs.LG)`; in English where there is no Chinese name."""
    _, chinese = _names().get(category, ("", None))
    return f"{chinese} ({category})" if chinese else english_name(category)


@functools.cache
def _names() -> Mapping[str, tuple[str, str | None]]:
    text = Path(__file__).with_name("taxonomy.json").read_text(encoding="utf-8")
    names = {category: (names[0], names[1]) for category, names in json.loads(text).items()}
    return MappingProxyType(names)
