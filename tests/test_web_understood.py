"""The sentence that says how a keyword was understood, in both languages."""

import re
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords.vocabulary import NOTHING_KNOWN, Vocabulary
from newsletter.web.texts import Language, Texts
from newsletter.web.texts_understood import TEXTS
from newsletter.web.understood import understood

ZH, EN = Texts(Language.CHINESE), Texts(Language.ENGLISH)
KNOWN = Vocabulary({"强化学习": ("reinforcement learning",), "机器人": ("robot",)})


@pytest.mark.parametrize(
    "text", ["robot", "multi-agent systems", "SU(2)", "foo:bar", "RL and LLMs"]
)
def test_of_a_plain_phrase_nothing_is_said(text: str) -> None:
    """The page does not repeat what the reader typed."""
    assert "" == understood(text, ZH, KNOWN) == understood(text, EN, KNOWN)


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        (
            "title:diffusion AND robot -survey",
            "标题含「diffusion」，且标题或摘要含「robot」，但不含「survey」",
            "title contains “diffusion”, and title or abstract contains “robot”, but not “survey”",
        ),
        (
            '"language model"',
            "标题或摘要含「language model」（逐字，不计单复数等变化；大小写、连字符不论）",
            (
                "title or abstract contains “language model” (word for word, without plurals and "
                "the like; any case, any hyphens)"
            ),
        ),
        (
            '"RL"',
            "标题或摘要含「RL」（逐字，不计单复数等变化；全大写的词须大写，连字符不论）",
            (
                "title or abstract contains “RL” (word for word, without plurals and the like; "
                "words in capitals stand in capitals, any hyphens)"
            ),
        ),
        (
            '"a" OR "b"',
            "标题或摘要含「a」（逐字）或「b」（逐字）",
            "title or abstract contains “a” (word for word) or “b” (word for word)",
        ),
        (
            "a near/5 b",
            "标题或摘要含「a」与「b」（中间最多隔 5 个词）",
            "title or abstract contains “a” near “b” (with at most 5 words between)",
        ),
        (
            "abstract:a near/1 b near/0 c",
            "摘要含「a」与「b」（中间最多隔一个词）和「b」与「c」（相邻）",
            (
                "abstract contains “a” near “b” (with at most one word between) and “b” "
                "near “c” (side by side)"
            ),
        ),
        (
            "a near/99 b OR c",
            "标题或摘要含「a」与「b」（中间最多隔 50 个词）或「c」",
            "title or abstract contains “a” near “b” (with at most 50 words between) or “c”",
        ),
        (
            "ti:(a OR b) cat:cs.lg -au:Smith",
            "标题含「a」或「b」，且学科含「cs.LG」，但作者不含「Smith」",
            (
                "title contains “a” or “b”, and categories include cs.LG, but authors do not "
                "include “Smith”"
            ),
        ),
        (
            "cat:cs.* comment:code",
            "学科含「cs」（整个大类），且备注含「code」",
            "categories include cs (the whole archive), and comment contains “code”",
        ),
        (
            "author:LeCun -cat:stat.ML -cat:math",
            "作者含「LeCun」，但学科不含「stat.ML」或「math」（整个大类）",
            (
                "authors include “LeCun”, but categories do not include stat.ML or math (the whole "
                "archive)"
            ),
        ),
        (
            "cat:nonsense",
            "学科含「nonsense」",
            "categories include nonsense",
        ),
        (
            "title:a -b",
            "标题含「a」，但标题和摘要都不含「b」",
            "title contains “a”, but neither title nor abstract contains “b”",
        ),
        (
            "a -b -c",
            "标题或摘要含「a」，但不含「b」或「c」",
            "title or abstract contains “a”, but not “b” or “c”",
        ),
        (
            "a -(b OR c)",
            "标题或摘要含「a」，但标题和摘要都不含「b」或「c」",
            "title or abstract contains “a”, but neither title nor abstract contains “b” or “c”",
        ),
        (
            "a -(b AND c)",
            "标题或摘要含「a」，但不符合（标题或摘要含「b」和「c」）",
            "title or abstract contains “a”, but not (title or abstract contains “b” and “c”)",
        ),
        (
            "-a -title:b",
            "不符合（标题或摘要含「a」，或标题含「b」）",
            "not (title or abstract contains “a”, or title contains “b”)",
        ),
        (
            "a OR (title:b AND abstract:c)",
            "标题或摘要含「a」，或（标题含「b」，且摘要含「c」）",
            "title or abstract contains “a”, or (title contains “b”, and abstract contains “c”)",
        ),
        (
            "a OR -comment:b",
            "标题或摘要含「a」，或备注不含「b」",
            "title or abstract contains “a”, or comment does not contain “b”",
        ),
        (
            "a (b OR (c -d))",
            "标题或摘要含「a」，且（标题或摘要含「b」，或（标题或摘要含「c」，但不含「d」））",
            (
                "title or abstract contains “a”, and (title or abstract contains “b”, or (title or "
                "abstract contains “c”, but not “d”))"
            ),
        ),
        (
            '5" disk',
            "引号不成对，所以整行按原文当作一个短语",
            "a quote has no partner, so the line is taken as one phrase, as typed",
        ),
        (
            "a && b",
            "&& 不是运算符，请改用 AND",
            "&& is no operator; please write AND",
        ),
        (
            "a | !b",
            "| 不是运算符，请改用 OR；!b 不是运算符，请改用 -b",
            "| is no operator; please write OR; !b is no operator; please write -b",
        ),
        (
            "a —survey",
            "标题或摘要含「a」，但不含「survey」",
            "title or abstract contains “a”, but not “survey”",
        ),
        ("强化学习", "强化学习 → reinforcement learning", "强化学习 → reinforcement learning"),
        (
            "title:强化学习 -机器人 -强化学习",
            (
                "标题含「强化学习」，但标题和摘要都不含「机器人」或「强化学习」；"
                "强化学习 → reinforcement learning；机器人 → robot"
            ),
            (
                "title contains “强化学习”, but neither title nor abstract contains “机器人” or "
                "“强化学习”; 强化学习 → reinforcement learning; 机器人 → robot"
            ),
        ),
        ("author:强化学习", "作者含「强化学习」", "authors include “强化学习”"),
        (
            "强化学习 AND",
            (
                "AND、OR、NOT 或减号旁边缺少词，所以整行按原文当作一个短语；"
                "强化学习 AND → reinforcement learning AND"
            ),
            (
                "AND, OR, NOT or a minus has no word beside it, so the line is taken as one "
                "phrase, as typed; 强化学习 AND → reinforcement learning AND"
            ),
        ),
    ],
    ids=lambda text: text[:30],
)
def test_the_sentence(text: str, chinese: str, english: str) -> None:
    """Each kind of query, as a Chinese and as an English reader is told."""
    assert [chinese, english] == [understood(text, texts, KNOWN) for texts in (ZH, EN)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('a "b', "quote"),
        ("「b", "quote"),
        ("(a OR b", "parenthesis"),
        ("a OR b)", "parenthesis"),
        (")", "parenthesis"),
        ("a (", "parenthesis"),
        ("a ()", "empty"),
        ('a ""', "empty"),
        ("a AND", "operator"),
        ("OR a", "operator"),
        ("a AND OR b", "operator"),
        ("(a AND) b", "operator"),
        ("title:", "field"),
        ("a -title: AND b", "field"),
        ("near/5 b", "near"),
        ("a near/5", "near"),
        ("a near/5 (b OR c)", "near"),
        ("title:a near/5 abstract:b", "near"),
        ('"agent"-based', "glued"),
        ("(" * 31 + "a" + ")" * 31, "deep"),
    ],
    ids=range(20),
)
def test_why_a_line_is_taken_as_it_stands(text: str, why: str) -> None:
    """The reader learns what to mend."""
    for texts in (ZH, EN):
        reason = texts(f"understood.why_{why}")
        assert understood(text, texts, KNOWN) == texts("understood.literal", why=reason)


