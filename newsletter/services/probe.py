"""What a configured model endpoint really can: at most nine small calls.

1  ask in the profile's way     answers, key, request (what the server made us leave out)
2  the same twice more          latency, usage, thinking_off, limits
1  JSON mode, asked for prose   json
1  a schema, asked for prose    schema
1  the other token field        token_limit
3  an invented paper            checks (one call, and two repairs at most)
"""

import json
import re
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from openai import APIStatusError

from newsletter.errors import (
    ModelAccountError,
    ModelNotFound,
    ModelUnavailable,
    SummariserError,
)
from newsletter.fidelity.findings import Violation
from newsletter.papers import ArxivId, Paper
from newsletter.ports import Summariser
from newsletter.prompts.asking import Message
from newsletter.services.doctor import Check, Verdict
from newsletter.summarisers.completions import (
    Reading,
    estimate_prompt,
    read_text,
    read_usage,
)
from newsletter.summarisers.exchange import Endpoint, Reply
from newsletter.summarisers.profiles import ANSWER_SCHEMA, ResponseFormat
from newsletter.summarisers.shapes import TOKEN_FIELDS, Shape

SLOW: Final = 20.0
"""Seconds for a dozen words; a paper takes about twenty times as long."""
_SHORT: Final = 300
"""Tokens of a probe's answer: a model in JSON mode may go on with white space for ever."""
_OBJECT: Final[list[Message]] = [
    {
        "role": "user",
        "content": 'Answer with exactly this JSON object: {"title_zh": "示例", '
        '"summary_zh": "示例。", "abstract_zh": "示例。"}',
    },
]
# Only a server that enforces JSON answers this with JSON.
_PROSE: Final[list[Message]] = [
    {"role": "user", "content": "Say in one plain English sentence what JSON is."},
]
_LIMIT_HEADER: Final = re.compile(r"(?:x-)?ratelimit-[a-z-]{1,40}|retry-after")
_MOST_HEADERS: Final = 4
SAMPLE: Final = Paper(
    id=ArxivId("2605.00001"),
    title="Sample-Net: Sparse Attention for Long Texts",
    abstract=(
        "Attention is expensive on long texts. We present Sample-Net, a sparse model. On 3 data "
        "sets it improves accuracy by 2.5% and halves the training time."
    ),
    authors=("Sample Author",),
    categories=("cs.CL",),
)
"""An invented paper, small enough for any model."""


@dataclass
class _Seen:
    """What the first three calls showed."""

    replies: list[Reply] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    text: str = ""


async def model_checks(
    endpoint: Endpoint | None, summariser: Summariser | None = None, place: str = "model"
) -> AsyncIterator[Check]:
    """Yield what `endpoint` can, each check's id beginning with `place`.

    None means that no model is configured. `summariser` writes the sample paper; without one
    that check is left out. Raises nothing of ours.
    """
    if endpoint is None:
        what = "no model: mails are in English"
        yield Check(f"{place}.configured", "skipped", what, "Set NEWSLETTER_MODEL_URL")
        return
    what = f"{endpoint.name}, asked as {endpoint.profile.name}"
    yield Check(f"{place}.configured", "ok", what)
    async with endpoint:
        async for check in _endpoint_checks(endpoint):
            hint = check.hint.replace("NEWSLETTER_MODEL_", f"NEWSLETTER_{place.upper()}_")
            yield replace(check, id=f"{place}.{check.id}", hint=hint)
            if check.id == "answers" and check.verdict == "failed":
                return
    if summariser is not None:
        yield replace(await _sample(summariser), id=f"{place}.checks")


async def _endpoint_checks(endpoint: Endpoint) -> AsyncIterator[Check]:
    """Yield the checks of the endpoint alone; after a failed `answers` nothing more."""
    meant, seen = endpoint.shape, _Seen()
    try:
        await _look(endpoint, seen)
    except ModelNotFound as error:
        yield Check("answers", "failed", error.what, error.hint)
        return
    except ModelAccountError as error:
        yield Check("key", "failed", error.what, error.hint)
        yield Check("answers", "failed", "nothing before the account is in order")
        return
    except SummariserError as error:
        yield Check("answers", "failed", error.what, "Check NEWSLETTER_MODEL_URL, try later")
        return
    yield Check("key", "ok", "accepted")
    yield Check("answers", "ok", f"{len(seen.readings)} calls answered")
    yield _request(meant, endpoint.shape)
    yield await _format(endpoint, "json_object")
    yield await _format(endpoint, "json_schema")
    yield _thinking(seen)
    yield await _token_field(endpoint)
    yield _usage(seen)
    yield _limits(seen)
    yield _latency(seen)


async def _look(endpoint: Endpoint, seen: _Seen) -> None:
    """Make the first three calls; raises what they raise, as one of our errors."""
    begun = time.monotonic()
    seen.text = (await endpoint.ask(_OBJECT)).text
    seen.seconds.append(time.monotonic() - begun)
    for _ in range(2):
        try:
            reply = await endpoint.send(_OBJECT, endpoint.shape)
        except APIStatusError as error:
            raise ModelUnavailable(f"the model's server answered {error.status_code}") from error
        seen.replies.append(reply)
        seen.readings.append(read_usage(reply.content, estimate_prompt(_OBJECT), endpoint.profile))
        seen.seconds.append(reply.seconds)


def _request(meant: Shape, taken: Shape) -> Check:
    """Say which fields of the profile's request the server refused."""
    before, after = meant.body, taken.body
    refused = sorted(name for name in before if before[name] != after.get(name))
    if not refused:
        return Check("request", "ok", "every field of the profile's request is taken")
    what = f"refused, and left out or replaced: {', '.join(refused)}"
    hint = "Set NEWSLETTER_MODEL_PROFILE or NEWSLETTER_MODEL_REQUEST to spare the detour"
    return Check("request", "warning", what, hint)


