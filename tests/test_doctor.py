"""What the doctor finds, on real databases and on a scripted model behind real HTTP."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typer
from model_server import ModelServer, Reply, fails, model_server, says
from typer.testing import CliRunner

from newsletter.cli.doctor import doctor
from newsletter.errors import ModelUnavailable, SettingsError
from newsletter.fidelity.findings import hard
from newsletter.papers import Paper, Summary
from newsletter.ports import Summariser, Written
from newsletter.services.doctor import Check, database_checks, parts_checks
from newsletter.services.probe import model_checks
from newsletter.spending import Usage
from newsletter.storage.engine import Database
from newsletter.summarisers.client import connector
from newsletter.summarisers.exchange import Endpoint
from newsletter.summarisers.profiles import DEEPSEEK, GENERIC, Profile

OBJECT = '{"title_zh": "示例", "summary_zh": "示例。", "abstract_zh": "示例。"}'
PROSE = "JSON is a format."


def completion(text: str = OBJECT, usage: object = None, **message: Any) -> Reply:
    """Return a completion with that usage and more fields in its message."""
    body = json.loads(says(text).body) | {"usage": usage}
    body["choices"][0]["message"] |= message
    return Reply(json.dumps(body).encode())


COUNTED = completion(usage={"prompt_tokens": 9, "completion_tokens": 9})
CACHED = completion(
    usage={
        "prompt_tokens": 9,
        "completion_tokens": 9,
        "prompt_tokens_details": {"cached_tokens": 4},
    }
)
REFUSED = fails(400)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Serve scripted replies."""
    with model_server() as script:
        yield script


async def at_once(seconds: float) -> None:
    """Do not wait."""


class Writer:
    """A summariser that returns or raises what it is given."""

    def __init__(self, outcome: Written | ModelUnavailable) -> None:
        """Keep the outcome."""
        self.outcome = outcome

    def key(self, paper: Paper) -> str:
        """Return nothing of use."""
        return ""

    async def __aenter__(self) -> None:
        """Open nothing."""

    async def __aexit__(self, *error: object) -> None:
        """Close nothing."""

    async def summarise(
        self,
        paper: Paper,
        keywords: tuple[str, ...] = (),
        spend: Callable[[Usage], None] | None = None,
    ) -> Written:
        """Return or raise the outcome."""
        if isinstance(self.outcome, ModelUnavailable):
            raise self.outcome
        return self.outcome


def examine(
    server: ModelServer,
    *replies: Reply,
    profile: Profile = GENERIC,
    extra: dict[str, object] | None = None,
    writer: Summariser | None = None,
) -> dict[str, Check]:
    """Return the checks of the model by their id, without `model.`."""
    server.replies = list(replies)
    connect = connector(server.url, "sample-key", timeout=5.0)
    asked = Endpoint(connect, "sample-model", profile, extra_body=extra, sleep=at_once)

    async def collect() -> list[Check]:
        return [check async for check in model_checks(asked, writer)]

    return {check.id.removeprefix("model."): check for check in asyncio.run(collect())}


def verdicts(checks: dict[str, Check]) -> dict[str, str]:
    """Return the verdicts alone."""
    return {name: check.verdict for name, check in checks.items()}


def test_model_in_order(server: ModelServer) -> None:
    """An endpoint that keeps to everything is in order, after six calls."""
    checks = examine(server, CACHED)
    expected = dict.fromkeys(
        [
            "configured",
            "key",
            "answers",
            "request",
            "json",
            "schema",
            "thinking_off",
            "token_limit",
            "usage",
            "limits",
            "latency",
        ],
        "ok",
    )
    assert expected == verdicts(checks)
    assert len(server.requests) == 6
    assert "too (here 4)" in checks["usage"].what
    assert checks["token_limit"].what == "max_tokens; max_completion_tokens is taken too"


def test_modest_model(server: ModelServer) -> None:
    """JSON modes that are not kept or refused, and a single token field, are told."""
    checks = examine(server, COUNTED, COUNTED, COUNTED, completion(PROSE), REFUSED, REFUSED)
    assert checks["json"].verdict == "warning"
    assert "not kept" in checks["json"].what
    assert checks["schema"] == Check("model.schema", "ok", "json_schema is refused (400)")
    assert checks["token_limit"].what == "max_tokens; max_completion_tokens is refused"
    assert "not told" in checks["usage"].what


@pytest.mark.parametrize(
    ("text", "verdict"), [("[1]", "warning"), ('{"a": 1}', "ok"), ("[" * 50_000, "warning")]
)
def test_json_mode_gives_objects(server: ModelServer, text: str, verdict: str) -> None:
    """Only an object counts as JSON mode kept; a deep answer is no crash."""
    reply = completion(text)
    assert verdict == examine(server, COUNTED, COUNTED, COUNTED, reply, COUNTED)["json"].verdict


