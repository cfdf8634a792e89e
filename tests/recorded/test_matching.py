"""Both modes of matching on nine recorded days, against plain searches written down here.

    a keyword, a paper ─► seed mode    = a lower-cased substring of the abstract
                       ─► default mode ⊇ the phrase as whole words of title or abstract
                                         (what is more has a reason: plural, hyphen, …)

Nothing here calls the project's folding: a difference counts as explained only when a search of
this module finds it, relaxed by the reasons it names.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from newsletter.keywords.match import Matcher, MatchMode
from newsletter.papers import AnnouncedPaper, AnnounceType, ArxivId, Paper, merge
from newsletter.services.vocabulary import vocabulary
from newsletter.sources.listing import parse_listing
from newsletter.subscribers import Preferences

_PAGE = "list_cs_new_2026-05-29.html"
_DAYS = 9
_EVERY = 9
"""Every ninth of the glossary's 441 names is a keyword here."""
_TYPICAL = (
    *("reinforcement learning", "diffusion policy", "RL", "LLM", "LLMs", "rl", "llm agent"),
    *("multi-agent", "multi agent", "multiagent", "data set", "dataset", "pre-training"),
    *("fine-tuning", "text-to-image", "chain of thought", "world model", "vision-language"),
    *("GPT-4", "GPT-4o", "Llama-3", "BERT", "GAN", "NeRF", "C++", "3D", "IT", "AI"),
    *("Schrodinger bridge", "Holder", "naive Bayes", "Pareto", "k-means", "Erdos", "Frechet"),
    *("matrices", "corpora", "analyses", "policies", "policy", "index", "graph", "agent"),
    *("new", "news", "bus", "loss", "art", "state of the art", "Bayesian", "time series"),
    *("open source", "benchmarks", "large language models", "end-to-end", "speedup", "realtime"),
    *("prior knowledge", "clinical reasoning", "sequence prediction", "informal-to-formal"),
)
_CS = re.compile(r"cs\..+|eess\.SY|math\.NA")
"""Primary categories that are new in cs: cs.SY and cs.NA go by the last two names too."""

Pairs = list[tuple[str, str]]
"""A keyword and a paper's id."""


def _paper(row: dict[str, Any]) -> Paper:
    return Paper(
        id=ArxivId(row["id"]),
        title=row["title"],
        abstract=row["summary"],
        authors=tuple(row["authors"]),
        categories=tuple(row["categories"]),
        comment=row["comment"],
    )


@pytest.fixture(scope="module")
def days(recordings: Path) -> dict[str, list[AnnouncedPaper]]:
    """Return the recorded days: each paper as new, and the listing page with its own types.

    The corpora repeat a paper for each category that it was found under.
    """
    found = {}
    for path in sorted((recordings / "corpora").glob("*.jsonl")):
        rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        papers = dict.fromkeys(map(_paper, rows))
        found[path.stem] = [AnnouncedPaper(paper, AnnounceType.NEW) for paper in papers]
    page = parse_listing((recordings / "pages" / _PAGE).read_bytes(), _PAGE)
    return {**found, _PAGE: list(merge([page]))}


@pytest.fixture(scope="module")
def keywords(shared: Path) -> tuple[str, ...]:
    """Return typical keywords and a part of the glossary's names."""
    rows = (shared / "data" / "glossary.jsonl").read_text(encoding="utf-8").splitlines()
    names = [str(json.loads(row)["en"]) for row in rows]
    return tuple(dict.fromkeys((*_TYPICAL, *names[::_EVERY])))


def _matched(
    entries: Sequence[AnnouncedPaper],
    keywords: tuple[str, ...],
    mode: MatchMode,
) -> Pairs:
    matches = Matcher(entries, mode, vocabulary()).match(Preferences(keywords=keywords))
    return [(match.keyword, str(match.paper_id)) for match in matches]


@pytest.fixture(scope="module")
def by_default(
    days: dict[str, list[AnnouncedPaper]],
    keywords: tuple[str, ...],
) -> dict[str, set[tuple[str, str]]]:
    """Return what the default mode matches on each day."""
    return {
        day: set(_matched(entries, keywords, MatchMode.DEFAULT)) for day, entries in days.items()
    }


# --- Seed mode


def _seed(entries: Sequence[AnnouncedPaper], keywords: Sequence[str]) -> Pairs:
    """Return what the sample issue's rule gives, in its order."""
    papers = [
        entry.paper
        for entry in entries
        if entry.type is AnnounceType.NEW and _CS.fullmatch(entry.paper.categories[0])
    ]
    return [
        (keyword, str(paper.id))
        for keyword in keywords
        for paper in papers
        if keyword.lower() in paper.abstract.lower()
    ]


