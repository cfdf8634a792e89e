"""A stand-in for arXiv's listing pages, filled with the invented samples.

`/list/<category or archive>/new` answers in arXiv's own markup (as arxiv-browse renders it),
so that the real listing parser reads the demonstration; each page says that it is a sample.
"""

import re
from collections.abc import Iterable
from datetime import date
from html import escape
from http import HTTPStatus

from newsletter.demo.loopback import LoopbackServer, Request, Response
from newsletter.demo.samples import SampleSet, announced, linked
from newsletter.papers import AnnouncedPaper, AnnounceType, Paper

_LIST_PATH = re.compile(r"/list/([a-z-]+(?:\.[A-Za-z-]+)?)/new", re.ASCII)
_SECTIONS = (
    (AnnounceType.NEW, "New submissions"),
    (AnnounceType.CROSS, "Cross submissions"),
)
_BANNER = (
    "Sample page of a demonstration: all papers on it are invented, and this is not arXiv. "
    "示例页面：所有论文均为虚构，本页并非 arXiv。"
)


def arxiv_server(samples: SampleSet, listing_date: date) -> LoopbackServer:
    """Return a server, not yet started, that plays arXiv on `listing_date`."""

    def respond(request: Request) -> Response:
        found = _LIST_PATH.fullmatch(request.path) if request.method == "GET" else None
        if found is None:
            return Response(b"Not found", "text/plain; charset=utf-8", HTTPStatus.NOT_FOUND)
        return Response(listing_page(samples, found[1], listing_date).encode())

    return LoopbackServer(respond)


def listing_page(samples: SampleSet, category: str, listing_date: date) -> str:
    """Return the page of new papers of `category` (or a whole archive), whole, on one page.

    A category without samples gives the page of a quiet day.
    """
    entries = announced(samples.samples, category)
    name = escape(samples.subjects.get(category, category))
    body = _sections(samples, entries) if entries else "    <p>No updates today.</p>\n"
    day = f"{listing_date:%A}, {listing_date.day} {listing_date:%B %Y}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{name} (sample)</title>
</head>
<body>
<div class="ds-announcement" role="region" aria-label="Announcement">{_BANNER}</div>
<div id="content">
<div id='content-inner'>
<div id='dlpage'>
  <h1>{name}</h1>
<p>See <a id="recent-{category}" aria-labelledby="recent-{category}" \
href="/list/{category}/recent">recent</a> articles</p>
<h3>Showing new listings for {day}</h3>
{body}</div>
</div>
</div>
</body>
</html>
"""


def _sections(samples: SampleSet, entries: tuple[AnnouncedPaper, ...]) -> str:
    total = f"<div class='paging'>Total of {len(entries)} entries\n</div>\n"
    item = 1
    lists = []
    for kind, heading in _SECTIONS:
        papers = [entry.paper for entry in entries if entry.type is kind]
        if papers:
            lists.append(_section(samples, heading, papers, kind, item))
        item += len(papers)
    return total + "".join(lists) + total


def _section(
    samples: SampleSet, heading: str, papers: list[Paper], kind: AnnounceType, first: int
) -> str:
    shown = f"{heading} (showing {len(papers)} of {len(papers)} entries)"
    rows = "".join(_entry(samples, paper, kind, n) for n, paper in enumerate(papers, first))
    return f"<dl id='articles'>\n<h3>{shown}</h3>\n{rows}</dl>\n"


def _entry(samples: SampleSet, paper: Paper, kind: AnnounceType, number: int) -> str:
    mark = f"(cross-list from {paper.primary})" if kind is AnnounceType.CROSS else ""
    comment = _field("comments mathjax", "Comments", _text(paper.comment)) if paper.comment else ""
    return f"""<dt>
  <a name='item{number}'>[{number}]</a>
  <a href ="/abs/{paper.id}" title="Abstract" id="{paper.id}">
    arXiv:{paper.id}
  </a>
  {mark}
    [<a href="/pdf/{paper.id}" title="Download PDF" id="pdf-{paper.id}">pdf</a>, \
<a href="/html/{paper.id}v{paper.version}" title="View HTML" id="html-{paper.id}">html</a>, \
<a href="/format/{paper.id}" title="Other formats" id="oth-{paper.id}">other</a>]
</dt>
<dd>
  <div class='meta'>
    {_field("title mathjax", "Title", escape(paper.title))}
    <div class='list-authors'>{_authors(paper.authors)}</div>
    {comment}
    {_field("subjects", "Subjects", _subjects(samples, paper))}
    <p class='mathjax'>
      {_text(paper.abstract)}
    </p>
  </div>
</dd>
"""


def _field(name: str, descriptor: str, content: str) -> str:
    return (
        f"<div class='list-{name}'><span class='descriptor'>{descriptor}:</span>\n"
        f"      {content}\n    </div>"
    )


def _authors(authors: Iterable[str]) -> str:
    return ", ".join(f'<a href="/search/?searchtype=author">{escape(name)}</a>' for name in authors)


def _subjects(samples: SampleSet, paper: Paper) -> str:
    first, *others = (
        escape(f"{samples.subjects[category]} ({category})") for category in paper.categories
    )
    return "; ".join((f'<span class="primary-subject">{first}</span>', *others))


def _text(text: str) -> str:
    """Escape a comment or an abstract; addresses become anchors as arXiv makes them."""
    anchor = (
        r'<a href="\g<0>" rel="external noopener nofollow" class="link-external">this https URL</a>'
    )
    return linked(escape(text, quote=False), anchor)
