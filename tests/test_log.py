"""Logs: no address, no token, one JSON object a line, the libraries' records too."""

import copy
import io
import json
import logging
import logging.config
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import structlog
import uvicorn.config
from hypothesis import given
from hypothesis import strategies as st

from newsletter.log import configure, scrub
from newsletter.tokens import Purpose, Signer

_ADDRESS = "ann.sample+news@example.org"
_TOKEN = Signer(("s" * 32,)).issue(
    Purpose.PREFERENCES,
    "reader_1",
    datetime(2026, 5, 29, tzinfo=UTC),
)
_SECRETS = (_ADDRESS, "example.org", "ann.sample", _TOKEN, _TOKEN[-20:])


_LIBRARIES = ("httpx", "httpx2", "httpcore", "uvicorn", "uvicorn.error", "uvicorn.access")


@pytest.fixture(autouse=True)
def _logging_is_put_back() -> Iterator[None]:
    """Leave all loggers that are configured, and structlog, as they were."""
    loggers = [logging.getLogger(), *map(logging.getLogger, _LIBRARIES)]
    before = [(each.handlers[:], each.level, each.propagate) for each in loggers]
    yield
    for each, (handlers, level, propagate) in zip(loggers, before, strict=True):
        each.handlers[:] = handlers
        each.setLevel(level)
        each.propagate = propagate
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def _written(act: Callable[[], None], *, as_json: bool = True, level: str = "INFO") -> str:
    """Return what is logged while `act` runs."""
    stream = io.StringIO()
    configure(json=as_json, level=level, stream=stream)
    act()
    return stream.getvalue()


def _events(act: Callable[[], None]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _written(act).splitlines()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to ann@example.org now", "to …@… now"),
        ("<ann@example.org>, 'bo@example.org'", "<…@…>, '…@…'"),
        ('{"to": "ann@example.org"}', '{"to": "…@…"}'),
        ("smtp://user:password@host:25", "…@…"),
        ("a@b@c.example", "…@…"),
        ("GET /s?address=ann%40example.org HTTP/1.1", "GET …@… HTTP/1.1"),
        ("GET /s?address=ann%40Example.org&x=1", "GET …@…"),
        ("ann＠example.org", "…@…"),
        ("李@例子.测试", "…@…"),
        ("no address", "no address"),
        ("", ""),
        (f"POST /u/{_TOKEN} 200", "POST /u/… 200"),
        (f"/login?next=%2Fp%2F{_TOKEN}&x=1", "/login?next=%2Fp%2F…&x=1"),
        (f"x{_TOKEN}", "x…"),
        ("1.2.3 and 1a.b", "1.2.3 and 1a.b"),
    ],
)
def test_addresses_and_tokens_are_scrubbed(text: str, expected: str) -> None:
    """Addresses and tokens give way to an ellipsis; the rest of the text stays."""
    assert expected == scrub(text)


@given(st.emails(), st.sampled_from([" ", "<", '"', "\n", ": "]), st.sampled_from([" ", ">", '"']))
def test_any_address_is_scrubbed(address: str, before: str, after: str) -> None:
    """Nothing of an address is left, whatever stands around it."""
    domain = address.rpartition("@")[2]

    assert domain not in scrub(f"{before}{address}{after}").replace("…@…", "")
    assert "…@…" in scrub(f"{before}{address}{after}")


@given(st.sampled_from(Purpose), st.from_regex(r"[A-Za-z0-9_~-]{1,64}", fullmatch=True), st.text())
def test_any_token_is_scrubbed(purpose: Purpose, subject: str, around: str) -> None:
    """No token is left, whatever stands around it."""
    token = Signer(("s" * 32,)).issue(purpose, subject, datetime(2026, 5, 29, tzinfo=UTC))

    assert token not in scrub(f"{around}{token}{around}")
    assert token[-20:] not in scrub(f"{around}{token} {around}")


@pytest.mark.parametrize("text", ["a" * 200_000, "1a." * 70_000, "@" * 200_000, "%4" * 100_000])
def test_scrubbing_takes_linear_time(text: str) -> None:
    """A hostile reply of one long run does not stop the worker."""
    begun = time.process_time()

    scrub(text)

    assert time.process_time() - begun < 2


def test_fields_are_scrubbed() -> None:
    """Fields, nested ones, bound ones and the event itself lose addresses and tokens."""

    def act() -> None:
        structlog.contextvars.bind_contextvars(bound=_ADDRESS)
        structlog.get_logger().info(
            f"to {_ADDRESS}",
            link=f"/p/{_TOKEN}",
            nested={_ADDRESS: [{"deep": (_TOKEN,)}], "set": {_ADDRESS}},
            error=ValueError(_ADDRESS),
            raw=_ADDRESS.encode(),
            _private=_ADDRESS,
        )

    written = _written(act)
    event = json.loads(written)

    assert not [secret for secret in _SECRETS if secret in written]
    assert ["to …@…", "…@…", "/p/…"] == [event[name] for name in ("event", "bound", "link")]
    assert {"…@…": [{"deep": ["…"]}], "set": ["…@…"]} == event["nested"]


