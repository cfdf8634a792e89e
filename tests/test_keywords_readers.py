"""Many readers at once: the papers of each, by the bits of the keywords."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords.match import Matcher
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper
from newsletter.subscribers import Preferences


def _entry(number: int, abstract: str, kind: AnnounceType) -> AnnouncedPaper:
    paper = Paper(
        id=ArxivId(f"2605.{number:05}"),
        title="Sample",
        abstract=abstract,
        authors=("Sample Author",),
        categories=("cs.LG",),
    )
    return AnnouncedPaper(paper, kind)


@given(st.lists(st.lists(st.sampled_from(["arm", "graph", "model", "none", '"arms"']), max_size=3)))
def test_many_readers_at_once_get_what_each_gets_alone(readers: list[list[str]]) -> None:
    """The papers of a batch are those that each reader's matches name."""
    entries = [
        _entry(1, "An arm.", AnnounceType.NEW),
        _entry(2, "A graph model.", AnnounceType.CROSS),
    ]
    matcher = Matcher(entries)
    chosen = [
        Preferences(keywords=tuple(dict.fromkeys(one)), cross_lists=bool(len(one) % 2))
        for one in readers
    ]
    alone = [{match.paper_id for match in matcher.match(one)} for one in chosen]
    together = [
        {paper.id for at, paper in enumerate(matcher.papers) if bits >> at & 1}
        for bits in Matcher(entries).papers_of(chosen)
    ]

    assert alone == together
