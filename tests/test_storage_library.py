"""Readers' libraries in the database, on both kinds."""

from dataclasses import replace
from datetime import timedelta

from builders import add_reader, announcement, paper
from fakes import ANNOUNCED_AT, LISTING_DATE
from sqlmodel import col, delete, select

from newsletter.keywords.library import OwnPaper
from newsletter.papers import AnnounceType
from newsletter.storage import editions, entries, library, papers
from newsletter.storage.engine import Database
from newsletter.storage.tables import LatePaperRow, PaperVersionRow, SubscriberRow

ONE = OwnPaper(arxiv_id="2605.00001")
TWO = OwnPaper(title="A title alone")
THREE = OwnPaper(arxiv_id="hep-th/9901001", title="Whole", abstract="With its abstract.")


def keep(database: Database, name: str, *own: OwnPaper) -> int:
    """Add a reader with a library; return the reader's row id."""
    reader = add_reader(database, name, "diffusion")
    with database.write() as session:
        library.replace(session, reader.id, own)
    return reader.id


def kept(database: Database, reader: int) -> list[OwnPaper]:
    """Return a reader's library."""
    with database.read() as session:
        return [each.paper for each in library.read(session, reader)]


def test_a_library_comes_back_in_its_order(database: Database) -> None:
    """Each reader has their own, and a new one takes the place of the old one."""
    ada, bob = keep(database, "ada", THREE, ONE, TWO), keep(database, "bob", TWO)

    assert ([THREE, ONE, TWO], [TWO]) == (kept(database, ada), kept(database, bob))

    with database.write() as session:
        library.replace(session, ada, [TWO])
        library.replace(session, bob, [])
    assert ([TWO], []) == (kept(database, ada), kept(database, bob))


def test_a_library_goes_with_its_reader(database: Database) -> None:
    """Erasing a reader erases it too, and nobody else's."""
    ada, bob = keep(database, "ada", ONE), keep(database, "bob", TWO)

    with database.write() as session:
        session.exec(delete(SubscriberRow).where(col(SubscriberRow.id) == ada))
    assert ([], [TWO]) == (kept(database, ada), kept(database, bob))


def test_what_lacks_a_text_is_filled_in_all_libraries(database: Database) -> None:
    """Each id is asked for once, those never asked for first, and not again before its time."""
    ada, bob = keep(database, "ada", ONE, TWO, THREE), keep(database, "bob", ONE)
    other = OwnPaper(arxiv_id="2605.00000")
    keep(database, "eve", other)
    later = ANNOUNCED_AT + timedelta(days=1)

    with database.write() as session:
        assert ("2605.00000", "2605.00001") == library.lacking(session, ANNOUNCED_AT, 5)
        library.fill(session, ["2605.00000"], {}, ANNOUNCED_AT)
        assert ("2605.00001",) == library.lacking(session, ANNOUNCED_AT, 5)
        assert ("2605.00001",) == library.lacking(session, later, 1)
        assert ("2605.00001", "2605.00000") == library.lacking(session, later, 5)
        texts = {"2605.00001": ("T", "A"), "hep-th/9901001": ("other", "text")}
        library.fill(session, list(texts), texts, ANNOUNCED_AT)
        assert ("2605.00000",) == library.lacking(session, later, 5)
    found = OwnPaper(arxiv_id="2605.00001", title="T", abstract="A")
    assert [found, TWO, THREE] == kept(database, ada)
    assert [found] == kept(database, bob)


def test_texts_of_kept_papers(database: Database) -> None:
    """The newest text of each, by id, and those of a span of days."""
    now = ANNOUNCED_AT
    with database.write() as session:
        editions.open_edition(session, LISTING_DATE)
        for title in ("Old", "New"):
            found = announcement(paper(1, title, "Text."), paper(2, "Other", "More."))
            papers.keep_announcement(session, found, LISTING_DATE, "listing", now)
    before = LISTING_DATE + timedelta(days=1)
    with database.read() as session:
        texts = library.texts_of(session, ["2605.00001", "2605.00003"])
        days = library.texts_between(session, LISTING_DATE, before, 10)
        few = library.texts_between(session, LISTING_DATE, before, 1)
        none = library.texts_between(session, before, before + timedelta(days=9), 10)

    assert {"2605.00001": ("New", "Text.")} == texts
    assert ["New\nText.", "Other\nMore."] == sorted(days)
    assert (1, ()) == (len(few), none)


def test_texts_come_from_all_days(database: Database) -> None:
    """Where not all are taken, those taken are of the last day too."""
    days = [LISTING_DATE + timedelta(days=n) for n in range(3)]
    with database.write() as session:
        for n, day in enumerate(days):
            editions.open_edition(session, day)
            found = announcement(*(paper(10 * n + k, f"Day {n}") for k in range(1, 5)))
            found = replace(found, listing_date=day)
            papers.keep_announcement(session, found, day, "listing", ANNOUNCED_AT)
    with database.read() as session:
        texts = library.texts_between(session, days[0], days[-1] + timedelta(days=1), 4)

    assert len(texts) <= 4
    assert {"Day 0", "Day 1", "Day 2"} == {text.split("\n")[0] for text in texts}


def test_late_papers_are_of_the_types_asked_for(database: Database) -> None:
    """A replacement of a missed day is none of the papers that count."""
    kinds = [AnnounceType.NEW, AnnounceType.REPLACE]
    with database.write() as session:
        editions.open_edition(session, LISTING_DATE)
        for number, kind in enumerate(kinds, start=1):
            found = announcement(paper(number), kind=kind)
            papers.keep_announcement(session, found, LISTING_DATE, "listing", ANNOUNCED_AT)
            row = session.exec(
                select(PaperVersionRow).order_by(col(PaperVersionRow.id).desc())
            ).first()
            assert row is not None
            assert row.id is not None
            session.add(
                LatePaperRow(
                    paper_id=row.paper_id,
                    paper_version_id=row.id,
                    type=kind.value,
                    listing_date=LISTING_DATE,
                    edition_date=LISTING_DATE,
                    position=number,
                )
            )
    with database.read() as session:
        late = [
            [each.paper.id.value for each in entries._late(session, LISTING_DATE, {kind})]
            for kind in kinds
        ]
    assert [["2605.00001"], ["2605.00002"]] == late
