"""What a keyword may be: the limits, and what is said to whoever goes beyond them."""

import time
import unicodedata
from collections.abc import Iterable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import InvalidKeyword
from newsletter.keywords.parser import MAX_NESTING, parse
from newsletter.keywords.query import (
    MAX_COST,
    MAX_DEPTH,
    MAX_KEYWORDS,
    MAX_LENGTH,
    MAX_TERMS,
    MAX_TOTAL,
    SHOWN,
    affordable,
    known_category,
    parse_keyword,
    parse_keywords,
)
from newsletter.keywords.tree import depth_of, terms_of, wants_nothing
from newsletter.keywords.vocabulary import NOTHING_KNOWN, Vocabulary
from newsletter.web.texts import Language, Texts

KNOWN = Vocabulary({"强化学习": ("reinforcement learning",), "机器人": ("robot",)})


def refused(text: str, vocabulary: Vocabulary = NOTHING_KNOWN) -> InvalidKeyword:
    """Return what is said of a keyword that must not pass."""
    with pytest.raises(InvalidKeyword) as caught:
        parse_keyword(text, vocabulary)
    return caught.value


def refused_lines(lines: str | Iterable[str]) -> InvalidKeyword:
    """Return what is said of a text field that must not pass."""
    with pytest.raises(InvalidKeyword) as caught:
        parse_keywords(lines)
    return caught.value


def nested(depth: int) -> str:
    """Return a query of that many AND and OR in one another."""
    levels = ["1 OR (" if level % 2 else "0 AND (" for level in range(depth - 1)]
    return f"{''.join(levels)}2 {'AND' if depth % 2 else 'OR'} 3" + ")" * (depth - 1)


