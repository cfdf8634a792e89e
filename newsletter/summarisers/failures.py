"""Every way in which a model's server fails, as one of this project's errors.

401, 402, 403, spent quota              ModelAccountError   no call will work
404, 400 that names the model as unknown ModelNotFound      no call will work
400 and 200 with a filter's code        ContentRefused      this paper only
other 4xx                               InvalidAnswer       this paper only
408, 409, 425, 429, 5xx, 3xx            ModelUnavailable    worth another call
time-out, broken line, a body too large ModelUnavailable
any other                               ModelUnavailable

Codes are those of the profile: what one provider calls an empty account is another's limit of
tokens a minute.
"""

import json
import re
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx2
import openai

from newsletter.errors import (
    ContentRefused,
    InvalidAnswer,
    ModelAccountError,
    ModelNotFound,
    ModelUnavailable,
    SummariserError,
)
from newsletter.summarisers.bounded import AnswerTooLargeError
from newsletter.summarisers.profiles import GENERIC, Profile

_ACCOUNT: Final = frozenset({401, 402, 403})
_PASSING: Final = frozenset({408, 409, 425, 429})
_BAD_REQUEST: Final = 400
_NOT_FOUND: Final = 404
_TOO_MANY: Final = 429
# DeepSeek, LiteLLM and others say so with 400 where OpenAI answers 404.
_UNKNOWN_MODEL: Final = re.compile(
    r"model[^;\n]{0,100}not (?:exist|found)|invalid model name", re.IGNORECASE
)
# Gateways wrap a provider's refusal: the status is the code, the reason stands in the sentence.
_FILTERED: Final = re.compile(
    r"content_?(?:filter|policy)|data_?inspection_?failed|sensitivecontentdetected", re.IGNORECASE
)
# All other errors of a connection come when at least a part of the request is on its way.
_UNSENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
_LONGEST_MESSAGE: Final = 200
"""Characters: what follows may be the request, repeated."""
_LONGEST_CODE: Final = 80


def from_sdk(error: openai.OpenAIError, profile: Profile = GENERIC) -> SummariserError:
    """Translate any error of the SDK."""
    if isinstance(error, openai.ContentFilterFinishReasonError):
        return ContentRefused("the provider's filter stopped the answer")
    if isinstance(error, openai.LengthFinishReasonError):
        return InvalidAnswer(("the answer is cut off at the length limit",))
    if isinstance(error, openai.APIStatusError):
        wait = retry_after(error.response)
        return from_status(error.status_code, error.body, wait, profile)
    return ModelUnavailable(_trouble(error))


def _trouble(error: openai.OpenAIError) -> str:
    """Say in a clause why there is no whole response."""
    if isinstance(error.__cause__, AnswerTooLargeError):
        return str(error.__cause__)
    if isinstance(error, openai.APITimeoutError):
        return "the model's server did not answer in time"
    if isinstance(error, openai.APIConnectionError):
        return "no connection to the model's server"
    return f"the call failed ({type(error).__name__})"


def is_sent(error: openai.OpenAIError) -> bool:
    """Say whether the server may have had the request, and may charge for it."""
    return not isinstance(error.__cause__, _UNSENT)


def from_status(
    status: int, body: object, wait: float | None = None, profile: Profile = GENERIC
) -> SummariserError:
    """Translate an HTTP status of 300 and above; `wait` is the server's Retry-After, seconds."""
    told = _by_code(status, body, profile)
    if told is not None:
        return told
    is_busy = is_throttled(status, body, profile)
    if is_busy or status in _PASSING or not 400 <= status < 500:  # noqa: PLR2004 - RFC 9110 §15
        return ModelUnavailable(f"the model's server answered {status}", wait)
    if status in _ACCOUNT:
        return ModelAccountError(f"the model's server answered {status}")
    if _UNKNOWN_MODEL.search(_message(body)):
        return ModelNotFound(f"the model's server does not know the model ({status})")
    if status == _NOT_FOUND:  # a model or a path: no paper would fare better
        return ModelNotFound(f"the model's server answered {status}")
    return InvalidAnswer((f"the model's server answered {status}",))


def _by_code(status: int, body: object, profile: Profile) -> SummariserError | None:
    """Return what a code alone decides; None where the status does."""
    codes = error_codes(body)
    if _is_among(codes, profile.balance_codes):
        return ModelAccountError(f"the account's balance is spent ({status})")
    is_filtered = status == _BAD_REQUEST and _FILTERED.search(_message(body))
    if _is_among(codes, profile.filter_codes) or is_filtered:
        return ContentRefused(f"the provider's filter refused the paper ({status})")
    return None


def is_throttled(status: int, body: object, profile: Profile = GENERIC) -> bool:
    """Say whether the server asks for fewer calls: 429, or a code that means it.

    An empty account answers 429 at OpenAI and Zhipu; that is not this.
    """
    codes = error_codes(body)
    if _is_among(codes, profile.busy_codes):
        return True
    return status == _TOO_MANY and not _is_among(codes, profile.balance_codes)


def error_codes(body: object) -> tuple[str, ...]:
    """Return what may be the code inside an error body, lower case: its `code` and its `type`.

    Accepts what the SDK unwrapped (`{"code": …}`) and a whole body (`{"error": {"code": …}}`).
    Gateways put the HTTP status into `code` and the reason into `type`.
    """
    inner = body.get("error", body) if isinstance(body, dict) else None
    fields: dict[str, Any] = inner if isinstance(inner, dict) else {}
    found = (_code(fields.get("code")), _code(fields.get("type")))
    return tuple(filter(None, found))


def _code(value: object) -> str:
    """Return one code as text; a list or an object, perhaps a deep one, is none."""
    if isinstance(value, str):
        return value[:_LONGEST_CODE].lower()
    # An endless number would take quadratic time to write.
    is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9
    return str(value) if is_number else ""


def _is_among(codes: tuple[str, ...], known: frozenset[str]) -> bool:
    """Say whether a code is known; `a.b` is also known as `a`."""
    return any(code in known or code.partition(".")[0] in known for code in codes)


def _message(body: object) -> str:
    """Return the sentence of an error body, cut; empty where there is none."""
    inner = body.get("error", body) if isinstance(body, dict) else None
    message = inner.get("message") if isinstance(inner, dict) else None
    return message[:_LONGEST_MESSAGE] if isinstance(message, str) else ""


def from_body(content: bytes, profile: Profile = GENERIC) -> SummariserError:
    """Translate a body that came with 200 and is no chat completion, such as an HTML page."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return ModelUnavailable("the model's server answered something that is not JSON")
    if _is_among(error_codes(body), profile.filter_codes | profile.balance_codes):
        return from_status(200, body, None, profile)
    return ModelUnavailable("the model's server answered JSON without a choice")


def retry_after(response: httpx2.Response) -> float | None:
    """Return Retry-After in seconds, None if absent or unreadable.

    A date (RFC 9110 §10.2.3) is taken relative to the response's own Date header, so that
    neither clock matters.
    """
    value = response.headers.get("retry-after", "")
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
        wait = (until - parsedate_to_datetime(response.headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, wait)
