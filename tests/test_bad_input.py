"""Hostile documents of every kind: refused by name, or repaired with a named problem.

Each document holds three invented papers, of which the second is hostile: the other two arrive.
Time is bounded by what is done, not by a clock; work in quadratic time would end the suite.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources_samples import ATOM_EMPTY, listing, rss
from test_sources_metadata import api, oai

from newsletter.errors import NotAnAnnouncement, SourceError
from newsletter.papers import Announcement, AnnouncementState, DocumentKind
from newsletter.sources.detect import parse_document
from newsletter.sources.elements import ENTRY_SIZE, MOST_ATTRIBUTES
from newsletter.sources.isolation import RECORD_SIZE
from newsletter.sources.verdict import DAMAGED, MOST_ENTRIES

GOOD = ("2605.00001", "2605.00003")
BAD = "2605.00002"


@dataclass(frozen=True)
class Format:
    """How one kind of document shows papers; the extra is markup between its fields."""

    entry: Callable[[str, str, str, str], str]
    """id, title, abstract, extra ─► markup."""
    document: Callable[..., str]

    def with_second(
        self, title: str = "A title", abstract: str = "A text.", extra: str = "", paper: str = BAD
    ) -> str:
        """Return a document whose second paper is as given."""
        return self.document(
            self.entry(GOOD[0], "One", "A text.", ""),
            self.entry(paper, title, abstract, extra),
            self.entry(GOOD[1], "Three", "A text.", ""),
        )


def _listed(paper: str, title: str, abstract: str, extra: str) -> str:
    return f"""<dt><a name='item1'>[1]</a> <a href="/abs/{paper}" title="Abstract">arXiv:{paper}</a>
[<a href="https://arxiv.org/html/{paper}v1">html</a>]</dt><dd><div class='meta'>
<div class='list-title mathjax'><span class='descriptor'>Title:</span>{title}</div>
<div class='list-authors'><a href='/a'>Sample Author</a></div>{extra}
<div class='list-subjects'><span class="primary-subject">Machine Learning (cs.LG)</span></div>
<p class='mathjax'>{abstract}</p></div></dd>"""


def _page(*entries: str) -> str:
    of = len(entries)
    heading = f"<h3>New submissions (showing {of} of {of} entries)</h3>"
    return listing(f"<dl id='articles'>{heading}{''.join(entries)}</dl>", total=of)


def _item(paper: str, title: str, abstract: str, extra: str) -> str:
    return f"""<item><title>{title}</title><link>https://arxiv.org/abs/{paper}</link>
<description>arXiv:{paper}v1 Announce Type: new \nAbstract: {abstract}</description>
<guid isPermaLink="false">oai:arXiv.org:{paper}v1</guid><category>cs.LG</category>{extra}
<arxiv:announce_type>new</arxiv:announce_type><dc:creator>Sample Author</dc:creator></item>"""


def _atom_entry(paper: str, title: str, abstract: str, extra: str) -> str:
    return f"""<entry><id>oai:arXiv.org:{paper}v1</id><title>{title}</title>
<summary>arXiv:{paper}v1 Announce Type: new \nAbstract: {abstract}</summary>{extra}
<category term="cs.LG"/><published>2026-05-29T00:00:00-04:00</published>
<arxiv:announce_type>new</arxiv:announce_type></entry>"""


def _atom(*entries: str) -> str:
    return ATOM_EMPTY.replace("</feed>", f"{''.join(entries)}</feed>")


def _record(paper: str, title: str, abstract: str, extra: str) -> str:
    return f"""<record><header><identifier>oai:arXiv.org:{paper}</identifier></header><metadata>
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{paper}</id><title>{title}</title>{extra}
<categories>cs.LG</categories><abstract>{abstract}</abstract></arXiv></metadata></record>"""


def _result(paper: str, title: str, abstract: str, extra: str) -> str:
    return f"""<entry><id>http://arxiv.org/abs/{paper}v1</id><title>{title}</title>{extra}
<summary>{abstract}</summary><category term="cs.LG"/></entry>"""


def _results(*entries: str) -> str:
    return api(*entries, total=len(entries), size=len(entries))


FORMATS = {
    "listing": Format(_listed, _page),
    "rss": Format(_item, rss),
    "atom": Format(_atom_entry, _atom),
    "oai": Format(_record, oai),
    "api": Format(_result, _results),
}
KINDS = dict(zip(FORMATS, ("listing", "rss", "atom", "oai", "api"), strict=True))
XML = ("rss", "atom", "oai", "api")

every_format = pytest.mark.parametrize("kind", FORMATS)


def parsed(text: str) -> Announcement:
    """Parse a document."""
    return parse_document(text.encode(), "sample")


def attempted(body: bytes) -> Announcement | SourceError:
    """Parse a document; return the error where it is refused."""
    try:
        return parse_document(body, "sample")
    except SourceError as error:
        return error


def crowded(attributes: int) -> str:
    """Return a tag with so many attributes."""
    names = " ".join(f"a{at}=''" for at in range(attributes))
    return f"<x {names}/>"


def ids(announcement: Announcement) -> list[str]:
    """Return the ids of what was read."""
    return [entry.paper.id.value for entry in announcement.entries]


def codes(announcement: Announcement) -> set[str]:
    """Return the codes of the problems."""
    return {problem.code for problem in announcement.problems}


def title_of_second(announcement: Announcement) -> str | None:
    """Return the hostile paper's title, None where it was left out."""
    titles = (e.paper.title for e in announcement.entries if e.paper.id.value == BAD)
    return next(titles, None)


def headed(text: str, doctype: str) -> str:
    """Return a document with `doctype` in place of its own declaration."""
    _, declaration, rest = text.partition("?>")
    body = rest if declaration and text.startswith("<?xml") else text
    return doctype + body.replace("<!DOCTYPE html>", "", 1)


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    + "]>"
)


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


# Size and depth


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
    entries = [_listed(f"2605.{at:05}", "<b>" * 100 + "T", "A text.", "") for at in range(1, 9)]
    read = parsed(_page(*entries))

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
    bomb = _listed(BAD, "<b>" * 300, "A text.", "")
    cross = _listed(GOOD[1], "Three", "A text.", "")
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
    page = _page("<dt><dd>" * 50_000)

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
        records = [_record(GOOD[0], "One", "A text.", ""), _record(BAD, bomb, "A text.", "")]
        read = parsed(oai(*records, token=token))

        assert [GOOD[0]] == ids(read)
        assert "window" in codes(read)


def test_the_limits_are_far_above_what_papers_have() -> None:
    """Three thousand authors fill half a million characters."""
    authors = ", ".join(
        f"<a href='/search/?query=Author_{at}'>Author {at}</a>" for at in range(3000)
    )
    read = parsed(_page(_listed(BAD, "A title", "A text.", f"<div>{authors}</div>")))

    assert [BAD] == ids(read)
    assert (5_000_000, 5_000_000) == (ENTRY_SIZE, RECORD_SIZE)


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
