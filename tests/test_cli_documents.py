"""`newsletter parse` and `newsletter match`."""

import json
from pathlib import Path

from command import Command
from sources_samples import Sample, page_of_new

PAPER = {
    "id": "2605.00001",
    "title": "Reinforcement-learning for robots",
    "abstract": "We use diffusion policies.",
    "categories": ["cs.RO"],
}

ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<id>http://arxiv.org/api/x</id><title>arXiv Query: sample</title>
<opensearch:itemsPerPage>10</opensearch:itemsPerPage><opensearch:totalResults>1</opensearch:totalResults>
<opensearch:startIndex>0</opensearch:startIndex>
<entry><id>http://arxiv.org/abs/2605.00001v1</id><title>One</title><summary>An abstract.</summary>
<author><name>Ada</name></author></entry>
</feed>
"""


def _page(folder: Path, *samples: Sample) -> Path:
    path = folder / "page.html"
    path.write_text(page_of_new(*samples), encoding="utf-8")
    return path


def test_parse_prints_a_header_and_a_line_a_paper(newsletter: Command, tmp_path: Path) -> None:
    """The JSON lines have the fields that the design names, in its order."""
    page = _page(tmp_path, Sample(id="2605.00001", title="One"), Sample(id="2605.00002"))
    outcome = newsletter("parse", page, "--json")
    header, *papers = outcome.rows
    assert outcome.status == 0
    assert [
        "kind",
        "category",
        "listing_date",
        "state",
        "expected",
        "parsed",
        "problems",
    ] == list(header)
    assert ("listing", "fresh", 2) == (header["kind"], header["state"], header["parsed"]["new"])
    assert [
        "id",
        "version",
        "type",
        "title",
        "authors",
        "abstract",
        "categories",
        "primary",
        "comment",
        "journal_ref",
        "doi",
        "links",
    ] == list(papers[0])
    assert [("2605.00001", "One"), ("2605.00002", "A sample title")] == [
        (paper["id"], paper["title"]) for paper in papers
    ]


def test_parse_for_people_names_state_and_titles(newsletter: Command, tmp_path: Path) -> None:
    """Without --json the same stands in a table."""
    outcome = newsletter("parse", _page(tmp_path, Sample(id="2605.00001", title="One")))
    assert outcome.status == 0
    assert "fresh, 1 of 1" in outcome.out
    assert "One" in outcome.out


def test_parse_of_a_truncated_page_falls_short(newsletter: Command, tmp_path: Path) -> None:
    """What could be read is printed, the damage is named, and the exit status says so."""
    page = _page(tmp_path, Sample(id="2605.00001"), Sample(id="2605.00002"))
    page.write_text(page.read_text(encoding="utf-8")[:-400], encoding="utf-8")
    outcome = newsletter("parse", page, "--json")
    assert outcome.status == 1
    assert outcome.rows[0]["state"] == "failed"
    assert [problem["code"] for problem in outcome.rows[0]["problems"]]


def test_parse_of_an_empty_file_names_the_error(newsletter: Command, tmp_path: Path) -> None:
    """An empty body is one line on standard error that says what to do."""
    empty = tmp_path / "empty.html"
    empty.touch()
    outcome = newsletter("parse", empty)
    assert (1, "") == (outcome.status, outcome.out)
    assert "✗ empty.html: the body is empty\n" == outcome.err


def test_parse_gives_no_advice_about_servers(newsletter: Command, tmp_path: Path) -> None:
    """A file has no address to open in a browser."""
    page = tmp_path / "error.html"
    page.write_text("<html><body>Come back in a few minutes.</body></html>")
    outcome = newsletter("parse", page)
    assert outcome.status == 1
    assert "error.html: " in outcome.err
    assert "browser" not in outcome.err
    assert ".'." not in outcome.err


def test_parse_of_metadata_names_what_it_knows(newsletter: Command, tmp_path: Path) -> None:
    """Neither a category nor a date stands in an answer of the API."""
    answer = tmp_path / "answer.xml"
    answer.write_text(ANSWER, encoding="utf-8")
    outcome = newsletter("parse", answer)
    assert "api: fresh, 1 of 1\n" in outcome.out


def test_a_flaw_that_costs_no_entry_is_no_failure(newsletter: Command, tmp_path: Path) -> None:
    """A cross stands for what makes the exit status 1, and for nothing else."""
    bare = _page(tmp_path, Sample(id="2605.00001", abstract_html=""), Sample(id="2605.00002"))
    outcome = newsletter("parse", bare)
    assert (0, "! the abstract is missing\n") == (outcome.status, outcome.err)

    bare.write_text(bare.read_text(encoding="utf-8")[:-16], encoding="utf-8")
    outcome = newsletter("parse", bare)
    assert outcome.status == 1
    assert "! the abstract is missing\n" in outcome.err
    assert "✗ the page ends without </html>\n" in outcome.err


def test_parse_without_a_file_is_wrong_use(newsletter: Command) -> None:
    """A missing argument and a missing file end with status 2."""
    assert newsletter("parse").status == 2
    assert newsletter("parse", "nowhere.html").status == 2


def _papers(folder: Path, *rows: object) -> Path:
    path = folder / "papers.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_match_says_where(newsletter: Command, tmp_path: Path) -> None:
    """Each match names the keyword, the paper, the fields and the rank, keywords in order."""
    file = _papers(tmp_path, {"kind": "listing"}, PAPER)
    keywords = ("-k", "diffusion policy", "-k", "reinforcement learning")
    outcome = newsletter("match", *keywords, "--json", file)
    assert outcome.status == 0
    assert [
        {"keyword": "diffusion policy", "id": "2605.00001", "where": ["abstract"], "rank": 1},
        {"keyword": "reinforcement learning", "id": "2605.00001", "where": ["title"], "rank": 1},
    ] == outcome.rows


def test_match_in_seed_mode_takes_the_letters_as_they_are(
    newsletter: Command,
    tmp_path: Path,
) -> None:
    """The sample issue's rule finds neither plural nor hyphen nor title."""
    keywords = ("-k", "diffusion policy", "-k", "reinforcement learning")
    file = _papers(tmp_path, PAPER)
    assert newsletter("match", *keywords, "--mode", "seed", "--json", file).rows == []


