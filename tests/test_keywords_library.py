"""Reading a reader's own library, whatever was pasted or uploaded."""

import json
import time
from contextlib import suppress

import pytest

from newsletter.errors import InputError
from newsletter.keywords.exports import Kind, Reading, join, read_own_papers
from newsletter.keywords.library import (
    MAX_ABSTRACT,
    MAX_BYTES,
    MAX_PAPERS,
    MAX_TITLE,
    OwnPaper,
    clean,
    decode,
    ids_in,
)

BIBTEX = """% exported
@article{sample2026,
  title = {{Sparse} Attention for {Long} Texts},
  author = {Author, Sample},
  abstract = {We make attention sparse,
    and texts long.},
  eprint = {2605.28828v2}, archiveprefix = {arXiv}, primaryclass = {cs.CL},
}
@inproceedings{other, title = "No preprint", doi = "10.1145/1234.56789"}
@misc{third, title = {By address}, url = {http://arxiv.org/abs/hep-th/9901001v3}}
@misc{fourth, title = {Biology}, eprint = {2605.11111}, eprinttype = {pubmed}}
@misc{fifth, title = {By DOI}, DOI = {10.48550/arXiv.2605.00005}}
@article{sixth, title = {By journal}, journal = {arXiv preprint arXiv:2605.00006}}
@broken{seventh, title = {Never closed
@misc{eighth, title = {After the broken one}}
"""
RIS = """TY  - JOUR\r
TI  - Sparse Attention\r
AU  - Author, Sample\r
AB  - We make\r
attention sparse.\r
UR  - http://arxiv.org/abs/2605.28828\r
ER  - \r
\r
TY  - CONF\r
T1  - Another\r
N2  - Its abstract\r
XX  - unknown tag\r
ER  - \r
"""
CSV = (
    '"Key","Item Type","Title","DOI","Url","Abstract Note","Extra"\n'
    '"A","preprint","Sparse, and long","","","We make\nlines","arXiv:2605.28828 [cs]"\n'
    '"B","journalArticle","Another","10.1/2605.11111","","",""\n'
    '"C","note","","","","",""\n'
)
CSL = [
    {"title": "Sparse <i>Attention</i>", "abstract": "We", "number": "arXiv:2605.28828"},
    {"title": "Another", "DOI": "10.48550/arXiv.2605.00002", "issued": {"date-parts": [[2026]]}},
    "no item",
    {"title": 5},
]


def read(content: bytes | str) -> list[tuple[str, str, str]]:
    """Return id, title and abstract of each paper."""
    papers = read_own_papers(content).papers
    return [(paper.arxiv_id, paper.title, paper.abstract) for paper in papers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2605.28828", ["2605.28828"]),
        ("arXiv:2605.28828v2", ["2605.28828"]),
        ("ARXIV: 2605.28828", ["2605.28828"]),
        ("see https://arxiv.org/abs/2605.28828v1.", ["2605.28828"]),
        ("https://arxiv.org/pdf/2605.28828v3.pdf", ["2605.28828"]),
        ("https://export.arxiv.org/pdf/2605.28828", ["2605.28828"]),
        ("hep-th/9901001, math.GT/0309136v2", ["hep-th/9901001", "math/0309136"]),
        ("https://arxiv.org/abs/cond-mat/0102536", ["cond-mat/0102536"]),
        ("https://doi.org/10.48550/arXiv.2605.28828", ["2605.28828"]),
        ("论文2605.28828和0704.0001。", ["2605.28828", "0704.0001"]),
        ("10.1145/1234.56789 and 10.1000/2605.28828", []),
        ("https://example.org/item/9901001", []),
        ("version 12605.28828 2613.28828 2600.1234 0512.1234 3.2605.28828", []),
        ("2605.288281 2605.28828.5", []),
    ],
)
def test_ids_stand_in_running_text(text: str, expected: list[str]) -> None:
    """Bare, prefixed, in addresses and DOIs; other numbers are none."""
    assert expected == list(ids_in(text))


