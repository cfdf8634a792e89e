"""Masking of what must not be translated, and cleaning of what comes from outside."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.fidelity.detex import detex
from newsletter.fidelity.masking import Masked, blank, literals, mask, mask_paper, unmask
from newsletter.fidelity.text import clean, is_invisible
from newsletter.papers import ArxivId, Paper

PIECES = r"""
$ $$ \( \) \[ \] \ { } \textbf{ \emph{ \cite{a} \% \& \' {v1} {v {v2 } 1} $5 16 . % x
http:// www. a.org/ é 中 _ ^ \times
"""
TEX = st.lists(st.sampled_from([*PIECES.split(), " "]) | st.text(max_size=3)).map("".join)


CITED = ("`f(x)`", "[12]", "[3, 5-7]")


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
        ("call `f(x)` as in [12] and [3, 5-7]", "call {v1} as in {v2} and {v3}", CITED),
        (r"with \ours{} only", "with {v1} only", (r"\ours{}",)),
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


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"\textbf{C}ritic-\emph{G}uided {\bf x} \textcolor{red}{y}", "Critic-Guided x y"),
        (r"\textbf{\texttt{R} \underline{B}} of \mbox{it}", "R B of it"),
        (r"64\% of AT\&T, a\_b, \#3", "64% of AT&T, a_b, #3"),
        (r"at \$120 and $x$", "at $120 and $x$"),
        (r"at \$5 ($x$) each", r"at \$5 ($x$) each"),
        (r"Poincar\'e, Erd\H{o}s, na\"{\i}ve, Fran\c{c}ois", "Poincaré, Erdős, naïve, François"),
        (r"{\'e} {\o} \L ojasiewicz \ss{} \v{s}", "é ø Łojasiewicz ß š"),
        ("``so'' a--b---c, x -- y, run --flag", "“so” a–b—c, x – y, run --flag"),
        (r"Stage~1 \eg this, \ie{} that", "Stage 1 e.g. this, i.e. that"),
        (
            r"done.\footnote{Code at \url{http://a.example/c\_d}} End",
            "done. (Code at http://a.example/c_d) End",
        ),
        (r"done \footnote{Code is coming soon.", "done (Code is coming soon.)"),
        (r"\href{https://a.example/x}{here}", "https://a.example/x"),
        (r"$2.5$, $16.0\%$, $2.2\times$, $10{,}000$", "2.5, 16.0%, 2.2×, 10,000"),
        (r"$\sim$5 (${\sim}40$) of$\sim$6 $\approx 3$ $\geq 2$", "~5 (~40) of∼6 ≈3 ≥2"),
        (r"$16$--$34\times$ and 8$\times$8, $90^\circ$", "16–34× and 8×8, 90°"),
        (r"10{,}000 or 10\,000 in 5\,ms\\ a\-b\/", "10,000 or 10,000 in 5 ms ab"),
        (r"$O(n)$, \cite{a}, \ours{}, \own{b}", r"$O(n)$, \cite{a}, \ours{}, \own{b}"),
        ("https://a.example/~b--c `x--y` {a}", "https://a.example/~b--c `x--y` {a}"),
        ("plain (text) with 5 $ and } here", "plain (text) with 5 $ and } here"),
    ],
)  # fmt: skip
def test_detex(text: str, plain: str) -> None:
    """Typography becomes plain text, mathematics and macros stay."""
    assert plain == detex(text)


DETEXABLE = r"""
\textbf{ \emph{ { } {\bf \footnote{ \url{a} \href{a}{b} $ $5$ \$5 \% \' \"{o} ` `` '' ' - -- ~ \\ \,
\ $\sim$ $\times$ {,} 5 a https://a.example \cite{a} \o \emp mph{
"""
WORDS = st.lists(st.sampled_from([*DETEXABLE.split(), " "]), max_size=25).map("".join)


@settings(deadline=None)
@given(st.text() | TEX | WORDS)
def test_detex_is_total_and_idempotent(text: str) -> None:
    """Any text is taken, a second time changes nothing, and plain text stays as it is."""
    plain = detex(text)
    assert plain == detex(plain)
    if not set(text) & set("\\$~`'-{"):
        assert text == plain


@pytest.mark.parametrize(
    "piece", ["\\emph{", "$", "\\", "--", "~", "\\'{", "{", "\\$1", "\\emp\\emph{h}"]
)
def test_hostile_tex_takes_no_time(piece: str) -> None:
    """A hundred thousand characters of TeX are resolved in little time."""
    begin = time.process_time()
    detex(piece * (100_000 // len(piece)))
    assert time.process_time() - begin < 3.0


def test_real_typography_is_not_masked() -> None:
    """What detex resolves is no placeholder, so that no model can lose it."""
    paper = Paper(
        id=ArxivId("2605.00001"),
        title=r"\textbf{Net}",
        abstract=r"It is $2.5\times$ faster on 16\% of $n$.",
        authors=(),
        categories=(),
    )
    masked = mask_paper(paper)
    assert ("Net", "It is 2.5× faster on 16% of {v1}.") == (masked.title, masked.abstract)