def test_seed_mode_is_the_sample_issues_rule(
    days: dict[str, list[AnnouncedPaper]],
    keywords: tuple[str, ...],
) -> None:
    """Seed mode gives the same papers in the same order as a search of three lines."""
    assert _DAYS + 1 == len(days)
    assert len(keywords) >= 100
    for day, entries in days.items():
        expected = _seed(entries, keywords)
        assert expected == _matched(entries, keywords, MatchMode.SEED), day
        assert len(expected) > len(keywords), day


# --- A plain search for whole words, and by what it may be relaxed

Relaxed = Callable[[str], str]


def _unbroken(text: str) -> str:
    return " ".join(re.sub(r"(?<=[a-z])-\r?\n\s*", "-", text).split())


def _unhyphenated(text: str) -> str:
    return re.sub("[-\u2010-\u2015\u2212]+", " ", text)


def _unaccented(text: str) -> str:
    plain = re.sub(r"""\\["'`^~=.Hcvuk](?![a-zA-Z]{2})\s*\{?\\?([a-zA-Z])\}?""", r"\1", text)
    letters = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _untexed(text: str) -> str:
    plain = re.sub(
        r"\\(?:text[a-z]+|emph|math[a-z]+|underline|mbox|uline|(?:it|bf|em|sc)\b)", "", text
    )
    return re.sub(r"[${}~^_]|\\[,;! ]?", "", plain)


def _unbracketed(text: str) -> str:
    return re.sub(r"[()]", "", text)


_TEXTS: dict[str, Relaxed] = {
    "line break": _unbroken,
    "accent": _unaccented,
    "TeX": _untexed,
    "hyphen": _unhyphenated,
    "brackets": _unbracketed,
}
"""Reasons that change keyword and text, in the order in which they are applied."""
_ALTERNATIVES = ("plural", "possessive", "one word or two", "a name with a figure")
"""Reasons that change what is looked for."""
_REASONS = (*_TEXTS, *_ALTERNATIVES)
_MOST_REASONS = 3
_IRREGULAR = {"matrix": "matrices", "corpus": "corpora", "index": "indices"}
_NO_PLURAL = re.compile("news?|physics|series|.*[sui]s", re.IGNORECASE)
"""Words in s that are no plurals (new, because news is none of it)."""


def _numbers(word: str) -> Iterator[str]:
    """Yield a word in singular and plural; some forms exist in no language."""
    one = {many: one for one, many in _IRREGULAR.items()}.get(word.lower(), word)
    yield from (word, one, _IRREGULAR.get(one.lower(), one))
    for found, ending in ((word, "ses"), (word, "sis")):
        if found.endswith(ending):  # analysis, analyses; bases of a basis and of a base
            yield from (f"{found[:-3]}sis", f"{found[:-3]}ses")
    if _NO_PLURAL.fullmatch(word):
        yield from (f"{word}es",) * word.endswith("s")
        return
    for single in (word, re.sub("s$", "", word), re.sub("es$", "", word)):
        yield from (single, f"{single}s", f"{single}es")
    yield from (re.sub("(?<=..)ies$", "y", word), re.sub("(?<=[^aeiou])y$", "ies", word))


_ACRONYM = re.compile(r"(?=(?:.*[A-Z]){2})[A-Z0-9]+s?")


def _split(word: str) -> Iterator[str]:
    yield re.escape(word)
    for at in range(2, len(word) - 1):
        yield re.escape(word[:at]) + "[ -]" + re.escape(word[at:])


def _word(word: str, reasons: frozenset[str]) -> str:
    forms = set(_numbers(word)) - {""} if "plural" in reasons else {word}
    two = "one word or two" in reasons
    spelt = {text for form in forms for text in (_split(form) if two else (re.escape(form),))}
    own = "(?:['\u2019]s?)?" if "possessive" in reasons else ""
    folds_case = "a name with a figure" in reasons or not _ACRONYM.fullmatch(word)
    return f"(?{'i' * folds_case}:{'|'.join(sorted(spelt))}){own}"


@cache
def _pattern(keyword: str, reasons: frozenset[str]) -> re.Pattern[str]:
    """Return the phrase as whole words; what goes on as `C++` or `GPT-4.1` does is another."""
    joined = "one word or two" in reasons
    parts = re.split("([ -])", _relaxed(keyword, reasons))
    phrase = "".join(
        ("[ -]?" if joined else part) if part in {" ", "-"} else _word(part, reasons)
        for part in parts
    )
    return re.compile(rf"(?<!\w){phrase}(?![\w#]|\+\+|\.\d)")


def _relaxed(text: str, reasons: frozenset[str]) -> str:
    for reason, relax in _TEXTS.items():
        if reason in reasons:
            text = relax(text)
    return text


def _finds(keyword: str, paper: Paper, *reasons: str) -> bool:
    """Say whether the keyword stands in title or abstract, relaxed by `reasons`."""
    relaxed = frozenset(reasons)
    title, abstract = _relaxed(paper.title, relaxed), _relaxed(paper.abstract, relaxed)
    text = f"{title}\0{abstract}"
    if not reasons and keyword.lower() not in text.lower():
        return False  # spares nearly all of half a million searches
    return _pattern(keyword, relaxed).search(text) is not None


