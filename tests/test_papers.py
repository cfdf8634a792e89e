"""Identifiers, counts, announcements and the merging of announcements."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    ArxivId,
    Counts,
    DocumentKind,
    FeedId,
    Paper,
    Summary,
    is_public_address,
    merge,
)

_NEW_STYLE = st.from_regex(r"[0-9]{4}\.[0-9]{4,5}", fullmatch=True)
_OLD_STYLE = st.builds(
    "{}/{}".format,
    st.sampled_from(["hep-th", "cs", "math.GT", "cond-mat", "q-bio", "alg-geom", "math-ph"]),
    st.from_regex(r"[0-9]{7}", fullmatch=True),
)
_IDS = st.one_of(_NEW_STYLE, _OLD_STYLE)
_TYPES = st.sampled_from(AnnounceType)


def _paper(number: int, title: str = "On Samples", categories: tuple[str, ...] = ()) -> Paper:
    return Paper(
        id=ArxivId(f"2605.{number:05}"),
        title=title,
        abstract="Nothing is shown.",
        authors=("Ann Sample",),
        categories=categories,
    )


def _announcement(*entries: AnnouncedPaper) -> Announcement:
    return Announcement(
        kind=DocumentKind.LISTING,
        category="cs",
        listing_date=date(2026, 5, 29),
        state=AnnouncementState.FRESH,
        expected=Counts(),
        entries=entries,
    )


@given(_IDS, st.one_of(st.none(), st.integers(1, 9999)), st.booleans())
def test_an_id_is_read_back_with_its_version(value: str, version: int | None, prefix: bool) -> None:
    """What arXiv prints, with or without version and prefix, splits into id and version."""
    text = ("arXiv:" if prefix else "") + value + (f"v{version}" if version else "")

    assert (ArxivId(value), version) == ArxivId.split(f" {text}\n")


@given(_IDS)
def test_an_id_stands_in_its_addresses(value: str) -> None:
    """The slash of old identifiers stays in the addresses of abstract and PDF."""
    paper_id = ArxivId(value)

    assert value == str(paper_id)
    assert f"https://arxiv.org/abs/{value}" == paper_id.abs_url
    assert f"https://arxiv.org/pdf/{value}" == paper_id.pdf_url


_DAMAGED = [
    "",
    "2605",
    "2605.123",
    "2605.123456",
    "26o5.28828",
    "2605.28828v",
    "2605.28828v0",
    "2605.28828v01",
    "2605.28828v12345",
    "2605.28828V2",
    "2605.28828 v2",
    "2605.28828/../..",
    "２６０５.28828",
    "hep-th/990100",
    "hep-th/99010011",
    "Hep-th/9901001",
    "-th/9901001",
    "math.gt/0309136",
    "https://arxiv.org/abs/2605.28828",
    "arXiv:arXiv:2605.28828",
]


@pytest.mark.parametrize("text", _DAMAGED)
def test_what_is_no_id_is_refused(text: str) -> None:
    """A damaged identifier is refused with and without a version."""
    with pytest.raises(ValueError, match="not an arXiv id"):
        ArxivId.split(text)
    with pytest.raises(ValueError, match="not an unversioned arXiv id"):
        ArxivId(text)


@pytest.mark.parametrize(
    "text", ["2605.28828v2", "2605.28828\n", " 2605.28828", "arXiv:2605.28828"]
)
def test_a_key_holds_the_bare_id_alone(text: str) -> None:
    """Papers are keyed by the unversioned id, so nothing else makes a key."""
    with pytest.raises(ValueError, match="unversioned"):
        ArxivId(text)


def test_the_message_of_a_bad_id_is_bounded() -> None:
    """Text from outside enters the message shortened."""
    with pytest.raises(ValueError, match="not an arXiv id") as caught:
        ArxivId.split("x" * 10_000)

    assert len(str(caught.value)) < 100


def test_ids_sort_as_they_are_written() -> None:
    """Identifiers of one month sort by number."""
    assert [ArxivId("2605.00001"), ArxivId("2605.00002")] == sorted(
        [ArxivId("2605.00002"), ArxivId("2605.00001")],
    )


def test_the_strength_of_announce_types() -> None:
    """New is stronger than cross-list, which is stronger than the replacements."""
    assert sorted(
        sorted(AnnounceType),  # by name
        key=lambda kind: kind.strength,
    ) == ["new", "cross", "replace", "replace-cross"]


def test_the_primary_category_stands_first() -> None:
    """The first category is the primary one; none gives an empty string."""
    assert _paper(1, categories=("cs.LG", "stat.ML")).primary == "cs.LG"
    assert not _paper(1).primary


@given(st.lists(_TYPES))
def test_counts_add_up(types: list[AnnounceType]) -> None:
    """Each type is counted, in any order, and the total is the number of entries."""
    counts = Counts.of(iter(types))

    assert len(types) == counts.total
    assert types.count(AnnounceType.NEW) == counts.new
    assert types.count(AnnounceType.CROSS) == counts.cross
    assert types.count(AnnounceType.REPLACE) == counts.replace
    assert types.count(AnnounceType.REPLACE_CROSS) == counts.replace_cross


def test_an_announcement_counts_what_it_holds() -> None:
    """`parsed` counts the entries whatever the document claimed."""
    announcement = _announcement(
        AnnouncedPaper(_paper(1), AnnounceType.NEW),
        AnnouncedPaper(_paper(2), AnnounceType.REPLACE_CROSS),
    )

    assert Counts(new=1, replace_cross=1) == announcement.parsed


def test_merging_keeps_the_strongest_type_and_its_text() -> None:
    """A paper stands where it first appeared, as the strongest announcement has it."""
    weak = AnnouncedPaper(_paper(1, "As cross-listed"), AnnounceType.CROSS)
    strong = AnnouncedPaper(_paper(1, "As new"), AnnounceType.NEW)
    again = AnnouncedPaper(_paper(1, "As new elsewhere"), AnnounceType.NEW)
    other = AnnouncedPaper(_paper(2), AnnounceType.REPLACE)

    merged = merge([_announcement(weak, other), _announcement(strong), _announcement(again)])

    assert (strong, other) == merged


@given(st.lists(st.lists(st.tuples(st.integers(1, 6), _TYPES), max_size=8), max_size=4))
def test_merging_loses_no_paper(batches: list[list[tuple[int, AnnounceType]]]) -> None:
    """Every announced paper comes out once, in order of appearance, in its strongest type."""
    announcements = [
        _announcement(*(AnnouncedPaper(_paper(number), kind) for number, kind in batch))
        for batch in batches
    ]
    strongest: dict[ArxivId, AnnounceType] = {}
    for number, kind in (pair for batch in batches for pair in batch):
        best = strongest.setdefault(_paper(number).id, kind)
        strongest[_paper(number).id] = min(best, kind, key=lambda each: each.strength)

    merged = merge(announcements)

    assert list(strongest.items()) == [(entry.paper.id, entry.type) for entry in merged]


def test_a_summary_is_chinese_when_the_abstract_is() -> None:
    """A Chinese title alone does not make a paper Chinese."""
    paper_id = ArxivId("2605.00001")

    assert Summary(paper_id=paper_id, abstract_zh="摘要。").is_chinese
    assert not Summary(paper_id=paper_id, title_zh="标题", reason="invalid_answer").is_chinese


@pytest.mark.parametrize(
    "value",
    [
        "doi:10.1234/ab\x00cd",
        "doi:10.1234/a\u202eb",
        "doi:10.1234/",
        "doi:10.1234",
        "doi:10.12/a",
        "https://x.example/a\u2028b",
        "https://x.example/a\x85b",
        "https://x.example/a b",
        "https://x.example/a\u00a0b",
        "https://x.example/a\nb",
        "https://x.example/\ud800",
        "https://\u202eevil.example/x",
        "https://[broken",
        "https:///path",
        "guid:\x1b[31m",
        "ftp://x.example",
        "https://x.example/" + "a" * 500,
    ],
)
def test_no_identity_of_an_article_can_harm(value: str) -> None:
    """Nothing that a database refuses, that breaks a line, or that turns a reader's text around."""
    with pytest.raises(ValueError, match=r"not the identity|IPv6"):
        FeedId(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://x.example/a?b=1&c", "https://x.example/a?b=1&c"),
        ("https://x.example/%E4%B8%AD/中", "https://x.example/%E4%B8%AD/%E4%B8%AD"),
        ('https://x.example/"onclick', "https://x.example/%22onclick"),
        ("http://8.8.8.8/a", "http://8.8.8.8/a"),
        ("https://arxiv.org@evil.example/x", ""),
        ("http://127.0.0.1:8000/leave", ""),
        ("http://10.0.0.1/", ""),
        ("http://0x7f.1/", ""),
        ("http://[::1]/", ""),
        ("http://[::ffff:127.0.0.1]/", ""),
        ("http://localhost/", ""),
        ("http://a.localhost./", ""),
        ("http://metadata.google.internal/", ""),
        ("https://例.example/", ""),
        ("doi:10.1234/a b".replace(" ", "<"), "https://doi.org/10.1234/a%3Cb"),
        ("guid:1", ""),
    ],
)
def test_articles_link_to_public_pages_only(value: str, expected: str) -> None:
    """As the links that authors write."""
    assert expected == FeedId(value).abs_url


@given(st.text(max_size=80))
def test_any_text_is_a_public_address_or_none(text: str) -> None:
    """Whatever stands there is judged; what passes is printable ASCII."""
    for address in (text, f"https://{text}", f"https://x.example/{text}"):
        if is_public_address(address):
            assert address.isascii()
            assert address.isprintable()
