"""Fixtures for tests of the local arXiv: its world, its time, a server, and who asks it."""

from collections.abc import Iterator

import httpx
import pytest
from arxiv_reading import DAY, fetching, noon, three_months
from arxiv_server import Arxiv, serve
from arxiv_site import WorldSite
from arxiv_world import World
from fakes import Clock

from newsletter.sources.http import Fetcher


@pytest.fixture
def world() -> World:
    """Return three months of an arXiv that never was."""
    return three_months()


@pytest.fixture
def clock() -> Clock:
    """Return a clock on the listing date at noon in New York: every source has it."""
    return Clock(noon(DAY))


@pytest.fixture
def arxiv(world: World, clock: Clock) -> Iterator[Arxiv]:
    """Run a server for that world."""
    with serve(WorldSite(world), clock) as server:
        yield server


@pytest.fixture
def fetcher(client: httpx.Client) -> Fetcher:
    """Give a fetcher that does not wait, with a limit of one MiB."""
    return fetching(client)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """Give a client that asks no proxy; making one takes longer than ten requests."""
    with httpx.Client(timeout=10.0, trust_env=False) as one:
        yield one
