"""Folding: what is the same word, whatever its case, ending, accents, markup and hyphens."""

import time

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from newsletter.keywords.fold import BREAK, fold, read_token, spaced
from newsletter.keywords.search import Search
from newsletter.keywords.tree import Term
from newsletter.keywords.words import read_word, singular
from newsletter.papers import ArxivId, Paper

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
# TeX commands reach over a space, so that one before a phrase may take its first letter.
_WITHOUT_TEX = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\{}$^~"))
_LETTERS = st.text(st.characters(categories=["Ll", "Lu", "Lo", "Nd"]), min_size=1, max_size=12)
_LENGTH = 100_000
_QUICK = 5.0
"""Seconds of work; a quadratic pass over `_LENGTH` characters takes minutes."""


def _holds(text: str, phrase: str) -> bool:
    """Say whether `phrase` stands in a paper whose abstract is `text`."""
    paper = Paper(
        id=ArxivId("2605.00001"),
        title="",
        abstract=text,
        authors=("Sample Author",),
        categories=("cs.LG",),
    )
    (found,) = Search([paper]).find([Term(phrase)])
    return found.bits == 1


@given(_TEXT)
@example("Ðuro Ħal")
@example("straße, πόλις, ſ")
def test_folding_twice_changes_nothing(text: str) -> None:
    """The folded form is its own folded form, for any text."""
    assert fold(text) == fold(fold(text))


@given(st.lists(st.sampled_from(
    ["caches", "classes", "policies", "ties", "axes", "boxes", "corporas", "viruses", "sses",
     "xesses", "iees", "C++17", "C#s", "A*", "GPUs", "LMs", "LLMSs", "MENUS", "İ", "ΐ", "ﬁs", "ß",
     "α", "Ωs", "α-", "\u1100\u200b\u1161", "a.b", "4.1.2", "x. ", "y's", "- ", "z-\n", "'s", BREAK,
     "ANALYSIS", "ANALYSISs", "BUSES", "metrics", "menus", "NEWSs", "INDICEs", "indices"],
)))  # fmt: skip
def test_folding_endings_and_signs_twice_changes_nothing(words: list[str]) -> None:
    """No rule finds anything left to do in what another one made."""
    for text in (" ".join(words), "".join(words)):
        assert fold(text) == fold(fold(text))


@given(_TEXT)
def test_a_folded_text_is_words_between_single_spaces(text: str) -> None:
    """Folded words have a space on both sides, and nothing else is white space."""
    folded = fold(text)

    assert folded == (f" {' '.join(folded.split())} " if folded else "")


@given(_TEXT)
@example("et al., 2020")
@example("0,,0")
def test_a_phrase_stands_in_its_own_text(phrase: str) -> None:
    """A phrase with words, whatever else it holds, is found in a text that is the phrase."""
    assume(fold(phrase))

    assert _holds(phrase, phrase)


@given(_WITHOUT_TEX, _WITHOUT_TEX, _WITHOUT_TEX)
@example("a- ", "b-", " c")
@example("x", "C++", "17")
@example("", "RL", "s")
def test_a_phrase_stands_in_a_text_that_holds_it(before: str, phrase: str, after: str) -> None:
    """A phrase is found wherever its own text stands as words."""
    assume(fold(phrase))

    assert _holds(f"{before} {phrase} {after}", phrase)


@pytest.mark.parametrize(
    "phrase",
    [
        "et al., 2020",
        "what?! really",
        "one: (two), three",
        "yes; no",
        "state-of-the-art",
        "multi-agent / single-agent",
        "Actor, Critic",
        "U.S.A. law",
        "C++, C# and F#",
        "GPT-4, GPT-4o and RL",
        "\u5f3a\u5316\u5b66\u4e60\uff0cRL",
        "\u0645\u0631\u062d\u0628\u0627 RL",
    ],
)
def test_a_phrase_with_punctuation_stands_in_its_own_text(phrase: str) -> None:
    """Signs inside a phrase do not keep it from being found where all of them stand."""
    assert _holds(f"We show {phrase} here.", phrase)


@given(
    _LETTERS, _LETTERS, st.sampled_from([" ", "-", "\n", "\u2010", "\u2013", "\u2011", "/", "_"])
)
def test_dashes_and_line_breaks_are_spaces(one: str, other: str, between: str) -> None:
    """Whatever separates two words, they are the same two words."""
    assert fold(f"{one} {other}") == fold(f"{one}{between}{other}")


@pytest.mark.parametrize("end", ["-\n", "- ", "-\r\n", "\u2010\n", "-\n  "])
def test_a_word_broken_at_its_hyphen_is_put_together(end: str) -> None:
    """A hyphen at a line's end belongs to the word that the line breaks."""
    assert ["multi-agent", "multi\u2010agent"].count(spaced(f"multi{end}agent").strip()) == 1


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("policies", "policy"),
        ("models", "model"),
        ("menus", "menu"),
        ("analyses", "analysis"),
        ("hypotheses", "hypothesis"),
        ("matrices", "matrix"),
        ("vertices", "vertex"),
        ("criteria", "criterion"),
        ("phenomena", "phenomenon"),
        ("corpora", "corpus"),
        ("nuclei", "nucleus"),
        ("biases", "bias"),
        ("lenses", "lens"),
        ("metrics", "metric"),
        ("dynamics", "dynamics"),
        ("physics", "physics"),
        ("bias", "bias"),
        ("series", "series"),
        ("status", "status"),
        ("loss", "loss"),
        ("basis", "basis"),
        ("gas", "gas"),
        ("is", "is"),
        ("", ""),
    ],
)
def test_the_singular_of_a_word(plural: str, expected: str) -> None:
    """Regular and irregular plurals lose their ending; words that only end alike keep it."""
    assert expected == singular(plural)


