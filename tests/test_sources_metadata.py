"""OAI-PMH and API answers, written for these tests; papers are samples."""

import pytest

from newsletter.errors import NotAnAnnouncement, SourceError
from newsletter.papers import Announcement, AnnouncementState, AnnounceType, Counts, DocumentKind
from newsletter.sources.detect import parse_document
from newsletter.sources.metadata import is_crossed
from newsletter.sources.oai import read_page


def record(number: int = 1, *, extra: str = "", header: str = "") -> str:
    """Return one sample record in the format `arXiv`."""
    return f"""<record><header{header}><identifier>oai:arXiv.org:2600.{number:05}</identifier>
<datestamp>2026-05-28</datestamp></header><metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/">
<id>2600.{number:05}</id><created>2026-05-27</created>{extra}
<authors><author><keyname>Author</keyname><forenames>Sample</forenames><suffix>Jr.</suffix></author>
</authors><title>A sample title
  on two lines</title><categories>cs.LG stat.ML</categories>
<comments>see https://example.org/code</comments>
<abstract>  First line
second line, a &lt; b.
  A second paragraph.
</abstract></arXiv></metadata></record>"""


def oai(*records: str, token: str = "", request: str = ' set="cs:cs:LG"') -> str:
    """Return an answer to ListRecords."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-05-28T02:30:00Z
</responseDate><request verb="ListRecords"{request}>http://oaipmh.arxiv.org/oai</request>
<ListRecords>{"".join(records)}{token}</ListRecords></OAI-PMH>"""


def entry(number: int = 1, version: int = 1) -> str:
    """Return one sample entry of the API."""
    return f"""<entry><id>http://arxiv.org/abs/2600.{number:05}v{version}</id>
<title>A sample title</title><summary>A sample abstract.</summary>
<category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
<category term="68T05" scheme="http://msc"/>
<arxiv:primary_category term="stat.ML"/><author><name>Sample Author</name></author></entry>"""


