"""The small HTTP server: it answers, bounds what it reads, and stops."""

import socket

import httpx
import pytest

from newsletter.demo.loopback import MAX_BODY, LoopbackServer, Request, Response


def echo(request: Request) -> Response:
    """Answer with what was asked."""
    text = f"{request.method} {request.path} {request.body.decode()}"
    return Response(text.encode(), "text/plain; charset=utf-8")


def exchange(port: int, raw: bytes) -> bytes:
    """Send `raw` and return all that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(raw)
        return b"".join(iter(lambda: line.recv(4096), b""))


def test_a_request_reaches_the_function() -> None:
    """Method, path without query, and body arrive; the connection is closed."""
    with LoopbackServer(echo) as server, httpx.Client(base_url=server.url) as http:
        got = http.get("/a/b?c=d")
        posted = http.post("/e", content=b"body")
    assert "GET /a/b " == got.text
    assert "POST /e body" == posted.text
    assert "close" == got.headers["Connection"]


@pytest.mark.parametrize(
    ("length", "status"),
    [("", b"411"), ("-1", b"411"), ("\u0663", b"411"), (str(MAX_BODY + 1), b"413")],
)
def test_a_body_of_unknown_or_great_length_is_not_read(length: str, status: bytes) -> None:
    """The answer comes at once, without a byte of the body."""
    with LoopbackServer(echo) as server:
        raw = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
        answer = exchange(server.port, raw.encode())
    assert status == answer.split()[1]


def test_it_binds_the_loopback_interface_only() -> None:
    """Nobody else on the network can reach it."""
    with LoopbackServer(echo) as server:
        assert "127.0.0.1" == server._server.server_address[0]
        assert f"http://127.0.0.1:{server.port}" == server.url


def test_stopping_frees_the_port_and_may_be_repeated() -> None:
    """A stopped server refuses connections; one that never started can be stopped."""
    server = LoopbackServer(echo)
    server.start()
    server.stop()
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)
    LoopbackServer(echo).stop()
