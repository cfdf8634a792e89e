"""What a chat completion says: the text, how it ended, what it cost. Bytes in, values out."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel, Field, ValidationError

from newsletter.errors import ContentRefused, ModelUnavailable
from newsletter.prompts.asking import Message
from newsletter.spending import Usage
from newsletter.summarisers.failures import from_body
from newsletter.summarisers.profiles import Path, Profile

_REFUSED: Final = frozenset({"content_filter", "sensitive"})
# DeepSeek; Zhipu; vLLM and SGLang: the server gave up, whatever text there is.
_INTERRUPTED: Final = frozenset({"insufficient_system_resource", "network_error", "abort", "error"})
_CUT_OFF: Final = frozenset({"length", "max_tokens", "model_context_window_exceeded"})
MOST_TOKENS: Final = 10_000_000
"""Of one call. A server that reports more is not believed, nor one that reports less than none."""
PLAUSIBLE: Final = (0.1, 20.0)
"""Least and most tokens that a server may count, as multiples of our estimate: tokenizers differ
by less than three, and what a gateway adds to a prompt is short."""
UNSEEN: Final = 32_768
"""Tokens of thinking that a server may count above that without showing it."""
_ASCII_PER_TOKEN: Final = 4
"""Characters of English; the mean abstract has 242 tokens and about 1,100 characters."""


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None
    # Whatever its form, it is only asked whether it is there.
    reasoning_content: Any = None
    reasoning: Any = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    """What is needed of a chat completion; servers add and leave out other things."""

    choices: list[_Choice] = Field(min_length=1)
    usage: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What can be told of an answer though its text be useless."""

    usage: Usage = field(default_factory=Usage)
    """One call; its `cost` is 0, which is the endpoint's matter."""
    is_estimated: bool = True
    """The server counted nothing, or nonsense: `usage` is made from the characters."""
    has_cache: bool = False
    """The server says how many of the prompt's tokens were cached, be it none."""
    reasoning_tokens: int = 0
    has_reasoning: bool = False
    """The model thought: text or tokens of it are in the answer."""


def estimate(text: str) -> int:
    """Return about how many tokens `text` has: rather too many than too few."""
    ascii_only = len(text.encode("ascii", "ignore"))  # a loop over 5,000 characters takes 0.3 ms
    return math.ceil(ascii_only / _ASCII_PER_TOKEN) + len(text) - ascii_only


def estimate_prompt(conversation: Iterable[Message]) -> int:
    """Return about how many tokens the conversation has, with some for each message's frame."""
    return sum(estimate(message["content"]) + 4 for message in conversation)


def read_usage(content: bytes, asked: int, profile: Profile) -> Reading:
    """Return what the body of a 200 says about itself; estimates where it says nothing.

    `asked` is the prompt's estimate, used where the server counts none or an implausible
    number: a budget must not depend on the server's telling. Raises nothing.
    """
    try:
        completion = _Completion.model_validate_json(content)
    except ValidationError:
        return Reading(usage=Usage(calls=1, prompt_tokens=asked))
    message = completion.choices[0].message
    usage = completion.usage if isinstance(completion.usage, dict) else {}
    thought = _tokens(usage, ("completion_tokens_details", "reasoning_tokens")) or 0
    written = str(message.reasoning_content or message.reasoning or "")
    answered = estimate(message.content or "") + estimate(written)
    counted = _counted(usage, profile)
    if counted and not _is_plausible(counted, asked, answered):
        counted = None
    return Reading(
        usage=counted or Usage(calls=1, prompt_tokens=asked, completion_tokens=answered),
        is_estimated=counted is None,
        has_cache=_cached(usage, profile) is not None,
        reasoning_tokens=thought,
        has_reasoning=bool(thought or written.strip()),
    )


def read_text(content: bytes, profile: Profile) -> tuple[str, bool]:
    """Return the text of the body of a 200, and whether it is cut off at the length limit.

    Raises `ContentRefused` for a filter and for the model's own refusal, `ModelUnavailable`
    for no text, an interrupted answer, and what is no completion, `ModelAccountError` for an
    error of the account inside a 200.
    """
    try:
        choice = _Completion.model_validate_json(content).choices[0]
    except ValidationError as error:
        raise from_body(content, profile) from error
    text = (choice.message.content or "").strip()
    if choice.finish_reason in _REFUSED or (choice.message.refusal and not text):
        raise ContentRefused("the model or its provider declined the paper")
    if choice.finish_reason in _INTERRUPTED:
        raise ModelUnavailable("the model's server broke the answer off")
    is_cut_off = choice.finish_reason in _CUT_OFF
    if not text and not is_cut_off:
        raise ModelUnavailable("the model answered nothing")
    return text, is_cut_off


def _is_plausible(counted: Usage, asked: int, answered: int) -> bool:
    """Say whether a count is near the estimates of what was asked and answered."""
    least, most = PLAUSIBLE
    is_prompt = least * asked <= counted.prompt_tokens <= most * asked
    is_answer = least * answered <= counted.completion_tokens <= most * answered + UNSEEN
    return is_prompt and is_answer


def _counted(usage: Mapping[str, Any], profile: Profile) -> Usage | None:
    """Return the server's own count; None where it has none that can be believed."""
    asked = _tokens(usage, ("prompt_tokens",))
    answered = _tokens(usage, ("completion_tokens",))
    if not asked or answered is None:
        return None
    cached = min(_cached(usage, profile) or 0, asked)
    return Usage(calls=1, prompt_tokens=asked, cached_tokens=cached, completion_tokens=answered)


def _cached(usage: Mapping[str, Any], profile: Profile) -> int | None:
    found = (_tokens(usage, path) for path in profile.cached_tokens)
    return next((tokens for tokens in found if tokens is not None), None)


def _tokens(usage: Mapping[str, Any], path: Path) -> int | None:
    """Return the count at `path`; None where there is none, or no credible one."""
    value: Any = usage
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return value if is_count and 0 <= value <= MOST_TOKENS else None
