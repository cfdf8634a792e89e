"""Masking of what must not be translated, and cleaning of what comes from outside."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.fidelity.masking import Masked, blank, literals, mask, mask_paper, unmask
from newsletter.fidelity.text import clean, is_invisible
from newsletter.papers import ArxivId, Paper

PIECES = r"""
$ $$ \( \) \[ \] \ { } \textbf{ \emph{ \cite{a} \% \& \' {v1} {v {v2 } 1} $5 16 . % x
http:// www. a.org/ é 中 _ ^ \times
"""
TEX = st.lists(st.sampled_from([*PIECES.split(), " "]) | st.text(max_size=3)).map("".join)


@settings(deadline=None)
@given(text=st.text() | TEX, first=st.integers(1, 40))
@example(text="{v$x$1}", first=1)
@example(text=r"\textbf{{v1}}{v2}", first=1)
@example(text=r"{v\emph{1}", first=3)
def test_unmask_restores_any_text(text: str, first: int) -> None:
    """Masking loses nothing, hides every backslash, and numbers consecutively."""
    masked = mask(text, first)
    assert text == unmask(masked.text, masked.spans, first)
    assert "\\" not in masked.text
    for number in range(first, first + len(masked.spans)):
        assert masked.text.count(f"{{v{number}}}") == 1


@pytest.mark.parametrize(
    ("text", "masked", "spans"),
    [
        (r"16$\times$16 grids", "{v1} grids", (r"16$\times$16",)),
        (r"gains $+7$pp", "gains {v1}", ("$+7$pp",)),
        (r"from $16.0\%$ to $36$%.", "from {v1} to {v2}.", (r"$16.0\%$", "$36$%")),
        (r"64\% fewer", "{v1} fewer", (r"64\%",)),
        ("costs $5 and $6", "costs $5 and $6", ()),
        ("US$5/$6 or $5-$6", "US$5/$6 or $5-$6", ()),
        (r"\$5 each", "{v1} each", (r"\$5",)),
        (r"about $\sim$10 steps", "about {v1} steps", (r"$\sim$10",)),
        ("$k$NN and $n$-gram", "{v1} and {v2}-gram", ("$k$NN", "$n$")),
        ("so $ x_1 = 2 $ holds", "so {v1} holds", ("$ x_1 = 2 $",)),
        (r"$$a$$ \(b\) \[c\]", "{v1} {v2} {v3}", ("$$a$$", r"\(b\)", r"\[c\]")),
        (r"$\$5 + x$", "{v1}", (r"$\$5 + x$",)),
        (r"\textbf{Name {a}} is", "{v1}Name {a}{v2} is", (r"\textbf{", "}")),
        (r"\footnote{Code", "{v1}Code", (r"\footnote{",)),
        (r"see \cite[p.~1]{a,b}", "see {v1}", (r"\cite[p.~1]{a,b}",)),
        (r"Poincar\'e, Erd\H{o}s", "{v1}, {v2}", (r"Poincar\'e", r"Erd\H{o}s")),
        (r"Q\&A for snake\_case", "{v1} for {v2}", (r"Q\&A", r"snake\_case")),
        (r"{\bf x} \LaTeX\ \\", "{{v1} x} {v2}{v3}{v4}", (r"\bf", r"\LaTeX", "\\ ", r"\\")),
        ("(https://a.example/b_c).", "({v1}).", ("https://a.example/b_c",)),
        ("at github.com/a/b, or", "at {v1}, or", ("github.com/a/b",)),
        ("www.a.example 中文", "{v1} 中文", ("www.a.example",)),
        ("a {v3} b", "a {v1} b", ("{v3}",)),
        ("{v1}{v1}", "{v1}{v2}", ("{v1}", "{v1}")),
    ],
)
def test_what_is_masked(text: str, masked: str, spans: tuple[str, ...]) -> None:
    """Each kind of span goes as one piece, with the digits and units that touch it."""
    assert Masked(masked, spans) == mask(text)


def test_unknown_placeholders_stay() -> None:
    """A number out of range is left for the checks to find."""
    assert unmask("{v0}{v1}{v3}{v123456}", ("a",)) == "{v0}a{v3}{v123456}"


def test_bare_spans() -> None:
    """For comparing, neighbours of a formula do not belong to it."""
    text = r"16$\times$16 \textbf{a} at http://a.example"
    assert literals(text) == (r"$\times$", r"\textbf{", "}", "http://a.example")
    assert blank(text) == "16 16  a  at  "


def test_mask_paper() -> None:
    """One numbering runs through the cleaned title and abstract."""
    paper = Paper(
        id=ArxivId("2605.00001"),
        title="On\n$a$\u200b",
        abstract="With $b$\u202e and $c$.",
        authors=(),
        categories=(),
    )
    masked = mask_paper(paper)
    assert (
        masked.title,
        masked.abstract,
        masked.spans,
    ) == ("On {v1}", "With {v2} and {v3}.", ("$a$", "$b$", "$c$"))


@pytest.mark.parametrize(
    "text",
    ["$" * 5000, r"\(" * 3000, "$a " * 3000, "{" * 9000, "a." * 3000, "1," * 5000, "\\'" * 3000],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    """No text makes the expressions run away; a second is a hundred times what they need."""
    begin = time.process_time()
    mask(text)
    assert time.process_time() - begin < 2.0


@settings(deadline=None)
@given(st.text())
def test_clean(text: str) -> None:
    """Clean text has no invisible character and is stable."""
    cleaned = clean(text)
    assert not any(is_invisible(char) for char in cleaned)
    assert cleaned == clean(cleaned)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("１２％ ﬁne", "12% fine"),
        ("10² m⁻¹ H₂O ½ 5º", "10² m⁻¹ H₂O ½ 5º"),
        ("a\tb\r\nc", "a b  c"),
        ("a\u2028b\u2029c\ufffe", "a b c"),
        ("a\u00adb\u200b\u202ec\x00\ud800\ue000", "abc"),
        ("e\u0301", "é"),
    ],
)
def test_clean_by_example(text: str, cleaned: str) -> None:
    """Compatibility forms are folded, except those that are numbers of their own."""
    assert cleaned == clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
