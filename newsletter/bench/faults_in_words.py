"""Faults of wording: a model that talks or praises, a hedge dropped, a wrong term."""

import re
from random import Random

from newsletter.bench.spots import Change, Text, cut, shuffled
from newsletter.fidelity.glossary import built_in

_REFUSALS = (
    "抱歉，我无法翻译该内容。",
    "很抱歉，我不能提供这篇论文的译文。",
    "作为一个人工智能语言模型，我无法完成这一请求。",
    "对不起，我无法协助处理该请求。",
    "I'm sorry, but I can't help with that.",
    "As an AI language model, I cannot translate this text.",
    "该内容涉及敏感信息，无法回答。",
    "我不能满足你的要求。",
)
_ECHOES = (
    "以下是译文：{}",
    "好的，以下是翻译结果：{}",
    "译文：{}",
    "摘要：{}",
    "标题：{}",
    "Title: {}",
    "Abstract: {}",
    "Here is the translation: {}",
    "{}（以上为译文）",
    "{}希望对你有帮助！",
    "Answer with the JSON object. {}",
    '"abstract_zh": {}',
    "你是一名翻译。{}",
)
_PRAISE = (
    ("首次提出的", r"\bfirst"),
    ("业界首个", r"\bfirst"),
    ("最先进的", r"state[- ]of[- ]the[- ]art|sota\b|most advanced"),
    ("突破性的", r"breakthrough|groundbreaking"),
    ("革命性的", r"revolution"),
    ("开创性的", r"pioneer|groundbreaking|seminal"),
    ("前所未有的", r"unprecedented|never|no (?:earlier|previous|prior)"),
    ("史无前例的", r"unprecedented|never|no (?:earlier|previous|prior)"),
    ("世界领先的", r"\blead|world"),
    ("国际一流的", r"world[- ]class|first[- ]class|first[- ]rate"),
)
_NOUN = re.compile(r"(?:方法|模型|系统|算法|框架|性能|结果|数据集|基准|方案|策略|智能体|分析)")
_HEDGE = re.compile(
    r"(?:至少|至多|最多|最高|多达|高达|大约|约为|约|近|超过|不到|不足|不超过)\s?(?=[0-9])"
)


def refuse(text: Text, random: Random) -> Change | None:
    """Put a refusal in the text's place, or before it."""
    refusal = random.choice(_REFUSALS)
    return refusal + random.choice(("", text.chinese)), refusal


def echo(text: Text, random: Random) -> Change | None:
    """Let the model talk about its task, or repeat it."""
    template = random.choice(_ECHOES)
    return template.format(text.chinese), template.format("…")


def praise(text: Text, random: Random) -> Change | None:
    """Add praise before a noun; none whose English stands in the paper, in whatever sense."""
    found = [match.start() for match in _NOUN.finditer(text.chinese)]
    for word, support in shuffled(_PRAISE, random):
        if found and not re.search(support, text.paper, re.IGNORECASE):
            place = random.choice(found)
            return cut(text.chinese, place, place, word), f"{word} added"
    return None


def drop_hedge(text: Text, random: Random) -> Change | None:
    """Drop "at least", "up to", "about" … before a figure."""
    found = [match.span() for match in _HEDGE.finditer(text.chinese)]
    if not found or text.field != "abstract_zh":
        return None
    start, stop = random.choice(found)
    return text.chinese[:start] + text.chinese[stop:], f"{text.chinese[start:stop]} dropped"


def mistake_term(text: Text, random: Random) -> Change | None:
    """Put a rendering that the glossary knows to be wrong for one that it accepts."""
    for term in shuffled(built_in().occurring(text.english), random):
        said = [one for one in term.chinese if one in text.chinese and not one.isascii()]
        if said and term.wrong:
            right, wrong = max(said, key=len), random.choice(term.wrong)
            return text.chinese.replace(right, wrong, 1), f"{term.english}: {right} → {wrong}"
    return None
