"""The matcher: which papers, in which order, for whom, and what it keeps for the next reader."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords.match import Match, Matcher, MatchMode, eligible, tree_of
from newsletter.keywords.tree import Node, Term, terms_of
from newsletter.keywords.vocabulary import Vocabulary
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper
from newsletter.services.vocabulary import vocabulary
from newsletter.subscribers import Interest, Preferences

_NEW, _CROSS = AnnounceType.NEW, AnnounceType.CROSS


def _paper(
    number: int,
    title: str = "On Samples",
    abstract: str = "Nothing is shown.",
    *categories: str,
) -> Paper:
    return Paper(
        id=ArxivId(f"2605.{number:05}"),
        title=title,
        abstract=abstract,
        authors=("Sample Author",),
        categories=categories or ("cs.LG",),
    )


def _entry(
    number: int,
    title: str = "On Samples",
    abstract: str = "Nothing is shown.",
    *categories: str,
    kind: AnnounceType = _NEW,
) -> AnnouncedPaper:
    return AnnouncedPaper(_paper(number, title, abstract, *categories), kind)


def _numbers(matches: Iterable[Match]) -> list[int]:
    return [int(str(match.paper_id)[-5:]) for match in matches]


@dataclass(frozen=True, eq=False)
class CountingVocabulary(Vocabulary):
    """Knows nothing, and keeps what it was asked: each keyword in quotes, once for each search."""

    asked: list[str] = field(default_factory=list)

    def resolve(self, node: Node) -> Node:
        """Return the tree itself."""
        self.asked.append(str(node))
        return node


def test_what_each_mode_looks_at() -> None:
    """By default new papers and cross-lists of all archives; in seed mode new papers of cs."""
    entries = [
        _entry(1),
        _entry(2, "A", "B", "stat.ML"),
        _entry(3, kind=_CROSS),
        _entry(4, kind=AnnounceType.REPLACE),
        _entry(5, kind=AnnounceType.REPLACE_CROSS),
        _entry(1),
        _entry(6, "A", "B", "cond-mat.soft"),
        _entry(7, "A", "B", "eess.SY"),
        _entry(8, "A", "B", "math.NA"),
    ]

    def numbers(mode: MatchMode) -> list[int]:
        return [int(str(entry.paper.id)[-5:]) for entry in eligible(iter(entries), mode)]

    assert [1, 2, 3, 6, 7, 8] == numbers(MatchMode.DEFAULT)
    assert [1, 7, 8] == numbers(MatchMode.SEED)
    assert tuple(e.paper for e in eligible(entries, MatchMode.SEED)) == (
        Matcher(iter(entries), MatchMode.SEED).papers
    )


_SOME = [
    _entry(1, "A", "on policy learning"),
    _entry(2, "Policy Learning", "of robots"),
    _entry(3, "B", "nothing"),
    _entry(4, "Policy learning for robots", "policy learning"),
    _entry(5, "C", "robots and policy learning"),
]


def test_title_hits_come_first_and_then_the_score() -> None:
    """Keywords in the reader's order; in each the title, then what matches more, then the list."""
    found = Matcher(_SOME).match(Preferences(keywords=("robot", "policy learning")))

    assert (
        Match("robot", ArxivId("2605.00004"), ("title",), 1, 1),
        Match("robot", ArxivId("2605.00002"), ("abstract",), 2, 1),
        Match("robot", ArxivId("2605.00005"), ("abstract",), 3, 1),
        Match("policy learning", ArxivId("2605.00004"), ("title", "abstract"), 1, 2),
        Match("policy learning", ArxivId("2605.00002"), ("title",), 2, 1),
        Match("policy learning", ArxivId("2605.00005"), ("abstract",), 3, 1),
        Match("policy learning", ArxivId("2605.00001"), ("abstract",), 4, 1),
    ) == found


def test_ties_keep_the_order_of_the_listing() -> None:
    """Papers that are alike come as arXiv lists them, whatever their numbers."""
    entries = [_entry(number, "A", "policy") for number in (7, 3, 9, 1)]

    found = Matcher(entries).match(Preferences(keywords=("policy",)))

    assert [7, 3, 9, 1] == _numbers(found)
    assert [1, 2, 3, 4] == [match.rank for match in found]


