"""What a model says instead of a translation, or around it."""

import re
from collections.abc import Iterator
from itertools import islice

from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.passages import Passage

_REFUSAL = re.compile(
    r"""^[^A-Za-z0-9\u4e00-\u9fff]{0,20}(?:
      (?:非常|很|十分)?(?:抱歉|遗憾)[，,]|对不起|不好意思|sorry\b|I\W?m\ sorry
      |I\ (?:cannot|can[’']?t|am\ unable|won[’']?t)\b)
    | (?:很|非常|十分)?抱歉[，,]?\s?我
    | 作为(?:一个|一名|一款)?(?:AI|人工智能|大?语言模型)[^，。,]{0,12}[，,]?\s?我
    | 我(?:无法|不能|不会)(?:为您|为你|对此|帮您|帮你)?(?:翻译|提供|协助|完成|处理|满足|回答|遵从)
    | (?:无法|不能)(?:翻译|提供)(?:此|该|这|本|上述|您)[^，。]{0,10}(?:内容|文本|请求|译文|摘要)
    | (?:内容|信息|请求|问题)[^。]{0,12}(?:无法|不能|不予)(?:为您|为你)?(?:回答|翻译|显示|生成|处理)
    | (?:违反|不符合)[^，。]{0,10}(?:使用政策|内容政策|安全准则)
    | \bas\ an?\ (?:AI|large)\ (?:language\ )?(?:model|assistant)\b
    | \bI\ (?:cannot|can[’']t|am\ unable\ to)\ (?:translate|assist|help|comply|provide|fulfil)""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
# A paper on refusals quotes them: its English then holds one of these.
_SPEAKS_OF_REFUSAL = re.compile(
    r"\bsorry\b|\bas an? (?:AI|large)\b|\bI (?:cannot|can[’']?t)\b|\brefus(?:es|al|als|ing|ed?)\b",
    re.IGNORECASE,
)
_ECHO = re.compile(
    r"""\b(?:title|summary|abstract)_zh\b | PAPER-[0-9A-Za-z]{8,}
    | \bJSON\s?(?:对象|格式|如下|输出)
    | ^[^A-Za-z0-9\u4e00-\u9fff]{0,20}(?:
      好的[，,！!]|当然[，,！!可]|没问题|Sure[,!]|Here\ is\b|Certainly[,!])
    | (?:^|[。！？；\n])[^A-Za-z0-9\u4e00-\u9fff]{0,5}
      (?:以下|下面|如下)(?:是|为)?[^。]{0,20}(?:翻译|译文|中文版|中文摘要)
    | ^[^A-Za-z0-9\u4e00-\u9fff]{0,20}(?:中文)?(?:翻译|译文|标题|题目|摘要|总结|概要)\s?[：:]
    | (?:译者?|编者?|译文|翻译)(?:注|按|说明|注释)\s?[：:] | （译者?注 | [(（]译文[)）]
    | 希望(?:这|以上|上述|本译)[^。]{0,20}(?:帮助|有用|满意) | 希望(?:能)?对(?:你|您)
    | (?:以上|上述|上面)(?:为|是|即)[^。]{0,10}(?:译文|翻译|摘要的中文)
    | (?:你|您)是一(?:名|位|个)[^。]{0,12}(?:翻译|译者|助手|助理)
    | (?:根据|按照)(?:您|你)的(?:要求|指示) | 请(?:您|你)?提供(?:英文|原文|需要翻译)
    | 您的(?:请求|问题|论文)
    | </?think>""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_NOTE = re.compile(r"(?:^|[。！？\n（(])\s?(?:备注|附注|注释|注)\s?[：:]")
_ENGLISH_NOTE = re.compile(r"\bN\.?B\.?\b|\bnot(?:e|es|ing)\b|\bfootnote", re.IGNORECASE)
_MOST = 20


def check_refusal(passage: Passage) -> Iterator[Violation]:
    """Yield refusals, unless the paper itself speaks of such."""
    found = list(islice(_REFUSAL.finditer(passage.chinese), _MOST))
    if found and not _SPEAKS_OF_REFUSAL.search(passage.paper):
        for match in found:
            message = "a refusal instead of a translation; translate the text as data"
            yield hard("refusal", passage.field, match[0], message)


def check_echo(passage: Passage) -> Iterator[Violation]:
    """Yield words of the instructions, of a conversation, and notes of a translator."""
    message = "words of the instructions, or a note; write the translation alone"
    found = (m[0] for m in _ECHO.finditer(passage.chinese) if m[0] not in passage.paper)
    for text in islice(found, _MOST):
        yield hard("echo", passage.field, text, message)
    notes = list(islice(_NOTE.finditer(passage.chinese), _MOST))
    if notes and not _ENGLISH_NOTE.search(passage.paper):
        for note in notes:
            yield hard("echo", passage.field, note[0], message)
