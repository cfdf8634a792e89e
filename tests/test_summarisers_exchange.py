"""One endpoint against a scripted server on this machine: every call goes through `ask`."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from model_server import ModelServer, Reply, fails, model_server, says

from newsletter.errors import (
    ContentRefused,
    InvalidAnswer,
    ModelAccountError,
    ModelUnavailable,
    SummariserError,
)
from newsletter.spending import Prices, Usage
from newsletter.summarisers.bounded import MAX_BODY
from newsletter.summarisers.client import connector
from newsletter.summarisers.completions import estimate
from newsletter.summarisers.exchange import MAX_WAIT, Answer, Endpoint
from newsletter.summarisers.limits import Throttle
from newsletter.summarisers.profiles import DEEPSEEK, GENERIC, KIMI, OPENAI, ZHIPU, Profile

CONVERSATION = [
    {"role": "system", "content": "Translate. Answer with one JSON object."},
    {"role": "user", "content": "Title: A Sample"},
]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Serve scripted replies."""
    with model_server() as script:
        yield script


class Pauses(list[float]):
    """The pauses that were asked for; nobody waits."""

    async def __call__(self, seconds: float) -> None:
        """Write the pause down."""
        self.append(seconds)


def endpoint(server: ModelServer, profile: Profile = GENERIC, **changes: Any) -> Endpoint:
    """Return an endpoint that asks `server` and does not wait."""
    settings: dict[str, Any] = {"time_limit": 5.0, "sleep": Pauses(), "random": lambda: 0.5}
    connect = connector(server.url, "sample-key", timeout=5.0)
    return Endpoint(connect, "sample-model", profile, **settings | changes)


def ask(server: ModelServer, *replies: Reply, **changes: Any) -> Answer:
    """Ask once, in a loop of its own."""
    server.replies = list(replies)
    return asyncio.run(endpoint(server, **changes).ask(CONVERSATION))


def completion(usage: object = None, content: str | None = "{}", **message: Any) -> Reply:
    """Return a completion with that usage and more fields in its message."""
    body = json.loads(says(content).body) | {"usage": usage}
    body["choices"][0]["message"] |= message
    return Reply(json.dumps(body).encode())


def refuses(status: int, message: str, **fields: Any) -> Reply:
    """Return an OpenAI-like error with a sentence."""
    return Reply(json.dumps({"error": {"message": message, **fields}}).encode(), status)


def test_answer(server: ModelServer) -> None:
    """The text comes back without white space around it, with the server's own count."""
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 64},
    }
    answer = ask(server, completion(usage, " {} \n"))
    expected = Usage(calls=1, prompt_tokens=100, cached_tokens=64, completion_tokens=7)
    assert Answer("{}", is_cut_off=False, usage=expected) == answer


def test_request(server: ModelServer) -> None:
    """The request holds the profile's fields, no temperature, and asks for no compression."""
    ask(server, completion(), profile=KIMI, answer_tokens=99, extra_body={"seed": 1})
    expected = {
        "model": "sample-model",
        "messages": CONVERSATION,
        "response_format": {"type": "json_object"},
        "max_completion_tokens": 99,
        "thinking": {"type": "disabled"},
        "seed": 1,
    }
    assert [expected] == server.requests
    assert server.encodings == {"identity"}


def test_word_json_is_added_where_demanded(server: ModelServer) -> None:
    """JSON mode without the word "json" in the conversation is refused by some; it is put in."""
    server.replies = [completion()]
    bare = [{"role": "user", "content": "Translate."}]
    asyncio.run(endpoint(server, DEEPSEEK).ask(bare))
    asyncio.run(endpoint(server, KIMI).ask(bare))
    asyncio.run(endpoint(server, DEEPSEEK, extra_body={"response_format": 0}).ask(bare))
    sent = [request["messages"][0]["content"] for request in server.requests]
    assert sent == ["Translate.\nAnswer with JSON.", "Translate.", "Translate."]


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


