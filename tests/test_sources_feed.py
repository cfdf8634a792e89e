"""Feeds: what is read, how items are counted, and how a broken one is contained."""

from datetime import date

import pytest
from sources_samples import ATOM_EMPTY, Item, rss

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import Announcement, AnnouncementState, AnnounceType, Counts, DocumentKind
from newsletter.sources.feed import parse_feed
from newsletter.sources.feed_parts import cut
from newsletter.sources.verdict import MOST_ENTRIES

TRICKY = r"If $p<q$ and $x<y$, <think> S&P &amp; T&lt;U, 64\% of \'e, $a>b$, ]]> é — 李"


def parsed(text: str) -> Announcement:
    """Parse a feed given as text."""
    return parse_feed(text.encode(), "sample.xml")


def codes(announcement: Announcement) -> list[str]:
    """Return the codes of the problems in their order."""
    return [problem.code for problem in announcement.problems]


def ids(announcement: Announcement) -> list[str]:
    """Return the identifiers read."""
    return [entry.paper.id.value for entry in announcement.entries]


def items(count: int) -> list[str]:
    """Return `count` items as text."""
    return [Item(id=f"2605.{at:05}", title=f"Title {at}").rss() for at in range(1, count + 1)]


def test_feed_is_read_whole() -> None:
    """Every field of an item arrives, and no character of title or abstract changes."""
    item = Item(
        version=2,
        title=TRICKY,
        type="replace-cross",
        abstract=TRICKY + "\n  Second paragraph, code at https://example.org/c.",
        creator=r"Eva Garc\'ia (Inst, Town), Bo Author",
        categories=("stat.ML", "cs.LG", "cs.LG"),
        extra="<arxiv:DOI>10.1/s&amp;t</arxiv:DOI>"
        "<arxiv:journal_reference>J. Samples 1</arxiv:journal_reference>",
    )
    announcement = parsed(rss(item.rss()))
    entry = announcement.entries[0]
    assert AnnounceType.REPLACE_CROSS is entry.type
    assert item.title == entry.paper.title
    assert item.abstract == entry.paper.abstract
    assert ("Eva García", "Bo Author") == entry.paper.authors
    assert ("stat.ML", "cs.LG") == entry.paper.categories
    assert ("10.1/s&t", "J. Samples 1", None, 2) == (
        entry.paper.doi,
        entry.paper.journal_ref,
        entry.paper.comment,
        entry.paper.version,
    )
    assert ("https://example.org/c",) == entry.paper.links
    assert Counts(replace_cross=1) == announcement.expected == announcement.parsed


def test_whole_feed_is_fresh() -> None:
    """A whole feed says its kind, category and date."""
    announcement = parsed(rss(*items(2)))
    assert (DocumentKind.RSS, "cs.LG", date(2026, 5, 29), AnnouncementState.FRESH, ()) == (
        announcement.kind,
        announcement.category,
        announcement.listing_date,
        announcement.state,
        announcement.problems,
    )


def test_empty_feeds_are_quiet() -> None:
    """A feed without items is a quiet day; an Atom one has only the date of its making."""
    quiet = parsed(rss(day="Sat, 30 May 2026 00:00:00 -0400"))
    assert (AnnouncementState.QUIET, date(2026, 5, 30)) == (quiet.state, quiet.listing_date)
    atom = parsed(ATOM_EMPTY)
    assert (DocumentKind.ATOM, "cs.LG", AnnouncementState.QUIET, date(2026, 5, 30)) == (
        atom.kind,
        atom.category,
        atom.state,
        atom.listing_date,
    )


def test_error_feed_is_no_announcement() -> None:
    """A well-formed feed that reports an error is refused in arXiv's own words."""
    body = rss(title="Feed error for query: x").replace("A description of the feed", "Bad archive")
    with pytest.raises(NotAnAnnouncement, match="Bad archive"):
        parsed(body)