def test_numbers_that_are_no_ids() -> None:
    """Are named, the first few, each once; other numbers are no ids to begin with."""
    text = "2605.28828 9999.99999 9999.99999v2 1.5 12605.28828 10.1145/1234.56789 2613.28828"

    assert ("9999.99999", "9999.99999v2", "2613.28828") == read_own_papers(text).refused
    many = " ".join(f"{n}.9999" for n in range(9013, 9022))
    assert 5 == len(read_own_papers(f"2605.28828 {many}").refused)
    with pytest.raises(InputError) as caught:
        read_own_papers("9999.99999")
    assert ("library_ids", {"text": "9999.99999"}) == (caught.value.code, caught.value.values)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('K{\\"a}hler', "Kähler"),
        ("\\L{}ojasiewicz", "Łojasiewicz"),
        ("S{\\o}rensen and Erd{\\H o}s", "Sørensen and Erdős"),
        ("\\v{C}ech, Poincar\\'e", "Čech, Poincaré"),
        ("$\\lambda$ and $\\omega$", "$\\lambda$ and $\\omega$"),
    ],
    ids=list("klsvf"),
)
def test_accents_in_tex_become_letters(written: str, expected: str) -> None:
    """What BibTeX writes is a word; formulas stay."""
    assert expected == clean(written, 100)


def test_accents_are_read_in_linear_time() -> None:
    """A hundred thousand hostile characters take no second."""
    start = time.process_time()
    for text in ("\\" * 100_000, '\\"' * 50_000, "\\v {" * 25_000, "9999." * 20_000):
        clean(text, 50_000)
        with suppress(InputError):
            read_own_papers(text)
    assert time.process_time() - start < 5


def test_pasted_ids() -> None:
    """Any mix, each once, in order."""
    text = "[1] 2605.28828\nhttps://arxiv.org/abs/hep-th/9901001 2605.28828v2"

    assert Reading(
        Kind.IDS,
        (OwnPaper(arxiv_id="2605.28828"), OwnPaper(arxiv_id="hep-th/9901001")),
        is_cut=False,
    ) == read_own_papers(text)


def test_bibtex() -> None:
    """Ids from eprint, DOI, address and journal; a broken entry costs only itself."""
    assert [
        (
            "2605.28828",
            "Sparse Attention for Long Texts",
            "We make attention sparse, and texts long.",
        ),
        ("", "No preprint", ""),
        ("hep-th/9901001", "By address", ""),
        ("", "Biology", ""),
        ("2605.00005", "By DOI", ""),
        ("2605.00006", "By journal", ""),
        ("", "After the broken one", ""),
    ] == read(BIBTEX)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "2605.28828\nhttps://arxiv.org/abs/1706.03762\n"
                "@misc{a, title={Playing Atari}, eprint={1312.5602}}"
            ),
            ["2605.28828", "1706.03762", "1312.5602"],
        ),
        ("@a{x, title={T}} 2605.00001 @b{y, eprint={2605.00002}} 2605.00003", list("123")),
        ("See @b{y, eprint={2605.00001}}\n@a{x, title={T}}2605.00002", list("12")),
        ("@a{x, title={T}, abstract={{No} 2605.00001 {here\n}}}\n2605.00002", ["2"]),
        ('@a{x, title="}", note = "{"} 2605.00001",\n url={2605.00003}}2605.00002', ["2"]),
        ('@a(x, title={)}, note=")", url={2605.00001}) 2605.00002', ["2"]),
        ("@a{x, title={T}, abstract={set \\} of 2605.00001}} 2605.00002", ["2"]),
        ("@a{x, title={never closed, 2605.00001\n2605.00002\n@a{y, title={T}} 2605.00003", ["3"]),
        ("@comment{2605.00001}\n@string{a = 2605.00001}\n@a{x, title={T}}\n2605.00002", ["2"]),
        ("@a{x, title={T}}\nby @somebody (2605.00002), me@x{y, 2605.00003", list("23")),
    ],
    ids=["all", "line", "lead", "braces", "quotes", "round", "slash", "open", "blocks", "names"],
)
def test_ids_between_bibtex_entries(text: str, expected: list[str]) -> None:
    """Are papers of their own, in the text's order; those within an entry are not."""
    ids = [one if "." in one else f"2605.0000{one}" for one in expected]

    assert ids == [paper.arxiv_id for paper in read_own_papers(text).papers if paper.arxiv_id]