def test_of_chinese_that_is_not_known_nothing_is_said() -> None:
    """The form refuses it with a message of its own."""
    assert "" == understood("强化学习", ZH, NOTHING_KNOWN)


@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                [
                    "a",
                    "b",
                    " AND ",
                    " OR ",
                    " -",
                    "(",
                    ")",
                    '"',
                    "{x}",
                    "title:",
                    " near/2 ",
                    "cat:",
                ],
            ),
        ).map("".join),
    ),
)
def test_there_is_a_sentence_for_whatever_is_typed(text: str) -> None:
    """Nothing raises in either language, and braces of the reader stay braces."""
    said = [understood(text, texts, KNOWN) for texts in (ZH, EN)]

    assert bool(said[0]) is bool(said[1])
    assert said[0].count("{") <= text.count("{") * 2


def test_both_languages_take_the_same_values() -> None:
    """A sentence in one language has its counterpart, and Han stands apart from Latin."""
    for chinese, english in TEXTS.values():
        slots = [
            {name for _, name, _, _ in Formatter().parse(text) if name}
            for text in (chinese, english)
        ]
        assert slots[0] == slots[1]
        assert not re.search(r"[\u4e00-\u9fff]\{|\}[\u4e00-\u9fff]", chinese)


@pytest.mark.parametrize("text", ["transform*", "learn* robots", "title:transform*"])
def test_a_star_stands_for_no_endings(text: str) -> None:
    """Elsewhere it does."""
    assert "* 不代表任意词尾" in understood(text, ZH, KNOWN)


@pytest.mark.parametrize("text", ["A* search", "D*", "C*-algebra", "2 * 3"])
def test_a_star_may_be_part_of_a_name(text: str) -> None:
    """Of these nothing is said."""
    assert "*" not in understood(text, ZH, KNOWN)
