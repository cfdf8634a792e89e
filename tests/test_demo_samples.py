"""The invented papers: marked as such, varied enough to show matching, and well translated."""

import re
from collections import Counter

import pytest

from newsletter.demo.samples import Sample, SampleSet, addresses, announced, load_samples
from newsletter.fidelity.checks import check_summary, hard_only
from newsletter.fidelity.findings import Draft
from newsletter.keywords.match import Matcher
from newsletter.papers import AnnounceType
from newsletter.subscribers import Preferences

SAMPLES = load_samples()
each_sample = pytest.mark.parametrize(
    "sample", SAMPLES.samples, ids=lambda sample: str(sample.paper.id)
)
HAN = "[\u4e00-\u9fff]"
FULL_WIDTH = "[，。；：、（）？！]"


def chinese(sample: Sample) -> tuple[str, str, str]:
    """Return the three Chinese texts of a sample."""
    return sample.summary.title_zh, sample.summary.summary_zh, sample.summary.abstract_zh


@pytest.fixture
def samples() -> SampleSet:
    """Return the samples as the package carries them."""
    return SAMPLES


def test_there_are_24_distinct_papers(samples: SampleSet) -> None:
    """Ids, titles and abstracts are all different."""
    papers = [sample.paper for sample in samples.samples]
    assert 24 == len(papers)
    assert 24 == len({paper.id for paper in papers})
    assert 24 == len({paper.title for paper in papers})
    assert 24 == len({paper.abstract for paper in papers})


@each_sample
def test_a_sample_cannot_be_taken_for_a_real_paper(sample: Sample) -> None:
    """The id has a month that arXiv never issues, and the authors are sample authors."""
    assert re.fullmatch(r"2600\.\d{5}", str(sample.paper.id))
    assert all(re.fullmatch(r"Sample Author(?: [A-D])?", author) for author in sample.paper.authors)
    assert sample.paper.authors


@each_sample
def test_a_sample_is_complete(sample: Sample) -> None:
    """Abstract and summary have the length of real ones, and links point to example.org."""
    assert 120 <= len(sample.paper.abstract.split()) <= 220
    assert 0 < len(sample.summary.summary_zh) <= 150
    assert all(link.startswith("https://example.org/") for link in sample.paper.links)
    assert set(sample.paper.categories) <= set(SAMPLES.subjects)
    assert 1 == sample.paper.version


@each_sample
def test_the_chinese_passes_every_check(sample: Sample) -> None:
    """The project's own checks find nothing hard in the written Chinese."""
    title, summary, abstract = chinese(sample)
    draft = Draft(title_zh=title, summary_zh=summary, abstract_zh=abstract)
    assert () == hard_only(check_summary(sample.paper, draft))


@each_sample
def test_the_chinese_holds_the_numbers_of_the_english(sample: Sample) -> None:
    """Every figure occurs in the Chinese abstract as often as in the English, counted plainly."""

    def figures(text: str) -> Counter[str]:
        return Counter(found.rstrip(",") for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text))

    english, (_, summary, abstract) = figures(sample.paper.abstract), chinese(sample)
    assert english == figures(abstract)
    assert set() == set(figures(summary)) - set(english)


@each_sample
def test_the_chinese_is_set_as_an_editor_would(sample: Sample) -> None:
    """Han and Latin are a space apart, and punctuation beside Han is full-width."""
    for text in chinese(sample):
        plain = re.sub(r"\\emph\{(\w+)\}", r"\1", text)
        assert [] == re.findall(rf"{HAN}[A-Za-z0-9$\\]|[A-Za-z0-9$%]{HAN}", plain)
        assert [] == re.findall(rf"{HAN}[,.;:?!()]", plain)
        assert [] == re.findall(rf" {FULL_WIDTH}|{FULL_WIDTH} |  ", plain)


def test_exactly_one_paper_answers_with_prose(samples: SampleSet) -> None:
    """One paper shows what happens when a model does not answer as asked."""
    assert ["2600.00008"] == [str(one.paper.id) for one in samples.samples if one.prose]


def test_the_samples_show_every_way_to_match(samples: SampleSet) -> None:
    """Title or abstract alone, a hyphen, a cross-list, a plural, and two keywords at once."""
    entries = announced(samples.samples, "cs")
    wanted = Preferences(keywords=("reinforcement learning", "diffusion policy"))
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for match in Matcher(entries).match(wanted):
        found.setdefault(match.keyword, {})[str(match.paper_id)[-2:]] = match.where
    reinforcement, diffusion = found["reinforcement learning"], found["diffusion policy"]

    assert {"01", "02", "04", "05", "06", "07", "08", "21"} == set(reinforcement)
    assert {"02", "03", "11"} == set(diffusion)
    assert ("title",) == reinforcement["05"]
    assert ("abstract",) == reinforcement["04"]
    abstract = samples.samples[3].paper.abstract
    assert "reinforcement-learning" in abstract
    assert "reinforcement learning" not in abstract
    assert "diffusion policies" in samples.samples[10].paper.abstract
    types = {str(entry.paper.id)[-2:]: entry.type for entry in entries}
    assert AnnounceType.CROSS == types["06"]


def test_a_listing_has_new_papers_first_and_then_cross_lists(samples: SampleSet) -> None:
    """An archive holds what is primary there, then what is only cross-listed there."""
    types = [entry.type for entry in announced(samples.samples, "cs")]
    assert [AnnounceType.NEW] * 20 + [AnnounceType.CROSS] * 4 == types
    assert ["2600.00014"] == [
        str(entry.paper.id) for entry in announced(samples.samples, "quant-ph")
    ]
    assert () == announced(samples.samples, "math")


def test_a_category_is_not_its_archive(samples: SampleSet) -> None:
    """`cs.LG` holds its own new papers and the cross-lists from other categories of cs."""
    entries = announced(samples.samples, "cs.LG")
    assert {"cs.LG"} == {entry.paper.primary for entry in entries if entry.type is AnnounceType.NEW}
    assert all("cs.LG" in entry.paper.categories for entry in entries)


def test_an_address_ends_before_the_sentence_does() -> None:
    """The full stop behind an address is not part of it."""
    assert ("https://example.org/a-b", "http://example.org/c_d") == addresses(
        "See https://example.org/a-b. Or (http://example.org/c_d), or nothing."
    )
