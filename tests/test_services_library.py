"""A reader's library from the form to the morning's matches."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import Morning, add_reader, paper
from fakes import LISTING_DATE, Clock

from newsletter.errors import InvalidKeyword, InvalidToken, SourceUnavailable
from newsletter.keywords.library import MAX_PAPERS, OwnPaper
from newsletter.keywords.match import Match, MatchMode
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, PaperId
from newsletter.services.edition import load_edition
from newsletter.services.library import (
    ASKED_AGAIN,
    Suggestions,
    add_keyword,
    complete,
    look_into,
    read_library,
    replace_library,
    suggestions,
    weigh_edition,
)
from newsletter.services.subscribe import Desk, change_preferences, find_reader, leave
from newsletter.tokens import Purpose

DECODING = "A small draft model proposes tokens; the target model verifies them in one pass."
OWN = OwnPaper(arxiv_id="2604.00001", title="Draft models", abstract=DECODING)
ID_ALONE = OwnPaper(arxiv_id="2605.00007")


class FakeLookup:
    """Gives the papers it has, and remembers what it was asked."""

    def __init__(self, *papers: AnnouncedPaper, error: SourceUnavailable | None = None) -> None:
        """Have `papers`, or raise `error`."""
        self.papers = {entry.paper.id: entry for entry in papers}
        self.error = error
        self.asked: list[list[str]] = []

    def __call__(self, ids: Sequence[ArxivId]) -> Mapping[PaperId, AnnouncedPaper]:
        """Return those of `ids` that are there."""
        self.asked.append([one.value for one in ids])
        if self.error:
            raise self.error
        return {one: self.papers[one] for one in ids if one in self.papers}


def token(desk: Desk, name: str, purpose: Purpose = Purpose.PREFERENCES) -> str:
    """Add a reader with one keyword; return the token of their page."""
    add_reader(desk.database, name, "graph")
    return desk.signer.issue(purpose, name, desk.clock())


def own(desk: Desk, link: str) -> list[OwnPaper]:
    """Return a reader's library."""
    reader = find_reader(desk, Purpose.PREFERENCES, link)
    with desk.database.read() as session:
        return list(read_library(session, reader))


def test_a_library_is_replaced_and_removed(desk: Desk) -> None:
    """All of it each time; the wish is kept with it, and changes alone where none is given."""
    link = token(desk, "ada")

    assert replace_library(desk, link, [OWN, ID_ALONE], is_wanted=True).preferences.library
    assert [OWN, ID_ALONE] == own(desk, link)
    assert not replace_library(desk, link, None, is_wanted=False).preferences.library
    assert [OWN, ID_ALONE] == own(desk, link)
    replace_library(desk, link, [], is_wanted=False)
    assert [] == own(desk, link)


def test_other_preferences_stay(desk: Desk) -> None:
    """Only the wish for the section changes."""
    link = token(desk, "ada")
    before = find_reader(desk, Purpose.PREFERENCES, link).preferences

    replace_library(desk, link, [OWN], is_wanted=False)

    assert before == find_reader(desk, Purpose.PREFERENCES, link).preferences


def test_another_s_link_is_refused(desk: Desk) -> None:
    """A link for leaving does not open the library."""
    link = token(desk, "ada", Purpose.UNSUBSCRIBE)

    with pytest.raises(InvalidToken):
        replace_library(desk, link, [OWN], is_wanted=True)


def test_texts_that_are_kept_are_there_at_once(desk: Desk, morning: Morning) -> None:
    """An id of an edition's paper needs no question; a reader's own title stays."""
    morning.announce(paper(7, "Seven", "Its text."))
    link = token(desk, "ada")

    replace_library(desk, link, [ID_ALONE], is_wanted=True)
    assert [OwnPaper(arxiv_id="2605.00007", title="Seven", abstract="Its text.")] == own(desk, link)
    replace_library(desk, link, [OwnPaper(arxiv_id="2605.00007", title="Mine")], is_wanted=True)
    assert ["Mine"] == [each.title for each in own(desk, link)]


