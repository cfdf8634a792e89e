"""Digests: each paper once, under its best keyword, and within the byte budget."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsletter.digests import HTML_BUDGET, Digest, Entry, Section, compose, fit, group
from newsletter.keywords.match import Match, MatchMode
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper, Summary
from newsletter.subscribers import Density

_KEYWORDS = ("policy", "robot", "diffusion")
_WHERE = st.sampled_from([("title",), ("abstract",), ("title", "abstract")])
_FULL = {Density.FULL: 900, Density.ABSTRACT: 500, Density.BRIEF: 200, Density.TITLE: 50}


def _id(number: int) -> ArxivId:
    return ArxivId(f"2605.{number:05}")


def _announced(number: int) -> AnnouncedPaper:
    paper = Paper(
        id=_id(number),
        title=f"Sample {number}",
        abstract="Nothing is shown.",
        authors=("Ann Sample",),
        categories=("cs.LG",),
    )
    return AnnouncedPaper(paper, AnnounceType.CROSS if number % 2 else AnnounceType.NEW)


_PAPERS = {_id(number): _announced(number) for number in range(1, 10)}


@st.composite
def _matches(draw: st.DrawFn) -> list[Match]:
    """Draw matches as `match_all` gives them: by keyword, each paper at most once in each."""
    found: list[Match] = []
    for keyword in _KEYWORDS:
        hits = draw(st.lists(st.tuples(st.integers(1, 9), _WHERE), unique_by=lambda hit: hit[0]))
        found += [Match(keyword, _id(n), w, rank) for rank, (n, w) in enumerate(hits, start=1)]
    return found


def _compose(matches: Sequence[Match], mode: MatchMode = MatchMode.DEFAULT) -> Digest:
    return compose(
        iter(matches),
        _PAPERS,
        {_id(1): Summary(paper_id=_id(1), abstract_zh="摘要。")},
        listing_date=date(2026, 5, 29),
        announced_at=datetime(2026, 5, 29, tzinfo=UTC),
        density=Density.FULL,
        mode=mode,
        notices=("缺少一类。",),
    )


def _flat(digest: Digest) -> list[tuple[str, ArxivId]]:
    return [(part.keyword, entry.paper.id) for part in digest.sections for entry in part.entries]


def test_a_paper_stands_under_its_best_keyword() -> None:
    """The first keyword with a hit in the title, else the first with a hit at all."""
    matches = [
        Match("policy", _id(1), ("abstract",), 1),
        Match("policy", _id(2), ("abstract",), 2),
        Match("policy", _id(3), ("title",), 3),
        Match("robot", _id(1), ("title", "abstract"), 1),
        Match("robot", _id(2), ("abstract",), 2),
        Match("robot", _id(3), ("title",), 3),
        Match("diffusion", _id(1), ("title",), 1),
    ]

    assert {"policy": [_id(2), _id(3)], "robot": [_id(1)]} == group(
        iter(matches), MatchMode.DEFAULT
    )


def _close(number: int) -> Match:
    return Match("", _id(number), ("library",), number, nearest=f"Own {number}")


@pytest.mark.parametrize("mode", list(MatchMode))
def test_the_library_takes_no_paper_from_a_keyword(mode: MatchMode) -> None:
    """What no keyword matched comes last, wherever its match stood; the rest stays."""
    matches = [_close(1), _close(2), Match("policy", _id(1), ("abstract",), 1)]
    digest = _compose(matches, mode)

    assert [("policy", _id(1)), ("", _id(2))] == _flat(digest)
    assert [False, True] == [section.is_library for section in digest.sections]
    assert (2, 1) == (digest.papers, digest.close)
    assert [(("policy",), "Own 1"), ((), "Own 2")] == [
        (entry.keywords, entry.nearest) for entry in digest.entries
    ]


def test_an_entry_says_why_it_is_there() -> None:
    """Places in one order over all matches, the most hits of one keyword, what is followed."""
    digest = _compose(
        [
            Match("cat:cs.LG AND x", _id(1), ("category", "comment", "abstract"), 1, 2),
            Match("policy", _id(1), ("title",), 1, 5, is_followed=True),
            Match("policy", _id(2), ("author", "odd"), 2),
        ]
    )
    first, second = digest.entries

    assert ("title", "abstract", "category", "comment") == first.where
    assert (5, True, "") == (first.hits, first.is_followed, first.nearest)
    assert (("author",), 0, False) == (second.where, second.hits, second.is_followed)


@given(_matches(), st.lists(st.integers(1, 9), unique=True), st.sampled_from(MatchMode))
def test_a_library_changes_nothing_else(
    matches: list[Match], near: list[int], mode: MatchMode
) -> None:
    """With it, a digest has the same papers under the same keywords, and the others once."""
    plain, both = _compose(matches, mode), _compose([*map(_close, near), *matches], mode)
    wanted = {match.paper_id for match in matches}
    added = [_id(number) for number in near if _id(number) not in wanted]

    assert _flat(plain) + [("", paper_id) for paper_id in added] == _flat(both)
    assert len(added) == both.close == both.papers - plain.papers


@given(_matches())
def test_each_paper_stands_once(matches: list[Match]) -> None:
    """By default a paper appears once, with all its keywords; none is lost."""
    digest = _compose(matches)
    shown = [entry.paper.id for entry in digest.entries]

    assert {match.paper_id for match in matches} == set(shown)
    assert len(set(shown)) == len(shown)
    for section in digest.sections:
        for entry in section.entries:
            mine = [match for match in matches if match.paper_id == entry.paper.id]
            in_title = [match.keyword for match in mine if "title" in match.where]
            assert [match.keyword for match in mine] == list(entry.keywords)
            assert (in_title or entry.keywords)[0] == section.keyword


@given(_matches())
def test_seed_mode_repeats_papers(matches: list[Match]) -> None:
    """In seed mode every match is an entry, in the order of the matches."""
    digest = _compose(matches, MatchMode.SEED)

    assert [(match.keyword, match.paper_id) for match in matches] == _flat(digest)


@given(_matches(), st.sampled_from(MatchMode))
def test_sections_keep_the_readers_order(matches: list[Match], mode: MatchMode) -> None:
    """No section is empty, keywords keep their order, and papers that of their matches."""
    digest = _compose(matches, mode)
    order = [(match.keyword, match.paper_id) for match in matches]

    assert all(section.entries for section in digest.sections)
    assert [pair for pair in order if pair in set(_flat(digest))] == _flat(digest)


@given(_matches(), st.sampled_from(MatchMode))
def test_counts_are_of_distinct_papers(matches: list[Match], mode: MatchMode) -> None:
    """A paper that is shown twice is one paper, in Chinese or not."""
    digest = _compose(matches, mode)
    distinct = {match.paper_id for match in matches}

    assert len(distinct) == digest.papers
    assert len(distinct - {_id(1)}) == digest.english


def test_a_digest_says_what_it_was_made_of() -> None:
    """Dates, notices, announce type, density and summaries are handed on."""
    digest = _compose(
        [Match("policy", _id(1), ("title",), 1), Match("robot", _id(2), ("title",), 1)]
    )
    first, second = digest.entries

    assert date(2026, 5, 29) == digest.listing_date
    assert datetime(2026, 5, 29, tzinfo=UTC) == digest.announced_at
    assert (digest.notices, digest.omitted) == (("缺少一类。",), 0)
    assert (first.type, second.type) == (AnnounceType.CROSS, AnnounceType.NEW)
    assert first.density is second.density is Density.FULL
    assert first.summary.is_chinese


def test_a_paper_without_a_summary_goes_out_in_english() -> None:
    """What is not ready is labelled so, with its own id."""
    digest = _compose([Match("policy", _id(2), ("title",), 1)])

    assert [Summary(paper_id=_id(2), reason="not_ready")] == [e.summary for e in digest.entries]


def test_no_match_makes_an_empty_digest() -> None:
    """Nothing in, nothing out, nothing raised."""
    digest = _compose([])

    assert (digest.sections, digest.papers, digest.english) == ((), 0, 0)
    assert digest == fit(digest, lambda _: 1, 0)


def _entry(number: int, density: Density) -> Entry:
    announced = _announced(number)
    return Entry(
        paper=announced.paper,
        type=announced.type,
        summary=Summary(paper_id=announced.paper.id),
        keywords=("policy",),
        density=density,
    )


@st.composite
def _digests(draw: st.DrawFn) -> Digest:
    """Draw a digest of up to three sections whose readers chose any density."""
    density = draw(st.sampled_from(Density))
    numbers = draw(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=6), max_size=3))
    return Digest(
        listing_date=date(2026, 5, 29),
        announced_at=datetime(2026, 5, 29, tzinfo=UTC),
        sections=tuple(
            Section(keyword, tuple(_entry(number, density) for number in section))
            for keyword, section in zip(_KEYWORDS, numbers, strict=False)
        ),
        omitted=draw(st.integers(0, 2)),
        notices=("缺少一类。",),
    )


def _size(entry: Entry) -> int:
    """Return a size that depends on paper and density, smaller with each step down."""
    return _FULL[entry.density] + int(entry.paper.id.value[-1])


_BUDGETS = st.integers(-10, 18 * 910)


@given(_digests(), _BUDGETS)
def test_fitting_never_exceeds_the_budget(digest: Digest, budget: int) -> None:
    """What is kept fits, and what is left out is counted."""
    fitted = fit(digest, _size, budget)
    kept = list(fitted.entries)

    assert sum(map(_size, kept)) <= max(budget, 0)
    assert len(list(digest.entries)) + digest.omitted == len(kept) + fitted.omitted
    assert (digest.listing_date, digest.notices) == (fitted.listing_date, fitted.notices)


@given(_digests(), _BUDGETS)
def test_fitting_keeps_the_order(digest: Digest, budget: int) -> None:
    """The entries kept are the first ones, under their keywords; no section is empty."""
    fitted = fit(digest, _size, budget)

    assert _flat(fitted) == _flat(digest)[: len(_flat(fitted))]
    assert all(section.entries for section in fitted.sections)


@given(_digests(), _BUDGETS)
def test_fitting_gives_way_from_the_end(digest: Digest, budget: int) -> None:
    """Densities never rise down the mail, differ by one step at most, and never go up."""
    order = list(Density)
    before = [order.index(entry.density) for entry in digest.entries]
    after = [order.index(entry.density) for entry in fit(digest, _size, budget).entries]

    assert sorted(after) == after
    assert not after or after[-1] - after[0] <= 1
    assert all(new >= old for new, old in zip(after, before, strict=False))


@given(_digests(), _BUDGETS)
def test_fitting_gives_way_no_more_than_needed(digest: Digest, budget: int) -> None:
    """Every paper keeps its title while there is room for titles; with room nothing changes."""
    entries = list(digest.entries)
    assume(entries)
    titles = sum(_size(_entry(int(e.paper.id.value[-1]), Density.TITLE)) for e in entries)

    fitted = fit(digest, _size, budget)

    assert (sum(map(_size, entries)) <= budget) == (fitted == digest)
    assert (titles <= budget) == (fitted.omitted == digest.omitted)


def test_fitting_step_by_step() -> None:
    """The last paper gives way first, then the one before it; then the next density's turn."""
    digest = _compose([Match("policy", _id(n), ("title",), n) for n in (1, 2)])
    sizes = {Density.FULL: 8, Density.ABSTRACT: 6, Density.BRIEF: 4, Density.TITLE: 2}

    fitted = [fit(digest, lambda entry: sizes[entry.density], budget) for budget in range(17)]

    assert [" ".join(entry.density for entry in each.entries) for each in fitted] == [
        "",
        "",
        "title",
        "title",
        "title title",
        "title title",
        "brief title",
        "brief title",
        "brief brief",
        "brief brief",
        "abstract brief",
        "abstract brief",
        "abstract abstract",
        "abstract abstract",
        "full abstract",
        "full abstract",
        "full full",
    ]


