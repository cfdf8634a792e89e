"""Libraries and narrowed keywords through a whole morning: what is written, and what arrives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email import message_from_bytes, policy

from builders import Morning, add_reader, paper, text_of
from fakes import LISTING_DATE

from newsletter.keywords.library import OwnPaper
from newsletter.keywords.match import Match, MatchMode
from newsletter.services.closeness import Libraries
from newsletter.services.edition import LoadedEdition, load_edition
from newsletter.services.library import WeighedEdition, weigh_edition
from newsletter.services.preview import preview_digest
from newsletter.storage import library, subscribers
from newsletter.storage.engine import Transaction
from newsletter.subscribers import Subscriber

DECODING = "A small draft model proposes tokens; the target model verifies them in one pass."
GRAPH = paper(1, "Graphs", "Nodes and edges.")
CLOSE = paper(2, "Draft models once more", DECODING)
OTHER = paper(3, "Tulips", "Rain and soil in the garden.")


def _own(morning: Morning, reader: Subscriber, *papers: OwnPaper) -> None:
    """Give a reader a library, and the wish for its section."""
    with morning.database.write() as session:
        library.replace(session, reader.id, papers)
        wanted = replace(reader.preferences, library=True)
        subscribers.set_preferences(session, reader.id, wanted)


def _reader(morning: Morning, name: str, keyword: str, **chosen: object) -> Subscriber:
    reader = add_reader(morning.database, name, keyword)
    preferences = replace(reader.preferences, **chosen)  # type: ignore[arg-type]
    with morning.database.write() as session:
        subscribers.set_preferences(session, reader.id, preferences)
    return replace(reader, preferences=preferences)


OWN = OwnPaper(title="Draft models", abstract=DECODING)


def test_what_is_close_is_written_and_arrives(morning: Morning) -> None:
    """Asked of the model as what a keyword found, without keywords; last in the mail."""
    _own(morning, add_reader(morning.database, "ada", "graph"), OWN)
    morning.prepare(GRAPH, CLOSE, OTHER)
    morning.send()

    assert {GRAPH.id, CLOSE.id} == set(morning.summariser.asked)
    assert () == morning.summariser.keywords[CLOSE.id]
    text = text_of(morning.transport.taken[0])
    assert (
        text.index("题目 2605.00001") < text.index("与我的文库相近") < text.index("题目 2605.00002")
    )
    assert "与您文库中的《Draft models》相近" in text
    assert "2605.00003" not in text


def test_a_mail_may_hold_the_library_s_section_alone(morning: Morning) -> None:
    """No keyword matched, but something is close: the reader gets it."""
    _own(morning, add_reader(morning.database, "ada", "quantum"), OWN)
    morning.prepare(CLOSE, OTHER)
    morning.send()

    assert "与我的文库相近" in text_of(morning.transport.taken[0])


def test_without_the_wish_nothing_is_close(morning: Morning) -> None:
    """The library may stay while its section is switched off."""
    reader = add_reader(morning.database, "ada", "graph")
    with morning.database.write() as session:
        library.replace(session, reader.id, [OWN])
    morning.prepare(GRAPH, CLOSE)
    morning.send()

    assert [GRAPH.id] == morning.summariser.asked
    assert "文库" not in text_of(morning.transport.taken[0])


def test_the_preview_shows_it_too(morning: Morning) -> None:
    """The operator sees what the reader will get."""
    _own(morning, add_reader(morning.database, "ada", "graph"), OWN)
    morning.prepare(CLOSE)
    content = preview_digest(
        morning.database,
        morning.letters,
        "ada@example.org",
        LISTING_DATE,
        summary_key=morning.summariser.key,
        now=morning.clock(),
    )

    part = message_from_bytes(content, policy=policy.default).get_body(("plain",))
    assert part is not None
    assert "2605.00002" in part.get_content()


def test_an_edition_is_weighed_once(morning: Morning) -> None:
    """Seconds of work, for all readers and all ticks of a process; a reader's change counts."""
    weighed: list[LoadedEdition] = []

    def weigh(session: Transaction, loaded: LoadedEdition) -> WeighedEdition:
        weighed.append(loaded)
        return weigh_edition(session, loaded)

    ada, bob = (add_reader(morning.database, name, "graph") for name in ("ada", "bob"))
    _own(morning, ada, OWN)
    _own(morning, bob, OwnPaper(title="Tulips", abstract=OTHER.abstract))
    morning.announce(GRAPH, CLOSE, OTHER)
    libraries = Libraries(weigh)
    found: list[list[str]] = []
    for _ in range(2):
        with morning.database.read() as session:
            loaded = load_edition(session, LISTING_DATE)
            assert loaded is not None
            found += [
                [m.paper_id.value for m in libraries.matches(session, loaded, reader)]
                for reader in subscribers.with_library(session)
            ]
    _own(morning, ada, OwnPaper(title="Tulips", abstract=OTHER.abstract))
    with morning.database.read() as session:
        loaded = load_edition(session, LISTING_DATE)
        assert loaded is not None
        changed = libraries.matches(session, loaded, next(subscribers.with_library(session)))

    assert [["2605.00001", "2605.00002"], ["2605.00001", "2605.00003"]] * 2 == found
    assert ["2605.00001", "2605.00003"] == [match.paper_id.value for match in changed]
    assert 1 == len(weighed)
    with morning.database.read() as session:
        seed = load_edition(session, LISTING_DATE, MatchMode.SEED)
        assert seed is not None
        libraries.matches(session, seed, next(subscribers.with_library(session)))
    assert 2 == len(weighed)


