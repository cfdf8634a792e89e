"""One line on why a paper is in the mail, clipped headings, and the library's own section."""

from dataclasses import replace
from typing import Any

import pytest
from rendering_samples import LINKS, MASTHEAD, make_digest, make_entry, make_paper, tree_of

from newsletter.digests import Digest, Entry
from newsletter.rendering import Renderer
from newsletter.rendering.digest_html import wire_size
from newsletter.rendering.reasons import LIBRARY_HEADING, heading, reason
from newsletter.rendering.wording import keep_order
from newsletter.subscribers import Density

HEBREW = "\u05e9\u05dc\u05d5\u05dd"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """Return a renderer; compiling takes a while, and it holds no state that shows."""
    return Renderer(MASTHEAD)


def explained(number: int = 1, density: Density = Density.FULL, **changes: Any) -> Entry:
    """Return an entry of the keyword `RL`, hit in the title, with `changes`."""
    entry = make_entry(number, density, keywords=("RL",))
    return replace(entry, **{"where": ("title",), "hits": 1} | changes)


def close(number: int = 1, density: Density = Density.FULL) -> Entry:
    """Return an entry that is there for the reader's library alone."""
    bare = {"keywords": (), "where": (), "hits": 0, "nearest": "My Own Paper"}
    return explained(number, density, **bare)


def parts(renderer: Renderer, digest: Digest) -> tuple[str, str]:
    """Return the words of the HTML part, white space folded, and the text part."""
    shown = tree_of(renderer.html(digest, LINKS)).body.text_content()
    return " ".join(shown.split()), renderer.text(digest, LINKS)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "标题命中"),
        ({"hits": 0}, "标题命中"),
        ({"where": ("abstract",), "hits": 3}, "摘要命中 3 次"),
        ({"where": ("title", "abstract"), "hits": 2}, "标题、摘要命中 2 次"),
        ({"where": ("author",)}, "作者命中"),
        ({"where": ("title", "category", "comment")}, "标题、学科、备注命中"),
        ({"where": ("somewhere",)}, ""),
        ({"where": ()}, ""),
        (
            {"keywords": ("RL", "LLM"), "hits": 4, "is_followed": True},
            "标题命中 · 2 个关键词：RL、LLM · 关注的学科",
        ),
        ({"keywords": tuple("abcde")}, "标题命中 · 5 个关键词：a、b、c、d 等"),
        ({"is_followed": True}, "标题命中 · 关注的学科"),
        ({"nearest": "A $\\beta$ Paper"}, "标题命中 · 与您文库中的《A β Paper》相近"),
        ({"where": ("library",), "nearest": "Mine"}, "与您文库中的《Mine》相近"),
        ({"hits": 0, "where": ("author", "category")}, "作者、学科命中"),
        (
            {"where": ("author",), "found_by": ("author:Sample Author",)},
            "作者命中（author:Sample Author）",
        ),
        ({"where": ("abstract",), "density": Density.TITLE}, "摘要命中"),
        ({"density": Density.TITLE, "is_followed": True, "nearest": "Mine"}, "标题命中"),
        (
            {"where": ("library",), "nearest": "x" * 90, "density": Density.TITLE},
            f"与您文库中的《{'x' * 29}…》相近",
        ),
    ],
)
def test_a_reason(changes: dict[str, Any], expected: str) -> None:
    """Where, how often a single keyword, which of several, what is followed, what is near."""
    assert expected == reason(explained(**changes))


@pytest.mark.parametrize("density", list(Density))
def test_a_reason_stands_once_in_both_parts(renderer: Renderer, density: Density) -> None:
    """At each density, between the links and the summary; named in the text part."""
    entry = explained(density=density, where=("abstract",), hits=3)

    page, text = parts(renderer, make_digest(("RL", (entry,))))
    assert "- 入选原因：摘要命中 3 次\n" in text
    for part in (page, text):
        assert 1 == part.count("摘要命中 3 次")
        if density is not Density.TITLE:
            assert part.index("PDF") < part.index("摘要命中") < part.index("概要 1。")


def test_a_reason_is_escaped_and_the_page_well_formed(renderer: Renderer) -> None:
    """A keyword is a reader's and a title an author's: neither is markup."""
    entry = explained(keywords=("<i>a", "b</p>"), nearest="</td><b>")
    page = renderer.html(make_digest(("<i>a", (entry,))), LINKS)

    assert "2 个关键词：&lt;i&gt;a、b&lt;/p&gt; · 与您文库中的《&lt;/td&gt;&lt;b&gt;》相近" in page
    assert page.count("<p") == page.count("</p>")


