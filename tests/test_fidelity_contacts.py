"""Tests on advertising, ways of contact and numbers to call that a paper does not have."""

import re
import time

import pytest

from newsletter.fidelity import contacts
from newsletter.fidelity.contacts import check_contacts
from newsletter.fidelity.passages import Passage


def found(chinese: str, english: str = "We study models.") -> list[tuple[str, str]]:
    """Return severity and text of what is found in an abstract."""
    given = Passage("abstract_zh", english, chinese, english)
    return [(one.severity, one.text) for one in check_contacts(given)]


@pytest.mark.parametrize(
    ("chinese", "text", "english"),
    [
        ("加微信咨询", "微信", "on WeChat"),
        ("加微.信", "微信", "on WeChat"),
        ("请扫码", "扫码", "scan the QR code"),
        ("见 QQ 与公众号", "QQ", "QQ and WeChat"),
        ("拨打电话", "拨打", "phone calls"),
        ("请联系我们", "联系我们", "contact us"),
        ("点击链接", "点击链接", "click the link"),
        ("转账与红包", "转账", "money transfers in red envelopes"),
    ],
)
def test_words(chinese: str, text: str, english: str) -> None:
    """A word of advertising is hard, unless the English has its like."""
    assert ("hard", text) in found(chinese)
    assert not found(chinese, english)


@pytest.mark.parametrize(
    ("run", "english"),
    [
        ("13812345678", "13812345678"),
        ("3 1 3 1 3 1 3", "3, 1, 3, 1, 3, 1, 3"),
        ("138-0013-8012", "138-0013-8012"),
        ("一三八零零", "13800"),
        ("壹 叁 捌 零 幺", "13801"),
    ],
)
def test_digits(run: str, english: str) -> None:
    """A run of five digits in any script is hard, unless its digits stand in the English."""
    assert ("hard", run) in found(f"见{run}。")
    assert not found(f"见{run}。", f"see {english}.")


@pytest.mark.parametrize(
    "chinese",
    [
        "隐私信息与细微信号之间的联系我们称为关联",
        "增加群体；当代写作；用户点击量；我们关注我国",
        "在 2024 一年中，每 1000 一一对应，共 12000 个，1,234,567 个",
        "二〇二六年，2019-2024 年",
    ],
)
def test_correct_chinese(chinese: str) -> None:
    """Words that only look like advertising, years and round numbers are left alone."""
    assert not found(chinese)


@pytest.mark.parametrize("piece", ["微", "1 ", "1", "一", "1 一 ", "1-", "微. ", "12 "])
def test_hostile_lengths(piece: str) -> None:
    """A hundred thousand hostile characters are judged in no time, with few findings."""
    begin = time.process_time()
    assert len(found((piece * 100_000)[:100_000])) <= 40
    assert time.process_time() - begin < 2


def test_every_row_is_looked_for_where_it_may_begin() -> None:
    """The list of first characters knows what each row begins with."""
    for chinese, _ in contacts._ROWS:
        bare = re.sub(r"\(\?<?[!=][^()]*\)", "", chinese)
        heads = re.match(r"\[([^\]]+)\]", bare)
        for char in heads[1] if heads else bare[0]:
            assert contacts._FIRST.match(char), bare
    assert all(contacts._FIRST.match(char) for char in "扫转汇")
