"""The summariser of an installation without a model."""

import asyncio
from dataclasses import replace

from builders import paper
from hypothesis import given
from hypothesis import strategies as st

from newsletter.papers import Summary
from newsletter.ports import Summariser, Written
from newsletter.spending import Usage
from newsletter.summarisers.english import EnglishSummariser

PAPER = paper(1)


def test_there_is_no_chinese_and_no_cost() -> None:
    """The reason says why."""
    english: Summariser = EnglishSummariser()

    async def once() -> Written:
        async with english:
            return await english.summarise(PAPER, ("a title",))

    written = asyncio.run(once())
    assert Summary(paper_id=PAPER.id, reason="no_model") == written.summary
    assert ((), Usage()) == (written.violations, written.usage)


@given(st.text(max_size=20), st.text(max_size=20))
def test_keys_do_not_run_into_each_other(title: str, abstract: str) -> None:
    """Moving a character from one part to the next makes another key; other fields do not."""
    key = EnglishSummariser().key
    one = replace(PAPER, title=title + "x", abstract=abstract)
    two = replace(PAPER, title=title, abstract="x" + abstract)
    assert key(one) != key(two)
    assert 64 == len(key(one))
    assert key(one) == key(replace(one, comment="13 pages", version=7))
