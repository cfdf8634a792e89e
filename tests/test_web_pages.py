"""Every page: GET changes nothing, errors are pages, everybody can read and use them."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from fastapi.testclient import TestClient
from starlette.routing import Route
from web_house import FORM, House, build_house, read, words

from newsletter.services.letters import Letters
from newsletter.storage.engine import Database
from newsletter.subscribers import SubscriberState
from newsletter.tokens import Purpose
from newsletter.web.app import create_app
from newsletter.web.operators import OperatorPages
from newsletter.web.pages import Pages
from newsletter.web.public import PublicPages
from newsletter.web.readers import ReaderPages

STYLE = Path(__file__).parents[1] / "templates" / "web" / "site.css"
PURPOSES = {
    "/confirm/{token}": Purpose.CONFIRM,
    "/preferences/{token}": Purpose.PREFERENCES,
    "/unsubscribe/{token}": Purpose.UNSUBSCRIBE,
    "/view/{token}": Purpose.VIEW,
    "/operator/login/{token}": Purpose.LOGIN,
}


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site with readers in every state, an edition, and an operator logged in."""
    for built in build_house(open_database(sqlite_url, busy_timeout=0.05)):
        for state in SubscriberState:
            built.add(state.value, state)
        built.compose(built.reader("active"))
        built.log_in()
        yield built


def routes(house: House, method: str) -> list[str]:
    """Return the paths of all routes that answer to `method`."""
    pages = Pages(house.site)
    parts = (PublicPages(pages), ReaderPages(pages), OperatorPages(pages))
    found = [route for part in parts for route in part.router().routes]
    return [r.path for r in found if isinstance(r, Route) and method in (r.methods or ())]


def filled(house: House, path: str, name: str) -> str:
    """Return a route's path with a valid token for the reader `name`."""
    if path not in PURPOSES:
        return path
    purpose = PURPOSES[path]
    subject = {Purpose.LOGIN: "operator", Purpose.VIEW: f"{name}~20260529"}.get(purpose, name)
    return path.format(token=house.token(purpose, subject))


def test_get_never_changes_a_row(house: House) -> None:
    """A scanner that opens every link of every mail does nothing."""
    before = house.rows()
    for route in routes(house, "GET"):
        for state in SubscriberState:
            for method in ("GET", "HEAD"):
                path = filled(house, route, state.value)
                response = house.client.request(method, path, params=FORM)
                assert response.status_code in {200, 404}, (method, path)

    assert len(routes(house, "GET")) == 11
    assert before == house.rows()
    assert [] == house.woken


def test_every_page_can_be_used_by_everybody(house: House) -> None:
    """One first heading, a label for each field, a title, a language; in both languages."""
    for lang, declared in (("zh", "zh-CN"), ("en", "en")):
        for route in routes(house, "GET"):
            if route in {"/healthz", "/view/{token}"}:
                continue
            path = filled(house, route, "active")
            page = read(house.client.get(path, params={"lang": lang}).text)
            ids = page.xpath("//@id")

            assert [declared] == page.xpath("/html/@lang"), path
            assert 1 == len(page.xpath("//h1")), path
            assert page.xpath("string(//title)").endswith(" · 晨刊"), path
            assert len(set(ids)) == len(ids), path
            labelled = set(page.xpath("//label/@for"))
            fields = page.xpath("//input[@type!='hidden' and @type!='radio']|//input[not(@type)]")
            fields += page.xpath("//select|//textarea")
            assert {field.get("id") for field in fields} == labelled, path
            assert [] == page.xpath("//input[@type='radio'][not(ancestor::label)]"), path
            described = " ".join(page.xpath("//@aria-describedby")).split()
            assert set(described) <= set(ids), path


def test_the_language_switch_keeps_the_address(house: House) -> None:
    """The switch is relative, so that the token stays, and no path can lead it elsewhere."""
    for path in (filled(house, "/preferences/{token}", "active"), "//evil.example/x"):
        page = read(house.client.get(path).text)

        assert ["?lang=en"] == page.xpath("//a[@class='switch']/@href")


def test_a_sample_says_so_on_every_page(house: House) -> None:
    """The demonstration cannot be taken for the real thing, on error pages neither."""
    with TestClient(house.app(is_sample=True), cookies=house.client.cookies) as client:
        for path in ("/", "/nowhere", filled(house, "/preferences/{token}", "active"), "/operator"):
            assert ">示例<" in client.get(path).text, path
            assert ">Sample<" in client.get(path, params={"lang": "en"}).text, path
        inbox = read(client.get("/").text).xpath("//p[@class='sample']/a")
        assert [("/inbox", "打开示例收件箱")] == [(a.get("href"), a.text) for a in inbox]
    assert "示例</strong>" not in house.client.get("/").text
    assert "/inbox" not in house.client.get("/").text


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("mail@example.org", ["mailto:mail@example.org"]),
        ("https://example.org/contact", ["https://example.org/contact"]),
        ("javascript:alert(1)", []),
        ("", []),
    ],
)
def test_the_operator_can_be_reached(house: House, contact: str, expected: list[str]) -> None:
    """The contact is a link where it is one."""
    with TestClient(house.app(contact=contact, operator="")) as client:
        text = client.get("/").text

    assert expected == read(text).xpath("//footer//a/@href")
    assert contact in text


