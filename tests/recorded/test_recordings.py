"""Every recorded arXiv document, read here a second time by other means and compared."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from recorded_documents import read

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import Announcement, AnnouncementState, Counts, DocumentKind
from newsletter.sources.detect import parse_document
from newsletter.sources.documents import DocumentSource

FRIDAY = date(2026, 5, 29)
READABLE = {"whole", "window", "empty", "past_the_end"}
STATES = {
    "whole": AnnouncementState.FRESH,
    "window": AnnouncementState.WAITING,
    "past_the_end": AnnouncementState.WAITING,
    "empty": AnnouncementState.QUIET,
    "incomplete": AnnouncementState.WAITING,
    "damaged": AnnouncementState.FAILED,
}
SECTIONS = ("new", "cross", "replace")
MADE_BY_ARXIV = re.compile("^(?:http://|https://arxiv.org/abs/|https://doi.org/)")


@pytest.fixture(scope="session")
def pages(recordings: Path) -> dict[str, dict[str, Any]]:
    """Return the pages' manifest by file name."""
    lines = (recordings / "pages" / "manifest.jsonl").read_text().splitlines()
    return {row["file"]: row for row in map(json.loads, lines)}


def with_verdict(pages: dict[str, dict[str, Any]], *verdicts: str) -> Iterator[dict[str, Any]]:
    """Yield the pages with one of `verdicts`; there is at least one of each."""
    chosen = [row for row in pages.values() if row["verdict"] in verdicts]
    assert set(verdicts) == {row["verdict"] for row in chosen}
    yield from chosen


def by_section(announcement: Announcement) -> dict[str, list[str]]:
    """Return the identifiers by type, in order."""
    return {
        kind: [e.paper.id.value for e in announcement.entries if e.type.value == kind]
        for kind in SECTIONS
    }


def test_pages_give_exactly_the_expected_papers(
    recordings: Path, pages: dict[str, dict[str, Any]]
) -> None:
    """Identifiers, sections, order, counts, date, category and state are as the manifest says."""
    for row in with_verdict(pages, *READABLE):
        announcement = read(recordings, f"pages/{row['file']}")
        assert row["expected_ids"] == by_section(announcement), row["file"]
        assert Counts(**row["shown"]) == announcement.expected, row["file"]
        assert announcement.expected == announcement.parsed, row["file"]
        # Keywords cannot be found in abstracts that are not there: such a page is not enough.
        state = AnnouncementState.WAITING if "_noabs" in row["file"] else STATES[row["verdict"]]
        assert state is announcement.state, row["file"]
        assert row["date"] == str(announcement.listing_date), row["file"]
        assert row["category"] == announcement.category, row["file"]
        kind = DocumentKind.CATCHUP if "/catchup/" in row["url"] else DocumentKind.LISTING
        assert kind is announcement.kind, row["file"]


def test_damaged_pages_give_their_whole_entries(
    recordings: Path, pages: dict[str, dict[str, Any]]
) -> None:
    """Of damaged pages exactly the whole entries are read, and the damage is named."""
    for row in with_verdict(pages, "damaged", "incomplete"):
        announcement = read(recordings, f"pages/{row['file']}")
        ids = [entry.paper.id.value for entry in announcement.entries]
        assert row["ids_with_whole_dt_dd"] == ids, row["file"]
        assert STATES[row["verdict"]] is announcement.state, row["file"]
        assert announcement.problems, row["file"]


def test_damage_is_named_by_its_kind(recordings: Path) -> None:
    """Each kind of damage has its own code."""
    kinds = {
        "damaged_cs.AI_new_2026-05-29_30of30_holds_29.html": {"count_short"},
        "damaged_cs.LG_new_2026-05-29_cut_in_abstract.html": {"truncated", "count_short", "window"},
        "damaged_cs.LG_new_2026-05-29_cut_in_utf8.html": {
            "encoding",
            "truncated",
            "count_short",
            "window",
        },
        "list_cs.AI_new_2026-05-29_lag_29of30.html": {"rows_missing"},
    }
    for name, codes in kinds.items():
        problems = read(recordings, f"pages/{name}").problems
        assert codes == {problem.code for problem in problems}, name


def test_error_pages_are_refused(recordings: Path, pages: dict[str, dict[str, Any]]) -> None:
    """Error pages and plain answers are no announcements."""
    names = [f"pages/{row['file']}" for row in with_verdict(pages, "error")]
    for name in [*names, "errors/429_rate_exceeded.txt"]:
        with pytest.raises(NotAnAnnouncement):
            read(recordings, name)


