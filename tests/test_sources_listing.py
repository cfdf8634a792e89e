"""Listing pages: what is read, what is counted, and which state follows."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sources_samples import Sample, catchup, listing, samples, section

from newsletter.papers import (
    Announcement,
    AnnouncementState,
    AnnounceType,
    Counts,
    DocumentKind,
    Paper,
)
from newsletter.sources.listing import parse_listing, read_page
from newsletter.sources.page import ListingPage, join, judge
from newsletter.sources.verdict import MOST_ENTRIES

NEW = "New submissions (showing {} of {} entries)"


def parsed(text: str) -> Announcement:
    """Parse a page given as text."""
    return parse_listing(text.encode(), "sample.html")


def one(**fields: Any) -> Paper:
    """Return the one paper of a page that holds it."""
    page = listing(section(NEW.format(1, 1), [Sample(id="2605.00001", **fields)]), total=1)
    return parsed(page).entries[0].paper


def codes(announcement: Announcement) -> list[str]:
    """Return the codes of the problems in their order."""
    return [problem.code for problem in announcement.problems]


def test_whole_page_is_fresh() -> None:
    """A page whose sections, counts and total agree is fresh, in the page's order."""
    page = listing(
        section(NEW.format(2, 2), samples(2)),
        section("Cross submissions (showing 1 of 1 entries)", samples(1, 3), 3),
        section("Replacement submissions (showing 1 of 1 entries)", samples(1, 4), 4),
        total=4,
    )
    announcement = parsed(page)
    assert announcement.state is AnnouncementState.FRESH
    assert announcement.problems == ()
    assert Counts(new=2, cross=1, replace=1) == announcement.expected == announcement.parsed
    assert ["2605.00001", "2605.00002", "2605.00003", "2605.00004"] == [
        entry.paper.id.value for entry in announcement.entries
    ]
    assert (DocumentKind.LISTING, "cs.LG", date(2026, 5, 29), "sample.html") == (
        announcement.kind,
        announcement.category,
        announcement.listing_date,
        announcement.origin,
    )


def test_catchup_page_is_read_like_a_listing() -> None:
    """A catch-up page says its date, total and category in other places."""
    page = catchup(section(NEW.format(1, 1), samples(1)), total=1)
    announcement = parsed(page)
    assert (DocumentKind.CATCHUP, "cs.LG", date(2026, 6, 3), AnnouncementState.FRESH) == (
        announcement.kind,
        announcement.category,
        announcement.listing_date,
        announcement.state,
    )


@pytest.mark.parametrize("page", [listing(total=None), catchup(total=0)])
def test_empty_page_is_quiet(page: str) -> None:
    """A page that says there are no updates is whole and empty."""
    announcement = parsed(page)
    assert AnnouncementState.QUIET is announcement.state
    assert announcement.entries == ()
    assert announcement.problems == ()


def test_entry_is_read_whole() -> None:
    """Every field of an entry arrives, with the primary category first and links in order."""
    paper = one(
        title="Learning $a<b$ & more",
        authors_html="<a>Ann Sample</a> (Inst, Town), <a>Bo</a> (B.) <a>Author</a>, Third, :",
        comment_html='12 pages. Code at <a href="https://example.org/c">this https URL</a>',
        journal="J. Samples 1 (2026) 1-2",
        abstract_html=(
            'We build on <a href="https://arxiv.org/abs/2501.00001">arXiv:2501.00001</a>.\n'
            '<br>See <a href="http://example.org/x">this http URL</a>, <em>not</em> above.'
        ),
        subjects=(
            '<span class="primary-subject">Machine Learning (cs.LG)</span>; '
            "Disordered Systems (and more) (cond-mat.dis-nn); High Energy Physics (hep-th)"
        ),
        version=3,
    )
    assert paper.title == "Learning $a<b$ & more"
    assert paper.authors == ("Ann Sample", "Bo (B.) Author", "Third")
    assert paper.comment == "12 pages. Code at https://example.org/c"
    assert paper.journal_ref == "J. Samples 1 (2026) 1-2"
    assert paper.abstract == "We build on arXiv:2501.00001.\nSee example.org/x, not above."
    assert paper.categories == ("cs.LG", "cond-mat.dis-nn", "hep-th")
    assert paper.version == 3
    assert paper.links == (
        "https://example.org/c",
        "https://arxiv.org/abs/2501.00001",
        "http://example.org/x",
    )


