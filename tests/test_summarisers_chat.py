"""The summarisers against a scripted server on this machine."""

import asyncio
import gzip
import json
import tracemalloc
from collections.abc import Iterator

import pytest
from model_server import ModelServer, Reply, fails, model_server, says

from newsletter.errors import (
    ModelAccountError,
    ModelUnavailable,
)
from newsletter.papers import ArxivId, Paper, Summary
from newsletter.ports import Summariser
from newsletter.summarisers.bounded import MAX_BODY
from newsletter.summarisers.chat import ChatSummariser
from newsletter.summarisers.client import connector
from newsletter.summarisers.english import EnglishSummariser

PAPER = Paper(
    id=ArxivId("2605.00001"),
    title="Sample-Net: Sparse Attention for $n$-Body Problems",
    abstract=(
        r"Attention costs $O(n^2)$ in the number of tokens. We present Sample-Net, a sparse model "
        r"that lowers the cost to $O(n \log n)$ and keeps the accuracy. On 3 data sets it gains "
        r"2.5\% over the dense model, and it trains 16$\times$ faster on long texts."
    ),
    authors=("Sample Author",),
    categories=("cs.LG",),
)
GOOD = {
    "title_zh": "Sample-Net：面向 {v1} 体问题的稀疏注意力",
    "summary_zh": "提出 Sample-Net，以 {v3} 的开销训练，速度提高 {v5}。",
    "abstract_zh": (
        "注意力的开销为词元数的 {v2}。我们提出稀疏模型 Sample-Net，将开销降至 {v3}，并保持准确率。"
        "在 3 个数据集上，它比稠密模型提高 {v4}，在长文本上训练快 {v5} 倍。"
    ),
}
CHINESE = Summary(
    paper_id=PAPER.id,
    title_zh="Sample-Net：面向 $n$ 体问题的稀疏注意力",
    summary_zh=r"提出 Sample-Net，以 $O(n \log n)$ 的开销训练，速度提高 16$\times$。",
    abstract_zh=(
        r"注意力的开销为词元数的 $O(n^2)$。我们提出稀疏模型 Sample-Net，将开销降至 $O(n \log n)$，"
        r"并保持准确率。在 3 个数据集上，它比稠密模型提高 2.5\%，在长文本上训练快 16$\times$ 倍。"
    ),
    model="sample-model",
)


def answer(**changes: str) -> str:
    """Return the good answer as JSON, with `changes`."""
    return json.dumps(GOOD | changes, ensure_ascii=False)


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


def summariser(
    server: ModelServer, pauses: Pauses | None = None, time_limit: float = 5.0
) -> ChatSummariser:
    """Return a summariser that asks `server` and does not wait."""
    return ChatSummariser(
        connector(server.url, "sample-key", timeout=5.0),
        "sample-model",
        time_limit=time_limit,
        extra_body={"thinking": {"type": "disabled"}},
        sleep=pauses if pauses is not None else Pauses(),
        random=lambda: 0.5,
        token=lambda: "0123456789abcdef",
    )


def ask(server: ModelServer, *replies: Reply) -> Summary:
    """Summarise the paper in a loop of its own."""
    server.replies = list(replies)
    return asyncio.run(summariser(server).summarise(PAPER))


def test_good_answer(server: ModelServer) -> None:
    """A good answer costs one call and comes back with its formulas in place."""
    assert ask(server, says(answer())) == CHINESE
    assert len(server.requests) == 1


