"""A whole digest as HTML and text: figures, budget, accessibility, hostile text."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from rendering_samples import (
    LINKS,
    MASTHEAD,
    make_digest,
    make_entry,
    make_paper,
    make_summary,
    many,
    tree_of,
)

from newsletter.digests import Digest
from newsletter.papers import ArxivId, Summary
from newsletter.rendering import Renderer
from newsletter.rendering.digest_html import wire_size
from newsletter.rendering.issue import preheader
from newsletter.rendering.shell import Shell
from newsletter.rendering.templates import environment, templates_folder
from newsletter.subscribers import Density

DIGEST = make_digest(
    ("sampling", (make_entry(1, keywords=("sampling", "S&P")), make_entry(2))),
    ("<i>", (make_entry(3, paper=make_paper(3, links=("https://github.com/a/b",))),)),
    notices=("stat 类的列表 <b>不完整</b>。",),
)
NO_CHINESE = Summary(paper_id=ArxivId("2605.00001"), reason="no_model")


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """Return a renderer; compiling takes a while, and it holds no state that shows."""
    return Renderer(MASTHEAD)


def addresses(text: str) -> set[str]:
    """Return every web address in text or HTML."""
    return set(re.findall(r"https?://[^\s\"<>）]+", text)) - {"http://www.w3.org/1999/xhtml"}


def test_subject(renderer: Renderer) -> None:
    """The subject holds name, date and count, and nothing that others wrote."""
    assert "晨刊 5 月 29 日：3 篇论文" == renderer.subject(DIGEST)
    assert "晨刊 5 月 29 日：没有命中关键词的论文" == renderer.subject(make_digest())


def test_html_says_what_it_is(renderer: Renderer) -> None:
    """Date, counts, time with its zone and notices are in the HTML, escaped."""
    page = renderer.html(DIGEST, LINKS)
    for expected in (
        "2026 年 5 月 29 日　星期五",
        "<b>3</b> 篇论文命中 <b>2</b> 个关键词。",
        "arXiv 于 2026 年 5 月 29 日 08:00（北京时间）公布",
        "stat 类的列表 &lt;b&gt;不完整&lt;/b&gt;。",
        "2 个关键词：sampling、S&amp;P",
        "&lt;i&gt; <span",
        "运营者：样例实验室　联系方式：daily@example.org",
        "采样快 8×。",
    ):
        assert expected in page


def test_arxiv_sentences(renderer: Renderer) -> None:
    """Both sentences that arXiv asks for are in both parts."""
    for part in (renderer.html(DIGEST, LINKS), renderer.text(DIGEST, LINKS)):
        assert "Thank you to arXiv for use of its open access interoperability." in part
        assert (
            "This service was not reviewed or approved by, nor does it necessarily express or "
            "reflect the policies or opinions of, arXiv." in part
        )


def test_structure(renderer: Renderer) -> None:
    """Language, direction, headings, presentation tables, and nothing from elsewhere."""
    page = renderer.html(DIGEST, LINKS)
    tree = tree_of(page)
    assert page.startswith("<!doctype html>")
    for element in (tree, tree.body):
        assert ("zh-CN", "ltr") == (element.get("lang"), element.get("dir"))
    assert [str(heading.tag) for heading in tree.xpath("//h1|//h2|//h3")] == [
        "h1",
        "h2",
        "h3",
        "h3",
        "h2",
        "h3",
    ]
    assert {"presentation"} == {table.get("role") for table in tree.iter("table")}
    assert not tree.xpath("//script|//form|//img|//link|//iframe|//object|//@onclick")
    assert not re.search(r"url\(|@import|data:|fonts\.g", page)


def test_dark_mode(renderer: Renderer) -> None:
    """Both metas are there, and the dark colours keep their `!important`."""
    page = renderer.html(DIGEST, LINKS)
    assert '<meta name="color-scheme" content="light dark">' in page
    assert '<meta name="supported-color-schemes" content="light dark">' in page
    assert re.search(r"prefers-color-scheme:dark\).*background:#181b1f !important", page)


def test_conditional_comments_are_balanced(renderer: Renderer) -> None:
    """Outlook's conditional comments survive premailer in pairs."""
    page = renderer.html(DIGEST, LINKS)
    assert page.count("<!--[if") == page.count("<![endif]-->") > 0