def test_schema_demands_the_keys(server: ModelServer) -> None:
    """Another object than the schema's is a schema that is not kept."""
    other = completion('{"a": 1}')
    checks = examine(server, COUNTED, COUNTED, COUNTED, COUNTED, other, COUNTED)
    assert "not kept" in checks["schema"].what


def test_format_that_breaks(server: ModelServer) -> None:
    """A JSON mode that ends in something else than an answer is worth a warning."""
    checks = examine(server, COUNTED, COUNTED, COUNTED, completion(""), COUNTED)
    assert checks["json"].verdict == "warning"


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (completion(reasoning_content="let me think"), "the model thinks"),
        (completion(reasoning="let me think"), "the model thinks"),
        (completion(f"<think>hm</think>{OBJECT}"), "the model thinks"),
        (
            completion(usage={"completion_tokens_details": {"reasoning_tokens": 50}}),
            "the model thinks (50 tokens of it)",
        ),
    ],
    ids=["reasoning_content", "reasoning", "think", "tokens"],
)
def test_thinking(server: ModelServer, reply: Reply, what: str) -> None:
    """Thinking shows in the message, in the text or in the usage."""
    check = examine(server, reply)["thinking_off"]
    assert ("warning", what) == (check.verdict, check.what)


def test_request_that_is_reduced(server: ModelServer) -> None:
    """Fields that the server made us leave out are named."""
    refusal = Reply(b'{"error": {"message": "unknown field thinking"}}', 400)
    check = examine(server, refusal, COUNTED, profile=DEEPSEEK)["request"]
    assert check.verdict == "warning"
    assert "thinking" in check.what


def test_token_limits_of_others(server: ModelServer) -> None:
    """A limit that the operator set is left alone; a server without any is told."""
    own = examine(server, COUNTED, extra={"max_tokens": 5})["token_limit"]
    assert own.verdict == "skipped"
    first, second = (
        Reply(json.dumps({"error": {"param": name}}).encode(), 400)
        for name in ("max_tokens", "max_completion_tokens")
    )
    assert examine(server, first, second, COUNTED)["token_limit"].verdict == "warning"


def test_limits_in_headers(server: ModelServer) -> None:
    """Headers that speak of limits are repeated, shortened, and only those."""
    headers = {"X-RateLimit-Limit-Requests": "500", "X-RateLimit-Odd": "\x80", "X-Other": "1"}
    reply = Reply(COUNTED.body, headers=headers)
    assert examine(server, reply)["limits"].what == "x-ratelimit-limit-requests 500"


def test_no_usage(server: ModelServer) -> None:
    """A server that counts no tokens is worth a warning: budgets are rough then."""
    assert examine(server, completion())["usage"].verdict == "warning"


def test_bad_key(server: ModelServer) -> None:
    """A refused key is told once, and nothing else is tried."""
    checks = examine(server, fails(401))
    assert verdicts(checks) == {"configured": "ok", "key": "failed", "answers": "failed"}
    assert len(server.requests) == 1


def test_wrong_path_or_model(server: ModelServer) -> None:
    """404 speaks of the address and the model's name, and not of the key."""
    checks = examine(server, fails(404))
    assert verdicts(checks) == {"configured": "ok", "answers": "failed"}
    hint = "Check NEWSLETTER_MODEL_URL (up to /v1) and NEWSLETTER_MODEL_NAME"
    assert hint == checks["answers"].hint


def test_hints_name_the_second_endpoint(server: ModelServer) -> None:
    """What is wrong with the fallback is mended in the fallback's settings."""
    server.replies = [fails(401)]
    asked = Endpoint(connector(server.url, "sample-key", timeout=5.0), "m", sleep=at_once)

    async def collect() -> list[Check]:
        return [check async for check in model_checks(asked, place="fallback_model")]

    key = next(c for c in asyncio.run(collect()) if c.id == "fallback_model.key")
    assert "NEWSLETTER_FALLBACK_MODEL_API_KEY" in key.hint


@pytest.mark.parametrize("replies", [[fails(503)], [COUNTED, fails(503)], [fails(400)]])
def test_no_answer(server: ModelServer, replies: list[Reply]) -> None:
    """A server that does not answer fails one check, and no other is tried."""
    assert verdicts(examine(server, *replies)) == {"configured": "ok", "answers": "failed"}