def test_more_hits_come_before_fewer() -> None:
    """The place in the listing plays no part where the score differs."""
    entries = [_entry(1, "A", "policy x x x"), _entry(2, "B", "policy policy policy")]

    assert [2, 1] == _numbers(Matcher(entries).match(Preferences(keywords=("policy",))))


def test_a_rare_second_keyword_lifts_a_paper_in_each_section() -> None:
    """The score is over all keywords of the reader, also those of other sections."""
    entries = [_entry(1, "A", "policy"), _entry(2, "B", "policy robot"), _entry(3, "C", "policy")]
    matcher = Matcher(entries)

    assert [1, 2, 3] == _numbers(matcher.match(Preferences(keywords=("policy",))))
    assert [2, 1, 3, 2] == _numbers(matcher.match(Preferences(keywords=("policy", "robot"))))


_LISTED = [
    _entry(1, "A", "policy", "cs.RO", "cs.LG"),
    _entry(2, "B", "policy", "cs.LG"),
    _entry(3, "C", "policy", "stat.ML", "cs.LG", kind=_CROSS),
    _entry(4, "D", "policy", "math.OC"),
    _entry(5, "E", "policy", "quant-ph", "cs.RO", kind=_CROSS),
]


@pytest.mark.parametrize(
    ("categories", "cross_lists", "expected"),
    [
        ((), True, {1, 2, 3, 4, 5}),
        ((), False, {1, 2, 4}),
        (("cs.LG",), True, {1, 2, 3}),
        (("cs.LG",), False, {2}),
        (("cs",), True, {1, 2, 3, 5}),
        (("cs",), False, {1, 2}),
        (("cs.RO", "math"), True, {1, 4, 5}),
        (("cs.RO", "math"), False, {1, 4}),
        (("stat.ML",), False, {3}),
        (("quant-ph",), True, {5}),
        (("gone.XX",), True, set()),
    ],
)
def test_categories_and_cross_lists(
    categories: tuple[str, ...], expected: set[int], *, cross_lists: bool
) -> None:
    """A reader gets papers of the chosen categories and archives, cross-lists only if wanted."""
    preferences = Preferences(keywords=("policy",), categories=categories, cross_lists=cross_lists)
    matcher = Matcher(_LISTED)
    found = matcher.match(preferences)
    interest = Interest("policy", categories, cross_lists)

    assert expected == set(_numbers(found))
    assert list(range(1, len(expected) + 1)) == [match.rank for match in found]
    assert sorted(expected) == [index + 1 for index in matcher.wanted([interest])]
    assert sum(1 << number - 1 for number in expected) == matcher.allowed(preferences)


def test_a_followed_primary_category_is_told_and_comes_first() -> None:
    """Only a primary category is followed; a paper that was cross-listed there is not."""
    found = Matcher(_LISTED).match(Preferences(keywords=("policy",), categories=("cs.LG",)))
    followed = {number: m.is_followed for number, m in zip(_numbers(found), found, strict=True)}

    assert [2, 1, 3] == _numbers(found)
    assert {2: True, 1: False, 3: False} == followed
    assert not any(m.is_followed for m in Matcher(_LISTED).match(Preferences(keywords=("policy",))))


def test_rarity_is_that_of_the_day_not_of_the_readers_categories() -> None:
    """The same paper has the same score for a reader with and without categories."""
    entries = [_entry(1, "A", "policy robot", "cs.RO"), *_LISTED[1:]]
    keywords = ("policy", "robot")
    narrow = Matcher(entries).match(Preferences(keywords=keywords, categories=("cs",)))
    wide = Matcher(entries).match(Preferences(keywords=keywords))

    assert 1 == _numbers(narrow)[0] == _numbers(wide)[0]


