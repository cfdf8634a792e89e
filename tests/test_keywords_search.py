"""Trees of phrases over a day's papers, against a plain evaluator that reads word by word."""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.keywords.search import _NOWHERE, Found, Hit, Search
from newsletter.keywords.tree import And, Field, Near, Node, Not, Or, Term
from newsletter.papers import ArxivId, Paper

# No plurals, prefixes or Greek letters, and no two of them make a third.
_WORDS = ("ka", "lo", "wim", "tez")
_IN_TEXT = (Field.ANYWHERE, Field.TITLE, Field.ABSTRACT)


def _paper(
    number: int,
    title: str = "",
    abstract: str = "",
    *,
    authors: Sequence[str] = ("Sample Author",),
    categories: Sequence[str] = ("cs.LG",),
    comment: str | None = None,
) -> Paper:
    return Paper(
        id=ArxivId(f"2605.{number:05}"),
        title=title,
        abstract=abstract,
        authors=tuple(authors),
        categories=tuple(categories),
        comment=comment,
    )


def _find(node: Node, *papers: Paper) -> list[int]:
    """Return the places of the papers that a tree matches."""
    (found,) = Search(papers).find([node])
    assert _papers(found.bits) == sorted(found.hits)
    return _papers(found.bits)


def _papers(bits: int) -> list[int]:
    return [index for index in range(bits.bit_length()) if bits >> index & 1]


def _near(left: str, right: str, distance: int, field: Field = Field.ANYWHERE) -> Near:
    return Near(Term(left, field), Term(right, field), distance)


# The plain evaluator.

_Spot = tuple[str, int, int]
"""Field, first word, word behind the last."""


def _spots(term: Term, paper: Paper) -> Iterator[_Spot]:
    sought = term.text.split()
    for name, text in (("title", paper.title), ("abstract", paper.abstract)):
        words = text.split()
        for first in range(len(words) - len(sought) + 1):
            here = words[first : first + len(sought)] == sought
            if here and term.field in {Field.ANYWHERE, Field(name)}:
                yield name, first, first + len(sought)


def _is_near(one: _Spot, other: _Spot, distance: int) -> bool:
    early, late = sorted([one, other], key=lambda spot: spot[1])
    return one[0] == other[0] and 0 <= late[1] - early[2] <= distance


def _is_true(node: Node, paper: Paper) -> bool:
    match node:
        case Term():
            return any(_spots(node, paper))
        case Near():
            pairs = product(_spots(node.left, paper), _spots(node.right, paper))
            return any(_is_near(left, right, node.distance) for left, right in pairs)
        case Not():
            return not _is_true(node.part, paper)
        case And():
            return all(_is_true(part, paper) for part in node.parts)
        case Or():
            return any(_is_true(part, paper) for part in node.parts)


_text = st.lists(st.sampled_from(_WORDS), max_size=8).map(" ".join)
_phrase = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join)
_term = st.builds(Term, _phrase, st.sampled_from(_IN_TEXT))
_near_words = st.builds(Near, _term, _term, st.integers(0, 3))
_tree = st.recursive(
    _term | _near_words,
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
    ),
    max_leaves=6,
)
_texts = st.lists(st.tuples(_text, _text), max_size=5)


def _numbered(texts: Iterable[tuple[str, str]]) -> list[Paper]:
    return [_paper(number, *pair) for number, pair in enumerate(texts, start=1)]


@given(_texts, st.lists(_tree, max_size=4))
def test_trees_are_true_of_the_papers_of_a_plain_evaluator(
    texts: list[tuple[str, str]], trees: list[Node]
) -> None:
    """Fields, AND, OR, NOT and near mean what they say, for any tree and any papers."""
    papers = _numbered(texts)
    found = Search(papers).find(trees)

    for tree, one in zip(trees, found, strict=True):
        expected = [index for index, paper in enumerate(papers) if _is_true(tree, paper)]
        assert expected == _papers(one.bits), tree
        assert expected == sorted(one.hits), tree


