"""The query language: what a reader types becomes a tree, and a tree is written as a query."""

import time
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords.lexer import (
    FIELDS,
    MAX_DISTANCE,
    SHORT_FIELDS,
    Kind,
    Token,
    is_bare,
    tokens,
)
from newsletter.keywords.parser import MAX_NESTING, parse
from newsletter.keywords.tree import (
    And,
    Field,
    Near,
    Node,
    Not,
    Or,
    Term,
    all_of,
    any_of,
    depth_of,
    none_of,
    terms_of,
    wants_nothing,
)

A, B, C, D = map(Term, "abcd")
_LONG = 10_000
_BARE = ["robot", "RL", "multi-agent", "SU(2)", "(2+1)-d", "->", "foo:bar", "and", "near", "C++"]
_WORDS = st.sampled_from([*_BARE, "NEAR/", "Ti:sapphire", "强化学习", "émigré", "-", "a*b", "%"])
_PLACES = st.sampled_from(Field)
_INSIDE = st.one_of(
    st.text(st.sampled_from("ab-() :.强AND"), max_size=12),
    st.sampled_from(['say "so"', "「角」", "near/5", "NOT x", "a“b”", "『双』"]),
).map(lambda text: " ".join(text.split()))
_PHRASES = st.builds(Term, st.lists(_WORDS, min_size=1, max_size=3).map(" ".join), _PLACES)
_EXACT = st.builds(Term, _INSIDE.filter(bool), _PLACES, st.just(True))
# `cat:` takes one word; what follows is a phrase of its own.
_TERMS = st.one_of(
    _PHRASES.filter(lambda term: term.field is not Field.CATEGORY or " " not in term.text), _EXACT
)
_SIDES = st.tuples(_TERMS, _TERMS).filter(lambda pair: pair[0].field is not Field.CATEGORY)
_NEARS = st.builds(
    lambda pair, distance: Near(
        pair[0], Term(pair[1].text, pair[0].field, pair[1].is_exact), distance
    ),
    _SIDES,
    st.integers(0, MAX_DISTANCE),
)
_PARTS = st.one_of(_TERMS, _NEARS)
_TREES: st.SearchStrategy[Node] = st.recursive(
    _PARTS,
    lambda inner: st.one_of(
        inner.map(none_of),
        st.lists(inner, min_size=1, max_size=4).map(all_of),
        st.lists(inner, min_size=1, max_size=4).map(any_of),
    ),
    max_leaves=12,
)
_PIECES = st.lists(
    st.sampled_from(
        ["a", "b c", '"', "“", "」", "「", "(", ")", "（", "）", " ", "-", "–", "AND", "OR", "NOT",
         " AND ", " OR ", " NOT ", " near/5 ", "NEAR", "title:", "标题：", "au:", "cat:", "x:y"],
    ),
    max_size=24,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("graph neural networks", Term("graph neural networks")),
        ("  graph \t neural\nnetworks ", Term("graph neural networks")),
        ("graphs and trees or not", Term("graphs and trees or not")),
        ("multi-agent – a survey", Term("multi-agent – a survey")),
        ("A -> B", Term("A -> B")),
        ("foo:bar baz", Term("foo:bar baz")),
        ("Ti:sapphire", Term("Ti:sapphire")),
        ("SU(2) gauge", Term("SU(2) gauge")),
        ("(2+1)-dimensional", Term("(2+1)-dimensional")),
        ("black holes near galaxies", Term("black holes near galaxies")),
        ("R&D AND, OR-gate", Term("R&D AND, OR-gate")),
        ("near/5x", Term("near/5x")),
        ("a.*b", Term("a.*b")),
        ("foo^2", Term("foo^2")),
        ("%", Term("%")),
        ("بحث", Term("بحث")),
        ("🤖", Term("🤖")),
    ],
    ids=str,
)
def test_a_bare_line_is_one_phrase(text: str, tree: Node) -> None:
    """Lower-case words, hyphens inside words and unknown prefixes are no operators."""
    query = parse(text)

    assert (tree, False) == (query.tree, query.is_literal)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('"a b"', Term("a b", is_exact=True)),
        ("“a b”", Term("a b", is_exact=True)),
        ("”a b“", Term("a b", is_exact=True)),
        ("„a b“", Term("a b", is_exact=True)),
        ("＂a b＂", Term("a b", is_exact=True)),
        ("「a b」", Term("a b", is_exact=True)),
        ("『a b』", Term("a b", is_exact=True)),
        ('" a  b "', Term("a b", is_exact=True)),
        ('"a AND (b"', Term("a AND (b", is_exact=True)),
        ('「say "a"」', Term('say "a"', is_exact=True)),
        ("a AND b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a AND NOT b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("NOT NOT a", A),
        ("a -b", And((A, Not(B)))),
        ("a –b", And((A, Not(B)))),
        ("a −b", And((A, Not(B)))),
        ('a -"b"', And((A, Not(Term("b", is_exact=True))))),
        ("a -b c", And((A, Not(B), C))),
        ("a -(b c)", And((A, Not(Term("b c"))))),
        ("a -.NET", And((A, Not(Term(".NET"))))),
        ("a NOT b c", And((A, Not(Term("b c"))))),
        ('"a"b', None),
        ('"a" b', And((Term("a", is_exact=True), B))),
        ('b"a"', And((B, Term("a", is_exact=True)))),
        ("(a)", A),
        ("((a))", A),
        ("（a OR b）AND c", And((Or((A, B)), C))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("(a OR b) AND c", And((Or((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("a(b OR c)", And((A, Or((B, C))))),
        ("a AND (b AND c)", And((A, B, C))),
        ("a OR (b OR c) OR d", Or((A, B, C, D))),
        ("a AND b AND a", And((A, B))),
        ("a OR a", A),
        ("强化学习(RL)", And((Term("强化学习"), Term("RL")))),
        ("强化学习「机器人」", And((Term("强化学习"), Term("机器人", is_exact=True)))),
    ],
    ids=str,
)
def test_operators(text: str, tree: Node | None) -> None:
    """Quotes, AND, OR, NOT, minus and parentheses; side by side is AND; near, NOT, AND, OR bind."""
    query = parse(text)

    assert (tree or Term(text), tree is None) == (query.tree, query.is_literal)
    assert query.tree == parse(str(query.tree)).tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("title:a b", Term("a b", Field.TITLE)),
        ("TITLE: a b", Term("a b", Field.TITLE)),
        ("标题：强化学习", Term("强化学习", Field.TITLE)),
        ("ti:a", Term("a", Field.TITLE)),
        ('title:"a b"', Term("a b", Field.TITLE, is_exact=True)),
        ("title:(a OR b)", Or((Term("a", Field.TITLE), Term("b", Field.TITLE)))),
        ("title:(a OR abstract:b)", Or((Term("a", Field.TITLE), Term("b", Field.ABSTRACT)))),
        ("title:a OR b", Or((Term("a", Field.TITLE), B))),
        ("-author:Ann Sample", Not(Term("Ann Sample", Field.AUTHOR))),
        (
            "author:LeCun cat:cs.LG",
            And((Term("LeCun", Field.AUTHOR), Term("cs.LG", Field.CATEGORY))),
        ),
        ("(title:a) b", And((Term("a", Field.TITLE), B))),
    ],
    ids=str,
)
def test_fields(text: str, tree: Node) -> None:
    """A field takes a run of words, a quoted phrase, or all in parentheses."""
    query = parse(text)

    assert (tree, False) == (query.tree, query.is_literal)


@pytest.mark.parametrize(("name", "field"), [*FIELDS.items(), *SHORT_FIELDS.items()], ids=str)
def test_every_name_of_a_field(name: str, field: Field) -> None:
    """Each name works with both colons; the short ones, which are chemical too, not in capitals."""
    assert parse(f"{name}:x").tree == Term("x", field) == parse(f"{name}： x").tree
    capitals = Term("x", field) if name in FIELDS else Term(f"{name.upper()}:x")
    assert capitals == parse(f"{name.upper()}:x").tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a near/5 b", Near(A, B, 5)),
        ("a NEAR/0 b", Near(A, B, 0)),
        ("a NEAR b", Near(A, B, 5)),
        ("a near/51 b", Near(A, B, 50)),
        ("a near/007 b", Near(A, B, 7)),
        (f"a near/{'9' * _LONG} b", Near(A, B, 50)),
        ('x y near/2 "b"', Near(Term("x y"), Term("b", is_exact=True), 2)),
        ("a near/1 b near/2 c", And((Near(A, B, 1), Near(B, C, 2)))),
        ("a near/3 b OR c", Or((Near(A, B, 3), C))),
        ("NOT a near/3 b", Not(Near(A, B, 3))),
        ("-a near/3 b", Not(Near(A, B, 3))),
        ("(a) near/3 b", Near(A, B, 3)),
        ("title:a near/3 b", Near(Term("a", Field.TITLE), Term("b", Field.TITLE), 3)),
        ("a near/3 title:b", Near(Term("a", Field.TITLE), Term("b", Field.TITLE), 3)),
        ("title:(a near/3 b)", Near(Term("a", Field.TITLE), Term("b", Field.TITLE), 3)),
    ],
    ids=lambda value: str(value)[:40],
)
def test_nearness(text: str, tree: Node) -> None:
    """Two phrases of one field, at most fifty words apart; a chain joins neighbours."""
    query = parse(text)

    assert (tree, False) == (query.tree, query.is_literal)


@pytest.mark.parametrize(
    "text",
    ["", "AND", "OR", "NOT", "NOT AND", "a AND", "OR a", "a AND AND b", "a OR", '"', '5" disk',
     '""', "“a", "「a", "a」", "(", ")", "()", "(a", "a)", "(a))", "a -(", "title:", "title: AND a",
     "-()", "title:author:a", "title:-a", "a near/5", "near/5 a", "a near/5 (b OR c)",
     "NEAR protocol", "title:a near/2 abstract:b", "cat:a near/2 b",
     "a near/1 b near/2 (c d) near/3 (e OR f)", '"multi agent"-based', "(a b)-c", '"agent"s'],
    ids=str,
)  # fmt: skip
def test_what_does_not_parse_is_one_phrase(text: str) -> None:
    """Nothing is refused here: it is looked for as it was typed."""
    query = parse(f"  {text} ")

    assert (Term(text), True) == (query.tree, query.is_literal)


@given(_TREES)
def test_a_written_tree_parses_to_itself(tree: Node) -> None:
    """Printing and parsing are inverse for every tree in normal form."""
    assert tree == parse(str(tree)).tree


@given(st.one_of(st.text(), _PIECES))
def test_whatever_is_typed_parses_to_what_its_tree_says(text: str) -> None:
    """Nothing raises, and the printed tree of any text parses to the same tree."""
    tree = parse(text).tree

    assert tree == parse(str(tree)).tree


@given(_PIECES)
def test_what_is_bare_at_a_glance_is_one_phrase(text: str) -> None:
    """The short way for plain keywords comes to what the long way comes to."""
    plain = " ".join(text.split())
    if plain and is_bare(plain):
        assert [Token(Kind.PHRASE, plain)] == list(tokens(plain))


@given(_PIECES)
def test_trees_are_in_normal_form(text: str) -> None:
    """No AND directly in an AND, no OR in an OR, no double NOT, no part twice."""
    left = [parse(text).tree]
    while left:
        node = left.pop()
        if isinstance(node, And | Or):
            assert len(set(node.parts)) == len(node.parts) > 1
            assert not any(isinstance(part, type(node)) for part in node.parts)
            left.extend(node.parts)
        elif isinstance(node, Not):
            assert not isinstance(node.part, Not)
            left.append(node.part)


@pytest.mark.parametrize(
    "piece",
    ["(", ")", '"', "-", "NOT ", "near/5 ", "a near/5 ", "-a ", "title:", "title:(", "a(", "(a)",
     "(a) ", "NOT (", "-(a ", "a OR ", "a AND b OR ", "「", "「a」", "“", "9", "near/9", "–", "a-(",
     "(a OR (b AND ", "\u3000", "\x00", "强(a)", "x:", "-.", ".", '""', "ti:", "（", "-「", "- "],
    ids=ascii,
)  # fmt: skip
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    """Fifty thousand characters take a moment, and no depth overflows the stack."""
    text = (piece * 50_000)[:50_000]
    begin = time.process_time()

    tree = parse(text).tree
    again = parse(str(tree)).tree

    assert tree == again
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("opening", ["(", "(b OR (c AND ", "-(a ", "NOT (b OR "])
def test_nesting_is_bounded(opening: str) -> None:
    """Parentheses are read to a depth; what is deeper is a phrase, however well it is closed."""
    depth = opening.count("(")

    def nested(times: int) -> str:
        return opening * times + "a" + ")" * (depth * times)

    assert not parse(nested(MAX_NESTING // depth)).is_literal
    assert parse(nested(MAX_NESTING // depth + 1)).is_literal
    assert parse(nested(_LONG)).is_literal
    assert not parse(" ".join([nested(1)] * MAX_NESTING * 2)).is_literal


def test_quotes_that_no_pair_is_free_for() -> None:
    """A tree that no text gives is still written, with the last pair."""
    assert '『"「』』' == str(Term('"「』', is_exact=True))


def test_joining_keeps_a_normal_form() -> None:
    """Parts are flat and each once, a single part stays itself, and NOT undoes NOT."""
    assert A == all_of([A]) == any_of([A, A]) == none_of(none_of(A))
    assert And((A, B, C)) == all_of([A, And((B, A)), C])
    assert Or((A, B, C)) == any_of([Or((A, B)), C])
    assert And((Or((A, B)), C)) == all_of([Or((A, B)), C])


def test_the_phrases_of_a_tree() -> None:
    """From left to right, with or without what is excluded."""
    tree = parse("a near/2 b -c OR d").tree

    assert [A, B, C, D] == list(terms_of(tree))
    assert [A, B, D] == list(terms_of(tree, wanted_only=True))


@pytest.mark.parametrize(
    ("text", "depth"),
    [("a", 0), ("a near/2 b", 0), ("NOT a", 0), ("a AND b", 1), ("a AND (b OR c)", 2),
     ("a -(b OR -(c d))", 2), ("((a))", 0)],
    ids=str,
)  # fmt: skip
def test_how_deep_a_tree_is(text: str, depth: int) -> None:
    """AND and OR count, NOT and parentheses that join nothing do not."""
    assert depth == depth_of(parse(text).tree)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", False), ("a -b", False), ("-a", True), ("a OR -b", True), ("-a -b", True),
     ("-(a -b)", True), ("NOT (NOT a OR b)", False), ("a near/3 b", False)],
    ids=str,
)  # fmt: skip
def test_a_query_that_wants_nothing(text: str, expected: bool) -> None:
    """It is true of a paper in which none of its phrases stands."""
    assert expected is wants_nothing(parse(text).tree)


def test_a_tree_of_many_parts_is_joined_at_once() -> None:
    """Ten thousand parts are one AND, not ten thousand in one another."""
    tree = parse(" AND ".join(f"w{number}" for number in range(_LONG))).tree

    assert isinstance(tree, And)
    assert (_LONG, 1) == (len(tree.parts), depth_of(tree))
    assert tree == reduce(lambda parts, part: all_of([parts, part]), tree.parts[:9], tree)