def test_daily_corpora_are_refused_by_kind(recordings: Path) -> None:
    """JSON lines are no document of arXiv's."""
    files = sorted((recordings / "corpora").iterdir())
    assert files
    for file in files:
        with pytest.raises(NotAnAnnouncement, match="JSON"):
            parse_document(file.read_bytes(), file.name)


def test_real_trimmed_page_equals_its_rendering(recordings: Path) -> None:
    """The one page recorded from arXiv and its rendering by arXiv's application agree."""
    real = read(recordings, "listing/list_cs.AI_new_2026-08-12_6.html")
    rendered = read(recordings, "pages/list_cs.AI_new_2026-08-12_6_rerendered.html")
    assert rendered.entries == real.entries
    assert AnnouncementState.WAITING is real.state
    assert ["no_total"] == [problem.code for problem in real.problems]


@dataclass
class Row:
    """One entry of a page as the standard library's tokenizer shows it."""

    id: str = ""
    title: str = ""
    abstract: str = ""
    comment: str = ""
    hrefs: list[str] = field(default_factory=list)


class PageReader(HTMLParser):
    """Reads entries off the stream of tags, by the place where a text begins and ends."""

    def __init__(self) -> None:
        """Begin outside every entry."""
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self.where = ""
        self.href = ""
        self.label = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an entry, a field, an anchor or a label; a break is a line feed."""
        values = {name: value or "" for name, value in attrs}
        kind = values.get("class", "").split(" ")[0]
        if tag == "dt":
            self.rows.append(Row())
        elif tag == "a" and values.get("title") == "Abstract":
            self.rows[-1].id = values["id"]
        elif tag == "a" and self.where:
            self.href = values["href"]
            self.rows[-1].hrefs.append(self.href)
        elif tag == "br" and self.where:
            self.add("\v")
        elif tag == "span":
            self.label = kind == "descriptor"
        elif tag in {"div", "p"}:
            fields = {"list-title": "title", "list-comments": "comment"}
            self.where = "abstract" if (tag, kind) == ("p", "mathjax") else fields.get(kind, "")

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened."""
        if tag in {"div", "p"}:
            self.where = ""
        elif tag == "span":
            self.label = False
        elif tag == "a":
            self.href = ""

    def handle_data(self, data: str) -> None:
        """Keep text of a field, with the address in place of arXiv's placeholder."""
        if self.where and not self.label:
            placeholder = self.href and data.startswith("this http")
            self.add(self.href.removeprefix("http://") if placeholder else data)

    def add(self, text: str) -> None:
        """Append to the open field."""
        row = self.rows[-1]
        setattr(row, self.where, getattr(row, self.where) + text)


def layout_free(text: str) -> str:
    """Strip a text, and each paragraph of it, as a browser would show it."""
    return "\n".join(part.strip(" \n") for part in text.split("\v")).strip()


def test_pages_equal_an_independent_reading(
    recordings: Path, pages: dict[str, dict[str, Any]]
) -> None:
    """Titles, abstracts and comments equal what the standard library's tokenizer sees."""
    for row in with_verdict(pages, "whole", "window", "incomplete"):
        name = f"pages/{row['file']}"
        reader = PageReader()
        reader.feed((recordings / name).read_bytes().decode())
        papers = [entry.paper for entry in read(recordings, name).entries]
        assert [
            (r.id, layout_free(r.title), layout_free(r.abstract), layout_free(r.comment))
            for r in reader.rows
        ] == [(p.id.value, p.title, p.abstract, p.comment or "") for p in papers], name
        for found, paper in zip(reader.rows, papers, strict=True):
            assert set(paper.links) <= set(found.hrefs), (name, paper.id)


@pytest.fixture(scope="session")
def originals(recordings: Path) -> dict[str, dict[str, Any]]:
    """Return the metadata that authors submitted, by identifier."""
    rows = (
        json.loads(line)
        for file in sorted((recordings / "corpora").glob("*.jsonl"))
        for line in file.read_text().splitlines()
    )
    return {row["id"]: row for row in rows}


def spaceless(text: str) -> str:
    """Return a text without white space, which the two systems lay out differently."""
    return "".join(text.split())


