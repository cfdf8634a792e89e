"""The reader's own words: parsing, folding, matching."""

import itertools
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsletter.errors import InvalidKeyword
from newsletter.keywords.fold import fold
from newsletter.keywords.match import (
    FoldedPaper,
    Match,
    MatchMode,
    eligible,
    match_all,
    needle,
)
from newsletter.keywords.query import MAX_KEYWORDS, MAX_LENGTH, parse_keyword, parse_keywords
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_LETTERS = st.text(st.characters(categories=["Ll", "Lu", "Lo", "Nd"]), min_size=1, max_size=12)


def _paper(
    number: int,
    title: str = "On Samples",
    abstract: str = "Nothing is shown.",
    category: str = "cs.LG",
) -> Paper:
    return Paper(
        id=ArxivId(f"2605.{number:05}"),
        title=title,
        abstract=abstract,
        authors=("Ann Sample",),
        categories=(category,),
    )


def _holds(text: str, keyword: str) -> bool:
    """Say whether `keyword` matches a paper whose abstract is `text`."""
    return bool(FoldedPaper.of(_paper(1, "", text)).where(keyword, MatchMode.DEFAULT))


@given(_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    """The folded form is its own folded form, for any text."""
    assert fold(text) == fold(fold(text))


@given(st.lists(st.sampled_from(
    ["caches", "classes", "policies", "ties", "axes", "boxes", "corporas", "viruses", "sses",
     "xesses", "iees", "C++17", "C#s", "GPUs", "LMs", "İ", "ΐ", "ﬁs", "ß", "\u1100\u200b\u1161"],
)))  # fmt: skip
def test_folding_plurals_twice_changes_nothing(words: list[str]) -> None:
    """No plural rule finds anything left to do in what another one made."""
    assert fold(" ".join(words)) == fold(fold(" ".join(words)))


@given(_TEXT)
def test_a_folded_text_is_words_between_single_spaces(text: str) -> None:
    """Folded words have a space on both sides, and nothing else is white space."""
    folded = fold(text)

    assert folded == (f" {' '.join(folded.split())} " if folded else "")


@given(_TEXT, _TEXT, _TEXT)
def test_a_phrase_matches_its_own_text(before: str, phrase: str, after: str) -> None:
    """A keyword is found wherever its own text stands as words."""
    assume(fold(phrase))

    assert _holds(f"{before} {phrase} {after}", phrase)


@given(
    _LETTERS, _LETTERS, st.sampled_from([" ", "-", "\n", "\u2010", "\u2013", "\u2011", "/", "_"])
)
def test_dashes_and_line_breaks_are_spaces(one: str, other: str, between: str) -> None:
    """Whatever separates two words, they are the same two words."""
    assert fold(f"{one} {other}") == fold(f"{one}{between}{other}")


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("reinforcement learning", "Deep Reinforcement Learning."),
        ("reinforcement learning", "a reinforcement-learning agent"),
        ("reinforcement-learning", "reinforcement learning"),
        ("reinforcement learning", "REINFORCEMENT\n  LEARNING"),
        ("reinforcement learning", "rein\u00adforcement\u00a0learning"),
        ("reinforcement learning", r"\textbf{Reinforcement Learning} (RL)"),
        ("diffusion policy", "Diffusion Policies"),
        ("diffusion policies", "a diffusion policy"),
        ("language models", "a language model's state"),
        ("neural network", "neural networks"),
        ("batch size", "batch sizes"),
        ("KV cache", "KV caches"),
        ("branches", "one branch"),
        ("hashes", "a hash"),
        ("classes", "a class"),
        ("processes", "a process"),
        ("boxes", "a box"),
        ("movies", "one movie"),
        ("responses", "a response"),
        ("biases", "bias"),
        ("matrix", "sparse matrices"),
        ("index", "indices"),
        ("analysis", "two analyses"),
        ("status", "statuses: one status"),
        ("GPU", "eight GPUs"),
        ("gpus", "one GPU"),
        ("API", "public APIs"),
        ("LM", "small LMs"),
        ("LLMs", "an LLM"),
        ("RL", "(RL)"),
        ("rl", "RL-based"),
        ("C++", "in C++."),
        ("C++", "C++17 code"),
        ("c#", "F# and C#"),
        ("MAML", "MAML++"),
        ("GPT-4", "GPT\u20114 and others"),
        ("k-means", "$k$-means"),
        ("efficient", "e\ufb03cient"),
        ("Gödel", "Go\u0308del machines"),
        ("ＳＬＡＭ", "visual SLAM"),
        ("straße", "STRASSE"),
        ("LM", "two \U0001d40b\U0001d40cs"),
        ("model-based/model-free", "model based and model free, model-based / model-free"),
    ],
)
def test_words_that_mean_the_same_match(keyword: str, text: str) -> None:
    """Case, plural, hyphen, line break, ligature, full width and markup do not hide a paper."""
    assert _holds(text, keyword)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("RL", "the world, URLs and early girls"),
        ("AI", "we said it again, Thailand"),
        ("LM", "a realm"),
        ("GAN", "organ gang"),
        ("C++", "vitamin C, C and D"),
        ("C#", "vitamin C, C and D"),
        ("C#", "C++"),
        ("C++", "AC++"),
        ("reinforcement learning", "reinforcement of learning"),
        ("reinforcement learning", "reinforcement. Machine learning"),
        ("learning rate", "rate learning"),
        ("GPT-4", "GPT-4o"),
        ("network", "internetwork"),
        ("bus", "the bu bush"),
        ("model", "modelling"),
    ],
)
def test_other_words_do_not_match(keyword: str, text: str) -> None:
    """Keywords match whole words in order, never inside words."""
    assert not _holds(text, keyword)


