"""How English hedges a number, and how Chinese does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class HedgeKind:
    """One way to hedge a number."""

    english: str
    """Verbose pattern of what stands before the number."""
    chinese: re.Pattern[str]
    """Markers in the number's clause that say as much."""
    advice: str
    """What to write, for a message."""
    opposite: re.Pattern[str] | None = None
    """Markers that say the contrary."""
    is_hard: bool = True


_NUMERAL = "[0-9一二两三四五六七八九十百千万半]"
_UPWARD = "至少|不少于|不低于|不小于|起码|不下于|≥"
_DOWNWARD = "最多|至多|不超过|不多于|不高于|不大于|≤"
_ABOVE = "(?<!不)超过|多于|大于|高于|不止|逾"
_BELOW = "不到|不足|低于|少于|小于|未满|不满"
_ROUGH = (
    f"(?<!节)约(?![束定])|大概|大致|左右|上下(?!文)|近(?=\\s*{_NUMERAL})|[接将逼]近|附近|差不多|"
    "[~～≈∼]|几乎|大体|[0-9%亿万千百十]\\s*[余来多]|[十百千万]几"
)

KINDS: Mapping[str, HedgeKind] = MappingProxyType(
    {
        "at_most": HedgeKind(
            r"(?<!from\ )up\ to|as\ (?:many|much|high|large)\ as|at\ (?:the\ )?most|"
            r"no\ (?:more|greater|higher|larger)\ than|not\ (?:more|greater)\ than|"
            r"a\ maximum\ of",
            re.compile(
                f"{_DOWNWARD}|最[高大长远低少]|[高多长可远快]达|(?<![表到雷抵传])达(?=到?\\s*约?\\s*{_NUMERAL})|"
                "以内|之内|以下|上限|低至|少至|之多|[可乃直多高]至|直到|为止|[<＜]|封顶|"
                "(?<![听得看见收遇找做接受])[至到](?=\\s*[0-9])"
            ),
            "最高, 最多 or 不超过",
            re.compile(_UPWARD),
        ),
        "at_least": HedgeKind(
            r"at\ (?:the\ very\ )?least|no\ (?:fewer|less|lower|smaller)\ than|"
            r"not\ (?:less|fewer)\ than|a\ minimum\ of",
            re.compile(f"{_UPWARD}|最[少低小]|以上|下限|[>＞]|不下|不止|不亚于|不差于"),
            "至少 or 不低于",
            re.compile(f"{_DOWNWARD}|{_BELOW}|高达|多达|以内|以下"),
        ),
        "more": HedgeKind(
            r"(?:more|greater|higher|larger|longer)\ than|"
            r"exceed(?:s|ed|ing)?|above|in\ excess\ of|upwards?\ of",
            re.compile(
                f"{_ABOVE}|{_UPWARD}|以上|之上|[>＞+]|高出|长于|超(?=\\s*{_NUMERAL})|超出|"
                f"(?<![通经不])过(?=\\s*{_NUMERAL})|[0-9%亿万千百十]\\s*[余多]|多[个种项次倍]|"
                "[上数][十百千万]|[一二两三四五六七八九]倍多"
            ),
            "超过, 多于 or 以上",
            re.compile(f"{_BELOW}|{_DOWNWARD}|以内|以下"),
        ),
        "less": HedgeKind(
            r"(?:less|fewer|lower|smaller|shorter)\ than|below",
            re.compile(
                f"{_BELOW}|{_DOWNWARD}|以下|[以之]内|[0-9时钟秒天月年周日步帧次]\\s*内|[<＜]|短于"
            ),
            "不到, 低于 or 以内",
            re.compile(f"{_ABOVE}|{_UPWARD}|高达|多达|以上"),
        ),
        "nearly": HedgeKind(
            r"nearly|almost|close\ to|just\ under|just\ below",
            re.compile(f"{_ROUGH}|不到|不足|略[低少]"),
            "近 or 接近",
            is_hard=False,
        ),
        "about": HedgeKind(
            r"approximately|approx\.|roughly|circa|[io]n\ the\ order\ of|[~≈∼]",
            re.compile(f"{_ROUGH}|量级"),
            "约 or 左右",
        ),
    }
)

NUMBER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "one": "一1单", "two": "二两2双", "three": "三3", "four": "四4", "five": "五5",
        "six": "六6", "seven": "七7", "eight": "八8", "nine": "九9", "ten": "十",
        "twice": "两二2一", "double": "两二2一倍", "half": "半", "dozen": "十打",
        "hundred": "百", "thousand": "千", "million": "万",
    }
)  # fmt: skip
"""Numbers in words, and the characters of which their Chinese has one."""
HAN_NUMERALS: Mapping[str, str] = MappingProxyType(
    {
        "1": "一单", "2": "二两双", "3": "三", "4": "四", "5": "五", "6": "六", "7": "七",
        "8": "八", "9": "九", "10": "十", "50": "半",
    }
)  # fmt: skip
"""Numbers in digits that Chinese also writes as characters."""
