"""Faults in figures, as translators make them. Each returns the text and what became of it.

None is made where no fault would come of it; the rule stands with each function. In a summary,
which may choose what it says, a changed figure must not be one that the paper has as well.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from random import Random

from newsletter.bench.spots import (
    FORMULA,
    NUMBER,
    Change,
    Span,
    Text,
    cut,
    figures,
    numbers,
    outside,
    shuffled,
    spans,
)

_Alter = Callable[[str, Text, Random], str]
_NUMERALS = "二三四五六七八九"
_WORDS = dict(
    zip(_NUMERALS, ("two", "three", "four", "five", "six", "seven", "eight", "nine"), strict=True)
)
_SPELLED = (
    r"\b(?:zero|no|none)\b",
    r"\b(?:one|first|once|single)\b",
    r"\b(?:two|twice|second|both|pair|half|doubl)",
    r"\b(?:three|third|tripl)",
    r"\b(?:four|quarter)",
    r"\bfi(?:ve|fth)",
    r"\bsix",
    r"\b(?:seven|week)",
    r"\beight",
    r"\bnin(?:e|th)",
    r"\bten(?:th)?\b",
)
"""What stands for 0, 1, 2 … in English words."""
_MEASURES = "个项种次类台组位块层条名款轮处份步天年人"
_NUMERAL = re.compile(
    rf"(?<![一二三四五六七八九十百千万亿两第几数])[两{_NUMERALS}](?=[{_MEASURES}])"
)
_PERCENT = re.compile(rf"({NUMBER.pattern})(\s?\\?[%％])")
_JOINED = re.compile(r"\s?[–—~、至到和与或-]\s?[0-9]")
_SCALE = re.compile(r"\s?(?:\\?%|％|[万亿]|倍)")


def change_digit(text: Text, random: Random) -> Change | None:
    """Change one digit of a figure (also in a formula), or a counted Chinese numeral.

    A numeral only where the English has its word as often, and never to one that the English has.
    """
    figured: list[tuple[Span, _Alter]] = [
        (span, _other_digit) for span in numbers(text.chinese, in_formulas=True)
    ]
    counted: list[tuple[Span, _Alter]] = [(span, _other_numeral) for span in _numerals(text)]
    for (start, stop), alter in shuffled(figured + counted, random):
        old = text.chinese[start:stop]
        new = alter(old, text, random)
        if new and _is_news(new, text):
            return cut(text.chinese, start, stop, new), f"{old} → {new}"
    return None


def delete_number(text: Text, random: Random) -> Change | None:
    """Delete a figure with its percent sign, 万, 亿 or 倍; only of a whole translation.

    Not where the Chinese says the figure more often than the English: one is left then.
    """
    said, given = figures(text.chinese), figures(text.english)
    for start, stop in shuffled(numbers(text.chinese) if text.is_complete else [], random):
        old = text.chinese[start:stop].replace(",", "")
        if said[old] <= max(1, given[old]):
            scale = _SCALE.match(text.chinese, stop)
            end = scale.end() if scale else stop
            return cut(text.chinese, start, end), f"{text.chinese[start:end]} deleted"
    return None


def multiply_by_ten(text: Text, random: Random) -> Change | None:
    """Shift a figure's decimal point by one place."""
    for start, stop in shuffled(numbers(text.chinese), random):
        old = text.chinese[start:stop]
        value = Decimal(old.replace(",", "")) * 10
        plain = f"{value.normalize():f}"
        new = f"{Decimal(plain):,}" if "," in old else plain
        if value and _is_news(new, text):
            return cut(text.chinese, start, stop, new), f"{old} → {new}"
    return None


def lose_percent(text: Text, random: Random) -> Change | None:
    """Delete a percent sign behind a figure.

    Not where another figure is joined on directly, as in 1%–3% or 5% 和 7%: one sign may stand
    for both. In a summary not where the paper has the bare figure.
    """
    found = [
        match
        for match in _PERCENT.finditer(text.chinese)
        if not _JOINED.match(text.chinese, match.end())
        and outside([match.span()], spans(FORMULA, text.chinese))
    ]
    bare = figures(re.sub(rf"{NUMBER.pattern}\s?\\?%", " ", text.english))
    for match in shuffled(found, random):
        if text.is_complete or match[1].replace(",", "") not in bare:
            return cut(text.chinese, *match.span(2)), f"{match[0]} → {match[1]}"
    return None


_CLAUSES = (
    "，误差因此降低 {}%",
    "，共使用 {} 个样本",
    "，速度提高 {} 倍",
    "，平均耗时 {} ms",
    "，参数量约为 {} 亿",
    "（共 {} 次试验）",
    "，准确率达到 {}.{}%",
)
_IN_TITLES = ("：提升 {}%", "：{} 项实验", "（{} 例）", "，快 {} 倍")


def invent_number(text: Text, random: Random) -> Change | None:
    """Add a clause with a figure that the paper has nowhere."""
    known = figures(text.paper)
    given = [str(number) for number in random.sample(range(11, 990), 60)]
    first, second = [number for number in given if number not in known][:2]
    template = random.choice(_IN_TITLES if text.field == "title_zh" else _CLAUSES)
    clause = template.format(first, second[0])
    if text.field == "title_zh":
        return text.chinese + clause, f"{clause} added"
    ends = [place for place, char in enumerate(text.chinese) if char == "。"]
    if not ends or not figures(clause).keys().isdisjoint(known):
        return None
    place = random.choice(ends)
    return cut(text.chinese, place, place, clause), f"{clause} added"


def _other_digit(old: str, _text: Text, random: Random) -> str:
    places = [place for place, char in enumerate(old) if char.isdigit()]
    place = random.choice(places)
    leads = place == 0 and len(old) > 1 and old[1] != "."
    digits = [char for char in "0123456789" if char != old[place] and not (leads and char == "0")]
    return old[:place] + random.choice(digits) + old[place + 1 :]


def _numerals(text: Text) -> list[tuple[int, int]]:
    """Return counted numerals that the English has as words at least as often."""
    found = spans(_NUMERAL, text.chinese)
    said = [text.chinese[slice(*span)].replace("两", "二") for span in found]
    return [
        span
        for span, numeral in zip(found, said, strict=True)
        if said.count(numeral) <= _in_words(numeral, text.english)
    ]


def _in_words(numeral: str, english: str) -> int:
    return len(re.findall(rf"\b{_WORDS[numeral]}\b", english, re.IGNORECASE))


def _other_numeral(old: str, text: Text, random: Random) -> str:
    there = {old.replace("两", "二")} | {one for one in _NUMERALS if one in text.chinese}
    free = [
        one
        for one in _NUMERALS[1:]
        if one not in there
        and not _in_words(one, text.paper)
        and str(_NUMERALS.index(one) + 2) not in figures(text.paper)
    ]
    return random.choice(free) if free else ""


def _is_news(new: str, text: Text) -> bool:
    """Say whether a changed figure is one that the paper has nowhere, in digits or in words.

    Only of a summary: a translation is held against its own sentence. Numerals are chosen so.
    """
    if text.is_complete or not new[0].isdigit():
        return True
    value = Decimal(new.replace(",", ""))
    plain = (figure for figure in figures(text.paper) if figure.count(".") < 2)  # noqa: PLR2004 - 1.2.3
    spelled = (n for n, word in enumerate(_SPELLED) if re.search(word, text.paper, re.IGNORECASE))
    return value not in {*map(Decimal, plain), *map(Decimal, spelled)}