@pytest.mark.parametrize(
    "text",
    ["C++", "RL", "title:diffusion -survey", '"exact phrase"', "a near/5 b", "a.*b", "foo^2",
     '"a" NEAR b', "a% _b", "robot 🤖", "بحث علمي", "(a", '5" disk', "author:Ann Sample",
     "cat:cs.LG", "cat:cs", "cat:math.*", "学科：cs.RO", "cat:CS.lg", "cat:hep-th", "x AND NOT"],
    ids=ascii,
)  # fmt: skip
def test_a_keyword_is_kept_as_typed(text: str) -> None:
    """Only white space changes, so that the reader finds the own spelling again."""
    assert text == parse_keyword(text) == parse_keyword(f" \t{text.replace(' ', chr(10) * 2)}\n")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "keyword_empty"),
        (" \t\n", "keyword_empty"),
        ("…—", "keyword_empty"),
        ("++", "keyword_empty"),
        ("🤖", "keyword_empty"),
        ("%", "keyword_empty"),
        ("_", "keyword_empty"),
        ("---", "keyword_empty"),
        ('""', "keyword_empty"),
        ("(" * MAX_LENGTH, "keyword_empty"),
        ('"🤖" OR "…"', "keyword_empty"),
        ("robot OR 🤖", "keyword_part_empty"),
        ("x" * (MAX_LENGTH + 1), "keyword_too_long"),
        ("a\0b", "keyword_control_character"),
        ("a\x1b[31mb", "keyword_control_character"),
        ("a\x7f", "keyword_control_character"),
        ("a\u202eb", "keyword_control_character"),
        ("a\u200bb", "keyword_control_character"),
        ("a\ue000", "keyword_control_character"),
        ("a\ud800", "keyword_control_character"),
        (" OR ".join("abcdefghijklmnopqrstu"), "keyword_too_many_terms"),
        (nested(MAX_DEPTH + 1), "keyword_too_deep"),
        ("(" * (MAX_NESTING + 1) + "a", "keyword_too_deep"),
        ("-foo", "keyword_only_excludes"),
        ("NOT foo", "keyword_only_excludes"),
        ("a OR NOT b", "keyword_only_excludes"),
        ("-a -b", "keyword_only_excludes"),
        ("-title:(a OR b)", "keyword_only_excludes"),
        ("cat:cs.XX", "keyword_category_unknown"),
        ("cat:" + "c" * 200, "keyword_category_unknown"),
        ("cat:机器人学", "keyword_category_unknown"),
        ("a -cat:physics.nothing", "keyword_category_unknown"),
        ("强化学习", "keyword_not_english"),
        ("强化学习 RL", "keyword_not_english"),
        ("title:量子 AND robot", "keyword_not_english"),
        ("⼈", "keyword_not_english"),
        ("author:王小明", "keyword_author_not_latin"),
        ("作者:王小明", "keyword_author_not_latin"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_bad_keywords_are_refused(text: str, code: str) -> None:
    """Each has its own code, which says what to do in both languages, quoting little."""
    error = refused(text)

    assert ("keywords", code) == (error.field, error.code)
    assert all(len(value) <= SHOWN for value in error.values.values() if isinstance(value, str))
    for language in Language:
        assert len(Texts(language).error(error)) > SHOWN - 5


def test_limits_are_reached_and_not_passed() -> None:
    """The longest, the broadest and the deepest keyword pass."""
    longest = "x" * MAX_LENGTH
    broadest = " OR ".join(f"w{number}" for number in range(MAX_TERMS))

    assert longest == parse_keyword(f"   {longest}\n")
    assert broadest == parse_keyword(broadest)
    assert MAX_DEPTH == depth_of(parse(nested(MAX_DEPTH)).tree)
    assert nested(MAX_DEPTH) == parse_keyword(nested(MAX_DEPTH))


def test_a_long_keyword_is_quoted_shortened() -> None:
    """The refusal names the limit and the beginning, not the whole input."""
    assert {"limit": MAX_LENGTH, "text": "y" * SHOWN} == refused("y" * 100_000).values
    assert {"text": "-" + "z" * (SHOWN - 2) + "…"} == refused("-" + "z" * 50).values
    assert {"text": "-" + "z" * (SHOWN - 1)} == refused("-" + "z" * (SHOWN - 1)).values


def test_an_empty_part_is_named() -> None:
    """The reader sees which part of the query can match nothing."""
    assert {"text": "robot OR 🤖", "part": "🤖"} == refused("robot OR 🤖").values


@pytest.mark.parametrize(
    "text", ["强化学习", "robot 强化学习", '"强化学习"', "标题:机器人 -强化学习"]
)
def test_chinese_that_is_known_passes(text: str) -> None:
    """What the vocabulary has English for is kept as typed."""
    assert text == parse_keyword(text, KNOWN)


def test_chinese_that_is_not_known_is_named() -> None:
    """Of a phrase the unknown part is quoted, and a name stays a name whatever is known."""
    error = refused("强化学习魑魅", KNOWN)

    assert ("keyword_not_english", {"text": "魑魅"}) == (error.code, error.values)
    assert "keyword_author_not_latin" == refused("author:强化学习", KNOWN).code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cs.LG", "cs.LG"),
        (" CS.lg ", "cs.LG"),
        ("cs", "cs"),
        ("cs.*", "cs"),
        ("MATH.*", "math"),
        ("hep-th", "hep-th"),
        ("physics.OPTICS", "physics.optics"),
        ("astro-ph.ga", "astro-ph.GA"),
        ("cond-mat.mes-hall", "cond-mat.mes-hall"),
        ("cs.LG.*", None),
        ("cs.", None),
        ("cs.XX", None),
        ("xx", None),
        ("", None),
        ("ſs.LG", None),
        ("c" * 10_000, None),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_categories_in_any_case(text: str, name: str | None) -> None:
    """A category or an archive as arXiv spells it, with or without `.*`; nothing else."""
    assert name == known_category(text)


@given(st.one_of(st.text(), st.text(st.sampled_from('ab "()-:🤖强NOTtitlecat.'))))
def test_a_parsed_keyword_parses_to_itself(text: str) -> None:
    """What is accepted is clean: bounded, on one line, visible, and parsed the same again."""
    try:
        keyword = parse_keyword(text)
    except InvalidKeyword:
        return

    tree = parse(keyword).tree
    assert keyword == parse_keyword(keyword)
    assert 0 < len(keyword) <= MAX_LENGTH
    assert not {unicodedata.category(char) for char in keyword} & {"Cc", "Cf", "Zl", "Zp"}
    assert 0 < len(list(terms_of(tree))) <= MAX_TERMS
    assert depth_of(tree) <= MAX_DEPTH
    assert not wants_nothing(tree)


def test_a_text_field_has_a_keyword_a_line() -> None:
    """Blank lines are skipped, the order stays, and the first of two spellings wins."""
    lines = "\n Diffusion Policy \r\n\r\nreinforcement learning\ndiffusion-policies\nRL\n"

    assert parse_keywords(lines) == ("Diffusion Policy", "reinforcement learning", "RL")
    assert parse_keywords(
        iter(lines.splitlines()),
    ) == ("Diffusion Policy", "reinforcement learning", "RL")
    assert ("强化学习",) == parse_keywords("强化学习\n", KNOWN)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("graph network", "Graph-Networks"),
        ("a AND b", "b AND a"),
        ("title:a -b", "NOT b AND ti:a"),
        ("a near/5 b", "B NEAR a"),
        ("a OR b OR c", "(c OR b) OR a"),
        ('"language model"', "“Language Model”"),
        ("(a)", "a"),
        ("LLMs", "LLM"),
    ],
    ids=ascii,
)
def test_lines_that_mean_the_same_are_one(first: str, second: str) -> None:
    """Spelling, order and parentheses do not make two keywords of one."""
    assert (first,) == parse_keywords([first, second])
    assert (second,) == parse_keywords([second, first])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a b", '"a b"'),
        ("a", "title:a"),
        ("a AND b", "a OR b"),
        ("a near/5 b", "a near/4 b"),
        ("a -b", "a b"),
        ("RL", "rl"),
        ('"language model"', '"language models"'),
    ],
    ids=ascii,
)
def test_lines_that_mean_something_else_are_two(first: str, second: str) -> None:
    """What matches other papers is another keyword."""
    assert (first, second) == parse_keywords([first, second])