def test_the_morning_completes_what_is_missing(desk: Desk, clock: Clock) -> None:
    """One question to arXiv; what it does not know is asked for again in a week."""
    link = token(desk, "ada")
    unknown = OwnPaper(arxiv_id="2605.99999")
    replace_library(desk, link, [ID_ALONE, unknown, OWN], is_wanted=True)
    lookup = FakeLookup(AnnouncedPaper(paper(7, "Seven", "Text."), AnnounceType.NEW))

    assert 1 == complete(desk.database, lookup, now=clock())
    assert ["Seven", "", "Draft models"] == [each.title for each in own(desk, link)]
    assert 0 == complete(desk.database, lookup, now=clock())
    assert [["2605.00007", "2605.99999"]] == lookup.asked
    kept = look_into(desk, find_reader(desk, Purpose.PREFERENCES, link))
    assert [True, True, False] == [each.asked_at is not None for each in kept]

    clock.advance(ASKED_AGAIN + timedelta(minutes=1))
    assert 0 == complete(desk.database, lookup, now=clock())
    assert ["2605.99999"] == lookup.asked[-1]


def test_a_source_that_fails_leaves_all_as_it_is(desk: Desk, clock: Clock) -> None:
    """The next morning asks again; what an edition has meanwhile needs no source."""
    link = token(desk, "ada")
    replace_library(desk, link, [ID_ALONE], is_wanted=True)
    failing = FakeLookup(error=SourceUnavailable("api", "status 503"))

    assert 0 == complete(desk.database, failing, now=clock())
    assert 0 == complete(desk.database, None, now=clock())
    assert 0 == complete(desk.database, failing, now=clock())
    assert 2 == len(failing.asked)


def test_what_an_edition_brought_meanwhile_is_not_asked_for(
    desk: Desk, morning: Morning, clock: Clock
) -> None:
    """The kept text is taken, also where nobody can be asked."""
    link = token(desk, "ada")
    replace_library(desk, link, [ID_ALONE], is_wanted=True)
    morning.announce(paper(7, "Seven"))

    assert 1 == complete(desk.database, None, now=clock())
    assert ["Seven"] == [each.title for each in own(desk, link)]


def test_a_suggested_keyword_is_added_once(desk: Desk) -> None:
    """At the end, as typed; the same again, and what is no keyword, change nothing."""
    link = token(desk, "ada")

    assert ("graph", "draft model") == add_keyword(desk, link, "draft model").preferences.keywords
    assert ("graph", "draft model") == add_keyword(desk, link, "Draft Models").preferences.keywords
    with pytest.raises(InvalidKeyword):
        add_keyword(desk, link, "…")


def test_suggestions_leave_out_what_the_reader_has(desk: Desk, morning: Morning) -> None:
    """And all are keywords as any other; before the first edition there is no background."""
    papers = [OwnPaper(title=f"Draft models {n}", abstract=DECODING) for n in range(4)]

    assert "draft models" in suggestions(desk, papers, ["graph"]).keywords
    morning.announce(*(paper(n, "Tulips", "Rain and soil.") for n in range(1, 5)))
    found = suggestions(desk, papers, ["graph"])
    assert ("draft models" in found.keywords, found.are_all_taken) == (True, False)
    assert "draft models" not in suggestions(desk, papers, ["Draft model"]).keywords
    assert suggestions(desk, papers, found.keywords).are_all_taken
    assert Suggestions() == suggestions(desk, [], [])
    strange = [OwnPaper(title="AND NOT-", abstract="AND NOT- (") for _ in range(4)]
    assert Suggestions() == suggestions(desk, strange, [])


def test_adding_brings_missing_texts(desk: Desk) -> None:
    """Each paper once, what is new at the end, at most as many as a library holds."""
    link = token(desk, "ada")
    replace_library(desk, link, [ID_ALONE, OWN], is_wanted=True)
    whole = replace(ID_ALONE, title="Seven", abstract="Text.")
    more = [OwnPaper(title=f"Paper {n}") for n in range(MAX_PAPERS)]

    replace_library(desk, link, [OWN, whole, *more], is_wanted=True, is_added=True)
    assert [whole, OWN, *more[:-2]] == own(desk, link)