def test_links_in_pages_read_as_their_authors_wrote_them(
    recordings: Path, pages: dict[str, dict[str, Any]], originals: dict[str, dict[str, Any]]
) -> None:
    """Abstracts with links equal the submitted text, and each link stands in it."""
    compared = 0
    for row in with_verdict(pages, "whole", "window"):
        for entry in read(recordings, f"pages/{row['file']}").entries:
            paper, original = entry.paper, originals.get(entry.paper.id.value)
            if original is None or not paper.links or not paper.abstract:
                continue
            text = f"{original['title']} {original['comment'] or ''} {original['summary']}"
            if all(ord(char) < 0x370 or ord(char) > 0x3FF for char in text):  # Greek is TeX here
                assert spaceless(original["summary"]) == spaceless(paper.abstract), paper.id
                compared += 1
            for link in paper.links:
                written = MADE_BY_ARXIV.sub("", link)
                assert written in text, (paper.id, link)
    assert compared > 100


def test_authors_equal_the_submitted_ones(
    recordings: Path, pages: dict[str, dict[str, Any]], originals: dict[str, dict[str, Any]]
) -> None:
    """Authors' names equal the submitted list, as far as arXiv prints it: the first hundred."""
    compared = 0
    for row in with_verdict(pages, "whole", "window"):
        for entry in read(recordings, f"pages/{row['file']}").entries:
            original = originals.get(entry.paper.id.value)
            if original is not None:
                names = [name for name in original["authors"] if name != ":"]
                shown = len(entry.paper.authors) if len(names) > 90 else len(names)
                assert tuple(names[:shown]) == entry.paper.authors, entry.paper.id
                compared += 1
    assert compared > 500


def test_false_joins_are_no_links(recordings: Path, pages: dict[str, dict[str, Any]]) -> None:
    """No recorded sentence that lacks a space passes for an address; bare hosts do."""
    links = {
        link
        for row in with_verdict(pages, "whole")
        for entry in read(recordings, f"pages/{row['file']}").entries
        for link in entry.paper.links
    }
    assert {"http://ClinicalTrials.gov", "http://LandCover.ai", "http://RWA.xyz"} <= links
    assert not [link for link in links if re.fullmatch(r"http://\w+\.[A-Z][a-z]*", link)]


def test_folder_of_pages_makes_an_edition(
    recordings: Path, pages: dict[str, dict[str, Any]]
) -> None:
    """The recorded folder gives the day's categories, and a reason for every other file."""
    source = DocumentSource(recordings / "pages")
    assert ("cs", "cs.AI", "cs.CL", "cs.GT", "cs.LG", "cs.OS", "cs.RO") == source.categories(FRIDAY)
    assert {
        "cs": ("fresh", 1066),
        "cs.AI": ("fresh", 442),
        "cs.CL": ("waiting", 25),
        "cs.GT": ("fresh", 1),
        "cs.LG": ("fresh", 251),
        "cs.OS": ("quiet", 0),
        "cs.RO": ("waiting", 0),
    } == {
        category: (found.state.value, len(found.entries))
        for category in source.categories(FRIDAY)
        for found in [source.fetch(category, FRIDAY)]
    }
    rejected = {problem.item: problem.code for problem in source.rejected(FRIDAY)}
    used = {source.fetch(category, FRIDAY).origin for category in source.categories(FRIDAY)}
    assert set(pages) == used | rejected.keys()
    assert "damaged" == rejected["damaged_cs.AI_new_2026-05-29_30of30_holds_29.html"]
    assert "not_an_announcement" == rejected["list_cs.AI_new_2026-05-29_lag_503.txt"]
    assert "other_date" == rejected["catchup_cs.LG_2026-06-03_noabs.html"]
    assert "copy" == rejected["list_cs.LG_new_2026-05-29_seen_Sat_2026-05-30.html"]


def test_recorded_windows_are_joined(recordings: Path) -> None:
    """Two recorded windows make one longer one, which is still not the day."""
    source = DocumentSource(recordings / "pages")
    announcement = source.fetch("cs.AI", date(2026, 6, 2))
    assert (AnnouncementState.WAITING, Counts(new=100)) == (
        announcement.state,
        announcement.expected,
    )
    assert 100 == len({entry.paper.id for entry in announcement.entries})


def test_seed_papers_arrive_new(recordings: Path, shared: Path) -> None:
    """Every paper of the sample issue is a new submission on the recorded page of cs."""
    issue = json.loads((shared / "seed" / "papers.json").read_text())
    rows = issue if isinstance(issue, list) else issue["papers"]
    wanted = {row.get("id") or row["arxiv_id"] for row in rows}
    announcement = read(recordings, "pages/list_cs_new_2026-05-29.html")
    new = {entry.paper.id.value for entry in announcement.entries if entry.type.value == "new"}
    assert 66 == len(wanted)
    assert wanted <= new
