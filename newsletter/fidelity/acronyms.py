"""What stands for an acronym in Chinese: 大语言模型 for LLM, 联邦学习 for FL.

Three sources, in this order: what is usual; the glossary, whose terms of several words have
initials; and the text itself, which says "federated learning (FL)" and 联邦学习（FL）.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from newsletter.fidelity.glossary import Term

USUAL: dict[str, tuple[str, ...]] = {
    "2D": ("二维", "两维"),
    "3D": ("三维", "立体"),
    "4D": ("四维",),
    "AI": ("人工智能", "具身智能", "人机"),
    "AR": ("自回归", "增强现实"),
    "ASR": ("语音识别",),
    "API": ("接口",),
    "CNN": ("卷积",),
    "CO2": ("二氧化碳",),
    "CPU": ("处理器",),
    "CV": ("计算机视觉",),
    "DL": ("深度学习",),
    "DoF": ("自由度",),
    "DOF": ("自由度",),
    "DRL": ("深度强化学习",),
    "ECG": ("心电",),
    "EEG": ("脑电",),
    "EU": ("欧盟",),
    "EV": ("电动汽车", "电动车"),
    "GNN": ("图神经网络",),
    "GUI": ("图形界面", "图形用户界面"),
    "HPC": ("高性能计算",),
    "ID": ("分布内", "标识", "编号"),
    "IID": ("独立同分布",),
    "IoT": ("物联网",),
    "LLM": ("大语言模型", "大型语言模型", "大模型"),
    "MARL": ("多智能体强化学习",),
    "MDP": ("马尔可夫决策过程", "马尔科夫决策过程"),
    "ML": ("机器学习",),
    "MLLM": ("多模态大语言模型", "多模态大型语言模型", "多模态大模型"),
    "MRI": ("磁共振",),
    "NLP": ("自然语言处理",),
    "NN": ("神经网络",),
    "OCR": ("文字识别", "光学字符识别"),
    "ODE": ("常微分方程",),
    "OOD": ("分布外",),
    "PDE": ("偏微分方程",),
    "PhD": ("博士",),
    "POMDP": ("部分可观测马尔可夫决策过程", "部分可观察马尔可夫决策过程"),
    "QA": ("问答",),
    "RL": ("强化学习",),
    "RLHF": ("人类反馈强化学习", "人类反馈的强化学习"),
    "RLVR": ("可验证奖励强化学习", "可验证奖励的强化学习"),
    "SDE": ("随机微分方程",),
    "SGD": ("随机梯度下降",),
    "SOTA": ("最先进", "当前最优", "最优"),
    "TTS": ("语音合成", "文本转语音"),
    "TV": ("电视", "全变差"),
    "UAV": ("无人机",),
    "UK": ("英国",),
    "URL": ("网址", "链接"),
    "US": ("美国",),
    "USD": ("美元",),
    "USA": ("美国",),
    "VLA": ("视觉语言动作", "视觉-语言-动作", "视觉—语言—动作"),
    "VLM": ("视觉语言模型", "视觉-语言模型"),
    "VQA": ("视觉问答",),
    "VR": ("虚拟现实",),
    "WiFi": ("无线局域网",),
}
"""Acronym → what Chinese writes for it as often as not."""
WRITTEN_OUT: dict[str, tuple[str, ...]] = {
    "2D": ("two dimensional",),
    "3D": ("three dimensional",),
    "AI": ("artificial intelligence", "intelligent"),
    "API": ("application programming interface",),
    "CPU": ("central processing unit",),
    "DoF": ("degrees of freedom", "degree of freedom"),
    "DRL": ("deep reinforcement learning",),
    "GPU": ("graphics processing unit", "graphics card"),
    "IoT": ("internet of things",),
    "MARL": ("multi agent reinforcement learning",),
    "ML": ("machine learning",),
    "MLLM": ("multimodal large language model", "multimodal llm"),
    "NLP": ("natural language processing",),
    "RL": ("reinforcement learning",),
    "UAV": ("unmanned aerial vehicle", "drone"),
}
"""Acronym → English, in lower case without hyphens, for which Chinese may write the acronym."""

_GIVEN = re.compile(r"\(\s?([A-Z][A-Za-z0-9]{1,11}?)s?\s?[),;]")
_WORD = re.compile(r"[A-Za-z]+")
_WRITTEN_INSIDE = re.compile(
    r"\b([A-Za-z0-9][A-Za-z0-9-]{1,20})\s?\(([A-Za-z][A-Za-z' -]{6,150})\)"
)
_SMALL_WORDS = "a an and as by for from in of on the to using via with"
_SMALL = frozenset(_SMALL_WORDS.split())
_HAN_BEFORE = re.compile(r"([\u4e00-\u9fff]{4,16})\s?\(\s?([A-Z][A-Za-z0-9]{1,11}?)s?\s?[),，;]")
_MOST_EXPLAINED = 50
"""Acronyms with brackets looked at in a Chinese text, which no abstract has."""
_SHORT = 2
"""Letters: initials as short as that are too often those of something else."""
_LONGEST_EXPANSION = 9
"""Words, small ones included, that an acronym is looked for in."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What may stand for an acronym: Chinese, and the English that asks for that Chinese too."""

    chinese: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    """In lower case, without hyphens, in the singular."""


