"""The operator's pages: closed to others, and safe from what they show."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from builders import announcement, paper
from fakes import LISTING_DATE, FakeSource
from web_house import House, build_house, read, words

from newsletter.errors import SourceUnavailable
from newsletter.papers import AnnouncementState, Problem
from newsletter.services.collect import collect
from newsletter.storage import editions, events, papers
from newsletter.storage.engine import Database
from newsletter.subscribers import SubscriberState
from newsletter.tokens import Purpose

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site with readers, an edition and events."""
    for built in build_house(open_database(sqlite_url)):
        built.add("bob", SubscriberState.LEFT)
        built.compose(built.add("ada"))
        yield built


@pytest.fixture
def secure(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site that readers reach by https, below a path."""
    yield from build_house(open_database(sqlite_url), base_url="https://example.org/news")


def test_strangers_are_told_how_to_log_in(house: House) -> None:
    """Without a session the page shows nothing but the command."""
    response = house.client.get("/operator")

    assert 403 == response.status_code
    assert "newsletter operator-link" in words(response.text)
    assert "2026-05-29" not in response.text


@pytest.mark.parametrize(
    "cookie",
    ["", "nonsense", "1s.operator.1.xxxxxxxxxxxxxxxxxxxx", "login", "reader"],
)
def test_only_a_session_opens_the_page(house: House, cookie: str) -> None:
    """Neither a login link's token nor a reader's is a session."""
    made = {
        "login": house.token(Purpose.LOGIN, "operator"),
        "reader": house.token(Purpose.SESSION, "ada"),
    }
    house.client.cookies.set("session", made.get(cookie, cookie), path="/operator")

    assert 403 == house.client.get("/operator").status_code


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_logging_in_takes_a_button(house: House, lang: str) -> None:
    """A scanner that opens the link gets no session; the button's POST does."""
    path = f"{house.path(Purpose.LOGIN, 'operator')}?lang={lang}"
    asked = house.client.get(path)
    assert (200, False) == (asked.status_code, "set-cookie" in asked.headers)

    response = house.client.post(path)
    assert 303 == response.status_code
    assert f"/operator?lang={lang}" == response.headers["Location"]
    assert 200 == house.client.get(response.headers["Location"]).status_code


def test_the_cookie_is_kept_close(house: House, secure: House) -> None:
    """No script reads it, no other site sends it, and https alone carries it if there is any."""
    cookies = [
        built.client.post(f"/operator/login/{built.token(Purpose.LOGIN, 'operator')}").headers[
            "Set-Cookie"
        ]
        for built in (house, secure)
    ]

    for cookie, path in zip(cookies, ("/operator", "/news/operator"), strict=True):
        assert f"; HttpOnly; Max-Age=43200; Path={path}; SameSite=strict" in cookie
    assert [False, True] == ["Secure" in cookie for cookie in cookies]


def test_a_session_ends_after_twelve_hours(house: House) -> None:
    """A browser left open is logged out."""
    house.log_in()
    house.clock.advance(timedelta(hours=12, minutes=2))

    assert 403 == house.client.get("/operator").status_code


def test_a_login_link_ends_after_a_quarter_of_an_hour(house: House) -> None:
    """An old link opens nothing, by GET or POST."""
    path = house.path(Purpose.LOGIN, "operator")
    house.clock.advance(timedelta(minutes=17))

    assert 410 == house.client.get(path).status_code
    assert 410 == house.client.post(path).status_code


def test_a_login_link_of_a_reader_opens_nothing(house: House) -> None:
    """The token must be about the operator."""
    assert 404 == house.client.post(house.path(Purpose.LOGIN, "ada")).status_code


def test_logging_out_takes_the_cookie_away(house: House) -> None:
    """The next visit is a stranger's."""
    house.client.post(house.path(Purpose.LOGIN, "operator"))
    assert 200 == house.client.get("/operator").status_code

    response = house.client.post("/operator/logout")

    assert 303 == response.status_code
    assert 403 == house.client.get("/operator").status_code


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_overview_shows_where_things_stand(house: House, lang: str) -> None:
    """Editions, announcements, the ledger, readers and events, with times in one zone."""
    house.log_in()
    with house.database.write() as session:
        events.record(session, "edition_ready", house.clock(), "2026-05-29", papers=312)
        events.record(session, "confirmed", house.clock(), "ada")

    text = words(house.client.get(f"/operator?lang={lang}").text)

    due = {"2026-05-29", "2026-05-29 08:00", "2026-05-29 08:10", "cs", "edition_ready"}
    due |= {"papers: 312"}
    due |= (
        {
            "active 1",
            "left 1",
            "claimed 1",
            "listing page",
            "Beijing time",
            "subscription confirmed",
        }
        if lang == "en"
        else {"正常 1", "已退订 1", "准备中 1", "列表页", "时区：北京时间", "确认订阅"}
    )
    assert [] == sorted(words for words in due if words not in text)


def test_details_are_a_column_only_where_there_are_any(house: House) -> None:
    """A column that would be empty throughout is left out."""
    house.log_in()
    with house.database.write() as session:
        events.record(session, "confirmed", house.clock(), "ada")
    assert "详情" not in words(house.client.get("/operator").text)

    with house.database.write() as session:
        events.record(session, "too_late", house.clock(), "2026-05-29", rows=2)
    assert "详情" in words(house.client.get("/operator").text)


def test_an_empty_installation_is_shown_too(secure: House) -> None:
    """Before the first morning the page says that there is nothing yet."""
    token = secure.token(Purpose.SESSION, "operator")

    page = secure.client.get("/operator", headers={"Cookie": f"session={token}"})

    assert 200 == page.status_code
    assert "还没有任何一期" in words(page.text)
    assert "还没有记录" in words(page.text)


def test_an_edition_without_rows_is_shown_too(house: House) -> None:
    """An edition that was only just opened has neither announcements nor deliveries."""
    with house.database.write() as session:
        editions.open_edition(session, LISTING_DATE + timedelta(days=3))
    house.log_in()

    text = words(house.client.get("/operator").text)

    assert "尚无寄送记录" in text
    assert "尚未收到任何公告" in text


def test_problems_are_listed_escaped_and_bounded(house: House) -> None:
    """A hostile or broken document cannot take over the page or fill it without end."""
    problems = [Problem("title_missing", EVIL, f"item-{number}{EVIL}") for number in range(25)]
    broken = announcement(paper(1), state=AnnouncementState.FAILED, expected=9)
    broken = type(broken)(
        **{name: getattr(broken, name) for name in broken.__slots__}
        | {"problems": tuple(problems)},
    )
    with house.database.write() as session:
        papers.keep_announcement(session, broken, LISTING_DATE, EVIL, house.clock())
        events.record(session, EVIL, house.clock(), EVIL, **{EVIL: EVIL})
    house.log_in()

    response = house.client.get("/operator")

    assert "<script" not in response.text
    assert "另有 5 个" in words(response.text)
    assert 20 == response.text.count("item-")
    assert ["1"] == read(response.text).xpath("//td[contains(@class, 'short')]/text()")


def test_health_follows_the_database(house: House) -> None:
    """A load balancer sends nobody to a process whose database is gone."""
    assert (200, "ok") == (
        house.client.get("/healthz").status_code,
        house.client.get("/healthz").text,
    )


def test_health_fails_with_the_database(
    tmp_path: object,
    open_database: Callable[..., Database],
) -> None:
    """A database without its tables does not answer."""
    for house in build_house(open_database(f"sqlite:///{tmp_path}/empty.sqlite3")):
        assert 503 == house.client.get("/healthz").status_code


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_timeline_tells_what_became_known(house: House, lang: str) -> None:
    """In order, with the source's own troubles as they were told, escaped."""
    source = FakeSource(cs=SourceUnavailable("https://arxiv.org/<b>", "the server answered 503"))
    day = LISTING_DATE + timedelta(days=3)
    house.clock.advance(timedelta(days=3))
    collect(house.database, [source], ["cs"], day, clock=house.clock)
    source.answers["cs"] = [replace(announcement(paper(7)), listing_date=day)]
    collect(house.database, [source], ["cs"], day, clock=house.clock)
    house.log_in()

    page = house.client.get(f"/operator?lang={lang}").text

    told = words(page)
    first, then = (
        ("nothing received cs", "whole cs 1 of 1, from listing page")
        if lang == "en"
        else ("未收到 cs", "完整 cs 1/1 条，来源：列表页")
    )
    assert told.index(first) < told.index("the server answered 503") < told.index(then)
    assert "<b>:" not in page


def test_a_weekday_without_mailing_is_named(house: House) -> None:
    """Nobody should look for an error on Thanksgiving."""
    house.clock.now = datetime(2026, 11, 27, 2, tzinfo=UTC)
    house.log_in()

    told = words(house.client.get("/operator").text)

    assert "2026-11-27 当日无公告：Thanksgiving" in told
    assert "Saturday evenings" not in told
