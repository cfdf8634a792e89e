"""Bodies that a server packed, from a real server."""

import gzip
from collections.abc import Iterator
from contextlib import nullcontext

import httpx
import pytest
from sources_server import Arxiv, Reply, serve

from newsletter.errors import DocumentTooLarge, SourceError, SourceUnavailable
from newsletter.sources.http import Fetcher


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


def test_all_members_of_a_packed_body_are_read(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """RFC 1952, 2.2: a server may pack piece by piece; zeros behind them are padding."""
    packed = gzip.compress(b"first ") + gzip.compress(b"") + gzip.compress(b"second")
    headers = {"Content-Encoding": "gzip"}
    for tail in (b"", bytes(70_000)):
        arxiv.replies["/x"] = Reply(body=packed + tail, headers=headers)
        assert b"first second" == fetcher.get(f"{arxiv.url}/x")


@pytest.mark.parametrize("size", [0, 2**20 - 1, 2**20, 2**20 + 1, 2**21])
def test_packed_bodies_of_any_size_come_whole(
    arxiv: Arxiv, client: httpx.Client, size: int
) -> None:
    """Also where a piece ends exactly with the body."""
    arxiv.replies["/x"] = Reply(
        body=gzip.compress(b"a" * size), headers={"Content-Encoding": "gzip"}
    )
    fetcher = Fetcher("x", client=client, throttle=lambda _: nullcontext())
    assert b"a" * size == fetcher.get(f"{arxiv.url}/x")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (gzip.compress(b"x") + b"junk", SourceUnavailable),
        (gzip.compress(b"x") + gzip.compress(b"y")[:-1], SourceUnavailable),
        (gzip.compress(b"x") + bytes(100_000), DocumentTooLarge),
        (gzip.compress(b"x" * 6_000) + gzip.compress(b"y" * 6_000), DocumentTooLarge),
        (gzip.compress(b"") * 2_000, SourceUnavailable),
    ],
    ids=["junk", "a cut member", "zeros", "a member too many", "empty members"],
)
def test_what_follows_a_packed_body_is_bounded(
    arxiv: Arxiv, fetcher: Fetcher, body: bytes, error: type[SourceError]
) -> None:
    """Nothing piles up behind the end of the packed stream."""
    arxiv.replies["/x"] = Reply(body=body, headers={"Content-Encoding": "gzip"})
    with pytest.raises(error):
        fetcher.get(f"{arxiv.url}/x")
