"""Praise: in the Chinese only where the English gives it."""

import time

import pytest

from newsletter.fidelity.findings import Violation
from newsletter.fidelity.passages import Passage
from newsletter.fidelity.praise import MAX_FINDINGS, check_praise


def _check(english: str, chinese: str, field: str = "abstract_zh") -> list[Violation]:
    return list(check_praise(Passage(field, english, chinese, english)))


def _told(english: str, chinese: str, field: str = "abstract_zh") -> list[tuple[str, str]]:
    return [(one.severity, one.text) for one in _check(english, chinese, field)]


@pytest.mark.parametrize("field", ["title_zh", "summary_zh", "abstract_zh"])
@pytest.mark.parametrize(
    ("chinese", "expected"),
    [
        ("我们首次提出一种方法。", "首次"),
        ("这是首个系统。", "首个"),
        ("我们首创该方法。", "首创"),
        ("它是最先进的方法。", "最先进"),
        ("性能达到世界领先水平。", "世界领先"),
        ("它处于领先地位。", "领先"),
        ("这一突破性成果有用。", "突破性"),
        ("取得了重大突破。", "重大突破"),
        ("这是革命性的。", "革命性"),
        ("这是颠覆性的。", "颠覆性"),
        ("这是开创性的。", "开创性"),
        ("表现卓越。", "卓越"),
        ("完美地解决问题。", "完美"),
        ("这是史无前例的。", "史无前例"),
        ("效果无与伦比。", "无与伦比"),
        ("达到国际一流水平。", "国际一流"),
        ("这是一流的系统。", "一流的"),
        ("效果惊人。", "惊人"),
    ],
)
def test_praise_of_its_own_is_hard(field: str, chinese: str, expected: str) -> None:
    """In every field, where a plain or a novel method is all that the English has."""
    found = _told("We present a novel method and test it on 5 tasks.", chinese, field)
    assert ("hard", expected) in found


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("We present the first method.", "我们首次提出该方法。"),
        ("For the first time, it works.", "它首次奏效。"),
        ("The initial answer counts.", "以首次回答为准。"),
        ("A state-of-the-art method.", "最先进的方法。"),
        ("It leads by 2 points.", "它领先 2 个百分点。"),
        ("It is world-class.", "它达到世界一流水平。"),
        ("This is a breakthrough.", "这是突破性的。"),
        ("A pioneering study.", "一项开创性研究。"),
        ("Perfect information games.", "完美信息博弈。"),
        ("Imperfect data.", "不完美的数据。"),
        ("An unprecedented scale.", "前所未有的规模。"),
        ("A surprising result.", "惊人的结果。"),
        ("First, we train it.", "首先，我们训练它。"),
        ("It ranks highest.", "它排名第一。"),
        ("This pipeline is short.", "这一流程的步骤很少。"),
        ("It is a single-stream model.", "这是单一流的模型。"),
        ("It is a significant gain.", "这是显著的提升。"),
    ],
)
def test_praise_that_the_english_gives_is_right(english: str, chinese: str) -> None:
    """And so are ordinary words that only look like praise."""
    assert [] == _told(english, chinese)


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        ("We first train it.", "我们首次训练它。", "首次"),
        ("The latest method wins.", "最先进的方法获胜。", "最先进"),
        ("It has strong results.", "它表现卓越。", "卓越"),
        ("We present a method.", "提升显著。", "显著"),
        ("We study it.", "填补了这一空白。", "填补了这一空白"),
    ],
)
def test_what_may_have_been_meant_is_soft(english: str, chinese: str, expected: str) -> None:
    """It is only reported."""
    assert [("soft", expected)] == _told(english, chinese)


def test_the_support_must_stand_in_the_same_sentence() -> None:
    """Another sentence's "first" excuses nothing."""
    english = "We present the first map of 12 lakes. It holds 57 rivers."
    chinese = "我们提出 12 个湖泊的首张地图。它首次收录 57 条河流。"

    assert [("hard", "首次")] == _told(english, chinese)


def test_findings_are_limited_and_messages_tell_what_to_do() -> None:
    """One for each place, up to a limit."""
    found = _check("A method.", "首次" * 100)

    assert MAX_FINDINGS == len(found)
    assert "首次 is praise that the English does not give; leave it out" == found[0].message


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "首次" * 50_000, "填补了" * 33_000, "一流" * 50_000, "first-" * 16_000],
    ids=["letters", "first", "gap", "class", "english"],
)
def test_hostile_text_costs_little(text: str) -> None:
    """The time grows with the length only."""
    start = time.process_time()
    _check(text, text)

    assert 2 > time.process_time() - start
