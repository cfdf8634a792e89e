"""Whom a reader means by a name."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords.people import Name, People, means

_QUICK = 5.0
"""Seconds of work for a hostile list of authors."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Sample", ("ann", "sample")),
        ("Sample, Ann", ("ann", "sample")),
        ("Sample, Ann B.", ("ann", "b", "sample")),
        ("A.B. Sample", ("a", "b", "sample")),
        ("Ann-Marie Sample", ("ann", "marie", "sample")),
        ("Ann Sample Jr.", ("ann", "sample")),
        ("Sample, Jr., Ann", ("ann", "sample")),
        ("Ann Sample III", ("ann", "sample")),
        ("Ann O'Sample", ("ann", "osample")),
        ("Ann O\u2019Sample", ("ann", "osample")),
        ("Sámple Åuthør", ("sample", "author")),
        (r"S\'ample Author", ("sample", "author")),
        ("Sample Models", ("sample", "models")),
        ("  Ann   Sample ", ("ann", "sample")),
        ("jr", ("jr",)),
        ("", ()),
        ("., -", ()),
    ],
)
def test_the_parts_of_a_name(text: str, expected: tuple[str, ...]) -> None:
    """Given names in front, folded; suffixes, points and accents are gone, no plural is."""
    assert expected == Name.read(text).parts


def test_the_surname() -> None:
    """It is what arXiv prints last; an empty name has none."""
    assert ("sample", "") == (Name.read("Ann Sample").surname, Name.read("").surname)


@pytest.mark.parametrize(
    ("sought", "author", "expected"),
    [
        ("Sample", "Ann Sample", True),
        ("sample", "Ann SAMPLE", True),
        ("Ann", "Ann Sample", False),
        ("Ann Sample", "Ann Sample", True),
        ("Sample, Ann", "Ann Sample", True),
        ("Sample Ann", "Ann Sample", True),
        ("A. Sample", "Ann Sample", True),
        ("Ann Sample", "A. Sample", True),
        ("Sample A", "Ann Sample", True),
        ("B. Sample", "Ann Sample", False),
        ("Anna Sample", "Ann Sample", False),
        ("Ann Sample", "Ann B. Sample", True),
        ("Ann B. Sample", "Ann Sample", True),
        ("Ann Bea Sample", "A. B. Sample", True),
        ("Ann Bea Sample", "A. C. Sample", False),
        ("Ann C. Sample", "Ann Bea C. Sample", True),
        ("B. Sample", "Ann B. Sample", True),
        ("van der Sample", "Ann van der Sample", True),
        ("Ann van der Sample", "Ann van der Sample", True),
        ("Sam-Ple Author", "Samp Le Author", True),
        ("Sample Áuthor", "Sample Author", True),
        ("Ann Samples", "Ann Sample", False),
        ("Ann Sample", "Ann S.", False),
        ("Ann S.", "Ann Sample", False),
        ("Ann Sample", "Sample", False),
        ("Ann Sample", "Ann Other", False),
        ("Ann Sample", "", False),
    ],
)
def test_whom_a_name_means(sought: str, author: str, *, expected: bool) -> None:
    """Initials stand for names, either order is right, the surname is written out."""
    assert expected == means(Name.read(sought), Name.read(author))


_AUTHORS = [("Ann Sample", "Bea Other"), ("A. B. Sample",), (), ("Cy Third", "Cy Third")]


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        ("Sample", {0, 1}),
        ("Ann Sample", {0, 1}),
        ("Bea Sample", set()),
        ("Third, Cy", {3}),
        ("C. T.", set()),
        ("", set()),
        ("...", set()),
        ("Nobody", set()),
        ("李四", set()),
    ],
)
def test_the_papers_of_a_person(sought: str, expected: set[int]) -> None:
    """A paper counts once; initials alone, signs and strangers find nothing."""
    assert expected == People(_AUTHORS).papers_of(sought)


_NAME = st.lists(
    st.sampled_from(["ann", "bea", "cy", "a", "b", "c", "sample", "van"]), min_size=1, max_size=4
)


@given(_NAME, st.lists(_NAME, max_size=5))
def test_the_index_finds_whom_a_name_means(sought: list[str], authors: list[list[str]]) -> None:
    """Looking only at names that share a written part loses nobody but initials alone."""
    name = Name(tuple(sought))
    expected = {
        paper
        for paper, author in enumerate(authors)
        if any(len(part) > 1 and part in author for part in sought)
        and means(name, Name(tuple(author)))
    }

    assert expected == People([" ".join(a)] for a in authors).papers_of(" ".join(sought))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_may_stand_where_a_name_is_due(text: str) -> None:
    """Nothing raises, and a name with more than initials finds its own bearer."""
    name = Name.read(text)
    found = People([(text,)]).papers_of(text)

    assert ({0} if any(len(part) > 1 for part in name.parts) else set()) == found


@pytest.mark.parametrize("text", ["a " * 50_000, "sample " * 20_000, ", " * 50_000, "a." * 50_000])
def test_a_hostile_name_is_read_quickly(text: str) -> None:
    """A name of a hundred thousand characters, on both sides, costs no more than a moment."""
    begin = time.process_time()
    People([(text, "Ann Sample")] * 2).papers_of(text)

    assert time.process_time() - begin < _QUICK