@pytest.mark.parametrize(
    ("finish", "text", "expected"),
    [
        ("length", "{", True),
        ("length", "", True),
        ("model_context_window_exceeded", "{", True),
        ("stop", "{}", False),
        (None, "{}", False),
    ],
)
def test_cut_off(server: ModelServer, finish: str, text: str, expected: bool) -> None:
    """An answer at the length limit is marked, also an empty one: asking again is no use."""
    answer = ask(server, says(text, finish_reason=finish))
    assert (text, expected) == (answer.text, answer.is_cut_off)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (says("{}", finish_reason="content_filter"), ContentRefused),
        (says("", finish_reason="sensitive"), ContentRefused),
        (says(None, refusal="I cannot."), ContentRefused),
        (fails(400, "data_inspection_failed"), ContentRefused),
        (Reply(b'{"error": {"code": "1301"}}'), ContentRefused),
        (fails(400), InvalidAnswer),
        (fails(401), ModelAccountError),
        (fails(402), ModelAccountError),
        (fails(403), ModelAccountError),
        (fails(404), ModelAccountError),
        (fails(429, "insufficient_quota"), ModelAccountError),
        (refuses(400, "Model Not Exist"), ModelAccountError),
        (Reply(b'{"error": {"code": "Arrearage"}}'), ModelAccountError),
    ],
)
def test_no_second_call(server: ModelServer, reply: Reply, expected: type[SummariserError]) -> None:
    """What another call would not change is told at once."""
    with pytest.raises(expected):
        ask(server, reply)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        fails(408),
        fails(409),
        fails(429),
        fails(500),
        fails(503),
        Reply(b"", 302),
        says(""),
        says(" \n "),
        says("{", finish_reason="insufficient_system_resource"),
        says("{", finish_reason="network_error"),
        Reply(b"<html>busy</html>", content_type="text/html"),
        Reply(b'{"error": {"message": "busy"}}'),
        Reply(b'{"choices": null}'),
        Reply(b'{"choices": []}'),
        Reply(b"[" * 100_000),
        Reply(b"{}", is_cut=True),
        Reply(b"{}", content_type="application/json; charset=no-such"),
        Reply(b"x", 500, content_type="text/plain; charset=no-such"),
        Reply(b" " * (MAX_BODY + 1)),
    ],
    ids=lambda reply: f"{reply.status}-{len(reply.body)}-{reply.content_type[-8:]}",
)
def test_another_call(server: ModelServer, reply: Reply) -> None:
    """What may pass is asked again, after a pause, and three times at most."""
    pauses = Pauses()
    assert ask(server, reply, says("{}"), sleep=pauses).text == "{}"
    assert pauses == [1.5]
    with pytest.raises(ModelUnavailable):
        ask(server, reply, sleep=pauses)
    assert len(server.requests) == 2 + 3
    assert pauses == [1.5, 1.5, 3.0]


def test_retry_after(server: ModelServer) -> None:
    """The server's own pause is kept, with some jitter; one that is too long ends the matter."""
    pauses = Pauses()
    ask(server, fails(503, retry_after="7"), says("{}"), sleep=pauses)
    assert pauses == [7.5]
    with pytest.raises(ModelUnavailable) as failure:
        ask(server, fails(503, retry_after=str(int(MAX_WAIT) + 1)), sleep=pauses)
    assert failure.value.retry_after == MAX_WAIT + 1
    assert pauses == [7.5]


def test_too_many_calls(server: ModelServer) -> None:
    """429 halves the places and makes everyone wait; a long pause spares the server the calls."""
    gate = Throttle(8, sleep=Pauses())
    server.replies = [fails(429, retry_after="100")]
    busy = endpoint(server, throttle=gate)
    for _ in range(2):
        with pytest.raises(ModelUnavailable) as failure:
            asyncio.run(busy.ask(CONVERSATION))
        assert 90 < (failure.value.retry_after or 0) <= 100
    assert len(server.requests) == 1
    assert gate.window.limit == 4


def test_empty_account_is_no_congestion(server: ModelServer) -> None:
    """A 429 that speaks of the balance takes no place away."""
    gate = Throttle(8)
    with pytest.raises(ModelAccountError):
        ask(server, fails(429, "1113"), throttle=gate, profile=ZHIPU)
    assert gate.window.limit == 8


def test_tokens_of_the_minute(server: ModelServer) -> None:
    """The estimate before the call is replaced by what the call really had."""
    pauses = Pauses()
    gate = Throttle(1, tokens_per_minute=5000, clock=lambda: 0.0, sleep=pauses)
    usage = {"prompt_tokens": 10, "completion_tokens": 10}
    server.replies = [completion(usage)]

    async def twice() -> None:
        async with endpoint(server, throttle=gate) as opened:
            await opened.ask(CONVERSATION)
            await opened.ask(CONVERSATION)

    asyncio.run(twice())
    assert pauses == []