def test_a_site_below_a_path_links_below_it(house: House) -> None:
    """A proxy may publish the pages at `/news`."""
    letters = house.site.letters
    below = Letters(
        **{name: getattr(letters, name) for name in Letters.__slots__}
        | {"base_url": "https://example.org/news"},
    )
    with TestClient(house.app(letters=below)) as client:
        page = read(client.get("/").text)

    assert ["/news/subscribe"] == page.xpath("//form/@action")
    assert ["/news/?lang=zh"] == page.xpath("//a[@class='name']/@href")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("request_line", "status", "said"),
    [
        ("GET /nowhere", 404, ("页面不存在", "No such page")),
        ("GET /subscribe/", 404, ("页面不存在", "No such page")),
        ("PUT /subscribe", 405, ("不支持直接访问", "cannot be opened directly")),
        ("GET /operator/logout", 405, ("不支持直接访问", "cannot be opened directly")),
        ("GET /preferences/nonsense", 404, ("链接无效", "does not work")),
        ("POST /unsubscribe/nonsense", 404, ("链接无效", "does not work")),
        ("GET /confirm/1c.ada.1.xxxxxxxxxxxxxxxxxxxx", 404, ("链接无效", "does not work")),
    ],
)
def test_errors_are_pages_too(
    house: House,
    request_line: str,
    status: int,
    said: tuple[str, str],
    lang: str,
) -> None:
    """Whoever takes a wrong turn reads what to do, in their language."""
    method, path = request_line.split()
    response = house.client.request(method, path, params={"lang": lang})

    assert status == response.status_code
    assert said[lang == "en"] in words(response.text)
    assert [f"lang={lang}"] == [
        href.partition("?")[2] for href in read(response.text).xpath("//main//a/@href")
    ]


def test_a_wrong_method_names_the_right_one(house: House) -> None:
    """RFC 9110 section 15.5.6: 405 lists what is allowed."""
    assert "POST" == house.client.get("/operator/logout").headers["Allow"]


@pytest.mark.parametrize(
    "request_of",
    [
        {"data": {"lang": "en"}, "files": {"x": ("a.txt", b"x")}},
        {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}},
        {"data": {f"field{number}": "" for number in range(500)}},
    ],
    ids=["a file", "broken", "many fields"],
)
def test_a_body_that_is_no_form_of_ours_is_refused(
    house: House,
    request_of: dict[str, object],
) -> None:
    """Files and malformed bodies get a page, not a stack trace."""
    response = house.client.post("/subscribe", **request_of)

    assert 400 == response.status_code
    assert "无法读取" in words(response.text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_busy_database_asks_for_patience(house: House, lang: str) -> None:
    """While another process writes, nothing is lost and the page says when to return."""
    path = filled(house, "/preferences/{token}", "active")
    before = house.rows()
    with house.database.write(), structlog.testing.capture_logs() as logs:
        response = house.client.post(path, data={**FORM, "lang": lang})

    assert 503 == response.status_code
    assert "60" == response.headers["Retry-After"]
    assert ("busy" if lang == "en" else "数据库正忙") in words(response.text)
    assert before == house.rows()
    assert [{"event": "page_unavailable", "error": "DatabaseBusy", "log_level": "warning"}] == logs


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_error_of_our_own_is_a_page_without_details(house: House, lang: str) -> None:
    """The page apologises, is as careful as the others, and shows nothing of the inside."""

    def broken() -> None:
        raise RuntimeError("secret detail")

    desk = replace(house.site.desk, clock=broken)
    with TestClient(
        create_app(replace(house.site, desk=desk)), raise_server_exceptions=False
    ) as client:
        path = filled(house, "/preferences/{token}", "active")
        response = client.get(path, params={"lang": lang})

    assert 500 == response.status_code
    assert ("went wrong" if lang == "en" else "出错了") in words(response.text)
    assert "secret" not in response.text
    assert "no-store" == response.headers["Cache-Control"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_no_address_and_no_token_reaches_the_log(
    house: House,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A reader's whole visit leaves neither in any log."""
    with caplog.at_level("DEBUG", logger="newsletter"), structlog.testing.capture_logs() as logs:
        house.client.post("/subscribe", data=FORM)
        for route in routes(house, "POST"):
            house.client.post(filled(house, route, "active"), data=FORM)
        house.client.get("/preferences/1p.ada.1.xxxxxxxxxxxxxxxxxxxx")

    said = repr(logs) + "".join(r.getMessage() for r in caplog.records if "httpx" not in r.name)
    assert [] == re.findall(r"@example|1[a-z]\.[\w~-]+\.[0-9a-f]+\.", said)


def test_a_client_that_goes_away_is_no_error(house: House) -> None:
    """A browser closed in the middle of sending leaves no stack trace."""
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": "POST", "path": "/subscribe", "headers": headers}
    scope |= {"query_string": b"", "client": ("203.0.113.9", 1), "server": ("testserver", 80)}
    scope |= {"scheme": "http", "root_path": "", "http_version": "1.1"}
    asyncio.run(create_app(house.site)(scope, receive, send))

    assert 400 == sent[0]["status"]


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "page"), ("ink", "sheet"), ("ink", "wash"), ("ink", "red-wash"),
        ("soft", "page"), ("soft", "sheet"), ("soft", "wash"),
        ("blue", "page"), ("blue", "sheet"), ("blue-deep", "wash"),
        ("on-blue", "blue"), ("on-blue", "blue-deep"),
        ("red", "sheet"), ("red", "red-wash"),
        ("green", "sheet"), ("green", "green-wash"),
        ("amber", "sheet"), ("amber", "amber-wash"),
    ],
)  # fmt: skip
def test_every_text_stands_out(theme: int, ink: str, ground: str) -> None:
    """Contrast is 4.5 or more, by day and by night (WCAG 2.2, 1.4.3)."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[theme]))
    light, dark = sorted((luminance(colours[name]) for name in (ink, ground)), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_edge_of_a_field_can_be_seen(theme: int) -> None:
    """Contrast is 3 or more (WCAG 2.2, 1.4.11)."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[theme]))
    light, dark = sorted((luminance(colours[n]) for n in ("edge", "sheet")), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 3