def test_at_least_one_keyword_is_needed() -> None:
    """A form without a keyword is refused, because no mail would ever come."""
    nothings: list[str | list[str]] = ["", " \n\t\n", [], [" "]]
    for nothing in nothings:
        assert "keywords_missing" == refused_lines(nothing).code


def test_at_most_fifty_keywords() -> None:
    """The limit counts keywords, and repeats of one are one."""
    most = [f"topic {number}" for number in range(MAX_KEYWORDS)]

    assert tuple(most) == parse_keywords([*most, "Topic 1", ""])
    error = refused_lines([*most, "one more"])
    assert ("keywords_too_many", {"limit": MAX_KEYWORDS}) == (error.code, error.values)


def test_keywords_have_a_limit_together() -> None:
    """Long queries count by their length; what the old limits allowed is allowed still."""
    most = [f"{number:02}{'x' * 98}" for number in range(MAX_KEYWORDS)]
    long = [f"{number:02}{'x' * 248}" for number in range(20)]

    assert tuple(most) == parse_keywords(most)
    assert tuple(long) == parse_keywords([*long, long[0].upper().lower()])
    error = refused_lines([*long, "one more"])
    assert ("keywords_too_long", {"limit": MAX_TOTAL, "total": MAX_TOTAL + 8}) == (
        error.code,
        error.values,
    )
    assert "5000" in Texts(Language.CHINESE).error(error)


def test_one_bad_line_refuses_the_field() -> None:
    """A mistake is said, not skipped over."""
    assert "keyword_empty" == refused_lines("policy\n---\n").code


@pytest.mark.parametrize(
    "lines",
    [
        "x" * 10_000,
        "(" * 10_000,
        "\n".join(f"topic {number}" for number in range(10_000)),
        "\n".join(f"{number % 40} {' ' * (number // 40)}x" for number in range(10_000)),
        "NOT " * 25_000,
        "\x00" * 100_000,
        "\u3000" * 100_000,
    ],
    ids=["long", "deep", "many", "repeated", "not", "control", "blank"],
)
def test_hostile_fields_are_dealt_with_quickly(lines: str) -> None:
    """Ten thousand keywords, or ten thousand characters of one, take a moment."""
    begin = time.process_time()
    with suppress(InvalidKeyword):
        assert len(parse_keywords(lines)) <= MAX_KEYWORDS
    assert time.process_time() - begin < 6


def test_keywords_may_be_so_complex_together_and_no_more() -> None:
    """Each may be long, and many may be there, but one reader must not slow the morning."""
    chain = " near/5 ".join(f"w{n}" for n in range(10))
    with pytest.raises(InvalidKeyword) as caught:
        parse_keywords([f"{chain} AND x{n}" for n in range(5)])

    assert "keywords_too_costly" == caught.value.code
    assert {"limit": MAX_COST, "total": 5 * (9 * 7 + 1)} == caught.value.values
    allowed = [f"a{n} OR b{n} OR c{n} OR d{n} OR e{n}" for n in range(50)]
    assert tuple(allowed) == parse_keywords(allowed)
    with pytest.raises(InvalidKeyword):
        parse_keywords([*allowed[1:], f"{allowed[0]} OR f"])


def test_a_category_is_one_word() -> None:
    """What follows it is a phrase beside it, in all papers of the category."""
    assert "cat:cs.LG AND graph network" == str(parse("cat:cs.LG graph network").tree)
    assert "cat:cs.LG graph" == parse_keyword("cat:cs.LG graph")
    assert "cat:cs.LG AND NOT survey" == str(parse("cat:cs.LG -survey").tree)


@pytest.mark.parametrize(
    ("keywords", "count"),
    [
        ([f"a{n}" for n in range(MAX_KEYWORDS + 5)], MAX_KEYWORDS),
        ([f"a{n} near/5 b" for n in range(40)], MAX_COST // 7),
        ([f"{n:03} " + "x" * 196 for n in range(30)], 25),
        ([], 0),
    ],
    ids=["many", "costly", "long", "none"],
)
def test_as_many_keywords_as_a_reader_may_have(keywords: list[str], count: int) -> None:
    """The first ones; all of them may be saved together."""
    assert tuple(keywords[:count]) == affordable(keywords)
    if keywords:
        assert parse_keywords(keywords[:count])
        with pytest.raises(InvalidKeyword):
            parse_keywords(keywords[: count + 1])
