"""Names, links, decoding, verdicts and the merging of announcements."""

import re
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    ArxivId,
    Counts,
    DocumentKind,
    Paper,
    Problem,
    merge,
)
from newsletter.sources.links import anchor_text, usable, written_in
from newsletter.sources.names import decode_accents, split_names
from newsletter.sources.text import clean, decode, excerpt
from newsletter.sources.verdict import DAMAGED, HARMLESS, UNFINISHED, bounded, state_of


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ann Sample, Bo Author", ("Ann Sample", "Bo Author")),
        ("Ann Sample (Inst, Town), Bo Author (A (B, C))", ("Ann Sample", "Bo Author")),
        ("Ann (Annie) Sample (Inst)", ("Ann (Annie) Sample",)),
        ("Ann Sample (Inst, Bo Author, Cy Writer", ("Ann Sample", "Bo Author", "Cy Writer")),
        ("Ann Sample), Bo Author", ("Ann Sample", "Bo Author")),
        ("SAMPLES, :, Ann Sample, , 7", ("SAMPLES", "Ann Sample")),
        ("  Ann\n  Sample ,Bo", ("Ann Sample", "Bo")),
        ("李华, Ann d'Sample-Jr.", ("李华", "Ann d'Sample-Jr.")),
        ("", ()),
        (r"Eva Garc\'ia, Jos\'{e} Author", ("Eva García", "José Author")),
    ],
)
def test_names_are_split_outside_parentheses(line: str, names: tuple[str, ...]) -> None:
    """Commas separate names outside parentheses; affiliations are no part of a name."""
    assert names == split_names(line)


@pytest.mark.parametrize(
    ("tex", "name"),
    [
        (r"Garc\'ia", "García"),
        (r"Garc{\'i}a", "García"),
        (r"Garc\'{\i}a", "García"),
        (r"Garc\'\i a", "García"),
        (r"\'Etienne", "Étienne"),
        (r"Erd\H{o}s", "Erdős"),
        (r"Erd\H os", "Erdős"),
        (r"G\"odel, M\"{u}ller", "Gödel, Müller"),
        (r"\v{S}afa\v r\'ik", "Šafařík"),
        (r"\c{C}elik, Fran\c cois", "Çelik, François"),
        (r"S\o ren \AA{}gren, {\O}ystein", "Søren Ågren, Øystein"),
        (r"\L{}ukasz W\k{a}s", "Łukasz Wąs"),
        (r"Wei{\ss}, {\ae}on, M{\aa}ns", "Weiß, æon, Måns"),
        (r"Peńa Mu\~noz, \^Ile, \`a, \=a, \.Zak", "Peńa Muñoz, Île, à, ā, Żak"),
        (r"Nguy\d{e}n, \u{g}, \r{u}, \b{d}", "Nguyẹn, ğ, ů, ḏ"),
        (r"\foo{x} \cdot", r"\foox \cdot"),
        ("Plain Name", "Plain Name"),
    ],
)
def test_accents_are_decoded(tex: str, name: str) -> None:
    """TeX accents and letters become Unicode; unknown commands stay."""
    assert name == decode_accents(tex)


@settings(deadline=None)  # the machine may be busy
@given(st.text())
def test_any_line_of_authors_is_read(line: str) -> None:
    """No line raises, and every name holds a letter and no comma."""
    assert all(
        any(c.isalpha() for c in name) and name.strip() == name for name in split_names(line)
    )


@pytest.mark.parametrize(
    ("shown", "href", "text"),
    [
        ("this https URL", "https://example.org/x", "https://example.org/x"),
        ("this http URL", "http://github.com/a/b", "github.com/a/b"),
        ("this http URL", "http://framework.In", "framework.In"),
        ("this ftp URL", "ftp://example.org/x", "ftp://example.org/x"),
        ("arXiv:2501.00001", "https://arxiv.org/abs/2501.00001", "arXiv:2501.00001"),
        ("see this URL", "https://example.org", "see this URL"),
    ],
)
def test_anchor_reads_as_written(shown: str, href: str, text: str) -> None:
    """The placeholder gives way to the address, without the scheme that arXiv makes up."""
    assert text == anchor_text(shown, href)


@pytest.mark.parametrize(
    "href",
    [
        "http://framework.In",
        "http://gains.Code",
        "http://metrics.We/they",
        "http://llama.cpp",
        "http://SKILL.md",
        "https:/example.org/x",
        "/abs/2501.00001",
        "mailto:sample@example.org",
        "javascript:alert(1)",
        "ftp://example.org",
        "http://[",
        "https://",
    ],
)
def test_no_address_is_no_link(href: str) -> None:
    """False joins, file names, relative and foreign schemes are left out."""
    assert usable([href]) == ()


def test_links_are_unique_and_in_order() -> None:
    """Real addresses stay as they are, once each."""
    hrefs = (
        "https://example.org/a",
        "http://LandCover.ai",
        "http://example.org/We",
        "https://x.In",
        "http://docs.example.md",
    )
    assert hrefs == usable((*hrefs, hrefs[0]))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Code: https://example.org/a_b.", ("https://example.org/a_b",)),
        ("(see https://example.org/a(b))", ("https://example.org/a(b)",)),
        (
            r"\url{https://example.org/a}, http://example.org",
            ("https://example.org/a", "http://example.org"),
        ),
        ("[https://example.org/a]; ok", ("https://example.org/a",)),
        ("https://.", ()),
        ("example.org and http://framework.In", ()),
    ],
)
def test_links_are_found_in_plain_text(text: str, links: tuple[str, ...]) -> None:
    """Addresses in feeds end before the sentence's own punctuation."""
    assert links == written_in(text)


