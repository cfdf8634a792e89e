"""What holds for every request and answer: a limit on bodies, HEAD, and careful headers."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 64 * 1024
"""Bytes of a request body: 5,000 characters of keywords, percent-encoded, are 45 KB at most."""

MAX_UPLOAD = 2 * 1024 * 1024 + MAX_BODY
"""Bytes of a body with a reader's library: a file of 2 MB and the form around it."""
_UPLOAD = re.compile(r"/preferences/[^/]{1,500}/library")
"""The one page that takes a file."""

CAREFUL_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        # Tokens stand in addresses: no page is kept, indexed, or named to another site.
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    },
)
"""Set unless the page says otherwise; only the public form is fit for search engines."""


class Guard:
    """ASGI middleware; raises `HTTPException` 413 where the application reads too long a body."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        # HEAD is GET without the body (RFC 9110 section 9.3.2), on every page.
        inner = {**scope, "method": "GET"} if is_head else scope
        await self.app(inner, _limited(scope, receive), _careful(send, is_head=is_head))


def _limited(scope: Scope, receive: Receive) -> Receive:
    """Return `receive` that also counts, because a chunked body states no length."""
    limit = MAX_UPLOAD if _is_upload(scope) else MAX_BODY
    left = limit if _stated_length(scope) <= limit else -1

    async def receive_limited() -> Message:
        nonlocal left
        message = await receive() if left >= 0 else {}
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return receive_limited


def _is_upload(scope: Scope) -> bool:
    """Say whether a file may be in it: two million signs of an urlencoded form take a second."""
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    return kind == "multipart/form-data" and _UPLOAD.fullmatch(scope["path"]) is not None


def _stated_length(scope: Scope) -> int:
    try:
        return int(Headers(scope=scope).get("content-length", "0"))
    except ValueError:
        return 0


def _careful(send: Send, *, is_head: bool) -> Send:
    async def send_carefully(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in CAREFUL_HEADERS.items():
                headers.setdefault(name, value)
        elif is_head:
            message = {**message, "body": b""}
        await send(message)

    return send_carefully
