"""Other ways to write a keyword."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords.parser import parse
from newsletter.services.rewriting import (
    foreign_signs,
    in_title,
    looser,
    named_terms,
    second_words,
    with_other_name,
    with_word,
    written,
)


@pytest.mark.parametrize(
    ("line", "phrase", "name", "expected"),
    [
        ("RL", "RL", "reinforcement learning", "RL OR reinforcement learning"),
        ("RL AND robot", "RL", "PPO", "(RL OR PPO) AND robot"),
        ("RL OR PPO", "RL", "TD", "RL OR TD OR PPO"),
        ("title:RL", "RL", "PPO", "title:RL OR title:PPO"),
        ("robot -RL", "RL", "PPO", "robot -RL"),
        ("RL -survey", "RL", "PPO", "(RL OR PPO) -survey"),
        ("RL -(b OR c d) -e", "RL", "PPO", "(RL OR PPO) -(b OR c d) -e"),
        ("RL NOT survey", "RL", "PPO", "(RL OR PPO) AND NOT survey"),
        ("robot", "RL", "PPO", "robot"),
    ],
    ids=["phrase", "and", "or", "field", "excluded", "minus", "minuses", "NOT", "absent"],
)
def test_another_name_stands_beside_the_phrase(
    line: str,
    phrase: str,
    name: str,
    expected: str,
) -> None:
    """Wherever the phrase is wanted, and nowhere else."""
    assert expected == with_other_name(line, phrase, name)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_a_name_never_breaks_a_query(line: str, phrase: str, name: str) -> None:
    """Whatever papers call things, the line stays one that reads as it is written."""
    written = with_other_name(line, phrase, name)

    assert written == line or written == str(parse(written).tree)


@given(st.text(max_size=60))
def test_rewriting_raises_nothing(text: str) -> None:
    """Any keyword can be looked at."""
    tree = parse(text).tree
    words = second_words(tree, [text])
    queries = [in_title(tree), *(with_word(text, word) for word in words)]
    queries += map(str, looser(text, {"robot": 9}))
    queries += [*foreign_signs(text).values(), written(tree, text)]

    assert all(isinstance(query, str) for query in queries)
    assert len(list(named_terms(tree))) >= 0


def test_names_of_authors_and_categories_have_no_other_names() -> None:
    """An offer is for words of the text only."""
    tree = parse("author:Sample cat:cs.LG title:RL PPO").tree

    assert ["RL PPO"] == [term.text for term in named_terms(tree)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("diffusion and robot", ["diffusion AND robot"]),
        ("LLM not survey", ["LLM -survey"]),
        ("LLM, not survey", ["LLM -survey"]),
        ("not survey", []),
        ("robots for all or graphs", ["robots for all OR graphs", "robots AND all OR graphs"]),
        ("title:(a or b)", ["title:a OR title:b", "a OR b"]),
        ("a && !b", ["a -b"]),
        ("a || b", ["a OR b"]),
        ("a!b or c", ["a!b OR c"]),
        ("learning with robots", ["learning AND robots"]),
        ('"rock and roll"', ["rock and roll", "rock AND roll"]),
        ("Sample Person", ["author:Sample Person", "Sample AND Person"]),
        ("cs.ro", ["cat:cs.RO"]),
        ("hep-th", ["cat:hep-th"]),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_looser_queries_are_what_may_be_meant(line: str, expected: list[str]) -> None:
    """Operators in lower case, a person, a category; small words are no words to ask for."""
    assert expected == [written(query, line) for query in looser(line, {})]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a && b | c || !d", {"&&": "AND", "|": "OR", "||": "OR", "!d": "-d"}),
        ('"a && b"', {}),
        ("hello! p|q a&b", {}),
    ],
    ids=["all", "quoted", "in words"],
)
def test_signs_of_other_languages_are_named(line: str, expected: dict[str, str]) -> None:
    """What stands by itself looks like an operator, and what stands in a word does not."""
    assert expected == foreign_signs(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("robot -survey", "robot -survey AND walking"),
        ("robot NOT survey", "robot NOT survey AND walking"),
        ("robot OR arm", "(robot OR arm) AND walking"),
        ('5" disk', ""),
    ],
    ids=["minus", "NOT", "OR", "literal"],
)
def test_a_word_more_leaves_the_line_as_it_is(line: str, expected: str) -> None:
    """The reader finds the own words again."""
    assert expected == with_word(line, "walking")


def test_second_words_tell_something() -> None:
    """What stands in every title is added only where there is nothing else."""
    general = ["Deep learning"] * 2 + ["With language models"] * 2 + ["Robots"] * 3
    tree = parse("robot").tree

    assert ("arms",) == second_words(tree, [*general, "Arms of the year", "Arms"])[:1]
    assert {"deep", "learning"} >= set(second_words(tree, general)) - {"language", "models"}
    assert second_words(tree, general)
