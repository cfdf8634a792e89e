"""The fetcher against a real server that misbehaves, and its decisions on their own."""

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import SimpleNamespace

import httpx
import pytest
from sources_server import Arxiv, Reply, serve

from newsletter.errors import DocumentTooLarge, SourceError, SourceRefused, SourceUnavailable
from newsletter.sources.deadline import watched
from newsletter.sources.http import Fetcher, pause_for, retry_after, translate
from newsletter.sources.throttle import LocalThrottle

NOW = datetime(2026, 5, 29, 0, 5, tzinfo=UTC)


class Paces:
    """A throttle that waits for nothing and remembers what it was asked."""

    def __init__(self) -> None:
        """Begin with no requests."""
        self.seconds: list[float] = []
        self.inside = 0

    @contextmanager
    def __call__(self, seconds: float) -> Iterator[None]:
        """Note the pause, and that the request is inside."""
        self.seconds.append(seconds)
        self.inside += 1
        yield
        self.inside -= 1


@contextmanager
def dripping(head: bytes, drop: bytes) -> Iterator[str]:
    """Give the address of a server that sends `head`, then `drop` twenty times a second."""
    done = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection, suppress(ConnectionError):
            connection.sendall(head)
            while not done.wait(0.05):
                connection.sendall(drop)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/x"
        finally:
            done.set()
            thread.join()


@pytest.fixture
def arxiv() -> Iterator[Arxiv]:
    """Run a server that plays arXiv."""
    with serve() as server:
        yield server


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """Give a client that asks no proxy."""
    with httpx.Client(timeout=httpx.Timeout(10.0), trust_env=False) as client:
        yield client


@pytest.fixture
def paces() -> Paces:
    """Give a throttle that waits for nothing."""
    return Paces()


@pytest.fixture
def fetcher(client: httpx.Client, paces: Paces) -> Fetcher:
    """Give a fetcher with small limits."""
    return Fetcher("https://sample.example", client=client, throttle=paces, limit=10_000)


def test_body_arrives_with_polite_headers(arxiv: Arxiv, fetcher: Fetcher, paces: Paces) -> None:
    """A request names the software and a contact, accepts feeds, and is never conditional."""
    arxiv.replies["/list/cs/new"] = Reply(body="é".encode())
    assert "é".encode() == fetcher.get(f"{arxiv.url}/list/cs/new")
    sent = arxiv.headers[0]
    assert sent["user-agent"].startswith("Chenkan/")
    assert sent["user-agent"].endswith(" (+https://sample.example)")
    assert "application/rss+xml" in sent["accept"]
    assert "if-modified-since" not in sent
    assert "close" == sent["connection"]
    assert [15.0] == paces.seconds
    assert 0 == paces.inside


@pytest.mark.parametrize("status", [406, 408, 429, 500, 502, 503, 504])
def test_busy_answers_are_temporary(arxiv: Arxiv, fetcher: Fetcher, status: int) -> None:
    """Answers that may change are temporary, with the server's own waiting time."""
    arxiv.replies["/rss/cs.LG"] = Reply(
        status=status, body=b"Rate exceeded.", headers={"Retry-After": "120"}
    )
    with pytest.raises(SourceUnavailable, match=str(status)) as caught:
        fetcher.get(f"{arxiv.url}/rss/cs.LG")
    assert 120.0 == caught.value.retry_after


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_refusals_are_permanent(arxiv: Arxiv, fetcher: Fetcher, status: int) -> None:
    """Other client errors mean that the request is wrong."""
    arxiv.replies["/list/xx/new"] = Reply(status=status)
    with pytest.raises(SourceRefused, match=str(status)):
        fetcher.get(f"{arxiv.url}/list/xx/new")


@pytest.mark.parametrize("status", [204, 206, 304])
def test_other_success_is_no_document(arxiv: Arxiv, fetcher: Fetcher, status: int) -> None:
    """Anything but 200 is not taken for the document."""
    arxiv.replies["/x"] = Reply(status=status)
    with pytest.raises(SourceUnavailable):
        fetcher.get(f"{arxiv.url}/x")


