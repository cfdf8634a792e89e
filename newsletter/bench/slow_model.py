"""A model that answers right, and late: an OpenAI-compatible server in a process of its own.

`python -m newsletter.bench.slow_model SECONDS` prints its address, answers each call after so
many seconds with the Chinese of the paper asked about, and ends when its input is closed.
"""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from newsletter.bench.pairs import Pair, load_pairs
from newsletter.fidelity.checks import check_masked, hard_only
from newsletter.fidelity.findings import Draft, Violation
from newsletter.fidelity.masking import mask, mask_paper, unmask

_TITLE = re.compile(r"^Title: (.*)$", re.MULTILINE)
_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)


@contextmanager
def slow_model(seconds: float) -> Iterator[str]:
    """Run the server until the block ends; gives its address, up to `/v1`."""
    command = [sys.executable, "-m", __name__, str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdout is None or process.stdin is None:
            raise AssertionError("both were asked for")
        yield process.stdout.readline().decode().strip()
        process.stdin.close()


def askable() -> tuple[Pair, ...]:
    """Return the pairs whose answer passes at once: a repair would be a call more than counted.

    Left out are those whose Chinese rightly drops TeX that the masked English still has.
    """
    return tuple(pair for pair in load_pairs() if not _objections(pair))


def _objections(pair: Pair) -> tuple[Violation, ...]:
    source = mask_paper(pair.paper)
    return hard_only(check_masked(source, _masked(pair.draft, source.spans)))


def answers() -> dict[str, str]:
    """Return title as a model sees it → the JSON that it answers, placeholders for formulas."""
    return {
        mask_paper(pair.paper).title: json.dumps(
            asdict(_masked(pair.draft, mask_paper(pair.paper).spans)), ensure_ascii=False
        )
        for pair in load_pairs()
    }


def title_of(prompt: str) -> str:
    """Return the title in a prompt, as a model sees it; empty where there is none."""
    found = _TITLE.search(prompt)
    return found[1] if found else ""


def _masked(draft: Draft, spans: tuple[str, ...]) -> Draft:
    """Return `draft` with the placeholders of its paper in place of formulas and addresses."""
    return Draft(
        title_zh=_numbered(draft.title_zh, spans),
        summary_zh=_numbered(draft.summary_zh, spans),
        abstract_zh=_numbered(draft.abstract_zh, spans),
    )


def _numbered(chinese: str, spans: tuple[str, ...]) -> str:
    """Replace what masking finds in `chinese` by the next placeholder of the same span."""
    masked = mask(chinese)
    places: dict[str, list[int]] = {}
    for number, span in enumerate(spans, 1):
        places.setdefault("".join(span.split()), []).append(number)

    def numbers() -> Iterator[str]:
        for span in masked.spans:
            free = places.get("".join(span.split()), [])
            number = (free.pop(0) if len(free) > 1 else free[0]) if free else 0
            yield f"{{v{number}}}" if number else span

    return unmask(masked.text, tuple(numbers()))


class _Server:
    """HTTP/1.1 with as little work a call as possible: one core is shared with the client."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._answers = seconds, answers()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's calls until the client closes it."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                found = _LENGTH.search(head)
                body = await reader.readexactly(int(found[1]) if found else 0)
                await asyncio.sleep(self._seconds)
                writer.write(_response(self._answer(json.loads(body))))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, request: Mapping[str, Any]) -> str:
        return self._answers[title_of(request["messages"][-1]["content"])]


def _response(text: str) -> bytes:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    usage = {"prompt_tokens": 1300, "completion_tokens": 400, "total_tokens": 1700}
    body = json.dumps(
        {
            "id": "sample",
            "object": "chat.completion",
            "created": 1,
            "model": "sample-model",
            "choices": [choice],
            "usage": usage,
        }
    ).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


async def _run(seconds: float) -> None:
    server = await asyncio.start_server(_Server(seconds).serve, "127.0.0.1", 0, limit=2**20)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"http://127.0.0.1:{port}/v1\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_run(float(sys.argv[1])))
