"""Redirects that are followed, and how much of an address is told when something goes wrong."""

from collections.abc import Iterator
from contextlib import nullcontext

import httpx
import pytest
from sources_server import Arxiv, Reply, serve

from newsletter.errors import NotAnAnnouncement, SourceError, SourceRefused
from newsletter.sources.circuit import Circuit, LocalMemory
from newsletter.sources.http import Fetcher
from newsletter.sources.other_feed import OtherFeedSource
from newsletter.sources.sites import is_at_home, scheme_and_host


@pytest.fixture
def arxiv() -> Iterator[Arxiv]:
    """Run a server."""
    with serve() as server:
        yield server


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """Give a client that asks no proxy."""
    with httpx.Client(timeout=httpx.Timeout(10.0), trust_env=False) as client:
        yield client


@pytest.fixture
def fetcher(client: httpx.Client) -> Fetcher:
    """Give a fetcher with a small limit that waits for nothing."""
    return Fetcher("x", client=client, throttle=lambda _: nullcontext(), limit=10_000)


@pytest.mark.parametrize(
    ("home", "target", "expected"),
    [
        ("https://rss.arxiv.org/rss/cs", "https://arxiv.org/rss/cs", True),
        ("https://export.arxiv.org/api", "https://arxiv.org/api", True),
        ("https://arxiv.org/list", "https://export.arxiv.org/list", True),
        ("http://x.example/feed", "https://x.example/feed", True),
        ("https://x.example/feed", "https://www.x.example/feed", True),
        ("https://www.x.example/feed", "https://x.example/feed", True),
        ("https://x.example/feed", "https://feeds.x.example/feed", True),
        ("http://x.example:8000/feed", "http://x.example:8000/rss", True),
        ("http://x.example:8000/feed", "https://x.example/feed", True),
        ("http://127.0.0.1:8000/feed", "http://127.0.0.1:22/", False),
        ("https://x.example/feed", "https://x.example:8443/feed", False),
        ("https://a.github.io/feed", "https://evil.github.io/feed", False),
        ("https://a.s3.amazonaws.com/feed", "https://b.s3.amazonaws.com/feed", False),
        ("https://example.uk.com/feed", "https://b.uk.com/feed", False),
        ("https://www.ox.ac.uk/feed", "https://www.cam.ac.uk/feed", False),
        ("https://x.example/feed", "https://notx.example/feed", False),
        ("https://x.example/feed", "https://arxiv.org/list/cs/new", False),
        ("https://rss.arxiv.org/rss/cs", "https://arxiv.org.evil.example/", False),
        ("http://10.0.0.1/feed", "http://192.168.0.1/feed", False),
        ("http://[::1]/feed", "http://[::2]/feed", False),
        ("http://localhost/feed", "http://localhost/rss", True),
    ],
)
def test_only_hosts_that_are_surely_the_same_owners_are_followed_to(
    home: str, target: str, *, expected: bool
) -> None:
    """The same host and port, its `www.`, a name below it, or arXiv's among each other."""
    assert expected == is_at_home(httpx.URL(home), httpx.URL(target))


def test_a_redirect_names_no_credentials(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """They are dropped before anything is asked or said; ours go to our own server only."""
    host = arxiv.url.removeprefix("http://")
    location = f"http://thief:theirs@{host}/gone"
    arxiv.replies["/x"] = Reply(status=302, headers={"Location": location})
    with pytest.raises(SourceRefused, match="404") as caught:
        fetcher.get(f"http://me:mine@{host}/x")
    assert f"{arxiv.url}/gone" == caught.value.origin
    assert str(caught.value).startswith(f"{arxiv.url}/gone: the server answered 404")
    assert "authorization" in arxiv.headers[0]
    assert "authorization" not in arxiv.headers[1]
    arxiv.replies["/x"] = Reply(status=302, headers={"Location": "http://u:pw@evil.example/"})
    with pytest.raises(SourceRefused, match=r"another site: http://evil\.example") as caught:
        fetcher.get(f"http://me:mine@{host}/x")
    assert not {"mine", "pw"} & set(str(caught.value).replace("@", ":").split(":"))
    arxiv.replies["/x"] = Reply(status=302, headers={"Location": "/y"})
    arxiv.replies["/y"] = Reply(body=b"ok")
    assert b"ok" == fetcher.get(f"http://me:mine@{host}/x")
    assert "authorization" in arxiv.headers[-1]


SECRETS = ("PASSW0RD", "PATHSECRET", "SECRETKEY")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404),
        Reply(status=503),
        Reply(status=429),
        Reply(reset=True),
        Reply(body=b"x" * 10_001),
        Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
        Reply(status=302, headers={"Location": "http://evil.example/"}),
        Reply(status=302, headers={"Location": "/PATHSECRET/a?api_key=SECRETKEY"}),
        Reply(body=b"no feed"),
    ],
)
def test_a_discreet_fetcher_tells_scheme_and_host_only(
    arxiv: Arxiv, client: httpx.Client, reply: Reply
) -> None:
    """Whatever goes wrong: not the password, not the path, not the query, also not to a keeper."""
    host, path = arxiv.url.removeprefix("http://"), "/PATHSECRET/a?api_key=SECRETKEY"
    told: list[str] = []

    def keep(url: str, _body: bytes, reason: str) -> None:
        told.extend((url, reason))

    def refuse(_body: bytes, origin: str) -> None:
        raise NotAnAnnouncement(origin, "no feed")

    memory = LocalMemory()
    fetcher = Fetcher(
        "x",
        client=client,
        throttle=lambda _: nullcontext(),
        circuit=Circuit(memory),
        limit=10_000,
        keep=keep,
    ).discreet()
    arxiv.replies[path] = reply
    for _ in range(3):
        with pytest.raises(SourceError) as caught:
            fetcher.read(f"http://me:PASSW0RD@{host}{path}", refuse)
        assert arxiv.url == caught.value.origin
        told.append(str(caught.value))
    told.extend(memory._records)
    assert [] == [text for text in told for secret in SECRETS if secret in text]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://me:pw@X.example/a?b#c", "https://x.example"),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/a", "http://[::1]:8000"),
        ("http://\0secret", "an address that cannot be read"),
    ],
)
def test_scheme_and_host_are_all_that_is_told(url: str, expected: str) -> None:
    """With the port, if the address has one."""
    assert expected == scheme_and_host(url)


def test_feeds_of_one_server_are_told_apart_by_their_whole_address(
    arxiv: Arxiv, fetcher: Fetcher
) -> None:
    """Both may have an item 17, also where only scheme and host are told."""
    item = b"<rss><channel><item><title>T</title><guid>17</guid></item></channel></rss>"
    arxiv.replies["/a"] = arxiv.replies["/b"] = Reply(body=item)
    feeds = [OtherFeedSource(fetcher, f"{arxiv.url}/{name}", name).fetch() for name in "ab"]
    assert 2 == len({feed.articles[0].paper.id for feed in feeds})
    assert {arxiv.url} == {feed.origin for feed in feeds}