def test_truncated_body_is_temporary(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """A body shorter than announced is not taken for the whole."""
    arxiv.replies["/x"] = Reply(body=b"<html>", claimed=600, headers={"Connection": "close"})
    with pytest.raises(SourceUnavailable):
        fetcher.get(f"{arxiv.url}/x")


def test_reset_connection_is_temporary(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """A connection that is reset may work later."""
    arxiv.replies["/x"] = Reply(reset=True)
    with pytest.raises(SourceUnavailable) as caught:
        fetcher.get(f"{arxiv.url}/x")
    assert isinstance(caught.value.__cause__, httpx.HTTPError)


def test_refused_connection_is_temporary(fetcher: Fetcher) -> None:
    """A server that is down may come back."""
    with serve() as gone:
        url = gone.url
    with pytest.raises(SourceUnavailable):
        fetcher.get(url)


def test_slow_answer_is_temporary(arxiv: Arxiv, paces: Paces) -> None:
    """A server that stalls is left after the time-out."""
    stall = threading.Event()
    arxiv.replies["/x"] = Reply(body=b"late", stall=stall)
    with httpx.Client(timeout=0.2, trust_env=False) as hasty:
        fetcher = Fetcher("x", client=hasty, throttle=paces)
        with pytest.raises(SourceUnavailable, match="in time"):
            fetcher.get(f"{arxiv.url}/x")
    stall.set()


def test_dripping_answer_has_an_end(arxiv: Arxiv, client: httpx.Client, paces: Paces) -> None:
    """The whole answer has a limit of time, and its connection does not outlive it."""
    stall = threading.Event()
    arxiv.replies["/x"] = Reply(body=b"late", stall=stall)
    fetcher = Fetcher("x", client=client, throttle=paces, total_seconds=0.5)
    with pytest.raises(SourceUnavailable, match="took longer"):
        fetcher.get(f"{arxiv.url}/x")
    stall.set()
    arxiv.replies["/y"] = Reply(body=b"next")
    assert b"next" == fetcher.get(f"{arxiv.url}/y")


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"a body without a length"),
    ],
)
def test_no_drip_outlasts_the_limit(
    client: httpx.Client, paces: Paces, head: bytes, drop: bytes
) -> None:
    """Headers, interim answers and bodies that drip for ever end with the time of the whole."""
    fetcher = Fetcher("x", client=client, throttle=paces, total_seconds=1.0)
    before = threading.active_count()
    with (
        dripping(head, drop) as url,
        pytest.raises(SourceUnavailable, match="longer than 1 seconds"),
    ):
        fetcher.get(url)
    assert before == threading.active_count()


def test_watch_that_expired_shuts_late_connections() -> None:
    """A connection that opens after the end is shut at once; one shut already is let be."""
    ours, theirs = socket.socketpair()
    with ours, theirs, watched(60.0) as watch:
        watch.expire()
        stream = SimpleNamespace(get_extra_info=lambda _: ours)
        for event in ("connection.connect_tcp.started", "connection.connect_tcp.complete"):
            watch.trace(event, {"return_value": stream})
        assert b"" == theirs.recv(1)
        theirs.close()
        watch.expire()
        assert watch.expired


@pytest.mark.parametrize("packed", [False, True])
def test_too_large_answer_is_cut_off(arxiv: Arxiv, fetcher: Fetcher, *, packed: bool) -> None:
    """The limit counts decoded bytes, so that a small body cannot unpack into a large one."""
    body = b"x" * 10_001
    headers = {"Content-Encoding": "gzip"} if packed else {}
    arxiv.replies["/x"] = Reply(body=gzip.compress(body) if packed else body, headers=headers)
    with pytest.raises(DocumentTooLarge) as caught:
        fetcher.get(f"{arxiv.url}/x")
    assert 10_000 == caught.value.limit


def test_body_at_the_limit_passes(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """The limit itself is allowed."""
    arxiv.replies["/x"] = Reply(body=b"x" * 10_000)
    assert 10_000 == len(fetcher.get(f"{arxiv.url}/x"))


def test_broken_compression_is_temporary(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """A body that cannot be unpacked was damaged on its way."""
    arxiv.replies["/x"] = Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceUnavailable):
        fetcher.get(f"{arxiv.url}/x")


def test_redirects_are_followed_at_home(arxiv: Arxiv, fetcher: Fetcher, paces: Paces) -> None:
    """Alias categories answer 301; each hop keeps the pace."""
    arxiv.replies["/list/math.MP/new"] = Reply(
        status=301, headers={"Location": "/list/math-ph/new"}
    )
    arxiv.replies["/list/math-ph/new"] = Reply(body=b"ok")
    assert b"ok" == fetcher.get(f"{arxiv.url}/list/math.MP/new")
    assert [15.0, 15.0] == paces.seconds


def test_redirects_have_an_end(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """Three redirects are followed, a fourth is not."""
    for at in range(9):
        arxiv.replies[f"/{at}"] = Reply(status=302, headers={"Location": f"/{at + 1}"})
    arxiv.replies["/3"] = Reply(body=b"third")
    assert b"third" == fetcher.get(f"{arxiv.url}/0")
    with pytest.raises(SourceRefused, match="redirects"):
        fetcher.get(f"{arxiv.url}/4")
    assert ["/4", "/5", "/6", "/7"] == arxiv.asked[-4:]


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example/list",
        "https://arxiv.org.evil.example/",
        "https://notarxiv.org/",
        "http://localhost:1/",
        "file:///etc/passwd",
        "ftp://arxiv.org/list",
    ],
)
def test_redirects_away_are_refused(arxiv: Arxiv, fetcher: Fetcher, target: str) -> None:
    """No redirect leads away from arXiv and the configured host."""
    arxiv.replies["/x"] = Reply(status=302, headers={"Location": target})
    with pytest.raises(SourceRefused, match="another site"):
        fetcher.get(f"{arxiv.url}/x")
    assert ["/x"] == arxiv.asked