@pytest.mark.parametrize(
    ("outcome", "verdict", "what"),
    [
        (
            Written(
                summary=Summary(paper_id=None, title_zh="题", summary_zh="要", abstract_zh="摘"),  # type: ignore[arg-type]
                usage=Usage(calls=1),
            ),
            "ok",
            "after one call",
        ),
        (
            Written(
                summary=Summary(paper_id=None, reason="invalid_answer"),  # type: ignore[arg-type]
                violations=(hard("number", "title_zh", "3", "3 is missing"),),
            ),
            "failed",
            "title_zh: number",
        ),
        (
            Written(summary=Summary(paper_id=None, reason="content_refused")),  # type: ignore[arg-type]
            "failed",
            "content_refused",
        ),
        (
            Written(
                summary=Summary(paper_id=None, reason="invalid_answer"),  # type: ignore[arg-type]
                violations=(hard("answer", "title_zh", "", "the JSON is broken"),),
            ),
            "failed",
            "its checks: the answer cannot be used (the JSON is broken)",
        ),
        (ModelUnavailable("busy"), "failed", "busy"),
    ],
    ids=["passes", "fails", "refused", "unreadable", "away"],
)
def test_sample_paper(
    server: ModelServer, outcome: Written | ModelUnavailable, verdict: str, what: str
) -> None:
    """An invented paper is written, and what its checks say is told."""
    check = examine(server, COUNTED, writer=Writer(outcome))["checks"]
    assert verdict == check.verdict
    assert what in check.what


def test_no_model() -> None:
    """Without a model there is nothing to ask, which is no failure."""

    async def collect() -> list[Check]:
        return [check async for check in model_checks(None)]

    assert [check.verdict for check in asyncio.run(collect())] == ["skipped"]


def test_parts() -> None:
    """Each part is built; a setting that is wrong is named with what to do."""

    def broken() -> None:
        raise SettingsError("NEWSLETTER_SECRET", "is missing")

    checks = list(parts_checks({"secret": broken, "mail": lambda: None}))
    assert [check.verdict for check in checks] == ["failed", "ok"]
    assert checks[0].hint == "Set NEWSLETTER_SECRET"
    (unset,) = parts_checks({"model": broken}, {"model": "no model is set"})
    assert ("skipped", "no model is set") == (unset.verdict, unset.what)


def test_database(database: Database) -> None:
    """A database with the newest schema is in order."""
    assert {"ok"} == {check.verdict for check in database_checks(database)}


def test_empty_database(empty_database: Database) -> None:
    """A database without tables asks for `newsletter migrate`."""
    reachable, schema = database_checks(empty_database)
    assert (reachable.verdict, schema.verdict) == ("ok", "failed")
    assert "newsletter migrate" in schema.hint
    assert schema.what == "the database has no tables yet"


def test_unreachable_database(open_database: Callable[..., Database]) -> None:
    """A database that cannot be reached fails once, and its address is not shown."""
    url = "postgresql+psycopg://reader:hidden-word@127.0.0.1:1/none"
    checks = list(database_checks(open_database(url)))
    assert [check.verdict for check in checks] == ["failed", "skipped"]
    assert "hidden-word" not in str(checks)


@pytest.fixture
def command() -> typer.Typer:
    """Return the command alone."""
    app = typer.Typer()
    app.command()(doctor)
    return app


def run(command: typer.Typer, environment: dict[str, str], *words: str) -> tuple[int, str]:
    """Run the command in that environment; return exit status and output."""
    result = CliRunner().invoke(command, [*words], env=environment | {"COLUMNS": "250"})
    return result.exit_code, result.stdout


@pytest.mark.usefixtures("newsletter")
def test_command(command: typer.Typer, sqlite_url: str, server: ModelServer) -> None:
    """The command prints JSON lines or a table, ends with 1 on a failure, and hides secrets."""
    environment = {
        "NEWSLETTER_DATABASE_URL": sqlite_url,
        "NEWSLETTER_SECRET": "s" * 32,
        "NEWSLETTER_MAIL_FROM": "digest@news.example.org",
        "NEWSLETTER_CONTACT": "operator@example.org",
    }
    status, out = run(command, environment, "--json")
    checks = [json.loads(line) for line in out.splitlines()]
    assert {"id", "verdict", "what", "hint"} == set(checks[0])
    assert "model.configured" in {check["id"] for check in checks}
    parts = {check["id"]: check for check in checks}
    assert parts["settings.model"]["what"] == "no model is set: mails are in English"
    assert [] == [check for check in checks if check["verdict"] == "failed"]
    assert status == 0
    server.replies = [fails(401)]
    model = {
        "MODEL_URL": server.url.replace("//", "//user:hidden-word@"),
        "MODEL_NAME": "sample-model",
        "MODEL_API_KEY": "hidden-key",
        "FALLBACK_MODEL_URL": server.url,
        "FALLBACK_MODEL_NAME": "other-model",
    }
    environment |= {f"NEWSLETTER_{name}": value for name, value in model.items()}
    status, out = run(command, environment)
    assert status == 1
    assert "model.key" in out
    assert "fallback_model.key" in out
    assert "hidden" not in out
    del environment["NEWSLETTER_FALLBACK_MODEL_NAME"]
    status, out = run(command, environment | {"NEWSLETTER_SECRET": ""})
    assert status == 1
    assert "Set NEWSLETTER_FALLBACK_MODEL_NAME" in out