def test_seed_mode_is_the_sample_issues_rule() -> None:
    """A lower-cased substring of the abstract: no title, no hyphen, but inside words."""
    entries = [
        _entry(1, "Curling", "The WORLD of multi-agent games"),
        _entry(2, "B", "World, world"),
    ]
    matcher = Matcher(entries, MatchMode.SEED, vocabulary())

    def matched(*keywords: str) -> tuple[Match, ...]:
        return matcher.match(Preferences(keywords=keywords, categories=("math",)))

    first, second = ArxivId("2605.00001"), ArxivId("2605.00002")
    assert (
        Match("World", first, ("abstract",), 1, 1),
        Match("World", second, ("abstract",), 2, 2),
        Match("RL", first, ("abstract",), 1, 1),
        Match("RL", second, ("abstract",), 2, 2),
    ) == matched("World", "RL")
    assert () == matched("curling", "multi agent", "强化学习", 'NOT "x"')
    assert 0b11 == matcher.bits("WORLD")
    assert {0: ["rl"], 1: ["rl"]} == matcher.wanted([Interest("rl", ("math",), cross_lists=False)])


def test_seed_mode_keeps_listing_order() -> None:
    """Neither title, score nor category plays a part in the order."""
    keywords = Preferences(keywords=("policy learning",), categories=("stat",), cross_lists=False)
    found = Matcher(_SOME, MatchMode.SEED).match(keywords)

    assert [1, 4, 5] == _numbers(found)
    assert [1, 2, 3] == [match.rank for match in found]
    assert not any(match.is_followed for match in found)


def test_a_keyword_is_looked_for_once() -> None:
    """However many readers have it, and whoever asked first."""
    words = CountingVocabulary()
    matcher = Matcher(_SOME, vocabulary=words)

    matcher.learn(['"robot"', '"policy"', '"robot"'])
    assert ['"robot"', '"policy"'] == words.asked
    matcher.match(Preferences(keywords=('"policy"', '"nothing"')))
    matcher.match(Preferences(keywords=('"nothing"', '"robot"')))
    matcher.wanted([Interest('"nothing"'), Interest('"policy"', ("cs",))])
    matcher.bits('"nothing"')
    matcher.learn([])

    assert ['"robot"', '"policy"', '"nothing"'] == words.asked


def test_what_somebody_is_typing_leaves_nothing_behind() -> None:
    """It is looked for again next time; what was kept before is used all the same."""
    words = CountingVocabulary()
    matcher = Matcher(_SOME, vocabulary=words)
    matcher.learn(['"policy"'])
    typing = Preferences(keywords=('"robot"', '"policy"'))

    first = matcher.match(typing, keeps=False)
    second = matcher.match(typing, keeps=False)
    kept = matcher.match(typing)

    assert first == second == kept
    assert 4 == len(kept)
    assert ['"policy"', '"robot"', '"robot"', '"robot"'] == words.asked


def test_what_was_learnt_before_does_not_change_what_is_found() -> None:
    """A keyword that comes later finds the same as in a matcher of its own."""
    keywords = ("policy", "RL", "robots", "policy-learning", "robot AND learning", "NOT robot")
    together = Matcher(_SOME)
    together.learn(keywords[:3])

    for keyword in keywords:
        alone = Matcher(_SOME).match(Preferences(keywords=(keyword,)))
        assert alone == together.match(Preferences(keywords=(keyword,)))
        assert {m.paper_id for m in alone} == {
            paper.id for i, paper in enumerate(together.papers) if together.bits(keyword) >> i & 1
        }


def test_what_anybody_wants() -> None:
    """Papers in listing order, each with the keywords that found it; categories narrow it."""
    matcher = Matcher(_LISTED)
    interests = [
        Interest("policy", ("math",)),
        Interest("cat:cs.RO"),
        Interest("policy", ("cs.RO",), cross_lists=False),
        Interest("nothing of it"),
    ]

    assert {
        0: ["cat:cs.RO", "policy"],
        3: ["policy"],
        4: ["cat:cs.RO"],
    } == matcher.wanted(iter(interests))
    assert {} == matcher.wanted([])


