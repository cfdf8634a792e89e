"""Recorded feeds, whole and broken, beside a plain reading of them."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from recorded_documents import read

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import AnnouncementState, Counts
from newsletter.sources.detect import parse_document

FEEDS = (
    "rss/stat_2024-03-26.xml",
    "rss/cs_ai_2026-04-27_first3.xml",
    "atom/cs.AI_2025-08-20_7.xml",
    "generated/day_2026-05-29_438.atom.xml",
    "generated/day_2026-05-29_438.rss.xml",
    "derived/toseic_2025-02-05T02.xml",
)


@pytest.mark.parametrize("flavour", ["rss", "atom"])
def test_empty_and_error_feeds(recordings: Path, flavour: str) -> None:
    """A Saturday's feed is quiet, and a feed error is refused in arXiv's words."""
    quiet = read(recordings, f"generated/empty_saturday.{flavour}.xml")
    assert (AnnouncementState.QUIET, "cs.LG") == (quiet.state, quiet.category)
    with pytest.raises(NotAnAnnouncement, match="Bad archive 'heplat'"):
        read(recordings, f"generated/error_bad_archive.{flavour}.xml")


def local(element: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def child_texts(item: ET.Element, *names: str) -> list[str]:
    """Return the texts of the children with one of `names`."""
    return [child.text or "" for child in item if local(child) in names]


def feed_rows(body: bytes) -> list[tuple[str, str, str, list[str]]]:
    """Read a feed with the standard library: id, title, abstract and categories of each item."""
    rows = []
    for item in ET.fromstring(body).iter():  # noqa: S314 - recordings of this project
        if local(item) not in {"item", "entry"}:
            continue
        (guid,), (title,) = child_texts(item, "guid", "id"), child_texts(item, "title")
        (summary,) = child_texts(item, "description", "summary")
        categories = [
            child.text or child.get("term") or "" for child in item if local(child) == "category"
        ]
        abstract = summary.split("\nAbstract: ", 1)[-1] if "Announce Type:" in summary else summary
        rows.append((guid.removeprefix("oai:arXiv.org:"), title, abstract, categories))
    return rows


@pytest.mark.parametrize("name", FEEDS)
def test_feeds_equal_a_plain_reading(recordings: Path, name: str) -> None:
    """No character of a feed's identifiers, titles, abstracts and categories changes."""
    announcement = read(recordings, name)
    papers = [entry.paper for entry in announcement.entries]
    assert feed_rows((recordings / name).read_bytes()) == [
        (f"{paper.id}v{paper.version}", paper.title, paper.abstract, list(paper.categories))
        for paper in papers
    ]
    assert announcement.expected == announcement.parsed


def test_feed_counts_equal_the_manifest(recordings: Path) -> None:
    """Items by announce type are those that were counted when the feeds were recorded."""
    lines = (recordings / "manifest.jsonl").read_text().splitlines()
    rows = {row["file"]: row for row in map(json.loads, lines)}
    compared = [name for name in FEEDS if rows.get(name, {}).get("announce_types")]
    assert len(compared) >= 4
    for name in compared:
        counts = {k.replace("-", "_"): n for k, n in rows[name]["announce_types"].items()}
        assert Counts(**counts) == read(recordings, name).expected, name


def test_broken_item_in_a_real_feed_spoils_no_other(recordings: Path) -> None:
    """With one item broken, the other 437 are what they were, to the character."""
    body = (recordings / "generated/day_2026-05-29_438.rss.xml").read_bytes()
    whole = parse_document(body, "whole")
    broken = parse_document(
        body.replace(b"</title>", b"</titel>", 8).replace(b"</titel>", b"</title>", 7), "broken"
    )
    lost = set(whole.entries) - set(broken.entries)
    assert 1 == len(lost)
    assert tuple(entry for entry in whole.entries if entry not in lost) == broken.entries
    assert (AnnouncementState.FAILED, 438) == (broken.state, broken.expected.total)