def test_no_slot_is_left(renderer: Renderer) -> None:
    """Every slot and every template expression was filled."""
    assert not re.search(r"zz_|\{\{|\{%", renderer.html(DIGEST, LINKS))


def test_same_links_in_both_parts(renderer: Renderer) -> None:
    """Text and HTML link to the same places."""
    page, text = renderer.html(DIGEST, LINKS), renderer.text(DIGEST, LINKS)
    assert addresses(text) == addresses(page)
    assert {LINKS.preferences, LINKS.unsubscribe, LINKS.view} <= addresses(text)
    assert {"https://arxiv.org/pdf/2605.00003", "https://github.com/a/b"} <= addresses(text)


def test_text_order(renderer: Renderer) -> None:
    """The text part has the fields of a paper in the sample issue's order."""
    entry = make_entry(
        paper=make_paper(comment="10 pages", links=("https://github.com/a/b",)),
        keywords=("sampling", "cost"),
    )
    text = renderer.text(make_digest(("sampling", (entry,))), LINKS)
    assert (
        """━━ sampling（1 篇）━━

1. Sample Paper 1
示例论文 1
- 作者：Ada Sample, Ben Sample
- 学科：Machine Learning (cs.LG); Machine Learning (stat.ML)
- arXiv：https://arxiv.org/abs/2605.00001
- PDF：https://arxiv.org/pdf/2605.00001
- 代码：https://github.com/a/b
- 备注：10 pages
- 入选原因：2 个关键词：sampling、cost
- 中文概要
概要 1。
- 中文摘要
采样快 8×。第二句。第三句。
- Abstract
We sample 8× faster. It costs $5. The third sentence ends here.
"""
        in text
    )


def test_text_is_not_escaped(renderer: Renderer) -> None:
    """Angle brackets and ampersands stay themselves in the text part."""
    assert "━━ <i>（1 篇）━━" in renderer.text(DIGEST, LINKS)


def test_english_papers_are_counted(renderer: Renderer) -> None:
    """How many papers go out in English is said, and each is labelled."""
    digest = make_digest(("sampling", (make_entry(1, summary=NO_CHINESE), make_entry(2))))
    for part in (renderer.html(digest, LINKS), renderer.text(digest, LINKS)):
        assert "其中 1 篇暂无中文摘要，附英文原文" in part
        assert "未配置模型，以下为英文原文" in part
        assert "由人工智能模型生成" in part


def test_only_english(renderer: Renderer) -> None:
    """Without any Chinese nothing is said about a model having written it."""
    digest = make_digest(("sampling", (make_entry(1, summary=NO_CHINESE),)))
    for part in (renderer.html(digest, LINKS), renderer.text(digest, LINKS)):
        assert "由人工智能模型生成" not in part
        assert "个关键词；本刊未配置语言模型，论文以英文原文呈现。" in part.replace("</b>", "")
        assert "暂无中文" not in part


def test_english_for_another_reason(renderer: Renderer) -> None:
    """A model that was there and failed is not said to be missing."""
    late = replace(NO_CHINESE, reason="not_ready")
    digest = make_digest(
        ("sampling", (make_entry(1, summary=NO_CHINESE), make_entry(2, summary=late))),
    )
    for part in (renderer.html(digest, LINKS), renderer.text(digest, LINKS)):
        assert "个关键词，均暂无中文摘要，附英文原文。" in part.replace("</b>", "")
        assert "本刊未配置语言模型" not in part


