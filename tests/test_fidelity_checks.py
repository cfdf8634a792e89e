"""The checks on a translation: what they find, and what correct Chinese they leave alone."""

from dataclasses import replace
from decimal import Decimal

import pytest

from newsletter.fidelity.checks import check_masked, check_summary, hard_only
from newsletter.fidelity.figures import check_numbers
from newsletter.fidelity.findings import EXCERPT, Draft
from newsletter.fidelity.intrusions import check_addresses, check_kana
from newsletter.fidelity.masking import MaskedPaper
from newsletter.fidelity.numerals import chinese_values, numbers, numeral_value
from newsletter.fidelity.text import clean
from newsletter.fidelity.wording import check_characters, check_length, check_wording
from newsletter.papers import ArxivId, Paper

PAPER = Paper(
    id=ArxivId("2605.00001"),
    title="Sample-Net: Sparse Attention for $n$-Body Problems",
    abstract=(
        r"Attention costs $O(n^2)$ in the number of tokens. We present Sample-Net, a sparse model "
        r"with 0.5B parameters that lowers the cost. On 12 data sets it gains $2.5\%$ over the "
        r"dense model and beats GPT-4 in 18 of 20 cases. Code: https://a.example/code."
    ),
    authors=(),
    categories=(),
)
DRAFT = Draft(
    title_zh="Sample-Net：面向 $n$ 体问题的稀疏注意力",
    summary_zh="提出 5 亿参数的稀疏模型 Sample-Net，提高 2.5%。",
    abstract_zh=(
        "注意力的开销为词元数的 $O(n^2)$。我们提出稀疏模型 Sample-Net，它有 5 亿参数，降低了开销。"
        r"在 12 个数据集上，它比稠密模型提高 $2.5\%$，并在 20 个案例中的 18 个上优于 GPT-4。"
        "代码：https://a.example/code。"
    ),
)


def found(draft: Draft, paper: Paper = PAPER) -> set[tuple[str, str, str]]:
    """Return check, severity and field of each violation."""
    return {(v.check, v.severity, v.field) for v in check_summary(paper, draft)}


def test_good_chinese_passes() -> None:
    """A faithful translation has no violation, with and without a summary."""
    assert not check_summary(PAPER, DRAFT)
    assert not check_summary(PAPER, replace(DRAFT, summary_zh=""))


