"""Stand-ins for the three doors of `newsletter.ports`, and for the clock.

They do what the Protocols say and remember what they were asked; a test sets their answers.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Self

from newsletter.errors import SourceError, SourceUnavailable, SummariserError, TransportError
from newsletter.papers import Announcement, ArxivId, Paper, Summary
from newsletter.ports import Envelope, Receipt, Written
from newsletter.spending import Usage

LISTING_DATE = date(2026, 5, 29)
ANNOUNCED_AT = datetime(2026, 5, 29, 0, 0, tzinfo=UTC)
"""20:00 of 28 May in New York, which is eight in the morning of the 29th in China."""


class Clock:
    """A clock that stands still until it is moved; starts ten minutes after the announcement."""

    def __init__(self, now: datetime = ANNOUNCED_AT + timedelta(minutes=10)) -> None:
        """Set the clock to `now` (aware)."""
        self.now = now

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def advance(self, by: timedelta) -> datetime:
        """Move on and return the new time."""
        self.now += by
        return self.now


class FakeSource:
    """A `PaperSource` that gives each category its `answers`, the last one for ever."""

    def __init__(
        self,
        name: str = "listing",
        **answers: Announcement | SourceError | list[Announcement | SourceError],
    ) -> None:
        """Keep one answer or several for a category; `stat_ML=` answers for `stat.ML`."""
        self._name = name
        self.answers = {
            category.replace("_", "."): list(given) if isinstance(given, list) else [given]
            for category, given in answers.items()
        }
        self.asked: list[tuple[str, date]] = []

    @property
    def name(self) -> str:
        """Return the name given."""
        return self._name

    opens_after = timedelta()
    lacks = ""

    def fetch(self, category: str, listing_date: date) -> Announcement:
        """Return or raise the next answer; `SourceUnavailable` for an unknown category."""
        self.asked.append((category, listing_date))
        left = self.answers.get(category)
        if not left:
            raise SourceUnavailable(self._name, "status 503")
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, SourceError):
            raise answer
        return answer


@dataclass
class FakeSummariser:
    """A `Summariser` that writes some Chinese about every paper but those in `answers`.

    An answer may be whole (`Written`) or a summary alone, which then consumed `usage`.
    """

    version: str = "fake-1"
    answers: dict[ArxivId, Written | Summary | SummariserError] = field(default_factory=dict)
    otherwise: SummariserError | None = None
    """Raised for papers without an answer of their own."""
    on_call: Callable[[Paper], None] = lambda _paper: None
    usage: Usage = field(default_factory=Usage)
    asked: list[ArxivId] = field(default_factory=list)
    keywords: dict[ArxivId, tuple[str, ...]] = field(default_factory=dict)
    """What came with the last call for each paper."""
    is_open: bool = False

    async def __aenter__(self) -> Self:
        """Open."""
        self.is_open = True
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close."""
        self.is_open = False

    def key(self, paper: Paper) -> str:
        """Return a key of the paper's text and of `version`."""
        return fake_key(paper, self.version)

    async def summarise(
        self,
        paper: Paper,
        keywords: tuple[str, ...] = (),
        spend: Callable[[Usage], None] | None = None,
    ) -> Written:
        """Return or raise the answer for `paper`."""
        assert self.is_open
        self.asked.append(paper.id)
        self.keywords[paper.id] = keywords
        self.on_call(paper)
        if spend is not None:
            spend(self.usage)
        answer = self.answers.get(paper.id, self.otherwise)
        if isinstance(answer, SummariserError):
            raise answer
        if isinstance(answer, Written):
            return answer
        return Written(summary=answer or chinese(paper), usage=self.usage)


def fake_key(paper: Paper, version: str = "fake-1") -> str:
    """Return the key under which a `FakeSummariser` of that version keeps a paper."""
    text = f"{paper.title}\0{paper.abstract}\0{version}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def chinese(paper: Paper) -> Summary:
    """Return a summary in Chinese that names the paper."""
    return Summary(
        paper_id=paper.id,
        title_zh=f"题目 {paper.id}",
        summary_zh=f"概要 {paper.id}",
        abstract_zh=f"摘要 {paper.id}",
        model="fake-model",
    )


def english(paper: Paper, reason: str = "invalid_answer") -> Summary:
    """Return a summary without Chinese."""
    return Summary(paper_id=paper.id, model="fake-model", reason=reason)


@dataclass(frozen=True)
class Outcome:
    """What happens to one mail: raised before `before_data`, or after it; else accepted."""

    before: BaseException | None = None
    after: BaseException | None = None


ACCEPTED = Outcome()


@dataclass
class FakeTransport:
    """A `MailTransport` that keeps what it took; `outcomes` by recipient, the last for ever."""

    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    on_send: Callable[[Envelope], None] = lambda _envelope: None
    """Called first, as if something else happened meanwhile."""
    on_data: Callable[[Envelope], None] = lambda _envelope: None
    """Called after `before_data`."""
    handed_over: list[Envelope] = field(default_factory=list)
    """Every mail whose content went out, whatever was said to it."""
    taken: list[Envelope] = field(default_factory=list)
    """Every mail that was accepted."""
    closed: int = 0

    def send(self, envelope: Envelope, before_data: Callable[[], None]) -> Receipt:
        """Take the mail, or raise what its recipient's outcome says."""
        self.on_send(envelope)
        outcome = self._next(envelope.recipient)
        if outcome.before is not None:
            raise outcome.before
        before_data()
        self.handed_over.append(envelope)
        self.on_data(envelope)
        if outcome.after is not None:
            raise outcome.after
        self.taken.append(envelope)
        return Receipt(250, "2.0.0 Ok: queued")

    def close(self) -> None:
        """Count."""
        self.closed += 1

    def _next(self, recipient: str) -> Outcome:
        left = self.outcomes.get(recipient, [ACCEPTED])
        return left.pop(0) if len(left) > 1 else left[0]

    @property
    def recipients(self) -> list[str]:
        """Return who accepted mails went to, in order."""
        return [envelope.recipient for envelope in self.taken]


def refuse(error: TransportError) -> list[Outcome]:
    """Return outcomes that always raise `error` before the content is sent."""
    return [Outcome(before=error)]
