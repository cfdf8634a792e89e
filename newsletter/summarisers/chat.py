"""Ask a model behind an OpenAI-compatible server for the Chinese of one paper.

    paper ─► mask_paper ─► messages ─► call ─► read_answer ─► check_masked ─► unmask ─► Summary
                              ▲         └─ tried again while the server is unavailable
                              └── repair: what was wrong, at most twice

A client belongs to one event loop. `async with summariser:` opens one for everything inside;
without it each paper opens and closes its own, which is right in any loop and costs a
connection a paper.
"""

import asyncio
import hashlib
import json
import random as random_numbers
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

from openai import AsyncOpenAI, OpenAIError
from pydantic import BaseModel, Field, ValidationError

from newsletter.errors import (
    ContentRefused,
    InvalidAnswer,
    ModelAccountError,
    ModelUnavailable,
    SummariserError,
)
from newsletter.fidelity.checks import CHECKS_VERSION, check_masked, hard_only
from newsletter.fidelity.findings import Draft
from newsletter.fidelity.masking import MaskedPaper, mask_paper, unmask
from newsletter.papers import Paper, Summary
from newsletter.prompts import (
    PROMPT_VERSION,
    Message,
    messages,
    read_answer,
    repair_message,
    repair_request,
)
from newsletter.summarisers.failures import from_body, from_sdk

REPAIRS = 2
"""Calls that may follow an answer which fails a check."""
MAX_WAIT = 60.0
"""Seconds: a server that asks for a longer pause is left alone; the caller has `retry_after`."""
BACKOFF = (1.0, 30.0)
"""Seconds: first and longest pause, doubled from call to call, drawn between half and whole."""
_ECHO_LIMIT = 12_000
_STOPPED = frozenset({"content_filter", "sensitive"})


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    """What is needed of a chat completion; servers add and leave out other things."""

    choices: list[_Choice] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class _Session:
    """An open client and the slots that bound the calls in flight."""

    client: AsyncOpenAI
    slots: asyncio.Semaphore