@pytest.mark.parametrize(
    ("field", "old", "new", "check"),
    [
        ("abstract_zh", "$O(n^2)$", "", "formulas"),
        ("abstract_zh", "$O(n^2)$", "$O(n^3)$", "formulas"),
        ("abstract_zh", "$O(n^2)$", "$O(n^2)$$O(n^2)$", "formulas"),
        ("abstract_zh", "https://a.example/code", "https://b.example/code", "formulas"),
        ("abstract_zh", "12 个", "13 个", "numbers"),
        ("abstract_zh", "12 个", "多个", "numbers"),
        ("abstract_zh", "5 亿", "0.5 亿", "numbers"),
        ("abstract_zh", "5 亿", "50 亿", "numbers"),
        ("abstract_zh", "18 个", "20 个", "numbers"),
        ("abstract_zh", "GPT-4", "GPT-5", "numbers"),
        ("abstract_zh", r"$2.5\%$", "25%", "numbers"),
        ("abstract_zh", "降低", "降\u200b低", "characters"),
        ("abstract_zh", "降低", "降\u202e低", "characters"),
        ("abstract_zh", "降低", "降\t低", "characters"),
        ("abstract_zh", "降低", "降\ufffd低", "characters"),
        ("abstract_zh", "降低", "<b>降低</b>", "markup"),
        ("abstract_zh", "降低", "**降低**", "markup"),
        ("abstract_zh", "降低", "&nbsp;降低", "markup"),
        ("abstract_zh", "降低", "[降低](x)", "markup"),
        ("abstract_zh", "降低", "javascript:降低", "markup"),
        ("abstract_zh", "注意力的", "抱歉，注意力的", "refusal"),
        ("abstract_zh", "注意力的", "作为一个人工智能语言模型，我认为注意力的", "refusal"),
        ("abstract_zh", "注意力的", "以下是中文翻译：注意力的", "echo"),
        ("abstract_zh", "降低", "abstract_zh 降低", "echo"),
        ("abstract_zh", "降低", "PAPER-0123456789abcdef 降低", "echo"),
        ("abstract_zh", "降低了开销", "降低了开销" * 5, "repetition"),
        ("abstract_zh", "降低", "降" * 9, "repetition"),
        ("abstract_zh", "降低", "降低它的一切" * 4, "repetition"),
        ("abstract_zh", "降低", "we lower the cost of the dense model a lot 降低", "language"),
        ("abstract_zh", "降低了开销", "這種開銷", "language"),
        ("abstract_zh", "降低", "见 evil.example/x，降低", "addresses"),
        ("abstract_zh", "降低", "见t.me/x，降低", "addresses"),
        ("abstract_zh", "降低", "见 ｔ．ｍｅ／ｘ，降低", "addresses"),
        ("abstract_zh", "降低", "见 ..evil.example:80/x，降低", "addresses"),
        ("abstract_zh", "降低", "见 evil.com。降低", "addresses"),
        ("abstract_zh", "降低", "见 www.evil.museum，降低", "addresses"),
        ("abstract_zh", "降低", "见 ipfs://x，降低", "addresses"),
        ("abstract_zh", "降低", "见 https://例子.中国，降低", "addresses"),
        ("abstract_zh", "降低", "写信给me@evil.example，降低", "addresses"),
        ("summary_zh", "提出", "t.me/x 提出", "addresses"),
        ("title_zh", "面向", "t.me/x 面向", "addresses"),
        ("abstract_zh", "降低", "降の低", "language"),
        ("abstract_zh", "降低", "降ｶ低", "language"),
        ("abstract_zh", "降低", "降\u2028低", "characters"),
        ("abstract_zh", "降低", "降\u2029低", "characters"),
        ("abstract_zh", "降低", "降\ufffe低", "characters"),
        ("title_zh", "$n$", "", "formulas"),
        ("title_zh", "面向", "2 个面向", "numbers"),
        ("summary_zh", "2.5%", "3.5%", "numbers"),
        ("summary_zh", "提出", "$x$ 提出", "formulas"),
        ("summary_zh", "提出", "<i>提出", "markup"),
    ],
)
def test_each_defect(field: str, old: str, new: str, check: str) -> None:
    """Each planted defect is found, as hard, in its field, by its check."""
    text = getattr(DRAFT, field)
    assert old in text
    broken = replace(DRAFT, **{field: text.replace(old, new, 1)})
    assert (check, "hard", field) in found(broken)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("5 亿", "0.5B"),
        ("5 亿", "500M"),
        ("5 亿", "5.0 亿"),
        ("5 亿", "500 million "),
        ("12 个", "十二个"),
        (r"$2.5\%$", "2.5%"),
        (r"$2.5\%$", r"2.5\%"),
        (r"$2.5\%$", "2.5 个百分点"),
        ("20 个案例中的 18 个", "18/20 个案例"),
        ("$O(n^2)$", "$ O(n^2) $"),
    ],
)
def test_correct_variants(old: str, new: str) -> None:
    """Other correct ways to say it are left alone."""
    assert old in DRAFT.abstract_zh
    draft = replace(DRAFT, abstract_zh=DRAFT.abstract_zh.replace(old, new))
    assert not hard_only(check_summary(PAPER, draft))


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("a 2D map", "二维地图"),
        ("a 3D map in 3D", "三维地图"),
        ("50% of them", "其中一半"),
        ("30% of them", "其中三成"),
        ("2x faster", "速度翻倍"),
        ("1/3 of them", "其中三分之一"),
        ("0-shot", "零样本"),
        ("10,000 steps", "1 万步"),
        ("10K steps", "10000 步"),
        ("1.2 trillion tokens", "1.2 万亿词元"),
        ("2 hundred steps", "200 步"),
        ("in the 1990s", "在 20 世纪 90 年代"),
        ("two models", "2 个模型"),
        ("in June 2026", "2026 年 6 月"),
        ("an order of magnitude", "10 倍"),
        ("half of them", "其中 50%"),
        ("five hundred steps", "500 步"),
        ("Qwen2.5-7B beats Qwen2.5-3B and Qwen2.5-7B", "Qwen2.5-7B 优于 Qwen2.5-3B"),
        ("Sample 2 is; Sample 2 does", "Sample 2 是"),
        ("a range of 5-10%", "5% 至 10% 的范围"),
        ("7B models", "7 B 模型"),
        ("3 百 steps", "300 步"),
        ("100 kilometres and 5 km", "100 千米与 5 千米"),
        ("5 percentage points", "5 百分点"),
        ("a 24-hour day", "24 小时"),
        ("version 1.2.3", "版本 1.2.3"),
    ],
)
def test_numbers_left_alone(english: str, chinese: str) -> None:
    """What Chinese writes in another way is no violation."""
    violations = tuple(check_numbers("abstract_zh", english, chinese, complete=True))
    assert not hard_only(violations)