def test_missing_parts_are_none() -> None:
    """A withdrawn paper shows no version, and comment and journal are optional."""
    paper = one(version=None)
    assert (None, None, None, None, ()) == (
        paper.version,
        paper.comment,
        paper.journal_ref,
        paper.doi,
        paper.links,
    )


def test_version_of_another_paper_is_not_taken() -> None:
    """A link to another paper's HTML edition says nothing about this one's version."""
    page = listing(section(NEW.format(1, 1), samples(1)), total=1)
    announcement = parsed(page.replace("/html/2605.00001v1", "/html/2605.00009v7"))
    assert announcement.entries[0].paper.version is None


def test_old_identifier_keeps_its_slash() -> None:
    """Identifiers from before 2007 hold the archive and a slash."""
    page = listing(section(NEW.format(1, 1), [Sample(id="hep-th/9901001", version=2)]), total=1)
    paper = parsed(page).entries[0].paper
    assert ("hep-th/9901001", 2) == (paper.id.value, paper.version)


def test_inner_white_space_is_kept() -> None:
    """White space inside a text is the author's, except around a paragraph break."""
    assert one(abstract_html="One  two\n  three \n<br><br>  four").abstract == (
        "One  two\n  three\n\nfour"
    )


def test_nul_does_not_end_the_page() -> None:
    """A NUL byte neither ends the page nor passes for text."""
    page = listing(section(NEW.format(2, 2), samples(2)), total=2).replace("Sample 1", "Sam\0ple")
    announcement = parsed(page)
    assert len(announcement.entries) == 2
    assert (AnnouncementState.FAILED, ["encoding"]) == (announcement.state, codes(announcement))


@pytest.mark.parametrize(
    ("page", "state", "found"),
    [
        (listing(section(NEW.format(3, 3), samples(2)), total=3), "failed", ["count_short"]),
        (listing(section(NEW.format(1, 1), samples(2)), total=1), "failed", ["count_long"]),
        (listing(section(NEW.format(2, 3), samples(2)), total=3), "waiting", ["rows_missing"]),
        (listing(section(NEW.format(2, 2), samples(2)), total=3), "waiting", ["window"]),
        (listing(section(NEW.format(2, 2), samples(2)), total=1), "waiting", ["total_differs"]),
        (listing(section(NEW.format(2, 2), samples(2)), total=None), "waiting", ["no_total"]),
        (
            listing(section(NEW.format("first 2", 9), samples(2)), total=9),
            "waiting",
            ["window"],
        ),
        (
            listing(
                section("New submissions (continued, showing last 2 of 9 entries)", samples(2)),
                total=9,
            ),
            "waiting",
            ["window"],
        ),
        (listing(section(NEW.format("first 2", 2), samples(2)), total=2), "fresh", []),
        (listing(total=99), "waiting", ["window"]),
        (
            listing(section(NEW.format(1, 1), samples(1)), total=1, day="Friday, 31 June 2026"),
            "waiting",
            ["no_date"],
        ),
        (
            listing(section(NEW.format(1, 1), samples(1)), total=1, day="Friday, 1 Foo 2026"),
            "waiting",
            ["no_date"],
        ),
        (listing(total=None).replace("No updates", "Nothing"), "failed", ["no_entries"]),
        (
            listing(section("Withdrawals", samples(1)), total=0),
            "failed",
            ["unknown_section", "count_long"],
        ),
        (
            listing(section(NEW.format(1, 1), samples(1)), total=1).replace("/abs/", "/x/"),
            "failed",
            ["no_id", "count_short"],
        ),
        (
            listing(section(NEW.format(1, 1), [Sample(id="2605.00001", title="")]), total=1),
            "failed",
            ["no_title", "count_short"],
        ),
    ],
)
def test_state_follows_from_counts(page: str, state: str, found: list[str]) -> None:
    """Each thing that can be wrong with a page has its state and its code."""
    announcement = parsed(page)
    assert (state, found) == (announcement.state.value, codes(announcement))


def test_expected_is_stated_by_the_heading() -> None:
    """What is expected is what the page states, whatever was read."""
    page = listing(section(NEW.format(130, 141), samples(2)), total=141)
    assert Counts(new=130) == parsed(page).expected


def test_foreign_headings_do_not_matter() -> None:
    """A heading of the page's frame that no entry follows is no section."""
    page = listing(section(NEW.format(1, 1), samples(1)), total=1, end="<h3>Help</h3></html>")
    assert AnnouncementState.FRESH is parsed(page).state


