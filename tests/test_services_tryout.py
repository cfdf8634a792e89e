"""What keywords would have brought in the last days, and what is suggested instead."""

import pytest
from preview_house import day, invented

from newsletter.papers import AnnouncedPaper, AnnounceType, Paper
from newsletter.services.recent import Recent, RecentEdition, usual_words
from newsletter.services.tryout import SUGGESTIONS, TITLES, Tried, Verdict, try_out
from newsletter.subscribers import Preferences


def edition(ago: int, *papers: Paper, kind: AnnounceType = AnnounceType.NEW) -> RecentEdition:
    """Return an edition of `papers`."""
    return RecentEdition.of(day(ago), [AnnouncedPaper(paper, kind) for paper in papers])


def papers(first: int, *titles: str) -> list[Paper]:
    """Return a paper a title."""
    return [invented(first + i, title) for i, title in enumerate(titles)]


def tried(recent: Recent, keyword: str, **choice: object) -> Tried:
    """Try one keyword."""
    preferences = Preferences(keywords=(keyword,), **choice)  # type: ignore[arg-type]
    [found] = try_out(recent, preferences).tried
    return found


def test_days_are_counted_and_titles_newest_first() -> None:
    """Counts go from the oldest day to the newest, titles the other way, ten at most."""
    recent = Recent(
        week=(
            edition(0, *papers(1, *[f"Robots {i}" for i in range(8)], *["Other"] * 92)),
            edition(1, *papers(201, *[f"Older robots {i}" for i in range(5)], *["Other"] * 95)),
        ),
        before=(),
    )
    found = tried(recent, "robot")

    assert [(day(1), 100, 5), (day(0), 100, 8)] == [
        (one.listing_date, one.papers, one.found) for one in found.days
    ]
    assert (13, 3, TITLES, 8) == (found.found, found.more, len(found.papers), found.most)
    assert "Robots 0" == found.papers[0].title
    assert Verdict.FINE is found.verdict


@pytest.mark.parametrize(
    ("found", "total", "expected"),
    [
        (11, 100, Verdict.BROAD),
        (10, 100, Verdict.FINE),
        (3, 10, Verdict.FINE),
        (4, 10, Verdict.BROAD),
    ],
    ids=["eleven in a hundred", "a tenth", "three papers are never too many", "four"],
)
def test_too_broad_is_more_than_a_tenth(found: int, total: int, expected: Verdict) -> None:
    """The share of the median day decides."""
    titles = ["Robots"] * found + ["Other"] * (total - found)

    assert expected is tried(Recent(week=(edition(0, *papers(1, *titles)),)), "robot").verdict


def test_one_crowded_day_is_not_too_broad() -> None:
    """A conference may fill one day with one topic."""
    calm = [edition(ago, *papers(100 * ago, *["Other"] * 20)) for ago in (1, 2)]
    crowded = edition(0, *papers(1, *["Robots"] * 20))

    assert Verdict.FINE is tried(Recent(week=(crowded, *calm)), "robot").verdict


def test_too_broad_is_told_what_brings_less() -> None:
    """Suggestions were tried on the same papers, and bring half as much or less."""
    about = [
        invented(i, "Grasping" if i < 5 else f"Paper{i} walking", "With robots.")
        for i in range(1, 40)
    ]
    titled = [invented(50 + i, "Robots") for i in range(3)]
    found = tried(Recent(week=(edition(0, *about, *titled),)), "robot")

    assert Verdict.BROAD is found.verdict
    assert [("title:robot", 3), ("robot AND grasping", 4)] == [
        (one.query, one.found) for one in found.suggestions
    ]


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ('"robot graphs"', ("robot AND graphs", 5)),
        ("robot graphs", ("robot AND graphs", 5)),
        ("robbots", ("robots", 5)),
        ("robtos wakl", ("robots walk", 5)),
        ('title:"rbots graphs"', ("robots AND graphs", 5)),
        ("title:invented", ("invented", 5)),
        ("nothing whatever", None),
    ],
    ids=["exact", "phrase", "misspelt", "exchanged", "all of it", "field", "no help"],
)
def test_nothing_is_told_what_brings_something(
    keyword: str,
    expected: tuple[str, int] | None,
) -> None:
    """Without quotes, word by word, in any field, or spelt as others spell it."""
    week = (edition(0, *papers(1, *["Robots walk on graphs"] * 5)),)
    found = tried(Recent(week, before=(), words=usual_words(week)), keyword)

    assert (Verdict.NOTHING, 0) == (found.verdict, found.before)
    assert ([expected] if expected else []) == [
        (one.query, one.found) for one in found.suggestions
    ][:1]
    assert len(found.suggestions) <= SUGGESTIONS