class ChatSummariser:
    """A `Summariser` on chat completions. One object serves any number of event loops in turn."""

    def __init__(
        self,
        connect: Callable[[], AsyncOpenAI],
        model: str,
        *,
        time_limit: float = 120.0,
        attempts: int = 3,
        concurrency: int = 8,
        extra_body: Mapping[str, object] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = random_numbers.random,
        token: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        """Keep the settings; nothing is opened.

        `connect` opens a client (see `client.connector`). `time_limit` is in seconds for one
        whole call, because the SDK's own time-out is per read. `attempts` counts calls while
        the server is unavailable. `concurrency` bounds calls in flight inside one `async
        with`. `extra_body` goes into each request, e.g. to switch thinking off. `random`
        returns numbers in [0, 1) for the jitter, `token` names the fence of each paper.
        """
        self._connect, self._model = connect, model
        self._time_limit, self._attempts = time_limit, attempts
        self._concurrency = concurrency
        self._extra_body = dict(extra_body or {})
        self._sleep, self._random, self._token = sleep, random, token
        self._session: _Session | None = None

    @property
    def version(self) -> str:
        """Return a hash of model, request, prompt and checks, 16 hexadecimal digits."""
        extra = json.dumps(self._extra_body, sort_keys=True, default=str)
        parts = f"{self._model}\n{extra}\n{PROMPT_VERSION}\n{CHECKS_VERSION}"
        return hashlib.sha256(parts.encode()).hexdigest()[:16]

    async def __aenter__(self) -> Self:
        """Open one client for all papers until the block ends."""
        self._session = self._open()
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close the client."""
        session, self._session = self._session, None
        if session is not None:
            await session.client.close()

    async def summarise(self, paper: Paper) -> Summary:
        """Return the checked Chinese, or a summary whose reason says why there is none.

        Reasons: `invalid_answer` after two repairs, `content_refused`. Raises
        `ModelUnavailable` after all attempts and `ModelAccountError` at once.
        """
        source = mask_paper(paper)
        try:
            async with self._borrow() as session:
                draft = await self._checked(session, source)
        except ContentRefused:
            return Summary(paper_id=paper.id, model=self._model, reason="content_refused")
        except InvalidAnswer:
            return Summary(paper_id=paper.id, model=self._model, reason="invalid_answer")
        return Summary(
            paper_id=paper.id,
            title_zh=unmask(draft.title_zh, source.spans),
            summary_zh=unmask(draft.summary_zh, source.spans),
            abstract_zh=unmask(draft.abstract_zh, source.spans),
            model=self._model,
        )

    def _open(self) -> _Session:
        return _Session(self._connect(), asyncio.Semaphore(self._concurrency))

    @asynccontextmanager
    async def _borrow(self) -> AsyncIterator[_Session]:
        """Yield the shared session, or one of its own."""
        if self._session is not None:
            yield self._session
            return
        session = self._open()
        try:
            yield session
        finally:
            await session.client.close()

    async def _checked(self, session: _Session, source: MaskedPaper) -> Draft:
        """Ask until an answer passes every hard check; `InvalidAnswer` after the last repair."""
        conversation = messages(source, self._token())
        for _ in range(REPAIRS):
            answer = await self._ask(session, conversation)
            request = _objection(source, answer)
            if request is None:
                break
            conversation = [
                *conversation[:2],
                {"role": "assistant", "content": answer.text[:_ECHO_LIMIT] or "…"},
                request,
            ]
        else:
            answer = await self._ask(session, conversation)
        return _accepted(source, answer)

    async def _ask(self, session: _Session, conversation: list[Message]) -> "_Answer":
        """Call until the server answers; `ModelUnavailable` when the attempts are used up."""
        for attempt in range(1, self._attempts):
            try:
                return await self._call(session, conversation)
            except ModelUnavailable as error:
                if (error.retry_after or 0) > MAX_WAIT:
                    raise
                await self._sleep(self._pause(attempt, error.retry_after))
        return await self._call(session, conversation)

    def _pause(self, attempt: int, retry_after: float | None) -> float:
        """Return seconds to wait: never less than the server asks, and never all at once."""
        backoff = min(BACKOFF[1], BACKOFF[0] * 2**attempt) * (1 + self._random()) / 2
        return backoff if retry_after is None else retry_after + self._random()

    async def _call(self, session: _Session, conversation: list[Message]) -> "_Answer":
        """Make one call; whatever a hostile answer makes a library raise becomes ours."""
        try:
            return _read(await self._exchange(session, conversation))
        except SummariserError:
            raise
        except Exception as error:  # the SDK lets pass e.g. an unknown charset's LookupError
            what = f"an answer that cannot be read ({type(error).__name__})"
            raise ModelUnavailable(what) from error

    async def _exchange(self, session: _Session, conversation: list[Message]) -> bytes:
        """Return the body of a 200. Waiting for a slot does not count against the limit."""
        request: dict[str, Any] = {"model": self._model, "messages": conversation}
        async with session.slots:
            try:
                async with asyncio.timeout(self._time_limit):
                    response = await session.client.chat.completions.with_raw_response.create(
                        **request,
                        response_format={"type": "json_object"},
                        extra_body=self._extra_body or None,
                    )
            except OpenAIError as error:
                raise from_sdk(error) from error
            except UnicodeEncodeError as error:
                what = "the API key cannot stand in an HTTP header"
                raise ModelAccountError(what) from error
            except TimeoutError as error:
                what = f"no whole answer within {self._time_limit:g} s"
                raise ModelUnavailable(what) from error
            body: bytes = response.content
        return body


@dataclass(frozen=True, slots=True)
class _Answer:
    """A model's text, and whether it ran into the length limit."""

    text: str
    is_cut_off: bool

    def draft(self) -> Draft:
        """Return the draft; raises `InvalidAnswer`."""
        if self.is_cut_off:
            raise InvalidAnswer(("the answer is cut off at the length limit",))
        return read_answer(self.text)


def _read(content: bytes) -> _Answer:
    """Read the body of a 200; raises `ContentRefused` and `ModelUnavailable`."""
    try:
        choice = _Completion.model_validate_json(content).choices[0]
    except ValidationError as error:
        raise from_body(content) from error
    text = (choice.message.content or "").strip()
    if choice.finish_reason in _STOPPED or (choice.message.refusal and not text):
        raise ContentRefused("the model or its provider declined the paper")
    if not text:
        raise ModelUnavailable("the model answered nothing")
    return _Answer(text, is_cut_off=choice.finish_reason == "length")


def _objection(source: MaskedPaper, answer: _Answer) -> Message | None:
    """Return the message that asks for a repair; None when the answer passes."""
    try:
        violations = check_masked(source, answer.draft())
    except InvalidAnswer as error:
        return repair_request(error.reasons)
    return repair_message(violations) if hard_only(violations) else None


def _accepted(source: MaskedPaper, answer: _Answer) -> Draft:
    """Return the draft that passes; raises `InvalidAnswer` with what is wrong otherwise."""
    draft = answer.draft()
    failed = hard_only(check_masked(source, draft))
    if failed:
        raise InvalidAnswer(tuple(f"{found.field}: {found.message}" for found in failed))
    return draft
