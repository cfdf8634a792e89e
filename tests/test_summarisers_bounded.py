"""Bodies of any size and packing, from a scripted server on this machine."""

import asyncio
import gzip
import tracemalloc
from collections.abc import Iterator

import pytest
from model_server import ModelServer, Reply, model_server, says

from newsletter.errors import ModelUnavailable
from newsletter.summarisers.bounded import MAX_BODY
from newsletter.summarisers.client import connector
from newsletter.summarisers.exchange import Endpoint

PACKED = {"content-encoding": "gzip"}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Serve scripted replies."""
    with model_server() as script:
        yield script


def ask(server: ModelServer, reply: Reply) -> str:
    """Return what the model says, asked once."""
    server.replies = [reply]
    endpoint = Endpoint(connector(server.url, "k", timeout=5.0), "m", attempts=1)
    return asyncio.run(endpoint.ask([{"role": "user", "content": "Hello"}])).text


def test_a_bomb_is_not_unpacked(server: ModelServer) -> None:
    """Of a body that unpacks to 100 times the limit little more than the limit is held."""
    bomb = gzip.compress(b" " * (100 * MAX_BODY))
    tracemalloc.start()
    try:
        with pytest.raises(ModelUnavailable, match="more than 2097152 bytes"):
            ask(server, Reply(bomb, headers=PACKED))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * MAX_BODY


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"no", headers=PACKED),
        Reply(gzip.compress(b" " * (MAX_BODY + 1)), headers=PACKED),
        Reply(b"<p>no</p>", 400, content_type="text/html; charset=undefined"),
        Reply(b"<p>no</p>", 400, content_type="text/html; charset=rot13"),
    ],
    ids=["bad gzip", "bomb", "charset", "codec"],
)
def test_hostile_bodies(server: ModelServer, reply: Reply) -> None:
    """Whatever a library makes of a hostile body, it is an unavailable model."""
    with pytest.raises(ModelUnavailable):
        ask(server, reply)


def test_compressed_answer(server: ModelServer) -> None:
    """A server that packs its answer unasked is understood, though none is asked for."""
    assert "好" == ask(server, Reply(gzip.compress(says("好").body), headers=PACKED))
    assert {"identity"} == server.encodings
