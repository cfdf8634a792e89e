"""The recorded pages, played by the local arXiv over real sockets and fetched by the sources."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from arxiv_faults import Answer, Fault
from arxiv_server import Arxiv, serve
from arxiv_site import RecordedSite

from newsletter.errors import SourceRefused, SourceUnavailable
from newsletter.papers import Announcement, AnnouncementState
from newsletter.sources.http import Fetcher
from newsletter.sources.listing_source import CatchupSource, ListingSource

NOW = datetime(2026, 5, 29, 12, 30, tzinfo=UTC)
STATES = {
    "whole": AnnouncementState.FRESH,
    "empty": AnnouncementState.QUIET,
    "incomplete": AnnouncementState.WAITING,
    "damaged": AnnouncementState.FAILED,
}
Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows(recordings: Path) -> tuple[Row, ...]:
    """Return the pages' manifest."""
    lines = (recordings / "pages" / "manifest.jsonl").read_text().splitlines()
    return tuple(json.loads(line) for line in lines)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """Give a client that asks no proxy."""
    with httpx.Client(timeout=10.0, trust_env=False) as one:
        yield one


def answer(recordings: Path, row: Row) -> Answer:
    """Return a recorded page as it was answered."""
    retry_after = int(row["retry_after"]) if row.get("retry_after") else None
    body = (recordings / "pages" / row["file"]).read_bytes()
    return Answer(status=row["http_status"], body=body, retry_after=retry_after)


def fetch(arxiv: Arxiv, client: httpx.Client, row: Row) -> Announcement:
    """Fetch a page of the manifest through the source that asks for such pages."""
    fetcher = Fetcher("x", client=client, throttle=lambda _: nullcontext())
    _, service, name, *_ = row["url"].split("/")
    day = date.fromisoformat(row["date"] or "2026-01-29")
    kinds: dict[str, type[ListingSource | CatchupSource]] = {
        "list": ListingSource,
        "catchup": CatchupSource,
    }
    return kinds[service](fetcher, arxiv.url).fetch(name, day)


def asked_by_sources(rows: tuple[Row, ...], *verdicts: str) -> list[Row]:
    """Return the pages with one of `verdicts` at addresses that the sources ask for first."""
    usual = ("/new", "?abs=True")
    found = [row for row in rows if row["verdict"] in verdicts and row["url"].endswith(usual)]
    assert set(verdicts) == {row["verdict"] for row in found}
    return found


def by_section(announcement: Announcement) -> dict[str, list[str]]:
    """Return the identifiers by type, in order."""
    return {
        kind: [str(e.paper.id) for e in announcement.entries if e.type.value == kind]
        for kind in ("new", "cross", "replace")
    }


def test_played_pages_give_the_manifests_papers(
    recordings: Path, rows: tuple[Row, ...], client: httpx.Client
) -> None:
    """Every whole or empty page gives its ids by section in order, its date and category."""
    for row in asked_by_sources(rows, "whole", "empty"):
        with serve(RecordedSite({row["url"]: answer(recordings, row)}), lambda: NOW) as arxiv:
            found = fetch(arxiv, client, row)
        assert row["expected_ids"] == by_section(found), row["file"]
        assert STATES[row["verdict"]] is found.state, row["file"]
        assert (row["category"], row["date"]) == (found.category, str(found.listing_date))
        assert [row["url"]] == [request.target for request in arxiv.requests]


def test_played_damage_keeps_its_whole_entries(
    recordings: Path, rows: tuple[Row, ...], client: httpx.Client
) -> None:
    """Damaged and incomplete pages give their whole entries in order, and are never fresh."""
    for row in asked_by_sources(rows, "damaged", "incomplete"):
        with serve(RecordedSite({row["url"]: answer(recordings, row)}), lambda: NOW) as arxiv:
            found = fetch(arxiv, client, row)
        assert row["ids_with_whole_dt_dd"] == [str(one.paper.id) for one in found.entries]
        assert STATES[row["verdict"]] is found.state, row["file"]


def test_played_windows_are_followed(
    recordings: Path, rows: tuple[Row, ...], client: httpx.Client
) -> None:
    """A day of 906 papers is asked for window by window; one that is not there leaves it waiting.

    Of its nineteen windows two were recorded.
    """
    files = {row["file"]: row for row in rows}
    first, second = (
        files[f"list_cs.AI_new_2026-06-02_skip{skip}_show50.html"] for skip in ("0", "50")
    )
    documents = {
        "/list/cs.AI/new": answer(recordings, first),
        second["url"]: answer(recordings, second),
    }
    fetcher = Fetcher("x", client=client, throttle=lambda _: nullcontext())
    with serve(RecordedSite(documents), lambda: NOW) as arxiv:
        found = ListingSource(fetcher, arxiv.url, 50).fetch("cs.AI", date(2026, 6, 2))
    assert first["expected_ids"]["new"] + second["expected_ids"]["new"] == by_section(found)["new"]
    assert AnnouncementState.WAITING is found.state
    assert "page_missing" in {problem.code for problem in found.problems}
    assert "/list/cs.AI/new?skip=100&show=50" == arxiv.requests[-1].target


def test_played_errors_are_the_servers(
    recordings: Path, rows: tuple[Row, ...], client: httpx.Client
) -> None:
    """A recorded 400 is a refusal for good, the recorded 503 one for five minutes."""
    seen = set()
    for row in asked_by_sources(rows, "error"):
        error = SourceUnavailable if row["http_status"] == 503 else SourceRefused
        played = serve(RecordedSite({row["url"]: answer(recordings, row)}), lambda: NOW)
        with played as arxiv, pytest.raises(error) as caught:
            fetch(arxiv, client, row)
        seen.add((row["http_status"], getattr(caught.value, "retry_after", None)))
    assert {(400, None), (503, 300.0)} == seen


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.INVALID_UTF8, Fault.WRONG_COUNT])
def test_faults_on_a_recorded_page(
    recordings: Path, rows: tuple[Row, ...], client: httpx.Client, fault: Fault
) -> None:
    """A real page that goes wrong on the way is failed, and its whole entries are kept in order."""
    row = next(one for one in rows if one["file"] == "list_cs.LG_new_2026-05-29.html")
    ids = [item for kind in ("new", "cross", "replace") for item in row["expected_ids"][kind]]
    with serve(RecordedSite({row["url"]: answer(recordings, row)}), lambda: NOW) as arxiv:
        arxiv.once(fault)
        found = fetch(arxiv, client, row)
    kept = [str(one.paper.id) for one in found.entries]
    assert AnnouncementState.FAILED is found.state
    assert len(kept) > len(ids) / 2
    assert ids[: len(kept)] == kept