def test_one_english_paper_is_not_all_of_them(renderer: Renderer) -> None:
    """Chinese has no word for all of one."""
    late = replace(NO_CHINESE, reason="not_ready")
    text = renderer.text(make_digest(("sampling", (make_entry(1, summary=late),))), LINKS)
    assert "1 篇论文命中 1 个关键词，暂无中文摘要，附英文原文。" in text


@pytest.mark.parametrize(
    ("operator", "contact", "expected"),
    [
        ("", "daily@example.org", "联系方式：daily@example.org"),
        ("<样例>", "", "运营者：<样例>"),
    ],
)
def test_a_footer_has_no_empty_labels(operator: str, contact: str, expected: str) -> None:
    """A name that is not set leaves its label out, too."""
    masthead = replace(MASTHEAD, operator=operator, contact=contact)
    renderer = Renderer(masthead)
    shown = tree_of(renderer.html(DIGEST, LINKS)).body.text_content()
    for part in (shown, renderer.text(DIGEST, LINKS)):
        assert expected in part
        assert ("运营者" in part, "联系方式" in part) == (bool(operator), bool(contact))


def test_one_keyword_is_the_heading(renderer: Renderer) -> None:
    """The keywords of a paper are named where it matched several, in both parts alike."""
    one = make_digest(("sampling", (make_entry(1, keywords=("sampling",)),)))
    titles = make_digest(("a", (make_entry(1, Density.TITLE, keywords=("a", "b")),)))
    for digest in (one, titles):
        for part in (renderer.html(digest, LINKS), renderer.text(digest, LINKS)):
            assert "个关键词：" not in part


def test_empty_digest(renderer: Renderer) -> None:
    """A morning without matches is said in words."""
    for part in (renderer.html(make_digest(), LINKS), renderer.text(make_digest(), LINKS)):
        assert "今天公布的论文都没有命中您的关键词。" in part


def test_repeated_paper_counts_once(renderer: Renderer) -> None:
    """A paper under two keywords, as in seed mode, is one paper."""
    digest = make_digest(("a", (make_entry(1),)), ("b", (make_entry(1), make_entry(2))))
    assert "晨刊 5 月 29 日：2 篇论文" == renderer.subject(digest)


def test_sample_banner() -> None:
    """Sample papers are labelled at the top and at the bottom of both parts."""
    renderer = Renderer(replace(MASTHEAD, is_sample=True))
    page, text = renderer.html(DIGEST, LINKS), renderer.text(DIGEST, LINKS)
    assert 2 == page.count("示例：以下论文均为虚构，仅供演示")
    assert 2 == page.count("Sample papers, invented for this demonstration")
    assert 2 == text.count("Sample papers, invented for this demonstration")


def test_no_banner_on_real_papers(renderer: Renderer) -> None:
    """Real papers are not called samples."""
    assert "Sample papers, invented" not in renderer.html(DIGEST, LINKS)


HOSTILE = st.text(max_size=40).map(lambda text: f"</td><script>{text}zz_name_zz{{{{ 7*7 }}}}")


@settings(deadline=None)  # the machine may be busy
@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_metadata(renderer: Renderer, title: str, chinese: str, author: str) -> None:
    """Markup, slots and template code in metadata stay text, and the page keeps its shape."""
    entry = make_entry(
        paper=make_paper(title=title, abstract=title, authors=(author,), categories=(author,)),
        summary=make_summary(title_zh=chinese, abstract_zh=chinese, summary_zh=chinese),
    )
    page = renderer.html(make_digest(("k", (entry,))), LINKS)
    tree = tree_of(page)
    assert not tree.xpath("//script")
    assert 1 == len(tree.xpath("//h3"))
    assert "zz_name_zz{{ 7*7 }}" in page


@pytest.mark.parametrize(
    "digest",
    [make_digest(), DIGEST, many(5)],
    ids=["empty", "short titles", "usual"],
)
def test_preheader(digest: Digest) -> None:
    """The preheader has 40 to 110 characters and does not repeat the subject."""
    assert 40 <= len(preheader(digest)) <= 110
    assert "5 月 29 日" not in preheader(digest)


