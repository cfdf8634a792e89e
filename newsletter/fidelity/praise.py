"""Does the Chinese praise where the English does not?

Models that write Chinese abstracts add 首次, 最先进, 突破性 of their own. Each such word needs a
word of the English of the same sentence that says as much; `novel` is 新, and not 首创.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from newsletter.fidelity.findings import Severity, Violation, hard, soft
from newsletter.fidelity.neighbours import neighbours
from newsletter.fidelity.passages import Passage

CHECK = "praise"
MAX_FINDINGS = 20
"""Of one field."""


@dataclass(frozen=True, slots=True)
class _Praise:
    """Words of praise, and the beginnings of English words that support them."""

    chinese: str
    support: str
    weak: str = ""
    """English that may have been meant, or less than said: the finding is soft then."""
    is_hard: bool = True


_SUPERB = "excel|outstanding|superb|superior|remarkab|exceptional|impress|extraordinar|unparallel"
_SOTA = "state[- ]of[- ]the[- ]art|sota|cutting[- ]edge"
_CLAIM = (
    r"(?:the|an?|this|our|its|their|very|as|among|world's)\s(?:very\s|world's\s)?first"
    r"(?!-(?:come|order|person|principle))(?!\s(?:hour|day|week|month|year|minute|second|step|stage|"
    r"phase|half|quarter|part|layer|few|two|three|four|five|ten|[0-9]|token|round|term|row|column))\b|"
    r"first[- ](?:ever|of[- ]its[- ]kind|time|known|to)\b|"
    r"inaugural|pioneer|never before|unprecedented|"
    r"no (?:prior|previous|existing|earlier|other)|previously un"
)
_INITIAL = f"{_CLAIM}|the first|initial|earliest|maiden|debut|pass@1|single[- ]attempt|not been"
_BREAKTHROUGH = (
    "breakthrough|ground[- ]?break|path[- ]?break|landmark|milestone|epochal|transformativ"
)
_PRAISES = (
    _Praise(
        "首次(?=提出|实现|证明|引入|将|把|展示|揭示|建立|给出|系统|全面|成功|开展|研究|探索|报道|尝试|"
        "应用|构建|发布|公开|设计|利用|采用)",
        _CLAIM,
        "first|1st",
    ),
    _Praise("(?:世界|全球|国内|国际|业界|史上|行业)(?:第一|首)", _CLAIM),
    _Praise("首创", f"{_CLAIM}|invent"),
    _Praise("首次|首[个款例篇套项种部台座]", _INITIAL, "first|1st|one[- ]shot|onset|opening"),
    _Praise(
        "最先进|最前沿|最尖端|(?:业界|行业|同类|世界|国际)(?:最[佳好强优高]|顶[尖级])",
        f"{_SOTA}|advanced|leading(?! to)|frontier|premier|most sophisticated",
        "latest|newest",
    ),
    _Praise(
        "(?:世界|国际|全球|国内|业界|行业|遥遥|绝对)领先",
        r"leading(?! to)|leaders?\b|in the lead|world[- ](?:class|leading|record)|far ahead|"
        f"{_SOTA}",
    ),
    _Praise(
        "领先",
        "lead(?!s? to|ing to)|ahead|best|outperform|superior|surpass|exceed|advanc|better|win|won|"
        f"beat|margin|rank|dominat|outrank|outpac|overtak|preced|pole|top|competitive|{_SOTA}",
        "first|gain|improv|higher|more|than|over|above|earl|compar|strong|frontier",
    ),
    _Praise("突破性|划时代|里程碑", _BREAKTHROUGH),
    _Praise(
        "(?:重大|巨大|历史性|重要|关键)的?突破",
        f"{_BREAKTHROUGH}|leap|major|advance",
        "break|broke|paradigm|overc[oa]m|surmount|beyond|surpass",
    ),
    _Praise("革命性", "revolution|transformativ|disrupt|game[- ]chang", "radical|fundamental"),
    _Praise(
        "颠覆性",
        "disrupt|revolution|overturn|subver|transformativ|game[- ]chang|upend|destruct",
        "radical|upset|fundamental",
    ),
    _Praise(
        "开创性|开拓性|开创先河|首开先河",
        "pioneer|ground[- ]?break|seminal|path[- ]?break|trailblaz|foundational|inaugurat|landmark",
    ),
    _Praise(
        "史无前例|前所未有|空前(?!间)",
        r"unprecedent|never before|unparallel|unmatched|unheard|record[- ]|unrival|previously un|"
        "world's first|first[- ]ever",
    ),
    _Praise(
        "卓越",
        f"{_SUPERB}|distinguished|eminen|brillian|superl|unmatched|distinction",
        f"strong|best|{_SOTA}|leading|top|competitive|high|better|good|great|notabl|promis|prominen",
    ),
    _Praise(
        "(?<![不非够未])完美(?!主义)",
        "perfect|flawless|ideal|seamless|impeccab|error[- ]free|lossless|faultless",
        "exact|complet|100|zero|optimal|full",
    ),
    _Praise(
        "无与伦比|无可比拟|举世瞩目|举世闻名|登峰造极|叹为观止",
        "unparallel|unmatched|unrival|incompar|unequal|world|extraordin|peerless|unsurpass|fam",
    ),
    _Praise(
        "(?:世界|国际|国内|业界|行业)一流|(?<![这统单同某每任归唯第逐万])一流(?:的(?!程)|水平|水准|性能|"
        "效果|成果|大学|高校|期刊|会议)",
        "world[- ]class|first[- ]class|first[- ]rate|premier|elite|high[- ]ranking|prestig|"
        "top[- ](?:tier|rank|venue|conference|journal)",
    ),
    _Praise(
        "惊人|令人瞩目|令人惊叹|震撼",
        f"surpris|strik|astonish|{_SUPERB}|amaz|stunn|dramatic|stagger|spectac|alarm|shock|startl|"
        "incredibl|unexpect|astound",
        "notab|drastic|prominen|promis|huge|massive|enormous|attract",
    ),
    _Praise(
        "填补了?[^，。；]{0,12}空白",
        "gap|fill|bridg|miss|unexplor|lack|void|underexplor|absen|first",
        is_hard=False,
    ),
    _Praise(
        "显著",
        "signific|substanti|notabl|notic|mark|remarkab|consider|dramatic|strong|large|great|"
        "pronounc|clear|salien|prominen|drastic|strik|sharp|vast|much|far|well|major|materi|big|"
        "distinct|sever|heav|high|importan|evident|meaningful|impress|appreciabl|conspicu|visibl|"
        "steep|deep",
        is_hard=False,
    ),
)
_ANY = re.compile("|".join(f"(?P<p{at}>{praise.chinese})" for at, praise in enumerate(_PRAISES)))


def _begun(words: str) -> re.Pattern[str]:
    """Return what finds a word that begins so; nothing for no words."""
    return re.compile(rf"(?<![a-z])(?:{words or '(?!)'})", re.IGNORECASE)


_SUPPORT = tuple((_begun(praise.support), _begun(praise.weak)) for praise in _PRAISES)


def check_praise(passage: Passage) -> Iterator[Violation]:
    """Yield praise that the English does not support, in any field; at most `MAX_FINDINGS`."""
    if _ANY.search(passage.chinese):
        yield from islice(_unsupported(passage), MAX_FINDINGS)


def _unsupported(passage: Passage) -> Iterator[Violation]:
    for at, bead in enumerate(passage.beads):
        words = list(islice(_ANY.finditer(bead.chinese), MAX_FINDINGS))
        if words:
            near = neighbours(passage.beads, at)
            english = " ".join(passage.beads[place].english for place in near)
            kinds = {found.lastgroup or "" for found in words}
            doubts = {kind: _doubt(int(kind[1:]), english) for kind in kinds}
            yield from _told(words, doubts, passage.field)


def _told(
    words: Iterable[re.Match[str]], doubts: Mapping[str, Severity | None], field: str
) -> Iterator[Violation]:
    for found in words:
        severity = doubts[found.lastgroup or ""]
        if severity is not None:
            message = f"{found[0]} is praise that the English does not give; leave it out"
            yield (hard if severity == "hard" else soft)(CHECK, field, found[0], message)


def _doubt(which: int, english: str) -> Severity | None:
    """Say how grave a praise is beside this English; None where it is supported."""
    support, weak = _SUPPORT[which]
    if support.search(english):
        return None
    return "hard" if _PRAISES[which].is_hard and not weak.search(english) else "soft"