async def _format(endpoint: Endpoint, response_format: ResponseFormat) -> Check:
    """Ask for prose in a JSON mode: only a server that enforces it answers with JSON."""
    name = {"json_object": "json", "json_schema": "schema"}[response_format]
    shape = replace(endpoint.shape, response_format=response_format, answer_tokens=_SHORT)
    is_used = endpoint.shape.response_format == response_format
    miss: Verdict = "warning" if is_used else "ok"
    try:
        reply = await endpoint.send(_PROSE, shape)
        text, _ = read_text(reply.content, endpoint.profile)
    except APIStatusError as error:
        return Check(name, miss, f"{response_format} is refused ({error.status_code})")
    except SummariserError as error:
        return Check(name, "warning", f"{response_format}: {error.what}")
    if _is_kept(text, response_format):
        return Check(name, "ok", f"{response_format} is kept")
    hint = "Answers are read leniently, and asked for again where that fails" if is_used else ""
    return Check(name, miss, f"{response_format} is accepted, but not kept", hint)


def _is_kept(text: str, response_format: ResponseFormat) -> bool:
    """Say whether `text` is the JSON that was demanded."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if response_format == "json_object":
        return isinstance(found, dict)
    return isinstance(found, dict) and sorted(found) == sorted(_keys())


def _keys() -> Iterator[str]:
    properties = ANSWER_SCHEMA["properties"]
    yield from properties if isinstance(properties, dict) else ()


def _thinking(seen: _Seen) -> Check:
    """Say whether the answers hold signs of thinking."""
    tokens = max(reading.reasoning_tokens for reading in seen.readings)
    is_thought = any(reading.has_reasoning for reading in seen.readings)
    if not is_thought and not seen.text.lstrip().startswith("<think>"):
        return Check("thinking_off", "ok", "no sign of thinking")
    what = f"the model thinks ({tokens} tokens of it)" if tokens else "the model thinks"
    hint = "It costs several times the tokens: see the provider's way to switch it off, and put "
    return Check("thinking_off", "warning", what, f"{hint}that into NEWSLETTER_MODEL_REQUEST")


async def _token_field(endpoint: Endpoint) -> Check:
    """Say which name of the token limit is taken: that in use, and whether the other is too."""
    if own := [name for name, _ in endpoint.shape.extra if name in TOKEN_FIELDS]:
        return Check("token_limit", "skipped", f"{own[0]} is set in NEWSLETTER_MODEL_REQUEST")
    used = endpoint.shape.token_fields[:1]
    if not used:
        what = "the server takes neither name, so the length of an answer is not limited"
        return Check("token_limit", "warning", what, "Set its own in NEWSLETTER_MODEL_REQUEST")
    other = next(name for name in TOKEN_FIELDS if name not in used)
    shape = replace(endpoint.shape, token_fields=(other,), answer_tokens=_SHORT)
    try:
        await endpoint.send(_OBJECT, shape)
    except (APIStatusError, SummariserError):
        return Check("token_limit", "ok", f"{used[0]}; {other} is refused")
    return Check("token_limit", "ok", f"{used[0]}; {other} is taken too")


def _usage(seen: _Seen) -> Check:
    """Say whether tokens, and cached ones among them, are reported."""
    if all(reading.is_estimated for reading in seen.readings):
        what = "the server counts no tokens: they are estimated from the characters"
        return Check("usage", "warning", what, "Budgets and costs are rough then")
    cached = max(reading.usage.cached_tokens for reading in seen.readings)
    if any(reading.has_cache for reading in seen.readings):
        return Check("usage", "ok", f"tokens are counted, cached ones too (here {cached})")
    return Check("usage", "ok", "tokens are counted, cached ones are not told")


def _limits(seen: _Seen) -> Check:
    """Repeat what the headers say about limits; few servers do."""
    headers = seen.replies[-1].headers
    told = [
        f"{name} {value[:20]}"
        for name, value in headers.items()
        if _LIMIT_HEADER.fullmatch(name) and value.isprintable()
    ]
    if told:
        return Check("limits", "ok", "; ".join(told[:_MOST_HEADERS]))
    what = "the server tells no limits; they are learnt from its refusals"
    return Check("limits", "ok", what)


def _latency(seen: _Seen) -> Check:
    median = statistics.median(seen.seconds)
    what = f"{median:.1f} s for a short answer, the median of three"
    if median <= SLOW:
        return Check("latency", "ok", what)
    return Check("latency", "warning", what, "Papers may not be ready before the deadline")


async def _sample(summariser: Summariser) -> Check:
    """Have the sample paper written, and say whether it passes its checks."""
    try:
        async with summariser:
            written = await summariser.summarise(SAMPLE)
    except SummariserError as error:
        return Check("checks", "failed", error.what, error.hint)
    summary, found = written.summary, written.violations
    names = sorted({_told(each) for each in found if each.severity == "hard"})
    if all((summary.title_zh, summary.summary_zh, summary.abstract_zh)):
        calls = "one call" if written.usage.calls == 1 else f"{written.usage.calls} calls"
        return Check("checks", "ok", f"an invented paper passes its checks after {calls}")
    told = ", ".join(names[:5]) or summary.reason
    what = f"an invented paper does not pass its checks: {told}"
    return Check("checks", "failed", what, "Choose a larger model: this one is not up to it")


def _told(violation: Violation) -> str:
    """Name the check and its field; of an answer that cannot be read, say what is wrong with it."""
    if violation.check == "answer":
        return f"the answer cannot be used ({violation.message})"
    return f"{violation.field}: {violation.check}"
