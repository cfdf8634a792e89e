"""Feeds, OAI-PMH and API answers for an invented world, as text in arXiv's own layout.

entries ─ rss, atom ─► feeds               arxiv-feed 110b5ab4, `serializer.py`, and recordings
events  ─┬─ records ─► OAI-PMH             as recorded from oaipmh.arxiv.org in 2026
         └─ results ─► Atom of the API     as recorded in 2026

Pure functions. Feeds have TeX accents in names, and neither comments nor high versions.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from arxiv_pages import affiliation
from arxiv_world import Entry, Event

from newsletter.calendar import EASTERN
from newsletter.papers import AnnounceType, Paper
from newsletter.sources.oai_source import set_of

_LATEST_IN_FEEDS = 5
"""Feeds leave out replacements of a higher version."""

_FEED_NAMESPACES = (
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_API_NAMESPACES = (
    'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom"'
)
_DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>"


def feed_entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return what a feed shows of an announcement: replacements beyond version 5 are omitted."""
    replaced = {AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS}
    return tuple(
        one
        for one in entries
        if one.type not in replaced or (one.paper.version or 1) <= _LATEST_IN_FEEDS
    )


def rss(name: str, day: date, entries: Sequence[Entry], days: Sequence[date] = ()) -> str:
    """Return `/rss/<name>`; `days` are the dates of the items where they differ from `day`."""
    dates = days or [day] * len(entries)
    items = "".join(_item(one, on) for one, on in zip(entries, dates, strict=True))
    return f"""{_DECLARATION}
<rss {_FEED_NAMESPACES} xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">
  <channel>
    <title>{name} updates on arXiv.org</title>
    <link>http://rss.arxiv.org/rss/{name}</link>
    <description>{name} updates on the arXiv.org e-print archive.</description>
    <atom:link href="http://rss.arxiv.org/rss/{name}" rel="self" type="application/rss+xml"/>
    <docs>http://www.rssboard.org/rss-specification</docs>
    <language>en-us</language>
    <lastBuildDate>{_rfc_5322(day)}</lastBuildDate>
    <managingEditor>rss-help@arxiv.org</managingEditor>
    <pubDate>{_rfc_5322(day)}</pubDate>
    <skipDays>
      <day>Saturday</day>
      <day>Sunday</day>
    </skipDays>
{items}  </channel>
</rss>
"""


def _item(entry: Entry, day: date) -> str:
    paper = entry.paper
    categories = "".join(f"      <category>{one}</category>\n" for one in paper.categories)
    return f"""    <item>
      <title>{escape(paper.title)}</title>
      <link>https://arxiv.org/abs/{paper.id}</link>
      <description>{_described(entry)}</description>
      <guid isPermaLink="false">oai:arXiv.org:{paper.id}v{paper.version}</guid>
{categories}      <pubDate>{_rfc_5322(day)}</pubDate>
      <arxiv:announce_type>{entry.type}</arxiv:announce_type>
      <dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>
      <dc:creator>{_creator(paper)}</dc:creator>
    </item>
"""


def atom(name: str, day: date, entries: Sequence[Entry], days: Sequence[date] = ()) -> str:
    """Return `/atom/<name>`, as `rss`."""
    dates = days or [day] * len(entries)
    items = "".join(_atom_entry(one, on) for one, on in zip(entries, dates, strict=True))
    return f"""{_DECLARATION}
<feed {_FEED_NAMESPACES} xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
  <id>http://rss.arxiv.org/atom/{name}</id>
  <title>{name} updates on arXiv.org</title>
  <updated>{_midnight(day).isoformat()}</updated>
  <link href="http://rss.arxiv.org/atom/{name}" rel="self" type="application/atom+xml"/>
  <subtitle>{name} updates on the arXiv.org e-print archive.</subtitle>
{items}</feed>
"""


def _atom_entry(entry: Entry, day: date) -> str:
    paper = entry.paper
    categories = "".join(f'    <category term="{one}"/>\n' for one in paper.categories)
    return f"""  <entry>
    <id>oai:arXiv.org:{paper.id}v{paper.version}</id>
    <title>{escape(paper.title)}</title>
    <updated>{_midnight(day).isoformat()}</updated>
    <link href="https://arxiv.org/abs/{paper.id}" rel="alternate" type="text/html"/>
    <summary>{_described(entry)}</summary>
{categories}    <published>{_midnight(day).isoformat()}</published>
    <arxiv:announce_type>{entry.type}</arxiv:announce_type>
    <dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>
    <dc:creator>{_creator(paper)}</dc:creator>
  </entry>
"""


def feed_error(name: str, day: date) -> str:
    """Return the valid and empty feed by which arXiv says that it has no such category."""
    empty = rss(name, day, ())
    title = f"<title>Feed error for query: http://rss.arxiv.org/rss/{name}</title>"
    what = f"<description>Bad archive '{name}'. Valid archive names are: cs, stat.</description>"
    empty = re.sub("<title>.*</title>", lambda _: title, empty, count=1)
    return re.sub("<description>.*</description>", lambda _: what, empty, count=1)


def _described(entry: Entry) -> str:
    paper = entry.paper
    header = f"arXiv:{paper.id}v{paper.version} Announce Type: {entry.type} \nAbstract: "
    return header + escape(paper.abstract)


