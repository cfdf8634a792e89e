"""How the summaries of a day begin: a template again and again tires its readers."""

import re
from collections.abc import Iterable

THRESHOLD = 1 / 3
"""Share of a day's summaries that may open with a template; the operator sees what is above."""
_LENGTH = 12
# "This paper proposes", in the words that translations from English begin with.
_TEMPLATE = re.compile(
    r"""\s*(?:(?:在|于)?(?:本文|该文|此文|本论文|该论文|这篇论文|这篇文章
        |本研究|该研究|此项研究|这项研究|本工作|该工作|这项工作
        |我们|作者|研究者|研究人员)(?:的(?:工作|研究))?(?:中|里|内)?\s*[，,]?
      (?:我们|作者)?(?:首次|主要|旨在|系统地?|进一步|还|则|通过)?
      (?:提出|介绍|研究|探讨|探究|探索|展示|呈现|引入|设计|开发|构建|给出|描述|推出|考察|分析|证明|表明|发现
        |关注|聚焦
        |针对|致力|解决|回顾|综述|报告|讨论|重新审视)
    | (?:该论文|该文|该研究|本论文|这篇论文|这项研究|本研究
        |在(?:本文|本论文|本研究|这项工作|这篇论文)中))""",
    re.VERBOSE,
)


def opening(summary_zh: str) -> str:
    """Return the template that a summary opens with, at most 12 characters; empty if none."""
    found = _TEMPLATE.match(summary_zh[:100])
    return found[0].strip()[:_LENGTH] if found else ""


def template_share(summaries: Iterable[str]) -> float:
    """Return the share, 0 to 1, of the non-empty summaries that open with a template."""
    opened = [bool(opening(summary)) for summary in summaries if summary.strip()]
    return sum(opened) / len(opened) if opened else 0.0