@pytest.mark.parametrize(
    ("english", "chinese", "text"),
    [
        ("gains 5%", "提高 5", "%"),
        ("costs 64 units", "开销 46 单位", "64"),
        ("costs 64 units", "开销 46 单位", "46"),
        ("5 of 50 and 5 of 60", "50 与 60", "5"),
        ("15 of 50 and 15 of 60", "50 中的 15，60", "15"),
        ("7B", "70 亿与 7 万亿", "7 万亿"),
        ("many", "9 个", "9"),
    ],
)
def test_numbers_found(english: str, chinese: str, text: str) -> None:
    """A number lost, changed, or invented is named."""
    violations = check_numbers("abstract_zh", english, chinese, complete=True)
    assert text in {violation.text for violation in violations if violation.severity == "hard"}


def test_a_number_said_too_often_is_soft() -> None:
    """Repeating a number that is in the English is only reported; in a summary it is nothing."""
    violations = tuple(check_numbers("abstract_zh", "15 steps", "15 步，即 15 步", complete=True))
    assert [(v.text, v.severity) for v in violations] == [("15", "soft")]
    assert not list(check_numbers("summary_zh", "15 of 20", "15 与 15", complete=False))


def test_reading_numbers() -> None:
    """Digits are read with scale, and those of names are marked."""
    read = numbers("GPT-4 has 1,000 of 2.5K and .5 in 3 千 3 千米 12,34")
    assert [
        ("4", {4}, True),
        ("1,000", {1000}, False),
        ("2.5K", {2500, Decimal("2.5")}, False),
        (".5", {Decimal("0.5")}, False),
        ("3 千", {3000, 3}, False),
        ("3", {3}, False),
        ("12", {12}, False),
        ("34", {34}, False),
    ] == [(number.text, set(number.values), number.in_name) for number in read]


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("三百二十", 320),
        ("十二", 12),
        ("两亿三千万", 230_000_000),
        ("一万亿", 10**12),
        ("万", 10_000),
        ("零", 0),
        ("一百零五", 105),
    ],
)
def test_chinese_numerals(numeral: str, value: int) -> None:
    """Chinese numerals have their value."""
    assert value == numeral_value(numeral)
    assert Decimal(value) in chinese_values(f"共{numeral}个")


def test_length() -> None:
    """Truncated and padded abstracts are hard, unusual ones soft, short texts are not judged."""
    english = "x" * 1000
    severities = {
        size: [v.severity for v in check_length("abstract_zh", english, "中" * size)]
        for size in (149, 150, 199, 200, 500, 501, 900, 901)
    }
    assert severities == {
        149: ["hard"],
        150: ["soft"],
        199: ["soft"],
        200: [],
        500: [],
        501: ["soft"],
        900: ["soft"],
        901: ["hard"],
    }
    assert not list(check_length("abstract_zh", "x" * 199, "中"))


def test_truncated_abstract() -> None:
    """The check on length is part of the whole."""
    assert ("length", "hard", "abstract_zh") in found(replace(DRAFT, abstract_zh="注意力。"))


def test_empty_fields() -> None:
    """Title and abstract must be there; a summary need not."""
    assert {("empty", "hard", "title_zh"), ("empty", "hard", "abstract_zh")} <= found(
        Draft(title_zh=" ", abstract_zh="")
    )


def test_english_instead_of_chinese() -> None:
    """English prose is no translation; a title that is all names may stay."""
    english = Draft(title_zh="Sparse attention", abstract_zh=PAPER.abstract)
    assert ("language", "hard", "abstract_zh") in found(english)
    names = replace(PAPER, title="AlphaZero")
    assert ("language", "hard", "title_zh") not in found(
        replace(DRAFT, title_zh="AlphaZero"), names
    )
    prose = replace(PAPER, title="How to teach machines what we want")
    assert ("language", "hard", "title_zh") in found(
        replace(DRAFT, title_zh="How to teach machines what we want"), prose
    )


def test_what_the_english_has_is_allowed() -> None:
    """Markup and refusals that the paper itself speaks of are no defects."""
    english = 'Models say "I\'m sorry" inside <think> tags, **often** &amp; loud loud loud.'
    chinese = "模型在 <think> 标记内 **often** &amp; 说 I'm sorry。"
    assert not list(check_wording("abstract_zh", english, chinese))


def test_addresses_and_kana_of_the_english_are_allowed() -> None:
    """What the paper itself gives may be repeated, however Chinese stands around it."""
    source = "see t.me/x, (https://a.example/x), me@a.example; github.com or の."
    chinese = "见t.me/x，https://a.example/x上的me@a.example，GitHub.com、の与 ASP.NET 1.5/2.0。"
    assert not list(check_addresses("abstract_zh", source, clean(chinese)))
    assert not list(check_kana("abstract_zh", source, clean("の・")))


def test_one_traditional_character_is_soft() -> None:
    """A single Traditional character may be a name; three are another script."""
    one = list(check_wording("abstract_zh", "x", "研究這个问题"))
    assert [(v.check, v.severity, v.text) for v in one] == [("language", "soft", "這")]
    assert not list(check_wording("abstract_zh", "x", "简体中文，㐀"))


