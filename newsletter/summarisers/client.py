"""Open the HTTP client of a model's server."""

import ssl
from collections.abc import Callable

import httpx2
from openai import AsyncOpenAI

from newsletter.summarisers.bounded import BoundedClient

KEEP_ALIVE = 60.0
"""Seconds for which an idle connection is kept."""


def open_client(
    base_url: str,
    api_key: str,
    timeout: float = 60.0,
    concurrency: int = 8,
    *,
    tls: ssl.SSLContext | None = None,
) -> AsyncOpenAI:
    """Return a client without retries of its own and with at most `concurrency` connections.

    It asks for answers without compression, and takes at most `bounded.MAX_BODY` bytes.
    `timeout` is in seconds for each connect, read and write: not for a whole call, which
    `ChatSummariser` limits. A local server without a key takes an empty `api_key`. The client
    belongs to the event loop in which it is first used, and must be closed there.
    """
    limits = httpx2.Limits(
        max_connections=concurrency,
        max_keepalive_connections=concurrency,
        keepalive_expiry=KEEP_ALIVE,
    )
    http_client = BoundedClient(
        headers={"Accept-Encoding": "identity"},
        limits=limits,
        timeout=timeout,
        verify=tls or ssl.create_default_context(),
    )
    return AsyncOpenAI(
        base_url=base_url,
        api_key=api_key or "none",
        max_retries=0,
        timeout=timeout,
        http_client=http_client,
    )


def connector(
    base_url: str, api_key: str, *, timeout: float = 60.0, concurrency: int = 8
) -> Callable[[], AsyncOpenAI]:
    """Return what opens clients on demand, sharing one TLS context (loading it costs 20 ms)."""
    tls = ssl.create_default_context()
    return lambda: open_client(base_url, api_key, timeout, concurrency, tls=tls)