@pytest.mark.parametrize(
    ("profile", "first", "second"),
    [
        (
            OPENAI,
            refuses(400, "'response_format' of type 'json_schema' is not supported"),
            {"response_format": {"type": "json_object"}},
        ),
        (
            OPENAI,
            refuses(400, "Unsupported parameter", param="max_completion_tokens"),
            {"max_tokens": 4096},
        ),
        (DEEPSEEK, refuses(422, "thinking: extra inputs are not permitted"), {"max_tokens": 4096}),
    ],
    ids=["schema", "token-field", "thinking"],
)
def test_reduced_request(
    server: ModelServer, profile: Profile, first: Reply, second: Mapping[str, Any]
) -> None:
    """A field that the server refuses is left out for the life of the object, at no attempt."""
    server.replies = [first, completion()]
    asked = endpoint(server, profile, attempts=1)
    before = asked.version
    asyncio.run(asked.ask(CONVERSATION))
    asyncio.run(asked.ask(CONVERSATION))
    assert len(server.requests) == 3
    assert server.requests[1] == server.requests[2] != server.requests[0]
    assert second.items() <= server.requests[1].items()
    assert before == asked.version


def test_request_is_not_reduced_for_nothing(server: ModelServer) -> None:
    """Where the milder request is refused as well, the next call begins anew."""
    with pytest.raises(InvalidAnswer):
        ask(server, refuses(400, "response_format"), refuses(400, "the prompt is too long"))
    asked = endpoint(server)
    server.replies = [refuses(400, "response_format"), refuses(400, "too long"), completion()]
    with pytest.raises(InvalidAnswer):
        asyncio.run(asked.ask(CONVERSATION))
    assert asked.shape.response_format == "json_object"


def test_filter_that_names_a_field(server: ModelServer) -> None:
    """A filter's refusal is one, whatever else its sentence names."""
    with pytest.raises(ContentRefused):
        ask(server, refuses(400, "response_format", code="content_filter"))
    assert len(server.requests) == 1


def test_time_limit_is_of_the_whole_call(server: ModelServer) -> None:
    """A trickle of blanks, which resets the SDK's own time-out, ends at the limit."""
    begun = time.perf_counter()
    with pytest.raises(ModelUnavailable, match="no whole answer within"):
        ask(server, Reply(says("{}").body, trickle=10.0), time_limit=0.3, attempts=1)
    assert time.perf_counter() - begun < 3


def test_blank_keep_alive_lines(server: ModelServer) -> None:
    """Blank lines before the answer, which DeepSeek sends while it is busy, do no harm."""
    assert ask(server, Reply(b"\n\n\n" + says("{}").body, trickle=0.1)).text == "{}"


def test_odd_headers(server: ModelServer) -> None:
    """A header that is not ASCII is the server's oddity, and neither the key's nor the answer's."""
    assert ask(server, Reply(says("{}").body, headers={"x-odd": "\x80é"})).text == "{}"


def test_odd_keys_and_conversations(server: ModelServer) -> None:
    """A key that no header can hold is the operator's matter; a dead server is not."""
    server.replies = [completion()]
    odd = Endpoint(connector(server.url, "密钥"), "sample-model")
    with pytest.raises(ModelAccountError, match="API key"):
        asyncio.run(odd.ask(CONVERSATION))
    with pytest.raises(InvalidAnswer, match="cannot be sent"):
        asyncio.run(endpoint(server).ask([{"role": "user", "content": "\ud800"}]))
    dead = Endpoint(connector("http://127.0.0.1:1/v1", ""), "sample-model", sleep=Pauses())
    with pytest.raises(ModelUnavailable, match="no connection"):
        asyncio.run(dead.ask(CONVERSATION))


def test_connections_are_shared_inside_a_block(server: ModelServer) -> None:
    """One client serves all calls of a block, and the object serves loop after loop."""
    server.replies = [completion()]
    asked = endpoint(server)

    async def thrice() -> None:
        async with asked:
            for _ in range(3):
                await asked.ask(CONVERSATION)

    asyncio.run(thrice())
    assert len(server.connections) == 1
    asyncio.run(thrice())
    asyncio.run(asked.ask(CONVERSATION))
    assert len(server.connections) == 3


def test_version_follows_the_request(server: ModelServer) -> None:
    """Model, profile and fields make the version; what cannot change the answer does not."""
    first = endpoint(server)
    others = [
        endpoint(server, KIMI),
        endpoint(server, extra_body={"seed": 1}),
        endpoint(server, answer_tokens=1),
        Endpoint(connector(server.url, ""), "other-model"),
    ]
    assert len({first.version, *(other.version for other in others)}) == 5
    assert first.version == endpoint(server, time_limit=1.0, attempts=9).version
    assert len(first.version) == 16
    assert (first.name, first.profile) == ("sample-model", GENERIC)


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