def test_preheader_is_hidden(renderer: Renderer) -> None:
    """The preheader is in the page, in an element that does not show."""
    assert re.search(
        r'<div style="display:none[^>]*>示例论文 1；示例论文 2', renderer.html(DIGEST, LINKS)
    )


def test_template_sandbox() -> None:
    """A template reaches neither undefined names nor Python's insides."""
    opened = environment(templates_folder())
    with pytest.raises(UndefinedError):
        opened.from_string("{{ missing }}").render()
    with pytest.raises(SecurityError):
        opened.from_string("{{ ''.__class__.__mro__ }}").render()


def test_packed_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside an installed wheel the templates are found beside the package's modules."""
    (tmp_path / "newsletter" / "_templates").mkdir(parents=True)
    monkeypatch.setattr("newsletter.__file__", str(tmp_path / "newsletter" / "__init__.py"))
    assert tmp_path / "newsletter" / "_templates" == templates_folder()


def test_shell_fills_by_position() -> None:
    """A value that looks like a slot is not filled again, and a missing value is an error."""
    shell = Shell(("a", "b", "c"), ("x", "y"))
    assert "azz_y_zzb&lt;c" == shell.fill({"x": "zz_y_zz", "y": "<"})
    with pytest.raises(KeyError):
        shell.fill({"x": ""})


def test_reader_links_do_not_show() -> None:
    """Tokens are not printed when links are shown in a log or a traceback."""
    assert "v1.reader" not in repr(replace(LINKS, view="https://x"))


def test_frame_is_counted_in_full(renderer: Renderer) -> None:
    """What is set aside for the frame holds the longest note on what was cut."""
    digest = many(300)
    fitted = renderer.fit(digest, LINKS)
    cards = sum(renderer._html._card_size(entry) - len("\r\n") for entry in fitted.entries)
    frame = wire_size(renderer.html(fitted, LINKS)) - cards
    assert renderer._html._frame(digest, LINKS) >= frame


def test_shell_links_no_fonts() -> None:
    """MJML's own default font does not bring a link to a font server."""
    source = (
        "<mjml><mj-body><mj-section><mj-column><mj-text>zz_name_zz</mj-text></mj-column>"
        "</mj-section></mj-body></mjml>"
    )
    page = Shell.compile(source).fill({"name": "晨刊"})
    assert "晨刊" in page
    assert "fonts.g" not in page


LATE = make_digest(
    (
        "sampling",
        (
            make_entry(1),
            replace(make_entry(2), missed_on=date(2026, 5, 27)),
            replace(make_entry(3), missed_on=date(2026, 5, 28)),
        ),
    ),
)


def test_papers_that_come_late_are_marked_with_their_date(renderer: Renderer) -> None:
    """Each by itself, and all of them in one sentence, in both parts."""
    sentence = "其中 2 篇是补收的：arXiv 于 5 月 27 日、5 月 28 日公布，当时未能收全。"
    text, html = renderer.text(LATE, LINKS), renderer.html(LATE, LINKS)
    shown = " ".join(tree_of(html).text_content().split())
    for part in (text, shown):
        assert sentence in part
    assert ["- 补收：5 月 27 日公布", "- 补收：5 月 28 日公布"] == re.findall("- 补收.*", text)
    assert ["5 月 27 日", "5 月 28 日"] == re.findall(r"补收 · (5 月 \d+ 日)公布", shown)
    assert "补收" not in renderer.text(DIGEST, LINKS) + renderer.html(DIGEST, LINKS)


def test_the_footer_says_what_was_collected(renderer: Renderer) -> None:
    """One line, escaped, in both parts; none where nothing is known."""
    line = "收录核对（北京时间）：cs 312/312 条，08:04，列表页；<b> 未收到。"
    told = replace(DIGEST, provenance=line)
    assert line in renderer.text(told, LINKS)
    assert line in tree_of(renderer.html(told, LINKS)).text_content()
    assert "收录核对" not in renderer.text(DIGEST, LINKS)