def fold(english: str) -> str:
    """Return English in lower case with hyphens as spaces: how written-out forms are looked up."""
    return english.lower().replace("-", " ")


def initials(words: Iterable[str]) -> str:
    """Return the first letters, in upper case: LLM for large language model."""
    return "".join(word[0] for word in words).upper()


def glossary_renderings(terms: Iterable[Term]) -> dict[str, Rendering]:
    """Return what the terms of several words say of their initials: RL, SFT, SOTA …."""
    found: dict[str, Rendering] = {}
    for term in terms:
        words = _WORD.findall(term.english)
        if len(words) > 1:
            english = fold(term.english)
            for key in {initials(words), initials(w for w in words if w not in _SMALL)}:
                old = found.get(key, Rendering())
                found[key] = Rendering(old.chinese + term.chinese, (*old.english, english))
    return found


def given_expansions(english: str) -> dict[str, str]:
    """Return the acronyms that the text explains, with the words before the bracket, folded."""
    found: dict[str, str] = {}
    for match in _GIVEN.finditer(english):
        before = english[max(0, match.start() - 120) : match.start()]
        words = _WORD.findall(before)[-_LONGEST_EXPANSION:]
        for size in range(2, len(words) + 1):
            tail = words[-size:]
            if _explains(match[1], tail):
                found.setdefault(match[1], fold(" ".join(tail)).removesuffix("s"))
                break
    return found


def without_expansions(english: str) -> str:
    """Return the text without the words that explain an acronym in brackets after it.

    They are translated, capitals and all: "SUMO (Simulation of Urban MObility)".
    """
    return _WRITTEN_INSIDE.sub(_without_expansion, english)


def _without_expansion(found: re.Match[str]) -> str:
    name, inside = found[1], found[2]
    is_acronym = any(map(str.isupper, name[1:])) and name[0].lower() == inside[0].lower()
    return name if is_acronym and " " in inside else found[0]


def _explains(acronym: str, words: list[str]) -> bool:
    letters = "".join(filter(str.isalpha, acronym)).upper()
    big = [word for word in words if word.lower() not in _SMALL]
    return bool(big) and words[0] in big and letters in {initials(words), initials(big)}


def learnt_renderings(chinese: str) -> dict[str, str]:
    """Return what stands before 「（FL）」, as far back as the text says it a second time."""
    found: dict[str, str] = {}
    for match in islice(_HAN_BEFORE.finditer(chinese), _MOST_EXPLAINED):
        run, acronym = match[1], match[2]
        shortest = max(4, len(acronym) + 1)
        for start in range(len(run) - shortest + 1):
            if chinese.count(run[start:]) > 1:
                found.setdefault(acronym, run[start:])
                break
    return found


class Acronyms:
    """What may stand for each acronym of one passage."""

    def __init__(self, english: str, chinese: str, terms: dict[str, Rendering]) -> None:
        """Keep both texts; `terms` is what `glossary_renderings` returned."""
        self._english, self._chinese, self._terms = english, chinese, terms

    @cached_property
    def _given(self) -> dict[str, str]:
        return given_expansions(self._english)

    @cached_property
    def _learnt(self) -> dict[str, str]:
        return learnt_renderings(self._chinese)

    def rendering(self, acronym: str) -> Rendering:
        """Return all that may stand for it, the longest Chinese first; empty if nothing may."""
        term = self._terms.get(acronym, Rendering())
        chinese = {*USUAL.get(acronym, ()), *term.chinese}
        if acronym in self._learnt:
            chinese.add(self._learnt[acronym])
        english = {*WRITTEN_OUT.get(acronym, ()), *term.english}
        if acronym in self._given:
            english.add(self._given[acronym])
            chinese |= self._of_phrase(self._given[acronym])
        han = (form for form in chinese if not form.isascii())
        return Rendering(tuple(sorted(han, key=len, reverse=True)), tuple(english))

    def _of_phrase(self, phrase: str) -> set[str]:
        """Return what the glossary says of exactly this expansion."""
        found = self._terms.get(initials(phrase.split()), Rendering())
        return set(found.chinese) if phrase in found.english else set()


def may_write(acronym: str, folded: str, terms: dict[str, Rendering]) -> bool:
    """Say whether English that is `fold`ed says the acronym at length, so that Chinese may not."""
    of_terms = terms.get(acronym, Rendering()).english if len(acronym) > _SHORT else ()
    phrases = (*WRITTEN_OUT.get(acronym, ()), *of_terms)
    return any(phrase in folded for phrase in phrases)