@given(_texts, _term)
def test_a_phrase_is_counted_where_it_stands(texts: list[tuple[str, str]], term: Term) -> None:
    """A hit tells the fields, each place once, and the first word of the first place."""
    papers = _numbered(texts)
    (found,) = Search(papers).find([term])

    for index, paper in enumerate(papers):
        spots = list(_spots(term, paper))
        if spots:
            first = min(start for name, start, _ in spots if name == spots[0][0])
            hit = found.hits[index]
            assert tuple(dict.fromkeys(name for name, _, _ in spots)) == hit.where
            assert len(spots) == hit.count
            assert spots[0][0] != "title" or first == hit.first


@given(_texts, st.lists(_tree, max_size=6))
def test_trees_together_find_what_each_finds_alone(
    texts: list[tuple[str, str]], trees: list[Node]
) -> None:
    """One pass for many trees, a search used again, and a new search for each give the same."""
    papers = _numbered(texts)
    search = Search(papers)
    together = search.find(trees)

    assert [one.hits for one in together] == [search.find([tree])[0].hits for tree in trees]
    assert [one.hits for one in together] == [Search(papers).find([t])[0].hits for t in trees]


_COMPOUNDS = st.sampled_from(
    (
        *("data", "set", "dataset", "data-set", "datasets", "multi", "agent", "multiagent", "lo"),
        *("multi-agent", "datalo", "RL", "rl", "RLs", "LoRA", "bases", "basis", "base", "GPT-4"),
        "a,",
    ),
)
_compound_text = st.lists(_COMPOUNDS, max_size=8).map(" ".join)
_compound_term = st.builds(
    Term,
    st.lists(_COMPOUNDS, min_size=1, max_size=3).map(" ".join),
    is_exact=st.booleans(),
)


@given(
    st.lists(st.tuples(_compound_text, _compound_text), max_size=3),
    st.lists(_compound_term, max_size=6),
)
@example([("", "a fernlo and a fernmoss")], [Term("fern lo"), Term("fern moss")])
def test_no_readers_keyword_depends_on_anothers(
    texts: list[tuple[str, str]], terms: list[Term]
) -> None:
    """Words in one piece or two, plurals and acronyms are found whatever is looked for beside."""
    search = Search(_numbered(texts))

    assert [one.hits for one in search.find(terms)] == [
        search.find([term])[0].hits for term in terms
    ]


def test_nothing_is_found_in_no_papers_and_for_no_trees() -> None:
    """An empty edition and an empty list of keywords are no error."""
    assert [] == _find(Term("ka"))
    assert [] == _find(Not(Term("ka")))
    assert [] == Search([_paper(1, "ka")]).find([])
    assert [] == _find(Term(""), _paper(1, "ka"))


def test_found_is_empty_without_places() -> None:
    """A value without places matches no paper."""
    assert ({}, 0) == (Found({}).hits, Found({}).bits)


def test_a_hit_in_title_and_abstract() -> None:
    """Fields in their order, all places counted, the first from the title's first word."""
    (found,) = Search([_paper(1, "On ka", "ka and ka")]).find([Term("ka")])

    assert {0: Hit(("title", "abstract"), 3, 1)} == found.hits


def test_no_phrase_runs_from_the_title_into_the_abstract() -> None:
    """The last word of a title is not in front of the first of the abstract."""
    papers = (_paper(1, "we like ka", "lo is good"), _paper(2, "we like ka lo", "is"))

    assert [1] == _find(Term("ka lo"), *papers)
    assert [1] == _find(_near("ka", "lo", 5), *papers)


@pytest.mark.parametrize(
    ("text", "distance", "expected"),
    [
        ("ka lo", 0, True),
        ("lo ka", 0, True),
        ("ka x lo", 0, False),
        ("ka x lo", 1, True),
        ("lo x y ka", 1, False),
        ("lo x y ka", 2, True),
        ("ka a b c d e lo", 5, True),
        ("ka a b c d e f lo", 5, False),
        ("ka, lo", 0, True),
        ("ka, x, y, lo", 2, True),
        ("ka. x lo", 1, True),
        ("ka-lo", 0, True),
        ("ka only", 5, False),
    ],
)
def test_near_counts_the_other_words_between(text: str, distance: int, *, expected: bool) -> None:
    """At most that many other words stand between, in either order; signs are no words."""
    assert expected == bool(_find(_near("ka", "lo", distance), _paper(1, "", text)))


