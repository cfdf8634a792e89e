"""What tests of one endpoint share: how it is made, asked, and answered by a script."""

import asyncio
import json
from typing import Any

from model_server import ModelServer, Reply, says

from newsletter.summarisers.client import connector
from newsletter.summarisers.exchange import Answer, Endpoint
from newsletter.summarisers.profiles import GENERIC, Profile

CONVERSATION = [
    {"role": "system", "content": "Translate. Answer with one JSON object."},
    {"role": "user", "content": "Title: A Sample"},
]


class Pauses(list[float]):
    """The pauses that were asked for; nobody waits."""

    async def __call__(self, seconds: float) -> None:
        """Write the pause down."""
        self.append(seconds)


def endpoint(server: ModelServer, profile: Profile = GENERIC, **changes: Any) -> Endpoint:
    """Return an endpoint that asks `server` and does not wait."""
    settings: dict[str, Any] = {"time_limit": 5.0, "sleep": Pauses(), "random": lambda: 0.5}
    connect = connector(server.url, "sample-key", timeout=5.0)
    return Endpoint(connect, "sample-model", profile, **settings | changes)


def ask(server: ModelServer, *replies: Reply, **changes: Any) -> Answer:
    """Ask once, in a loop of its own."""
    server.replies = list(replies)
    return asyncio.run(endpoint(server, **changes).ask(CONVERSATION))


def completion(usage: object = None, content: str | None = "{}", **message: Any) -> Reply:
    """Return a completion with that usage and more fields in its message."""
    body = json.loads(says(content).body) | {"usage": usage}
    body["choices"][0]["message"] |= message
    return Reply(json.dumps(body).encode())


def refuses(status: int, message: str, **fields: Any) -> Reply:
    """Return an OpenAI-like error with a sentence."""
    return Reply(json.dumps({"error": {"message": message, **fields}}).encode(), status)