def test_decode_drops_the_mark_and_guesses_nothing() -> None:
    """UTF-8 with or without a mark is read; other bytes are marked, and said."""
    assert ("é", ()) == decode("\ufeffé".encode())
    text, problems = decode(b"caf\xe9")
    assert "caf\ufffd" == text
    assert ["encoding"] == [problem.code for problem in problems]


def test_excerpt_is_one_short_printable_line() -> None:
    """What messages show holds no control characters and has an end."""
    assert "a b c" == excerpt("a\x1b\n b\r\tc")
    assert "aaa…" == excerpt("a" * 99, 4)


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        ([], AnnouncementState.FRESH),
        (list(HARMLESS), AnnouncementState.FRESH),
        *(([code], AnnouncementState.WAITING) for code in UNFINISHED),
        *(([code, "window"], AnnouncementState.FAILED) for code in DAMAGED),
        (["other_date", "truncated", "window"], AnnouncementState.STALLED),
    ],
)
def test_state_is_the_worst_of_the_problems(codes: list[str], state: AnnouncementState) -> None:
    """Another date outweighs damage, damage outweighs waiting, and gaps outweigh nothing."""
    assert state is state_of([Problem(code, "") for code in codes], empty=False)


def test_empty_without_problems_is_quiet() -> None:
    """Nothing announced and nothing wrong is a quiet day."""
    assert AnnouncementState.QUIET is state_of([], empty=True)


def test_problems_are_kept_once_each() -> None:
    """A problem said twice is one, and few problems stay in their order."""
    first, second = Problem("window", "a"), Problem("no_date", "b")
    assert (first, second) == bounded([first, second, first])


def announced(kind: AnnounceType, title: str = "A title", number: int = 1) -> AnnouncedPaper:
    """Return one announced paper."""
    paper = Paper(
        id=ArxivId(f"2605.{number:05}"), title=title, abstract="", authors=(), categories=()
    )
    return AnnouncedPaper(paper, kind)


def announcement(*entries: AnnouncedPaper) -> Announcement:
    """Return an announcement of `entries`."""
    return Announcement(
        kind=DocumentKind.LISTING,
        category="cs.LG",
        listing_date=date(2026, 5, 29),
        state=AnnouncementState.FRESH,
        expected=Counts(),
        entries=entries,
    )


def test_merge_keeps_the_strongest_type_in_first_order() -> None:
    """A paper announced in several categories is one, under its strongest type."""
    weak = announcement(
        announced(AnnounceType.CROSS, "cross"), announced(AnnounceType.REPLACE, number=2)
    )
    strong = announcement(
        announced(AnnounceType.REPLACE_CROSS, number=2), announced(AnnounceType.NEW, "new")
    )
    expected = (announced(AnnounceType.NEW, "new"), announced(AnnounceType.REPLACE, number=2))
    assert expected == merge([weak, strong])
    assert () == merge([])


@settings(deadline=None)  # the machine may be busy
@given(st.permutations(list(AnnounceType)))
def test_merge_takes_the_strongest_in_any_order(kinds: list[AnnounceType]) -> None:
    """Whatever the order of documents, the strongest type holds."""
    merged = merge([announcement(announced(kind)) for kind in kinds])
    assert [AnnounceType.NEW] == [entry.type for entry in merged]


@pytest.mark.parametrize("line", [")", "(", "()", "a) ", "(a", "{", "a,"])
def test_brackets_cost_no_quadratic_time(line: str) -> None:
    """Brackets and commas without end are read in linear time."""
    assert len(split_names(line * 300_000)) <= 300_000


@settings(deadline=None)  # the machine may be busy
@given(st.text("ab() "))
def test_affiliations_are_dropped_as_if_one_by_one(piece: str) -> None:
    """The single pass drops what dropping the last bracket again and again would drop."""
    assume(piece.count("(") <= piece.count(")"))
    slow = piece.rstrip()
    while slow.endswith(")"):
        opens = (at for at in reversed(range(len(slow))) if _is_balanced(slow[at:]))
        slow = slow[: next(opens, len(slow) - 1)].rstrip()
    name = " ".join(slow.split())
    assert ((name,) if re.search("[ab]", name) else ()) == split_names(piece)


def _is_balanced(text: str) -> bool:
    """Say whether `text` closes as many parentheses as it opens."""
    return text.count("(") == text.count(")") > 0


def test_name_of_marks_stays_as_it_is() -> None:
    """Half a million combining marks are not put in order, which takes quadratic time."""
    name = "\\x a" + "\u0301\u0323" * 400_000
    assert name == decode_accents(name)


def test_longest_address_is_a_link_and_a_longer_one_is_none() -> None:
    """An address has a bound, and is never cut; trimming it takes linear time."""
    longest = "http://a/".ljust(2_000, "x")
    assert (longest,) == written_in(f"{longest}. {longest}x")
    assert written_in("http://a" + ")" * 1_000_000) == ("http://a",)


def test_clean_takes_out_what_cannot_be_stored() -> None:
    """NUL and lone surrogates go; everything else stays."""
    assert "ab李\U0001d53dc" == clean("a\x00b\ud800李\U0001d53d\udfffc")
