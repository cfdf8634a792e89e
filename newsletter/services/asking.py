"""One fan-out of calls: who is asked for, what comes back, and whether to go on.

wish ─► still wanted? budget left? ─► summarise ─► kept at once, with what it cost
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

import structlog

from newsletter.errors import ModelAccountError, ModelUnavailable, StorageError
from newsletter.papers import MODEL_UNAVAILABLE, Summary
from newsletter.ports import Summariser, Written
from newsletter.services.budget import BUDGET_SPENT, Purse
from newsletter.services.wishes import Wish
from newsletter.spending import Usage
from newsletter.storage import events, spending, summaries
from newsletter.storage.engine import Database

_log = structlog.get_logger()


def is_settled(summary: Summary | None, *, is_waited_for: bool) -> bool:
    """Say whether a paper is not to be asked for (again).

    What an empty purse left in English is asked for as soon as there is budget, at no cost until
    then. What a server left unfinished costs anew, so only while the edition waits for it.
    """
    if summary is None or summary.reason == BUDGET_SPENT:
        return False
    return not (is_waited_for and summary.reason == MODEL_UNAVAILABLE)


class Asking:
    """One run: what has been asked, what it cost, and whether to go on asking."""

    def __init__(
        self,
        database: Database,
        summariser: Summariser,
        purse: Purse,
        clock: Callable[[], datetime],
        progress: Callable[[str, int, int], None],
        *,
        is_waited_for: bool,
    ) -> None:
        """Begin with nothing asked; `is_waited_for` says that the edition is not ready yet."""
        self._database, self._summariser, self._purse = database, summariser, purse
        self._clock, self._progress, self._total = clock, progress, 0
        self._is_waited_for = is_waited_for
        self.outcomes: Counter[str] = Counter()
        """How many papers ended as `chinese`, `english` or `pending`."""
        self.usage = Usage()
        self.stopped = ""
        """Why no further call begins, in plain words."""
        self.is_broke = False
        """It is because the day's budget is spent."""

    def all(self, wishes: Sequence[Wish], concurrency: int, seconds: float | None) -> None:
        """Ask for all `wishes`, at most `concurrency` at a time, for at most `seconds`."""
        self._total = len(wishes)
        if wishes and self._has_budget():
            asyncio.run(self._fan_out(wishes, concurrency, seconds))
        self.outcomes["pending"] = len(wishes) - self._settled

    async def _fan_out(
        self, wishes: Sequence[Wish], concurrency: int, seconds: float | None
    ) -> None:
        gate = asyncio.Semaphore(concurrency)
        try:
            async with (
                asyncio.timeout(seconds),
                self._summariser,
                asyncio.TaskGroup() as group,
            ):
                for wish in wishes:
                    group.create_task(self._one(wish, gate))
        except TimeoutError:
            _log.warning("summaries_cut_off", seconds=seconds)

    async def _one(self, wish: Wish, gate: asyncio.Semaphore) -> None:
        """Ask for one paper and keep the answer."""
        async with gate:
            if self.stopped or self._is_kept(wish) or not self._has_budget():
                return
            written = await self._ask(wish)
        if written is not None:
            self._keep(wish, written)

    async def _ask(self, wish: Wish) -> Written | None:
        """Return what was written, None where it may work later."""
        paper = wish.paper.id.value
        spent: list[Usage] = []
        written = None
        try:
            written = await self._summariser.summarise(wish.paper, wish.keywords, spent.append)
        except ModelAccountError as error:
            self._stop(error)
        except ModelUnavailable as error:
            _log.warning("summary_pending", paper=paper, error=str(error))
        except Exception:  # noqa: BLE001 # one paper's defect must not end the others
            _log.exception("summary_defect", paper=paper)
        finally:
            if written is None:  # also where the deadline cuts the call off
                self._pay(sum(spent, Usage()))
        return written

    @property
    def _settled(self) -> int:
        """Count the papers that ended with a summary or with a reason for having none."""
        return self.outcomes["chinese"] + self.outcomes["english"]

    def _is_kept(self, wish: Wish) -> bool:
        """Say whether another run has kept the paper since this one began."""
        try:
            with self._database.read() as session:
                kept = summaries.find(session, {wish.paper.id: wish.key}, self._clock())
        except StorageError as error:
            # The budget cannot be read either, nor the answer kept: the next tick finds the work.
            _log.warning("summary_pending", paper=wish.paper.id.value, error=str(error))
            return True
        summary = kept.get(wish.paper.id)
        return summary is not None and self._settle(wish, summary)

    def _has_budget(self) -> bool:
        try:
            why = self._purse.why_closed()
            if why and not self.stopped:
                self.stopped, self.is_broke = why, True
                self._purse.tell(why)
        except StorageError as error:
            _log.warning("budget_unknown", error=str(error))
            return False
        return not why

    def _keep(self, wish: Wish, written: Written) -> None:
        self.usage += written.usage
        try:
            with self._database.write() as session:
                summaries.keep(session, wish.key, written, self._clock())
        except StorageError as error:
            # Out of a task group this would end every other call, and as an ExceptionGroup.
            self._purse.note_unwritten(written.usage)
            _log.error("summary_not_kept", paper=wish.paper.id.value, error=str(error))
            return
        self._settle(wish, written.summary)

    def _settle(self, wish: Wish, summary: Summary) -> bool:
        """Count a paper that is done; say whether it is."""
        if not is_settled(summary, is_waited_for=self._is_waited_for):
            return False
        self.outcomes["chinese" if summary.is_chinese else "english"] += 1
        self._progress(f"arXiv:{wish.paper.id.value}", self._settled, self._total)
        return True

    def _pay(self, usage: Usage) -> None:
        """Count what calls consumed that ended without an answer."""
        if usage == Usage():
            return
        self.usage += usage
        try:
            with self._database.write() as session:
                spending.add(session, self._clock(), "", usage)
        except StorageError as failure:
            self._purse.note_unwritten(usage)
            _log.error("spending_not_kept", error=str(failure))

    def _stop(self, error: ModelAccountError) -> None:
        if not self.stopped:
            self.stopped = str(error)
            _log.error("model_stopped", error=str(error))
            with suppress(StorageError), self._database.write() as session:
                events.record(session, "model_stopped", self._clock(), error=str(error))
