"""The sources that stand in: OAI-PMH by date, feeds of an archive, and papers by identifier."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import httpx
import pytest
from builders import paper
from hypothesis import given
from hypothesis import strategies as st
from sources_samples import Item, listing, rss, samples, section
from sources_server import Arxiv, Reply, serve
from test_sources_metadata import api, entry, oai, record

from newsletter.errors import NotAnAnnouncement, SourceUnavailable
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    ArxivId,
    Counts,
)
from newsletter.sources import oai_source
from newsletter.sources.api_source import SLICE, ApiLookup
from newsletter.sources.feed_source import FeedSource
from newsletter.sources.http import Fetcher
from newsletter.sources.oai_source import OaiSource, can_be_new, set_of
from newsletter.taxonomy import categories_of

FRIDAY = date(2026, 5, 29)
FIRST = "/oai?verb=ListRecords&metadataPrefix=arXiv&set=cs&from=2026-05-29&until=2026-05-29"
TOKEN = "<resumptionToken>2|1</resumptionToken>"  # OAI-PMH's word for a page
NEXT = "/oai?verb=ListRecords&resumptionToken=2%7C1"


@pytest.fixture
def arxiv() -> Iterator[Arxiv]:
    """Run a server that plays arXiv."""
    with serve() as server:
        yield server


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """Give a fetcher that does not wait."""
    with httpx.Client(timeout=10.0, trust_env=False) as client:
        yield Fetcher("x", client=client, throttle=lambda _: nullcontext())


def _of_may(text: str) -> Reply:
    return Reply(body=text.replace("2600.", "2605.").encode())


def _harvest(arxiv: Arxiv, fetcher: Fetcher, category: str = "cs") -> Announcement:
    return OaiSource(fetcher, f"{arxiv.url}/oai").fetch(category, FRIDAY)


def _codes(found: Announcement) -> list[str]:
    return [problem.code for problem in found.problems]


def _types(found: Announcement) -> dict[str, str]:
    return {entry.paper.id.value: entry.type.value for entry in found.entries}


def test_a_harvest_follows_its_tokens_and_is_never_whole(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """What changed on a day is no announcement, however complete the answer."""
    arxiv.replies[FIRST] = _of_may(oai(record(1), record(2), token=TOKEN, request=' set="cs"'))
    arxiv.replies[NEXT] = _of_may(oai(record(2), record(3), token="<resumptionToken/>", request=""))
    found = _harvest(arxiv, fetcher)
    assert [FIRST, NEXT] == arxiv.asked
    assert (AnnouncementState.WAITING, FRIDAY, "cs") == (
        found.state,
        found.listing_date,
        found.category,
    )
    assert "by_date" == _codes(found)[0]
    assert dict.fromkeys(["2605.00001", "2605.00002", "2605.00003"], "new") == _types(found)


def test_later_pages_know_what_was_asked_for(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """A token's answer names no set; a paper of another archive is a cross-list all the same."""
    first = FIRST.replace("set=cs", "set=stat")
    arxiv.replies[first] = _of_may(oai(record(1), token=TOKEN, request=' set="stat"'))
    arxiv.replies[NEXT] = _of_may(oai(record(2), request=""))
    found = _harvest(arxiv, fetcher, "stat")
    assert {"2605.00001": "cross", "2605.00002": "cross"} == _types(found)


