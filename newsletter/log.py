"""Structured logs: a static event name, ids as fields; never an address, never a token."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

# Anything that looks like an address or a signed token, wherever it hides in a field, also
# percent-encoded in a URL. Each run of text is tried once from its beginning: a hostile SMTP
# reply of one long run costs linear time.
_ADDRESS = re.compile(r"(?<![^\s<>\"'])[^\s<>\"']*?(?:@|＠|%40)[^\s<>\"']*", re.IGNORECASE)
_TOKEN = re.compile(r"1[a-z]\.[\w~-]+\.[0-9a-f]+\.[\w-]{20}")


def scrub(text: str) -> str:
    """Return `text` with addresses and tokens replaced by `…`."""
    return _TOKEN.sub("…", _ADDRESS.sub("…@…", text))


def configure(*, json: bool, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all logs, the libraries' too, to `stream` (default: standard error)."""
    renderer = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _scrub_fields,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        ),
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # uvicorn brings handlers of its own, past which a traceback would leave unscrubbed.
    for own in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(own).handlers.clear()
        logging.getLogger(own).propagate = True
    # They log each request's address at INFO; ours holds no token, a model's may hold a key.
    for noisy in ("httpx", "httpx2", "httpcore", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _scrub_fields(
    _logger: object,
    _method: str,
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    for key, value in event.items():
        event[key] = _scrub_value(value)
    return event


def _scrub_value(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {scrub(str(key)): _scrub_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrub_value(item) for item in value]
    return scrub(str(value))