@pytest.mark.parametrize(
    ("old", "new", "code", "item"),
    [
        ("oai:arXiv.org:2605.00002v1", "", "no_id", None),
        ("oai:arXiv.org:2605.00002v1", "oai:arXiv.org:nonsense", "no_id", None),
        ("<title>Title 2</title>", "", "no_title", "2605.00002"),
        ("<title>Title 2</title>", "<title>Title 2</titel>", "malformed", "2605.00002v1"),
        ("<title>Title 2</title>", "<title>Title & 2</title>", "malformed", "2605.00002v1"),
        ("<title>Title 2</title>", "<title>Title \x0b 2</title>", "malformed", "2605.00002v1"),
        ("<title>Title 2</title>", "<title>&nbsp;2</title>", "malformed", "2605.00002v1"),
    ],
)
def test_one_broken_item_loses_no_other(old: str, new: str, code: str, item: str | None) -> None:
    """A broken item is counted and named, and the others arrive without a changed character."""
    group = items(3)
    group[1] = group[1].replace(old, new)
    tricky = Item(id="2605.00009", title=TRICKY, abstract=TRICKY)
    announcement = parsed(rss(*group, tricky.rss()))
    assert ["2605.00001", "2605.00003", "2605.00009"] == ids(announcement)
    assert TRICKY == announcement.entries[-1].paper.title == announcement.entries[-1].paper.abstract
    assert (Counts(new=4), Counts(new=3)) == (announcement.expected, announcement.parsed)
    assert AnnouncementState.FAILED is announcement.state
    assert [code, "count_short"] == codes(announcement)
    assert item == announcement.problems[0].item


def test_item_without_a_type_is_broken_unless_the_header_says_it() -> None:
    """The announce type is read from the description where its element is missing."""
    whole = Item(type="cross").rss()
    bare = whole.replace("<arxiv:announce_type>cross</arxiv:announce_type>", "")
    assert [AnnounceType.CROSS] == [entry.type for entry in parsed(rss(bare)).entries]
    untyped = bare.replace("Announce Type: cross", "Announce Type: odd")
    announcement = parsed(rss(untyped))
    assert (["no_type", "count_short"], Counts(new=1)) == (
        codes(announcement),
        announcement.expected,
    )


def test_item_without_closing_tag_spoils_only_itself() -> None:
    """A missing end tag takes no neighbour with it."""
    group = items(3)
    group[1] = group[1].replace("</item>", "")
    announcement = parsed(rss(*group))
    assert ["2605.00001", "2605.00003"] == ids(announcement)
    assert Counts(new=3) == announcement.expected


def test_cut_feed_keeps_its_whole_items() -> None:
    """A cut feed gives the items before the cut, and is never whole."""
    text = rss(*items(3))
    announcement = parsed(text[: text.index("Title 3") + 3])
    assert ["2605.00001", "2605.00002"] == ids(announcement)
    assert AnnouncementState.FAILED is announcement.state
    assert Counts(new=3) == announcement.expected
    assert {"malformed", "truncated", "count_short"} == set(codes(announcement))


def test_cdata_and_comments_hide_no_items() -> None:
    """CDATA is text and a comment is nothing, whatever tags they hold."""
    item = Item().rss().replace("A sample title", "<![CDATA[A <item> & more]]>")
    announcement = parsed(rss(item, "<!-- <item> -->"))
    assert "A <item> & more" == announcement.entries[0].paper.title
    assert AnnouncementState.FRESH is announcement.state


def test_open_comment_does_not_hide_the_damage() -> None:
    """A comment that never ends leaves a document that is not well-formed."""
    assert AnnouncementState.FAILED is parsed(rss(*items(1), "<!-- ")).state


def test_damaged_bytes_are_a_problem() -> None:
    """Bytes that are not UTF-8 are never taken for another encoding."""
    body = rss(*items(2), Item(id="2605.00003", title="é").rss()).encode()
    announcement = parse_feed(body.replace(b"Title 2", b"T\xeftle 2"), "sample.xml")
    assert ["Title 1", "T\ufffdtle 2", "é"] == [e.paper.title for e in announcement.entries]
    assert AnnouncementState.FAILED is announcement.state
    assert [("encoding", None), ("encoding", "2605.00002")] == [
        (problem.code, problem.item) for problem in announcement.problems
    ]


def test_missing_abstract_is_named() -> None:
    """An item with a header and nothing behind it is read and named."""
    announcement = parsed(rss(Item(abstract="").rss()))
    assert ["no_abstract"] == codes(announcement)
    assert "" == announcement.entries[0].paper.abstract


def test_items_of_several_days_are_not_fresh() -> None:
    """A feed that mixes days has the date of most and waits for better."""
    old = Item(id="2605.00009", day="Thu, 28 May 2026 00:00:00 -0400").rss()
    announcement = parsed(rss(*items(2), old))
    assert (date(2026, 5, 29), AnnouncementState.WAITING, ["mixed_dates"]) == (
        announcement.listing_date,
        announcement.state,
        codes(announcement),
    )


