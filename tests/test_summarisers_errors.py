"""Every error of the SDK, and every body of a refusal, has its place in our tree."""

import asyncio
from collections.abc import Iterator

import httpx2
import openai
import pytest

from newsletter.errors import (
    ContentRefused,
    InvalidAnswer,
    ModelAccountError,
    ModelUnavailable,
    SummariserError,
)
from newsletter.summarisers.client import open_client
from newsletter.summarisers.failures import (
    error_code,
    from_body,
    from_sdk,
    from_status,
    retry_after,
)

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
        openai.NotFoundError: ModelAccountError,
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
    assert error_code({"error": {"code": 1301}}) == "1301"
    assert error_code({"type": "Arrearage"}) == "arrearage"
    assert error_code("text") == ""
    assert error_code({"code": [[[]]], "type": "x"}) == ""
    assert isinstance(from_body(b"[" * 100_000), ModelUnavailable)
    assert isinstance(from_body(b'{"error": {"code": "1113"}}'), ModelAccountError)
    assert isinstance(from_status(302, None), ModelUnavailable)
    assert isinstance(from_status(413, None), InvalidAnswer)


def test_client_settings() -> None:
    """The client never retries by itself, and a local server needs no key."""
    client = open_client("http://127.0.0.1:1/v1", "", concurrency=3)
    assert client.max_retries == 0
    assert client.api_key == "none"
    assert client._client.headers["accept-encoding"] == "identity"
    asyncio.run(client.close())