@pytest.mark.parametrize("text", ["", " ", "…", "++", "#", "-", "_", "\u200b", "$\\,$"])
def test_no_words_fold_to_nothing(text: str) -> None:
    """A text without letters and digits is empty, and as a keyword matches nothing."""
    assert not fold(text)
    assert not _holds("anything " + text, text)


@given(_TEXT, _TEXT)
def test_where_says_which_fields_match(title: str, abstract: str) -> None:
    """Title and abstract are looked at one by one."""
    folded = FoldedPaper.of(_paper(1, f"{title} sample", f"{abstract} example"))

    assert folded.where("sample", MatchMode.DEFAULT)[:1] == ("title",)
    assert folded.where("examples", MatchMode.DEFAULT)[-1:] == ("abstract",)


def test_a_paper_can_match_in_both_fields() -> None:
    """Title comes before abstract."""
    folded = FoldedPaper.of(_paper(1, "Policy Learning", "We learn: policy learning."))

    assert folded.where("policy learning", MatchMode.DEFAULT) == ("title", "abstract")
    assert not folded.where("world model", MatchMode.DEFAULT)


def test_seed_mode_is_the_sample_issues_rule() -> None:
    """A lower-cased substring of the abstract: no title, no hyphen, but inside words."""
    folded = FoldedPaper.of(_paper(1, "Curling", "The WORLD of multi-agent games"))

    assert folded.where("World", MatchMode.SEED) == ("abstract",)
    assert folded.where("RL", MatchMode.SEED) == ("abstract",)
    assert not folded.where("curling", MatchMode.SEED)
    assert not folded.where("multi agent", MatchMode.SEED)


def test_an_empty_keyword_matches_nothing() -> None:
    """The empty string is a substring of all texts, and yet no keyword."""
    folded = FoldedPaper.of(_paper(1))

    assert [folded.where("", mode) for mode in MatchMode] == [()] * 2


def test_a_needle_is_made_once_for_all_papers() -> None:
    """Looking for the needle is the same as looking for the keyword."""
    folded = FoldedPaper.of(_paper(1, abstract="Diffusion Policies for robots"))

    for mode, keyword in itertools.product(MatchMode, ["diffusion polic", "Diffusion Policy"]):
        assert folded.where(keyword, mode) == folded.where_needle(needle(keyword, mode), mode)


