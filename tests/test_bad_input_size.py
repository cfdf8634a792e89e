"""Documents of every kind without end: titles, nesting, attributes and entries in any number.

Each document holds three invented papers, of which the second is hostile: the other two arrive.
Time is bounded by what is done, not by a clock; work in quadratic time would end the suite.
"""

import pytest
from hostile_documents import (
    BAD,
    FORMATS,
    GOOD,
    attempted,
    codes,
    crowded,
    every_format,
    ids,
    listed_entry,
    listing_page,
    oai_record,
    parsed,
    title_of_second,
)
from sources_samples import listing
from test_sources_metadata import oai

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import Announcement, AnnouncementState
from newsletter.sources.elements import ENTRY_SIZE, MOST_ATTRIBUTES
from newsletter.sources.isolation import RECORD_SIZE
from newsletter.sources.verdict import MOST_ENTRIES


@every_format
@pytest.mark.parametrize("size", [9_000_000, 10_500_000])
def test_a_title_of_ten_megabytes_costs_one_paper(kind: str, size: int) -> None:
    """On either side of libxml2's own limit of ten million characters."""
    read = parsed(FORMATS[kind].with_second("T" * size))

    assert [*GOOD] == ids(read)
    assert {"malformed", "count_short"} <= codes(read)
    assert any((problem.item or "").startswith(BAD) for problem in read.problems)
    assert all(len(problem.message) < 300 for problem in read.problems)


@every_format
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("depth", [300, 100_000])
@pytest.mark.parametrize("place", ["title", "extra"])
def test_nesting_without_end_costs_one_paper(
    kind: str, *, place: str, depth: int, closed: bool
) -> None:
    """libxml2 stops at 256 elements, for good: what comes after is read all the same."""
    bomb = "<div>" * depth + "</div>" * (depth if closed else 0)
    read = parsed(FORMATS[kind].with_second(**{place: f"A title {bomb}"}))

    assert [*GOOD] == ids(read)
    assert {"malformed", "count_short"} <= codes(read)
    assert any((problem.item or "").startswith(BAD) for problem in read.problems)


def test_nesting_that_adds_up_costs_nothing() -> None:
    """Each entry leaves a hundred elements open; read one by one, all of them arrive."""
    entries = [
        listed_entry(f"2605.{at:05}", "<b>" * 100 + "T", "A text.", "") for at in range(1, 9)
    ]
    read = parsed(listing_page(*entries))

    assert 8 == len(read.entries)


@every_format
@pytest.mark.parametrize(
    "attribute",
    ['a{}="v"', 'a{}="&gt;"', "a{}", 'a="v"', 'xmlns:a{0}="u{0}"'],
    ids=["distinct", "quoted", "bare", "same", "namespaces"],
)
def test_two_hundred_thousand_attributes_cost_one_paper_at_most(kind: str, attribute: str) -> None:
    """Some parsers take quadratic time over the attributes of one tag."""
    tag = f"<x {' '.join(attribute.format(at) for at in range(200_000))}/>"
    read = parsed(FORMATS[kind].with_second(extra=tag))

    assert {*GOOD} <= {*ids(read)}
    assert title_of_second(read) == "A title" or {"malformed", "count_short"} <= codes(read)


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_feeds_tag_with_too_many_attributes_is_named(kind: str) -> None:
    """Also where it stays below the size that an item may have."""
    tag = crowded(MOST_ATTRIBUTES + 1)
    usual = crowded(MOST_ATTRIBUTES)

    read = parsed(FORMATS[kind].with_second(extra=tag))
    assert [*GOOD] == ids(read)
    assert f"more than {MOST_ATTRIBUTES} attributes" in read.problems[0].message
    assert 3 == len(parsed(FORMATS[kind].with_second(extra=usual)).entries)


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_crowded_tag_in_a_feeds_frame_costs_no_paper(kind: str) -> None:
    """Its attributes are dropped before feedparser sees them."""
    tag = crowded(10_000)
    read = parsed(FORMATS[kind].with_second().replace("<title>cs.LG", f"{tag}<title>cs.LG", 1))

    assert 3 == len(read.entries)
    assert {"malformed"} == codes(read)


