"""How the preview counts papers in English: one paper is no plural."""

from collections.abc import Callable

import pytest
from preview_house import day, invented, keep_day
from web_house import FORM, build_house, read, words

from newsletter.keywords.abbreviations import mine
from newsletter.services.recent import RecentEditions
from newsletter.services.vocabulary import vocabulary
from newsletter.storage.engine import Database
from newsletter.tokens import Purpose
from newsletter.web.texts import Language, Texts


@pytest.mark.parametrize(
    ("count", "days", "told"),
    [
        (1, "1 paper 29 May", "Papers over all keywords in the last issue (29 May): 1."),
        (2, "2 papers 29 May", "Papers over all keywords in the last issue (29 May): 2."),
    ],
    ids=["one", "two"],
)
def test_one_paper_is_no_plural(
    sqlite_url: str,
    open_database: Callable[..., Database],
    count: int,
    days: str,
    told: str,
) -> None:
    """Beside a day's bar, and in the summary."""
    database = open_database(sqlite_url)
    keep_day(database, day(0), [invented(n, f"Robots {n}") for n in range(1, count + 1)])
    recent = RecentEditions(database, vocabulary, mine)
    recent.warm()
    for house in build_house(database, recent=recent):
        house.add("ada")
        address = house.path(Purpose.PREFERENCES, "ada").partition("?")[0]
        form = {**FORM, "keywords": "robots", "lang": "en"}
        text = house.client.post(f"{address}/preview?part=1", data=form).text

        shown = words(f"<main id='main'>{text}</main>")
        assert days in shown
        assert [told] == read(text).xpath("//@data-summary")


def test_an_offer_counts_without_a_plural() -> None:
    """The figure stands behind a colon."""
    assert " (papers: 1)" == Texts(Language.ENGLISH)("preview.brings", count=1)
