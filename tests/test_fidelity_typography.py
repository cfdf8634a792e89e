"""Tests on Chinese typography by code."""

import re
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.demo.samples import load_samples
from newsletter.fidelity.typography import check_typography, polish


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("检索,减少幻觉", "检索，减少幻觉"),
        ("模型(LLM)在", "模型（LLM）在"),
        ("如(图 1)所示.", "如（图 1）所示。"),
        ("用M2R在3个任务上达到88.7%的", "用 M2R 在 3 个任务上达到 88.7% 的"),
        ("降至 5 %.", "降至 5%。"),
        ("优于 GPT-4.", "优于 GPT-4。"),
        ("为{v1},即$x, y$的", "为 {v1}，即 $x, y$ 的"),
        ('称为"边检索边生成"的', "称为“边检索边生成”的"),
        ("<<论语>>与......", "《论语》与……"),
        ("很多。。。", "很多……"),
        ("问题: 为何?因为; 所以!", "问题：为何？因为；所以！"),
        ("中 文 ， 空格", "中文，空格"),
        ("比例 3:1, 10,000 步", "比例 3:1, 10,000 步"),
        ("只需 O(n) 步", "只需 O(n) 步"),
        ("见 https://a.example/b,c.d 与", "见 https://a.example/b,c.d 与"),
        ("1–3% 与 Adam, SGD, and RMSProp 等", "1–3% 与 Adam, SGD, and RMSProp 等"),
        ("方法e.g. 等", "方法 e.g. 等"),
        ("((图))中", "（（图））中"),
        ('English (as is) "x".', 'English (as is) "x".'),
        ('奇数个"引号', '奇数个"引号'),
    ],
)  # fmt: skip
def test_polish(text: str, printed: str) -> None:
    """Marks beside Chinese become full-width, one space stands beside Latin, the rest stays."""
    assert printed == polish(text)


def test_without_spacing() -> None:
    """The space beside Latin is a setting."""
    assert polish("用 M2R 在3 个任务上", spacing=False) == "用M2R在3个任务上"


def test_samples_are_printed_well() -> None:
    """The demonstration's Chinese needs no change."""
    for sample in load_samples().samples:
        summary = sample.summary
        for text in (summary.title_zh, summary.summary_zh, summary.abstract_zh):
            assert text == polish(text)
            assert not list(check_typography("abstract_zh", text))


PIECES = st.lists(
    st.sampled_from(
        [*'中文,.;:?!()"<>…。，（）“” 1a%', "{v1}", "$x, y$", "GPT-4", "...", "<<", ">>", "3:1"]
    ),
    max_size=25,
).map("".join)


@given(PIECES, st.booleans())
def test_properties(text: str, spacing: bool) -> None:
    """Polishing twice is polishing once; letters, digits and Chinese stay as many."""
    printed = polish(text, spacing=spacing)
    assert printed == polish(printed, spacing=spacing)
    assert Counter(re.findall(r"\w", text)) == Counter(re.findall(r"\w", printed))
    assert text.count("{v1}") == printed.count("{v1}")


def test_findings() -> None:
    """Half-width marks are counted, softly, and the first is quoted with its neighbours."""
    (found,) = check_typography("title_zh", "检索增强与事实性,减少(幻觉)的办法")
    assert ("soft", "title_zh", "增强与事实性,减少(幻觉)") == (
        found.severity,
        found.field,
        found.text,
    )
    assert "3 half-width marks beside Chinese; write them full-width" == found.message
    assert not list(check_typography("title_zh", "a, b"))
    (one,) = check_typography("title_zh", "中,文")
    assert ("中,文", "1 half-width mark beside Chinese; write it full-width") == (
        one.text,
        one.message,
    )
    assert ["50"] == [v.message[:2] for v in check_typography("title_zh", "中,文" * 50)]


@pytest.mark.parametrize(
    "piece", ["中,", "(", "中(", '"', "<<", "...", " ", "中 ", "$a", "{v1}", "a."]
)
def test_hostile_lengths(piece: str) -> None:
    """A hundred thousand hostile characters are printed in little time."""
    begin = time.process_time()
    polish("中" + piece * (100_000 // len(piece)))
    assert time.process_time() - begin < 5