def test_a_crowded_tag_in_a_pages_frame_costs_no_paper() -> None:
    """The page is read entry by entry then."""
    page = FORMATS["listing"].with_second()
    crowded = page.replace("<body>", f"<body {' '.join(f'a{at}' for at in range(200_000))}>", 1)
    read = parsed(crowded)

    assert 3 == len(read.entries)
    assert {"malformed"} == codes(read)


def test_a_cut_page_with_a_bomb_keeps_what_is_whole() -> None:
    """The last entry, which is cut off, does not pass for whole because another was left out."""
    whole = FORMATS["listing"].with_second("<b>" * 300)
    cut = whole[: whole.index("Three") + 3]
    read = parsed(cut)

    assert [GOOD[0]] == ids(read)
    assert {"truncated", "malformed", "count_short"} <= codes(read)


def test_a_heading_after_a_bomb_still_opens_its_section() -> None:
    """Entries after it are not taken for those of the section before."""
    bomb = listed_entry(BAD, "<b>" * 300, "A text.", "")
    cross = listed_entry(GOOD[1], "Three", "A text.", "")
    text = listing(
        f"<dl id='articles'><h3>New submissions (showing 1 of 1 entries)</h3>{bomb}</dl>"
        f"<dl id='articles'><h3>Cross submissions (showing 1 of 1 entries)</h3>{cross}</dl>",
        total=2,
    )
    read = parsed(text)

    assert [("2605.00003", "cross")] == [
        (entry.paper.id.value, entry.type.value) for entry in read.entries
    ]


def test_a_page_of_nothing_but_entries_is_bounded() -> None:
    """No more is read than any page of arXiv's has."""
    page = listing_page("<dt><dd>" * 50_000)

    assert "too_many" in codes(parsed(page))


@pytest.mark.parametrize(("kind", "opening"), [("oai", "<record>"), ("api", "<entry>")])
def test_an_answer_of_records_that_never_end_is_bounded(kind: str, opening: str) -> None:
    """No more are tried one by one than are ever read."""
    text = FORMATS[kind].document(opening * (MOST_ENTRIES + 50))
    outcome = attempted(text.encode())

    if isinstance(outcome, Announcement):
        assert AnnouncementState.FAILED is outcome.state
    else:
        assert NotAnAnnouncement is type(outcome)


@pytest.mark.parametrize("kind", ["oai", "api"])
def test_a_record_that_ends_the_answer_early_costs_one_paper(kind: str) -> None:
    """Closing tags of the whole document inside a record do not hide the rest."""
    ends = "</abstract></arXiv></metadata></record></ListRecords></OAI-PMH></entry></feed>"
    read = parsed(FORMATS[kind].with_second(abstract=f"A text.{ends}"))

    assert {*GOOD} <= {*ids(read)}
    assert "malformed" in codes(read)


def test_a_resumption_token_survives_a_broken_record() -> None:
    """A harvest goes on after a page of which one record was left out."""
    token = '<resumptionToken cursor="0" completeListSize="9">next</resumptionToken>'
    for bomb in ("<b>" * 300, "<![CDATA[", "<!--", "<?x", "T" * 10_500_000):
        records = [oai_record(GOOD[0], "One", "A text.", ""), oai_record(BAD, bomb, "A text.", "")]
        read = parsed(oai(*records, token=token))

        assert [GOOD[0]] == ids(read)
        assert "window" in codes(read)


def test_the_limits_are_far_above_what_papers_have() -> None:
    """Three thousand authors fill half a million characters."""
    authors = ", ".join(
        f"<a href='/search/?query=Author_{at}'>Author {at}</a>" for at in range(3000)
    )
    read = parsed(listing_page(listed_entry(BAD, "A title", "A text.", f"<div>{authors}</div>")))

    assert [BAD] == ids(read)
    assert (5_000_000, 5_000_000) == (ENTRY_SIZE, RECORD_SIZE)