def test_other_fields_stay_as_they_are() -> None:
    """Numbers, booleans, nothing and dates are not touched; sets and tuples become lists."""
    fields = {"delivery": 7, "seconds": 0.5, "done": True, "reply": None, "states": ["a", {"b": 1}]}

    [event] = _events(
        lambda: structlog.get_logger().info("digest_done", day=date(2026, 5, 29), **fields),
    )

    assert fields == {name: event[name] for name in fields}
    assert (event["event"], event["level"], event["day"]) == ("digest_done", "info", "2026-05-29")
    assert datetime.fromisoformat(event["timestamp"]).tzinfo is not None


def test_library_records_are_scrubbed() -> None:
    """A record of the standard library passes through the same sieve, arguments and extras too."""

    def act() -> None:
        logging.getLogger("some.library").warning(
            "sent %s to %s",
            _TOKEN,
            _ADDRESS,
            extra={"recipient": _ADDRESS, "recipients": [_ADDRESS]},
        )

    [event] = _events(act)

    assert (event["event"], event["level"]) == ("sent … to …@…", "warning")
    assert (event["recipient"], event["recipients"]) == ("…@…", ["…@…"])


def _refuse() -> None:
    raise ValueError(_ADDRESS)


def _fail() -> None:
    try:
        _refuse()
    except ValueError as error:
        raise RuntimeError(f"/p/{_TOKEN}") from error


def _log_library_exception() -> None:
    try:
        _fail()
    except RuntimeError:
        logging.getLogger("some.library").exception("it broke")


def _log_own_exception() -> None:
    try:
        _fail()
    except RuntimeError:
        structlog.get_logger().exception("it_broke")


def _log_the_stack() -> None:
    logging.getLogger("some.library").error("it broke", stack_info=True)


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("act", [_log_library_exception, _log_own_exception])
def test_the_text_of_exceptions_is_scrubbed(act: Callable[[], None], as_json: bool) -> None:
    """A traceback shows where it broke and neither the address nor the token in its messages."""
    written = _written(act, as_json=as_json)
    shown = json.loads(written)["exception"] if as_json else written

    assert not [secret for secret in _SECRETS if secret in written]
    assert "RuntimeError: /p/…" in shown
    assert "ValueError: …@…" in shown
    assert "in _fail" in shown


def test_a_stack_is_one_field() -> None:
    """A stack in JSON is text within the line."""
    [event] = _events(_log_the_stack)

    assert "_log_the_stack" in event["stack_info"]


def test_each_line_is_one_object() -> None:
    """Line breaks inside a field do not break the line."""

    def act() -> None:
        structlog.get_logger().info("first", reply="250 ok\r\n250 sample\n")
        structlog.get_logger().warning("second")

    assert [event["event"] for event in _events(act)] == ["first", "second"]


def test_the_console_shows_event_and_fields_without_colours() -> None:
    """Without JSON a line is readable and holds no escape sequence."""
    written = _written(
        lambda: structlog.get_logger().info("digest_done", delivery=7),
        as_json=False,
    )

    assert "digest_done" in written
    assert "delivery=7" in written
    assert "\x1b" not in written


def test_the_level_is_a_threshold() -> None:
    """What is below the level is not written, of whatever origin."""

    def act() -> None:
        structlog.get_logger().info("own")
        logging.getLogger("some.library").info("other")
        structlog.get_logger().warning("kept")

    assert [json.loads(line)["event"] for line in _written(act, level="WARNING").splitlines()] == [
        "kept"
    ]


@pytest.mark.parametrize("name", ["httpx", "httpx2", "httpcore", "uvicorn.access"])
def test_libraries_that_log_each_url_are_quiet(name: str) -> None:
    """URLs of requests hold tokens and keys: these libraries speak only when something is wrong."""

    def act() -> None:
        logging.getLogger(name).info("GET https://example.org/?key=sample")
        logging.getLogger(name).warning("wrong")

    assert [event["event"] for event in _events(act)] == ["wrong"]


def test_what_the_web_server_says_is_scrubbed() -> None:
    """Uvicorn's handlers go: a traceback of a request passes through the same sieve, once."""
    stream = io.StringIO()
    logging.config.dictConfig(copy.deepcopy(uvicorn.config.LOGGING_CONFIG))
    configure(json=True, stream=stream)

    try:
        _fail()
    except RuntimeError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    logging.getLogger("uvicorn.access").info("GET /p/sample")

    [event] = map(json.loads, stream.getvalue().splitlines())
    assert "RuntimeError: /p/…" in event["exception"]
    assert not [secret for secret in _SECRETS if secret in stream.getvalue()]


def test_configuring_twice_writes_each_line_once() -> None:
    """The second configuration replaces the first; by default logs go to standard error."""
    first, second = io.StringIO(), io.StringIO()
    configure(json=True, stream=first)
    configure(json=True, stream=second)

    structlog.get_logger().info("once")

    assert not first.getvalue()
    assert len(second.getvalue().splitlines()) == 1


def test_the_default_stream_is_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output belongs to the commands' own results."""
    configure(json=True)

    structlog.get_logger().info("once")
    sys.stderr.flush()
    captured = capsys.readouterr()

    assert (captured.out, json.loads(captured.err)["event"]) == ("", "once")
