"""No model: every paper goes out in English."""

import hashlib
from collections.abc import Callable
from typing import Self

from newsletter.papers import Paper, Summary
from newsletter.ports import Written
from newsletter.spending import Usage


class EnglishSummariser:
    """The summariser of an installation without a model, and the one that costs nothing."""

    def key(self, paper: Paper) -> str:
        """Return a hash of the paper's text and of there being no model."""
        return hashlib.sha256(
            f"{paper.title}\0{paper.abstract}\0no_model".encode("utf-8", "surrogatepass")
        ).hexdigest()

    async def __aenter__(self) -> Self:
        """Open nothing."""
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close nothing."""

    async def summarise(
        self,
        paper: Paper,
        keywords: tuple[str, ...] = (),
        spend: Callable[[Usage], None] | None = None,
    ) -> Written:
        """Return a summary without Chinese and with the reason `no_model`; raises nothing."""
        del keywords, spend
        return Written(summary=Summary(paper_id=paper.id, reason="no_model"))
