"""The stand-in for arXiv: the real listing parser reads its pages without loss."""

import re
from datetime import date

import httpx
import pytest

from newsletter.demo.arxiv import arxiv_server, listing_page
from newsletter.demo.samples import SampleSet, announced, load_samples
from newsletter.papers import AnnouncementState, Counts
from newsletter.sources.listing import parse_listing

DAY = date(2026, 5, 9)


@pytest.fixture(scope="module")
def samples() -> SampleSet:
    """Return the samples."""
    return load_samples()


@pytest.mark.parametrize("category", ["cs", "cs.LG", "quant-ph", "stat", "eess", "astro-ph.IM"])
def test_the_real_parser_reads_what_was_put_in(samples: SampleSet, category: str) -> None:
    """Every field of every paper survives the way through the page, in order."""
    page = parse_listing(listing_page(samples, category, DAY).encode(), "sample")
    assert announced(samples.samples, category) == page.entries
    assert AnnouncementState.FRESH == page.state
    assert (category, DAY, ()) == (page.category, page.listing_date, page.problems)
    assert page.expected == page.parsed


def test_the_page_states_its_counts(samples: SampleSet) -> None:
    """The sections say how many entries they show, and the page their total."""
    html = listing_page(samples, "cs", DAY)
    assert "New submissions (showing 20 of 20 entries)" in html
    assert "Cross submissions (showing 4 of 4 entries)" in html
    assert 2 == html.count("Total of 24 entries")
    assert "Showing new listings for Saturday, 9 May 2026" in html
    assert [str(n) for n in range(1, 25)] == re.findall(r"<a name='item(\d+)'>", html)
    assert html.endswith("</html>\n")


def test_a_category_without_samples_is_quiet(samples: SampleSet) -> None:
    """It gives the page of a day without an announcement."""
    page = parse_listing(listing_page(samples, "math.AG", DAY).encode(), "sample")
    assert (AnnouncementState.QUIET, Counts()) == (page.state, page.expected)


def test_every_page_says_that_it_is_a_sample(samples: SampleSet) -> None:
    """Nobody can take the page for arXiv's own."""
    for category in ("cs", "math.AG"):
        assert "all papers on it are invented" in listing_page(samples, category, DAY)


def test_what_would_be_markup_is_escaped(samples: SampleSet) -> None:
    """A sign of an abstract that HTML uses itself arrives as an entity."""
    assert "(p &lt; 0.001)" in listing_page(samples, "cs", DAY)


def test_it_answers_over_http(samples: SampleSet) -> None:
    """A listing answers with the page whatever its query; anything else is not found."""
    paths = ("/", "/list/cs/recent", "/list/../new", "/list/CS'/new")
    with arxiv_server(samples, DAY) as server, httpx.Client(base_url=server.url) as http:
        page = http.get("/list/cs/new?skip=0&show=2000")
        others = [http.get(path) for path in paths]
        posted = http.post("/list/cs/new", content=b"")
    assert listing_page(samples, "cs", DAY) == page.text
    assert [404, 404, 404, 404] == [answer.status_code for answer in others]
    assert 404 == posted.status_code
