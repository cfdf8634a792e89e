"""How close new papers are to a library, and what a library suggests."""

import pytest
from builders import paper

from newsletter.papers import ArxivId
from newsletter.similarity import MOST_CLOSE, LibraryIndex, OwnText, close_papers
from newsletter.suggestions import MOST_SUGGESTED, suggested_keywords

SUBJECTS = {
    "Speculative decoding": "A small draft model proposes tokens; the target model verifies them.",
    "Surgical robots": "A robot arm sutures tissue under force feedback in the operating room.",
    "Protein folding": "Amino acid chains fold; we predict contact maps of residues.",
    "Fair division": "Envy-free allocations of indivisible goods among agents with valuations.",
}
BACKGROUND = tuple(
    f"{title} {i}\n{text} Run number{i} of series{i % 7}."
    for i in range(60)
    for title, text in SUBJECTS.items()
)
PAPERS = tuple(
    paper(number, title, text) for number, (title, text) in enumerate(SUBJECTS.items(), start=1)
)


def test_the_close_paper_is_found_and_the_nearest_named() -> None:
    """Of four subjects only the reader's own is close, and the right own paper is named."""
    own = [
        OwnText("Gardening", "Tulips, soil and rain."),
        OwnText("Draft models", "Draft model and target model in speculative decoding of tokens."),
    ]

    [found] = close_papers(own, PAPERS, BACKGROUND)

    assert (ArxivId("2605.00001"), "Draft models") == (found.paper_id, found.nearest_title)
    assert 0.15 < found.similarity < 1


def test_the_same_text_is_as_close_as_can_be() -> None:
    """The cosine of a text with itself is one; plural or not is the same."""
    own = [OwnText("Surgical robot", SUBJECTS["Surgical robots"])]

    [found] = close_papers(own, PAPERS, BACKGROUND)

    assert pytest.approx(1.0) == found.similarity
    assert found.similarity <= 1


def test_no_text_is_closer_than_itself() -> None:
    """Rounding does not carry a cosine beyond one."""
    texts = [f"{text} Run number{n}" for n in range(12) for text in SUBJECTS.values()]
    papers = [paper(n, f"Paper {n}", text) for n, text in enumerate(texts, start=1)]
    index = LibraryIndex(papers, BACKGROUND)
    found = [index.close([OwnText(each.title, each.abstract)])[0].similarity for each in papers]

    assert len(papers) == len(found)
    assert max(found) <= 1


def test_a_paper_s_weights_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it stands in another's library."""
    index = LibraryIndex(PAPERS, BACKGROUND)
    own = [OwnText(title, text) for title, text in SUBJECTS.items()]
    first = index.close(own)
    monkeypatch.setattr(LibraryIndex, "_features", lambda *_: pytest.fail("weighed again"))

    assert first == index.close(own)
    assert 1 == len(index.close(own[:1]))


@pytest.mark.parametrize(
    "written", ['K{\\"a}hler', "Kähler", "Ka\u0308hler", 'K\\"ahler'], ids=list("tndb")
)
def test_accents_are_written_in_many_ways(written: str) -> None:
    """In TeX or not, one word: in editions, backgrounds and libraries alike."""
    plainly = "Kahler manifolds with ample bundles"
    papers = [paper(1, plainly.replace("Kahler", written), "…")]
    [found] = close_papers([OwnText(plainly)], papers, BACKGROUND)

    assert pytest.approx(1.0) == found.similarity
    own = [OwnText(f"{written} manifolds {n}", f"{written} manifolds are rare.") for n in "ab"]
    [phrase] = suggested_keywords(own, BACKGROUND)
    assert phrase in {
        "kähler manifolds",
        "Kähler manifolds",
        "kahler manifolds",
        "Kahler manifolds",
    }
    assert () == suggested_keywords(own, [f"The {written} manifolds."] * 9)


def test_the_best_come_first_and_no_more_than_a_few() -> None:
    """Ranked by similarity; ties in listing order."""
    text = SUBJECTS["Fair division"]
    papers = [paper(n, "Fair division", text) for n in range(1, 9)]
    papers += [paper(9, "Fair", text[:40])]

    found = close_papers([OwnText("Fair division", text)], papers[::-1], BACKGROUND)

    assert MOST_CLOSE == len(found)
    assert [8, 7, 6, 5, 4] == [int(one.paper_id.value[-1]) for one in found]


