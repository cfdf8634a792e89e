"""Other names of a phrase, and Chinese phrases in English, by a small vocabulary."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords import simplified
from newsletter.keywords.chinese import LONGEST, Kind, Lexicon, has_han, key_of
from newsletter.keywords.fold import fold
from newsletter.keywords.tree import And, Field, Near, Node, Not, Or, Term, all_of, any_of, terms_of
from newsletter.keywords.vocabulary import (
    MOST_ALTERNATIVES,
    MOST_COMBINATIONS,
    NOTHING_KNOWN,
    Vocabulary,
)

_ENGLISH = {
    "强化学习": ("reinforcement learning",),
    "多智能体": ("multi-agent",),
    "多智能体强化学习": ("multi-agent reinforcement learning",),
    "智能体": ("agent", "agentic"),
    "大语言模型": ("large language model",),
    "推理": ("reasoning", "inference"),
    "安全": ("safety", "security"),
    "视觉-语言模型": ("vision-language model",),
    "KL 散度": ("KL divergence",),
    "图": ("graph",),
    "边": ("edge",),
    "三维": ("3D", "three-dimensional"),
    "可验证的奖励": ("verifiable reward",),
    "检测": ("detection",),
    "的": ("of",),
    "机器人": ("robot",),
    "机器人操作": ("robot manipulation",),
    "操作系统": ("operating system",),
    "系统": ("system",),
    "工具": ("tool",),
    "视觉": ("visual",),
    "视觉Transformer": ("vision transformer",),
}
_NAMES = {
    fold("RL"): ("reinforcement learning",),
    fold("reinforcement learning"): ("RL",),
    fold("LLM"): ("large language model",),
    fold("large language model"): ("LLM",),
    fold("SSL"): ("self-supervised learning", "semi-supervised learning"),
    fold("drone"): ("unmanned aerial vehicle", "UAV"),
    fold("thing"): tuple(f"name {number}" for number in range(9)),
}
_KNOWN = Vocabulary(_ENGLISH, _NAMES)

_TRANSLATED = [
    ("强化学习", "reinforcement learning"),
    ("強化學習", "reinforcement learning"),
    ("多智能体强化学习", "multi-agent reinforcement learning"),
    ("大语言模型强化学习", "large language model reinforcement learning"),
    ("大语言模型的推理", "large language model AND (reasoning OR inference)"),
    ("大语言模型与推理", "large language model AND (reasoning OR inference)"),
    ("强化学习 智能体", "reinforcement learning AND (agent OR agentic)"),
    ("基于强化学习的检测", "reinforcement learning AND detection"),
    ("强化学习或检测", "reinforcement learning OR detection"),
    ("强化学习、检测，大语言模型", "reinforcement learning OR detection OR large language model"),
    ("LLM 智能体", "LLM agent OR LLM agentic"),
    ("ＬＬＭ智能体", "LLM agent OR LLM agentic"),
    ("GPT-4o检测", "GPT-4o detection"),
    ("C++检测", "C++ detection"),
    ("deep learning 检测", "deep learning detection"),
    ("视觉语言模型", "vision-language model"),
    ("视觉-语言模型检测", "vision-language model detection"),
    ("KL散度", "KL divergence"),
    ("kl 散度", "KL divergence"),
    ("图强化学习", "graph reinforcement learning"),
    ("图", "graph"),
    ("\u2f2f具检测", "tool detection"),
    ("可验证的奖励", "verifiable reward"),
    ("多智能体 强化学习", "multi-agent AND reinforcement learning"),
    ("机器人操作系统", "robot manipulation system"),
    ("视觉Transformers", "visual Transformers"),
    ("「强化学习」", "reinforcement learning"),
    ("强化学习强化学习", "reinforcement learning reinforcement learning"),
    ("强化学习和强化学习", "reinforcement learning"),
]
_UNKNOWN = [
    ("图书馆", "图书馆"),
    ("图边", "图边"),
    ("强化学习书馆", "书馆"),
    ("书馆强化学习阁", "书馆"),
    ("目的地", "目的地"),
    ("的", "的"),
    ("强化学习😀", "😀"),
    ("图👍", "图👍"),
]


@pytest.mark.parametrize(("text", "english"), _TRANSLATED, ids=range(len(_TRANSLATED)))
def test_a_chinese_phrase_is_put_in_english(text: str, english: str) -> None:
    """Whole where it is known whole, else term by term, particles and spaces between parts."""
    assert english == _KNOWN.translation(text)
    assert not _KNOWN.unknown_part(text)


@pytest.mark.parametrize(("text", "unknown"), _UNKNOWN, ids=range(len(_UNKNOWN)))
def test_what_is_not_known_stays_and_is_named(text: str, unknown: str) -> None:
    """A phrase of which a part is unknown is not translated by halves."""
    assert Term(text) == _KNOWN.resolve(Term(text))
    assert unknown == _KNOWN.unknown_part(text)
    assert not _KNOWN.translation(text)


@pytest.mark.parametrize(
    "text", ["reinforcement learning", "GPT-4o", "", "강화 학습"], ids=range(4)
)
def test_a_phrase_without_chinese_is_left_alone(text: str) -> None:
    """English has no translation and no unknown part, and the tree is the same object."""
    term = Term(text)

    assert term is _KNOWN.resolve(term)
    assert not _KNOWN.unknown_part(text)
    assert not _KNOWN.translation(text)


def test_field_and_exactness_are_kept() -> None:
    """An exact phrase in the title is one in English, too."""
    resolved = _KNOWN.resolve(Term("推理", Field.TITLE, is_exact=True))

    expected = (Term("reasoning", Field.TITLE, True), Term("inference", Field.TITLE, True))
    assert Or(expected) == resolved


@pytest.mark.parametrize("field", [Field.AUTHOR, Field.CATEGORY], ids=str)
def test_authors_and_categories_are_not_translated(field: Field) -> None:
    """A name is a name, whatever it means, also beside another phrase."""
    term = Term("强化学习", field)

    assert term == _KNOWN.resolve(term)
    assert Near(term, Term("agent"), 3) == _KNOWN.resolve(Near(term, Term("agent"), 3))


def test_phrases_near_each_other_are_each_translated() -> None:
    """Every English left with every English right; a particle does not tear a side apart."""
    resolved = _KNOWN.resolve(Near(Term("大语言模型的推理"), Term("安全"), 5))

    lefts = ("large language model reasoning", "large language model inference")
    pairs = [(left, right) for left in lefts for right in ("safety", "security")]
    assert Or(tuple(Near(Term(a), Term(b), 5) for a, b in pairs)) == resolved


def test_joined_phrases_stay_flat() -> None:
    """An alternative inside alternatives, or a part inside parts, joins them."""
    either = Or((Term("x"), Term("推理")))
    both = And((Term("x"), Term("强化学习的检测"), Not(Term("安全"))))

    assert "x OR reasoning OR inference" == str(_KNOWN.resolve(either))
    expected = "x AND reinforcement learning AND detection AND NOT (safety OR security)"
    assert expected == str(_KNOWN.resolve(both))
    assert Term("detection") == _KNOWN.resolve(Or((Term("检测"), Term("detection"))))


def test_terms_of_many_names_are_bounded() -> None:
    """Three terms with two names each make eight phrases, four with two make one each."""
    three, four = "智能体推理安全", "智能体推理安全三维"

    assert MOST_COMBINATIONS == len(list(terms_of(_KNOWN.resolve(Term(three)))))
    assert Term("agent reasoning safety 3D") == _KNOWN.resolve(Term(four))


def test_a_text_beyond_the_limit_is_unknown() -> None:
    """No work is done on a text that no keyword may have."""
    assert _KNOWN.unknown_part("强化学习" * LONGEST)


_TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            [*_ENGLISH, "的", "或", "、", " ", "LLM", "GPT-4", "-", "书", "😀", "\u202e", "("]
        ),
        max_size=12,
    ).map("".join),
)
_LEAVES = st.builds(Term, _TEXTS, st.sampled_from(Field), st.booleans())


def _joined(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    two = st.lists(parts, min_size=2, max_size=3)
    near = st.builds(Near, _LEAVES, _LEAVES, st.integers(1, 9))
    return st.one_of(near, st.builds(Not, parts), two.map(all_of), two.map(any_of))


_TREES: st.SearchStrategy[Node] = st.recursive(_LEAVES, _joined, max_leaves=6)


@given(_TREES)
def test_any_tree_is_resolved_once_and_for_all(tree: Node) -> None:
    """Nothing raises; a second time changes nothing; what has no Chinese is the same object."""
    resolved = _KNOWN.resolve(tree)

    assert resolved == _KNOWN.resolve(resolved)
    if not any(has_han(term.text) for term in terms_of(tree)):
        assert tree is resolved


@given(_TEXTS)
def test_a_text_is_either_translated_or_has_an_unknown_part(text: str) -> None:
    """Of a Chinese text exactly one of both is said, and its English is bounded."""
    assert has_han(text) == (bool(_KNOWN.translation(text)) != bool(_KNOWN.unknown_part(text)))
    assert len(list(terms_of(_KNOWN.resolve(Term(text))))) <= MOST_COMBINATIONS + len(text)


@given(_TEXTS)
def test_the_pieces_of_a_text_stand_in_it_in_order(text: str) -> None:
    """Nothing but marks and spaces is left out, and no letter is read twice."""
    pieces = Lexicon(map(key_of, _ENGLISH)).read(text)
    letters = [char for char in unicodedata.normalize("NFKC", text) if char.isalnum()]

    assert letters == [char for piece in pieces for char in piece.text if char.isalnum()]
    assert Kind.SILENT not in {piece.kind for piece in pieces}


@pytest.mark.parametrize(
    "unit", ["的", "图", "a-", "强化学", " 图", "+", "kl ", "、"], ids=range(8)
)
def test_hostile_text_takes_no_time(unit: str) -> None:
    """The longest text that is read takes a moment, and a longer one no more."""
    began = time.process_time()
    _KNOWN.translation((unit * LONGEST)[: LONGEST - 1] + "书")
    _KNOWN.translation(unit * (100_000 // len(unit)) + "书")

    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("phrase", "others"),
    [
        ("RL", ("reinforcement learning",)),
        ("rl", ("reinforcement learning",)),
        ("Reinforcement-Learning", ("RL",)),
        ("LLMs", ("large language model",)),
        ("LLM agents", ("large language model agents",)),
        ("safe large language model use", ("safe LLM use",)),
        ("SSL", ("self-supervised learning", "semi-supervised learning")),
        ("SSL methods", ()),
        ("drone", ("unmanned aerial vehicle", "UAV")),
        ("drone swarms", ()),
        ("强化学习", ("RL",)),
        ("nothing of it", ()),
        ("LLM " + "word " * 12, ()),
        ("书馆", ()),
        ("", ()),
    ],
    ids=range(15),
)
def test_other_names_are_offered(phrase: str, others: tuple[str, ...]) -> None:
    """Of the whole phrase, or of an abbreviation inside that stands for one thing only."""
    assert others == _KNOWN.alternatives(phrase)


def test_not_too_many_names_are_offered() -> None:
    """A thing of many names is given its first few."""
    assert tuple(f"name {number}" for number in range(MOST_ALTERNATIVES)) == _KNOWN.alternatives(
        "things",
    )


def test_where_nothing_is_known_nothing_is_said() -> None:
    """The empty vocabulary leaves Chinese as it is, and says that all of it is unknown."""
    assert Term("强化学习") == NOTHING_KNOWN.resolve(Term("强化学习"))
    assert "强化学习" == NOTHING_KNOWN.unknown_part("强化学习")
    assert () == NOTHING_KNOWN.alternatives("RL")


def test_traditional_characters_have_simplified_ones() -> None:
    """Each stands in Big5 and, but for three, not in GB 2312, and becomes what stands there."""
    in_both_scripts = "乾後徵"
    table = {chr(a): chr(b) for a, b in simplified.TO_SIMPLIFIED.items()}

    for traditional, simple in table.items():
        assert traditional in in_both_scripts or not traditional.encode("gb2312", errors="ignore")
        assert simple.encode("gb2312", errors="ignore")
    assert "机器学习的综述" == simplified.simplified("機器學習的綜述")
