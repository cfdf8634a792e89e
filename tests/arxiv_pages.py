"""arXiv's own markup for an invented world: listing and catch-up pages, as text.

entries ─ sections inside the window ─ frame ─► HTML

Pure functions. Read in arxiv-browse 26f634fb (`list/new.html`, `list/base.html`, `catchup.html`)
and its recorded pages. Texts are changed as arXiv changes them: "this https URL" stands in the
place of an address. Feeds and metadata are in `arxiv_feeds`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import quote

from arxiv_world import Entry, Event

from newsletter.papers import AnnounceType, Paper
from newsletter.taxonomy import english_name

_SECTIONS = (
    ("New submissions", "New submissions", frozenset({AnnounceType.NEW})),
    ("Cross submissions", "Cross-lists", frozenset({AnnounceType.CROSS})),
    (
        "Replacement submissions",
        "Replacements",
        frozenset({AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS}),
    ),
)
"""Heading, name in the index, and types; pages do not tell the two kinds of replacement apart."""

_ADDRESS = re.compile(r"https?://[^\s<]+[^\s<.,;)]")
_NO_ENTRIES = "There was either no announcement for this day, or no updates within the requested"


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a day that a page shows: `show` running numbers after the first `skip`."""

    skip: int
    show: int


def listing(
    name: str,
    day: date,
    entries: Sequence[Entry],
    window: Window,
    *,
    missing_rows: int = 0,
) -> str:
    """Return `/list/<name>/new`; of its first section, the last `missing_rows` are not there."""
    total = f"<div class='paging'>Total of {len(entries)} entries \n    </div>" if entries else ""
    body = _sections(entries, window, missing_rows) or "    <p>No updates today.</p>\n"
    return _frame(
        _title(name),
        f"""<div id='dlpage'>
  <h1>{_title(name)}</h1>

<ul>
{_index(entries)}</ul>

<p>See <a id="recent-{name}" aria-labelledby="recent-{name}" href="/list/{name}/recent">recent</a> \
articles</p>
<h3>Showing new listings for {day:%A}, {day.day} {day:%B %Y}</h3>

      {total}
{body}
      {total}
</div>
""",
    )


def catchup(
    name: str,
    day: date,
    entries: Sequence[Entry],
    window: Window,
    *,
    next_day: date | None = None,
    missing_rows: int = 0,
) -> str:
    """Return `/catchup/<name>/<day>?abs=True`, with the stray end tag; rows as in `listing`."""
    words = f"{day:%a, %d %b %Y}"
    link = f'<a href="/catchup/{name}/{next_day}?abs=True&amp;page=1">Continue to the next day</a>'
    onwards = f"{link}\n        <br><br>" if next_day else ""
    empty = f"<br><div><p>No updates for {words}. {_NO_ENTRIES} subject.</p></div><br>\n"
    return _frame(
        "",
        f"""<div id='dlpage'>
  <h1>Catchup results for {_title(name)} on {words}</h1>

    <ul>
{_index(entries)}    </ul>

    <div>
        {onwards}

      Total of {len(entries)} entries for {words}
      {_pages(name, day, len(entries), window)}

    </div>

{_sections(entries, window, missing_rows) or empty}
    <div></div>
    Total of {len(entries)} entries for {words}
    </div>

</div>
""",
    )


def error_page(what: str) -> str:
    """Return arXiv's page for a request that it cannot process."""
    return _frame(
        "Bad Request",
        f"<h1>{escape(what)}</h1>\n<p>The server cannot process your request due to syntax errors, "
        "missing \n  required data or invalid content-type.</p>\n",
    )


def _frame(title: str, content: str) -> str:
    """Return a page: arXiv's header, with the link that robots must not follow, and its footer."""
    return f"""<!DOCTYPE html>
<html lang="en">

<head>  <title>{title}  </title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
</head>

<body ><div class="flex-wrap-footer">
<header class="ds-site-header">
  <a aria-hidden="true" tabindex="-1" href="https://arxiv.org/IgnoreMe" class="is-sr-only"></a>
</header>
    <main>
      <div id="content">
<div id='content-inner'>
{content}</div>
</div>      </div>
    </main>
<footer class="ds-site-footer"></footer>  </div>

</body>

</html>"""


def _title(name: str) -> str:
    return escape(english_name(name).removesuffix(f" ({name})"))


def _index(entries: Sequence[Entry]) -> str:
    """Return the list of sections at the top of a page."""
    first, lines = 1, []
    for _, label, types in _SECTIONS:
        count = sum(entry.type in types for entry in entries)
        if count:
            lines.append(f'  <li><a href="#item{first}">{label}</a></li>\n')
        first += count
    return "".join(lines)


