"""Documents of every kind with three invented papers, of which the second is hostile."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sources_samples import ATOM_EMPTY, listing, rss
from test_sources_metadata import api, oai

from newsletter.errors import SourceError
from newsletter.papers import Announcement
from newsletter.sources.detect import parse_document

GOOD = ("2605.00001", "2605.00003")
BAD = "2605.00002"


@dataclass(frozen=True)
class Format:
    """How one kind of document shows papers; the extra is markup between its fields."""

    entry: Callable[[str, str, str, str], str]
    """id, title, abstract, extra ─► markup."""
    document: Callable[..., str]

    def with_second(
        self, title: str = "A title", abstract: str = "A text.", extra: str = "", paper: str = BAD
    ) -> str:
        """Return a document whose second paper is as given."""
        return self.document(
            self.entry(GOOD[0], "One", "A text.", ""),
            self.entry(paper, title, abstract, extra),
            self.entry(GOOD[1], "Three", "A text.", ""),
        )


def listed_entry(paper: str, title: str, abstract: str, extra: str) -> str:
    """Return an entry of a listing page."""
    return f"""<dt><a name='item1'>[1]</a> <a href="/abs/{paper}" title="Abstract">arXiv:{paper}</a>
[<a href="https://arxiv.org/html/{paper}v1">html</a>]</dt><dd><div class='meta'>
<div class='list-title mathjax'><span class='descriptor'>Title:</span>{title}</div>
<div class='list-authors'><a href='/a'>Sample Author</a></div>{extra}
<div class='list-subjects'><span class="primary-subject">Machine Learning (cs.LG)</span></div>
<p class='mathjax'>{abstract}</p></div></dd>"""


def listing_page(*entries: str) -> str:
    """Return a listing page of new submissions, which states as many as it has."""
    of = len(entries)
    heading = f"<h3>New submissions (showing {of} of {of} entries)</h3>"
    return listing(f"<dl id='articles'>{heading}{''.join(entries)}</dl>", total=of)


def _item(paper: str, title: str, abstract: str, extra: str) -> str:
    return f"""<item><title>{title}</title><link>https://arxiv.org/abs/{paper}</link>
<description>arXiv:{paper}v1 Announce Type: new \nAbstract: {abstract}</description>
<guid isPermaLink="false">oai:arXiv.org:{paper}v1</guid><category>cs.LG</category>{extra}
<arxiv:announce_type>new</arxiv:announce_type><dc:creator>Sample Author</dc:creator></item>"""


def _atom_entry(paper: str, title: str, abstract: str, extra: str) -> str:
    return f"""<entry><id>oai:arXiv.org:{paper}v1</id><title>{title}</title>
<summary>arXiv:{paper}v1 Announce Type: new \nAbstract: {abstract}</summary>{extra}
<category term="cs.LG"/><published>2026-05-29T00:00:00-04:00</published>
<arxiv:announce_type>new</arxiv:announce_type></entry>"""


def _atom(*entries: str) -> str:
    return ATOM_EMPTY.replace("</feed>", f"{''.join(entries)}</feed>")


def oai_record(paper: str, title: str, abstract: str, extra: str) -> str:
    """Return a record of OAI-PMH."""
    return f"""<record><header><identifier>oai:arXiv.org:{paper}</identifier></header><metadata>
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{paper}</id><title>{title}</title>{extra}
<categories>cs.LG</categories><abstract>{abstract}</abstract></arXiv></metadata></record>"""


def _result(paper: str, title: str, abstract: str, extra: str) -> str:
    return f"""<entry><id>http://arxiv.org/abs/{paper}v1</id><title>{title}</title>{extra}
<summary>{abstract}</summary><category term="cs.LG"/></entry>"""


def _results(*entries: str) -> str:
    return api(*entries, total=len(entries), size=len(entries))


FORMATS = {
    "listing": Format(listed_entry, listing_page),
    "rss": Format(_item, rss),
    "atom": Format(_atom_entry, _atom),
    "oai": Format(oai_record, oai),
    "api": Format(_result, _results),
}
KINDS = dict(zip(FORMATS, ("listing", "rss", "atom", "oai", "api"), strict=True))
XML = ("rss", "atom", "oai", "api")

every_format = pytest.mark.parametrize("kind", FORMATS)


def parsed(text: str) -> Announcement:
    """Parse a document."""
    return parse_document(text.encode(), "sample")


def attempted(body: bytes) -> Announcement | SourceError:
    """Parse a document; return the error where it is refused."""
    try:
        return parse_document(body, "sample")
    except SourceError as error:
        return error


def crowded(attributes: int) -> str:
    """Return a tag with so many attributes."""
    names = " ".join(f"a{at}=''" for at in range(attributes))
    return f"<x {names}/>"


def ids(announcement: Announcement) -> list[str]:
    """Return the ids of what was read."""
    return [entry.paper.id.value for entry in announcement.entries]


def codes(announcement: Announcement) -> set[str]:
    """Return the codes of the problems."""
    return {problem.code for problem in announcement.problems}


def title_of_second(announcement: Announcement) -> str | None:
    """Return the hostile paper's title, None where it was left out."""
    titles = (e.paper.title for e in announcement.entries if e.paper.id.value == BAD)
    return next(titles, None)


def headed(text: str, doctype: str) -> str:
    """Return a document with `doctype` in place of its own declaration."""
    _, declaration, rest = text.partition("?>")
    body = rest if declaration and text.startswith("<?xml") else text
    return doctype + body.replace("<!DOCTYPE html>", "", 1)


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    + "]>"
)
