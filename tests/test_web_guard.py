"""What holds for every answer: limits, HEAD, headers that keep tokens in."""

import asyncio
import re
from collections.abc import Callable, Iterator

import pytest
from starlette.types import Message
from web_house import CLIENT, FORM, House, build_house

from newsletter.storage.engine import Database
from newsletter.tokens import Purpose
from newsletter.web.app import create_app
from newsletter.web.guard import CAREFUL_HEADERS, MAX_BODY


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site with one reader and one digest."""
    for built in build_house(open_database(sqlite_url)):
        built.compose(built.add("ada"))
        yield built


def paths(house: House) -> list[str]:
    """Return a path of each kind of answer to a GET."""
    view = house.path(Purpose.VIEW, "ada~20260529")
    login = house.path(Purpose.LOGIN, "operator")
    readers = [house.path(p, "ada") for p in (Purpose.CONFIRM, Purpose.PREFERENCES)]
    return ["/", "/healthz", "/operator", "/nowhere", "/view/nonsense", view, login, *readers]


def test_every_answer_is_careful(house: House) -> None:
    """No answer is kept, named to other sites, framed, or able to run a script.

    The preferences alone run one, known by its hash, which asks this site and no other.
    """
    for path in paths(house):
        headers = house.client.get(path).headers
        policy = headers["Content-Security-Policy"]

        assert {name.lower() for name in CAREFUL_HEADERS} <= set(headers), path
        assert "no-store" == headers["Cache-Control"], path
        assert "no-referrer" == headers["Referrer-Policy"], path
        assert "nosniff" == headers["X-Content-Type-Options"], path
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        script = re.search(r"script-src ([^;]*); connect-src ([^;]*);", policy)
        if path.startswith("/preferences/"):
            assert script, path
            assert re.fullmatch(r"'sha256-[\w+/]{43}='", script[1]), path
            assert "'self'" == script[2], path
        else:
            assert "script-src" not in policy, path
            assert "connect-src" not in policy, path


def test_only_the_form_is_for_search_engines(house: House) -> None:
    """A page whose address holds a token is never indexed."""
    robots = {path: house.client.get(path).headers["X-Robots-Tag"] for path in paths(house)}

    assert {"/"} == {path for path, rule in robots.items() if rule != "noindex"}


def test_the_style_is_the_one_that_the_policy_names(house: House) -> None:
    """A style that came in by a hole in escaping would not be applied."""
    response = house.client.get("/")

    assert 1 == response.text.count("<style>")
    assert re.search(
        r"style-src 'sha256-[\w+/]{43}=';", response.headers["Content-Security-Policy"]
    )
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert not re.search(r"<script|\sstyle=|\son\w+=|javascript:|<img|<link|url\(", response.text)


def test_head_is_get_without_a_body(house: House) -> None:
    """Status and headers agree on every page, also where GET is refused."""
    for path in paths(house):
        got, head = house.client.get(path), house.client.head(path)

        assert b"" == head.content, path
        assert got.status_code == head.status_code, path
        assert got.headers["Content-Length"] == head.headers["Content-Length"], path


def test_a_long_body_is_refused(house: House) -> None:
    """A body beyond the limit gets a page that says so, and changes nothing."""
    before = house.rows()

    response = house.client.post("/subscribe", data={**FORM, "keywords": "x" * MAX_BODY})

    assert 413 == response.status_code
    assert "内容太长" in response.text
    assert before == house.rows()


def test_a_long_body_without_a_length_is_refused(house: House) -> None:
    """A chunked body is counted while it comes, and cut off."""
    sent: list[int] = []

    def chunks() -> Iterator[bytes]:
        for number in range(1000):
            sent.append(number)
            yield b"keywords=" + b"x" * 1024

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = house.client.post("/subscribe", content=chunks(), headers=headers)

    assert 413 == response.status_code
    assert "no-store" == response.headers["Cache-Control"]


@pytest.mark.parametrize("extra", [0, 1])
def test_the_limit_is_exact(house: House, extra: int) -> None:
    """The last byte that fits is taken, and the next is not."""
    body = b"address=" + b"x" * (MAX_BODY - 8 + extra)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    response = house.client.post("/subscribe", content=body, headers=headers)

    assert (413 if extra else 422) == response.status_code


@pytest.mark.parametrize("length", ["-1", "nonsense", "0", "9" * 5000])
def test_a_lie_about_the_length_is_harmless(house: House, length: str) -> None:
    """What is stated wrongly is counted all the same."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": length}

    response = house.client.post("/subscribe", content=b"x" * (MAX_BODY + 1), headers=headers)

    assert 413 == response.status_code


def test_a_body_that_says_it_is_too_long_is_not_read(house: House) -> None:
    """The refusal comes before the first byte is taken."""
    sent, asked = speak(house, "POST", "/subscribe", str(MAX_BODY + 1))

    assert 413 == sent[0]["status"]
    assert 0 == asked


@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_head_sends_no_byte(house: House, path: str) -> None:
    """The body is held back here, whatever the server in front does about it."""
    sent, _ = speak(house, "HEAD", path)

    assert [b""] == [message["body"] for message in sent[1:]]


def speak(house: House, method: str, path: str, length: str = "0") -> tuple[list[Message], int]:
    """Serve one request in ASGI's own terms; return what was sent and how often a body was asked.

    The body is one byte whatever `length` says.
    """
    sent: list[Message] = []
    asked: list[int] = []

    async def receive() -> Message:
        asked.append(1)
        return {"type": "http.request", "body": b"x", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    form = (b"content-type", b"application/x-www-form-urlencoded")
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "root_path": ""}
    scope |= {"headers": [form, (b"content-length", length.encode())], "scheme": "http"}
    scope |= {"client": (CLIENT, 1), "server": ("testserver", 80), "http_version": "1.1"}
    asyncio.run(create_app(house.site)(scope, receive, send))
    return sent, len(asked)


def test_nothing_describes_the_interface(house: House) -> None:
    """FastAPI's own pages are not there."""
    paths = ("/docs", "/redoc", "/openapi.json")

    assert [404] * 3 == [house.client.get(path).status_code for path in paths]
