"""The vocabulary in force."""

import time

import pytest

from newsletter.fidelity.glossary import built_in
from newsletter.fidelity.glossary_rows import Term as Row
from newsletter.keywords import synonyms
from newsletter.keywords.chinese import has_han
from newsletter.keywords.fold import fold
from newsletter.keywords.synonyms import Synonyms
from newsletter.keywords.tree import Term, terms_of
from newsletter.keywords.vocabulary import MOST_COMBINATIONS
from newsletter.services.vocabulary import MOST_NAMES, made_of, vocabulary

_TRANSLATED = {
    "强化学习": "reinforcement learning",
    "強化學習": "reinforcement learning",
    "多智能体强化学习": "multi-agent reinforcement learning",
    "LLM 智能体": "LLM agent",
    "大语言模型的推理": "large language model AND (reasoning OR inference)",
    "基于深度学习的图像分割": "deep learning AND image segmentation",
    "图神经网络": "graph neural network",
    "机器人学": "robotics",
    "机器人操作系统": "robot operating system",
    "机器学习": "machine learning",
    "量子物理": "quantum physics",
    "规模法则": "scaling law",
    "KL散度": "KL divergence",
    "模拟": "simulation",
    "上界": "upper bound",
    "人工智能": "artificial intelligence",
    "联邦学习隐私": "federated learning privacy",
    "量子糾錯": "quantum error correction",
}


@pytest.mark.parametrize(("chinese", "english"), _TRANSLATED.items(), ids=range(len(_TRANSLATED)))
def test_chinese_keywords_are_put_in_english(chinese: str, english: str) -> None:
    """By the glossary and the synonyms, and by arXiv's category names where these say nothing."""
    assert english == vocabulary().translation(chinese)


@pytest.mark.parametrize(
    "chinese", ["增强学习", "事件", "图书馆", "一般经济学", "应用统计"], ids=range(5)
)
def test_what_is_wrong_or_vague_is_not_known(chinese: str) -> None:
    """Wrong renderings never count, nor short ones far behind, nor names that say otherwise."""
    assert vocabulary().unknown_part(chinese)


@pytest.mark.parametrize(
    ("phrase", "other"),
    [
        ("RL", "reinforcement learning"),
        ("reinforcement learning", "RL"),
        ("LLMs", "large language model"),
        ("unmanned aerial vehicles", "drone"),
        ("offline RL", "offline reinforcement learning"),
        ("强化学习", "RL"),
        ("LLM-as-judge", "LLM as a judge"),
        ("agent-based modelling", "agent-based model"),
    ],
    ids=range(8),
)
def test_other_names_are_offered(phrase: str, other: str) -> None:
    """In both directions, from the synonyms and from the glossary's other names."""
    assert fold(other) in map(fold, vocabulary().alternatives(phrase))


@pytest.mark.parametrize("phrase", ["annotate", "train", "federated", "pretraining", "agent"])
def test_forms_of_one_word_are_not_offered(phrase: str) -> None:
    """The glossary's inflected forms are no other names."""
    assert () == vocabulary().alternatives(phrase)


def test_it_is_made_once_and_in_no_time() -> None:
    """The second call gives the same object; making one takes some 40 ms, a second if traced."""
    assert vocabulary() is vocabulary()

    terms, rows = built_in().terms, synonyms.built_in()
    began = time.process_time()
    made_of(terms, rows).unknown_part("强化学习")
    assert time.process_time() - began < 4


def test_each_chinese_term_of_the_tables_has_a_few_english_names() -> None:
    """No name is empty or Chinese, and the best of a glossary's renderings are all known."""
    for names in vocabulary().english.values():
        assert 0 < len(names) <= MOST_NAMES
        assert all(fold(name) and not has_han(name) for name in names)
    for term in built_in().terms:
        for chinese in filter(has_han, term.chinese[:1]):
            assert not vocabulary().unknown_part(chinese), chinese


@pytest.mark.parametrize("row", synonyms.built_in(), ids=lambda row: row.english)
def test_each_row_of_synonyms_says_something_new(row: Synonyms) -> None:
    """Other names differ when folded, Chinese ones are Chinese, and each is understood."""
    names = [fold(name) for name in (row.english, *row.also)]

    assert len(names) == len(set(names))
    assert row.also or row.chinese
    for chinese in row.chinese:
        resolved = vocabulary().resolve(Term(chinese))
        assert has_han(chinese)
        assert row.english in [term.text for term in terms_of(resolved)]
        assert len(list(terms_of(resolved))) <= MOST_COMBINATIONS


def test_a_better_place_in_a_glossary_goes_first() -> None:
    """A rendering that is another term's first one is that term; a vague term gives way."""
    rows = (
        Row(english="simulation", chinese=("仿真", "模拟")),
        Row(english="rollout", chinese=("采样", "展开", "推演", "模拟", "滚动推演")),
        Row(english="bound", chinese=("界", "上界")),
        Row(english="upper bound", chinese=("上界",)),
        Row(english="entropy", chinese=("熵", "交叉熵")),
        Row(english="cross-entropy", chinese=("交叉熵",), wrong=("互熵",)),
    )
    known = made_of(rows, ())

    assert "simulation" == known.translation("模拟")
    assert "rollout" == known.translation("滚动推演")
    assert "upper bound" == known.translation("上界")
    assert "cross-entropy" == known.translation("交叉熵")
    assert "互熵" == known.unknown_part("互熵")
