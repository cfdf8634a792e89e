"""What a call consumed: as the server counts it, or as it is estimated; lost calls too."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from model_calls import CONVERSATION, ask, completion, endpoint
from model_server import ModelServer, Reply, model_server, says

from newsletter.errors import (
    ModelUnavailable,
)
from newsletter.spending import Prices, Usage
from newsletter.summarisers.bounded import MAX_BODY
from newsletter.summarisers.completions import estimate
from newsletter.summarisers.profiles import DEEPSEEK, GENERIC, KIMI, ZHIPU, Profile


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Serve scripted replies."""
    with model_server() as script:
        yield script


@pytest.mark.parametrize(
    ("usage", "profile", "cached"),
    [
        ({"prompt_cache_hit_tokens": 8}, DEEPSEEK, 8),
        ({"cached_tokens": 8}, KIMI, 8),
        ({"prompt_tokens_details": {"cached_tokens": 8}}, ZHIPU, 8),
        ({"cached_tokens": 8}, GENERIC, 8),
        ({"cached_tokens": 8}, ZHIPU, 0),
        ({"cached_tokens": 99}, GENERIC, 10),
        ({"cached_tokens": -1}, GENERIC, 0),
        ({"prompt_tokens_details": None}, GENERIC, 0),
        ({"prompt_tokens_details": [8]}, GENERIC, 0),
    ],
)
def test_cached_tokens(
    server: ModelServer, usage: dict[str, Any], profile: Profile, cached: int
) -> None:
    """Each provider says elsewhere how much of the prompt was cached; never more than all."""
    counted = {"prompt_tokens": 10, "completion_tokens": 1} | usage
    assert cached == ask(server, completion(counted), profile=profile).usage.cached_tokens


@pytest.mark.parametrize(
    "usage",
    [
        None,
        [],
        "many",
        {},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": -5, "completion_tokens": 5},
        {"prompt_tokens": 5, "completion_tokens": -5},
        {"prompt_tokens": True, "completion_tokens": True},
        {"prompt_tokens": 5.5, "completion_tokens": "5"},
        {"prompt_tokens": 10**30, "completion_tokens": 5},
    ],
    ids=["null", "list", "text", "empty", "zero", "less", "less-2", "true", "odd", "more"],
)
def test_usage_is_estimated_where_it_is_not_credible(server: ModelServer, usage: object) -> None:
    """A server that counts nothing, or nonsense, cannot get around a budget."""
    answer = ask(server, completion(usage, "译" * 100, reasoning_content="think " * 10))
    assert answer.usage.completion_tokens == 100 + 15
    assert 15 <= answer.usage.prompt_tokens <= 40
    assert answer.usage.calls == 1


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": 1, "completion_tokens": 9_000},
        {"prompt_tokens": 20, "completion_tokens": 0},
        {"prompt_tokens": 9_000, "completion_tokens": 30_000},
        {"prompt_tokens": 20, "completion_tokens": 9_000_000},
    ],
    ids=["prompt", "answer", "long-prompt", "long-answer"],
)
def test_counts_far_from_the_estimate(server: ModelServer, usage: object) -> None:
    """A server that tells far fewer or far more tokens than characters allow is not believed."""
    answer = ask(server, completion(usage, "译" * 30_000))
    assert answer.usage.completion_tokens == 30_000
    assert 15 <= answer.usage.prompt_tokens <= 40


def test_hidden_thinking_is_believed(server: ModelServer) -> None:
    """Thinking is counted by servers that do not show it."""
    answer = ask(server, completion({"prompt_tokens": 20, "completion_tokens": 20_000}))
    assert answer.usage.completion_tokens == 20_000


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"{}", is_cut=True),
        Reply(b" " * (MAX_BODY + 1)),
        Reply(b"{}", content_type="application/json; charset=no-such"),
    ],
    ids=["broken-off", "too-large", "unreadable"],
)
def test_lost_answer_is_paid_for(server: ModelServer, reply: Reply) -> None:
    """A server that has had the prompt may charge for it, whatever became of its answer."""
    told: list[Usage] = []
    server.replies = [reply]
    with pytest.raises(ModelUnavailable):
        asyncio.run(endpoint(server, attempts=1).ask(CONVERSATION, told.append))
    assert [1] == [each.calls for each in told]
    assert told[0].prompt_tokens > 10


def test_unsent_request_is_free() -> None:
    """Where no connection was had, nothing was asked."""
    told: list[Usage] = []
    with model_server() as gone:
        pass
    with pytest.raises(ModelUnavailable, match="no connection"):
        asyncio.run(endpoint(gone, attempts=1).ask(CONVERSATION, told.append))
    assert [] == told


def test_estimates() -> None:
    """Four characters of English to a token, one of Chinese."""
    assert (0, 1, 25, 10) == tuple(map(estimate, ("", "a", "a" * 100, "译" * 10)))


def test_money(server: ModelServer) -> None:
    """Every call is priced and told at once, those that come to nothing too."""
    usage = {"prompt_tokens": 100, "completion_tokens": 50, "cached_tokens": 0}
    prices = Prices(Decimal(20_000), Decimal(10_000), Decimal(40_000))
    told: list[Usage] = []
    server.replies = [completion(usage, ""), completion(usage)]
    answer = asyncio.run(endpoint(server, prices=prices).ask(CONVERSATION, told.append))
    assert [Decimal(4), Decimal(4)] == [each.cost for each in told]
    assert answer.usage == told[0] + told[1]
    assert answer.usage.calls == 2


def test_time_out_is_paid_for(server: ModelServer) -> None:
    """A call that ran into the time limit counts with its prompt: the server has had it."""
    told: list[Usage] = []
    server.replies = [Reply(says("{}").body, trickle=5.0)]
    impatient = endpoint(server, time_limit=0.2, attempts=1)
    with pytest.raises(ModelUnavailable, match="within"):
        asyncio.run(impatient.ask(CONVERSATION, told.append))
    assert [1] == [each.calls for each in told]
    assert told[0].prompt_tokens > 10


def test_a_call_that_the_deadline_cuts_off_is_paid_for(server: ModelServer) -> None:
    """Whoever stops waiting has sent the prompt all the same."""
    slow = says("late")
    slow.trickle = 30.0
    server.replies = [slow]
    paid: list[Usage] = []

    async def cut_off() -> None:
        place = endpoint(server)
        async with asyncio.timeout(0.2):
            await place.ask(CONVERSATION, paid.append)

    with pytest.raises(TimeoutError):
        asyncio.run(cut_off())
    assert [1] == [usage.calls for usage in paid]
    assert paid[0].prompt_tokens > 0
