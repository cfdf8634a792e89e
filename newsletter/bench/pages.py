"""A day's listing page of any length, in arXiv's markup, of invented papers."""

from dataclasses import replace
from datetime import date
from itertools import cycle, islice

from newsletter.demo.arxiv import listing_page
from newsletter.demo.samples import Sample, SampleSet, announce_type, load_samples
from newsletter.papers import ArxivId

ARCHIVE = "cs"
_DAY = date(2026, 5, 29)


def sample_page(entries: int) -> bytes:
    """Return a whole listing page of `entries` papers, at most 99,999, labelled as samples.

    Ids have month 00, which arXiv never issues; titles are numbered, texts come again.
    """
    given = load_samples()
    of_archive = [one for one in given.samples if announce_type(one.paper, ARCHIVE) is not None]
    numbered = enumerate(islice(cycle(of_archive), entries), start=1)
    papers = tuple(_numbered(sample, number) for number, sample in numbered)
    return listing_page(SampleSet(papers, given.subjects), ARCHIVE, _DAY).encode()


def _numbered(sample: Sample, number: int) -> Sample:
    title = f"Sample {number}: {sample.paper.title}"
    paper = replace(sample.paper, id=ArxivId(f"2600.{number:05}"), title=title)
    return replace(sample, paper=paper)