@pytest.mark.parametrize(
    ("text", "left", "right", "expected"),
    [
        ("ka lo", "ka lo", "lo", False),
        ("ka", "ka", "ka", False),
        ("ka ka", "ka", "ka", True),
        ("lo lo lo ka", "lo lo", "lo ka", True),
        ("ka lo lo lo", "ka lo", "lo lo", True),
        ("lo lo ka", "lo lo", "lo ka", False),
    ],
)
def test_near_phrases_do_not_overlap(text: str, left: str, right: str, *, expected: bool) -> None:
    """A word counts for one side only, and an overlap does not hide a place beside it."""
    assert expected == bool(_find(_near(left, right, 5), _paper(1, "", text)))
    assert expected == bool(_find(_near(right, left, 5), _paper(1, "", text)))


def test_near_in_one_field() -> None:
    """A field given to both sides is the one in which they stand near."""
    papers = (_paper(1, "ka lo", ""), _paper(2, "", "ka lo"), _paper(3, "ka", "lo"))

    assert [0] == _find(_near("ka", "lo", 2, Field.TITLE), *papers)
    assert [1] == _find(_near("ka", "lo", 2, Field.ABSTRACT), *papers)
    assert [0, 1] == _find(_near("ka", "lo", 2), *papers)


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("world model", "a world model", True),
        ("world model", "World Model", True),
        ("world model", "world models", False),
        ("world models", "world models", True),
        ("world models", "a world model", False),
        ("data set", "a dataset", False),
        ("RL", "RL agents", True),
        ("RL", "rl agents", False),
        ("world model", "model of the world", False),
    ],
)
def test_an_exact_phrase(phrase: str, text: str, *, expected: bool) -> None:
    """Number, spelling in one word or two, and an acronym's capitals are as typed."""
    assert expected == bool(_find(Term(phrase, is_exact=True), _paper(1, "", text)))


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("RL", "deep RL", True),
        ("RL", "RL-based", True),
        ("RL", "rl", False),
        ("RL", "the world, URL", False),
        ("rl", "RL", True),
        ("LLM", "two LLMs", True),
        ("LLMs", "one LLM", True),
        ("LLM", "LLMOps", False),
        ("GPT-4", "GPT-4o", False),
        ("REINFORCEMENT LEARNING", "reinforcement learning", True),
    ],
)
def test_an_acronym(phrase: str, text: str, *, expected: bool) -> None:
    """An acronym in capitals wants capitals, unless all the phrase is shouted."""
    assert expected == bool(_find(Term(phrase), _paper(1, "", text)))


def test_the_same_phrase_free_and_exact_in_one_call() -> None:
    """Two ways to ask for the same words keep apart, also with a field and an acronym."""
    papers = (_paper(1, "policy", "x"), _paper(2, "x", "policies"), _paper(3, "x", "policy"))
    trees = [Term("policy"), Term("policy", is_exact=True), Term("policies", is_exact=True),
             Term("policies"), Term("policy", Field.TITLE), Term("Policy")]  # fmt: skip

    assert [[0, 1, 2], [0, 2], [1], [0, 1, 2], [0], [0, 1, 2]] == [
        _papers(found.bits) for found in Search(papers).find(trees)
    ]