def test_what_each_mode_looks_at() -> None:
    """By default new papers and cross-lists of all archives; in seed mode new papers of cs."""
    entries = [
        AnnouncedPaper(_paper(1), AnnounceType.NEW),
        AnnouncedPaper(_paper(2, category="stat.ML"), AnnounceType.NEW),
        AnnouncedPaper(_paper(3), AnnounceType.CROSS),
        AnnouncedPaper(_paper(4), AnnounceType.REPLACE),
        AnnouncedPaper(_paper(5), AnnounceType.REPLACE_CROSS),
        AnnouncedPaper(_paper(1), AnnounceType.NEW),
        AnnouncedPaper(_paper(6, category="cond-mat.soft"), AnnounceType.NEW),
    ]

    physics = _paper(6, category="cond-mat.soft")

    by_default = eligible(iter(entries), MatchMode.DEFAULT)

    assert [_paper(1), _paper(2, category="stat.ML"), _paper(3), physics] == by_default
    assert [_paper(1)] == eligible(iter(entries), MatchMode.SEED)


_SOME = [
    FoldedPaper.of(paper)
    for paper in (
        _paper(1, "A", "on policy learning"),
        _paper(2, "Policy Learning", "of robots"),
        _paper(3, "B", "nothing"),
        _paper(4, "Policy learning for robots", "policy learning"),
        _paper(5, "C", "robots and policy learning"),
    )
]


def test_title_hits_come_first() -> None:
    """Keywords in the reader's order, title hits before others, each in listing order."""
    found = list(match_all(_SOME, ["robot", "policy learning"]))

    assert [
        Match("robot", ArxivId("2605.00004"), ("title",), 1),
        Match("robot", ArxivId("2605.00002"), ("abstract",), 2),
        Match("robot", ArxivId("2605.00005"), ("abstract",), 3),
        Match("policy learning", ArxivId("2605.00002"), ("title",), 1),
        Match("policy learning", ArxivId("2605.00004"), ("title", "abstract"), 2),
        Match("policy learning", ArxivId("2605.00001"), ("abstract",), 3),
        Match("policy learning", ArxivId("2605.00005"), ("abstract",), 4),
    ] == found


def test_seed_mode_keeps_listing_order() -> None:
    """In seed mode the title plays no part in the order."""
    found = list(match_all(_SOME, ["policy learning"], MatchMode.SEED))

    assert [match.paper_id.value for match in found] == ["2605.00001", "2605.00004", "2605.00005"]
    assert [match.rank for match in found] == [1, 2, 3]


@given(
    st.lists(st.sampled_from(["robot", "policy", "cache", "RL"]), unique=True),
    st.lists(st.tuples(*[st.sampled_from(["robots", "Policies, RL", "world", ""])] * 2)),
    st.sampled_from(MatchMode),
)
def test_every_match_is_found_once(
    keywords: list[str],
    texts: list[tuple[str, str]],
    mode: MatchMode,
) -> None:
    """Each pair of keyword and paper that match comes out once, ranked from one."""
    papers = [FoldedPaper.of(_paper(i, *pair)) for i, pair in enumerate(texts, start=1)]
    found = list(match_all(papers, keywords, mode))

    assert {
        (keyword, each.paper.id, each.where(keyword, mode))
        for keyword in keywords
        for each in papers
        if each.where(keyword, mode)
    } == {(match.keyword, match.paper_id, match.where) for match in found}
    for keyword in keywords:
        ranks = [match.rank for match in found if match.keyword == keyword]
        assert list(range(1, len(ranks) + 1)) == ranks
    assert sorted(found, key=lambda match: keywords.index(match.keyword)) == found


