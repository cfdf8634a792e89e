"""What a document is, told by its content."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources_samples import ATOM_EMPTY, Item, listing, rss, samples, section

from newsletter.errors import EmptyDocument, NotAnAnnouncement, SourceError, TruncatedDocument
from newsletter.papers import AnnouncementState, DocumentKind
from newsletter.sources.detect import parse_document

PAGE = listing(section("New submissions (showing 2 of 2 entries)", samples(2)), total=2)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (PAGE, DocumentKind.LISTING),
        ("\n\n<!-- saved --> " + PAGE, DocumentKind.LISTING),
        (PAGE.replace("<!DOCTYPE html>", ""), DocumentKind.LISTING),
        ("\ufeff" + rss(Item().rss()), DocumentKind.RSS),
        (ATOM_EMPTY, DocumentKind.ATOM),
    ],
)
def test_kind_is_told_by_content(text: str, kind: DocumentKind) -> None:
    """Names and content types play no part in what a document is."""
    announcement = parse_document(text.encode(), "whatever.bin")
    assert (kind, "whatever.bin") == (announcement.kind, announcement.origin)
    assert announcement.state in {AnnouncementState.FRESH, AnnouncementState.QUIET}


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\xef\xbb\xbf\n", b"\0\0"])
def test_empty_documents_are_named_so(body: bytes) -> None:
    """No bytes, or nothing but white space, is an error of its own."""
    with pytest.raises(EmptyDocument):
        parse_document(body, "sample")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<html><body><h1>Invalid archive: cs.XX</h1></body></html>", "Invalid archive: cs.XX"),
        ("<!DOCTYPE html><html><title>502 Bad Gateway</title></html>", "502 Bad Gateway"),
        ("<html><body></body></html>", "HTML page that lists nothing"),
        ("Rate exceeded.", "plain text.*Rate exceeded"),
        ('{"error": 1}', "JSON"),
        ("[1]", "JSON"),
        ('<?xml version="1.0"?><OAI-PMH xmlns="http://x/"><error/></OAI-PMH>', "OAI-PMH error"),
        ("<rdf:RDF xmlns:rdf='http://x/'></rdf:RDF>", "RSS 1.0"),
        ("<svg></svg>", "XML document <svg>"),
        ("<rss version='2.0'><channel><title>A blog</title></channel></rss>", "not arXiv's"),
        ("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss></rss>", "entities"),
    ],
)
def test_other_kinds_are_named(text: str, words: str) -> None:
    """Whatever is no announcement is refused by the name of its kind."""
    with pytest.raises(NotAnAnnouncement, match=words):
        parse_document(text.encode(), "sample")


@pytest.mark.parametrize(
    "text",
    [
        "<?xml version='1.0'",
        "<",
        "<!DOCTYPE html><html><head><script>",
        PAGE[: PAGE.index("<dt>")],
        PAGE[: PAGE.index("</dd>")],
        rss()[:150],
        rss(Item().rss())[:700],
        "<rss version='2.0'><channel>",
    ],
)
def test_cut_documents_without_papers_are_truncated(text: str) -> None:
    """A document cut off before anything could be read is an error."""
    with pytest.raises(TruncatedDocument):
        parse_document(text.encode(), "sample")


def test_cut_documents_with_papers_are_announcements() -> None:
    """A document cut off later gives its papers, and says so."""
    text = PAGE[: PAGE.index("</dd>") + 5]
    announcement = parse_document(text.encode(), "sample")
    assert (1, AnnouncementState.FAILED) == (len(announcement.entries), announcement.state)


def test_excerpts_in_errors_are_short() -> None:
    """What a hostile document says does not fill the log."""
    with pytest.raises(NotAnAnnouncement) as caught:
        parse_document(b"x\n" * 10_000, "sample")
    assert len(str(caught.value)) < 300


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=400), st.sampled_from([b"", b"<html>", b"<rss>", b"<feed>", b"<?xml"]))
def test_any_bytes_give_an_announcement_or_a_source_error(body: bytes, start: bytes) -> None:
    """Nothing but `SourceError` leaves the parser, whatever the bytes."""
    try:
        announcement = parse_document(start + body, "sample")
    except SourceError:
        return
    assert announcement.state is not AnnouncementState.FRESH


@settings(deadline=None)  # the machine may be busy
@given(
    st.sampled_from([PAGE.encode(), rss(Item().rss(), Item(id="2605.00002").rss()).encode()]),
    st.integers(min_value=0),
    st.binary(min_size=1, max_size=8),
)
def test_spliced_bytes_give_an_announcement_or_a_source_error(
    document: bytes, at: int, splice: bytes
) -> None:
    """Bytes written over a real document raise nothing but `SourceError`."""
    start = at % len(document)
    spliced = document[:start] + splice + document[start + len(splice) :]
    try:
        announcement = parse_document(spliced, "sample")
    except SourceError:
        return
    assert announcement.state in set(AnnouncementState)


@pytest.mark.parametrize(
    "body", ["<h1 " * 250_000, "<title" * 170_000, "Catchup results for " * 50_000]
)
def test_repeated_headings_cost_no_quadratic_time(body: str) -> None:
    """A heading that begins again and again and never ends is found out in linear time."""
    with pytest.raises(TruncatedDocument):
        parse_document(f"<html>{body}".encode(), "sample")
