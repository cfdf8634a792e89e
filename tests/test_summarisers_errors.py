"""Every error of the SDK, and every body of a refusal, has its place in our tree."""

import asyncio
import time
from collections.abc import Iterator

import httpx2
import openai
import pytest

from newsletter.errors import (
    ContentRefused,
    InvalidAnswer,
    ModelAccountError,
    ModelNotFound,
    ModelUnavailable,
    SummariserError,
)
from newsletter.summarisers.client import open_client
from newsletter.summarisers.failures import (
    error_codes,
    from_body,
    from_sdk,
    from_status,
    is_throttled,
    retry_after,
)
from newsletter.summarisers.profiles import PROFILES

REQUEST = httpx2.Request("POST", "http://model.example/v1/chat/completions")
SDK_ERRORS = {
    openai.APITimeoutError: lambda kind: kind(REQUEST),
    openai.APIConnectionError: lambda kind: kind(request=REQUEST),
    openai.APIResponseValidationError: lambda kind: kind(
        httpx2.Response(200, request=REQUEST), None
    ),
    openai.APIError: lambda kind: kind("x", REQUEST, body=None),
    openai.LengthFinishReasonError: lambda kind: kind.__new__(kind),
    openai.ContentFilterFinishReasonError: lambda kind: kind(),
}


def sdk_errors(root: type[openai.OpenAIError]) -> Iterator[type[openai.OpenAIError]]:
    """Yield `root` and all classes below it."""
    yield root
    for child in root.__subclasses__():
        yield from sdk_errors(child)


def instance(kind: type[openai.OpenAIError]) -> openai.OpenAIError:
    """Build an error of the SDK, whatever its constructor wants."""
    if issubclass(kind, openai.APIStatusError):
        status = getattr(kind, "status_code", 502)
        status = status if isinstance(status, int) else 502
        response = httpx2.Response(status, request=REQUEST)
        return _status_error(kind, response)
    build = SDK_ERRORS.get(kind)
    error = build(kind) if build else kind.__new__(kind)
    assert isinstance(error, openai.OpenAIError)
    return error


def _status_error(
    kind: type[openai.APIStatusError], response: httpx2.Response
) -> openai.APIStatusError:
    if issubclass(kind, openai.OAuthError):
        return kind(response=response, body=None)
    return kind("x", response=response, body=None)