@pytest.mark.parametrize(
    "target", ["http://[", "http://arxiv.org:port/", "//", "http://xn--a.arxiv.org/"]
)
def test_unreadable_redirects_are_refused(arxiv: Arxiv, fetcher: Fetcher, target: str) -> None:
    """A redirect to what is no address is an error of the project's own."""
    arxiv.replies["/x"] = Reply(status=302, headers={"Location": target})
    with pytest.raises(SourceError):
        fetcher.get(f"{arxiv.url}/x")


@pytest.mark.parametrize(
    "url", ["ftp://arxiv.org/x", "no address", "http://a:b", "http://\0", "http://xn--a/"]
)
def test_wrong_addresses_are_refused(fetcher: Fetcher, url: str) -> None:
    """An address that cannot be asked is refused, not raised through."""
    with pytest.raises(SourceRefused):
        fetcher.get(url)


def test_illegal_contact_is_refused(arxiv: Arxiv, client: httpx.Client, paces: Paces) -> None:
    """A contact with a line break sends no header of its own."""
    fetcher = Fetcher("x\r\nX-Evil: 1", client=client, throttle=paces)
    with pytest.raises(SourceRefused):
        fetcher.get(f"{arxiv.url}/x")
    assert [] == arxiv.asked


def test_fetcher_builds_its_own_means(arxiv: Arxiv) -> None:
    """Without client and throttle a fetcher has its own, and closes them."""
    arxiv.replies["/x"] = Reply(body=b"ok")
    fetcher = Fetcher("x")
    assert b"ok" == fetcher.get(f"{arxiv.url}/x")
    fetcher.close()


def subclasses(root: type[httpx.HTTPError]) -> set[type[httpx.HTTPError]]:
    """Return `root` and every class below it."""
    return {root}.union(*(subclasses(child) for child in root.__subclasses__()))


@pytest.mark.parametrize("kind", sorted(subclasses(httpx.HTTPError), key=str))
def test_every_httpx_error_is_mapped(kind: type[httpx.HTTPError]) -> None:
    """Whatever httpx raises is permanent or temporary here."""
    request = httpx.Request("GET", "https://arxiv.org/x")
    if issubclass(kind, httpx.HTTPStatusError):
        response = httpx.Response(404, request=request)
        error: httpx.HTTPError = kind("x", request=request, response=response)
    else:
        error = kind("x")
    permanent = {
        httpx.HTTPStatusError,
        httpx.LocalProtocolError,
        httpx.TooManyRedirects,
        httpx.UnsupportedProtocol,
    }
    expected = SourceRefused if kind in permanent else SourceUnavailable
    assert expected is type(translate(error, "https://arxiv.org/x"))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("0", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("9" * 400, 86_400.0),
        ("Fri, 29 May 2026 00:06:30 GMT", 90.0),
        ("Fri, 29 May 2026 00:06:30 -0000", 90.0),
        ("Thu, 28 May 2026 00:00:00 GMT", 0.0),
        ("Fri, 29 May 9999 00:00:00 GMT", 86_400.0),
        ("Fri, 99 May 2026 00:00:00 GMT", None),
    ],
)
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    """Retry-After is seconds or a date, at most a day, and nonsense is no waiting time."""
    assert seconds == retry_after(value, NOW)


@pytest.mark.parametrize(
    ("url", "seconds"),
    [
        ("https://arxiv.org/list/cs/new", 15.0),
        ("https://arxiv.org/catchup/cs/2026-05-29", 15.0),
        ("https://mirror.example/list/cs/new", 15.0),
        ("https://rss.arxiv.org/rss/cs.LG", 3.0),
        ("https://export.arxiv.org/api/query", 3.0),
    ],
)
def test_pages_keep_a_longer_pause(url: str, seconds: float) -> None:
    """Pages of arxiv.org are asked for every 15 seconds, its services every 3."""
    assert seconds == pause_for(url)


def test_local_throttle_waits_from_the_end_of_the_last() -> None:
    """The pause counts from the end of the previous request, and only what is left of it."""
    now = [100.0]
    slept: list[float] = []
    throttle = LocalThrottle(clock=lambda: now[0], sleep=slept.append)
    with throttle(15.0):
        now[0] = 110.0
    now[0] = 112.0
    with throttle(15.0):
        pass
    now[0] = 130.0
    with throttle(15.0):
        pass
    assert [13.0] == slept


def test_local_throttle_counts_failed_requests() -> None:
    """A request that failed was a request."""
    slept: list[float] = []
    throttle = LocalThrottle(clock=lambda: 1.0, sleep=slept.append)
    with pytest.raises(SourceError), throttle(3.0):
        raise SourceError("x", "y")
    with throttle(3.0):
        pass
    assert [3.0] == slept