def test_two_editions_stay_weighed(morning: Morning) -> None:
    """Two days in turns cost two weighings; what was collected later, and a third, one more."""
    weighed: list[LoadedEdition] = []

    def weigh(session: Transaction, loaded: LoadedEdition) -> WeighedEdition:
        weighed.append(loaded)
        return weigh_edition(session, loaded)

    _own(morning, add_reader(morning.database, "ada", "graph"), OWN)
    morning.announce(GRAPH, CLOSE, OTHER)
    libraries = Libraries(weigh)
    with morning.database.read() as session:
        one = load_edition(session, LISTING_DATE)
        [reader] = subscribers.with_library(session)
        assert one is not None
        day = timedelta(days=1)
        next_day = replace(one.edition, listing_date=LISTING_DATE + day)
        two = replace(one, edition=next_day)
        again = replace(one, edition=replace(one.edition, collected_at=morning.clock() + day))
        fewer = replace(one, papers=dict(list(one.papers.items())[:1]))
        for loaded in (one, two, one, two):
            libraries.matches(session, loaded, reader)
        assert [one, two] == weighed
        for loaded in (again, fewer, one):
            libraries.matches(session, loaded, reader)
    assert [again, fewer, one] == weighed[2:]


def test_what_is_kept_is_bounded(morning: Morning) -> None:
    """The oldest reader's papers make room, and no other's."""
    compared: list[int] = []

    @dataclass(frozen=True, slots=True)
    class Counting(WeighedEdition):
        def matches(
            self, reader: Subscriber, own: Sequence[OwnPaper], found: Iterable[Match]
        ) -> tuple[Match, ...]:
            compared.append(reader.id)
            return WeighedEdition.matches(self, reader, own, found)

    def weigh(session: Transaction, loaded: LoadedEdition) -> WeighedEdition:
        weighed = weigh_edition(session, loaded)
        return Counting(weighed.matcher, weighed.index)

    for name in ("ada", "bob", "eve"):
        _own(morning, add_reader(morning.database, name, "graph"), OWN)
    morning.announce(GRAPH, CLOSE)
    libraries = Libraries(weigh, most_kept=2)
    with morning.database.read() as session:
        loaded = load_edition(session, LISTING_DATE)
        assert loaded is not None
        ada, bob, eve = subscribers.with_library(session)
        for reader in (ada, bob, eve, eve, bob, ada):
            libraries.matches(session, loaded, reader)
    assert [ada.id, bob.id, eve.id, ada.id] == compared


def test_only_active_readers_with_the_wish_have_a_library(morning: Morning) -> None:
    """Nobody's who paused, and nobody's who switched it off."""
    _own(morning, add_reader(morning.database, "ada", "graph"), OWN)
    add_reader(morning.database, "bob", "graph")
    with morning.database.read() as session:
        assert ["ada"] == [one.public_id for one in subscribers.with_library(session)]


def test_nothing_is_written_that_all_readers_narrow_away(morning: Morning) -> None:
    """A keyword matches, but the only reader who has it follows other categories."""
    _reader(morning, "ada", "graph", categories=("cs.RO",))
    morning.prepare(GRAPH)
    morning.send()

    assert [] == morning.summariser.asked
    assert [] == morning.transport.taken


def test_one_paper_is_asked_for_once_whatever_narrows_it(morning: Morning) -> None:
    """Two readers with the same keyword and other choices make one call, and one mail each."""
    _reader(morning, "ada", "graph", categories=("cs.LG",))
    _reader(morning, "bob", "graph")
    _reader(morning, "eve", "graph", categories=("stat",), cross_lists=False)
    morning.prepare(GRAPH)
    morning.clock.advance(timedelta(hours=1))
    morning.send()

    assert [GRAPH.id] == morning.summariser.asked
    assert {"ada@example.org", "bob@example.org"} == {
        envelope.recipient for envelope in morning.transport.taken
    }
