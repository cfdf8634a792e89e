"""What readers want of an edition, and the keywords a model gets with it."""

import random
from datetime import timedelta

import pytest
from builders import Morning, add_reader, paper

from newsletter.services.wishes import MOST_KEYWORDS, _chosen

PAPER = paper(1)
WORDS = tuple(f"word{number}" for number in range(60))


def test_fifty_readers_and_sixty_keywords_cost_one_call_a_paper(morning: Morning) -> None:
    """Whatever they want, however often the clock ticks, and whoever joins later that day."""
    words = [f"word{number}" for number in range(60)]
    papers = [
        paper(number, title=f"Title {number}", abstract=" ".join(words[number : number + 30]) + ".")
        for number in range(30)
    ]
    for reader in range(50):
        chosen = [words[(reader + 7 * step) % 60] for step in range(10)]
        add_reader(morning.database, f"reader{reader}", *chosen)
    morning.announce(*papers)
    for _ in range(3):
        morning.summarise()
        morning.clock.advance(timedelta(hours=3))
    add_reader(morning.database, "late", *words[:40])
    morning.summarise()
    assert sorted(each.id for each in papers) == sorted(morning.summariser.asked)
    assert {20} == {len(found) for found in morning.summariser.keywords.values()}


def test_a_model_gets_the_keywords_of_all_readers(morning: Morning) -> None:
    """Each once, however it is spelled, in one order; and none that the paper does not match."""
    add_reader(morning.database, "ada", "walks", "Quantum Walk", "poems")
    add_reader(morning.database, "bob", "quantum walks", "graph")
    found = paper(1, title="Quantum walks on graphs")
    morning.announce(found)
    morning.summarise()
    assert ("graph", "Quantum Walk", "walks") == morning.summariser.keywords[found.id]


def test_a_model_gets_what_is_wanted_in_english(morning: Morning) -> None:
    """Of a query the phrases of title and abstract; nothing that is excluded, and no author."""
    query = '强化学习 AND title:walk AND NOT "poems of old" AND author:Lovelace'
    add_reader(morning.database, "ada", query)
    found = paper(1, title="A walk", abstract="Of reinforcement learning.")
    morning.announce(found)
    morning.summarise()
    assert ("reinforcement learning", "walk") == morning.summariser.keywords[found.id]


@pytest.mark.parametrize("seed", range(5))
def test_too_many_keywords_are_cut_the_same_way_in_every_order(seed: int) -> None:
    """Of a paper's sixty keywords the same twenty stay, however the database returned them."""
    given = [*WORDS, *(word.capitalize() for word in WORDS[::2])]
    random.Random(seed).shuffle(given)  # noqa: S311 - a seed, not a secret
    kept = _chosen(PAPER.id, given)

    assert MOST_KEYWORDS == len(kept)
    assert _chosen(PAPER.id, sorted(given)) == kept
    assert tuple(sorted(kept, key=str.lower)) == kept


def test_no_keyword_is_cut_from_every_paper() -> None:
    """Each paper draws its own lots, so that nobody's words are never named to the model."""
    cuts = [_chosen(paper(number).id, WORDS) for number in range(1, 61)]

    assert len(set(cuts)) > 50
    assert set(WORDS) == {word for cut in cuts for word in cut}


def test_as_many_keywords_as_there_is_room_for_all_stay() -> None:
    """Nothing is drawn then: they come by alphabet."""
    assert tuple(sorted(WORDS[:MOST_KEYWORDS])) == _chosen(PAPER.id, WORDS[:MOST_KEYWORDS])