def test_an_old_paper_that_changed_is_not_new(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """Its DOI came to be known, or it has a second version."""
    changed = record(2, extra="<updated>2026-05-29</updated>")
    old = record(3).replace("2600.", "2602.")
    arxiv.replies[FIRST] = _of_may(oai(record(1), changed, old, request=' set="cs"'))
    assert {"2605.00001": "new", "2605.00002": "replace", "2602.00003": "replace"} == _types(
        _harvest(arxiv, fetcher)
    )


def _error(code: str) -> str:
    return f"""<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><request/>
<error code="{code}">sample</error></OAI-PMH>"""


EXPIRED = _error("badResumptionToken")


def test_an_expired_token_begins_the_harvest_anew_once(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """Tokens end at midnight UTC; the second harvest is whole."""
    answers = iter([EXPIRED, oai(record(2), request="")])
    arxiv.replies[FIRST] = _of_may(oai(record(1), token=TOKEN, request=' set="cs"'))
    arxiv.replies[NEXT] = lambda: _of_may(next(answers))
    found = _harvest(arxiv, fetcher)
    assert [FIRST, NEXT, FIRST, NEXT] == arxiv.asked
    assert {"2605.00001": "new", "2605.00002": "new"} == _types(found)
    assert ["by_date"] == _codes(found)


def test_a_token_that_is_never_taken_leaves_what_both_harvests_had(
    arxiv: Arxiv, fetcher: Fetcher
) -> None:
    """One new beginning and no more; the second one may have come less far."""
    firsts = iter([oai(record(1), token=TOKEN), oai(record(3), token=TOKEN)])
    arxiv.replies[FIRST] = lambda: _of_may(next(firsts))
    arxiv.replies[NEXT] = _of_may(EXPIRED)
    found = _harvest(arxiv, fetcher)
    assert [FIRST, NEXT, FIRST, NEXT] == arxiv.asked
    assert {"2605.00001": "new", "2605.00003": "new"} == _types(found)
    assert {"by_date", "page_missing"} == {*_codes(found)}
    assert "badResumptionToken" in found.problems[1].message


@pytest.mark.parametrize("second", [Reply(status=503), _of_may(_error("badArgument")), Reply()])
def test_a_second_harvest_that_fails_leaves_the_first(
    arxiv: Arxiv, fetcher: Fetcher, second: Reply
) -> None:
    """Its first page is a later page of the whole."""
    firsts = iter([_of_may(oai(record(1), token=TOKEN)), second])
    arxiv.replies[FIRST] = lambda: next(firsts)
    arxiv.replies[NEXT] = _of_may(EXPIRED)
    found = _harvest(arxiv, fetcher)
    assert [FIRST, NEXT, FIRST] == arxiv.asked
    assert {"2605.00001": "new"} == _types(found)
    assert {"by_date", "page_missing"} == {*_codes(found)}


@pytest.mark.parametrize(
    "later",
    [
        Reply(body=b"<html><body>Sorry</body></html>"),
        Reply(
            body=listing(
                section("New submissions (showing 1 of 1 entries)", samples(1)), total=1
            ).encode()
        ),
        Reply(),
        _of_may(_error("badArgument")),
        Reply(status=404),
    ],
)
def test_a_later_page_that_is_something_else_leaves_the_earlier(
    arxiv: Arxiv, fetcher: Fetcher, later: Reply
) -> None:
    """A page of another kind, nothing, or an error: the first page's records stay."""
    arxiv.replies[FIRST] = _of_may(oai(record(1), token=TOKEN, request=' set="cs"'))
    arxiv.replies[NEXT] = later
    found = _harvest(arxiv, fetcher)
    assert [FIRST, NEXT] == arxiv.asked
    assert {"2605.00001": "new"} == _types(found)
    assert ["by_date", "page_missing"] == _codes(found)
    assert AnnouncementState.WAITING is found.state


@pytest.mark.parametrize("code", ["badResumptionToken", "badArgument"])
def test_an_error_in_place_of_the_first_page_is_one(
    arxiv: Arxiv, fetcher: Fetcher, code: str
) -> None:
    """There is nothing to keep."""
    arxiv.replies[FIRST] = _of_may(_error(code))
    with pytest.raises(NotAnAnnouncement, match=code):
        _harvest(arxiv, fetcher)
    assert [FIRST] == arxiv.asked


def test_a_page_that_is_missing_is_said(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """What the first page held stays."""
    arxiv.replies[FIRST] = _of_may(oai(record(1), token=TOKEN, request=' set="cs"'))
    arxiv.replies[NEXT] = Reply(status=503, headers={"Retry-After": "600"})
    found = _harvest(arxiv, fetcher)
    assert {"2605.00001": "new"} == _types(found)
    assert {"by_date", "page_missing"} == {*_codes(found)}


def test_a_harvest_without_end_ends(
    arxiv: Arxiv, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many pages are read and no more."""
    monkeypatch.setattr(oai_source, "MOST_PAGES", 2)
    arxiv.replies[FIRST] = _of_may(oai(record(1), token=TOKEN, request=' set="cs"'))
    arxiv.replies[NEXT] = _of_may(oai(record(2), token=TOKEN.replace("2|1", "2|2"), request=""))
    found = _harvest(arxiv, fetcher)
    assert [FIRST, NEXT] == arxiv.asked
    assert "page_missing" in _codes(found)
    assert {"2605.00001", "2605.00002"} == {*_types(found)}


def test_a_token_that_leads_to_itself_is_followed_once(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """What both pages hold stays, and the circle is said."""
    arxiv.replies[FIRST] = _of_may(oai(record(1), token=TOKEN, request=' set="cs"'))
    arxiv.replies[NEXT] = _of_may(oai(record(2), token=TOKEN, request=""))
    found = _harvest(arxiv, fetcher)
    assert [FIRST, NEXT] == arxiv.asked
    assert "in a circle" in next(p.message for p in found.problems if p.code == "page_missing")
    assert {"2605.00001", "2605.00002"} == {*_types(found)}


def test_a_day_without_changes_is_empty_and_proves_nothing(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """`noRecordsMatch` is the normal answer; a page of another kind is an error."""
    none = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><request set="cs"/>
<error code="noRecordsMatch"/></OAI-PMH>"""
    arxiv.replies[FIRST] = _of_may(none)
    found = _harvest(arxiv, fetcher)
    assert ((), AnnouncementState.WAITING) == (found.entries, found.state)
    arxiv.replies[FIRST] = Reply(
        body=listing(
            section("New submissions (showing 1 of 1 entries)", samples(1)), total=1
        ).encode()
    )
    with pytest.raises(NotAnAnnouncement, match="listing document where OAI-PMH was due"):
        _harvest(arxiv, fetcher)
    arxiv.replies[FIRST] = Reply(status=503)
    with pytest.raises(SourceUnavailable):
        _harvest(arxiv, fetcher)


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("cs", "cs"),
        ("cs.LG", "cs:cs:LG"),
        ("hep-th", "physics:hep-th"),
        ("physics", "physics:physics"),
        ("physics.plasm-ph", "physics:physics:plasm-ph"),
        ("astro-ph.GA", "physics:astro-ph:GA"),
        ("q-bio.NC", "q-bio:q-bio:NC"),
    ],
)
def test_each_category_has_its_set(category: str, expected: str) -> None:
    """As arXiv's recorded answers name them."""
    assert expected == set_of(category)


@given(st.dates(date(2007, 5, 1), date(2040, 12, 31)), st.integers(0, 40))
def test_what_can_be_new_follows_from_the_identifiers_month(day: date, months_ago: int) -> None:
    """This month and the two before it, also over a new year."""
    year, month = divmod(day.year * 12 + day.month - 1 - months_ago, 12)
    digits = 5 if year >= 2015 else 4
    held = replace(paper(1), id=ArxivId(f"{year % 100:02d}{month + 1:02d}.{1:0{digits}d}"))
    if year >= 2007 and (year, month) >= (2007, 3):
        assert (months_ago <= 2) == can_be_new(AnnouncedPaper(held, AnnounceType.NEW), day)


def test_identifiers_of_the_last_century_are_old() -> None:
    """The scheme with archives ended in March 2007."""
    old = replace(paper(1), id=ArxivId("hep-th/9901001"))
    assert not can_be_new(AnnouncedPaper(old, AnnounceType.NEW), FRIDAY)


def _looked_up(arxiv: Arxiv, fetcher: Fetcher, *numbers: int) -> list[str]:
    ids = [ArxivId(f"2600.{number:05d}") for number in numbers]
    return [one.value for one in ApiLookup(fetcher, f"{arxiv.url}/api/query")(ids)]


def _query(*numbers: int) -> str:
    listed = "%2C".join(f"2600.{number:05d}" for number in numbers)
    return f"/api/query?id_list={listed}&max_results={len(numbers)}"


def test_papers_are_looked_up_by_identifier(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """One that arXiv does not know is left out, and so is one that nobody asked for."""
    arxiv.replies[_query(1, 2, 3)] = Reply(
        body=api(entry(1), entry(3, version=2), entry(9), total=3, size=3).encode()
    )
    assert ["2600.00001", "2600.00003"] == _looked_up(arxiv, fetcher, 1, 2, 3, 1)


def test_an_empty_answer_is_asked_for_once_more(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """The API gives empty pages at random."""
    answers = iter([api(total=1), api(entry(1), size=1)])
    arxiv.replies[_query(1)] = lambda: Reply(body=next(answers).encode())
    assert ["2600.00001"] == _looked_up(arxiv, fetcher, 1)
    assert 2 == len(arxiv.asked)


def test_many_identifiers_go_in_slices(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """Addresses have a bounded length."""
    numbers = range(1, SLICE + 3)
    for part in (numbers[:SLICE], numbers[SLICE:]):
        body = api(*map(entry, part), total=len(part), size=len(part))
        arxiv.replies[_query(*part)] = Reply(body=body.encode())
    assert SLICE + 2 == len(_looked_up(arxiv, fetcher, *numbers))
    assert 2 == len(arxiv.asked)


def test_a_feed_in_the_apis_place_is_refused(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """By its kind, with its name."""
    arxiv.replies[_query(1)] = Reply(body=rss(Item().rss()).encode())
    with pytest.raises(NotAnAnnouncement, match="rss document where the API was due"):
        _looked_up(arxiv, fetcher, 1)


STAT = categories_of("stat")


def _feed(category: str, types: dict[int, str]) -> str:
    items = [Item(id=f"2605.{number:05d}", type=kind).rss() for number, kind in types.items()]
    title, link = f"{category} updates on arXiv.org", f"http://rss.arxiv.org/rss/{category}"
    return rss(*items, title=title, link=link)


def _feeds(arxiv: Arxiv, fetcher: Fetcher) -> Announcement:
    return FeedSource(fetcher, arxiv.url).fetch("stat", FRIDAY)


def test_an_archives_feed_is_those_of_its_categories(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """Never the archive's own, which is cut at 2,000 items; a paper has its strongest type."""
    for name in STAT:
        arxiv.replies[f"/rss/{name}"] = Reply(body=_feed(name, {}).encode())
    arxiv.replies["/rss/stat.ML"] = Reply(body=_feed("stat.ML", {1: "cross", 2: "new"}).encode())
    arxiv.replies["/rss/stat.ME"] = Reply(body=_feed("stat.ME", {1: "new"}).encode())
    found = _feeds(arxiv, fetcher)
    assert {f"/rss/{name}" for name in STAT} == {*arxiv.asked}
    assert ("stat", AnnouncementState.FRESH, FRIDAY) == (
        found.category,
        found.state,
        found.listing_date,
    )
    assert {"2605.00001": "new", "2605.00002": "new"} == _types(found)
    assert Counts(new=2) == found.expected == found.parsed


def test_a_category_that_is_missing_is_said(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """The others' papers count, and the archive is not whole."""
    for name in STAT:
        arxiv.replies[f"/rss/{name}"] = Reply(body=_feed(name, {}).encode())
    arxiv.replies["/rss/stat.ML"] = Reply(body=_feed("stat.ML", {2: "new"}).encode())
    arxiv.replies["/rss/stat.AP"] = Reply(status=404)
    late = _feed("stat.CO", {7: "new"}).replace("29 May", "28 May")
    arxiv.replies["/rss/stat.CO"] = Reply(body=late.encode())
    found = _feeds(arxiv, fetcher)
    assert (AnnouncementState.WAITING, {"2605.00002": "new"}) == (found.state, _types(found))
    assert ["part_missing", "part_missing"] == _codes(found)
    assert "stat.CO: the document shows 2026-05-28" in found.problems[1].message


def test_nothing_from_any_category_is_an_error_or_stalled(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """After two failures nobody is asked any more: the circuit is open."""
    for name in STAT:
        arxiv.replies[f"/rss/{name}"] = Reply(status=503)
    with pytest.raises(SourceUnavailable, match="503"):
        _feeds(arxiv, fetcher)
    assert len(arxiv.asked) < len(STAT)


def test_with_the_circuit_open_the_other_categories_are_not_tried(
    arxiv: Arxiv, fetcher: Fetcher
) -> None:
    """One problem for the refusal and one for the circuit, and not one more for each category."""
    arxiv.replies[f"/rss/{STAT[0]}"] = Reply(body=_feed(STAT[0], {1: "new"}).encode())
    arxiv.replies[f"/rss/{STAT[1]}"] = Reply(status=429)
    found = _feeds(arxiv, fetcher)
    assert len(STAT) > 3
    assert [f"/rss/{name}" for name in STAT[:2]] == arxiv.asked
    refused, left_alone = (problem.message for problem in found.problems)
    assert "429" in refused
    assert "left alone" in left_alone


def test_feeds_that_are_a_day_further_on_are_not_asked_one_by_one(
    arxiv: Arxiv, fetcher: Fetcher
) -> None:
    """After midnight in New York: the first one tells, and forty need not."""
    later = _feed(STAT[0], {7: "new"}).replace("29 May", "30 May")
    arxiv.replies[f"/rss/{STAT[0]}"] = Reply(body=later.encode())
    assert AnnouncementState.STALLED is _feeds(arxiv, fetcher).state
    assert [f"/rss/{STAT[0]}"] == arxiv.asked


def test_feeds_of_another_day_are_stalled(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """All of them show yesterday."""
    for name in STAT:
        late = _feed(name, {7: "new"}).replace("29 May", "28 May")
        arxiv.replies[f"/rss/{name}"] = Reply(body=late.encode())
    assert ("stat", AnnouncementState.STALLED) == (
        _feeds(arxiv, fetcher).category,
        _feeds(arxiv, fetcher).state,
    )
