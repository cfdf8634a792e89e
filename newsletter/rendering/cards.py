"""What a card shows of one paper at one density, for HTML and text alike.

Entry ─► card (choose, bound, clean) ─► Card ─► card.html | digest.txt
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from newsletter.digests import Entry
from newsletter.papers import AnnounceType, Paper, Summary
from newsletter.rendering.links import link_label, safe_links
from newsletter.rendering.wording import (
    clean,
    excerpt,
    missing_label,
    missing_summary_label,
    missing_title_label,
    one_line,
)
from newsletter.subscribers import Density
from newsletter.taxonomy import chinese_name, english_name

SHOWN_AUTHORS: Final = 8
"""Authors named in the HTML; the text part names all."""
MAX_TITLE: Final = 400
MAX_ABSTRACT: Final = 5_000
"""Characters; arXiv takes at most 1,920 for an abstract, so that only damage is cut."""
MAX_COMMENT: Final = 400
MAX_AUTHOR: Final = 120
MAX_CATEGORIES: Final = 8
MAX_SUMMARY: Final = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One paper's lines as clean plain text with TeX; empty ones are not shown."""

    number: str
    """`arXiv:2605.28828`, or a DOI or a host; empty where there is no address."""
    abs_url: str
    pdf_url: str
    title: str
    title_zh: str
    is_cross: bool
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    links: tuple[str, ...]
    comment: str
    title_label: str
    """Why the Chinese title is missing, in its place; empty where `label` says it for both."""
    summary_label: str
    """That the Chinese summary was left out, in its place."""
    label: str
    """Why the Chinese abstract is missing, before the English that stands in for it."""
    summary: str
    abstract_zh: str
    abstract: str

    @property
    def authors_short(self) -> str:
        """Return the first eight names, and of how many."""
        names = ", ".join(self.authors[:SHOWN_AUTHORS])
        more = f" 等 {len(self.authors)} 人"
        return names + more if len(self.authors) > SHOWN_AUTHORS else names

    @property
    def subjects(self) -> str:
        """Return the categories with their English names, as arXiv prints them."""
        return "; ".join(english_name(category) for category in self.categories)

    @property
    def subjects_zh(self) -> str:
        """Return the categories with their Chinese names."""
        return "；".join(chinese_name(category) for category in self.categories)

    @property
    def labelled_links(self) -> tuple[tuple[str, str], ...]:
        """Return (label, address) of each link that the authors gave."""
        return tuple((link_label(address), address) for address in self.links)


def card(paper: Paper, summary: Summary, kind: AnnounceType, density: Density) -> Card:
    """Return what is shown of `paper` at `density`.

    Where Chinese is missing the English stands in, with a label that says why: the whole
    abstract at the two larger densities, its first two sentences at `brief`. A part whose
    Chinese is there is shown though another is missing.
    """
    is_title_only = density is Density.TITLE
    return Card(
        number=paper.id.label,
        abs_url=paper.id.abs_url,
        pdf_url=paper.id.pdf_url,
        title=one_line(paper.title, MAX_TITLE),
        title_zh=one_line(summary.title_zh, MAX_TITLE),
        is_cross=kind in {AnnounceType.CROSS, AnnounceType.REPLACE_CROSS},
        authors=() if is_title_only else tuple(one_line(a, MAX_AUTHOR) for a in paper.authors),
        categories=() if is_title_only else _categories(paper),
        links=safe_links(paper.links),
        comment=one_line(paper.comment or "", MAX_COMMENT) if _is_long(density) else "",
        **_body(paper, summary, density),
    )


def card_of(entry: Entry) -> Card:
    """Return the card of an entry at its own density."""
    return card(entry.paper, entry.summary, entry.type, entry.density)


def _is_long(density: Density) -> bool:
    return density in {Density.FULL, Density.ABSTRACT}


def _categories(paper: Paper) -> tuple[str, ...]:
    return tuple(one_line(name, MAX_AUTHOR) for name in paper.categories[:MAX_CATEGORIES])


_NOTHING: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(
        ("title_label", "summary_label", "label", "summary", "abstract_zh", "abstract"), ""
    ),
)


def _body(paper: Paper, summary: Summary, density: Density) -> dict[str, str]:
    """Choose labels, summary and abstracts."""
    if density is Density.TITLE:
        return {**_NOTHING, "title_label": missing_title_label(summary)}
    body = _brief(paper, summary) if density is Density.BRIEF else _long(paper, summary, density)
    # One label is enough where it stands before the English abstract.
    title_label = "" if body.get("label") else missing_title_label(summary)
    return {**_NOTHING, "title_label": title_label, **body}


def _long(paper: Paper, summary: Summary, density: Density) -> dict[str, str]:
    english = not summary.is_chinese or density is Density.FULL
    return {
        "label": missing_label(summary),
        "summary_label": missing_summary_label(summary) if summary.is_chinese else "",
        "summary": clean(summary.summary_zh, MAX_SUMMARY),
        "abstract_zh": clean(summary.abstract_zh, MAX_ABSTRACT),
        "abstract": clean(paper.abstract, MAX_ABSTRACT) if english else "",
    }


def _brief(paper: Paper, summary: Summary) -> dict[str, str]:
    chinese = summary.summary_zh or excerpt(summary.abstract_zh)
    if chinese:
        return {"summary": clean(chinese, MAX_SUMMARY)}
    english = excerpt(one_line(paper.abstract, MAX_ABSTRACT))
    return {"label": missing_label(summary), "abstract": english}
