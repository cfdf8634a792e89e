"""No model: every paper goes out in English."""

from typing import Self

from newsletter.papers import Paper, Summary


class EnglishSummariser:
    """The summariser of an installation without a model, and the one that costs nothing."""

    @property
    def version(self) -> str:
        """Return `english`: the answer depends on nothing."""
        return "english"

    async def __aenter__(self) -> Self:
        """Open nothing."""
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close nothing."""

    async def summarise(self, paper: Paper) -> Summary:
        """Return a summary without Chinese and with the reason `no_model`; raises nothing."""
        return Summary(paper_id=paper.id, reason="no_model")