@pytest.mark.parametrize("kind", sorted(set(sdk_errors(openai.OpenAIError)), key=str))
def test_every_sdk_error_is_mapped(kind: type[openai.OpenAIError]) -> None:
    """Each class of the SDK becomes one of ours."""
    expected: dict[type[openai.OpenAIError], type[SummariserError]] = {
        openai.AuthenticationError: ModelAccountError,
        openai.OAuthError: ModelAccountError,
        openai.PermissionDeniedError: ModelAccountError,
        openai.NotFoundError: ModelNotFound,
        openai.BadRequestError: InvalidAnswer,
        openai.UnprocessableEntityError: InvalidAnswer,
        openai.LengthFinishReasonError: InvalidAnswer,
        openai.ContentFilterFinishReasonError: ContentRefused,
    }
    assert type(from_sdk(instance(kind))) is expected.get(kind, ModelUnavailable)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Fri, 31 Dec 2026 23:59:59 +99999999999999"}, None),
        ({"retry-after": "Fri, 29 May 2026 00:00:10 GMT"}, None),
        (
            {
                "retry-after": "Fri, 29 May 2026 00:00:10 GMT",
                "date": "Fri, 29 May 2026 00:00:00 GMT",
            },
            10.0,
        ),
        (
            {
                "retry-after": "Fri, 29 May 2026 00:00:00 GMT",
                "date": "Fri, 29 May 2026 00:00:10 GMT",
            },
            0.0,
        ),
    ],
)
def test_reading_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds and dates are read; nonsense is no waiting time."""
    assert seconds == retry_after(httpx2.Response(429, headers=headers))


def test_bodies_and_codes() -> None:
    """Error codes are found wherever providers put them; a deep body is no crash."""
    assert error_codes({"error": {"code": 1301}}) == ("1301",)
    assert error_codes({"type": "Arrearage"}) == ("arrearage",)
    assert error_codes({"code": "429", "type": "x"}) == ("429", "x")
    assert error_codes("text") == ()
    assert error_codes({"code": [[[]]], "type": "x"}) == ("x",)
    assert error_codes({"code": 10**5000, "type": True}) == ()
    assert isinstance(from_body(b"[" * 100_000), ModelUnavailable)
    assert isinstance(from_body(b'{"error": {"code": "1113"}}'), ModelAccountError)
    assert isinstance(from_status(302, None), ModelUnavailable)
    assert isinstance(from_status(413, None), InvalidAnswer)


@pytest.mark.parametrize(
    ("profile", "status", "code", "expected"),
    [
        # An empty account at OpenAI, too many tokens a minute at Alibaba.
        ("openai", 429, "insufficient_quota", ModelAccountError),
        ("qwen", 429, "insufficient_quota", ModelUnavailable),
        ("generic", 429, "insufficient_quota", ModelAccountError),
        ("qwen", 400, "Arrearage", ModelAccountError),
        ("qwen", 403, "Throttling.AllocationQuota", ModelUnavailable),
        ("qwen", 400, "data_inspection_failed", ContentRefused),
        ("zhipu", 429, "1113", ModelAccountError),
        ("zhipu", 429, "1302", ModelUnavailable),
        ("zhipu", 400, "1301", ContentRefused),
        ("openai", 400, "1301", InvalidAnswer),
        ("ark", 400, "SensitiveContentDetected.SevereViolation", ContentRefused),
        ("ark", 400, "InputTextSensitiveContentDetected", ContentRefused),
        ("ark", 429, "RateLimitExceeded.EndpointRPMExceeded", ModelUnavailable),
        ("ark", 403, "AccountOverdueError", ModelAccountError),
        ("kimi", 429, "exceeded_current_quota_error", ModelAccountError),
        ("kimi", 400, "content_filter", ContentRefused),
        ("generic", 400, "content_policy_violation", ContentRefused),
        ("deepseek", 402, "", ModelAccountError),
    ],
)
def test_codes_of_providers(
    profile: str, status: int, code: str, expected: type[SummariserError]
) -> None:
    """The same code means different things to different providers."""
    assert expected is type(from_status(status, {"code": code}, None, PROFILES[profile]))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("litellm.ContentPolicyViolationError: no", ContentRefused),
        ("upstream said data_inspection_failed", ContentRefused),
        ("Model Not Exist", ModelNotFound),
        ("The model `sample-5.1` does not exist", ModelNotFound),
        ("/chat/completions: Invalid model name passed in model=x", ModelNotFound),
        ("model sample-5.1 not found, try pulling it first", ModelNotFound),
        ("the prompt is longer than the model's context", InvalidAnswer),
        ("x" * 300 + " model does not exist", InvalidAnswer),
        (["model does not exist"], InvalidAnswer),
    ],
    ids=["policy", "inspection", "deepseek", "openai", "litellm", "ollama", "other", "far", "list"],
)
def test_sentences(message: object, expected: type[SummariserError]) -> None:
    """Where there is no code, the sentence of a 400 tells a filter or a model that is not there."""
    assert expected is type(from_status(400, {"error": {"message": message}}))


def test_throttling() -> None:
    """429 asks for fewer calls unless the account is empty; a code may ask so at any status."""
    assert is_throttled(429, None)
    assert is_throttled(400, {"code": "Throttling.RateQuota"})
    assert not is_throttled(429, {"code": "1113"})
    assert not is_throttled(503, None)


def test_hostile_bodies_are_fast() -> None:
    """A body of 100,000 characters is classified in no time."""
    for text in ("model " * 16_667, "a" * 100_000, "model" + "x" * 100_000):
        begun = time.process_time()
        from_status(400, {"error": {"message": text, "code": text, "type": text}})
        assert time.process_time() - begun < 1


def test_client_settings() -> None:
    """The client never retries by itself, and a local server needs no key."""
    client = open_client("http://127.0.0.1:1/v1", "", concurrency=3)
    assert client.max_retries == 0
    assert client.api_key == "none"
    assert client._client.headers["accept-encoding"] == "identity"
    asyncio.run(client.close())
