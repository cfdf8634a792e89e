"""Mails that answer one act: two languages, one link, no words of others."""

from dataclasses import replace
from html import unescape

import pytest
from rendering_samples import MASTHEAD, tree_of

from newsletter.rendering import Renderer
from newsletter.rendering.transactional import KINDS

VALUES = {
    "link": "https://news.example.org/c/v1.token?a=1&b=2",
    "expires": "2026 年 5 月 31 日 08:00（北京时间）",
    "expires_en": "2026-05-31 08:00 (Beijing time)",
    "preferences": "https://news.example.org/p/v1.token",
}

ENGLISH = {
    "confirm": "Someone entered this address",
    "already": "You are already subscribed, and nothing has changed.",
    "operator_login": "operator's pages",
}


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """Return a renderer of an invented newsletter."""
    return Renderer(MASTHEAD)


def values_of(kind: str) -> dict[str, str]:
    """Return the values that a kind takes."""
    return {name: VALUES[name] for name in KINDS[kind]}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind(renderer: Renderer, kind: str) -> None:
    """Both parts carry every value, both languages, name, operator and contact."""
    subject, text, page = renderer.transactional(kind, values_of(kind))
    tree = tree_of(page)
    shown = tree.body.text_content()
    assert "晨刊" in subject
    assert "\n" not in subject
    for part in (text, shown):
        assert "晨刊" in part
        assert "样例实验室" in part
        assert "daily@example.org" in part
        assert part.index("您好") < part.index(ENGLISH[kind])
    hrefs = set(tree.xpath("//a/@href"))
    links = {value for name, value in values_of(kind).items() if not name.startswith("expires")}
    assert links == hrefs
    assert all(value in text for value in values_of(kind).values())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_operator_without_a_name_has_no_label(kind: str) -> None:
    """The contact stands alone."""
    renderer = Renderer(replace(MASTHEAD, operator=""))
    _, text, page = renderer.transactional(kind, values_of(kind))
    for part in (text, tree_of(page).body.text_content()):
        assert "Operator: " not in part
        assert "联系方式 / Contact: daily@example.org" in part


@pytest.mark.parametrize("kind", ["confirm", "operator_login"])
def test_expiry_is_told(renderer: Renderer, kind: str) -> None:
    """A link that ends says when, in both languages of both parts, each in its own way."""
    for part in renderer.transactional(kind, values_of(kind))[1:]:
        chinese, _, english = unescape(part).partition(ENGLISH[kind])
        assert VALUES["expires"] in chinese
        assert VALUES["expires_en"] not in chinese
        assert VALUES["expires_en"] in english
        assert "年" not in english


@pytest.mark.parametrize("kind", ["confirm"])
def test_a_day_without_matches_brings_no_mail(renderer: Renderer, kind: str) -> None:
    """Nobody waits for a mail that is not due, nor is told to wait for tomorrow's."""
    for part in renderer.transactional(kind, values_of(kind))[1:]:
        assert "没有命中的日子不寄信" in part
        assert "on days without a match, no mail is sent" in part
        assert "次日" not in part
        assert "下一个" not in part


def test_who_is_paused_learns_how_to_resume(renderer: Renderer) -> None:
    """Subscribing again changes nothing, so the mail says where delivery can be resumed."""
    for part in renderer.transactional("already", values_of("already"))[1:]:
        assert "如果寄送已暂停，也可以在那里恢复。" in part
        assert "If delivery is paused, you can resume it there." in part


def test_confirm_says_do_nothing(renderer: Renderer) -> None:
    """Whoever did not subscribe learns that nothing needs doing."""
    _, text, page = renderer.transactional("confirm", values_of("confirm"))
    for part in (text, page):
        assert "如果不是您本人的操作，无需理会" in part
        assert "If this was not you, do nothing" in part


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_preheader_length(renderer: Renderer, kind: str) -> None:
    """The hidden preheader has 40 to 110 characters."""
    page = tree_of(renderer.transactional(kind, values_of(kind))[2])
    (hidden,) = page.xpath("//div[contains(@style, 'display:none')]")
    assert 40 <= len(hidden.text) <= 110


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_frame(renderer: Renderer, kind: str) -> None:
    """Language, direction and roles are set, and nothing is loaded from elsewhere."""
    page = renderer.transactional(kind, values_of(kind))[2]
    tree = tree_of(page)
    assert ("zh-CN", "ltr") == (tree.body.get("lang"), tree.body.get("dir"))
    assert {"presentation"} == {table.get("role") for table in tree.iter("table")}
    assert not tree.xpath("//script|//form|//img|//link")
    assert "zz_" not in page


def test_masthead_is_escaped() -> None:
    """A newsletter's name with markup in it is shown, not interpreted."""
    renderer = Renderer(replace(MASTHEAD, name="A <b>& B"))
    _, text, page = renderer.transactional("confirm", values_of("confirm"))
    assert "A <b>& B" in text
    assert "A &lt;b&gt;&amp; B" in page
    assert "<b>& B" not in page


def test_sample_label() -> None:
    """A demonstration says so in these mails, too."""
    renderer = Renderer(replace(MASTHEAD, is_sample=True))
    for kind in KINDS:
        for part in renderer.transactional(kind, values_of(kind))[1:]:
            assert "Sample papers, invented for this demonstration" in part


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("unknown", {}),
        ("confirm", {"link": VALUES["link"]}),
        ("already", {"preferences": VALUES["preferences"], "name": "typed by the user"}),
        ("already", {"preferences": "javascript:alert(1)"}),
    ],
)
def test_wrong_use(renderer: Renderer, kind: str, values: dict[str, str]) -> None:
    """An unknown kind, missing or further values, and other links are refused."""
    with pytest.raises(ValueError, match=kind):
        renderer.transactional(kind, values)