def test_undated_items_take_the_date_of_the_feed() -> None:
    """Before April 2024 items had no date; the feed's own has the offset of US Eastern time."""
    item = Item(day="").rss()
    announcement = parsed(rss(item, day="Fri, 29 May 2026 03:59:00 +0000"))
    assert date(2026, 5, 28) == announcement.listing_date


def test_feed_without_any_date_waits() -> None:
    """A feed whose dates cannot be read is not trusted to be today's."""
    announcement = parsed(rss(Item(day="someday").rss(), day="99 Foo 2026"))
    assert (None, AnnouncementState.WAITING) == (announcement.listing_date, announcement.state)


def test_capped_feed_is_failed() -> None:
    """A feed at arXiv's limit may have lost new papers in silence."""
    item = "<item></item>"
    assert "capped" in codes(parsed(rss(item * 2000)))
    assert "capped" not in codes(parsed(rss(item * 1999)))


def test_broken_frame_is_a_problem() -> None:
    """Damage outside the items fails the feed, and its items still arrive."""
    text = rss(*items(2)).replace("<link>http://rss", "<link>&http://rss")
    announcement = parsed(text)
    assert ["2605.00001", "2605.00002"] == ids(announcement)
    assert "malformed" in codes(announcement)


def test_feed_without_a_root_gives_nothing_away() -> None:
    """Text that only looks like items is damage, not an exception."""
    for text in ("".join(items(1)), "".join(items(1)).strip()):
        assert AnnouncementState.FAILED is parsed(text).state


# The inputs below took minutes, by quadratic time, before their patterns had bounds.


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</rss>", "</rss>" + "<item " * 300_000),
        ("<item>", "<item>" + "<title " * 130_000),
        ("<item>", "<item>" + "announce_type" * 70_000),
        ("<rss", "<rss " * 200_000 + "<rss"),
        ("<rss", "<?xml " * 200_000 + "<rss"),
        ("<rss", "\n" * 1_000_000 + "<rss"),
        ("<link>", "<x " * 300_000 + "<link>"),
    ],
)
def test_repeated_beginnings_cost_no_quadratic_time(old: str, new: str) -> None:
    """A tag that begins again and again and never ends is damage, found in linear time."""
    assert parsed(rss(*items(1)).replace(old, new, 1)).kind is DocumentKind.RSS


def test_long_root_tag_is_none() -> None:
    """The root's tag is read with every item, so it has a bound, and a longer one fails all."""
    short, long, longest = ('<rss a="' + "x" * n + '" ' for n in (3_000, 5_000, 1_000_000))
    assert AnnouncementState.FRESH is parsed(rss(*items(3)).replace("<rss ", short)).state
    assert AnnouncementState.FAILED is parsed(rss(*items(3)).replace("<rss ", long)).state
    assert AnnouncementState.FAILED is parsed(rss(*items(2000)).replace("<rss ", longest)).state


def test_frame_has_a_bound() -> None:
    """Of what stands around the items no more is read than a frame can need."""
    parts = cut(rss(*items(1)).replace("<link>", "x" * 1_000_000 + "<link>"))
    assert (False, True) == (parts.sound, parts.closed)
    assert 100_000 >= len(parts.head)


@pytest.mark.parametrize("item", ["<item></item>", "<item/>", "<item a='b' />"])
def test_reading_stops_at_too_many_items(item: str) -> None:
    """More items than any feed has are not read, and that is said; the limit itself is."""
    announcement = parsed(rss(item * (MOST_ENTRIES + 5)))
    assert (AnnouncementState.FAILED, Counts(new=MOST_ENTRIES)) == (
        announcement.state,
        announcement.expected,
    )
    assert "too_many" in codes(announcement)
    assert "truncated" not in codes(announcement)
    assert "too_many" not in codes(parsed(rss(item * MOST_ENTRIES)))


def test_oversized_item_is_broken_and_named() -> None:
    """An item of more than a million characters is left out, and costs no other."""
    announcement = parsed(rss(Item(id="2605.00009", abstract="x" * 1_000_000).rss(), *items(1)))
    assert (["2605.00001"], ["malformed", "count_short"]) == (
        ids(announcement),
        codes(announcement),
    )
    assert "2605.00009v1" == announcement.problems[0].item
    assert "1000000 characters" in announcement.problems[0].message


def test_no_text_brings_nul() -> None:
    """What base64 smuggles past the XML parser is taken out: no database column takes it."""
    item = Item().rss().replace("<title>A sample title", '<title mode="base64">YQBi')
    assert ["ab"] == [entry.paper.title for entry in parsed(rss(item)).entries]
