"""What the byte budget does to a digest: shortened, left out, and said so."""

import re
from dataclasses import replace

import pytest
from rendering_samples import (
    LINKS,
    MASTHEAD,
    make_digest,
    make_entry,
    make_paper,
    many,
)

from newsletter import digests
from newsletter.rendering import Renderer
from newsletter.rendering.digest_html import wire_size
from newsletter.subscribers import Density

DIGEST = make_digest(
    ("sampling", (make_entry(1, keywords=("sampling", "S&P")), make_entry(2))),
    ("<i>", (make_entry(3, paper=make_paper(3, links=("https://github.com/a/b",))),)),
    notices=("stat 类的列表 <b>不完整</b>。",),
)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """Return a renderer; compiling takes a while, and it holds no state that shows."""
    return Renderer(MASTHEAD)


@pytest.mark.parametrize("count", [20, 66, 300])
@pytest.mark.parametrize("density", list(Density))
def test_budget(renderer: Renderer, count: int, density: Density) -> None:
    """No digest is larger than the budget, and the footer is always there."""
    page = renderer.html(many(count, density), LINKS)
    assert wire_size(page) <= digests.HTML_BUDGET
    assert LINKS.unsubscribe in page
    assert page.endswith("</html>")


def test_twenty_papers(renderer: Renderer) -> None:
    """Twenty papers with Chinese abstracts stay under 50 KB, whole."""
    digest = many(20, Density.ABSTRACT)
    assert wire_size(renderer.html(digest, LINKS)) <= 50_000
    assert digest.sections == renderer.fit(digest, LINKS).sections


def test_shortened_is_said(renderer: Renderer) -> None:
    """Papers that show less than asked for are announced, with a link to all."""
    page = renderer.html(many(66), LINKS)
    assert "部分论文只列出主要内容" in page
    assert "在网页中查看全部" in page
    assert "未列在信中" not in page


def test_omitted_is_said_and_kept_in_text(renderer: Renderer) -> None:
    """Papers left out of the HTML are counted there, and stand in the text part."""
    digest = many(300)
    fitted = renderer.fit(digest, LINKS)
    page, text = renderer.html(digest, LINKS), renderer.text(fitted, LINKS)
    assert 300 == fitted.papers + fitted.omitted > fitted.papers
    assert f"另有 {fitted.omitted} 篇未列在信中" in page
    assert "<b>300</b> 篇论文" in page
    assert ">300 篇</span>" in page
    assert 300 == len(re.findall(r"arXiv：https", text))
    assert "晨刊 5 月 29 日：300 篇论文" == renderer.subject(fitted)


def test_fitting_twice(renderer: Renderer) -> None:
    """A fitted digest gives the same HTML as the whole, and fits as it is."""
    digest = many(66)
    fitted = renderer.fit(digest, LINKS)
    assert renderer.html(digest, LINKS) == renderer.html(fitted, LINKS)
    assert fitted == renderer.fit(fitted, LINKS)


def test_uncut_digest_says_nothing(renderer: Renderer) -> None:
    """A digest that fits mentions no cut."""
    assert "在网页中查看全部" not in renderer.html(DIGEST, LINKS)


def test_section_that_was_cut_away(renderer: Renderer) -> None:
    """A keyword whose papers were all cut has no heading, and still counts."""
    crowd = many(300).sections[0].entries
    digest = make_digest(("sampling", crowd), ("last", (make_entry(999),)))
    page = renderer.html(digest, LINKS)
    assert "<b>2</b> 个关键词" in page
    assert 1 == page.count("<h2")


def test_notices_are_bounded(renderer: Renderer) -> None:
    """A flood of notices cannot push the papers out."""
    digest = replace(DIGEST, notices=("很长的说明" * 500,) * 500)
    page = renderer.html(digest, LINKS)
    assert wire_size(page) <= digests.HTML_BUDGET
    assert "Sample Paper 3" in page
