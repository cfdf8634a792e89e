"""TeX in abstracts becomes readable text and HTML, or stays as it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from newsletter.rendering.tex import to_html, to_text
from newsletter.rendering.tex_symbols import alphabet

PLAIN = st.text(st.characters(exclude_characters="\\$", exclude_categories=["Cs"]))
PRINTABLE = st.characters(exclude_categories=["Cs", "Cc", "Cn"])
TEX = st.lists(
    st.one_of(
        st.sampled_from(
            ["$", "\\", "{", "}", "^", "_", "\\textbf{", "\\frac", "\\alpha", "\\'", "\\(", "\\)",
             "\\sqrt", "\\text{", "\\href{", "\\left", "&", "<b>", "$x^2$", " ", "\\hat", "\\c"],
        ),
        st.text(PRINTABLE, max_size=5),
    ),
    max_size=30,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"64\% of R\&D", "64% of R&D"),
        (r"$8\times$ faster", "8× faster"),
        (r"$\alpha$ and \beta", "α and β"),
        (r"$x_{t+1}$, $x^{10}$, M$^3$", "xₜ₊₁, x¹⁰, M³"),
        (r"$\Omega_{\mathrm{eff}}$, $D_{Ca_n}$, $x^{\star}$", "Ω_eff, D_(Caₙ), x^⋆"),
        (r"$a^{b^c}$", "a^(bᶜ)"),
        (r"$87^\circ$, $f'(x)$, $f^{\prime\prime}$, $d^*$", "87°, f′(x), f′′, d*"),
        (r"$O(H^2/\sqrt{N})$, $\sqrt{a+b}$", "O(H²/√N), √(a+b)"),
        (r"$\varepsilon\log(1/\varepsilon)$, $\log_2 n$", "ε log(1/ε), log₂ n"),
        (r"$\log\alpha$", "log α"),
        (r"$D\times N$, $m \geq k$, $\leq 5$", "D×N, m ≥ k, ≤ 5"),
        (r"$\left[0, 1\right]$, $\left.x\right|$", "[0, 1], x|"),
        (r"$-57 \pm 21$, $1{,}000$, $a~b$, $a\,b$, $a\!b$", "−57 ± 21, 1,000, a b, a\u2009b, ab"),
        (r"$\mathbb{R}^2$, $\mathcal{D}$, $\mathbb{F}_q$", "ℝ², 𝒟, 𝔽_q"),
        (r"$\hat{x}$, $\bar\lambda$", "x\u0302, λ\u0304"),
        (r"$\text{path-aware}$, $\{1,3\}$, $p_\mathrm{self}$", "path-aware, {1,3}, p_self"),
        (r"\(x^2\) and \[y_1\] and $$z$$", "x² and y₁ and z"),
        (r"\textbf{bold \emph{within}} {\bf old} {\em  style}", "bold within old  style"),
        (r"Garc\'ia, M\"{u}ller, \v{S}, \c c", "García, Müller, Š, ç"),
        (r"{\'e}, na\'{\i}ve, \.Z", "é, naíve, Ż"),
        (r"Stra\ss e, \o{}re, Sm{\o}rd, \alpha{}s", "Straße, øre, Smørd, αs"),
        (r"10\textsuperscript{th}, H\textsubscript{2}O, multi\-modal", "10ᵗʰ, H₂O, multimodal"),
        (r"\href{https://e.org}{code}, \textcolor{blue}{here}", "code (https://e.org), here"),
        (r"$x \textbf{and} y$, $ \alpha $", "x and y, α"),
    ],
)  # fmt: skip
def test_readable(source: str, text: str) -> None:
    """Symbols, scripts, accents and styles are shown as characters."""
    assert text == to_text(source)


@pytest.mark.parametrize(
    "source",
    [
        "a lone $5",
        "from $5 to $10 and $",
        "between $5 million and 10$ a year",
        "花费 $5，而对手花费 10$。",
        r"$\frac{1}{2}$",
        r"$\sum_i x_i$",
        r"\ours{} beats \cite{a}{b}",
        r"$\ours$ and $x \unknown y$",
        r"$\sqrt[3]{x}$",
        r"$\hat{xy}$, $\mathbb{1}$, $\mathbb{}$",
        r"$x^$, $x_{$, $a & b$, $x}$",
        r"$\text x$, $\mathrm$",
        "{0, 1} and {braces",
        r"{\unknown x} and C:\\server and \'1 and \c",
        r"$$ and \( and \[",
        "a $ b $ c",
        "\\",
    ],
)
def test_kept(source: str) -> None:
    """Prices, braces, unknown macros and formulas that need two lines are left alone."""
    assert source == to_text(source)


def test_escaped_dollar_does_not_close() -> None:
    """An escaped dollar sign inside a formula belongs to it."""
    assert "p=$5 and $5" == to_text(r"$p=\$5$ and \$5")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (r"$x_{t+1}^2$ & <b>", "x<sub>t+1</sub><sup>2</sup> &amp; &lt;b&gt;"),
        (r"$D_{Ca_n}$", "D<sub>Ca<sub>n</sub></sub>"),
        (r"$\frac{a}{b} < 1$", "<code>$\\frac{a}{b} &lt; 1$</code>"),
        (r"\ours{<i>}", "<code>\\ours{&lt;i&gt;}</code>"),
        (r"$87^\circ$", "87°"),
    ],
)
def test_html(source: str, html: str) -> None:
    """Scripts become elements, TeX that stays becomes code, everything else is escaped."""
    assert html == to_html(source)


@settings(deadline=None)  # the machine may be busy
@given(PLAIN)
def test_plain_text_is_unchanged(text: str) -> None:
    """Text without backslash and dollar sign comes out as it went in."""
    assert text == to_text(text)


@settings(deadline=None)  # the machine may be busy
@given(TEX)
def test_html_is_well_formed(source: str) -> None:
    """Whatever comes in, the HTML is well-formed and holds three elements at most."""
    tree = etree.fromstring(f"<p>{to_html(source)}</p>")
    assert {"p", "sub", "sup", "code"} >= {str(element.tag) for element in tree.iter()}


@pytest.mark.parametrize(
    "source",
    [
        "\\textbf{" * 3000 + "}" * 3000,
        "$" + "{" * 900 + "}" * 900 + "$",
        "$" * 9001,
        "{\\x" * 3000,
        "$\\text{" * 500 + "}$" * 500,
    ],
    ids=["styles", "groups", "dollars", "open", "mixed"],
)
def test_hostile_nesting(source: str) -> None:
    """Nesting without end neither overflows the stack nor loses much text."""
    assert to_text(source)


def test_deep_source_stays() -> None:
    """Beyond twenty levels source is shown as it is."""
    source = r"\textbf{" * 25 + "x" + "}" * 25
    assert r"\textbf{\textbf{\textbf{\textbf{\textbf{x}}}}}" == to_text(source)


def test_alphabet_declines_others() -> None:
    """Only capitals of the three alphabets have a character."""
    assert (
        alphabet("mathfrak", "A"),
        alphabet("mathbb", "a"),
        alphabet("mathscr", "L"),
    ) == (None, None, "ℒ")
