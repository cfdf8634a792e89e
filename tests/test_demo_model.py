"""The scripted model: an OpenAI-compatible endpoint that knows the sample papers only."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest
from openai import AsyncOpenAI, NotFoundError

from newsletter.demo.loopback import LoopbackServer
from newsletter.demo.model import model_server, read_prompt, recognise, script
from newsletter.demo.samples import Sample, SampleSet, load_samples
from newsletter.fidelity.checks import check_masked, hard_only
from newsletter.fidelity.findings import Draft
from newsletter.fidelity.masking import mask_paper, unmask
from newsletter.papers import ArxivId, Paper, Summary
from newsletter.summarisers.chat import ChatSummariser
from newsletter.summarisers.client import connector
from newsletter.summarisers.exchange import Endpoint

SAMPLES = load_samples()
each_sample = pytest.mark.parametrize(
    "sample", SAMPLES.samples, ids=lambda sample: str(sample.paper.id)
)


@pytest.fixture(scope="module")
def samples() -> SampleSet:
    """Return the samples."""
    return SAMPLES


@pytest.fixture
def slept() -> list[float]:
    """Collect the delays."""
    return []


@pytest.fixture
def server(samples: SampleSet, slept: list[float]) -> Iterator[LoopbackServer]:
    """Run the model with a clock and a sleep of the test's own."""
    model = model_server(samples, delay=0.25, sleep=slept.append, clock=lambda: 1780000000.5)
    with model:
        yield model


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """Return one client for all tests: each new one loads the system's certificates."""
    with httpx.Client(trust_env=False) as client:
        yield client


def ask(http: httpx.Client, server: LoopbackServer, prompt: object) -> httpx.Response:
    """Post one chat request with a system prompt and `prompt` as the user's content."""
    messages = [{"role": "system", "content": "JSON"}, {"role": "user", "content": prompt}]
    body = {"model": "sample-model", "messages": messages}
    return http.post(f"{server.url}/v1/chat/completions", json=body)


def prompt_of(sample: Sample) -> str:
    """Return a prompt that holds the masked paper as the summariser sends it."""
    masked = mask_paper(sample.paper)
    return f"<paper-x7>\ntitle: {masked.title}\nabstract: {masked.abstract}\n</paper-x7>"


@each_sample
def test_the_answer_has_the_placeholders_of_the_prompt(sample: Sample) -> None:
    """The masked answer passes the checks, and unmasking gives the Chinese that was written."""
    answer = json.loads(script(sample).answer)
    masked = mask_paper(sample.paper)
    assert () == hard_only(check_masked(masked, Draft(**answer)))
    unmasked = {name: unmask(text, masked.spans) for name, text in answer.items()}
    assert unmasked == {name: getattr(sample.summary, name) for name in answer}
    assert "\\" not in "".join(answer.values())


def test_a_formula_of_title_and_abstract_keeps_the_number_of_each() -> None:
    """The same formula twice in the English takes both numbers, in order."""
    paper_id = ArxivId("2600.99999")
    sample = Sample(
        paper=Paper(
            id=paper_id,
            title="On $k$ and $k$",
            abstract="We fix $k$ and $k+1$, then $k$.",
            authors=(),
            categories=(),
        ),
        summary=Summary(
            paper_id=paper_id,
            title_zh="论 $k$ 与 $k$",
            summary_zh="$k$、$k$、$k$",
            abstract_zh="先 $k+1$，再 $k$、$k$",
        ),
    )
    answer = json.loads(script(sample).answer)
    assert "论 {v1} 与 {v2}" == answer["title_zh"]
    assert "先 {v4}，再 {v3}、{v5}" == answer["abstract_zh"]
    assert "{v3}、{v5}、{v5}" == answer["summary_zh"]


def test_a_span_that_begins_like_another_is_not_taken_for_it() -> None:
    """Of two addresses, the longer one gets its own placeholder."""
    paper_id = ArxivId("2600.99998")
    sample = Sample(
        paper=Paper(
            id=paper_id,
            title="On addresses",
            abstract="See https://example.org/a and https://example.org/a/b.",
            authors=(),
            categories=(),
        ),
        summary=Summary(
            paper_id=paper_id, abstract_zh="见 https://example.org/a/b 与 https://example.org/a。"
        ),
    )
    assert "见 {v2} 与 {v1}。" == json.loads(script(sample).answer)["abstract_zh"]


def test_each_paper_is_recognised_by_title_or_by_abstract(samples: SampleSet) -> None:
    """Either is enough, broken into lines or not, and no paper is taken for another."""
    scripts = tuple(script(sample) for sample in samples.samples)
    for sample, expected in zip(samples.samples, scripts, strict=True):
        masked = mask_paper(sample.paper)
        assert expected is recognise(scripts, f"x {masked.title.replace(' ', chr(10))} y")
        assert expected is recognise(scripts, masked.abstract)
    assert None is recognise(scripts, "Another paper")