def test_only_what_is_wanted_is_compared() -> None:
    """A paper that the reader does not want leaves its place to the next."""
    index = LibraryIndex(PAPERS, BACKGROUND)
    own = [OwnText(title, text) for title, text in SUBJECTS.items()]

    assert 4 == len(index.close(own))
    assert [PAPERS[2].id] == [one.paper_id for one in index.close(own, {PAPERS[2].id})]


@pytest.mark.parametrize("text", ["", "...", "of the", "\0 \U0001f600"])
def test_nothing_to_compare(text: str) -> None:
    """Empty libraries, editions and texts have nothing close, and do not fail."""
    own = [OwnText("Draft models", "Speculative decoding.")]

    assert () == close_papers([], PAPERS, BACKGROUND)
    assert () == close_papers(own, [], BACKGROUND)
    assert () == close_papers(own, [paper(1, text, text)], [])
    assert () == close_papers([OwnText(text, text)], PAPERS, BACKGROUND)


OWN = tuple(
    OwnText(
        f"Speculative Decoding with Draft Models {n}",
        f"In this paper speculative decoding is improved by {what}. "
        f"We use a draft model. GRPO is used for {what}, and the draft model helps.",
    )
    for n, what in enumerate(["caching", "pruning", "sorting", "hashing"])
)


def test_suggestions_are_readable_phrases() -> None:
    """As they stand in the texts, without stop words at the ends, none within another."""
    found = suggested_keywords(OWN, BACKGROUND[1::4])

    assert {"speculative decoding", "draft model", "GRPO"} <= set(found)
    assert len(found) <= MOST_SUGGESTED
    for phrase in found:
        words = phrase.split()
        assert 1 <= len(words) <= 3
        assert not {words[0], words[-1]} & {"in", "this", "paper", "is", "we", "the", "with"}
        others = [other for other in found if other != phrase]
        assert not any(f" {phrase} " in f" {other} " for other in others)


def test_single_words_are_few() -> None:
    """Acronyms, and words of three own titles that are rare; nothing general."""
    titles = ["Quandle robots", "Advanced quandle robots", "A quandle", "Lone GRPO", "Lone"]
    own = [OwnText(title, f"{title}. Sparrow by GRPO, LoRA; sparrow.") for title in titles]
    background = [*["Robots walk."] * 3, *["A tree."] * 97]
    found = suggested_keywords(own, background)

    assert {"GRPO", "LoRA"} <= set(found)
    assert not {"robots", "advanced", "sparrow", "lone"} & {phrase.lower() for phrase in found}
    titles = ["Quandle", "A quandle", "The quandle"]
    alone = [OwnText(title, "A quandle.") for title in titles]
    assert ("quandle",) == suggested_keywords(alone, background)
    assert ("quandle",) == suggested_keywords(alone, ["A quandle."] * 2 + background)
    assert () == suggested_keywords(alone, ["A quandle."] * 3 + background)
    assert () == suggested_keywords(alone[:2], background)


def test_what_everybody_says_is_no_suggestion() -> None:
    """A phrase of the whole background marks nobody's own."""
    assert "draft model" in suggested_keywords(OWN, BACKGROUND[1::4])
    assert "draft model" not in suggested_keywords(OWN, BACKGROUND[0::4])


def test_one_paper_s_slip_is_no_suggestion() -> None:
    """With four papers a phrase must be in two; with one it must be said twice."""
    assert "caching" not in suggested_keywords(OWN, ())
    one = [OwnText("Tulip bulbs", "Tulip bulbs in rain. Rare soil.")]
    assert ("tulip bulbs",) == suggested_keywords(one, ())


@pytest.mark.parametrize(
    "text", ["", "...", "a of the", "\0" * 50], ids=["empty", "dots", "stop", "nul"]
)
def test_suggestions_of_nothing(text: str) -> None:
    """Texts without phrases suggest nothing."""
    assert () == suggested_keywords([], BACKGROUND)
    assert () == suggested_keywords([OwnText(text, text)] * 2, BACKGROUND)


@pytest.mark.parametrize("text", ["x-" * 50_000, "A" * 100_000, "a b " * 50_000], ids=list("xAa"))
def test_suggestions_are_short_whatever_the_text(text: str) -> None:
    """A text of any length suggests phrases that fit a line."""
    found = suggested_keywords([OwnText(text[:500], text)] * 30, BACKGROUND)

    assert all(len(phrase) <= 60 for phrase in found)
