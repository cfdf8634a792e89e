"""Which paper comes first: the parts of the score, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords.ranking import FOLLOWED, rarity, score, weight
from newsletter.keywords.search import Hit

_COUNTS = st.integers(0, 100_000)
_hits = st.builds(Hit, st.just(("abstract",)), st.integers(1, 1000), _COUNTS)


@given(st.integers(1, 1000), _COUNTS)
def test_more_hits_weigh_more(count: int, first: int) -> None:
    """Each further hit adds, and the next one less."""
    one, two, three = (weight(Hit(("abstract",), count + more, first)) for more in range(3))

    assert one < two < three
    assert two - one > three - two


@given(st.integers(1, 50), _COUNTS, _COUNTS)
def test_an_early_hit_weighs_no_less(count: int, one: int, other: int) -> None:
    """The nearer the beginning, the more; behind an abstract's length all is one."""
    early, late = sorted([one, other])
    first, second = (weight(Hit((), count, at)) for at in (early, late))

    assert first >= second
    assert (first > second) == (early < min(late, 200))


@given(_hits)
def test_a_hit_weighs_between_nothing_and_one(hit: Hit) -> None:
    """However often a keyword stands there, it is one keyword."""
    assert 0 < weight(hit) < 1


def test_what_an_early_hit_is_worth() -> None:
    """One at the first word counts as two at the end."""
    assert weight(Hit((), 2, 200)) == pytest.approx(weight(Hit((), 1, 0)))
    assert weight(Hit((), 1, 200)) == pytest.approx(1 / 2)
    assert 1 / 2 == weight(Hit(("author",), 0, 1_000_000))


@given(st.integers(1, 1000), st.integers(1, 1000), st.integers(1, 1000))
def test_a_rarer_keyword_weighs_more(papers: int, one: int, other: int) -> None:
    """Fewer papers that match make each of them count more; all papers give the least."""
    few, many = sorted([min(one, papers), min(other, papers)])

    assert rarity(few, papers) >= rarity(many, papers) >= rarity(papers, papers)
    assert (rarity(few, papers) > rarity(many, papers)) == (few < many)
    assert rarity(papers, papers) == pytest.approx(0.693147, abs=1e-6)


def test_what_matches_nothing_weighs_nothing() -> None:
    """Neither a keyword without papers nor an empty day divides by nought."""
    assert (0.0, 0.0) == (rarity(0, 10), rarity(0, 0))


@given(st.dictionaries(st.sampled_from("abcd"), _hits, min_size=1))
def test_a_score_is_the_sum_of_rare_and_weighty(hits: dict[str, Hit]) -> None:
    """Each keyword adds its rarity times its weight, and no more than its rarity."""
    rarities = {"a": 0.7, "b": 1.0, "c": 2.0, "d": 7.0}
    total = score(hits, rarities, is_followed=False)

    assert total == pytest.approx(sum(rarities[k] * weight(hit) for k, hit in hits.items()))
    assert 0 < total < sum(rarities[keyword] for keyword in hits)


@given(st.dictionaries(st.sampled_from("abc"), _hits, min_size=1), _hits)
def test_another_keyword_adds(hits: dict[str, Hit], other: Hit) -> None:
    """A paper that matches one keyword more comes earlier."""
    rarities = dict.fromkeys("abcd", 1.0)

    assert score(hits | {"d": other}, rarities, is_followed=False) > score(
        hits, rarities, is_followed=False
    )


@given(st.dictionaries(st.sampled_from("abc"), _hits, min_size=1))
def test_a_followed_category_helps(hits: dict[str, Hit]) -> None:
    """A quarter more, whatever the keywords."""
    rarities = dict.fromkeys("abc", 1.0)
    plain, followed = (score(hits, rarities, is_followed=value) for value in (False, True))

    assert followed == pytest.approx(plain * FOLLOWED)
    assert followed > plain


def test_a_second_keyword_brings_more_than_a_followed_category() -> None:
    """Of equal keywords two outside beat one inside what the reader follows."""
    hit, rarities = Hit(("abstract",), 1, 200), {"a": 1.0, "b": 1.0}

    assert score({"a": hit, "b": hit}, rarities, is_followed=False) > score(
        {"a": hit}, rarities, is_followed=True
    )


def test_no_hits_score_nothing() -> None:
    """A paper without keywords has no score."""
    assert 0.0 == score({}, {}, is_followed=True)
