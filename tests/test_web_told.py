"""The timeline as the operator's page tells it."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from builders import announcement
from fakes import ANNOUNCED_AT, LISTING_DATE
from web_house import House, build_house, read, words

from newsletter.papers import AnnouncementState, Counts, Problem
from newsletter.schedule import FALLBACK
from newsletter.services.ask import SOURCE_FAILED
from newsletter.services.telling import tell
from newsletter.sources.verdict import DAMAGED, HARMLESS, OTHER_DATE, UNFINISHED
from newsletter.storage import events, papers
from newsletter.storage.engine import Database
from newsletter.timeline import Moment
from newsletter.web.codes import CODES
from newsletter.web.texts import Language, Texts
from newsletter.web.told import About, Told, brief, together

ROOT = Path(__file__).parents[1]
NOTHING = Moment(
    at=ANNOUNCED_AT,
    category="cs",
    state=AnnouncementState.FAILED,
    source="",
    parsed=0,
    expected=0,
    remarks=("https://arxiv.org/list/cs/new: the server answered 503",),
)
WHOLE = replace(
    NOTHING,
    state=AnnouncementState.FRESH,
    source="rss",
    parsed=312,
    expected=312,
    remarks=("listing passed over: the document shows 2026-05-28",),
)


def after(minutes: float, moment: Moment = NOTHING, **changes: object) -> Moment:
    """Return the moment, so many minutes after the announcement, with `changes`."""
    at = ANNOUNCED_AT + timedelta(minutes=minutes)
    return replace(moment, at=at, **changes)  # type: ignore[arg-type]


def lines(*moments: Moment) -> tuple[Told, ...]:
    """Return the lines that tell `moments`, in Beijing time."""
    return together(moments, FALLBACK, "Beijing time")


def left_alone(until: str, failures: int) -> tuple[str, ...]:
    """Return the remark of a poll that sent nothing."""
    who = "https://arxiv.org/list/cs/new: arXiv is left alone until"
    return (f"{who} 2026-05-29 {until} UTC after {failures} failures in a row",)


def test_one_outage_is_one_line_for_all_days_and_categories() -> None:
    """Addresses differ by category and day; what they tell does not."""
    address = "https://arxiv.org/catchup/{0}/{1}?abs=True: the server answered 503"
    days = [date(2026, 5, 21), date(2026, 5, 22)]
    (line,) = lines(
        *(
            after(1, category=name, missed_on=day, remarks=(address.format(name, day),) * 2)
            for day in days
            for name in ("cs", "stat")
        )
    )
    assert ("arxiv.org: the server answered 503",) == line.remarks
    assert (About(("cs", "stat"), tuple(days)),) == line.about
    assert not line.is_lasting


def test_categories_of_other_days_stand_apart_in_it() -> None:
    """Whoever reads it must not think that all were asked about all days."""
    first, second = date(2025, 12, 30), date(2026, 1, 2)
    (line,) = lines(
        after(1, missed_on=first),
        after(1, missed_on=second),
        after(1, category="stat", missed_on=second),
    )
    assert (About(("cs",), (first, second)), About(("stat",), (second,))) == line.about
    assert ["2025-12-30", "01-02"] == line.about[0].days_in(2026)


def test_what_was_read_is_counted_category_by_category() -> None:
    """The remark is told once, the counts are each its own."""
    (line,) = lines(after(1, WHOLE), after(2, WHOLE, category="stat", parsed=9, expected=10))
    assert (About(("cs",), (), 312, 312), About(("stat",), (), 9, 10)) == line.about
    assert 321 == line.parsed


def test_today_and_missed_days_are_two_lines() -> None:
    """One is urgent."""
    assert 2 == len(lines(after(1), after(1, missed_on=date(2026, 5, 28))))


def test_polls_that_find_arxiv_left_alone_are_one_line_with_its_end() -> None:
    """How long is told as it was last known, in Beijing time."""
    (line,) = lines(
        after(5, remarks=left_alone("00:15", 3)),
        after(25, remarks=left_alone("00:45", 4)),
        after(85, remarks=left_alone("01:45", 5)),
    )
    told = "arxiv.org: arXiv is left alone until 2026-05-29 09:45 Beijing time after 5 failures"
    assert (f"{told} in a row",) == line.remarks
    assert (5, 85) == tuple((at - ANNOUNCED_AT).seconds // 60 for at in (line.at, line.until))
    assert line.is_lasting


def test_a_pause_of_hours_begins_a_new_line() -> None:
    """A second outage is not the first."""
    assert 2 == len(lines(after(0), after(66)))


def test_what_comes_back_begins_a_new_line() -> None:
    """Failed, whole, failed is three lines, in that order."""
    told = lines(after(0), after(10, WHOLE), after(20))
    assert ["failed", "fresh", "failed"] == [line.state.value for line in told]


@pytest.mark.parametrize(
    ("remark", "expected"),
    [
        ("https://a.org/b?c=d: no answer", "a.org: no answer"),
        ("http://user:secret@a.org:80/b; and https://c.org.", "a.org:80; and c.org."),
        ("https://a.org/list/new", "a.org"),
        ("listing passed over: stale", "listing passed over: stale"),
    ],
)
def test_addresses_are_shown_by_their_hosts(remark: str, expected: str) -> None:
    """The whole address stands with the announcement's problems."""
    assert expected == brief(remark, FALLBACK, "Beijing time")


