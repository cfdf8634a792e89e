"""Hostile markup, text and identifiers in every kind of document: refused by name, or repaired.

Each document holds three invented papers, of which the second is hostile: the other two arrive,
and what was repaired is a named problem.
"""

import pytest
from hostile_documents import (
    BAD,
    FORMATS,
    GOOD,
    KINDS,
    LAUGHS,
    XML,
    attempted,
    codes,
    every_format,
    headed,
    ids,
    parsed,
    title_of_second,
)
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import NotAnAnnouncement, SourceError
from newsletter.papers import Announcement, AnnouncementState, DocumentKind
from newsletter.sources.detect import parse_document
from newsletter.sources.verdict import DAMAGED


@every_format
def test_three_plain_papers_are_read(kind: str) -> None:
    """What the other tests break is well to begin with."""
    read = parsed(FORMATS[kind].with_second())

    assert DocumentKind(KINDS[kind]) is read.kind
    assert (AnnouncementState.FRESH, ()) == (read.state, read.problems)
    assert [GOOD[0], BAD, GOOD[1]] == ids(read)


# Entities


@every_format
@pytest.mark.parametrize(
    ("doctype", "title"),
    [
        ('<!DOCTYPE x [<!ENTITY i "internal">]>', "A &i;"),
        ('<!DOCTYPE x [<!ENTITY i SYSTEM "{secret}">]>', "A &i;"),
        ('<!DOCTYPE x [<!ENTITY % i SYSTEM "{secret}"> %i;]>', "A title"),
        ('<!DOCTYPE x PUBLIC "-//x//" "{secret}" [<!ENTITY i "internal">]>', "A &i;"),
        (LAUGHS, "A &l9;"),
        (LAUGHS.replace("DOCTYPE", "doctype"), "A &l9;"),
        (f"<!-- a comment --> <?target?>\n{LAUGHS}", "A &l9;"),
    ],
    ids=["internal", "external", "parameter", "public", "laughs", "lower case", "after a comment"],
)
def test_a_document_that_declares_entities_is_refused(
    kind: str, doctype: str, title: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No announcement declares any; nothing is resolved and no file is read."""
    secret = tmp_path_factory.mktemp("secret") / "file"
    secret.write_text("the secret", encoding="utf-8")
    declared = doctype.replace("{secret}", secret.as_uri())

    with pytest.raises(NotAnAnnouncement, match="DOCTYPE with entities") as caught:
        parsed(headed(FORMATS[kind].with_second(title), declared))
    assert "secret" not in caught.value.what


@every_format
def test_a_reference_to_a_dtd_is_not_followed(kind: str, tmp_path: object) -> None:
    """The document is read without it."""
    dtd = f'<!DOCTYPE x SYSTEM "file://{tmp_path}/nowhere.dtd">'

    assert [GOOD[0], BAD, GOOD[1]] == ids(parsed(headed(FORMATS[kind].with_second(), dtd)))


@every_format
def test_a_doctype_in_the_middle_declares_nothing(kind: str) -> None:
    """Entities that are declared inside an entry are never put in."""
    read = parsed(FORMATS[kind].with_second("A &l9;", extra=LAUGHS))

    assert {*GOOD} <= {*ids(read)}
    assert (title_of_second(read) or "A &l9;") == "A &l9;"
    assert "haha" not in repr(read.entries)


@pytest.mark.parametrize("kind", XML)
def test_an_unknown_entity_is_a_problem(kind: str) -> None:
    """XML without a declaration knows five; the paper is left out, or shows it as it stands."""
    read = parsed(FORMATS[kind].with_second("A &nbsp; title"))

    assert AnnouncementState.FAILED is read.state
    assert "malformed" in codes(read)
    assert {*GOOD} <= {*ids(read)}
    assert (title_of_second(read) or "A &nbsp; title") == "A &nbsp; title"


# Text


@pytest.mark.parametrize("kind", XML)
def test_cdata_is_text(kind: str) -> None:
    """Markup in it begins no entry and ends none."""
    text = "<![CDATA[a <b> & </item></entry></record> <item> <entry> b]]>"
    read = parsed(FORMATS[kind].with_second(text, abstract=text))

    assert [GOOD[0], BAD, GOOD[1]] == ids(read)
    assert "a <b> & </item></entry></record> <item> <entry> b" == title_of_second(read)


@every_format
def test_cdata_on_a_page_is_what_a_browser_makes_of_it(kind: str) -> None:
    """In HTML it is a comment up to the next `>`; whatever it is, it costs no other paper."""
    assert {*GOOD} <= {*ids(parsed(FORMATS[kind].with_second("<![CDATA[a]]> title")))}


@pytest.mark.parametrize("kind", XML)
def test_cdata_that_never_ends_costs_one_paper(kind: str) -> None:
    """The papers after it arrive, and the one is named."""
    read = parsed(FORMATS[kind].with_second("<![CDATA[A title"))

    assert [*GOOD] == ids(read)
    assert {"malformed", "count_short"} <= codes(read)
    assert any((problem.item or "").startswith(BAD) for problem in read.problems)


@every_format
@pytest.mark.parametrize("damage", [b"\xff\xfe", b"\xc3(", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"])
def test_bytes_that_are_not_utf8_are_named(kind: str, damage: bytes) -> None:
    """Two bytes of another encoding, or a surrogate in UTF-8: nothing is guessed, all arrive."""
    body = FORMATS[kind].with_second("A MARK title").encode().replace(b"MARK", damage)
    read = parse_document(body, "sample")

    assert [GOOD[0], BAD, GOOD[1]] == ids(read)
    assert {"encoding"} == codes(read)
    assert AnnouncementState.FAILED is read.state


@every_format
def test_another_encoding_is_refused_or_named(kind: str) -> None:
    """UTF-16 is none of arXiv's, with or without a mark."""
    text = FORMATS[kind].with_second()
    for codec in ("utf-16", "utf-16-le", "utf-16-be"):
        outcome = attempted(text.encode(codec))
        if isinstance(outcome, Announcement):
            assert AnnouncementState.FAILED is outcome.state
        else:
            assert SourceError is not type(outcome)


@every_format
@pytest.mark.parametrize(
    "hostile",
    [
        *("\x00", "\x01", "\x08", "\x0b", "\x1b[2J", "\x1f"),
        *("&#0;", "&#x0;", "&#1;", "&#27;", "&#x1B;", "&#000001;"),
        *("&#xD800;", "&#xdfff;", "&#55296;", "&#xD83D;&#xDE00;", "&#xD800", "&#x110000;"),
        f"&#{'9' * 5_000};",
    ],
)
def test_what_is_no_character_reaches_no_text(kind: str, hostile: str) -> None:
    """NUL, control characters and lone surrogates: the paper is mended and named, or left out."""
    read = parsed(FORMATS[kind].with_second(f"A {hostile} title", f"A {hostile} text."))

    assert {*GOOD} <= {*ids(read)}
    assert AnnouncementState.FAILED is read.state
    assert {"encoding", "malformed"} & codes(read)
    for entry in read.entries:
        text = entry.paper.title + entry.paper.abstract
        assert text == text.encode().decode()
        assert not [char for char in text if char < " " and char not in "\t\n\r"]


# Identifiers


@every_format
def test_a_paper_that_comes_twice_is_named(kind: str) -> None:
    """Both entries stay, as the document has them; the state is no worse for it."""
    read = parsed(FORMATS[kind].with_second(paper=GOOD[0]))

    assert [GOOD[0], GOOD[0], GOOD[1]] == ids(read)
    assert [("repeated", GOOD[0])] == [(found.code, found.item) for found in read.problems]
    assert AnnouncementState.FRESH is read.state


@every_format
@pytest.mark.parametrize(
    "paper",
    [
        *("0704.0001", "1412.9999", "1501.00001", "2609.12345", "2609.99999"),
        *("hep-th/9107001", "hep-th/9108001", "math/0309136", "math.GT/0309136", "cs/0703156"),
        *("cond-mat/9901001", "q-alg/9501001", "acc-phys/9411001", "chao-dyn/9301001"),
        *("physics.gen-ph/0101001", "nlin.CD/0703001", "quant-ph/0703999"),
    ],
)
def test_ids_of_every_age_are_read(kind: str, paper: str) -> None:
    """1991 to 2026: four digits, five, and archives with and without a subject class."""
    if paper.startswith("physics.gen-ph"):  # a class of more than two letters never was in an id
        assert BAD not in ids(parsed(FORMATS[kind].with_second(paper=paper)))
        return
    read = parsed(FORMATS[kind].with_second(paper=paper))

    assert [GOOD[0], paper, GOOD[1]] == ids(read)
    assert () == read.problems


@pytest.mark.parametrize("kind", ["listing", "rss", "atom", "api"])
@pytest.mark.parametrize("version", [1, 2, 10, 999])
def test_versions_are_read(kind: str, version: int) -> None:
    """v1 to v999, where a document shows them."""
    text = FORMATS[kind].with_second().replace(f"{BAD}v1", f"{BAD}v{version}")
    versions = {entry.paper.id.value: entry.paper.version for entry in parsed(text).entries}

    assert version == versions[BAD]


@every_format
@pytest.mark.parametrize(
    "paper", ["", "nonsense", "2605.002", "2605.0000222", "../../etc", "2605.00002v0", "٢٦٠٥.00002"]
)
def test_what_is_no_id_costs_one_paper(kind: str, paper: str) -> None:
    """The entry is left out and named."""
    read = parsed(FORMATS[kind].with_second(paper=paper))

    assert [*GOOD] == ids(read)
    assert {"no_id", "count_short"} <= codes(read)


# Whatever comes

PIECES = (
    *("<", ">", "&", "</", "/>", "<![CDATA[", "]]>", "<!--", "-->", "<?x", "?>", "<!DOCTYPE x ["),
    *("<b>", "</div>", "<dt>", "</dd>", "<h3>", "<item>", "</item>", "<entry>", "</record>"),
    *("<record>", "&#0;", "&#xD800;", "\x00", '"', "'", "=", "x"),
)
markup = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@every_format
@given(title=markup, abstract=markup, extra=markup)
def test_whatever_stands_in_an_entry_is_read_or_refused_by_name(
    kind: str, title: str, abstract: str, extra: str
) -> None:
    """No other error, no text that cannot be stored, and nothing missing without a problem."""
    body = FORMATS[kind].with_second(title, abstract, extra).encode(errors="surrogatepass")
    read = attempted(body)
    if isinstance(read, SourceError):
        assert SourceError is not type(read)
        return
    if not {*GOOD} <= {*ids(read)}:
        assert DAMAGED.keys() & codes(read)
    for entry in read.entries:
        text = "".join((entry.paper.title, entry.paper.abstract, *entry.paper.authors))
        assert "\x00" not in text.encode().decode()
