"""The preview in a real browser: Chromium, with the script and without."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Dialog, Page, Route, expect, sync_playwright
from preview_house import keep_week
from web_house import House, build_house

from newsletter.keywords.abbreviations import mine
from newsletter.services.recent import RecentEditions
from newsletter.services.vocabulary import vocabulary
from newsletter.storage.engine import Database
from newsletter.tokens import Purpose
from newsletter.web.app import create_app

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
PATIENCE = 20_000.0
"""Milliseconds; a shared machine can be slow."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a Chromium that was there before; in CI it must be."""
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("not run: there is no chromium on the PATH")
    assert CHROMIUM, "CI installs chromium"
    with sync_playwright() as playwright:
        # Root, as in a container, cannot have Chromium's sandbox.
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield opened
        opened.close()


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site that answers on a port of this machine."""
    database = open_database(sqlite_url)
    keep_week(database)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        recent = RecentEditions(database, vocabulary, mine)
        recent.warm()
        for built in build_house(database, base_url=url, recent=recent):
            built.add("ada")
            config = uvicorn.Config(create_app(built.site), log_config=None, access_log=False)
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, args=([listening],))
            thread.start()
            yield built
            server.should_exit = True
            thread.join()


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    """Return the preferences page with its script at work; a complaint of the browser fails."""
    yield from open_page(browser, house, scripted=True)


@pytest.fixture
def plain(browser: Browser, house: House) -> Iterator[Page]:
    """Return the preferences page in a browser that runs no script."""
    yield from open_page(browser, house, scripted=False)


def open_page(browser: Browser, house: House, *, scripted: bool) -> Iterator[Page]:
    """Open ada's preferences, and fail if the browser complained of anything."""
    complaints: list[str] = []
    context = browser.new_context(java_script_enabled=scripted)
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(house.site.letters.url(Purpose.PREFERENCES, "ada", house.clock()))
    yield opened
    context.close()
    assert [] == complaints


def test_typing_shows_what_a_keyword_brings(page: Page, house: House) -> None:
    """Figures and titles come while the reader types, and nothing is saved."""
    before = house.rows()
    page.get_by_label("关键词", exact=True).fill("")
    page.get_by_label("关键词", exact=True).press_sequentially("robot", delay=20)

    expect(page.locator(".tries > li")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator(".sum")).to_have_text("共 14 篇", timeout=PATIENCE)
    expect(page.locator("#preview-status")).to_contain_text("共 14 篇，平均每期 2 篇")
    expect(page.locator(".days > li")).to_have_count(7)
    page.locator("#preview summary").click()
    expect(page.get_by_role("link", name="Robots that learn").first).to_be_visible()
    assert before == house.rows()


def test_the_page_begins_with_the_keywords_there_are(page: Page) -> None:
    """Nobody has to type to see what is chosen; the button is not needed."""
    expect(page.locator(".tries > li")).to_have_count(2, timeout=PATIENCE)
    expect(page.locator("#preview-button")).to_have_count(0)


def test_a_tick_puts_the_other_name_in_the_line(page: Page) -> None:
    """And the preview is that of the new line."""
    page.get_by_label("关键词", exact=True).fill("robot\nRL")
    # A click, not `check`: the tick is done at once, and its box is gone before one could look.
    page.get_by_label("也找 reinforcement learning").click(timeout=PATIENCE)

    expect(page.get_by_label("关键词", exact=True)).to_have_value(
        "robot\nRL OR reinforcement learning", timeout=PATIENCE
    )
    expect(page.locator(".tries > li").last).to_contain_text("共 1 篇")


def test_an_alternative_takes_the_place_of_the_line(page: Page) -> None:
    """Of several on one line one can be chosen, and it is done at once."""
    page.get_by_label("关键词", exact=True).fill("robots and that")
    page.get_by_role("radio", name="改为 robots AND that").click(timeout=PATIENCE)

    expect(page.get_by_label("关键词", exact=True)).to_have_value(
        "robots AND that", timeout=PATIENCE
    )
    expect(page.locator(".sum")).to_have_text("共 14 篇", timeout=PATIENCE)


