"""Is it Chinese, and is it only that: language, length, markup, refusals, repetition."""

import re
from collections import Counter
from collections.abc import Iterator

from newsletter.fidelity.findings import Violation, hard, soft
from newsletter.fidelity.text import is_invisible

LENGTH_BOUNDS = (0.15, 0.9)
"""Characters of Chinese a character of English, formulas left out: outside is truncated or
padded. The 67 pairs of the sample issue lie between 0.24 and 0.37."""
LENGTH_USUAL = (0.2, 0.5)
LONG_ENOUGH = 200
"""Characters of English from which the ratio means something."""
MIN_HAN_SHARE = 0.5
"""Chinese characters over Chinese characters and Latin words; the sample issue has >= 0.91."""

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN_WORD = re.compile("[A-Za-z]+")
_ENGLISH_RUN = re.compile(r"(?:\b[a-z]+\b[ ,;]+){8,}")
_ORDINARY_WORDS = re.compile(r"\b[a-z]{3,}\b")
_MARKUP = re.compile(
    r"""</?[A-Za-z][^<>]{0,200}> | &(?:[a-z]{2,8}|\#x?[0-9a-fA-F]{1,6}); | \*\*
    | ``` | ^\s{0,3}\#{1,6}\s | !?\[[^\]]{0,200}\]\([^)]{0,200}\)
    | (?:https?|ftp|file|javascript|data):[^\s，。；）,;)]{1,200} | \bwww\.[A-Za-z0-9]""",
    re.VERBOSE | re.MULTILINE,
)
_REFUSAL = re.compile(
    r"""^\W*(?:很?抱歉|对不起|不好意思|sorry|I\W?m\ sorry|I\ (?:cannot|can't|am\ unable))
    | 作为(?:一个|一名|一款)?(?:AI|人工智能|大?语言模型)[^，。,]{0,12}[，,]?\s*我
    | 我(?:无法|不能)(?:翻译|提供|协助|完成|处理|满足)
    | \bas\ an\ AI\ (?:language\ )?model\b""",
    re.VERBOSE | re.IGNORECASE,
)
_ECHO = re.compile(
    r"""\b(?:title|summary|abstract)_zh\b | PAPER-[0-9A-Za-z]{8,} | \bJSON\s*(?:对象|格式|如下)
    | ^\W*(?:以下(?:是|为)|下面是)[^。]{0,20}(?:翻译|译文|摘要|中文) | ^\W*(?:翻译|译文)\s*[：:]
    | </?think>""",
    re.VERBOSE | re.IGNORECASE,
)
_LOOP = re.compile(r"(.{4,60}?)\1{3,}", re.DOTALL)
_LOOP_GRAM, _LOOP_TIMES = 4, 4
_ONE_CHARACTER = re.compile(r"([^.…\-=_\s])\1{7,}")
_SENTENCE = re.compile(r"[^。！？!?]{12,}")
_TRADITIONAL_LIMIT = 3


def check_wording(field: str, english: str, chinese: str) -> Iterator[Violation]:
    """Yield what is wrong with one field for itself; what the English has too is allowed."""
    for check, pattern, message in (
        ("markup", _MARKUP, "markup or an address that the English does not have"),
        ("refusal", _REFUSAL, "a refusal instead of a translation"),
        ("echo", _ECHO, "words of the instructions instead of the translation alone"),
    ):
        found = (m[0] for m in pattern.finditer(chinese) if m[0] not in english)
        yield from (hard(check, field, text, message) for text in list(found)[:1])
    yield from _language(field, english, chinese)
    yield from _repetition(field, english, chinese)


def check_length(field: str, english: str, chinese: str) -> Iterator[Violation]:
    """Yield a violation for an abstract that is too short or too long for its English."""
    if len(english) < LONG_ENOUGH:
        return
    ratio = len(chinese) / len(english)
    message = f"{len(chinese)} characters for {len(english)} of English: is it complete?"
    if not LENGTH_BOUNDS[0] <= ratio <= LENGTH_BOUNDS[1]:
        yield hard("length", field, chinese, message)
    elif not LENGTH_USUAL[0] <= ratio <= LENGTH_USUAL[1]:
        yield soft("length", field, chinese, message)


def check_characters(field: str, chinese: str) -> Iterator[Violation]:
    """Yield a violation for control, bidirectional, zero-width and damaged characters."""
    hidden = () if chinese.isprintable() else filter(is_invisible, chinese)
    if codes := sorted({f"U+{ord(char):04X}" for char in hidden}):
        names = ", ".join(codes[:5])
        yield hard("characters", field, names, f"control or invisible characters: {names}")
    if "\ufffd" in chinese:
        yield hard("characters", field, "U+FFFD", "a damaged character: U+FFFD")


def _language(field: str, english: str, chinese: str) -> Iterator[Violation]:
    """Check that there is Chinese, that it prevails, and that it is in simplified characters."""
    han = len(_HAN.findall(chinese))
    latin = len(_LATIN_WORD.findall(chinese))
    is_prose = len(_ORDINARY_WORDS.findall(english)) > 3  # noqa: PLR2004 - else a name is enough
    if is_prose and (han == 0 or (field != "title_zh" and han / (han + latin) < MIN_HAN_SHARE)):
        yield hard("language", field, chinese, "this is not Chinese")
    if run := _ENGLISH_RUN.search(chinese):
        yield hard("language", field, run[0], "a passage was left in English")
    traditional = _traditional("".join(_HAN.findall(chinese)))
    if traditional:
        finding = hard if len(traditional) >= _TRADITIONAL_LIMIT else soft
        yield finding("language", field, traditional, "Traditional characters; write Simplified")


def _traditional(han: str) -> str:
    """Return each Traditional character once.

    Traditional is what Big5 has and GB 2312 has not: two tables that Python carries.
    """
    simplified = han.encode("gb2312", errors="ignore").decode("gb2312")
    if simplified == han:
        return ""
    beyond = "".join(dict.fromkeys(char for char in han if char not in simplified))
    return beyond.encode("big5", errors="ignore").decode("big5")


def _repetition(field: str, english: str, chinese: str) -> Iterator[Violation]:
    """Find loops, and sentences said twice."""
    loop = _loop(chinese)
    if loop and loop not in english:
        yield hard("repetition", field, loop, "the same words again and again")
        return
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(chinese)]
    if repeated := [text for text in dict.fromkeys(sentences) if sentences.count(text) > 1]:
        yield hard("repetition", field, repeated[0], "a sentence stands there twice")


def _loop(text: str) -> str:
    """Return the first stretch that says the same four times over, empty if there is none.

    Its first four characters occur four times, so only such places are looked at: that makes
    the expression affordable.
    """
    if found := _ONE_CHARACTER.search(text):
        return found[0]
    grams = [text[start : start + _LOOP_GRAM] for start in range(len(text))]
    times = Counter(grams)
    starts = (start for start, gram in enumerate(grams) if times[gram] >= _LOOP_TIMES)
    loops = (_LOOP.match(text, start) for start in starts)
    return next((loop[0] for loop in loops if loop), "")
