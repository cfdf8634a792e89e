"""The checks on a translation: what they find, and what correct Chinese they leave alone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from newsletter.demo.samples import load_samples
from newsletter.fidelity.checks import check_masked, check_summary, hard_only
from newsletter.fidelity.findings import EXCERPT, Draft, Violation
from newsletter.fidelity.glossary import built_in
from newsletter.fidelity.hedges import check_hedges
from newsletter.fidelity.intrusions import check_addresses, check_kana
from newsletter.fidelity.masking import MaskedPaper
from newsletter.fidelity.passages import Passage
from newsletter.fidelity.praise import check_praise
from newsletter.fidelity.terms import check_terms
from newsletter.fidelity.text import clean
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
        ("abstract_zh", "降低", "we lower the cost of the dense model a lot 降低", "untranslated"),
        ("abstract_zh", "降低了开销", "這種開銷", "traditional"),
        ("abstract_zh", "降低", "见 evil.example/x，降低", "addresses"),
        ("abstract_zh", "降低", "见t.me/x，降低", "addresses"),
        ("abstract_zh", "降低", "见 ｔ．ｍｅ／ｘ，降低", "addresses"),
        ("abstract_zh", "降低", "见 ..evil.example:80/x，降低", "addresses"),
        ("abstract_zh", "降低", "见 evil.com。降低", "addresses"),
        ("abstract_zh", "降低", "见 www.evil.museum，降低", "addresses"),
        ("abstract_zh", "降低", "见 ipfs://x，降低", "addresses"),
        ("abstract_zh", "降低", "见 https://例子.中国，降低", "addresses"),
        ("abstract_zh", "降低", "写信给me@evil.example，降低", "addresses"),
        ("abstract_zh", "降低", "见 evil.net，降低", "addresses"),
        ("abstract_zh", "降低", "见 evil.vip。降低", "addresses"),
        ("abstract_zh", "降低", "点击.中国，降低", "addresses"),
        ("abstract_zh", "降低", "点击．公司，降低", "addresses"),
        ("abstract_zh", "降低", "加微信，降低", "contacts"),
        ("abstract_zh", "降低", "降低 ᴇᴠɪʟ.ᴄᴏᴍ", "characters"),
        ("abstract_zh", "降低", "降低 n^n", "characters"),
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
        ("12 个", "十二个"),
        (r"$2.5\%$", "2.5%"),
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


def _judged(check: Callable[[Passage], Iterator[Violation]]) -> list[Violation]:
    """Return what one check says of all that the demonstration shows in Chinese."""
    found: list[Violation] = []
    for sample in load_samples().samples:
        paper, summary = sample.paper, sample.summary
        both = f"{paper.title} {paper.abstract}"
        for field, english, chinese in (
            ("title_zh", paper.title, summary.title_zh),
            ("summary_zh", both, summary.summary_zh),
            ("abstract_zh", paper.abstract, summary.abstract_zh),
        ):
            found += check(Passage(field, english, chinese, english))
    return found


@pytest.mark.parametrize(
    ("check", "severities"),
    [
        (check_hedges, {"hard", "soft"}),
        (partial(check_terms, glossary=built_in()), {"hard"}),
        (check_praise, {"hard"}),
    ],
    ids=["hedges", "terms", "praise"],
)
def test_the_samples_are_clean(
    check: Callable[[Passage], Iterator[Violation]], severities: set[str]
) -> None:
    """Correct Chinese has no hard finding, and of hedges no soft one either."""
    assert [] == [one for one in _judged(check) if one.severity in severities]


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


def test_addresses_and_kana_of_the_english_are_allowed() -> None:
    """What the paper itself gives may be repeated, however Chinese stands around it."""
    source = "see t.me/x, (https://a.example/x), me@a.example; github.com, ASP.NET-like or の."
    chinese = "见t.me/x，https://a.example/x上的me@a.example，GitHub.com、の与 ASP.NET 1.5/2.0。"
    assert not list(check_addresses("abstract_zh", source, clean(chinese)))
    assert not list(check_kana("abstract_zh", source, clean("の・")))


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
    draft = Draft(title_zh="费用", abstract_zh="费用为 $5 而非 $6，涵盖全部 {v in V}。")
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
