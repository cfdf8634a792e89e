"""Migrations, on both databases."""

from datetime import UTC, datetime

import pytest

from newsletter.errors import DatabaseBusy, SchemaOutdated
from newsletter.papers import ArxivId, Summary
from newsletter.ports import Written
from newsletter.spending import Usage
from newsletter.storage.engine import Database
from newsletter.storage.migrate import (
    current,
    downgrade,
    drift,
    migrate,
    newest,
    require_newest,
)
from newsletter.storage.subscribers import add, find_by_public_id
from newsletter.storage.summaries import keep, of_edition
from newsletter.subscribers import Preferences


def test_up_down_and_up_again_without_drift(empty_database: Database) -> None:
    """From empty to the newest schema, back to nothing, and up again, as the code has it."""
    assert newest() == migrate(empty_database)
    assert drift(empty_database) == []
    downgrade(empty_database)
    assert current(empty_database) is None
    assert newest() == migrate(empty_database)
    assert drift(empty_database) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    """A database at the newest schema stays there."""
    assert newest() == migrate(database)
    require_newest(database)


def test_an_empty_database_is_not_at_the_newest_schema(empty_database: Database) -> None:
    """`require_newest` refuses a database that was never migrated."""
    with pytest.raises(SchemaOutdated):
        require_newest(empty_database)


def test_drift_is_found(empty_database: Database) -> None:
    """A column that only the database has is reported: the check itself works."""
    migrate(empty_database)
    with empty_database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE event ADD COLUMN extra INTEGER")
    assert len(drift(empty_database)) == 1


def test_migrating_an_unreachable_database_is_busy() -> None:
    """The migration's own connection raises our errors too."""
    database = Database("postgresql+psycopg://nobody@/none?host=/nowhere")
    with pytest.raises(DatabaseBusy):
        migrate(database)
    with pytest.raises(DatabaseBusy):
        current(database)
    database.close()


def test_the_previous_release_can_still_keep_a_summary(empty_database: Database) -> None:
    """While both run, it inserts rows without this release's columns, which then are empty."""
    migrate(empty_database, "0002")
    statement = (
        "INSERT INTO summary (key, arxiv_id, title_zh, summary_zh, abstract_zh, model, reason, "
        "created_at) VALUES ('{}', '2605.00001', '题目', '', '摘要', 'm', '', "
        "'2026-05-29 00:00:00+00:00')"
    )
    for key in ("before", "after"):
        with empty_database.engine.begin() as connection:
            connection.exec_driver_sql(statement.format(key))
        migrate(empty_database)
    with empty_database.read() as session:
        paper_id = ArxivId("2605.00001")
        for key in ("before", "after"):
            (kept,) = of_edition(session, {paper_id: key})
            assert ((), Usage()) == (kept.violations, kept.usage)
            assert kept.summary.is_chinese


def test_going_back_keeps_the_chinese(empty_database: Database) -> None:
    """A downgrade to the previous release takes only what that release does not know."""
    migrate(empty_database)
    written = Written(
        summary=Summary(paper_id=ArxivId("2605.00001"), abstract_zh="摘要", model="m"),
        usage=Usage(calls=1, prompt_tokens=5),
    )
    with empty_database.write() as session:
        keep(session, "k", written, datetime(2026, 5, 29, tzinfo=UTC))
    downgrade(empty_database, "0002")
    with empty_database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT abstract_zh FROM summary").all()
    assert [("摘要",)] == [tuple(row) for row in rows]


def test_the_previous_release_can_still_add_a_reader(empty_database: Database) -> None:
    """One it added before the migration or after it follows everything, without a library."""
    migrate(empty_database, "0003")
    statement = (
        "INSERT INTO subscriber (public_id, address, address_key, state, hour, timezone, density, "
        "created_at) VALUES ('{0}', '{0}@example.org', '{0}@example.org', 'active', 8, "
        "'Asia/Shanghai', 'full', '2026-05-29 00:00:00+00:00')"
    )
    for public_id in ("before", "after"):
        with empty_database.engine.begin() as connection:
            connection.exec_driver_sql(statement.format(public_id))
        migrate(empty_database)
    with empty_database.read() as session:
        for public_id in ("before", "after"):
            found = find_by_public_id(session, public_id)
            assert found is not None
            assert Preferences() == found.preferences


def test_going_back_keeps_the_readers(empty_database: Database) -> None:
    """What the previous release does not know goes; the reader stays."""
    migrate(empty_database)
    chosen = Preferences(keywords=("graph",), categories=("cs.RO",), cross_lists=False)
    now = datetime(2026, 5, 29, tzinfo=UTC)
    with empty_database.write() as session:
        add(session, public_id="r1", address="a@example.org", preferences=chosen, now=now)
    downgrade(empty_database, "0003")
    with empty_database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT public_id, hour FROM subscriber").all()
    assert [("r1", 8)] == [tuple(row) for row in rows]


def _rows(database: Database) -> dict[str, int]:
    """Count what hangs on a reader: a table that is built anew would lose it by cascade."""
    with database.engine.connect() as connection:
        return {
            name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()  # noqa: S608 # four names of ours
            for name in ("subscriber", "keyword", "delivery", "outbox")
        }


_WHEN = "2026-05-29 00:00:00+00:00"
_MADE = {
    "subscriber": {"id": 1, "public_id": "r", "address": "r@example.org", "address_key": "r"}
    | {"state": "active", "hour": 8, "timezone": "UTC", "density": "full", "created_at": _WHEN},
    "keyword": {"subscriber_id": 1, "position": 0, "text": "graph"},
    "edition": {"listing_date": "2026-05-29", "state": "ready", "announced_at": _WHEN},
    "delivery": {"listing_date": "2026-05-29", "subscriber_id": 1, "planned_at": _WHEN}
    | {"state": "accepted", "next_at": _WHEN, "attempts": 1, "reason": "", "reply": ""},
    "outbox": {"kind": "confirm", "subscriber_id": 1, "created_at": _WHEN}
    | {"state": "accepted", "next_at": _WHEN, "attempts": 1, "reason": "", "reply": ""},
}


def _insert(name: str, values: dict[str, object]) -> str:
    """Return the statement that the previous release makes a row with."""
    quoted = ", ".join(str(v) if isinstance(v, int) else f"'{v}'" for v in values.values())
    return f"INSERT INTO {name} ({', '.join(values)}) VALUES ({quoted})"  # noqa: S608 # values of ours


@pytest.mark.parametrize("revision", ["0003", "0004"])
def test_nothing_that_hangs_on_a_reader_is_lost(empty_database: Database, revision: str) -> None:
    """Keywords, the ledger and single mails survive each way, up from any release and back."""
    migrate(empty_database, revision)
    with empty_database.engine.begin() as connection:
        for name, values in _MADE.items():
            connection.exec_driver_sql(_insert(name, values))
    before = _rows(empty_database)
    assert {"subscriber": 1, "keyword": 1, "delivery": 1, "outbox": 1} == before
    migrate(empty_database)
    assert before == _rows(empty_database)
    downgrade(empty_database, revision)
    assert before == _rows(empty_database)