def test_a_keyword_is_kept_as_typed() -> None:
    """Only white space changes: the reader finds the own spelling again."""
    assert parse_keyword(" Diffusion \n\t Policies ") == "Diffusion Policies"
    assert parse_keyword("强化学习 RL") == "强化学习 RL"
    assert parse_keyword("C++") == "C++"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "keyword_empty"),
        (" \t\n", "keyword_empty"),
        ("…—", "keyword_empty"),
        ("++", "keyword_empty"),
        ("x" * (MAX_LENGTH + 1), "keyword_too_long"),
        ("a\0b", "keyword_control_character"),
        ("a\x1b[31mb", "keyword_control_character"),
        ("a\x7f", "keyword_control_character"),
        ("a\u202eb", "keyword_control_character"),
        ("a\u200bb", "keyword_control_character"),
        ("a\ue000", "keyword_control_character"),
        ("a\ud800", "keyword_control_character"),
    ],
)
def test_bad_keywords_are_refused(text: str, code: str) -> None:
    """Empty, too long, or with characters that nobody sees: the code says which."""
    with pytest.raises(InvalidKeyword) as caught:
        parse_keyword(text)

    assert ("keywords", code) == (caught.value.field, caught.value.code)


def test_the_length_counts_without_outer_space() -> None:
    """A hundred characters are allowed, whatever stands around them."""
    longest = "x" * MAX_LENGTH

    assert longest == parse_keyword(f"   {longest}\n")


def test_a_long_keyword_is_quoted_shortened() -> None:
    """The refusal names the limit and the beginning, not the whole input."""
    with pytest.raises(InvalidKeyword) as caught:
        parse_keyword("y" * 100_000)

    assert caught.value.values == {"limit": MAX_LENGTH, "text": "y" * 20}


@given(st.text())
def test_a_parsed_keyword_parses_to_itself(text: str) -> None:
    """What is accepted is clean: bounded, on one line, visible, and parsed the same again."""
    try:
        keyword = parse_keyword(text)
    except InvalidKeyword:
        return

    assert keyword == parse_keyword(keyword)
    assert 0 < len(keyword) <= MAX_LENGTH
    assert not {unicodedata.category(char) for char in keyword} & {"Cc", "Cf", "Zl", "Zp"}


def test_a_text_field_has_a_keyword_a_line() -> None:
    """Blank lines are skipped, the order stays, and the first of two spellings wins."""
    lines = "\n Diffusion Policy \r\n\r\nreinforcement learning\ndiffusion-policies\nRL\n"

    assert parse_keywords(lines) == ("Diffusion Policy", "reinforcement learning", "RL")
    assert parse_keywords(
        iter(lines.splitlines()),
    ) == ("Diffusion Policy", "reinforcement learning", "RL")


def test_at_least_one_keyword_is_needed() -> None:
    """A form without a keyword is refused, because no mail would ever come."""
    nothings: list[str | list[str]] = ["", " \n\t\n", [], [" "]]
    for nothing in nothings:
        with pytest.raises(InvalidKeyword) as caught:
            parse_keywords(nothing)
        assert caught.value.code == "keywords_missing"


def test_at_most_fifty_keywords() -> None:
    """The limit counts keywords, and repeats of one are one."""
    most = [f"topic {number}" for number in range(MAX_KEYWORDS)]

    assert tuple(most) == parse_keywords([*most, "Topic 1", ""])
    with pytest.raises(InvalidKeyword) as caught:
        parse_keywords([*most, "one more"])
    assert caught.value.code == "keywords_too_many"
    assert caught.value.values == {"limit": MAX_KEYWORDS}


def test_one_bad_line_refuses_the_field() -> None:
    """A mistake is said, not skipped over."""
    with pytest.raises(InvalidKeyword) as caught:
        parse_keywords("policy\n---\n")

    assert caught.value.code == "keyword_empty"


def test_a_keyword_in_chinese_alone_is_refused() -> None:
    """Papers are in English: it would never match, and nobody would say so."""
    with pytest.raises(InvalidKeyword) as caught:
        parse_keyword("强化学习")
    assert caught.value.code == "keyword_not_english"
