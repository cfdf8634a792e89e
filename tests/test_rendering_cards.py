"""What a card shows at each density, with and without Chinese, and of hostile metadata."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rendering_samples import (
    LINKS,
    MASTHEAD,
    make_digest,
    make_entry,
    make_paper,
    make_summary,
    tree_of,
)

from newsletter.papers import AnnounceType, ArxivId, Summary
from newsletter.rendering.cards import card_of
from newsletter.rendering.links import link_label, safe_links
from newsletter.rendering.renderer import Renderer
from newsletter.rendering.wording import clean, clip, english_moment, excerpt, missing_label, moment
from newsletter.subscribers import Density
from newsletter.taxonomy import chinese_name, english_name

FAILED = "译文未通过校验，附原文"
LEFT_OUT = "概要未通过校验，已略去"
NO_CHINESE = Summary(paper_id=ArxivId("2605.00001"), reason="not_ready")


@pytest.mark.parametrize(
    ("density", "shown"),
    [
        (Density.FULL, {"authors", "categories", "comment", "summary", "abstract_zh", "abstract"}),
        (Density.ABSTRACT, {"authors", "categories", "comment", "summary", "abstract_zh"}),
        (Density.BRIEF, {"authors", "categories", "summary"}),
        (Density.TITLE, set()),
    ],
)
def test_densities(density: Density, shown: set[str]) -> None:
    """Each density shows its own fields, and titles and links always."""
    card = card_of(make_entry(density=density, paper=make_paper(comment="10 pages")))
    optional = ("authors", "categories", "comment", "label", "summary", "abstract_zh", "abstract")
    assert shown == {name for name in optional if getattr(card, name)}
    assert (
        card.title,
        card.title_zh,
        card.abs_url,
    ) == ("Sample Paper 1", "示例论文 1", "https://arxiv.org/abs/2605.00001")


@pytest.mark.parametrize(
    ("density", "label", "abstract"),
    [
        (Density.FULL, "译文未能按时完成，附原文", make_paper().abstract),
        (Density.ABSTRACT, "译文未能按时完成，附原文", make_paper().abstract),
        (Density.BRIEF, "译文未能按时完成，附原文", r"We sample $8\times$ faster. It costs $5."),
    ],
)
def test_without_chinese(density: Density, label: str, abstract: str) -> None:
    """English stands in for missing Chinese, labelled once, two sentences of it at `brief`."""
    card = card_of(make_entry(density=density, summary=NO_CHINESE))
    assert (label, abstract, "", "") == (
        card.label,
        card.abstract,
        card.title_label,
        card.summary_label,
    )


@pytest.mark.parametrize(
    ("reason", "label"),
    [
        ("invalid_answer", FAILED),
        ("not_ready", "译文未能按时完成，附原文"),
        ("no_model", "暂无中文标题"),
        ("", "暂无中文标题"),
    ],
)
def test_a_title_without_chinese(reason: str, label: str) -> None:
    """At `title` the English title stands in for the Chinese one, with the reason in its place."""
    missing = replace(NO_CHINESE, reason=reason)
    card = card_of(make_entry(density=Density.TITLE, summary=missing))
    assert (label, "", "") == (card.title_label, card.label, card.abstract)


# What failed ─► title label, summary label, label, and which texts are shown.
PARTLY = {
    ("title_zh", Density.FULL): (FAILED, "", "", "summary abstract_zh abstract"),
    ("title_zh", Density.ABSTRACT): (FAILED, "", "", "summary abstract_zh"),
    ("title_zh", Density.BRIEF): (FAILED, "", "", "summary"),
    ("title_zh", Density.TITLE): (FAILED, "", "", ""),
    ("abstract_zh", Density.FULL): ("", "", FAILED, "title_zh summary abstract"),
    ("abstract_zh", Density.ABSTRACT): ("", "", FAILED, "title_zh summary abstract"),
    ("abstract_zh", Density.BRIEF): ("", "", "", "title_zh summary"),
    ("abstract_zh", Density.TITLE): ("", "", "", "title_zh"),
    ("summary_zh", Density.FULL): ("", LEFT_OUT, "", "title_zh abstract_zh abstract"),
    ("summary_zh", Density.ABSTRACT): ("", LEFT_OUT, "", "title_zh abstract_zh"),
    ("summary_zh", Density.BRIEF): ("", "", "", "title_zh summary"),
    ("summary_zh", Density.TITLE): ("", "", "", "title_zh"),
    ("title_zh abstract_zh", Density.FULL): ("", "", FAILED, "summary abstract"),
    ("title_zh abstract_zh", Density.BRIEF): (FAILED, "", "", "summary"),
    ("title_zh summary_zh", Density.ABSTRACT): (FAILED, LEFT_OUT, "", "abstract_zh"),
    ("summary_zh abstract_zh", Density.ABSTRACT): ("", "", FAILED, "title_zh abstract"),
    ("summary_zh abstract_zh", Density.BRIEF): ("", "", FAILED, "title_zh abstract"),
}


@pytest.mark.parametrize(
    ("failed", "density"), PARTLY, ids=[f"{failed}-{density}" for failed, density in PARTLY]
)
def test_partly_chinese(failed: str, density: Density) -> None:
    """Chinese that passed is shown, English stands in for the rest, and a label says so once."""
    summary = make_summary(reason="invalid_answer", **dict.fromkeys(failed.split(), ""))
    entry = make_entry(density=density, summary=summary)
    card = card_of(entry)
    *labels, texts = PARTLY[failed, density]
    due = set(filter(None, labels))

    shown = [
        name for name in ("title_zh", "summary", "abstract_zh", "abstract") if getattr(card, name)
    ]
    assert labels == [card.title_label, card.summary_label, card.label]
    assert texts == " ".join(shown)

    renderer, digest = Renderer(MASTHEAD), make_digest(("sampling", (entry,)))
    html = str(tree_of(renderer.html(digest, LINKS)).text_content())
    for page in (html, renderer.text(digest, LINKS)):
        assert due == {label for label in (FAILED, LEFT_OUT) if label in page}
        assert all(page.count(label) == 1 for label in due)


def test_a_label_stands_where_the_chinese_would() -> None:
    """The title's label follows the English title, the abstract's precedes the English one."""
    renderer = Renderer(MASTHEAD)
    for failed, before, after in (
        ("title_zh", "Sample Paper 1", "Ada Sample"),
        ("abstract_zh", "概要 1。", "faster. It costs"),
        ("summary_zh", "Ada Sample", "第二句。"),
    ):
        entry = make_entry(summary=make_summary(reason="invalid_answer", **{failed: ""}))
        digest = make_digest(("sampling", (entry,)))
        html = str(tree_of(renderer.html(digest, LINKS)).body.text_content())
        label = LEFT_OUT if failed == "summary_zh" else FAILED
        for page in (html, renderer.text(digest, LINKS)):
            assert page.index(before) < page.index(label) < page.rindex(after)


def test_brief_without_summary() -> None:
    """A missing Chinese summary is replaced by the first sentences of the Chinese abstract."""
    card = card_of(make_entry(density=Density.BRIEF, summary=make_summary(summary_zh="")))
    assert (r"采样快 $8\times$。第二句。", "") == (card.summary, card.label)


@pytest.mark.parametrize(
    ("reason", "label"),
    [
        ("no_model", "未配置模型，以下为英文原文"),
        ("invalid_answer", "译文未通过校验，附原文"),
        ("not_ready", "译文未能按时完成，附原文"),
        ("pending", "译文未能按时完成，附原文"),
        ("too_long", "原文过长，未作翻译，附原文"),
        ("budget_spent", "今日翻译额度已用完，附原文"),
        ("content_refused", "模型服务未受理本篇，附原文"),
        ("model_unavailable", "模型服务暂时不可用，附原文"),
        ("model_account", "模型账户不可用，附原文"),
        ("a_reason_of_tomorrow", "暂无中文译文，附原文"),
    ],
)
def test_reasons(reason: str, label: str) -> None:
    """Each reason has its own honest label, an unknown one a general label."""
    assert label == missing_label(replace(NO_CHINESE, reason=reason))


def test_many_authors() -> None:
    """The HTML names eight authors and counts all; the text part has every name."""
    card = card_of(make_entry(paper=make_paper(authors=tuple(f"A{n}" for n in range(23)))))
    assert "A0, A1, A2, A3, A4, A5, A6, A7 等 23 人" == card.authors_short
    assert 23 == len(card.authors)


def test_cross_list() -> None:
    """A cross-listed paper is marked."""
    kinds = (AnnounceType.NEW, AnnounceType.CROSS, AnnounceType.REPLACE_CROSS)
    assert [False, True, True] == [card_of(make_entry(kind=kind)).is_cross for kind in kinds]


def test_category_names() -> None:
    """Categories carry their names; unknown ones and those without Chinese fall back."""
    assert "Machine Learning (cs.LG)" == english_name("cs.LG")
    assert "机器学习 (cs.LG)" == chinese_name("cs.LG")
    assert "Accelerator Physics (acc-phys)" == chinese_name("acc-phys")
    assert "<x>" == chinese_name("<x>")


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://github.com/a/b", ("https://github.com/a/b",)),
        ("http://github.com/a", ("https://github.com/a",)),
        ("http://lab.github.io/x", ("https://lab.github.io/x",)),
        ("http://plain.example/x", ("http://plain.example/x",)),
        ("javascript:alert(1)", ()),
        ("ftp://a.example/x", ()),
        ("https://user@evil.example/", ()),
        ("https://localhost/x", ()),
        ("https://[bad/x", ()),
        ('https://a.example/"onclick', ()),
        ("https://а.example/", ()),
        ("https://a.example/\r\nx", ()),
        ("https://a.example/" + "x" * 300, ()),
    ],
)
def test_links(address: str, safe: tuple[str, ...]) -> None:
    """Only plain web addresses become links."""
    assert safe == safe_links([address])


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "192.168.1.1", "router.local", "0x7f.1"])
def test_no_link_leads_into_a_private_network(host: str) -> None:
    """A reader's own router is no author's."""
    assert () == safe_links([f"http://{host}/"])


def test_links_are_few_and_distinct() -> None:
    """A paper has at most five links, none twice."""
    many = [f"https://a.example/{number // 2}" for number in range(20)]
    assert tuple(f"https://a.example/{number}" for number in range(5)) == safe_links(many)


def test_link_labels() -> None:
    """A code host is called code, anything else by its own name."""
    addresses = ("https://github.com/a", "https://www.lab.example/b", "https://notgithub.com/")
    assert ["代码", "lab.example", "notgithub.com"] == [link_label(a) for a in addresses]


def test_clean_removes_what_hides() -> None:
    """Control, bidirectional and zero-width characters, and lone surrogates, do not pass."""
    assert "ab cd\ne" == clean("a\u202e\u200bb\t c\x00d\ud800\r\n\n e ", 100)


def test_clean_bounds() -> None:
    """Text is cut to the limit, with an ellipsis."""
    assert "aaaa…" == clean("a" * 1000, 5)
    assert "abc" == clip("abc", 3)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One, e.g. this, is 0.5. Two! Three?", "One, e.g. this, is 0.5. Two!"),
        ("一。二！三。", "一。二！"),
        ("only one", "only one"),
        ("x" * 700, "x" * 599 + "…"),
    ],
)
def test_excerpt(text: str, first: str) -> None:
    """An excerpt is two sentences, English or Chinese, at most 600 characters."""
    assert first == excerpt(text)


def test_moment_in_the_readers_zone() -> None:
    """A moment is told in the reader's zone, and names it."""
    announced = datetime(2026, 5, 29, 0, 0, tzinfo=UTC)
    assert "2026 年 5 月 28 日 20:00（America/New_York）" == moment(announced, "America/New_York")
    assert "2026 年 5 月 29 日 08:00（北京时间）" == moment(announced, "Asia/Shanghai")
    assert "2026-05-29 08:00 (Beijing time)" == english_moment(announced, "Asia/Shanghai")


def test_hostile_lengths_are_bounded() -> None:
    """Metadata of a megabyte makes a card of a few kilobytes."""
    huge = "x" * 1_000_000
    paper = make_paper(title=huge, abstract=huge, comment=huge, categories=(huge,) * 99)
    card = card_of(make_entry(paper=paper))
    assert (
        len(card.title),
        len(card.abstract),
        len(card.comment),
        len(card.categories),
    ) == (400, 5_000, 400, 8)
