"""A scripted stand-in for a language model, behind an OpenAI-compatible endpoint.

This is a script and not a model: it looks a sample paper up in the prompt and answers with the
Chinese that was written for it beforehand. It shows how the pipeline behaves, and says nothing
about how well any model translates. Usage figures are estimates.

POST /v1/chat/completions ─► find the paper ─► its prose at first | its Chinese, masked ─► JSON
GET  /v1/models           ─► the one name, `sample-model`
"""

import json
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import Any

from newsletter.demo.loopback import LoopbackServer, Request, Response
from newsletter.demo.samples import MODEL_NAME, Sample, SampleSet
from newsletter.fidelity.masking import PLACEHOLDER, mask_paper

DELAY_SECONDS = 0.05
"""How long each answer takes: long enough to be seen, short enough for 24 papers."""
PROSE_ANSWERS = 3
"""A first call and the two repair calls that the summariser makes at most."""
_STRETCH = 120
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Script:
    """One sample as a prompt shows it, and the answer to it as JSON text."""

    needles: tuple[str, ...]
    """The masked title, and a stretch of the masked abstract."""
    answer: str
    prose: str


def model_server(
    samples: SampleSet,
    *,
    delay: float = DELAY_SECONDS,
    prose_answers: int = PROSE_ANSWERS,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> LoopbackServer:
    """Return a server, not yet started; its base address for a client is `url` + `/v1`.

    Each answer takes `delay` seconds. The sample that has prose answers with it
    `prose_answers` times and with its Chinese afterwards. `clock` gives POSIX seconds.
    """
    scripts = tuple(script(sample) for sample in samples.samples)
    asked: Counter[Script] = Counter()
    lock = Lock()

    def text_of(found: Script) -> str:
        with lock:
            asked[found] += 1
            return found.prose if found.prose and asked[found] <= prose_answers else found.answer

    def respond(request: Request) -> Response:
        if (request.method, request.path) == ("GET", "/v1/models"):
            return _response(_models(int(clock())))
        if (request.method, request.path) != ("POST", "/v1/chat/completions"):
            return _error(HTTPStatus.NOT_FOUND, "No such endpoint in this sample", "not_found")
        prompt = read_prompt(request.body)
        if prompt is None:
            return _error(HTTPStatus.BAD_REQUEST, "Not a chat request", "invalid_request")
        sleep(delay)
        found = recognise(scripts, prompt)
        if found is None:
            return _error(HTTPStatus.NOT_FOUND, "Only sample papers are known", "unknown_paper")
        return _response(_completion(prompt, text_of(found), int(clock())))

    return LoopbackServer(respond)


def script(sample: Sample) -> Script:
    """Return what to look for and what to answer.

    The paper is masked as the summariser masks it, and the Chinese carries the placeholders in
    place of the spans.
    """
    masked = mask_paper(sample.paper)
    chinese = sample.summary
    answer = {
        "title_zh": _masked_like(chinese.title_zh, masked.title, masked.spans),
        "summary_zh": _masked_like(chinese.summary_zh, masked.abstract, masked.spans),
        "abstract_zh": _masked_like(chinese.abstract_zh, masked.abstract, masked.spans),
    }
    needles = (_plain(masked.title), _plain(masked.abstract)[:_STRETCH])
    return Script(needles, json.dumps(answer, ensure_ascii=False), sample.prose)


def recognise(scripts: Iterable[Script], prompt: str) -> Script | None:
    """Return the script whose title, or else whose abstract's beginning, `prompt` holds."""
    plain = _plain(prompt)
    return next((s for s in scripts if any(needle in plain for needle in s.needles)), None)


def read_prompt(body: bytes) -> str | None:
    """Return the user's texts of a chat request, joined; None if it is no such request."""
    try:
        document = json.loads(body)
    except ValueError:
        return None
    messages = document.get("messages") if isinstance(document, dict) else None
    if not isinstance(messages, list):
        return None
    return "\n".join(text for message in messages for text in _texts(message))


def _texts(message: object) -> Iterator[str]:
    if not isinstance(message, dict) or message.get("role") != "user":
        return
    content = message.get("content")
    parts = content if isinstance(content, list) else [{"text": content}]
    for part in parts:
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            yield part["text"]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _masked_like(chinese: str, english: str, spans: tuple[str, ...]) -> str:
    """Put into `chinese` the placeholders that stand in masked `english`, instead of the spans.

    A span that the English has several times takes its numbers in order; the last one stays.
    """
    numbers: dict[str, list[str]] = {}
    for number in PLACEHOLDER.findall(english):
        numbers.setdefault(spans[int(number) - 1], []).append(number)
    if not numbers:
        return chinese

    def placeholder(found: re.Match[str]) -> str:
        left = numbers[found[0]]
        return f"{{v{left.pop(0) if len(left) > 1 else left[0]}}}"

    longest_first = sorted(numbers, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), placeholder, chinese)


def _completion(prompt: str, text: str, created: int) -> dict[str, Any]:
    # English has some four characters a token, Chinese between one and two.
    asked, answered = len(prompt) // 4 + 1, len(text) * 2 // 3 + 1
    return {
        "id": f"chatcmpl-sample-{created}",
        "object": "chat.completion",
        "created": created,
        "model": MODEL_NAME,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
        },
    }


def _models(created: int) -> dict[str, Any]:
    model = {"id": MODEL_NAME, "object": "model", "created": created, "owned_by": "sample"}
    return {"object": "list", "data": [model]}


def _error(status: HTTPStatus, message: str, code: str) -> Response:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return _response({"error": error}, status)


def _response(document: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(json.dumps(document, ensure_ascii=False).encode(), _JSON, status)
