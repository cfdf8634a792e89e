"""Every recorded OAI-PMH and API answer, read a second time with the standard library."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import Announcement, AnnouncementState, DocumentKind
from newsletter.sources.detect import parse_document

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
Row = tuple[str, str, str, tuple[str, ...], tuple[str, ...], str, str]


def words(text: str | None) -> str:
    """Return a text with every run of white space as one space: wraps are no characters."""
    return " ".join((text or "").split())


def name(text: str | None) -> str:
    """Return an author's name; braces around one letter are TeX, and no part of the name."""
    return re.sub(r"\{(\w)\}", r"\1", words(text))


def oai_rows(root: ET.Element) -> list[Row]:
    """Return id, title, abstract, authors, categories, comment and DOI of every record."""
    rows = []
    for body in root.iterfind(".//{*}arXiv"):
        text = {el.tag.rpartition("}")[2]: el.text or "" for el in body}
        authors = tuple(
            name(" ".join(found.text or "" for part in ("forenames", "keyname", "suffix")
                          if (found := person.find(f"{{*}}{part}")) is not None))
            for person in body.iterfind("{*}authors/{*}author")
        )  # fmt: skip
        rows.append(
            (
                text["id"],
                words(text["title"]),
                words(text["abstract"]),
                authors,
                tuple(text["categories"].split()),
                words(text.get("comments")),
                words(text.get("doi")),
            )
        )
    return rows


def api_rows(root: ET.Element) -> list[Row]:
    """Return the same of every entry of an API answer."""
    rows = []
    for entry in root.iterfind(f"{ATOM}entry"):
        primary = entry.find(f"{ARXIV}primary_category")
        assert primary is not None
        terms = [primary.get("term", "")]
        terms += [
            tag.get("term", "")
            for tag in entry.iterfind(f"{ATOM}category")
            if "arxiv" in tag.get("scheme", "")
        ]
        rows.append(
            (
                re.sub(r"v\d+$", "", entry.findtext(f"{ATOM}id", "").partition("/abs/")[2]),
                words(entry.findtext(f"{ATOM}title")),
                words(entry.findtext(f"{ATOM}summary")),
                tuple(name(n.text) for n in entry.iterfind(f"{ATOM}author/{ATOM}name")),
                tuple(dict.fromkeys(terms)),
                words(entry.findtext(f"{ARXIV}comment")),
                words(entry.findtext(f"{ARXIV}doi")),
            )
        )
    return rows


def parsed_rows(announcement: Announcement) -> list[Row]:
    """Return the same as the project reads it."""
    return [
        (
            paper.id.value,
            paper.title,
            words(paper.abstract),
            paper.authors,
            paper.categories,
            paper.comment or "",
            paper.doi or "",
        )
        for paper in (entry.paper for entry in announcement.entries)
    ]


@pytest.mark.parametrize(
    ("folder", "kind", "read"),
    [("oai", DocumentKind.OAI, oai_rows), ("api", DocumentKind.API, api_rows)],
)
def test_answers_equal_a_plain_reading(
    recordings: Path, folder: str, kind: DocumentKind, read: Callable[[ET.Element], list[Row]]
) -> None:
    """No paper is lost and no character changes, in any recorded answer."""
    files = [file for file in (recordings / folder).iterdir() if "_abc_" not in file.name]
    papers = 0
    for file in files:
        announcement = parse_document(file.read_bytes(), file.name)
        expected = read(ET.fromstring(file.read_bytes()))  # noqa: S314 - recordings of this project
        assert expected == parsed_rows(announcement), file.name
        assert kind is announcement.kind
        assert announcement.expected == announcement.parsed, file.name
        papers += len(expected)
    assert {"oai": 558, "api": 281}[folder] == papers


def test_a_whole_answer_and_a_page_of_one_differ(recordings: Path) -> None:
    """The last page of a long harvest is one of several; a single record is whole."""
    files = {"oai/hepcrawl_single.xml": AnnouncementState.FRESH}
    files["oai/shishir_last538.xml"] = AnnouncementState.WAITING
    files["api/api_10_2018.xml"] = AnnouncementState.WAITING
    files["api/arxivpy_id_0000.0000_s0_m100_8b51d9633a68.xml"] = AnnouncementState.QUIET
    read = {file: parse_document((recordings / file).read_bytes(), file).state for file in files}
    assert files == read


def test_a_malformed_identifier_is_an_error(recordings: Path) -> None:
    """The API's Error entry is no paper, and its words are passed on."""
    file = next((recordings / "api").glob("*_abc_*"))
    with pytest.raises(NotAnAnnouncement, match="incorrect id format for abc"):
        parse_document(file.read_bytes(), file.name)