def _creator(paper: Paper) -> str:
    r"""Return the authors on one line, accents as TeX has them (`Aut\"or`)."""
    first, *others = (name.replace("ö", r"\"o") for name in paper.authors)
    return escape(", ".join((f"{first}{affiliation(paper)}", *others)))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=EASTERN)


def _rfc_5322(day: date) -> str:
    return f"{_midnight(day):%a, %d %b %Y %H:%M:%S %z}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What an OAI-PMH answer says beside its records."""

    now: datetime
    request: Mapping[str, str]
    """The arguments asked with; with a resumption token, that alone."""
    cursor: int = 0
    size: int = 0
    token: str = ""
    """Empty on the last page."""


def records(harvest: Harvest, events: Sequence[Event]) -> str:
    """Return one page of `ListRecords` in the format `arXiv`."""
    counts = f'cursor="{harvest.cursor}" completeListSize="{harvest.size}"'
    token = f"<resumptionToken {counts}>{escape(harvest.token)}</resumptionToken>"
    is_whole = not harvest.token and not harvest.cursor
    rows = "".join(map(_record, events))
    return _oai(harvest, f"<ListRecords>\n{rows}{'' if is_whole else token}</ListRecords>")


def oai_error(harvest: Harvest, code: str, what: str) -> str:
    """Return an OAI-PMH error; `noRecordsMatch` is the normal answer on a quiet day."""
    return _oai(harvest, f'<error code="{code}">{escape(what)}</error>')


def _oai(harvest: Harvest, content: str) -> str:
    arguments = "".join(f" {key}={quoteattr(value)}" for key, value in harvest.request.items())
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
    <responseDate>{harvest.now:%Y-%m-%dT%H:%M:%SZ}</responseDate>
    <request{arguments}>http://oaipmh.arxiv.org/oai</request>
    {content}
</OAI-PMH>
"""


def _record(event: Event) -> str:
    paper = event.paper
    sets = "".join(f"            <setSpec>{set_of(one)}</setSpec>\n" for one in paper.categories)
    updated = f"            <updated>{event.listing_date}</updated>\n" if paper.version != 1 else ""
    comments = f"<comments>{escape(paper.comment)}</comments>" if paper.comment else ""
    people = "".join(_person(name) for name in paper.authors)
    return f"""<record>
        <header>
            <identifier>oai:arXiv.org:{paper.id}</identifier>
            <datestamp>{event.listing_date}</datestamp>
{sets}        </header>
        <metadata>
        <arXiv xmlns="http://arxiv.org/OAI/arXiv/">
            <id>{paper.id}</id>
            <created>{event.submitted}</created>
{updated}            <authors>{people}</authors>
            <title>{escape(paper.title)}</title>
            <categories>{" ".join(paper.categories)}</categories>
            {comments}
            <abstract>{escape(paper.abstract)}</abstract>
        </arXiv>
        </metadata>
</record>
"""


def _person(name: str) -> str:
    forename, _, keyname = name.partition(" ")
    return (
        f"<author><keyname>{escape(keyname)}</keyname>"
        f"<forenames>{escape(forename)}</forenames></author>"
    )


def results(ids: str, events: Sequence[Event], *, start: int, size: int) -> str:
    """Return the API's answer to `id_list`: `size` results from number `start` on."""
    entries = "".join(map(_result, events[start : start + size]))
    return _api(f"arXiv Query: search_query=&id_list={ids}", len(events), start, size, entries)


def api_error(item: str) -> str:
    """Return the entry by which the API refuses a malformed identifier, with status 400."""
    address = f"https://arxiv.org/api/errors#incorrect_id_format_for_{escape(item)}"
    entry = (
        f"  <entry>\n    <id>{address}</id>\n    <title>Error</title>\n"
        f"    <summary>incorrect id format for {escape(item)}</summary>\n  </entry>\n"
    )
    return _api("arXiv Search Results", 1, 0, 1, entry)


def _api(title: str, total: int, start: int, size: int, entries: str) -> str:
    return f"""{_DECLARATION}
<feed {_API_NAMESPACES}>
  <id>https://arxiv.org/api/sample</id>
  <title>{escape(title)}</title>
  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
{entries}</feed>
"""


def _result(event: Event) -> str:
    paper = event.paper
    people = "".join(f"    <author><name>{escape(one)}</name></author>\n" for one in paper.authors)
    categories = "".join(
        f'    <category term="{one}" scheme="http://arxiv.org/schemas/atom"/>\n'
        for one in paper.categories
    )
    comment = (
        f"    <arxiv:comment>{escape(paper.comment)}</arxiv:comment>\n" if paper.comment else ""
    )
    return f"""  <entry>
    <id>http://arxiv.org/abs/{paper.id}v{paper.version}</id>
    <title>{escape(paper.title)}</title>
    <updated>{event.listing_date - timedelta(days=1)}T17:59:46Z</updated>
    <summary>{escape(paper.abstract)}</summary>
{categories}    <published>{event.submitted}T17:59:46Z</published>
{comment}    <arxiv:primary_category term="{paper.primary}"/>
{people}  </entry>
"""
