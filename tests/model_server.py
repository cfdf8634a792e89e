"""A scripted model behind a real HTTP server on loopback: one reply for each call, in order."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What the server says to one call. `trickle` sends a blank every 20 ms for so many seconds."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    trickle: float = 0.0
    is_cut: bool = False


def says(content: str | None, finish_reason: str = "stop", refusal: str | None = None) -> Reply:
    """Return a normal chat completion that holds `content`."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "finish_reason": finish_reason, "message": message}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return Reply(json.dumps(body, ensure_ascii=False).encode())


def fails(status: int, code: str = "x", **headers: str) -> Reply:
    """Return an OpenAI-like error."""
    body = json.dumps({"error": {"code": code, "message": "no"}}).encode()
    return Reply(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


@dataclass
class ModelServer:
    """The script, and what was asked."""

    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    encodings: set[str | None] = field(default_factory=set)
    connections: set[tuple[str, int]] = field(default_factory=set)
    url: str = ""


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """Serve `replies` on a free port until the block ends; the last one is repeated."""
    script = ModelServer()
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            script.requests.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            script.encodings.add(self.headers["accept-encoding"])
            script.connections.add(self.client_address)
            reply = script.replies.pop(0) if len(script.replies) > 1 else script.replies[0]
            self.send_response(reply.status)
            self.send_header("content-type", reply.content_type)
            blanks = int(reply.trickle / 0.02)
            length = len(reply.body) + blanks + (10 if reply.is_cut else 0)
            self.send_header("content-length", str(length))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.trickle(blanks)
            self.wfile.write(reply.body)
            self.close_connection = reply.is_cut

        def trickle(self, blanks: int) -> None:
            for _ in range(blanks):
                if stop.wait(0.02):
                    return
                self.wfile.write(b" ")
                self.wfile.flush()

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield script
    finally:
        stop.set()
        server.shutdown()
        thread.join()
        server.server_close()