def test_match_reads_the_corpus_form_and_skips_replacements(
    newsletter: Command,
    tmp_path: Path,
) -> None:
    """`summary` stands for the abstract, an id may have a version, replacements do not count."""
    corpus = {"id": "2605.00002v3", "title": "Graphs", "summary": "On graphs."}
    replaced = {**PAPER, "title": "Graph", "type": "replace"}
    outcome = newsletter("match", "-k", "graph", "--json", _papers(tmp_path, corpus, replaced))
    assert ["2605.00002"] == [row["id"] for row in outcome.rows]
    assert "1 paper " in newsletter("match", "-k", "graph", _papers(tmp_path, corpus)).out


def test_match_names_the_line_that_is_no_paper(newsletter: Command, tmp_path: Path) -> None:
    """A broken line is named with its number, and a bad keyword before any reading."""
    file = _papers(tmp_path, PAPER, {"id": "not an id"})
    outcome = newsletter("match", "-k", "graph", file)
    assert outcome.status == 1
    assert "papers.jsonl, line 2: not a paper" in outcome.err
    assert newsletter("match", "-k", "  ", file).status == 1


def test_match_names_each_keyword_that_is_wrong(newsletter: Command, tmp_path: Path) -> None:
    """With the reason in words, before any reading; those that are right are not named."""
    wrong = ("-k", "cat:cs.XX", "-k", "graph", "-k", "NOT survey", "-k", "x" * 301)
    outcome = newsletter("match", *wrong, _papers(tmp_path, {"id": "not an id"}))

    assert 1 == outcome.status
    assert "✗ 'cat:cs.XX': arXiv has no category 'cs.XX'" in outcome.err
    assert "✗ 'NOT survey': it only excludes" in outcome.err
    assert "it has more than 300 characters" in outcome.err
    assert "graph" not in outcome.err


def test_match_says_how_a_query_is_understood(newsletter: Command, tmp_path: Path) -> None:
    """On standard error, and nothing of a plain phrase."""
    file = _papers(tmp_path, PAPER)
    outcome = newsletter("match", "-k", "diffusion AND policy", "-k", "(open", "--json", file)

    assert [True, True] == [line.startswith("! '") for line in outcome.err.splitlines()]
    assert "diffusion AND policy" in outcome.err.splitlines()[0]
    assert "" == newsletter("match", "-k", "diffusion policy", file).err


def test_help_and_version(newsletter: Command) -> None:
    """No command is wrong use and prints the help; --version prints a version."""
    assert newsletter("--version").status == 0
    assert newsletter().status == 2
    assert "run" in newsletter("--help").out
