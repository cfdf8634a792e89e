"""Names of arXiv's categories, English and Chinese.

`taxonomy.json` lists arXiv's 176 categories with their English names (the taxonomy of
arxiv-base, June 2026) and Chinese names written for this project.
"""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

_GROUPS = frozenset({"cs", "econ", "eess", "math", "physics", "q-bio", "q-fin", "stat"})
"""arXiv's eight groups; all archives without one of their own belong to physics."""


_ALIASES = MappingProxyType(
    {
        "cs.NA": "math.NA",
        "cs.SY": "eess.SY",
        "math.IT": "cs.IT",
        "math.MP": "math-ph",
        "q-fin.EC": "econ.GN",
        "stat.TH": "math.ST",
    },
)
"""Alias → the category's canonical name (arxiv-base, taxonomy/definitions.py)."""
_ALIAS_OF = MappingProxyType({canonical: alias for alias, canonical in _ALIASES.items()})


def names_of(category: str) -> tuple[str, ...]:
    """Return the category and its other name, if it has one: `cs.SY` is `eess.SY`."""
    other = _ALIASES.get(category) or _ALIAS_OF.get(category)
    return (category, other) if other else (category,)


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


def is_category(name: str) -> bool:
    """Say whether arXiv has a category or archive of that name."""
    return name in _names() or bool(categories_of(name))


@functools.lru_cache(maxsize=1024)  # readers' words come here too
def categories_of(archive: str) -> tuple[str, ...]:
    """Return the categories of an archive, such as `cs`; empty for one that has none, or none such.

    Aliases are among them: cs.SY is eess.SY under another name, and both have feeds.
    """
    return tuple(name for name in _names() if name.startswith(f"{archive}."))


def group_of(category: str) -> str:
    """Return the group that arXiv files an archive under: `physics` for hep-th, else itself."""
    archive = category.partition(".")[0]
    return archive if archive in _GROUPS else "physics"