def test_author_category_and_comment() -> None:
    """Fields beside the text are looked at only when a keyword names them."""
    papers = (
        _paper(1, authors=("Ann B. Sample",), comment="Accepted at a workshop"),
        _paper(2, "sample workshop", categories=("stat.ML", "cs.LG")),
        _paper(3, categories=("cs.RO",), comment="Workshops, 12 pages"),
    )

    assert [0] == _find(Term("sample", Field.AUTHOR), *papers)
    assert [0, 2] == _find(Term("workshop", Field.COMMENT), *papers)
    assert [1] == _find(Term("workshop"), *papers)
    assert [0, 1] == _find(Term("CS.lg", Field.CATEGORY), *papers)
    assert [0, 1, 2] == _find(Term("cs", Field.CATEGORY), *papers)
    assert [1] == _find(Term("stat.*", Field.CATEGORY), *papers)
    assert [] == _find(Term("math", Field.CATEGORY), *papers)


def test_where_names_each_field_that_took_part() -> None:
    """A hit of an AND tells all fields, one that only excludes tells none."""
    papers = [_paper(1, "ka", "", authors=("Ann Sample",), comment="ka")]
    tree = And((Term("ka"), Term("sample", Field.AUTHOR), Term("cs", Field.CATEGORY)))
    both, without = Search(papers).find([tree, Not(Term("lo"))])

    assert ("title", "author", "category") == both.hits[0].where
    assert Hit((), 0, _NOWHERE) == without.hits[0]


def test_primary_and_other_categories() -> None:
    """The category that stands first is the primary one."""
    search = Search(
        [_paper(1, categories=("cs.LG", "stat.ML")), _paper(2, categories=("stat.ML",))]
    )

    assert {0, 1} == search.in_category("stat.ML")
    assert {1} == search.in_category("stat.ml", primary_only=True)
    assert {1} == search.in_category("stat", primary_only=True)
    assert set() == search.in_category("")


def test_an_or_with_an_exclusion() -> None:
    """What either part is true of is there, also where nothing stands."""
    papers = (_paper(1, "ka"), _paper(2, "lo"), _paper(3, "ka lo"))

    assert [0, 2] == _find(Or((Term("ka"), Not(Term("lo")))), *papers)
    assert [0] == _find(Not(Term("lo")), *papers)
    assert [1] == _find(And((Not(Term("ka")), Term("lo"))), *papers)
    assert [0, 1, 2] == _find(Not(Not(Or((Term("ka"), Term("lo"))))), *papers)


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("multi agent", "multiagent", True),
        ("multiagent", "multi-agent", True),
        ("multi-agent", "multi agent", True),
        ("dataset", "data sets", True),
        ("data set", "datasets", True),
        ("dataset", "data-set", True),
        ("information", "in formation", False),
        ("state of the art", "state-of-the-art", True),
    ],
)
def test_a_word_in_one_piece_and_in_two(phrase: str, text: str, *, expected: bool) -> None:
    """A hyphen, a space or nothing: the same word, where its parts are long enough."""
    assert expected == bool(_find(Term(phrase), _paper(1, "", text)))


@pytest.mark.parametrize("hyphens", range(8))
def test_hyphens_before_a_word_do_not_move_its_capitals(hyphens: int) -> None:
    """Marks beside the words are no words themselves."""
    before = "-".join(["policy"] * (hyphens + 1))
    papers = (_paper(n, "", f"{before} {word} now") for n, word in enumerate(("RL", "rl")))

    assert [0] == _find(Term("RL"), *papers)


_QUICK = 8.0
"""Seconds of work; what is quadratic in a text's length takes minutes."""
_HOSTILE = [
    *("a " * 50_000, "a-" * 50_000, "(" * 100_000, "\\" * 100_000, "a" * 300_000, "a." * 50_000),
    *("a, " * 33_333, "A " * 50_000, "a\n-" * 33_333, "{\\'" * 33_333, "\u0301" * 100_000),
]


@pytest.mark.parametrize("text", _HOSTILE, ids=lambda text: ascii(text[:4]))
def test_hostile_papers_are_searched_quickly(text: str) -> None:
    """A hundred thousand characters of one kind take no more than a moment, near itself too."""
    begin = time.process_time()
    for found in Search([_paper(1, "", text)]).find([_near("a", "a", 5), Term("a")]):
        assert found.bits.bit_count() == len(found.hits)

    assert time.process_time() - begin < _QUICK
