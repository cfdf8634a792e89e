"""One endpoint: a conversation goes out, an answer comes back, or an error of ours.

    ask ─► Throttle.call ─► request (Shape) ─► server ─► Answer
      ▲          ▲              ▲ 400 that names a field: the next milder shape, kept from then on
      │          └── 429: half the places; Retry-After: everyone waits
      └── ModelUnavailable: again, after a pause with jitter, while attempts are left

A client belongs to one event loop. `async with endpoint:` opens one for everything inside;
without it each call opens and closes its own, which is right in any loop and costs a connection
a call.
"""

import asyncio
import hashlib
import json
import random as random_numbers
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Final, Self

import httpx2
import structlog
from openai import APIStatusError, AsyncOpenAI, OpenAIError

from newsletter.errors import (
    ContentRefused,
    InvalidAnswer,
    ModelAccountError,
    ModelUnavailable,
)
from newsletter.prompts.asking import Message
from newsletter.spending import Prices, Usage
from newsletter.summarisers.completions import estimate_prompt, read_text, read_usage
from newsletter.summarisers.failures import from_sdk, is_sent, is_throttled, retry_after
from newsletter.summarisers.limits import Call, Throttle
from newsletter.summarisers.profiles import GENERIC, Profile
from newsletter.summarisers.shapes import Shape

MAX_WAIT: Final = 60.0
"""Seconds: a server that asks for a longer pause is left alone; the caller has `retry_after`."""
BACKOFF: Final = (1.0, 30.0)
"""Seconds: first and longest pause, doubled from call to call, drawn between half and whole."""
_FINAL: Final = (ContentRefused, ModelAccountError)
"""No other form of the request would change these."""
_JSON_REMARK: Final = "Answer with JSON."

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's text, whether it ran into the length limit, and what it cost."""

    text: str
    is_cut_off: bool
    usage: Usage
    """Of all calls that led to it, those that came to nothing among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The body of a 200, as it came."""

    content: bytes
    headers: Mapping[str, str]
    """Names in lower case."""
    seconds: float
    """From sending to the last byte."""