def test_numbers_between_bibtex_entries() -> None:
    """Those that are no ids are named too, but not those within an entry."""
    text = "9999.99999\n@a{x, title={T}, note={9998.99999}}\n9997.99999"

    assert ("9999.99999", "9997.99999") == read_own_papers(text).refused


def test_an_id_with_its_entry_is_one_paper() -> None:
    """The entry's title is kept, whichever stands first."""
    entry = "@a{x, title={One}, eprint={2605.00001}}"

    for text in (f"2605.00001\n{entry}", f"{entry}\n2605.00001"):
        assert [("2605.00001", "One", "")] == read(text)


def test_readings_are_joined() -> None:
    """Each paper once, with its text, the first of them, and every refused number."""
    ids = read_own_papers("2605.00001 2605.00002 9999.99999")
    entries = read_own_papers("@a{x, title={One}, eprint={2605.00001}}\n9998.99999 9999.99999")

    assert Reading(
        Kind.IDS,
        (OwnPaper(arxiv_id="2605.00001", title="One"), OwnPaper(arxiv_id="2605.00002")),
        is_cut=False,
        refused=("9999.99999", "9998.99999"),
    ) == join(ids, entries)


def test_joined_readings_are_bounded() -> None:
    """The limits on papers and on refused numbers hold for both together."""
    full = read_own_papers(" ".join(f"2605.{n:05}" for n in range(MAX_PAPERS)))
    wrong = read_own_papers("2604.00001 " + " ".join(f"99{n}.99999" for n in range(90, 94)))
    other = read_own_papers("2605.00001 " + " ".join(f"98{n}.99999" for n in range(90, 94)))

    both = join(full, wrong)
    assert (MAX_PAPERS, True) == (len(both.papers), both.is_cut)
    assert not join(full, other).is_cut
    assert 5 == len(join(wrong, other).refused)


def test_ris() -> None:
    """Both tags of titles and of abstracts, lines that go on, and any line ending."""
    assert [
        ("2605.28828", "Sparse Attention", "We make attention sparse."),
        ("", "Another", "Its abstract"),
    ] == read(RIS)


def test_csv() -> None:
    """Zotero's columns, with commas and line breaks in quotes; notes are no papers."""
    assert [
        ("2605.28828", "Sparse, and long", "We make lines"),
        ("", "Another", ""),
    ] == read(b"\xef\xbb\xbf" + CSV.encode())


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"items": items}])
def test_csl_json(wrap: object) -> None:
    """A list of items, or an object that holds one; tags go, and what is no item."""
    assert callable(wrap)
    assert [
        ("2605.28828", "Sparse Attention", "We"),
        ("2605.00002", "Another", ""),
    ] == read(json.dumps(wrap(CSL)))


def test_a_list_of_references_is_no_json() -> None:
    """A bracket at the beginning is only a hint."""
    assert [("2605.28828", "", "")] == read("[1] Author: arXiv:2605.28828")


def test_the_same_paper_twice_is_one() -> None:
    """By id or by title."""
    text = "@a{x, title={One}}\n@a{y, title={ONE}}\n@a{z, title={Two}, eprint={2605.00001}}\n"

    assert ["One", "Two"] == [title for _, title, _ in read(text * 2)]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_charsets(charset: str) -> None:
    """The usual ones of Chinese and other readers, with or without a mark."""
    assert "标题 2605.28828" == decode("标题 2605.28828".encode(charset))


def test_the_last_charset_takes_anything() -> None:
    """Bytes that fit nothing else are read all the same."""
    assert "é 2605.28828 \xff" == decode(b"\xe9 2605.28828 \xff")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "library_unreadable"),
        ("nothing of the kind", "library_unreadable"),
        (b"\0\0", "library_unreadable"),
        (b"PK\x03\x04\0\0", "library_unreadable"),
        (b"%PDF-1.7\n", "library_unreadable"),
        ('<?xml version="1.0"?>\n<rdf:RDF xmlns:z="http://www.zotero.org">', "library_rdf"),
    ],
    ids=["empty", "prose", "nul", "zip", "pdf", "rdf"],
)
def test_what_is_no_library(content: bytes | str, code: str) -> None:
    """A clear message each, RDF its own."""
    with pytest.raises(InputError) as caught:
        read_own_papers(content)
    assert ("library", code) == (caught.value.field, caught.value.code)


