"""Ask models behind OpenAI-compatible servers for the Chinese of one paper.

    paper ─► mask_paper ─► messages ─► Endpoint.ask ─► Drafting.take ─► Written
                              ▲                             │
                              └── repair: what was wrong, at most twice a model
    a model whose answers fail, that refuses or is away ─► the next one, from the beginning

What passes its checks is kept though another field fails, whichever model wrote it.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Final, Self

import structlog

from newsletter.errors import ContentRefused, InvalidAnswer, ModelAccountError, ModelUnavailable
from newsletter.fidelity.checks import CHECKS_VERSION
from newsletter.fidelity.findings import Violation, soft
from newsletter.fidelity.glossary import Glossary, built_in
from newsletter.fidelity.instructions import check_instructions
from newsletter.fidelity.masking import mask_paper
from newsletter.papers import MODEL_UNAVAILABLE, Paper, Summary
from newsletter.ports import Written
from newsletter.prompts.asking import PROMPT_VERSION, Message, messages
from newsletter.spending import Usage
from newsletter.summarisers.drafting import Drafting, Measure
from newsletter.summarisers.exchange import Answer, Endpoint

REPAIRS: Final = 2
"""Calls that may follow an answer which fails a check, of each model."""
MAX_PAPER: Final = 20_000
"""Characters of title and abstract together; arXiv takes 1,920 for an abstract, other feeds more.
Beyond, nobody is asked: it would cost more than the rest of the morning."""
_ECHO_LIMIT = 12_000
_CUT_OFF = "the answer is cut off at the length limit"

_log = structlog.get_logger()


class ChatSummariser:
    """A `Summariser` on chat completions. One object serves any number of event loops in turn."""

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        *,
        glossary: Glossary | None = None,
        spacing: bool = True,
        token: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        """Keep the settings; nothing is opened.

        `endpoints` are asked in order, the next one for what the one before could not do; at
        least one. `glossary` is the built-in one by default, `spacing` sets Chinese and Latin
        apart, `token` names the fence of each paper.
        """
        self._endpoints = tuple(endpoints)
        self._glossary = glossary or built_in()
        self._spacing, self._token = spacing, token
        self._stack: AsyncExitStack | None = None
        self._refusing: dict[Endpoint, ModelAccountError] = {}

    def key(self, paper: Paper) -> str:
        """Return the hash of text, models, prompt, the text's terms, setting and checks."""
        text = f"{paper.title}\0{paper.abstract}"
        parts = (
            text,
            *(endpoint.version for endpoint in self._endpoints),
            PROMPT_VERSION,
            self._glossary.version_of(text),
            CHECKS_VERSION,
            str(self._spacing),
        )
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    async def __aenter__(self) -> Self:
        """Open every endpoint for all papers until the block ends."""
        async with AsyncExitStack() as stack:
            for endpoint in self._endpoints:
                await stack.enter_async_context(endpoint)
            self._stack = stack.pop_all()
        self._refusing = {}
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close them."""
        stack, self._stack = self._stack, None
        if stack is not None:
            await stack.aclose()

    async def summarise(
        self,
        paper: Paper,
        keywords: tuple[str, ...] = (),
        spend: Callable[[Usage], None] | None = None,
    ) -> Written:
        """Return the Chinese that passed its checks, and why anything is missing.

        Reasons: `too_long` (nobody was asked), `content_refused`, `invalid_answer` after all
        repairs of all models, `model_unavailable` where money was spent before the server
        went away. Raises `ModelUnavailable` and `ModelAccountError` where nothing was.
        """
        if len(paper.title) + len(paper.abstract) > MAX_PAPER:
            return Written(summary=Summary(paper_id=paper.id, reason="too_long"))
        measure = Measure(mask_paper(paper), self._glossary, keywords, self._spacing)
        request = _Request(paper, Drafting(measure), self._refusing, spend or (lambda _usage: None))
        return await request.run(self._endpoints, self._token())


class _Request:
    """One paper on its way through the endpoints."""

    def __init__(
        self,
        paper: Paper,
        drafting: Drafting,
        refusing: dict[Endpoint, ModelAccountError],
        spend: Callable[[Usage], None],
    ) -> None:
        self.paper, self.drafting = paper, drafting
        self.refusing, self.spend = refusing, spend
        self.reason, self.model = "", ""
        self.by_model: dict[str, Usage] = {}
        self.notes: list[Violation] = []
        self.failures: list[ModelUnavailable | ModelAccountError] = []

    async def run(self, endpoints: Sequence[Endpoint], token: str) -> Written:
        """Ask one endpoint after the other until every field passed."""
        for endpoint in endpoints:
            await self.try_one(endpoint, token)
            if self.drafting.is_complete:
                break
        if self.failures and not self.reason and not self.drafting.usage.calls:
            away = (error for error in self.failures if isinstance(error, ModelUnavailable))
            raise next(away, self.failures[0])
        return self.written()

    async def try_one(self, endpoint: Endpoint, token: str) -> None:
        """Let one endpoint try; note in a word why it did not succeed."""
        try:
            if endpoint in self.refusing:
                raise self.refusing[endpoint]
            await self.converse(endpoint, token)
        except ContentRefused:
            self.reason = "content_refused"
        except InvalidAnswer as error:
            self.drafting.refuse(error.reasons)
            self.reason = "invalid_answer"
        except (ModelUnavailable, ModelAccountError) as error:
            self._note(endpoint, error)

    async def converse(self, endpoint: Endpoint, token: str) -> None:
        """Ask, and ask for repairs, until every field passed; `InvalidAnswer` never leaves here."""
        measure = self.drafting.measure
        terms = measure.glossary.occurring(f"{measure.paper.title} {measure.paper.abstract}")
        conversation = messages(measure.paper, token, terms, measure.keywords)
        for _ in range(1 + REPAIRS):
            answer = await endpoint.ask(conversation, partial(self._spend, endpoint.name))
            objection = self._take(endpoint, answer)
            if objection is None:
                return
            echo = {"role": "assistant", "content": answer.text[:_ECHO_LIMIT] or "…"}
            conversation = [*conversation[:2], echo, objection]
        self.reason = "invalid_answer"

    def written(self) -> Written:
        """Return what came of it, with what the operator should see."""
        drafting = self.drafting
        if self.failures and not self.reason:
            self.reason = MODEL_UNAVAILABLE
        hidden = check_instructions(f"{self.paper.title} {self.paper.abstract}")
        return Written(
            summary=drafting.summary(self.paper.id, self.model, self.reason),
            violations=(*drafting.shown_violations, *self.notes, *hidden),
            rejected=drafting.rejected,
            usage=drafting.usage,
            by_model=self.by_model,
        )

    def _spend(self, model: str, usage: Usage) -> None:
        """Count a call, also one that ends in an error."""
        self.drafting.usage += usage
        self.by_model[model] = self.by_model.get(model, Usage()) + usage
        self.spend(usage)

    def _take(self, endpoint: Endpoint, answer: Answer) -> Message | None:
        """Hold what passes of an answer; return what asks for the rest."""
        if "abstract_zh" not in self.drafting.held:
            self.model = endpoint.name
        if answer.is_cut_off:
            return self.drafting.refuse((_CUT_OFF,))
        return self.drafting.take(answer.text)

    def _note(self, endpoint: Endpoint, error: ModelUnavailable | ModelAccountError) -> None:
        """Remember a failure that is not the paper's; an account that refuses is asked no more."""
        self.failures.append(error)
        self.notes.append(soft("provider", "paper", endpoint.name, str(error)))
        if isinstance(error, ModelAccountError) and endpoint not in self.refusing:
            self.refusing[endpoint] = error
            _log.error("model_refused", model=endpoint.name, error=str(error))
