"""One endpoint against llmock, an OpenAI-compatible server that others wrote, on loopback.

It judges the client too: whether Retry-After was kept, whether pauses grow, whether what cannot
succeed was asked again. It cannot script a body that trickles, a native refusal, HTML, an error
with status 200, or odd usage: `test_summarisers_exchange` and `test_summarisers_usage` have those
on a server of our own.
"""

import asyncio
import json
import time
from typing import Any

import pytest
from llmock.pytest_plugin import LLMock
from llmock.scenarios import Reply

from newsletter.errors import ContentRefused, InvalidAnswer, ModelAccountError, ModelUnavailable
from newsletter.prompts.answers import read_answer
from newsletter.summarisers.client import connector
from newsletter.summarisers.exchange import Answer, Endpoint
from newsletter.summarisers.limits import Throttle
from newsletter.summarisers.profiles import OPENAI

CONVERSATION = [{"role": "user", "content": "Answer with JSON."}]
GOOD = json.dumps(
    {"title_zh": "示例", "summary_zh": "这是示例。", "abstract_zh": "这是一个示例摘要。"},
    ensure_ascii=False,
)


async def hurried(seconds: float) -> None:
    """Sleep a twentieth of what is asked: pauses still grow."""
    await asyncio.sleep(seconds / 20)


def endpoint(llmock: LLMock, **changes: Any) -> Endpoint:
    """Return an endpoint that asks llmock."""
    settings: dict[str, Any] = {"time_limit": 10.0, "sleep": hurried, "random": lambda: 0.0}
    connect = connector(llmock.base_url(), "sample-key", timeout=10.0)
    return Endpoint(connect, "sample-model", OPENAI, **settings | changes)


def ask(llmock: LLMock, **changes: Any) -> Answer:
    """Ask once, in a loop of its own."""
    return asyncio.run(endpoint(llmock, **changes).ask(CONVERSATION))


def test_answer(llmock: LLMock) -> None:
    """An answer comes with the usage that the server counted, and was asked for by schema."""
    answer = ask(llmock.reply(GOOD))
    assert (GOOD, False) == (answer.text, answer.is_cut_off)
    assert answer.usage.calls == 1
    assert answer.usage.completion_tokens > 0
    body = llmock.last_request.body
    assert isinstance(body, dict)
    assert body["response_format"]["type"] == "json_schema"
    assert body["max_completion_tokens"] == 4096


def test_answer_by_the_schema(llmock: LLMock) -> None:
    """Unscripted, the server fills in our schema, and the answer's reader takes it."""
    assert read_answer(ask(llmock).text)


def test_retry_after_is_kept(llmock: LLMock) -> None:
    """After a 429 the next call begins when the server said, and not before."""
    llmock.rate_limit(retry_after=1.0).reply(GOOD)
    begun = time.monotonic()
    assert ask(llmock, sleep=asyncio.sleep).text == GOOD
    assert time.monotonic() - begun >= 1.0
    llmock.assert_resilient(strict=True)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_passing_failures(llmock: LLMock, status: int) -> None:
    """Two failures that may pass are asked again with growing pauses, and end well."""
    llmock.fail(status, times=2, retry_after=0.0).reply(GOOD)
    assert ask(llmock).text == GOOD
    llmock.assert_resilient(strict=True)


def test_outage(llmock: LLMock) -> None:
    """A server that stays down is asked three times."""
    llmock.outage(status=500)
    with pytest.raises(ModelUnavailable):
        ask(llmock)
    assert len(llmock.requests) == 3
    llmock.assert_resilient(strict=True)


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_account(llmock: LLMock, status: int) -> None:
    """What the operator must mend is not asked again."""
    llmock.fail(status)
    with pytest.raises(ModelAccountError):
        ask(llmock)
    assert len(llmock.requests) == 1


def test_other_refusals(llmock: LLMock) -> None:
    """A filter and a prompt that is too long concern this paper, and are not asked again."""
    llmock.fail(400, code="content_filter")
    with pytest.raises(ContentRefused):
        ask(llmock)
    llmock.add(Reply(text="", finish_reason="content_filter"))
    with pytest.raises(ContentRefused):
        ask(llmock)
    llmock.context_overflow()
    with pytest.raises(InvalidAnswer):
        ask(llmock)
    assert len(llmock.requests) == 3


def test_delay(llmock: LLMock) -> None:
    """A call that takes too long is given up at the limit, and the next one may succeed."""
    llmock.delay(2.0).reply(GOOD, times=2)
    begun = time.monotonic()
    assert ask(llmock, time_limit=0.5).text == GOOD
    assert time.monotonic() - begun < 2.0


def test_truncation(llmock: LLMock) -> None:
    """An answer at the length limit is marked, and costs one call."""
    llmock.add(Reply(text=GOOD[:40], finish_reason="length"))
    assert ask(llmock).is_cut_off
    assert len(llmock.requests) == 1


def test_empty_answer(llmock: LLMock) -> None:
    """An empty answer is asked for again."""
    llmock.reply("").reply(GOOD)
    assert ask(llmock).text == GOOD


def test_prose_and_broken_json(llmock: LLMock) -> None:
    """Prose and damaged escapes arrive as they are, and the answer's reader refuses them."""
    for text in ("I would rather talk about something else.", GOOD.replace("示例摘要", "\\times")):
        llmock.reply(text)
        answer = ask(llmock)
        assert answer.text == text
        with pytest.raises(InvalidAnswer):
            read_answer(answer.text)


def test_fenced_answer(llmock: LLMock) -> None:
    """A fence around the JSON is no harm."""
    llmock.reply(f"```json\n{GOOD}\n```")
    assert read_answer(ask(llmock).text) == read_answer(GOOD)


def test_quota(llmock: LLMock) -> None:
    """Above a quota of requests the calls slow down, keep every Retry-After, and all succeed."""
    llmock.limits(rpm=60).reply(GOOD, times=None)
    asked = endpoint(llmock, throttle=Throttle(8), sleep=asyncio.sleep, attempts=5)

    async def all_of_them() -> list[Answer]:
        async with asked:
            papers = ([{"role": "user", "content": f"JSON of {number}"}] for number in range(62))
            return await asyncio.gather(*map(asked.ask, papers))

    assert {GOOD} == {answer.text for answer in asyncio.run(all_of_them())}
    llmock.assert_resilient()
