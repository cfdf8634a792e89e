"""The gate `preview`, on editions small enough for a test."""

from newsletter.bench.gate import Row
from newsletter.bench.previewing import KEYWORDS, invented_editions, measure
from newsletter.keywords.match import Matcher
from newsletter.subscribers import Preferences


def test_each_kind_of_keyword_has_its_demand_and_the_naive_side_beside_it() -> None:
    """Three rows with a demand, three without, and what loading takes."""
    rows: list[Row] = list(measure(runs=1, papers=20))

    kinds = [f"preview.{kind}_{side}" for kind in KEYWORDS for side in ("ms", "naive_ms")]
    assert [*kinds, "preview.edition_loaded_ms"] == [row.gate for row in rows]
    assert ["< 50 ms", None] * 3 + [None] == [row.demand for row in rows]
    assert all(row.value > 0 for row in rows)


def test_the_keywords_are_what_they_are_called() -> None:
    """Some papers of a day, more than a tenth, and none at all."""
    (day,) = invented_editions(1, 300)
    matcher = Matcher(day)
    share = {
        kind: matcher.matched(Preferences(keywords=(keyword,)))[keyword].bit_count() / len(day)
        for kind, keyword in KEYWORDS.items()
    }

    assert 0 < share["usual"] < 0.1
    assert share["broad"] > 0.1
    assert share["nothing"] == 0


def test_the_invented_papers_are_long_and_all_different() -> None:
    """About as long as real ones, the same at every call, under identities of their own."""
    (day,) = invented_editions(1, 50)
    (again,) = invented_editions(1, 50)

    assert day == again
    assert 50 == len({entry.paper.id for entry in day}) == len({e.paper.abstract for e in day})
    words = sum(len(entry.paper.abstract.split()) for entry in day) / len(day)
    assert 120 < words < 250