def test_an_empty_edition_matches_nothing() -> None:
    """No paper, no match, no division by nought."""
    for mode in MatchMode:
        matcher = Matcher([], mode)
        assert () == matcher.papers
        assert () == matcher.match(Preferences(keywords=("policy", "NOT policy")))
        assert 0 == matcher.bits("policy")


def test_a_reader_without_keywords_has_no_match() -> None:
    """Nothing asked for, nothing found."""
    assert () == Matcher(_SOME).match(Preferences())


@pytest.mark.parametrize("mode", MatchMode)
def test_an_empty_keyword_matches_nothing(mode: MatchMode) -> None:
    """The empty string is a substring of all texts, and yet no keyword."""
    assert () == Matcher(_SOME, mode).match(Preferences(keywords=("",)))


@pytest.mark.parametrize(
    ("keyword", "abstract"),
    [
        ("强化学习", "Deep reinforcement learning."),
        ("大语言模型", "Large language models."),
        ("強化學習", "deep reinforcement-learning agents"),
        ("强化学习 AND 机器人", "reinforcement learning for a robot"),
        ("title:扩散模型 OR 强化学习", "reinforcement learning"),
    ],
)
def test_chinese_keywords_find_english_papers(keyword: str, abstract: str) -> None:
    """The vocabulary says what they are called in English; without it they find nothing."""
    entries = [_entry(1, "A", abstract), _entry(2)]
    preferences = Preferences(keywords=(keyword,))

    assert [1] == _numbers(Matcher(entries, vocabulary=vocabulary()).match(preferences))
    assert () == Matcher(entries).match(preferences)


@pytest.mark.parametrize(
    "keyword",
    ["plain words", "multi-agent", "C++", "orbit", "nearby", "android", "a/b", "GPT-4", ""],
)
def test_a_phrase_in_ascii_needs_no_parser(keyword: str) -> None:
    """It is itself, and so the parser would read it as well."""
    assert Term(keyword) == tree_of(keyword)


@pytest.mark.parametrize(
    ("keyword", "count"),
    [("a AND b", 2), ("a and b", 1), ("-a b", 2), ('"a"', 1), ("title:a", 1), ("a near/5 b", 2)],
)
def test_a_query_is_parsed(keyword: str, count: int) -> None:
    """Operators, quotes, fields and signs make a tree of phrases."""
    assert count == len(list(terms_of(tree_of(keyword))))


@given(
    st.lists(st.sampled_from(["robot", "policy", "cache", "RL", "-robot RL"]), unique=True),
    st.lists(st.tuples(*[st.sampled_from(["robots", "Policies, RL", "world", ""])] * 2)),
    st.sampled_from(MatchMode),
)
def test_every_match_is_found_once(
    keywords: list[str], texts: list[tuple[str, str]], mode: MatchMode
) -> None:
    """Each pair of keyword and paper comes out once, ranked from one, title hits in front."""
    entries = [_entry(number, *pair) for number, pair in enumerate(texts, start=1)]
    matcher = Matcher(entries, mode)
    found = matcher.match(Preferences(keywords=tuple(keywords)))

    assert len(found) == len({(match.keyword, match.paper_id) for match in found})
    assert sorted(found, key=lambda match: (keywords.index(match.keyword), match.rank)) == list(
        found
    )
    for keyword, group in groupby(found, key=lambda match: match.keyword):
        matches = list(group)
        assert list(range(1, len(matches) + 1)) == [match.rank for match in matches]
        assert matcher.bits(keyword).bit_count() == len(matches)
        if mode is MatchMode.DEFAULT:
            in_title = ["title" in match.where for match in matches]
            assert sorted(in_title, reverse=True) == in_title


@pytest.mark.parametrize("category", ["cs.SY", "eess.SY", "cs", "eess"])
def test_a_category_is_followed_under_both_of_its_names(category: str) -> None:
    """cs.SY is an alias that is nobody's primary category; its readers must not go without."""
    entry = _entry(1, "Control", "Of arms.", "eess.SY")
    chosen = Preferences(keywords=("arm",), categories=(category,), cross_lists=False)
    (match,) = Matcher([entry]).match(chosen)

    assert match.is_followed
