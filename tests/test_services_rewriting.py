"""Other ways to write a keyword."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords.parser import parse
from newsletter.services.rewriting import (
    in_title,
    looser,
    named_terms,
    second_words,
    with_other_name,
    with_word,
)


@pytest.mark.parametrize(
    ("line", "phrase", "name", "expected"),
    [
        ("RL", "RL", "reinforcement learning", "RL OR reinforcement learning"),
        ("RL AND robot", "RL", "PPO", "(RL OR PPO) AND robot"),
        ("RL OR PPO", "RL", "TD", "RL OR TD OR PPO"),
        ("title:RL", "RL", "PPO", "title:RL OR title:PPO"),
        ("robot -RL", "RL", "PPO", "robot AND NOT RL"),
        ("robot", "RL", "PPO", "robot"),
    ],
    ids=["phrase", "and", "or", "field", "excluded", "absent"],
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
    queries = [in_title(tree), *(with_word(tree, word) for word in words)]
    queries += map(str, looser(tree, {"robot": 9}))

    assert all(isinstance(query, str) for query in queries)
    assert len(list(named_terms(tree))) >= 0


def test_names_of_authors_and_categories_have_no_other_names() -> None:
    """An offer is for words of the text only."""
    tree = parse("author:Sample cat:cs.LG title:RL PPO").tree

    assert ["RL PPO"] == [term.text for term in named_terms(tree)]