def test_a_quiet_week_is_told_from_thirty_days_of_nothing() -> None:
    """What came before the week is counted, and where it is not loaded nothing is claimed."""
    week, older = (edition(0, *papers(1, "Other")),), (edition(9, *papers(90, "Robots")),)

    quiet = tried(Recent(week, before=older), "robot")
    unknown = tried(Recent(week), "robot")

    assert (Verdict.QUIET, 1) == (quiet.verdict, quiet.before)
    assert (Verdict.QUIET, None) == (unknown.verdict, unknown.before)


def test_a_paper_of_two_keywords_counts_once() -> None:
    """All keywords together bring fewer papers than their sum."""
    recent = Recent(week=(edition(0, *papers(1, "Robots on graphs", "Graphs")),), before=())

    trial = try_out(recent, Preferences(keywords=("robot", "graph")))

    assert ([1, 2], 2) == ([one.found for one in trial.tried], trial.papers)


def test_what_brings_nearly_as_much_is_not_suggested() -> None:
    """A word more has to halve a keyword that is too broad, at least."""
    titles = ["Robots walking"] * 5 + ["Robots"] * 4 + ["Robots grasping"] * 2
    found = tried(Recent(week=(edition(0, *papers(1, *titles)),)), "robot")

    assert Verdict.BROAD is found.verdict
    assert [("robot AND walking", 5), ("robot AND grasping", 2)] == [
        (one.query, one.found) for one in found.suggestions
    ]


def test_the_readers_categories_count() -> None:
    """A keyword brings what the mail would bring, in the categories that are followed."""
    other = invented(1, "Robots", categories=("cs.RO",))
    recent = Recent(week=(edition(0, other, invented(2, "Robots")),), before=())

    assert 2 == tried(recent, "robot").found
    assert 1 == tried(recent, "robot", categories=("cs.RO",)).found


def test_nothing_to_try_on() -> None:
    """Without an edition nothing is said of a keyword."""
    found = tried(Recent(), "robot")

    assert (Verdict.FINE, (), 0) == (found.verdict, found.days, found.share)


def test_narrow_categories_are_told_from_a_bad_keyword() -> None:
    """What the choice alone leaves out is counted over all editions, and nothing is suggested."""
    recent = Recent(
        week=(edition(0, *papers(1, "Robots")),), before=(edition(9, *papers(9, "Robots")),)
    )

    chosen = tried(recent, "robots", categories=("cs.RO",))
    anywhere = tried(recent, "robbots", categories=("cs.RO",))

    assert (Verdict.NOTHING, 2, ()) == (chosen.verdict, chosen.elsewhere, chosen.suggestions)
    assert 0 == anywhere.elsewhere


def test_cross_lists_that_are_left_out_count_too() -> None:
    """A choice without categories can empty a keyword as well."""
    crossed = Recent((edition(0, *papers(1, "Robots"), kind=AnnounceType.CROSS),), before=())

    assert 1 == tried(crossed, "robot", cross_lists=False).elsewhere


def test_a_short_history_is_said() -> None:
    """Thirty days are not claimed where there are two editions."""
    week, older = (edition(0, *papers(1, "Other")),), edition(9, *papers(90, "Other"))
    whole = edition(29, *papers(290, "Other"))

    assert 1 == tried(Recent(week, before=()), "robot").kept
    assert 2 == tried(Recent(week, before=(older,)), "robot").kept
    assert 0 == tried(Recent(week, before=(older, whole)), "robot").kept


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ("robots and graphs", ("robots AND graphs", 1)),
        ("robots && graphs", ("robots AND graphs", 1)),
        ("walk && !graphs", ("walk -graphs", 1)),
        ("walk | graphs", ("walk OR graphs", 2)),
        ("graphs and not robots", None),
        ("Sample Author", ("author:Sample Author", 2)),
        ("sample author", ("author:sample author", 2)),
        ("cs.LG", ("cat:cs.LG", 2)),
    ],
    ids=["and", "signs", "bang", "bar", "nothing left", "author", "small author", "category"],
)
def test_what_was_meant_is_suggested(keyword: str, expected: tuple[str, int] | None) -> None:
    """Whatever looks like a query in another notation, with what it brings."""
    week = (edition(0, *papers(1, "Robots to graphs", "Walk")),)
    found = tried(Recent(week, before=()), keyword)

    assert ([expected] if expected else []) == [(one.query, one.found) for one in found.suggestions]


def test_signs_are_mended_where_papers_are_found_too() -> None:
    """A sign may be passed over, and something else be found than was meant."""
    week = (edition(0, *papers(1, "Walk graphs", "Graphs")),)
    found = tried(Recent(week, before=()), "walk || graphs")

    assert Verdict.FINE is found.verdict
    assert ["walk OR graphs"] == [one.query for one in found.suggestions]