def test_a_size_that_does_not_shrink_is_no_endless_loop() -> None:
    """Cards that stay large are dropped after their last density."""
    digest = _compose([Match("policy", _id(n), ("title",), n) for n in range(1, 10)])

    assert len(list(fit(digest, lambda _: 100, 199).entries)) == 1


@pytest.mark.parametrize("length", [400, 4000])
def test_each_card_is_measured_once_a_density(length: int) -> None:
    """A long digest costs at most four measurements a paper, not a sum for each step."""
    many = tuple(_entry(1, Density.FULL) for _ in range(length))
    digest = Digest(
        listing_date=date(2026, 5, 29),
        announced_at=datetime(2026, 5, 29, tzinfo=UTC),
        sections=(Section("policy", many),),
    )
    measured: list[Density] = []

    def measure(entry: Entry) -> int:
        measured.append(entry.density)
        return 1

    fitted = fit(digest, measure, -1)

    assert length == fitted.omitted
    assert [length] * len(Density) == [measured.count(density) for density in Density]


def test_the_budget_stays_under_the_clipping_limit() -> None:
    """The budget in base64, lines of 76 and CRLF, is less than 102 KB."""
    lines = -(-HTML_BUDGET // 57)

    assert lines * 78 < 102 * 1024


@pytest.mark.parametrize(
    ("keywords", "mode", "expected"),
    [
        (("author:Ann Sample",), MatchMode.DEFAULT, ()),
        (
            ("author:Ann Sample OR author:Bob Sample",),
            MatchMode.DEFAULT,
            ("author:Ann Sample",),
        ),
        (("author:Ann Sample", "cat:cs.LG"), MatchMode.DEFAULT, ("author:Ann Sample", "cat:cs.LG")),
        (("author:Ann Sample", "cat:cs.LG"), MatchMode.SEED, ()),
    ],
    ids=["one", "or", "two", "seed"],
)
def test_the_author_who_was_found_is_named(
    keywords: tuple[str, ...], mode: MatchMode, expected: tuple[str, ...]
) -> None:
    """Where several keywords or an OR leave it open which one it was."""
    where = {"author": ("author",), "cat": ("category",)}
    matches = [Match(one, _id(2), where[one.partition(":")[0]], 1) for one in keywords]

    assert {expected} == {entry.found_by for entry in _compose(matches, mode).entries}
