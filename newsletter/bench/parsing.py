"""The gate `parse`: a listing page of 2,000 entries, arXiv's largest, is read in no time.

2,000 is what a page shows at most (`sources.listing_source.PAGE_SIZE`).
"""

from collections.abc import Iterator
from typing import Final

from newsletter.bench.gate import RUNS, Demand, Row, row
from newsletter.bench.naive_listing import fields_of, read_naively
from newsletter.bench.pages import sample_page
from newsletter.bench.peak import peak_of_parsing
from newsletter.bench.timing import medians
from newsletter.sources.detect import parse_document

ENTRIES: Final = 2000
_SECONDS = Demand(2, "s")
_MEGABYTES = Demand(200, "MB")
_SAME = Demand(100, "% of the entries", at_least=True)


def measure(runs: int = RUNS, entries: int = ENTRIES) -> Iterator[Row]:
    """Yield the rows: the same result, seconds of both sides and their ratio, memory in 10⁶ bytes.

    The baseline checks nothing; a ratio below 1 says that this parser is faster all the same.
    """
    page = sample_page(entries)
    yield row("parse.same", 100 * _agreement(page, entries), 1, _SAME)
    own, naive = medians((lambda: parse_document(page, "page"), lambda: read_naively(page)), runs)
    yield row("parse.seconds", own, runs, _SECONDS)
    yield row("parse.baseline_seconds", naive, runs)
    yield row("parse.ratio", own / naive, runs)
    yield row("parse.megabytes", peak_of_parsing(page) / 1e6, 1, _MEGABYTES)


def _agreement(page: bytes, entries: int) -> float:
    """Return the share of entries of which both sides read the same; an entry lost is not."""
    own = [fields_of(entry) for entry in parse_document(page, "page").entries]
    naive = read_naively(page)
    return sum(ours == theirs for ours, theirs in zip(own, naive, strict=False)) / entries
