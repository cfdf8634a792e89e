"""Invented papers and digests for the tests of rendering and messages."""

from datetime import UTC, date, datetime
from typing import Any

from lxml import html as lxml_html

from newsletter.digests import Digest, Entry, Section
from newsletter.papers import AnnounceType, ArxivId, Paper, Summary
from newsletter.rendering import Masthead, ReaderLinks
from newsletter.subscribers import Density

MASTHEAD = Masthead("晨刊", "样例实验室", "daily@example.org", is_sample=False)
LINKS = ReaderLinks(
    preferences="https://news.example.org/p/v1.reader",
    unsubscribe="https://news.example.org/u/v1.reader",
    view="https://news.example.org/d/v1.reader",
    timezone="Asia/Shanghai",
)
ABSTRACT = "We sample $8\\times$ faster. It costs $5. The third sentence ends here."


def make_paper(number: int = 1, **changes: object) -> Paper:
    """Return an invented paper; `changes` replace its fields."""
    fields: dict[str, object] = {
        "id": ArxivId(f"2605.{number:05d}"),
        "title": f"Sample Paper {number}",
        "abstract": ABSTRACT,
        "authors": ("Ada Sample", "Ben Sample"),
        "categories": ("cs.LG", "stat.ML"),
    }
    return Paper(**(fields | changes))  # type: ignore[arg-type]


def make_summary(number: int = 1, **changes: str) -> Summary:
    """Return an invented summary with Chinese in all three fields."""
    fields = {
        "title_zh": f"示例论文 {number}",
        "summary_zh": f"概要 {number}。",
        "abstract_zh": "采样快 $8\\times$。第二句。第三句。",
        "model": "scripted",
    }
    return Summary(paper_id=ArxivId(f"2605.{number:05d}"), **(fields | changes))


def make_entry(
    number: int = 1,
    density: Density = Density.FULL,
    *,
    paper: Paper | None = None,
    summary: Summary | None = None,
    kind: AnnounceType = AnnounceType.NEW,
    keywords: tuple[str, ...] = ("sampling",),
) -> Entry:
    """Return an entry, with an invented paper and summary unless they are given."""
    return Entry(
        paper=paper or make_paper(number),
        type=kind,
        summary=summary or make_summary(number),
        keywords=keywords,
        density=density,
    )


def make_digest(*sections: tuple[str, tuple[Entry, ...]], notices: tuple[str, ...] = ()) -> Digest:
    """Return a digest of Friday 29 May 2026, announced at 08:00 in Shanghai."""
    return Digest(
        listing_date=date(2026, 5, 29),
        announced_at=datetime(2026, 5, 29, 0, 0, tzinfo=UTC),
        sections=tuple(Section(keyword, entries) for keyword, entries in sections),
        notices=notices,
    )


def tree_of(page: str) -> Any:
    """Return a page as lxml reads it; untyped, because the stubs type XPath results too widely."""
    return lxml_html.document_fromstring(page)


def many(count: int, density: Density = Density.FULL) -> Digest:
    """Return a digest of `count` papers with abstracts of the usual length."""
    abstract = "A sentence of an abstract. " * 50
    entries = tuple(
        make_entry(
            number,
            density,
            paper=make_paper(number, abstract=abstract),
            summary=make_summary(number, abstract_zh="摘要的一句话。" * 50),
        )
        for number in range(1, count + 1)
    )
    return make_digest(("sampling", entries))
