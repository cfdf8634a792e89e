"""One endpoint against a scripted server on this machine: every call goes through `ask`."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from model_calls import CONVERSATION, Pauses, ask, completion, endpoint, refuses
from model_server import ModelServer, Reply, fails, model_server, says

from newsletter.errors import (
    ContentRefused,
    InvalidAnswer,
    ModelAccountError,
    ModelUnavailable,
    SummariserError,
)
from newsletter.spending import Usage
from newsletter.summarisers.bounded import MAX_BODY
from newsletter.summarisers.client import connector
from newsletter.summarisers.exchange import MAX_WAIT, Answer, Endpoint
from newsletter.summarisers.limits import Throttle
from newsletter.summarisers.profiles import DEEPSEEK, GENERIC, KIMI, OPENAI, ZHIPU, Profile


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Serve scripted replies."""
    with model_server() as script:
        yield script


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