def api(*entries: str, total: object = 1, size: object = 10, start: int = 0) -> str:
    """Return an answer of the API."""
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
<title>arXiv Query: sample</title><opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>
<opensearch:totalResults>{total}</opensearch:totalResults>
<opensearch:startIndex>{start}</opensearch:startIndex>{"".join(entries)}</feed>"""


def parsed(text: str) -> Announcement:
    """Parse a sample."""
    return parse_document(text.encode(), "sample")


def codes(text: str) -> set[str]:
    """Return the codes of the problems in a sample."""
    return {problem.code for problem in parsed(text).problems}


def test_a_record_becomes_a_paper() -> None:
    """Wraps are spaces, an indented line is a paragraph, names are in reading order."""
    read = parsed(oai(record()))
    (found,) = read.entries
    assert (DocumentKind.OAI, "cs.LG", None, AnnouncementState.FRESH) == (
        read.kind,
        read.category,
        read.listing_date,
        read.state,
    )
    assert "A sample title on two lines" == found.paper.title
    assert "First line second line, a < b.\nA second paragraph." == found.paper.abstract
    assert ("Sample Author Jr.",) == found.paper.authors
    assert ("cs.LG", "stat.ML") == found.paper.categories
    assert ("https://example.org/code",) == found.paper.links


@pytest.mark.parametrize(
    ("extra", "asked", "expected"),
    [
        ("", "cs:cs:LG", AnnounceType.NEW),
        ("", "cs", AnnounceType.NEW),
        ("", "stat:stat:ML", AnnounceType.CROSS),
        ("<updated>2026-05-28</updated>", "cs", AnnounceType.REPLACE),
        ("<updated>2026-05-28</updated>", "stat", AnnounceType.REPLACE_CROSS),
        ('<version version="v1"/><version version="v2"/>', "cs", AnnounceType.REPLACE),
        ('<version version="v1"/>', "physics", AnnounceType.NEW),
    ],
)
def test_types_are_inferred(extra: str, asked: str, expected: AnnounceType) -> None:
    """A later version replaces; a primary outside the set asked is a cross-list."""
    (found,) = parsed(oai(record(extra=extra), request=f' set="{asked}"')).entries
    assert expected is found.type


@pytest.mark.parametrize(
    ("primary", "category", "expected"),
    [
        ("cs.LG", "cs.LG", False),
        ("cs.LG", "cs", False),
        ("cs.LG", "cs.AI", True),
        ("cs.LG", "stat", True),
        ("math-ph", "math", True),  # an archive of its own
        ("hep-th", "hep-th", False),
        ("cs.LG", "", False),
        ("", "cs", True),
    ],
)
def test_a_cross_list_has_its_primary_outside(
    primary: str, category: str, *, expected: bool
) -> None:
    """An archive holds its categories; where nobody says what was asked for, none is one."""
    assert expected == is_crossed(primary, category)


def test_a_resumption_token_means_that_more_is_to_come() -> None:
    """The answer is one page of several until the token is empty."""
    token = '<resumptionToken cursor="0" completeListSize="5">abc</resumptionToken>'
    read = parsed(oai(record(), token=token))
    assert AnnouncementState.WAITING is read.state
    assert "one page of several: records 1 to 1 of 5" == read.problems[0].message
    assert "abc" == read_page(oai(record(), token=token), "sample").token
    assert AnnouncementState.FRESH is parsed(oai(record(), token="<resumptionToken/>")).state


def test_deleted_records_are_named_and_counted_out() -> None:
    """A deletion is no paper and no damage."""
    gone = '<record><header status="deleted"><identifier>oai:x</identifier></header></record>'
    read = parsed(oai(record(), gone))
    assert (AnnouncementState.FRESH, Counts(new=1)) == (read.state, read.expected)
    assert ["deleted"] == [problem.code for problem in read.problems]


def test_no_records_match_is_quiet_and_other_errors_are_named() -> None:
    """A quiet day is no error; a bad token is."""
    frame = '<OAI-PMH xmlns="http://x/"><error code="{}">why</error></OAI-PMH>'
    assert AnnouncementState.QUIET is parsed(frame.format("noRecordsMatch")).state
    with pytest.raises(NotAnAnnouncement, match="badResumptionToken: why"):
        parsed(frame.format("badResumptionToken"))


def test_another_format_is_refused_with_what_to_ask_for() -> None:
    """Dublin Core has no categories, so it is not read by guessing."""
    with pytest.raises(NotAnAnnouncement, match="metadataPrefix=arXiv"):
        parsed(oai(record().replace("arXiv xmlns", "dc xmlns").replace("</arXiv>", "</dc>")))


def test_one_broken_record_costs_itself() -> None:
    """A record without id or title is named; the others are there and the count is short."""
    broken = record(2).replace("<id>2600.00002</id>", "<id>nonsense</id>")
    bare = record(3).replace("A sample title\n  on two lines", "")
    read = parsed(oai(record(1), broken, bare, record(4)))
    assert ["2600.00001", "2600.00004"] == [e.paper.id.value for e in read.entries]
    assert (AnnouncementState.FAILED, 4, 2) == (read.state, read.expected.total, read.parsed.total)
    assert {"no_id", "no_title", "count_short"} == {problem.code for problem in read.problems}


def test_a_cut_answer_gives_whole_records_only() -> None:
    """The record in which the answer ends is not taken for a paper."""
    text = oai(record(1), record(2))
    read = parsed(text[: text.rindex("second line")])
    assert ["2600.00001"] == [e.paper.id.value for e in read.entries]
    assert AnnouncementState.FAILED is read.state
    assert "truncated" in {problem.code for problem in read.problems}


def test_stray_markup_and_repetitions_are_named() -> None:
    """A stray ampersand costs no record, and a paper that comes twice is said to."""
    assert "malformed" in codes(oai(record().replace("a &lt; b", "a & b")))
    assert 1 == parsed(oai(record().replace("a &lt; b", "a & b"))).parsed.total
    assert {"repeated"} == codes(oai(record(), record()))


def test_an_entry_becomes_a_paper() -> None:
    """The version is in the id, the primary comes first, other schemes stay out."""
    read = parsed(api(entry(version=3)))
    (found,) = read.entries
    assert (DocumentKind.API, AnnouncementState.FRESH) == (read.kind, read.state)
    assert (3, AnnounceType.REPLACE) == (found.paper.version, found.type)
    assert ("stat.ML", "cs.LG") == found.paper.categories
    assert ("Sample Author",) == found.paper.authors


@pytest.mark.parametrize(
    ("text", "state", "code"),
    [
        (api(total=0), AnnouncementState.QUIET, None),
        (api(total=7), AnnouncementState.FAILED, "count_short"),
        (api(entry(), total=30, size=1), AnnouncementState.WAITING, "window"),
        (api(entry(), entry(2), total=1), AnnouncementState.FAILED, "count_long"),
        (api(entry(), total="many"), AnnouncementState.WAITING, "no_total"),
        (api(entry()).replace("</feed>", ""), AnnouncementState.FAILED, "truncated"),
        (api(entry().replace("2600", "26x0")), AnnouncementState.FAILED, "no_id"),
        (api(entry().replace("A sample title", "")), AnnouncementState.FAILED, "no_title"),
        (api(entry().replace("A sample abstract.", "")), AnnouncementState.FRESH, "no_abstract"),
        (api(entry().replace("title>A", "title>\ufffd")), AnnouncementState.FAILED, "encoding"),
    ],
)
def test_counts_prove_an_answer_whole(
    text: str, state: AnnouncementState, code: str | None
) -> None:
    """The API's empty pages at random are not taken for quiet ones."""
    read = parsed(text)
    assert state is read.state
    assert code is None or code in {problem.code for problem in read.problems}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (api(entry().replace("A sample title", "x" + " " * 3_000_000 + "y")), "fresh"),
        (oai(record().replace("First line", "x" + " \n" * 1_500_000 + "y")), "fresh"),
        (oai("<record>" * 100_000), "NotAnAnnouncement"),
        (api("<entry>" * 100_000), "failed"),
        (oai(record().replace("2600.00001", "9" * 3_000_000)), "failed"),
        (api(entry(), total="9" * 3_000_000), "failed"),
        ("<OAI-PMH " + "a='b' " * 500_000, "failed"),
    ],
    ids=["spaces", "lines", "records", "entries", "id", "total", "attributes"],
)
def test_hostile_answers_are_read_or_refused_by_name(text: str, expected: str) -> None:
    """Each takes a fraction of a second; in quadratic time the suite's limit would end it."""
    try:
        outcome = parsed(text).state.value
    except SourceError as error:
        outcome = type(error).__name__
    assert expected == outcome
