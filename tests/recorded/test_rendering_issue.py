"""The sample issue that readers know, rendered anew: nothing of it is lost, its faults are."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newsletter import digests
from newsletter.digests import Digest, Entry, Section
from newsletter.papers import AnnounceType, ArxivId, Paper, Summary
from newsletter.rendering import Masthead, ReaderLinks, Renderer
from newsletter.rendering.digest_html import wire_size
from newsletter.rendering.tex import to_text
from newsletter.subscribers import Density

LINKS = ReaderLinks("https://e.example/p", "https://e.example/u", "https://e.example/w", "UTC")


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[dict[str, str]]:
    """Return the 67 entries of the sample issue, as they were read from it."""
    loaded: list[dict[str, str]] = json.loads((shared / "seed" / "papers.json").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def digest(rows: list[dict[str, str]]) -> Digest:
    """Return the sample issue as a digest in seed mode, at full density."""
    sections: dict[str, list[Entry]] = {}
    for row in rows:
        sections.setdefault(row["kw"], []).append(_entry(row))
    return Digest(
        listing_date=date(2026, 5, 29),
        announced_at=datetime(2026, 5, 29, tzinfo=UTC),
        sections=tuple(Section(keyword, tuple(each)) for keyword, each in sections.items()),
    )


def _entry(row: dict[str, str]) -> Entry:
    paper_id = ArxivId(row["abs"].rpartition("/")[2])
    return Entry(
        paper=Paper(
            id=paper_id,
            title=row["title"],
            abstract=row["abstract"],
            authors=tuple(row["authors"].split(", ")),
            categories=tuple(re.findall(r"\(([^()]+)\)", row["subj"])),
        ),
        type=AnnounceType.NEW,
        summary=Summary(paper_id=paper_id, title_zh=row["title_zh"], abstract_zh=row["zh"]),
        keywords=(row["kw"],),
        density=Density.FULL,
    )


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """Return a renderer of an invented newsletter."""
    return Renderer(Masthead("晨刊", "样例", "a@example.org", is_sample=False))


def test_text_has_all_of_the_sample(
    renderer: Renderer, digest: Digest, rows: list[dict[str, str]]
) -> None:
    """Every field of each of the 67 entries is in the text part."""
    text = renderer.text(digest, LINKS)
    for row in rows:
        for name in ("title", "title_zh", "authors", "abs", "pdf"):
            assert to_text(row[name]) in text
        for name in ("abstract", "zh"):
            assert " ".join(to_text(row[name]).split()) in " ".join(text.split())
        subjects = " ".join(row["subj"].removeprefix("Subjects:").split())
        assert f"学科：{subjects}" in text
    assert "Subjects: Subjects:" not in text


def test_papers_are_counted_once(renderer: Renderer, digest: Digest) -> None:
    """The sample counted 67 entries; they are 66 papers."""
    assert "晨刊 5 月 29 日：66 篇论文" == renderer.subject(digest)


def test_html_fits(renderer: Renderer, digest: Digest) -> None:
    """All 66 papers fit the budget, none is left out, and shortening is said."""
    page = renderer.html(digest, LINKS)
    assert digests.HTML_BUDGET >= wire_size(page)
    assert 67 == page.count("<h3 ")
    assert "部分论文只列出主要内容" in page


def test_tex_is_readable(shared: Path) -> None:
    """Of thousands of real abstracts, nearly all formulas become text and nothing else changes."""
    abstracts = [
        json.loads(line)["summary"]
        for path in sorted((shared / "recordings" / "corpora").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    with_tex = [text for text in abstracts if "$" in text or "\\" in text]
    left = [text for text in with_tex if re.search(r"\$[^$\d][^$]*\$", to_text(text))]
    assert len(with_tex) // 20 >= len(left)
    assert all(text == to_text(text) for text in abstracts if text not in with_tex)