@pytest.mark.parametrize(
    ("plural", "one"),
    [("caches", "cache"), ("boxes", "box"), ("hashes", "hash"), ("classes", "class"),
     ("branches", "branch"), ("responses", "response"), ("movies", "movie"), ("axes", "axis"),
     ("processes", "process"), ("viruses", "virus")],
)  # fmt: skip
def test_singular_and_plural_are_one_word(plural: str, one: str) -> None:
    """What comes out need not be a word, only the same for both."""
    assert singular(one) == singular(plural)


@pytest.mark.parametrize(
    ("letter", "name"),
    [("α", "alpha"), ("β", "beta"), ("Ω", "omega"), ("ς", "sigma"), (r"$\lambda$", "lambda")],
)
def test_a_greek_letter_is_its_name(letter: str, name: str) -> None:
    """Readers who cannot type a letter type its name."""
    assert fold(f"{name}-stable") == fold(f"{letter}-stable")


@pytest.mark.parametrize(
    ("token", "capital", "acronym", "plural", "joined"),
    [
        ("RL", True, True, False, False),
        ("LLMs", True, True, True, False),
        ("GPT4", True, True, False, False),
        ("LoRA", True, False, False, False),
        ("Learning", False, False, False, False),
        ("agents", False, False, True, False),
        ("multi-", False, False, False, True),
        ("RL\u2013", True, True, False, True),
        ("REINFORCEMENT", True, False, False, False),
        ("A", False, False, False, False),
    ],
    ids=["RL", "LLMs", "GPT4", "LoRA", "Learning", "agents", "multi", "RL-dash", "long", "A"],
)
def test_how_a_word_is_written(
    token: str, *, capital: bool, acronym: bool, plural: bool, joined: bool
) -> None:
    """Capitals, a plural and a hyphen are kept, because keywords ask for them."""
    word = read_word(token)

    assert (capital, acronym, plural, joined) == (
        word.is_capital,
        word.is_acronym,
        word.is_plural,
        word.is_joined,
    )


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("plain", ["plain"]),
        ("C++", ["c++"]),
        ("C#", ["c#"]),
        ("C*-algebra", ["c*", "algebra"]),
        ("AC++", ["ac"]),
        ("GPT-4.1", ["gpt", "4.1"]),
        ("4.", ["4"]),
        ("state-of-the-art", ["state", "of", "the", "art"]),
        ("-x-", ["x"]),
        ("+", []),
        (BREAK, []),
    ],
    ids=ascii,
)
def test_the_words_of_a_token(token: str, expected: list[str]) -> None:
    """Hyphens separate; the signs of names of languages and the point of a number stay."""
    assert expected == [word.folded for word in read_token(token)]


@pytest.mark.parametrize(
    "text", ["", " ", "…", "++", "#", "-", "_", "\u200b", "$\\,$", ",;", BREAK]
)
def test_no_words_fold_to_nothing(text: str) -> None:
    """A text without letters and digits is empty, and as a phrase stands nowhere."""
    assert not fold(text)
    assert not _holds("anything " + text, text)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("rein\u00adforcement\u00a0learning", "reinforcement learning"),
        ("e\ufb03cient", "efficient"),
        ("Go\u0308del", "godel"),
        ("ＳＬＡＭ", "slam"),
        ("straße", "strass"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("a language model\u2019s state", "a language model state"),
        ("\U0001d40b\U0001d40c", "lm"),
        ("x\u2075", "x5"),
        ("(one)[two]{three}<four>", "one two three four"),
        ("and/or_not|so", "and or not so"),
    ],
)
def test_other_ways_to_write_a_word(written: str, expected: str) -> None:
    """Ligatures, accents, strokes, full width, soft hyphens and styled letters are plain words."""
    assert f" {expected} " == fold(written)


_HOSTILE = [
    *"-.,'\"\\{}$^_~%&#*+/()[]<>:;!? \n\t\r",
    *("\u2010", "\u2013", "\u2019", "\u00ad", "\u200b", "\u0301", "\u202e", "\ufb03", BREAK),
    *("a-", "a- ", "-\n", "a.", ". ", "'s", "1.", "a^", "a_", "\\a", "\\'", "\\v ", '\\"{', "{\\"),
    *("$\\", "C++", "C#", "a", "A", "é", "\u1100\u1161", "\ufdfa", "强", "\U0001f600"),
]


@pytest.mark.parametrize("piece", _HOSTILE, ids=ascii)
def test_hostile_texts_fold_quickly(piece: str) -> None:
    """A hundred thousand characters of one kind take less than two seconds."""
    text = piece * (_LENGTH // len(piece))
    begin = time.process_time()
    fold(f"a{text}b")

    assert time.process_time() - begin < _QUICK
