"""Abbreviations that papers define."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords.abbreviations import MOST_NAMES, MOST_PAIRS, defined, mine
from newsletter.keywords.fold import fold

_FOUND = [
    ("We use Group Relative Policy Optimization (GRPO) here.", "GRPO"),
    ("Here GRPO (Group Relative Policy Optimization) is used.", "GRPO"),
    ("We study large language models (LLMs).", "LLM"),
    ("It is 3D Gaussian Splatting (3DGS) again.", "3DGS"),
    ("A vaccine of messenger RNA (mRNA) works.", "mRNA"),
    ("We train a mixture-of-experts (MoE) model.", "MoE"),
    ("By low-rank adaptation (LoRA) of weights.", "LoRA"),
    ("A generative pre-trained transformer (GPT) writes.", "GPT"),
    ("We report the area under the curve (AUC) only.", "AUC"),
    ("For explainable AI (XAI) one needs more.", "XAI"),
    ("We record electroencephalography (EEG) signals.", "EEG"),
    ("Through in-context learning (ICL) it adapts.", "ICL"),
    ("With retrieval-augmented generation (RAG; Sample et al., 2020).", "RAG"),
    ("With neural radiance fields (NeRFs, for short).", "NeRF"),
    ("We plan by Monte Carlo\ntree search (MCTS) at last.", "MCTS"),
    ("A convolutional neural network (“CNN”) sees.", "CNN"),
    ("Orthogonal communication and sensing (C&S) is hard.", "C&S"),
]
_NONE = [
    "As the figure shows (see Fig. 2), it works.",
    "Other models (e.g., BERT) do not.",
    "It was found by others (Sample, 2020) and again (2021).",
    "The left image (Left) and the right one (b) differ.",
    "We solve it in two steps (II) and call it integer (I).",
    "We beat an open model (GPT-4).",
    "We use a new optimizer (AdamW) here.",
    "Sentences end. Recurrent layers (SRL) come after.",
    "We evaluate on data, robust methods (DRM) first.",
    "A network of neurons in (NN) is odd.",
    "GPT (the model of another company) wins.",
    "A model (MO) is too short a word for its letters.",
    "The law is $f(AB)$ and $x$ (AB).",
    "We look in image data (IID).",
    "There are integration intervals (II).",
    "All of the network (NET) is seen.",
    "()",
    "",
]


@pytest.mark.parametrize(("text", "short"), _FOUND, ids=[short for _, short in _FOUND])
def test_a_definition_is_found(text: str, short: str) -> None:
    """Short forms are found in brackets and before them, in the singular."""
    assert [short] == [found for found, _ in defined(text)]


def test_the_long_form_is_the_words_that_it_stands_for() -> None:
    """Not a word more on the left, plural and hyphens as they stand, line breaks as spaces."""
    text = (
        "A new kind of large\nlanguage models (LLMs), of on-policy self-distillation (OPSD), "
        "of sparse sensor networks (SSN)."
    )

    expected = [
        ("LLM", "large language models"),
        ("OPSD", "on-policy self-distillation"),
        ("SSN", "sparse sensor networks"),
    ]
    assert expected == list(defined(text))


@pytest.mark.parametrize("text", _NONE, ids=range(len(_NONE)))
def test_what_is_no_definition_is_passed_over(text: str) -> None:
    """References, years, single words, Roman numerals and examples define nothing."""
    assert [] == list(defined(text))


def test_of_one_text_a_limited_number_of_pairs_is_taken() -> None:
    """A text that defines without end is left after `MOST_PAIRS`."""
    assert MOST_PAIRS == len(list(defined("neural network (NN). " * 200)))


@pytest.mark.parametrize(
    "unit",
    ["(", "(AB)", "a(A", "AB (a b) ", "a-", "A (Bb", "aaaaaaaaa (AAAAAAAAAA) ", "A" * 9 + " "],
    ids=range(8),
)
def test_hostile_text_takes_no_time(unit: str) -> None:
    """A hundred thousand characters that nearly define something are read in a moment."""
    began = time.process_time()
    list(defined(unit * (100_000 // len(unit))))

    assert time.process_time() - began < 5


@given(st.text(alphabet=st.sampled_from("aAbB12 -()[].,'$\\é的"), max_size=200))
def test_whatever_is_written_short_forms_are_short(text: str) -> None:
    """Nothing raises, and both sides hold words."""
    for short, long in defined(text):
        assert fold(short)
        assert fold(long)
        assert len(short) <= 20


def test_names_are_mined_in_both_directions_the_most_frequent_first() -> None:
    """Spellings that fold to the same are one name, under the spelling that most papers use."""
    texts = [
        "Attack success rate (ASR). " * 5,
        "Automatic Speech Recognition (ASR).",
        "We test automatic speech recognition (ASR).",
        "In automatic speech recognition (ASR) and automatic speech recognition (ASR) again.",
    ]
    names = mine(texts)

    assert ("automatic speech recognition", "Attack success rate") == names[fold("ASR")]
    assert ("ASR",) == names[fold("automatic speech recognition")]


def test_of_each_name_a_few_others_are_kept() -> None:
    """An abbreviation of very many things is given its most frequent ones."""
    words = ("alpha", "apple", "amber", "angle", "arrow")
    names = mine(f"We name {word} banana (AB)." for word in words)

    assert MOST_NAMES == len(names[fold("AB")])


def test_no_text_names_nothing() -> None:
    """Without texts there are no names."""
    assert {} == mine([])