def test_request(server: ModelServer) -> None:
    """The request is the portable one: JSON mode, no temperature, no backslash, our extras."""
    ask(server, says(answer()))
    request = server.requests[0]
    assert {"model", "messages", "response_format", "thinking"} == set(request)
    assert request["response_format"] == {"type": "json_object"}
    assert request["model"] == "sample-model"
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert "\\" not in request["messages"][1]["content"]
    assert server.encodings == {"identity"}
    assert "PAPER-0123456789abcdef" in request["messages"][1]["content"]


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{answer()}\n```",
        f"<think>Let me see {{v1}}.</think>\n{answer()}",
        f"Here it is:\n{answer()}",
        answer().replace('"summary_zh":', "'summary_zh':"),
        answer()[:-1] + ",}",
    ],
    ids=["fenced", "thinking", "introduced", "wrong quotes", "trailing comma"],
)
def test_dressed_answer(server: ModelServer, text: str) -> None:
    """An answer in fences, after thinking, or with slightly broken JSON needs no second call."""
    assert ask(server, says(text)) == CHINESE
    assert len(server.requests) == 1


def test_repaired_answer(server: ModelServer) -> None:
    """A failed check is named to the model, whose second answer is taken."""
    wrong = answer(abstract_zh=GOOD["abstract_zh"].replace("3 个", "4 个"))
    assert ask(server, says(wrong), says(answer())) == CHINESE
    repair = server.requests[1]["messages"]
    assert [message["role"] for message in repair] == ["system", "user", "assistant", "user"]
    assert wrong == repair[2]["content"]
    assert "- abstract_zh: 3 of the English is missing" in repair[3]["content"]
    assert "- abstract_zh: 4 is not in the English" in repair[3]["content"]


@pytest.mark.parametrize(
    "reply",
    [
        says("I would rather not."),
        says("{}"),
        says(answer(), finish_reason="length"),
        says(answer(abstract_zh=GOOD["abstract_zh"].replace("{v2}", ""))),
        says(answer(title_zh="\u202eSample-Net：面向 {v1} 体问题的稀疏注意力")),
        says(answer(note="more")),
        fails(400),
        fails(422),
    ],
)
def test_invalid_answer(server: ModelServer, reply: Reply) -> None:
    """An answer that stays unusable gives no Chinese and the reason `invalid_answer`."""
    summary = ask(server, reply)
    assert Summary(paper_id=PAPER.id, model="sample-model", reason="invalid_answer") == summary
    assert (3 if reply.status == 200 else 1) == len(server.requests)


def test_third_answer_counts(server: ModelServer) -> None:
    """The answer to the second repair call may still be good."""
    prose = says("no")
    assert ask(server, prose, prose, says(answer())) == CHINESE


@pytest.mark.parametrize(
    "reply",
    [
        fails(400, "content_filter"),
        fails(400, "data_inspection_failed"),
        fails(400, "1301"),
        says("", finish_reason="content_filter"),
        says("", finish_reason="sensitive"),
        says(None, refusal="I cannot do that."),
        Reply(b'{"error": {"code": "1301"}, "choices": null}'),
    ],
)
def test_content_refused(server: ModelServer, reply: Reply) -> None:
    """A filtered paper is asked for once and goes out with the reason `content_refused`."""
    expected = Summary(paper_id=PAPER.id, model="sample-model", reason="content_refused")
    assert expected == ask(server, reply)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        fails(408),
        fails(409),
        fails(429),
        fails(500),
        fails(503),
        says(""),
        says(None),
        Reply(b"<html>Bad gateway</html>", content_type="text/html"),
        Reply(b"<html>Bad gateway</html>"),
        Reply(b'{"choices": null}'),
        Reply(b'{"choices": [{"message": null}]}'),
        Reply(b'[1, "\xff"]'),
        Reply(b'{"error": "busy"}'),
        Reply(b"{", is_cut=True),
    ],
)
def test_unavailable_server(server: ModelServer, reply: Reply) -> None:
    """A server in trouble is asked three times, and one good answer is enough."""
    assert ask(server, reply, says(answer())) == CHINESE
    with pytest.raises(ModelUnavailable):
        ask(server, reply)
    assert len(server.requests) == 2 + 3


def test_retry_after(server: ModelServer) -> None:
    """The server's Retry-After is kept, with jitter; without one pauses double."""
    server.replies = [fails(429, retry_after="7"), fails(500), says(answer())]
    pauses = Pauses()
    assert asyncio.run(summariser(server, pauses).summarise(PAPER)) == CHINESE
    assert pauses == [7.5, 3.0]


def test_long_retry_after(server: ModelServer) -> None:
    """A server that wants more than a minute is not waited for, and its wish is passed on."""
    with pytest.raises(ModelUnavailable) as caught:
        ask(server, fails(429, retry_after="3600"))
    assert caught.value.retry_after == 3600
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        fails(429, retry_after="Fri, 31 Dec 2026 23:59:59 +99999999999999"),
        Reply(b"<p>no</p>", 400, content_type="text/html; charset=undefined"),
        Reply(b"<p>no</p>", 400, content_type="text/html; charset=rot13"),
        Reply(b'{"error": {"code": ' + b"[" * 700 + b"]" * 700 + b"}}"),
        Reply(b"no", headers={"content-encoding": "gzip"}),
        Reply(b" " * (MAX_BODY + 1) + b"{}"),
        Reply(gzip.compress(b" " * (MAX_BODY + 1)), headers={"content-encoding": "gzip"}),
    ],
    ids=["date", "charset", "codec", "deep code", "bad gzip", "large", "bomb"],
)
def test_hostile_answers(server: ModelServer, reply: Reply) -> None:
    """Whatever a library makes of a hostile answer, it is an unavailable model."""
    with pytest.raises(ModelUnavailable):
        ask(server, reply)
    assert len(server.requests) == 3


def test_a_bomb_is_not_unpacked(server: ModelServer) -> None:
    """Of a body that unpacks to 100 times the limit little more than the limit is held."""
    bomb = gzip.compress(b" " * (100 * MAX_BODY))
    tracemalloc.start()
    try:
        with pytest.raises(ModelUnavailable, match="more than 2097152 bytes"):
            ask(server, Reply(bomb, headers={"content-encoding": "gzip"}))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * MAX_BODY


def test_compressed_answer(server: ModelServer) -> None:
    """A server that packs its answer unasked is understood."""
    body = gzip.compress(says(answer()).body)
    assert ask(server, Reply(body, headers={"content-encoding": "gzip"})) == CHINESE


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_account(server: ModelServer, status: int) -> None:
    """A key or balance that does not serve is said at once."""
    with pytest.raises(ModelAccountError):
        ask(server, fails(status))
    assert len(server.requests) == 1


def test_key_that_no_header_can_hold(server: ModelServer) -> None:
    """A key pasted with Chinese around it is the operator's matter, and is not printed."""
    chat = ChatSummariser(connector(server.url, "密钥"), "sample-model")
    with pytest.raises(ModelAccountError) as caught:
        asyncio.run(chat.summarise(PAPER))
    assert "密" not in str(caught.value)


def test_spent_quota(server: ModelServer) -> None:
    """A 429 that means an empty account is not tried again."""
    with pytest.raises(ModelAccountError):
        ask(server, fails(429, "insufficient_quota"))


def test_trickle(server: ModelServer) -> None:
    """An answer that keeps dripping is given up when the whole call's time is over."""
    reply = says(answer())
    reply.trickle = 30.0
    server.replies = [reply]
    with pytest.raises(ModelUnavailable, match=r"within 0\.2 s"):
        asyncio.run(summariser(server, time_limit=0.2).summarise(PAPER))


def test_no_server() -> None:
    """A port that nobody listens on is an unavailable model."""
    with model_server() as gone:
        pass
    with pytest.raises(ModelUnavailable, match="no connection"):
        asyncio.run(summariser(gone).summarise(PAPER))


def test_shared_client(server: ModelServer) -> None:
    """Inside `async with` papers share connections; the same object serves another loop."""
    server.replies = [says(answer())]
    chat: Summariser = summariser(server)

    async def twice() -> list[Summary]:
        async with chat:
            return [await chat.summarise(PAPER), await chat.summarise(PAPER)]

    assert asyncio.run(twice()) == [CHINESE, CHINESE]
    assert len(server.connections) == 1
    assert asyncio.run(twice()) == [CHINESE, CHINESE]
    assert asyncio.run(chat.summarise(PAPER)) == CHINESE


def test_concurrency(server: ModelServer) -> None:
    """More papers than slots wait without using up their time limit."""
    reply = says(answer())
    reply.trickle = 0.2
    server.replies = [reply]
    chat = ChatSummariser(
        connector(server.url, "", concurrency=2),
        "sample-model",
        time_limit=1.0,
        attempts=1,
        concurrency=2,
    )

    async def batch() -> list[Summary]:
        async with chat:
            return await asyncio.gather(*(chat.summarise(PAPER) for _ in range(12)))

    assert asyncio.run(batch()) == [CHINESE] * 12
    assert len(server.connections) <= 2


def test_version() -> None:
    """The version depends on the model's name and is short."""
    names = [ChatSummariser(connector("http://x", ""), name).version for name in ("a", "b", "a")]
    assert names[0] == names[2] != names[1]
    assert len(names[0]) == 16


def test_leaving_a_block_that_was_left() -> None:
    """Leaving twice closes once."""
    chat = ChatSummariser(connector("http://127.0.0.1:1", ""), "m")
    asyncio.run(chat.__aexit__())


def test_no_model() -> None:
    """Without a model there is no Chinese and the reason says so."""
    english: Summariser = EnglishSummariser()

    async def once() -> Summary:
        async with english:
            return await english.summarise(PAPER)

    assert Summary(paper_id=PAPER.id, reason="no_model") == asyncio.run(once())
    assert english.version == "english"