def weighed_matches(
    desk: Desk, morning: Morning, link: str, *found: Match, mode: MatchMode = MatchMode.DEFAULT
) -> tuple[tuple[str, str, int], ...]:
    """Return the library's matches in the day's edition as (id, nearest, rank)."""
    reader = find_reader(desk, Purpose.PREFERENCES, link)
    with desk.database.read() as session:
        loaded = load_edition(session, LISTING_DATE, mode)
        assert loaded is not None
        weighed = weigh_edition(session, loaded)
        matches = weighed.matches(reader, weighed.own(session, reader), found)
    assert {("", ("library",))} >= {(match.keyword, match.where) for match in matches}
    return tuple((match.paper_id.value, match.nearest, match.rank) for match in matches)


def test_close_papers_become_matches(desk: Desk, morning: Morning) -> None:
    """Ranked, with the nearest own paper; only for who wants it, and not what was found."""
    morning.announce(
        paper(1, "Tulips", "Rain and soil in the garden."),
        paper(2, "Drafting", DECODING),
        paper(3, "Draft models", DECODING),
    )
    link = token(desk, "ada")
    replace_library(desk, link, [OWN, ID_ALONE], is_wanted=True)
    first, second = ("2605.00003", "Draft models", 1), ("2605.00002", "Draft models", 2)

    assert (first, second) == weighed_matches(desk, morning, link)
    found = Match("graph", ArxivId("2605.00003"), ("title",), 1)
    assert (("2605.00002", "Draft models", 1),) == weighed_matches(desk, morning, link, found)
    replace_library(desk, link, None, is_wanted=False)
    assert () == weighed_matches(desk, morning, link)


def test_the_reader_s_own_paper_is_no_news(desk: Desk, morning: Morning) -> None:
    """What the library holds itself is not called close to it."""
    morning.announce(paper(2, "Drafting", DECODING))
    link = token(desk, "ada")
    replace_library(desk, link, [OwnPaper(arxiv_id="2605.00002")], is_wanted=True)

    assert () == weighed_matches(desk, morning, link)


@pytest.mark.parametrize(
    ("categories", "cross_lists", "expected"),
    [
        ((), True, 1),
        (("cs.LG",), False, 1),
        (("cs",), True, 1),
        (("stat.ML",), True, 1),
        (("stat.ML",), False, 0),
        (("cs.RO",), True, 0),
    ],
)
def test_categories_and_cross_lists(
    desk: Desk, morning: Morning, categories: tuple[str, ...], cross_lists: bool, expected: int
) -> None:
    """A paper in cs.LG, cross-listed to stat.ML, as the reader's keywords would bring it."""
    morning.announce(paper(2, "Drafting", DECODING))
    link = token(desk, "ada")
    reader = replace_library(desk, link, [OWN], is_wanted=True)
    chosen = replace(reader.preferences, categories=categories, cross_lists=cross_lists)
    change_preferences(desk, link, chosen)

    assert expected == len(weighed_matches(desk, morning, link))


def test_nothing_is_close_in_seed_mode(desk: Desk, morning: Morning) -> None:
    """The sample issue's rule knows keywords only."""
    morning.announce(paper(2, "Drafting", DECODING))
    link = token(desk, "ada")
    replace_library(desk, link, [OWN], is_wanted=True)

    assert () == weighed_matches(desk, morning, link, mode=MatchMode.SEED)


def test_leaving_keeps_the_library_until_erasure(desk: Desk) -> None:
    """Rows go with the reader's own row, not before: who comes back finds them."""
    link = token(desk, "ada")
    replace_library(desk, link, [OWN], is_wanted=True)
    leave(desk, desk.signer.issue(Purpose.UNSUBSCRIBE, "ada", desk.clock()))

    assert [OWN] == own(desk, link)
