"""The HTML part of a digest, cut by paper to the byte budget.

Digest ─► fit (card sizes) ─► FittedDigest ─► rows ─► Shell.fill ─► HTML
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

from newsletter import digests
from newsletter.digests import Digest, Entry, Section
from newsletter.papers import AnnounceType, Paper, Summary
from newsletter.rendering.cards import card
from newsletter.rendering.issue import (
    FittedDigest,
    Issue,
    Masthead,
    ReaderLinks,
    day_of_month,
    preheader,
    subject,
    whole_of,
)
from newsletter.rendering.reasons import heading, reason
from newsletter.rendering.shell import Shell
from newsletter.rendering.wording import one_line
from newsletter.subscribers import Density

CACHED_CARDS: Final = 4_096
"""Cards kept, at some 2 KB each; one edition has at most a few hundred papers in four densities."""

_ROW_START: Final = Markup(
    '<tr><td class="r" style="padding:20px 0;border-top:1px solid #e3e6ea">',
)
_ROW_END: Final = Markup("</td></tr>")
_LATE: Final = Markup(
    '<p class="m" style="margin:0 0 4px;font-size:13px;color:#5c6470"><b>补收</b> · {}公布</p>',
)
_REASON: Final = Markup("<br>{}")


def wire_size(html: str) -> int:
    """Return the bytes of decoded HTML in a mail, where each line, the last too, ends in CRLF."""
    return len(html.encode()) + html.count("\n") + len("\r\n")


class DigestHtml:
    """Renders digests with a shell that is compiled once and cards that are kept."""

    def __init__(self, environment: Environment, masthead: Masthead) -> None:
        """Compile `mail/digest.mjml`; safe to share between threads afterwards."""
        source = environment.get_template("mail/digest.mjml").render()
        self._shell = Shell.compile(source)
        self._parts = environment.get_template("mail/digest_parts.html").module
        self._masthead = masthead
        self._halves = functools.lru_cache(maxsize=CACHED_CARDS)(self._render_halves)

    def render(self, digest: Digest, links: ReaderLinks) -> str:
        """Return the HTML, at most `digests.HTML_BUDGET` bytes on the wire."""
        fitted = digest if isinstance(digest, FittedDigest) else self.fit(digest, links)
        return self._page(fitted, links, Issue.of(fitted, links))

    def page(self, digest: Digest, links: ReaderLinks) -> str:
        """Return the whole digest as a page for a browser, which clips nothing."""
        whole = _fitted(whole_of(digest), whole_of(digest))
        return self._page(whole, links, Issue.of(whole, links))

    def fit(self, digest: Digest, links: ReaderLinks) -> FittedDigest:
        """Lower densities and drop papers from the end until the HTML keeps its budget.

        Headings, notices and footer are counted first, and always stay.
        """
        whole = whole_of(digest)
        fitted = digests.fit(
            whole, self._card_size, digests.HTML_BUDGET - self._frame(whole, links)
        )
        return _fitted(whole, fitted)

    def card(self, entry: Entry) -> Markup:
        """Return one paper's table row.

        What is the same for all readers is kept in two halves; the reason stands between them.
        """
        head, rest = self._halves(entry.paper, entry.summary, entry.type, entry.density)
        return _ROW_START + _late(entry) + head + _reason(entry) + rest + _ROW_END

    def _card_size(self, entry: Entry) -> int:
        return wire_size(self.card(entry))

    def _frame(self, whole: Digest, links: ReaderLinks) -> int:
        """Return the bytes of the page without cards, with the longest note on what was cut."""
        bare = replace(whole, sections=tuple(replace(s, entries=()) for s in whole.sections))
        issue = Issue.of(_fitted(whole, bare), links).as_if_shortened()
        return wire_size(self._page(_fitted(whole, bare), links, issue))

    def _page(self, digest: FittedDigest, links: ReaderLinks, issue: Issue) -> str:
        return self._shell.fill(
            {
                "title": subject(self._masthead, digest),
                "preheader": preheader(digest.whole),
                "name": one_line(self._masthead.name, 60),
                "date": issue.date,
                "papers": self._papers(digest, issue),
                "view": links.view,
                "preferences": links.preferences,
                "unsubscribe": links.unsubscribe,
                "imprint": "　".join(self._masthead.imprint),
            },
        )

    def _papers(self, digest: FittedDigest, issue: Issue) -> Markup:
        counts = {section.keyword: len(section.entries) for section in digest.whole.sections}
        sections = (self._section(section, counts) for section in digest.sections)
        rows = [self._banner(), self._macro("intro")(issue), *sections]
        return Markup("").join([*rows, self._macro("ending")(issue), self._banner()])

    def _section(self, section: Section, counts: Mapping[str, int]) -> Markup:
        title = self._macro("heading")(heading(section.keyword), counts[section.keyword])
        return title + Markup("").join(self.card(entry) for entry in section.entries)

    def _banner(self) -> Markup:
        return self._macro("banner")() if self._masthead.is_sample else Markup("")

    def _render_halves(
        self,
        paper: Paper,
        summary: Summary,
        kind: AnnounceType,
        density: Density,
    ) -> tuple[Markup, Markup]:
        shown = card(paper, summary, kind, density)
        return self._macro("head")(shown), self._macro("rest")(shown)

    def _macro(self, name: str) -> Callable[..., Markup]:
        macro: Callable[..., Markup] = getattr(self._parts, name)
        return macro


def _late(entry: Entry) -> Markup:
    return _LATE.format(day_of_month(entry.missed_on)) if entry.missed_on else Markup("")


def _reason(entry: Entry) -> Markup:
    line = reason(entry)
    return _REASON.format(line) if line else Markup("")


def _fitted(whole: Digest, cut: Digest) -> FittedDigest:
    return FittedDigest(
        listing_date=whole.listing_date,
        announced_at=whole.announced_at,
        sections=cut.sections,
        omitted=whole.papers - cut.papers + whole.omitted,
        notices=whole.notices,
        provenance=whole.provenance,
        whole=whole,
    )