def test_it_answers_as_the_sdk_expects(server: LoopbackServer, samples: SampleSet) -> None:
    """The real client reads the completion, its usage, and the list of models."""

    async def call() -> tuple[str | None, str | None, int, list[str]]:
        async with AsyncOpenAI(
            base_url=f"{server.url}/v1", api_key="none", max_retries=0
        ) as client:
            answer = await client.chat.completions.create(
                model="sample-model",
                messages=[{"role": "user", "content": prompt_of(samples.samples[0])}],
            )
            models = [model.id async for model in client.models.list()]
            with pytest.raises(NotFoundError, match="Only sample papers"):
                await client.chat.completions.create(
                    model="sample-model", messages=[{"role": "user", "content": "else"}]
                )
        assert answer.usage is not None
        total = answer.usage.total_tokens
        choice = answer.choices[0]
        return choice.message.content, choice.finish_reason, total, models

    content, finish, total, models = asyncio.run(call())
    answer = json.loads(content or "")
    assert samples.samples[0].summary.title_zh == answer["title_zh"]
    assert ("stop", ["sample-model"]) == (finish, models)
    assert 400 < total < 1500


def test_an_answer_takes_the_delay(
    http: httpx.Client, server: LoopbackServer, samples: SampleSet, slept: list[float]
) -> None:
    """Each call waits once, for the seconds that were set."""
    answer = ask(http, server, prompt_of(samples.samples[1])).json()
    assert [0.25] == slept
    assert 1780000000 == answer["created"]


def test_one_paper_answers_prose_three_times_and_then_properly(
    http: httpx.Client, server: LoopbackServer, samples: SampleSet
) -> None:
    """A call and two repair calls get prose, so that the fallback shows; a later one succeeds."""
    (sample,) = (one for one in samples.samples if one.prose)
    answers = [
        ask(http, server, prompt_of(sample)).json()["choices"][0]["message"]["content"]
        for _ in range(4)
    ]
    assert [sample.prose] * 3 == answers[:3]
    assert sample.summary.title_zh == json.loads(answers[3])["title_zh"]


def test_content_may_come_in_parts(
    http: httpx.Client, server: LoopbackServer, samples: SampleSet
) -> None:
    """A list of text parts is read like one text."""
    parts = [{"type": "text", "text": prompt_of(samples.samples[2])}, {"type": "image_url"}, 3]
    assert 200 == ask(http, server, parts).status_code


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"messages": 3}', b"\xff"])
def test_what_is_no_chat_request_is_refused(
    http: httpx.Client, server: LoopbackServer, body: bytes
) -> None:
    """The error has the shape of OpenAI's own."""
    answer = http.post(f"{server.url}/v1/chat/completions", content=body)
    assert 400 == answer.status_code
    assert "invalid_request" == answer.json()["error"]["code"]


def test_the_system_prompt_is_not_searched() -> None:
    """Only what the user says can name a paper: an example in the instructions does not."""
    messages = [{"role": "system", "content": "a"}, {"role": "user", "content": "b"}, "c"]
    assert "b" == read_prompt(json.dumps({"messages": messages}).encode())


def test_other_addresses_are_not_found(http: httpx.Client, server: LoopbackServer) -> None:
    """There are two endpoints and no more."""
    answer = http.get(f"{server.url}/v1/chat/completions")
    assert (404, "not_found") == (answer.status_code, answer.json()["error"]["code"])


def test_the_real_summariser_gets_its_chinese_from_the_script(samples: SampleSet) -> None:
    """All papers arrive in the Chinese that was written; the prose one stays English once."""
    (odd,) = (sample for sample in samples.samples if sample.prose)

    async def summarise_all(url: str) -> tuple[list[Summary], Summary]:
        connect = connector(f"{url}/v1", "none", concurrency=4)
        async with ChatSummariser([Endpoint(connect, "sample-model")]) as summariser:
            papers = [sample.paper for sample in samples.samples]
            first = await asyncio.gather(*map(summariser.summarise, papers))
            again = await summariser.summarise(odd.paper)
            return [written.summary for written in first], again.summary

    with model_server(samples, delay=0.0) as server:
        first, again = asyncio.run(summarise_all(server.url))
    reasons = {str(summary.paper_id): summary.reason for summary in first if summary.reason}
    assert {"2600.00008": "invalid_answer"} == reasons
    assert [one.summary for one in samples.samples if one != odd] == [
        summary for summary in first if summary.is_chinese
    ]
    assert odd.summary == again