def test_a_sentence_said_twice() -> None:
    """The same sentence twice is a loop in the making."""
    sentence = "该方法在多个数据集上优于现有的稠密模型"
    twice = list(check_wording("abstract_zh", "x", f"{sentence}。其他。{sentence}。"))
    assert [("repetition", sentence)] == [(v.check, v.text) for v in twice]
    assert not list(check_wording("abstract_zh", "x", f"{sentence}。其他。" + "强化学习与" * 3))


def test_character_names() -> None:
    """Invisible characters are reported by their code, each once, never as themselves."""
    (violation,) = check_characters("title_zh", "a\u202e\u202e\x00")
    assert (violation.text, violation.message) == (
        "U+0000, U+202E",
        "control or invisible characters: U+0000, U+202E",
    )


def test_excerpts_are_bounded() -> None:
    """A violation quotes little of a hostile text."""
    draft = replace(DRAFT, abstract_zh="<a " + "x" * 190 + ">")
    assert all(len(v.text) <= EXCERPT for v in check_summary(PAPER, draft))


MASKED = MaskedPaper(
    "Net for {v1}",
    "The cost is {v2}, not {v3}, on 12 sets.",
    ("$n$", "$a$", "$b$"),
)
ANSWER = Draft(
    title_zh="面向 {v1} 的网络",
    summary_zh="开销为 {v2}。",
    abstract_zh="在 12 个集合上，开销为 {v2}，而非 {v3}。",
)


@pytest.mark.parametrize(
    ("field", "old", "new", "text"),
    [
        ("abstract_zh", "{v3}", "", "{v3}"),
        ("abstract_zh", "{v3}", "{v2}", "{v2}"),
        ("abstract_zh", "{v3}", "{v3}{v3}", "{v3}"),
        ("abstract_zh", "{v3}", "{v3}{v1}", "{v1}"),
        ("abstract_zh", "{v3}", "{V3}", "{v3}"),
        ("title_zh", "{v1}", "{v2}", "{v2}"),
        ("summary_zh", "{v2}", "{v9}", "{v9}"),
        ("abstract_zh", "{v3}", "{v３}", "{v3}。"),
        ("abstract_zh", "{v3}", "{v3} ｛v3｝", "{v3}"),
        ("abstract_zh", "{v3}", "{v3} {V 3}", "{V 3}。"),
        ("summary_zh", "{v2}", "{v2", "{v2。"),
    ],
)
def test_placeholders(field: str, old: str, new: str, text: str) -> None:
    """Placeholders are equal in title and abstract; the summary invents none."""
    assert not check_masked(MASKED, ANSWER)
    broken = replace(ANSWER, **{field: getattr(ANSWER, field).replace(old, new)})
    violations = check_masked(MASKED, broken)
    assert ("placeholders", "hard", field, text) in {
        (v.check, v.severity, v.field, v.text) for v in violations
    }


@pytest.mark.parametrize("field", ["title_zh", "summary_zh", "abstract_zh"])
@pytest.mark.parametrize("added", ["\\", "＼", "$", r"$\url{x}$", "＄"])
def test_tex_beside_placeholders(field: str, added: str) -> None:
    """An answer that still has placeholders holds no TeX of its own."""
    broken = replace(ANSWER, **{field: getattr(ANSWER, field) + added})
    found_there = {(v.check, v.severity, v.field) for v in check_masked(MASKED, broken)}
    assert ("formulas", "hard", field) in found_there


def test_signs_of_the_masked_english() -> None:
    """Money and sets that travel as plain text may be repeated."""
    paper = MaskedPaper("Costs", "It costs $5 and not $6 for {v in V} on all of it.", ())
    draft = Draft(title_zh="费用", abstract_zh="{v in V} 的费用为 $5 而非 $6。")
    assert not hard_only(check_masked(paper, draft))


def test_addresses_beside_placeholders() -> None:
    """An address is not hidden by what is blanked before the other checks."""
    broken = replace(ANSWER, title_zh="面向 {v1} 的网络，见 https://evil.example/x")
    assert ("addresses", "title_zh") in {(v.check, v.field) for v in check_masked(MASKED, broken)}


def test_summary_may_repeat_placeholders() -> None:
    """The summary uses any of the paper's, as often as it likes."""
    free = replace(ANSWER, summary_zh="{v1} 的开销为 {v3}，即 {v3}。")
    assert not check_masked(MASKED, free)


def test_other_checks_run_on_masked_text_too() -> None:
    """Numbers and wording are looked at before the spans are put back."""
    wrong = replace(ANSWER, abstract_zh="在 13 个集合上，<b>开销\u200b为 {v2}，而非 {v3}。")
    assert {"numbers", "markup", "characters"} == {v.check for v in check_masked(MASKED, wrong)}
