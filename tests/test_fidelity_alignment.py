"""Sentences, and which of them answer to each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.fidelity.alignment import MAX_SENTENCES, Bead, align
from newsletter.fidelity.passages import Passage
from newsletter.fidelity.sentences import chinese_sentences, english_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ("One.", "Two!", "Three?")),
        ("As in e.g. Figures, i.e. Tables. Next", ("As in e.g. Figures, i.e. Tables.", "Next")),
        ("By Doe et al. In 2020 it rose.", ("By Doe et al. In 2020 it rose.",)),
        ("See Fig. 3 and Eq. 4. Then J. Doe.", ("See Fig. 3 and Eq. 4.", "Then J. Doe.")),
        ("It gains 2.5 points. 3 of 4 agree.", ("It gains 2.5 points.", "3 of 4 agree.")),
        ('He said "no." (Yes.) {v1} holds.', ('He said "no."', "(Yes.)", "{v1} holds.")),
        ("It beats UNet-B. Then it stops.", ("It beats UNet-B.", "Then it stops.")),
        ("no end", ("no end",)),
        ("  ", ()),
    ],
)
def test_english_sentences(text: str, expected: tuple[str, ...]) -> None:
    """A full stop ends a sentence, but not after an abbreviation or an initial."""
    assert expected == english_sentences(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一。二！三？", ("一。", "二！", "三？")),
        ("他说“好。”后来走了。", ("他说“好。”", "后来走了。")),
        ("提高 2.5 个点；之后不变。", ("提高 2.5 个点；之后不变。",)),
        ("没有结尾", ("没有结尾",)),
        ("", ()),
    ],
)
def test_chinese_sentences(text: str, expected: tuple[str, ...]) -> None:
    """A Chinese full stop ends a sentence and stays with it, closing quotes too."""
    assert expected == chinese_sentences(text)


ENGLISH = (
    "Training is slow. We present Lantern, a scheduler with 12 queues. It halves the time. "
    "On 5 clusters it saves 30% of the energy."
)


def test_one_to_one() -> None:
    """Sentences that came over one by one are paired one by one."""
    chinese = (
        "训练很慢。我们提出有 12 个队列的调度器 Lantern。它使时间减半。在 5 个集群上节能 30%。"
    )
    pairs = zip(english_sentences(ENGLISH), chinese_sentences(chinese), strict=True)
    assert tuple(Bead(*pair) for pair in pairs) == align(ENGLISH, chinese)


def test_split_and_joined() -> None:
    """Two sentences that became one, and one that became two, each make one bead."""
    chinese = (
        "训练很慢，因此我们提出有 12 个队列的调度器 Lantern。它使时间减半。"
        "我们在 5 个集群上做了实验。结果节能 30%。"
    )
    assert ["训练很慢，因此我们提出有 12 个队列的调度器 Lantern。", "它使时间减半。"] == [
        bead.chinese for bead in align(ENGLISH, chinese)
    ][:2]
    assert align(ENGLISH, chinese)[-1] == Bead(
        "On 5 clusters it saves 30% of the energy.",
        "我们在 5 个集群上做了实验。结果节能 30%。",
    )


def test_a_sentence_that_is_missing() -> None:
    """What has no answer stands alone, and does not shift the others."""
    chinese = "训练很慢。我们提出有 12 个队列的调度器 Lantern。在 5 个集群上节能 30%。"
    assert (
        Bead("On 5 clusters it saves 30% of the energy.", "在 5 个集群上节能 30%。")
        == (align(ENGLISH, chinese)[-1])
    )


_TEXTS = st.text(st.sampled_from("Ab 1.5。！{v1}中文 "), max_size=60)


@given(_TEXTS, _TEXTS)
@settings(max_examples=200, deadline=None)
def test_nothing_is_lost(english: str, chinese: str) -> None:
    """The beads of any two texts hold every sentence of both, in order."""
    beads = align(english, chinese)
    ours = "".join("".join(bead.english for bead in beads).split())
    theirs = "".join("".join(bead.chinese for bead in beads).split())
    assert ("".join(english.split()), "".join(chinese.split())) == (ours, theirs)


def test_a_long_text_is_one_bead() -> None:
    """What is no abstract costs no time."""
    english, chinese = "It is so. " * 20_000, "是这样。" * 20_000
    assert MAX_SENTENCES < len(english_sentences(english))
    assert (Bead(english, chinese),) == align(english, chinese)


def test_texts_of_very_different_length_are_one_bead() -> None:
    """Where no path stays near the diagonal, nothing is claimed of single sentences."""
    assert (1, 1) == (len(align("It is so. " * 40, "是。")), len(align("It is so.", "是。" * 40)))


def test_a_passage_aligns_abstracts_only() -> None:
    """A title and a summary are one bead; only the summary may leave things out."""
    abstract = Passage("abstract_zh", "One. Two.", "一。二。", "T One. Two.")
    summary = Passage("summary_zh", "T. One. Two.", "一。二。", "T One. Two.")
    assert (2, 1) == (len(abstract.beads), len(summary.beads))
    assert (True, False) == (abstract.is_complete, summary.is_complete)