def _reasons_for(keyword: str) -> tuple[str, ...]:
    """Return the reasons that can hold: `gpt-4` is GPT-4, where `it` is not IT."""
    has_figure = re.search("[0-9]", keyword) is not None
    return _REASONS if has_figure else _REASONS[:-1]


def _why(keyword: str, paper: Paper) -> tuple[str, ...] | None:
    """Return the fewest reasons for which the keyword is found; `None` for no reason."""
    for count in range(_MOST_REASONS + 1):
        for reasons in combinations(_reasons_for(keyword), count):
            if _finds(keyword, paper, *reasons):
                return reasons
    return None


def _announced(entries: Sequence[AnnouncedPaper]) -> dict[str, Paper]:
    """Return the papers that the default mode looks at, by their id."""
    looked_at = {AnnounceType.NEW, AnnounceType.CROSS}
    return {str(entry.paper.id): entry.paper for entry in entries if entry.type in looked_at}


def test_the_default_mode_finds_all_that_a_plain_search_finds(
    days: dict[str, list[AnnouncedPaper]],
    keywords: tuple[str, ...],
    by_default: dict[str, set[tuple[str, str]]],
) -> None:
    """Where a phrase stands in title or abstract as whole words, the default mode has it."""
    for day, entries in days.items():
        plain = {
            (keyword, paper_id)
            for paper_id, paper in _announced(entries).items()
            for keyword in keywords
            if _finds(keyword, paper)
        }
        assert plain
        assert set() == plain - by_default[day], day


def test_what_the_default_mode_has_more_has_a_reason(
    days: dict[str, list[AnnouncedPaper]],
    by_default: dict[str, set[tuple[str, str]]],
) -> None:
    """Each further paper is found by the plain search, relaxed by reasons with a name."""
    reasons: Counter[str] = Counter()
    for day, entries in days.items():
        papers = _announced(entries)
        for keyword, paper_id in by_default[day]:
            why = _why(keyword, papers[paper_id])
            assert why is not None, (day, keyword, paper_id)
            reasons.update(why)

    assert {"line break", "accent", "TeX", "hyphen", "plural", "one word or two"} <= set(reasons)


# --- The two modes


def _why_more(keyword: str, paper: Paper, *, is_in_cs: bool) -> str | None:
    """Return why the default mode has a paper that seed mode lacks."""
    if keyword.lower() in paper.abstract.lower():
        return None if is_in_cs else "not new in cs"
    if keyword.lower() in paper.title.lower():
        return "title only"
    return " and ".join(_why(keyword, paper) or ()) or None


def _why_less(keyword: str, paper: Paper) -> str | None:
    """Return why seed mode has a paper that the default mode lacks: where its letters stand."""
    places = list(re.finditer(re.escape(keyword), paper.abstract, re.IGNORECASE))
    named = {_standing(keyword, paper.abstract, place) for place in places}
    return None if None in named else " or ".join(sorted(name for name in named if name))


def _standing(keyword: str, text: str, place: re.Match[str]) -> str | None:
    before, after = text[place.start() - 1 : place.start()], text[place.end() : place.end() + 2]
    if re.match(r"\w", before) or re.match(r"\w", after):
        return "inside a word"
    if re.match(r"\+\+|#|\.\d", after):
        return "part of another name"
    if keyword.isupper() and not place[0].isupper():
        return "not in capitals"
    return None


def test_what_the_default_mode_has_more_than_seed_mode_has_a_reason(
    days: dict[str, list[AnnouncedPaper]],
    keywords: tuple[str, ...],
    by_default: dict[str, set[tuple[str, str]]],
) -> None:
    """Each further paper is explained by its title, its category, or how the phrase is spelt."""
    reasons: Counter[str] = Counter()
    for day, entries in days.items():
        papers, in_cs = _announced(entries), {paper_id for _, paper_id in _seed(entries, [""])}
        for keyword, paper_id in by_default[day] - set(_seed(entries, keywords)):
            why = _why_more(keyword, papers[paper_id], is_in_cs=paper_id in in_cs)
            assert why is not None, (day, keyword, paper_id)
            reasons[why] += 1

    assert {"title only", "not new in cs", "hyphen", "plural", "line break"} <= set(reasons)


def test_what_seed_mode_has_more_stands_inside_words(
    days: dict[str, list[AnnouncedPaper]],
    keywords: tuple[str, ...],
    by_default: dict[str, set[tuple[str, str]]],
) -> None:
    """What only the substring finds is in each of its places no word, or no acronym."""
    reasons: Counter[str] = Counter()
    for day, entries in days.items():
        papers = _announced(entries)
        for keyword, paper_id in set(_seed(entries, keywords)) - by_default[day]:
            why = _why_less(keyword, papers[paper_id])
            assert why is not None, (day, keyword, paper_id)
            reasons[why] += 1

    assert "inside a word" in reasons
