"""An HTTP client that takes no more of a body than a chat completion can have."""

import contextlib
from typing import Any

import httpx2

MAX_BODY = 2 * 1024 * 1024
"""Bytes of one body after decompression; an answer has some 10 kB, long thinking some 100 kB."""
_OF_THE_WIRE = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


class AnswerTooLargeError(httpx2.RequestError):
    """The body is longer than the limit, compressed or not."""


class BoundedClient(httpx2.AsyncClient):
    """Reads at most `MAX_BODY` bytes of each body; raises `AnswerTooLargeError` beyond."""

    async def send(
        self, request: httpx2.Request, *, stream: bool = False, **options: Any
    ) -> httpx2.Response:
        """Send `request` and read its answer; one that is to be streamed is left to the caller."""
        response = await super().send(request, stream=True, **options)
        return response if stream else await _whole(response)


async def _whole(response: httpx2.Response) -> httpx2.Response:
    """Return `response` with its body read, and closed."""
    try:
        body = await _body(response)
    finally:
        await response.aclose()
    # As bytes: a server may put anything into a header, and text would have to be ASCII here.
    headers = [item for item in response.headers.raw if item[0].lower() not in _OF_THE_WIRE]
    return httpx2.Response(
        response.status_code,
        headers=headers,
        content=body,
        request=response.request,
        extensions=response.extensions,
    )


async def _body(response: httpx2.Response) -> bytes:
    """Return the decoded body. The decoders yield a mebibyte at most, so a bomb stays small."""
    body = bytearray()
    async with contextlib.aclosing(response.aiter_bytes()) as parts:
        async for part in parts:
            body += part
            if len(body) > MAX_BODY:
                what = f"the model's server answered more than {MAX_BODY} bytes"
                raise AnswerTooLargeError(what, request=response.request)
    return bytes(body)