def test_unknown_section_keeps_its_papers() -> None:
    """Papers under an unknown heading are typed by their own marks."""
    marks = ["", "(cross-list from math.CO)", "(replaced)"]
    group = [Sample(id=f"2605.0000{at}", mark=mark) for at, mark in enumerate(marks)]
    announcement = parsed(listing(section("Novelties", group), total=3))
    assert [AnnounceType.NEW, AnnounceType.CROSS, AnnounceType.REPLACE] == [
        entry.type for entry in announcement.entries
    ]


def test_cut_page_gives_the_whole_entries_only() -> None:
    """Of a cut page the papers that are whole are read, and the cut one is named."""
    page = listing(section(NEW.format(3, 3), samples(3)), total=3)
    announcement = parsed(page[: page.index("Sample 2") + 200])
    assert ["2605.00001"] == [entry.paper.id.value for entry in announcement.entries]
    assert AnnouncementState.FAILED is announcement.state
    assert Counts(new=3) == announcement.expected
    assert ["truncated", "truncated", "count_short"] == codes(announcement)
    assert announcement.problems[1].item == "2605.00002"


@settings(deadline=None)  # the machine may be busy
@given(st.integers(min_value=0))
@example(2)  # "<!": libxml2 finds no element at all
def test_cut_page_is_never_whole(at: int) -> None:
    """Wherever a page with entries is cut, it is never fresh or quiet, and never raises."""
    page = listing(section(NEW.format(2, 2), samples(2)), total=2, end="</body></html>").encode()
    announcement = parse_listing(page[: at % (len(page) - 1)] or b"<", "sample.html")
    assert announcement.state is AnnouncementState.FAILED


def test_unpaired_entries_are_named() -> None:
    """A heading without a body and a body without a heading are named; the rest arrives."""
    page = listing(section(NEW.format(3, 3), samples(3)), total=3)
    start, end = page.index("<dd>"), page.index("</dd>") + 5
    without_body = parsed(page[:start] + page[end:])
    assert ["2605.00002", "2605.00003"] == [e.paper.id.value for e in without_body.entries]
    assert ("unpaired", "2605.00001") == (
        without_body.problems[0].code,
        without_body.problems[0].item,
    )
    start, end = page.rindex("<dt>"), page.rindex("</dt>") + 5
    without_heading = parsed(page[:start] + page[end:])
    assert ["2605.00001", "2605.00002"] == [e.paper.id.value for e in without_heading.entries]
    assert ["unpaired", "count_short"] == codes(without_heading)
    last = parsed(page[: page.rindex("<dd>")] + page[page.rindex("</dd>") + 5 :])
    assert ["unpaired", "count_short"] == codes(last)


def test_damaged_bytes_are_a_problem() -> None:
    """Bytes that are not UTF-8 fail the page, name the paper, and change no other text."""
    page = listing(section(NEW.format(2, 2), samples(2)), total=2).encode()
    announcement = parse_listing(page.replace(b"Sample 2", b"S\xe9mple 2"), "sample.html")
    assert AnnouncementState.FAILED is announcement.state
    assert ["Sample 1", "S\ufffdmple 2"] == [entry.paper.title for entry in announcement.entries]
    assert [("encoding", None), ("encoding", "2605.00002")] == [
        (problem.code, problem.item) for problem in announcement.problems
    ]


def test_missing_abstracts_are_named() -> None:
    """A single gap names the paper; a page without any abstract is not all that there is."""
    first, second = (Sample(id="2605.00001", abstract_html=""), Sample(id="2605.00002"))
    one_gap = parsed(listing(section(NEW.format(2, 2), [first, second]), total=2))
    assert (AnnouncementState.FRESH, "2605.00001") == (one_gap.state, one_gap.problems[0].item)
    bare = replace(second, abstract_html="")
    all_gaps = parsed(listing(section(NEW.format(2, 2), [first, bare]), total=2))
    assert AnnouncementState.WAITING is all_gaps.state
    assert [("no_abstracts", None)] == [(p.code, p.item) for p in all_gaps.problems]
    alone = parsed(listing(section(NEW.format(1, 1), [first]), total=1))
    assert [("no_abstract", "2605.00001")] == [(p.code, p.item) for p in alone.problems]