# Labels


def used_codes() -> set[str]:
    """Return every code that the source gives to a problem."""
    codes = {OTHER_DATE, SOURCE_FAILED} | DAMAGED.keys() | UNFINISHED.keys() | HARMLESS.keys()
    for path in (ROOT / "newsletter").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                code = [part for arg in node.args[:1] for part in ast.walk(arg)]
                codes |= {str(a.value) for a in code if isinstance(a, ast.Constant)}
    return codes


def test_every_code_of_a_problem_has_a_label() -> None:
    """Whoever adds a code adds its label; a code that is gone takes it along."""
    assert {"stale", "count_short", "source_failed"} <= used_codes()
    assert used_codes() == CODES.keys()


def test_a_new_code_is_shown_bare() -> None:
    """An older page still tells what a newer process wrote down."""
    assert "novel" == Texts(Language.CHINESE).code("novel")
    assert "旧批次" == Texts(Language.CHINESE).code("stale")
    assert "an old batch" == Texts(Language.ENGLISH).code("stale")


# On the page


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site with an edition, to an operator who is logged in."""
    for built in build_house(open_database(sqlite_url)):
        built.compose(built.add("ada"))
        built.log_in()
        yield built


def _keep(house: House, category: str, state: str, *problems: Problem, expected: int = 0) -> None:
    empty = replace(
        announcement(),
        category=category,
        state=AnnouncementState(state),
        problems=problems,
        expected=Counts(new=expected),
    )
    with house.database.write() as session:
        papers.keep_announcement(session, empty, LISTING_DATE, "", house.clock())


def test_what_could_not_be_read_is_marked_and_not_counted(house: House) -> None:
    """Nobody knows how many there were: 0 of 0 would look whole."""
    _keep(house, "math", "quiet")
    _keep(house, "q-bio", "failed", expected=9)
    _keep(house, "stat", "failed")
    page = read(house.client.get("/operator").text)
    cells = {
        str(row.xpath("string(th)")): [str(cell.xpath("string()")) for cell in row.xpath("td")[:3]]
        for row in page.xpath("//table[1]/tbody/tr[th]")
    }
    assert ["当日无公告", "0", "0"] == cells["math"]
    assert ["未收到", "9", "0"] == cells["q-bio"]
    assert ["未收到", "–", "0"] == cells["stat"]
    assert ["0", "0"] == page.xpath("//td[contains(@class, 'short')]/text()")


@pytest.mark.parametrize(("lang", "label"), [("zh", "旧批次："), ("en", "an old batch: ")])
def test_a_label_stands_before_an_english_message(house: House, lang: str, label: str) -> None:
    """A screen reader is told where the English begins."""
    _keep(house, "stat", "failed", Problem("stale", "until 2026-05-29 00:40 UTC"))
    page = read(house.client.get(f"/operator?lang={lang}").text)
    (item,) = page.xpath("//details//li")
    assert f"{label}until 2026-05-29 08:40 Beijing time" == item.text_content()
    assert ["until 2026-05-29 08:40 Beijing time"] == item.xpath("span[@lang='en']/text()")


def test_a_source_that_failed_is_named_as_elsewhere(house: House) -> None:
    """`listing` is a word of the code."""
    _keep(house, "stat", "failed", Problem(SOURCE_FAILED, "a.org: no answer", "listing"))
    assert "来源出错：a.org: no answer 列表页" in words(house.client.get("/operator").text)


def test_the_timeline_is_set_with_care(house: House) -> None:
    """A quiet day has no counts, missed days stand together, an end has its time."""
    day = date(2026, 5, 28)
    quiet = after(1, WHOLE, state=AnnouncementState.QUIET, parsed=0, expected=0, remarks=())
    with house.database.write() as session:
        for moment in (
            quiet,
            after(2, category="stat", missed_on=day),
            after(2, category="math", missed_on=day),
            after(5, category="q-bio", remarks=left_alone("00:15", 3)),
            after(25, category="q-bio", remarks=left_alone("00:45", 4)),
            after(1_000, category="hep-th", remarks=left_alone("17:00", 3)),
            after(1_060, category="hep-th", remarks=left_alone("18:00", 4)),
        ):
            tell(session, LISTING_DATE, moment)
    chinese = words(house.client.get("/operator").text)
    assert "08:01 当日无公告 cs，来源：RSS" in chinese
    assert "08:02 未收到 stat、math（补收 05-28 的公告） 说明：arxiv.org: the server" in chinese
    assert "2026-05-29 08:05–08:25 未收到 q-bio" in chinese
    assert "2026-05-30 00:40–01:40 未收到 hep-th" in chinese
    english = words(house.client.get("/operator?lang=en").text)
    assert "nothing received stat, math (announced for 05-28, missed then) Remarks:" in english


def test_details_of_events_are_words(house: House) -> None:
    """Instants in Beijing time, states by their names, and what is new as it is."""
    until = datetime(2026, 5, 29, 0, 40, tzinfo=UTC).isoformat()
    with house.database.write() as session:
        now = house.clock()
        events.record(session, "arxiv_left_alone", now, "arxiv", failures=3, until=until)
        events.record(session, "too_late", now, "2026-05-29", rows=2)
        events.record(
            session, "announcement_not_whole", now, "cs", listing_date="2026-05-29", state="waiting"
        )
        events.record(session, "edition_missed", now, "2026-05-28", readers=4, novel=1)
        events.record(session, "model_stopped", now, error="no {money}")
        for is_unknown in (True, False):
            of = ["2026-02-02", f"math.{is_unknown}"]
            events.record(session, "given_up", now, "2026-05-29", of=of, is_unknown=is_unknown)
    chinese = words(house.client.get("/operator").text)
    for expected in (
        "连续失败 3 次，到 2026-05-29 08:40 为止",
        "2 封信",
        "2026-05-29 的公告，等待中",
        "4 位读者，novel: 1",
        "no {money}",
    ):
        assert expected in chinese
    assert "2026-02-02 math.True，从未收到" in chinese
    assert chinese.count("从未收到") == 1
    english = words(house.client.get("/operator?lang=en").text)
    assert "failures in a row: 3, until 2026-05-29 08:40" in english
