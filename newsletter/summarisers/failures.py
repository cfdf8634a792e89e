"""Every way in which a model's server fails, as one of this project's errors.

401, 402, 403, 404, spent quota         ModelAccountError   no call will work
400 and 200 with a filter's code        ContentRefused      this paper only
other 4xx                               InvalidAnswer       this paper only
408, 409, 425, 429, 5xx, 3xx            ModelUnavailable    worth another call
time-out, broken line, a body too large ModelUnavailable
any other                               ModelUnavailable
"""

import json
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import openai

from newsletter.errors import (
    ContentRefused,
    InvalidAnswer,
    ModelAccountError,
    ModelUnavailable,
    SummariserError,
)
from newsletter.summarisers.bounded import AnswerTooLargeError

# 404 is a model or a path that does not exist: no paper would fare better.
_ACCOUNT = frozenset({401, 402, 403, 404})
_PASSING = frozenset({408, 409, 425, 429})
# Error codes as the providers print them: OpenAI, Azure; DashScope; Zhipu; Ark.
_FILTER_CODES = (
    "content_filter",
    "content_policy_violation",
    "data_inspection_failed",
    "datainspectionfailed",
    "1301",
    "sensitivecontentdetected",
)
# The account is empty: OpenAI (429), DashScope (400), Zhipu (429).
_BALANCE_CODES = ("insufficient_quota", "arrearage", "1113")


def from_sdk(error: openai.OpenAIError) -> SummariserError:
    """Translate any error of the SDK."""
    if isinstance(error, openai.ContentFilterFinishReasonError):
        return ContentRefused("the provider's filter stopped the answer")
    if isinstance(error, openai.LengthFinishReasonError):
        return InvalidAnswer(("the answer is cut off at the length limit",))
    if isinstance(error, openai.APIStatusError):
        return from_status(error.status_code, error.body, retry_after(error.response))
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


def from_status(status: int, body: object, wait: float | None = None) -> SummariserError:
    """Translate an HTTP status of 300 and above; `wait` is the server's Retry-After, seconds."""
    code = error_code(body)
    if code in _BALANCE_CODES:
        return ModelAccountError(f"the account's balance is spent ({status})")
    if code in _FILTER_CODES:
        return ContentRefused(f"the provider's filter refused the paper ({status})")
    if status in _ACCOUNT:
        return ModelAccountError(f"the model's server answered {status}")
    if status in _PASSING or not 400 <= status < 500:  # noqa: PLR2004 - RFC 9110 §15
        return ModelUnavailable(f"the model's server answered {status}", wait)
    return InvalidAnswer((f"the model's server answered {status}",))


def error_code(body: object) -> str:
    """Return the code inside an error body, lower case; empty where there is none.

    Accepts what the SDK unwrapped (`{"code": …}`) and a whole body (`{"error": {"code": …}}`).
    """
    inner = body.get("error", body) if isinstance(body, dict) else None
    fields: dict[str, Any] = inner if isinstance(inner, dict) else {}
    code = fields.get("code") or fields.get("type")
    # A list or an object, perhaps a deep one, is no code.
    return str(code)[:80].lower() if isinstance(code, str | int) else ""


def from_body(content: bytes) -> SummariserError:
    """Translate a body that came with 200 and is no chat completion, such as an HTML page."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return ModelUnavailable("the model's server answered something that is not JSON")
    if error_code(body) in _FILTER_CODES + _BALANCE_CODES:
        return from_status(200, body)
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
