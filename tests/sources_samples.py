"""Invented announcements in the layout of arXiv's pages and feeds, for the tests of sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from xml.sax.saxutils import escape as xml_escape


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One invented paper, and how a document shows it. Texts that end in `html` are markup."""

    id: str
    title: str = "A sample title"
    abstract_html: str = "A sample abstract."
    authors_html: str = '<a href="/search/?query=Author">Sample Author</a>'
    comment_html: str = ""
    journal: str = ""
    subjects: str = '<span class="primary-subject">Machine Learning (cs.LG)</span>'
    version: int | None = 1
    mark: str = ""


def entry(sample: Sample, number: int) -> str:
    """Return the `dt` and `dd` of one paper."""
    edition = f'<a href="https://arxiv.org/html/{sample.id}v{sample.version}">html</a>, '
    optional = "".join(
        f"<div class='list-{name}'><span class='descriptor'>{label}:</span>\n  {text}\n</div>"
        for name, label, text in (
            ("comments mathjax", "Comments", sample.comment_html),
            ("journal-ref", "Journal-ref", escape(sample.journal)),
        )
        if text
    )
    return f"""<dt>
      <a name='item{number}'>[{number}]</a>
      <a href ="/abs/{sample.id}" title="Abstract" id="{sample.id}">
        arXiv:{sample.id}
      </a> {sample.mark}
        [<a href="/pdf/{sample.id}">pdf</a>, {edition if sample.version else ""}other]
    </dt>
    <dd>
      <div class='meta'>
        <div class='list-title mathjax'><span class='descriptor'>Title:</span>
          {escape(sample.title)}
        </div>
        <div class='list-authors'>{sample.authors_html}</div>
        {optional}
        <div class='list-subjects'><span class='descriptor'>Subjects:</span>
          {sample.subjects}
        </div>
        <p class='mathjax'>
          {sample.abstract_html}
        </p>
      </div>
    </dd>
"""


def section(heading: str, samples: Sequence[Sample], first: int = 1) -> str:
    """Return one section; `first` is the running number of its first paper."""
    entries = "".join(entry(sample, first + at) for at, sample in enumerate(samples))
    return f"<dl id='articles'>\n<h3>{heading}</h3>\n{entries}</dl>\n"


def listing(
    *sections: str,
    total: int | None,
    day: str = "Friday, 29 May 2026",
    category: str = "cs.LG",
    end: str = "</body>\n\n</html>\n",
) -> str:
    """Return a listing page."""
    paging = "" if total is None else f"<div class='paging'>Total of {total} entries \n</div>"
    body = "".join(sections) or "<p>No updates today.</p>"
    return f"""<!DOCTYPE html>
<html lang="en"><head><title>Machine Learning</title></head>
<body><h1>Machine Learning</h1>
<p>See <a id="recent-{category}" href="/list/{category}/recent">recent</a> articles</p>
<h3>Showing new listings for {day}</h3>
{paging}
{body}
{paging}
{end}"""


def page_of_new(*papers: Sample, category: str = "cs.LG") -> str:
    """Return a whole listing page whose only section holds `papers` as new submissions."""
    heading = f"New submissions (showing {len(papers)} of {len(papers)} entries)"
    return listing(section(heading, papers), total=len(papers), category=category)


def catchup(*sections: str, total: int, day: str = "Wed, 03 Jun 2026") -> str:
    """Return a catch-up page, with the stray end tag that arXiv's template has."""
    body = "".join(sections) or f"<p>No updates for {day}.</p>"
    return f"""<!DOCTYPE html>
<html lang="en"><head><title></title></head>
<body><h1>Catchup results for Machine Learning on {day}</h1>
<div><a href="/catchup/cs.LG/2026-06-04?abs=True&amp;page=1">Continue to the next day</a>
Total of {total} entries for {day}</div>
{body}
<div></div></div></body></html>"""


def samples(count: int, start: int = 1) -> list[Sample]:
    """Return `count` papers with different ids and titles."""
    return [Sample(id=f"2605.{at:05}", title=f"Sample {at}") for at in range(start, start + count)]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One invented item of a feed."""

    id: str = "2605.00001"
    version: int = 1
    title: str = "A sample title"
    type: str = "new"
    abstract: str = "A sample abstract."
    creator: str = "Sample Author"
    categories: tuple[str, ...] = ("cs.LG",)
    extra: str = ""
    day: str = "Fri, 29 May 2026 00:00:00 -0400"

    def rss(self) -> str:
        """Return the item as RSS."""
        categories = "".join(f"<category>{name}</category>" for name in self.categories)
        header = f"arXiv:{self.id}v{self.version} Announce Type: {self.type} \nAbstract: "
        return f"""    <item>
      <title>{xml_escape(self.title)}</title>
      <link>https://arxiv.org/abs/{self.id}</link>
      <description>{header}{xml_escape(self.abstract)}</description>
      <guid isPermaLink="false">oai:arXiv.org:{self.id}v{self.version}</guid>
      {categories}
      <pubDate>{self.day}</pubDate>
      <arxiv:announce_type>{self.type}</arxiv:announce_type>
      {self.extra}
      <dc:creator>{xml_escape(self.creator)}</dc:creator>
    </item>
"""


def rss(
    *items: str,
    day: str = "Fri, 29 May 2026 00:00:00 -0400",
    title: str = "cs.LG updates on arXiv.org",
    link: str = "http://rss.arxiv.org/rss/cs.LG",
) -> str:
    """Return an RSS feed of items as text."""
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">
  <channel>
    <title>{title}</title>
    <link>{link}</link>
    <description>A description of the feed.</description>
    <pubDate>{day}</pubDate>
{"".join(items)}  </channel>
</rss>
"""


ATOM_EMPTY = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>http://rss.arxiv.org/atom/cs.LG</id>
  <title>cs.LG updates on arXiv.org</title>
  <updated>2026-05-30T04:00:19.866337+00:00</updated>
</feed>
"""