def test_a_link_does_not_lose_what_was_typed(page: Page) -> None:
    """The browser asks before it leaves a form that is not saved, and only then."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("关键词", exact=True).press_sequentially("\ngraph")
    with page.expect_event("dialog", timeout=PATIENCE):
        page.get_by_role("link", name="English").click(no_wait_after=True)
    page.get_by_role("button", name="保存").click()

    expect(page.locator("body")).to_contain_text("已保存")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert ["beforeunload"] == asked


def test_titles_stay_open_while_typing_goes_on(page: Page) -> None:
    """A new preview does not close what the reader opened."""
    page.get_by_label("关键词", exact=True).fill("robot")
    expect(page.locator(".tries > li")).to_have_count(1, timeout=PATIENCE)
    page.locator("#preview summary").click()
    page.get_by_label("关键词", exact=True).press_sequentially("\ncount", delay=5)

    expect(page.locator(".tries > li")).to_have_count(2, timeout=PATIENCE)
    expect(page.locator("#preview details").first).to_have_attribute("open", "")


def test_only_the_last_answer_counts(page: Page) -> None:
    """An answer that comes late does not take the place of a newer one."""
    held: list[Route] = []
    page.get_by_label("关键词", exact=True).fill("robot")
    expect(page.locator(".sum")).to_have_text("共 14 篇", timeout=PATIENCE)

    with page.expect_request(lambda request: "slow" in (request.post_data or "")):
        page.route("**/preview?part=1", lambda route: held.append(route), times=1)  # noqa: PLW0108 - playwright cannot keep a bound method
        page.get_by_label("关键词", exact=True).fill("slow")
    page.get_by_label("关键词", exact=True).fill("count")
    expect(page.locator(".tries .tried bdi")).to_have_text("count", timeout=PATIENCE)

    [late] = held
    late.fulfill(body="<div data-preview data-keywords='' data-summary='late'>late</div>")
    page.get_by_label("关键词", exact=True).focus()
    expect(page.locator("#preview-part")).not_to_contain_text("late")
    expect(page.locator(".tries .tried bdi")).to_have_text("count")


def test_while_papers_are_prepared_the_script_asks_again(page: Page) -> None:
    """The reader need not do anything."""
    body = "<div data-preview data-keywords='robot' data-summary='one moment' data-again></div>"
    expect(page.locator(".tries > li")).to_have_count(2, timeout=PATIENCE)
    page.route("**/preview?part=1", lambda route: route.fulfill(body=body), times=1)
    page.get_by_label("关键词", exact=True).fill("robot")

    expect(page.locator("#preview-status")).to_have_text("one moment", timeout=PATIENCE)
    expect(page.locator("#preview-status")).to_contain_text("共 14 篇", timeout=PATIENCE)


def test_a_failure_is_said_in_place(browser: Browser, house: House) -> None:
    """The reader can still save, and the next key asks again."""
    context = browser.new_context()
    page = context.new_page()
    page.route("**/preview?part=1", lambda route: route.abort())
    page.goto(house.site.letters.url(Purpose.PREFERENCES, "ada", house.clock()))

    expect(page.locator("#preview-status")).to_contain_text("预览暂时取不到", timeout=PATIENCE)
    page.unroute("**/preview?part=1")
    page.get_by_label("关键词", exact=True).fill("robot")
    expect(page.locator("#preview-status")).to_contain_text("共 14 篇", timeout=PATIENCE)
    context.close()


def test_without_a_script_a_button_previews(plain: Page) -> None:
    """What was typed stays, a tick is taken with the next preview, and saving saves."""
    plain.get_by_label("关键词", exact=True).fill("robot\nRL")
    plain.get_by_role("button", name="预览").click()

    expect(plain.get_by_label("关键词", exact=True)).to_have_value("robot\nRL")
    expect(plain.locator(".sum").first).to_have_text("共 14 篇")
    plain.get_by_label("也找 reinforcement learning").check()
    plain.get_by_role("button", name="预览").click()
    expect(plain.get_by_label("关键词", exact=True)).to_have_value(
        "robot\nRL OR reinforcement learning"
    )
    plain.get_by_role("button", name="保存").click()
    expect(plain.locator("body")).to_contain_text("已保存")
    expect(plain.get_by_label("关键词", exact=True)).to_have_value(
        "robot\nRL OR reinforcement learning"
    )