def _pages(name: str, day: date, total: int, window: Window) -> str:
    """Return a catch-up page's links to its other pages, empty where there is one only."""
    count = -(-total // window.show)
    links = (
        f'<a href="/catchup/{name}/{day}?abs=True&amp;page={n + 1}">{n + 1}</a>'
        for n in range(count)
    )
    return f"View page: {' '.join(links)}" if count > 1 else ""


def _sections(entries: Sequence[Entry], window: Window, missing_rows: int) -> str:
    """Return the sections as far as they are inside the window; empty where none is."""
    start, texts = 0, []
    for heading, _, types in _SECTIONS:
        rows = sorted((one for one in entries if one.type in types), key=lambda e: str(e.paper.id))
        inside = rows[max(window.skip - start, 0) : max(window.skip + window.show - start, 0)]
        if inside:
            kept = inside[: max(len(inside) - missing_rows, 0)]
            first = max(start, window.skip) + 1
            counts = _counts(start, len(rows), len(kept), window)
            texts.append(_section(f"{heading} ({counts} of {len(rows)} entries)", kept, first))
            missing_rows = 0
        start += len(rows)
    return "".join(texts)


def _counts(start: int, total: int, shown: int, window: Window) -> str:
    """Return how a heading begins; a section that ends with the page is "first" all the same."""
    before, beyond = start < window.skip, start + total >= window.skip + window.show
    if before:
        return f"continued, showing {shown}" if beyond else f"continued, showing last {shown}"
    return f"showing first {shown}" if beyond else f"showing {shown}"


def _section(heading: str, entries: Sequence[Entry], first: int) -> str:
    rows = "".join(_row(entry, number) for number, entry in enumerate(entries, first))
    return f"      <dl id='articles'>\n    <h3>{heading}</h3>\n\n\n{rows}</dl>\n\n"


def _row(entry: Entry, number: int) -> str:
    """Return the `dt` and `dd` of one paper."""
    paper = entry.paper
    optional = _field("comments mathjax", "Comments", _text(paper.comment)) if paper.comment else ""
    return f"""    <dt>
      <a name='item{number}'>[{number}]</a>
      <a href ="/abs/{paper.id}" title="Abstract" id="{paper.id}">
        arXiv:{paper.id}
      </a>
      {_mark(entry)}
        [{_formats(entry.event)}]
    </dt>
    <dd>
      <div class='meta'>
        {_field("title mathjax", "Title", escape(paper.title))}
        <div class='list-authors'>{_authors(paper)}</div>

        {optional}

        {_field("subjects", "Subjects", _subjects(paper))}

        <p class='mathjax'>
          {_text(paper.abstract)}
        </p>
      </div>
    </dd>
"""


def _field(css: str, label: str, content: str) -> str:
    return (
        f"<div class='list-{css}'><span class='descriptor'>{label}:</span>\n"
        f"          {content}\n        </div>"
    )


def _mark(entry: Entry) -> str:
    if entry.type is AnnounceType.NEW:
        return ""
    return (
        f"(cross-list from {entry.paper.primary})"
        if entry.type is AnnounceType.CROSS
        else "(replaced)"
    )


def _formats(event: Event) -> str:
    """Return the links to a paper's forms; a withdrawn one has a PDF of old at most."""
    item, version = event.paper.id, event.paper.version
    pdf = f'<a href="/pdf/{item}" title="Download PDF" id="pdf-{item}">pdf</a>'
    if event.withdrawn:
        return pdf
    html = f'<a href="https://arxiv.org/html/{item}v{version}" title="View HTML">html</a>'
    return f'{pdf}, {html}, <a href="/format/{item}" title="Other formats">other</a>'


def _authors(paper: Paper) -> str:
    names = (
        f'<a href="/search/cs?query={quote(name)}">{escape(name)}</a>' for name in paper.authors
    )
    first, *others = names
    return ", ".join((f"{first}{affiliation(paper)}", *others))


def affiliation(paper: Paper) -> str:
    """Return what stands in parentheses behind some first authors, a comma inside."""
    return " (Sample Institute, Sample Town)" if str(paper.id).endswith("0") else ""


def _subjects(paper: Paper) -> str:
    first, *others = (escape(english_name(one)) for one in paper.categories)
    return "; ".join((f'<span class="primary-subject">{first}</span>', *others))


def _text(text: str) -> str:
    """Return a text with its addresses as anchors that do not show them."""
    anchor = r'<a href="\g<0>" rel="external noopener nofollow">this https URL</a>'
    return _ADDRESS.sub(anchor, escape(text))
