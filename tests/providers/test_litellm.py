"""One endpoint against the LiteLLM proxy, a second server that others wrote, with mocks behind it.

It is what many an operator puts before several providers, and it has habits of its own: the HTTP
status as the error's code, parameters that it knows to be unsupported refused in its own words.
"""

import asyncio
import os
import socket
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import (
    ContentRefused,
    InvalidAnswer,
    ModelAccountError,
    ModelUnavailable,
    SummariserError,
)
from newsletter.prompts.answers import read_answer
from newsletter.summarisers.client import connector
from newsletter.summarisers.exchange import Answer, Endpoint
from newsletter.summarisers.limits import Throttle
from newsletter.summarisers.profiles import DEEPSEEK, GENERIC, OPENAI, VLLM, Profile

CONVERSATION = [{"role": "user", "content": "Answer with JSON."}]
KEY = "sk-sample"
PATIENCE = 180.0
"""Seconds for the start: it imports for 20 of them on two idle cores."""
READY = "Uvicorn running on"
"""In the line that its server writes once it listens."""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the proxy on a free port of loopback and return its base URL."""
    folder = tmp_path_factory.mktemp("litellm")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    config = Path(__file__).parent / "proxy.yaml"
    words = ["--config", str(config), "--host", "127.0.0.1", "--port", port, "--num_workers", "1"]
    # Prices come from the package, not from the network; nobody is told that it runs.
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "PYTHONUNBUFFERED": "1",
    }
    command = [os.environ["NEWSLETTER_TEST_LITELLM"], *words, "--telemetry", "False"]
    with running(command, environment, folder):
        yield f"http://127.0.0.1:{port}/v1"


@contextmanager
def running(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[None]:
    """Run the proxy from the moment it listens; fail with the end of its log if it does not."""
    said: deque[str] = deque(maxlen=40)
    with (
        subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process,
        ThreadPoolExecutor(1) as reader,
    ):
        assert process.stdout is not None
        try:
            started = reader.submit(is_ready, process.stdout, said)
            # Read on to the end, so that the proxy never waits for a full pipe.
            reader.submit(said.extend, process.stdout)
            if not has_come(started):
                pytest.fail(f"the proxy did not start:\n{''.join(said)[-2000:]}")
            yield
        finally:
            end(process)


def is_ready(log: Iterable[str], said: deque[str]) -> bool:
    """Read up to the line that says that the server listens; False if the log ends before."""
    for line in log:
        said.append(line)
        if READY in line:
            return True
    return False


def has_come(started: Future[bool]) -> bool:
    """Wait for the server's word, `PATIENCE` seconds at most."""
    try:
        return started.result(PATIENCE)
    except TimeoutError:
        return False


def end(process: subprocess.Popen[str]) -> None:
    """End the proxy, after ten seconds by force."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()


async def at_once(seconds: float) -> None:
    """Do not wait."""


def endpoint(
    proxy: str, model: str, profile: Profile = GENERIC, key: str = KEY, **changes: Any
) -> Endpoint:
    """Return an endpoint that asks the proxy for `model`."""
    settings: dict[str, Any] = {"time_limit": 20.0, "sleep": at_once} | changes
    return Endpoint(connector(proxy, key, timeout=20.0), model, profile, **settings)


def ask(proxy: str, model: str, *of_endpoint: Any, **changes: Any) -> Answer:
    """Ask once, in a loop of its own."""
    return asyncio.run(endpoint(proxy, model, *of_endpoint, **changes).ask(CONVERSATION))


@pytest.mark.parametrize("profile", [GENERIC, OPENAI], ids=lambda profile: profile.name)
def test_answer(proxy: str, profile: Profile) -> None:
    """The answer comes through whole, with the proxy's count of tokens."""
    answer = ask(proxy, "sample-model", profile)
    assert read_answer(answer.text).title_zh == "Sample-Net：面向 {v1} 体问题的稀疏注意力"
    assert answer.usage.calls == 1
    assert answer.usage.prompt_tokens > 0
    assert answer.usage.completion_tokens > 0


@pytest.mark.parametrize(
    ("profile", "field"),
    [(DEEPSEEK, "thinking"), (VLLM, "chat_template_kwargs")],
    ids=["thinking", "template"],
)
def test_field_that_it_may_refuse(proxy: str, profile: Profile, field: str) -> None:
    """A field that the proxy calls unsupported is left out, and the answer comes all the same."""
    asked = endpoint(proxy, "sample-model", profile, attempts=1)
    assert field in asked.shape.body
    assert read_answer(asyncio.run(asked.ask(CONVERSATION)).text)
    if profile is DEEPSEEK:
        assert field not in asked.shape.body


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("limited", ModelUnavailable),
        ("broken", ModelUnavailable),
        ("slow", ModelUnavailable),
        ("filtered", ContentRefused),
        ("too-long", InvalidAnswer),
        ("no-such-model", ModelAccountError),
    ],
)
def test_failures(proxy: str, model: str, expected: type[SummariserError]) -> None:
    """Each of the proxy's failures has its class."""
    with pytest.raises(expected):
        ask(proxy, model, attempts=2)


def test_limit_takes_places_away(proxy: str) -> None:
    """Its 429 halves the calls in flight."""
    gate = Throttle(8)
    with pytest.raises(ModelUnavailable):
        ask(proxy, "limited", throttle=gate, attempts=1)
    assert gate.window.limit == 4


def test_many_at_once(proxy: str) -> None:
    """Forty papers over one client, sixteen at a time, all come back."""
    asked = endpoint(proxy, "sample-model", throttle=Throttle(16))

    async def all_of_them() -> list[Answer]:
        async with asked:
            return await asyncio.gather(*(asked.ask(CONVERSATION) for _ in range(40)))

    assert len({answer.text for answer in asyncio.run(all_of_them())}) == 1