class Endpoint:
    """One model of one server. One object serves any number of event loops in turn."""

    def __init__(
        self,
        connect: Callable[[], AsyncOpenAI],
        model: str,
        profile: Profile = GENERIC,
        *,
        time_limit: float = 120.0,
        answer_tokens: int = 4096,
        attempts: int = 3,
        extra_body: Mapping[str, object] | None = None,
        prices: Prices | None = None,
        throttle: Throttle | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = random_numbers.random,
    ) -> None:
        """Keep the settings; nothing is opened.

        `connect` opens a client (see `client.connector`). `time_limit` is in seconds for one
        whole call, because the SDK's own time-out is per read; waiting for a place does not
        count. `answer_tokens` limits the answer. `attempts` counts calls while the server is
        unavailable. `extra_body` wins over what the profile sends. Without `prices` the cost
        is 0. `throttle` is shared by all calls; by default 8 at a time. `random` returns
        numbers in [0, 1) for the jitter.
        """
        self._connect, self._model, self._profile = connect, model, profile
        self._time_limit, self._attempts = time_limit, attempts
        self._prices, self._throttle = prices, throttle or Throttle()
        self._sleep, self._random = sleep, random
        self._first_shape = self._shape = Shape.of(profile, extra_body or {}, answer_tokens)
        self._client: AsyncOpenAI | None = None

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._model

    @property
    def profile(self) -> Profile:
        """Return how the endpoint is asked."""
        return self._profile

    @property
    def shape(self) -> Shape:
        """Return the request's fields: the profile's, or what the server was found to take."""
        return self._shape

    @property
    def version(self) -> str:
        """Return a hash of model, profile and request, 16 hexadecimal digits.

        Of the request as it was meant: what a server refuses of it may change with the day.
        """
        request = json.dumps(asdict(self._first_shape), sort_keys=True)
        parts = f"{self._model}\n{self._profile.name}\n{request}"
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    async def __aenter__(self) -> Self:
        """Open one client for all calls until the block ends."""
        self._client = self._connect()
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close the client."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def ask(
        self, conversation: list[Message], spend: Callable[[Usage], None] | None = None
    ) -> Answer:
        """Call until the server answers.

        `spend` is told the usage of each call as it is known, also of those that end in an
        error. Raises `ModelUnavailable` when the attempts are used up or the server asks for a
        longer pause than `MAX_WAIT`, `ContentRefused` and `InvalidAnswer` for this
        conversation, `ModelAccountError` where no conversation would do; nothing else.
        """
        bill = _Bill(self._prices, spend)
        async with self._borrow() as client:
            for attempt in range(1, self._attempts):
                try:
                    return await self._call(client, conversation, bill)
                except ModelUnavailable as error:
                    if (error.retry_after or 0) > MAX_WAIT:
                        raise
                    await self._sleep(self._pause(attempt, error.retry_after))
            return await self._call(client, conversation, bill)

    async def send(self, conversation: list[Message], shape: Shape) -> Reply:
        """Make one call in exactly that shape and return the body of its 200.

        For whoever asks what a server can do: no attempt is repeated and nothing left out.
        Raises as `ask` does, and `openai.APIStatusError` in its place for an HTTP error.
        """
        async with self._borrow() as client:
            return await self._exchange(client, conversation, shape)

    @asynccontextmanager
    async def _borrow(self) -> AsyncIterator[AsyncOpenAI]:
        """Yield the shared client, or one of its own."""
        if self._client is not None:
            yield self._client
            return
        client = self._connect()
        try:
            yield client
        finally:
            await client.close()

    def _pause(self, attempt: int, wait: float | None) -> float:
        """Return seconds to wait: never less than the server asks, and never all at once."""
        backoff = min(BACKOFF[1], BACKOFF[0] * 2**attempt) * (1 + self._random()) / 2
        return backoff if wait is None else wait + self._random()

    async def _call(
        self, client: AsyncOpenAI, conversation: list[Message], bill: "_Bill"
    ) -> Answer:
        """Make one call within the limits; whatever a hostile answer raises becomes ours."""
        asked = estimate_prompt(conversation)
        if self._throttle.pause_left > MAX_WAIT:
            raise ModelUnavailable(
                "the model's server asked to be left alone", self._throttle.pause_left
            )
        async with self._throttle.call(asked + self._shape.answer_tokens) as place:
            try:
                content = await self._shaped(client, conversation, place)
            except (_Unanswered, asyncio.CancelledError):
                # The server has the prompt, and may well charge for it.
                bill.add(Usage(calls=1, prompt_tokens=asked))
                raise
            usage = read_usage(content, asked, self._profile).usage
            place.answered(usage.tokens)
        bill.add(usage)
        text, is_cut_off = read_text(content, self._profile)
        return Answer(text, is_cut_off, bill.total)

    async def _shaped(self, client: AsyncOpenAI, conversation: list[Message], place: Call) -> bytes:
        """Return the body of a 200, if need be to a milder request, which is then kept."""
        shape: Shape = self._shape
        while True:
            try:
                reply = await self._exchange(client, conversation, shape)
            except APIStatusError as error:
                milder = shape.milder(error.status_code, error.body)
                translated = from_sdk(error, self._profile)
                if milder is None or isinstance(translated, _FINAL):
                    if is_throttled(error.status_code, error.body, self._profile):
                        place.refused(retry_after(error.response))
                    raise translated from error
                shape = milder
            else:
                self._keep(shape)
                return reply.content

    def _keep(self, shape: Shape) -> None:
        """Send all further requests in a shape that was taken where another was refused."""
        if shape != self._shape:
            self._shape = shape
            _log.warning("model_request_reduced", model=self._model, fields=sorted(shape.body))

    async def _exchange(
        self, client: AsyncOpenAI, conversation: list[Message], shape: Shape
    ) -> Reply:
        """Make one HTTP call; an HTTP error stays the SDK's, everything else becomes ours."""
        request = {"model": self._model, "messages": self._worded(conversation, shape)}
        begun = time.monotonic()
        try:
            async with asyncio.timeout(self._time_limit):
                # The SDK's typed call looks through every field for what to rename: 1 ms more.
                response = await client.post(
                    "/chat/completions", body=request | shape.body, cast_to=httpx2.Response
                )
        except APIStatusError:
            raise
        except OpenAIError as error:
            translated = from_sdk(error, self._profile)
            raise (_Unanswered(translated.what) if is_sent(error) else translated) from error
        except TimeoutError as error:
            raise _Unanswered(f"no whole answer within {self._time_limit:g} s") from error
        except UnicodeEncodeError as error:
            if client.api_key.isascii():  # half of a surrogate pair in the paper
                raise InvalidAnswer(("the paper holds characters that cannot be sent",)) from error
            raise ModelAccountError("the API key cannot stand in an HTTP header") from error
        except Exception as error:  # the SDK lets pass e.g. an unknown charset's LookupError
            what = f"an answer that cannot be read ({type(error).__name__})"
            raise _Unanswered(what) from error
        return Reply(
            content=response.content,
            headers={name.lower(): value for name, value in response.headers.items()},
            seconds=time.monotonic() - begun,
        )

    def _worded(self, conversation: list[Message], shape: Shape) -> list[Message]:
        """Return the conversation with the word "JSON" in it, where JSON mode demands it."""
        is_demanded = self._profile.needs_word_json and shape.response_format == "json_object"
        if not is_demanded or any("json" in each["content"].lower() for each in conversation):
            return conversation
        *others, last = conversation
        return [*others, {**last, "content": f"{last['content']}\n{_JSON_REMARK}"}]


class _Unanswered(ModelUnavailable):
    """The request was sent, and no whole answer came: too late, broken off or too large."""


class _Bill:
    """What the calls for one conversation cost together."""

    def __init__(self, prices: Prices | None, spend: Callable[[Usage], None] | None) -> None:
        """Begin with nothing."""
        self._prices, self._spend = prices, spend
        self.total = Usage()

    def add(self, usage: Usage) -> None:
        """Put a price on one call's usage, add it, and pass it on."""
        priced = replace(usage, cost=self._prices.of(usage)) if self._prices else usage
        self.total += priced
        if self._spend is not None:
            self._spend(priced)