def test_problems_are_bounded() -> None:
    """A page of rubbish gives at most fifty problems, and no kind of them is crowded out."""
    group = [Sample(id=sample.id, title="") for sample in samples(99)]
    page = listing(section(NEW.format(99, 99), group), total=99)
    announcement = parsed(page.replace("</html>", ""))
    assert len(announcement.problems) == 50
    assert {"truncated", "no_title", "count_short"} == set(codes(announcement))


def windows(*, drop: Collection[int] = ()) -> list[ListingPage]:
    """Return a day of five papers in three windows of two, without the windows in `drop`."""
    texts = [
        listing(section(NEW.format("first 2", 3), samples(2)), total=5),
        listing(
            section("New submissions (continued, showing last 1 of 3 entries)", samples(1, 3), 3),
            section("Cross submissions (showing first 1 of 2 entries)", samples(1, 4), 4),
            total=5,
        ),
        listing(
            section("Cross submissions (continued, showing last 1 of 2 entries)", samples(1, 5), 5),
            total=5,
        ),
    ]
    return [read_page(text, f"w{at}") for at, text in enumerate(texts) if at not in drop]


def test_windows_join_to_a_whole() -> None:
    """Windows that complete each other are fresh, in the day's order, whatever theirs was."""
    first, second, third = windows()
    announcement = judge(join([third, first, second, first]))
    assert AnnouncementState.FRESH is announcement.state
    assert Counts(new=3, cross=2) == announcement.expected == announcement.parsed
    assert [1, 2, 3, 4, 5] == [int(e.paper.id.value[5:]) for e in announcement.entries]
    assert "w0 + w1 + w2" == announcement.origin


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_windows_with_a_gap_are_waiting(gone: int) -> None:
    """Without one of its windows a day is not whole."""
    announcement = judge(join(windows(drop={gone})))
    assert (AnnouncementState.WAITING, {"window"}) == (announcement.state, set(codes(announcement)))
    assert announcement.expected == announcement.parsed


def test_windows_with_different_totals_are_waiting() -> None:
    """When the total changed from page to page, the pages are not of one state of the day."""
    first, second, third = windows()
    later = read_page(listing(total=6), "later")
    announcement = judge(join([first, second, third, later]))
    assert "total_differs" in codes(announcement)
    assert AnnouncementState.WAITING is announcement.state


def test_reading_stops_at_too_many_entries() -> None:
    """More entries than any page has are not read, and that is said."""
    count = MOST_ENTRIES + 1
    rows = "<dt></dt><dd></dd>" * count
    page = listing(f"<h3>{NEW.format(count, count)}</h3><dl>{rows}</dl>", total=count)
    announcement = parsed(page)
    assert AnnouncementState.FAILED is announcement.state
    assert "too_many" in codes(announcement)
    assert "too_many" not in codes(parsed(page.replace("<dt></dt><dd></dd>", "", 1)))


def test_headings_claim_no_more_than_can_be_held() -> None:
    """A thousand sections that claim a hundred thousand entries each are damage, not memory."""
    announcement = parsed(listing(f"<h3>{NEW.format(99_999, 99_999)}</h3>" * 1_000, total=1))
    assert "too_many" in codes(announcement)
    assert 100 * (MOST_ENTRIES + 1) >= announcement.expected.total


def test_endless_running_number_is_cut() -> None:
    """Python reads no number of more than 4,300 digits; a running number has a few."""
    page = listing(section(NEW.format(1, 1), samples(1)), total=1)
    long = page.replace("name='item1'", f"name='item{'9' * 5_000}'")
    assert [frozenset({999_999_999})] == [part.places for part in read_page(long, "x").sections]


def test_white_space_costs_no_quadratic_time() -> None:
    """A million blanks inside a title stay, and around a break they go, in linear time."""
    assert "a" + " " * 1_000_000 + "b" == one(title="a" + " " * 1_000_000 + "b").title
    assert "a\n\nb" == one(abstract_html=f"a{' ' * 1_000_000}<br>\n<br> \tb").abstract


def test_no_text_brings_nul_or_surrogates() -> None:
    """A character reference to what is no character brings none."""
    paper = one(abstract_html="a&#0;b&#xD800;c\x00<a href='http://x.example/&#0;'>d</a>")
    texts = "".join((paper.abstract, *paper.links))
    assert "\x00" not in texts
    assert texts == texts.encode(errors="ignore").decode()
