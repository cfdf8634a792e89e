"""Comparisons of two names: which is the better one."""

import pytest

from newsletter.fidelity.comparisons import check_comparisons
from newsletter.fidelity.passages import Passage


def turned(english: str, chinese: str) -> list[str]:
    """Return the words that turn a comparison round."""
    passage = Passage("abstract_zh", english, chinese, english)
    return [found.text for found in check_comparisons(passage)]


@pytest.mark.parametrize(
    ("chinese", "wrong"),
    [
        ("GPT-4 优于 Lantern。", "GPT-4 优于 Lantern"),
        ("Lantern 不如 GPT-4。", "Lantern 不如 GPT-4"),
        ("GPT-4 的准确率比 Lantern 高 3%。", "GPT-4 的准确率比 Lantern 高"),
        ("与 Lantern 相比，GPT-4 的准确率提高 3%。", "与 Lantern 相比，GPT-4 的准确率提高"),
    ],
)
def test_a_comparison_that_is_turned_round(chinese: str, wrong: str) -> None:
    """The Chinese prefers the other one: hard, with its words."""
    assert [wrong] == turned("Lantern consistently outperforms GPT-4 by 3%.", chinese)


@pytest.mark.parametrize(
    "chinese",
    [
        "Lantern 始终优于 GPT-4。",
        "GPT-4 不如 Lantern。",
        "Lantern 的准确率比 GPT-4 高 3%。",
        "与 GPT-4 相比，Lantern 的准确率提高 3%。",
        "GPT-4 的误差比 Lantern 低 3%。",
        "与 Lantern 相比，GPT-4 落后 3%。",
        "GPT-4 被 Lantern 超过。",
        "GPT-4 并不优于 Lantern。",
        "GPT-4 优于 BERT，而 Lantern 优于 GPT-4。",
        "二者都很好。",
    ],
)
def test_what_is_right_or_not_clear(chinese: str) -> None:
    """The same said in another way, denials, and what cannot be read are left alone."""
    assert [] == turned("Lantern consistently outperforms GPT-4 by 3%.", chinese)


@pytest.mark.parametrize(
    "english",
    [
        "Lantern does not show that it outperforms GPT-4; it never beats GPT-4.",
        "We ask whether Lantern outperforms GPT-4.",
        "Lantern and GPT-4 are compared.",
        "Lantern outperforms Lantern.",
    ],
)
def test_what_the_english_does_not_state(english: str) -> None:
    """A denial, a question, or no comparison at all asks for nothing."""
    assert [] == turned(english, "GPT-4 优于 Lantern。")


def test_a_change_that_is_turned_round() -> None:
    """From and to may not be exchanged; said in another order they may."""
    english = "Success rises from 48% to 1,071% of the old one."
    assert ["从 1,071% 升至 48%"] == turned(english, "成功率从 1,071% 升至 48%。")
    assert [] == turned(english, "成功率从 48% 升至 1,071%。")
    assert [] == turned("It rises from 5 to 5.", "从 5 升至 5。")


@pytest.mark.parametrize("unit", ["Lantern ", "A outperforms ", "比 A", "与 A 相比", "A优于"])
def test_hostile_texts_are_read_in_proportion(unit: str) -> None:
    """Forty thousand characters of anything end."""
    text = (unit * 40_000)[:40_000]
    assert turned(text, text) is not None