def test_a_library_is_bounded() -> None:
    """The first papers are kept, and it is said that there were more."""
    entries = [f"@a{{x{i}, title={{Paper {i}}}}}" for i in range(MAX_PAPERS + 1)]

    reading = read_own_papers("\n".join(entries))

    assert (MAX_PAPERS, True) == (len(reading.papers), reading.is_cut)
    assert not read_own_papers("\n".join(entries[1:])).is_cut
    assert (OwnPaper(title="Paper 0"), OwnPaper(title="Paper 299")) == (
        reading.papers[0],
        reading.papers[-1],
    )


def test_fields_are_bounded() -> None:
    """A field of any length is cut, and holds neither control characters nor braces."""
    [(_, title, abstract)] = read(f"@a{{x, title={{{'t' * 9_000}}}, abstract={{{'a ' * 9_000}}}}}")

    assert (MAX_TITLE, MAX_ABSTRACT - 1) == (len(title), len(abstract))
    assert "a b c" == clean("a\x07{b}\u2028 <jats:p>c", 100)


HALF = MAX_BYTES // 2
HOSTILE = {
    "braces": "@article{a, title={" + "{" * MAX_BYTES,
    "nesting": "@article{a, title={" + "{" * HALF + "}" * HALF,
    "openings": "@a{" * 600_000,
    "opening lines": "@a{\n" * 500_000,
    "many openings": ("\n@a{" + "@a{" * 10_000) * 60,
    "few openings": ("\n@a{x," + "x=@a{" * 90 + "," * 30_000) * 60,
    "round brackets": "@a(" + "\n@b" * 600_000,
    "entries": "@a{b,c={d}}\n" * 150_000,
    "entries with ids": "@a{b,c={d}}2605.00001 9999.99999\n" * 60_000,
    "entries on a line": "@a{b,c={d}} " * 170_000,
    "long keys": ("@a{" + "b" * 200) * 10_000,
    "indented": "@a{b\n" + (" " * 40 + "@" + "a" * 40 + " " * 40 + "\n") * 17_000,
    "quoted": "@a{b, c=" + '"' * MAX_BYTES,
    "ris lines": "TY  - JOUR\nTI  - x\n" + "a\n" * HALF,
    "ris records": "TY  - \n" * 300_000,
    "long ris": ("TY  - JOUR\nTI  - x\n" + ("b" * 50 + "\n") * 399) * 90,
    "quotes": "Title,DOI\n" + '"' * MAX_BYTES,
    "columns": "Title,DOI" + ",a" * 900_000 + "\n" + "a\n" * 1_000,
    "cells": "Title,DOI\n" + "," * MAX_BYTES,
    "brackets": "[" * MAX_BYTES,
    "objects": '{"a":' * 400_000,
    "figures": "[" + "1" * MAX_BYTES + "]",
    "digits": "1" * MAX_BYTES,
    "letters": "ab-" * 600_000,
    "slashes": "abc/" * 500_000,
    "dois": "10.1000/" * 250_000,
    "prefixes": "arxiv:" * 300_000,
    "angles": "@a{b, title={" + "<a" * 15_000 + "}}",
    "spaces": " " * MAX_BYTES,
    "lines": (" " * 39 + "\n") * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_read_in_time(name: str) -> None:
    """Two megabytes of anything take seconds at most: nothing is quadratic."""
    start = time.process_time()
    with suppress(InputError):
        read_own_papers(HOSTILE[name])
    assert time.process_time() - start < 10


def test_a_reader_s_file_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The library that reads BibTeX quotes what it cannot read; not here."""
    read_own_papers("@a{x, title={One}}\n@a{Secret Title = }\n")

    assert "" == caplog.text