def test_long_keywords_are_clipped() -> None:
    """A query of 300 characters has 80 as a heading and 40 in a line, ellipsis included."""
    long = "title:" + "x" * 294

    assert (80, "…") == (len(heading(long)), heading(long)[-1])
    line = reason(explained(keywords=(long, "b"), nearest=long))
    assert f"2 个关键词：{'title:' + 'x' * 33}…、b" in line
    assert f"《{'title:' + 'x' * 53}…》" in line


def test_a_formula_is_not_cut_before_it_is_set() -> None:
    """A title is read as TeX first and clipped then."""
    assert "αβ" in reason(explained(nearest="A" * 50 + r" $\alpha\beta$"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RL", "RL"),
        ("강화 학습 é 😀", "강화 학습 é 😀"),
        (HEBREW, HEBREW + "\u200e"),
        (f"title:{HEBREW} AND x", f"title:{HEBREW} AND x\u200e"),
        ("\u0645\u0631\u062d\u0628\u0627", "\u0645\u0631\u062d\u0628\u0627\u200e"),
    ],
    ids=["latin", "others", "hebrew", "mixed", "arabic"],
)
def test_right_to_left_words_do_not_draw_others_along(text: str, expected: str) -> None:
    """A mark ends their run, so that the count behind them stays behind them."""
    assert expected == keep_order(text) == heading(text)


def test_what_reorders_or_hides_goes() -> None:
    """Overrides, joiners and line breaks in a keyword do not reach a heading or a line."""
    odd = f"\u202eab\u200b\n{FAMILY}"

    assert heading(odd) == "ab \U0001f468\U0001f469\U0001f467"
    assert "\u202e" not in reason(explained(keywords=(odd, odd), nearest=odd))


def test_nothing_left_of_a_keyword_is_no_empty_heading() -> None:
    """A row of old that is damaged still renders."""
    assert heading("\u202e")


def test_hostile_lengths_are_bounded() -> None:
    """Fifty keywords and a title of a hundred thousand characters are one short line."""
    huge = "$" * 100_000
    line = reason(explained(keywords=(huge,) * 50, nearest=huge))

    assert len(line) < 300


def test_the_library_has_a_section_of_its_own(renderer: Renderer) -> None:
    """Last, under its own heading; its papers count, and it is no keyword."""
    digest = make_digest(("RL", (explained(1), explained(2))), ("", (close(3),)))
    page, text = parts(renderer, digest)

    assert f"{LIBRARY_HEADING} 1 篇" in page
    assert f"━━ {LIBRARY_HEADING}（1 篇）━━" in text
    for part in (page, text):
        assert "2 篇论文命中 1 个关键词，1 篇与您的文库相近。" in part
        assert "与您文库中的《My Own Paper》相近" in part
    assert "晨刊 5 月 29 日：3 篇论文" == renderer.subject(digest)


def test_a_mail_of_the_library_alone(renderer: Renderer) -> None:
    """Where no keyword matched, none is spoken of."""
    for part in parts(renderer, make_digest(("", (close(),)))):
        assert "1 篇论文与您的文库相近。" in part
        assert "0" not in part.split("1 篇论文")[1].split("。")[0]
        assert "个关键词" not in part


def test_a_cut_mail_still_counts_its_library(renderer: Renderer) -> None:
    """The sentence at the top is of the whole digest, whatever the HTML left out."""
    crowd = tuple(
        replace(explained(number), paper=make_paper(number, abstract="A sentence. " * 100))
        for number in range(1, 300)
    )
    page, _ = parts(renderer, make_digest(("RL", crowd), ("", (close(300),))))

    assert "299 篇论文命中 1 个关键词，1 篇与您的文库相近" in page
    assert "另有" in page


def test_a_reason_is_short(renderer: Renderer) -> None:
    """At most 130 bytes of HTML a paper for what is usual."""
    usual = explained(keywords=("reinforcement learning", "LLM"), is_followed=True)
    bare = replace(usual, keywords=("RL",), where=(), is_followed=False)
    sizes = [wire_size(renderer.html(make_digest(("RL", (e,))), LINKS)) for e in (usual, bare)]

    assert 0 < sizes[0] - sizes[1] <= 130
