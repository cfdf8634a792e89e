"""TeX in what authors wrote, taken out for a search."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords.latex import without_tex

_LENGTH = 100_000
_QUICK = 4.0
"""Seconds of work; a quadratic pass over `_LENGTH` characters takes minutes."""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (r"Schr\"odinger", "Schrodinger"),
        (r"Schr\"{o}dinger", "Schrodinger"),
        (r"Schr{\"o}dinger", "Schrodinger"),
        (r"Erd\H{o}s", "Erdos"),
        (r"Erd\H os", "Erdos"),
        (r"Ho\v{r}ava", "Horava"),
        (r"na\"{\i}ve", "naive"),
        (r"\O rsted", "Orsted"),
        (r"Stra\ss e", "Strasse"),
        (r"\AA{}ngstr\"om", "Angstrom"),
        (r"\textbf{Deep} learning", "Deep learning"),
        (r"\emph{Deep learning}", "Deep learning"),
        (r"$\mathcal{L}$-systems", "L-systems"),
        (r"$\ell_1$", "l-1"),
        (r"$L^{2}$ norm", "L-2 norm"),
        (r"$\alpha$-stable", "α-stable"),
        (r"$\varepsilon$-greedy", "ε-greedy"),
        (r"$A^*$ search", "A* search"),
        (r"$C^{\ast}$-algebra", "C*-algebra"),
        (r"5\% of R\&D", "5% of R&D"),
        (r"deep~learning", "deep learning"),
        ("no_tex here", "no_tex here"),
        ("", ""),
    ],
)
def test_what_is_left_of_tex(written: str, expected: str) -> None:
    """Accents and markup go, letters and scripts stay, other commands leave their names."""
    assert expected == without_tex(written)


def test_an_unknown_command_leaves_its_name() -> None:
    r"""`\dagger` is a word that somebody may look for."""
    assert ["a", "dagger", "b"] == without_tex(r"a\dagger b").split()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\$^~{}")))
def test_text_without_tex_is_returned_as_it_is(text: str) -> None:
    """Nothing else is touched."""
    assert text == without_tex(text)


@given(st.text(st.sampled_from("\\{}$^_~'\"vHab1* %&")))
def test_no_mark_of_tex_is_left(text: str) -> None:
    """Whatever the text, no brace, backslash, dollar, tilde or circumflex stays."""
    assert set() == set(without_tex(text)) & set("\\{}$^~")


@pytest.mark.parametrize(
    "piece",
    [*"\\{}$^_~'\"%&*", "\\'", "\\v ", '\\"{', '{\\"', "{\\'{\\", "\\a", "a^", "a_{", "^{*", "\\%",
     "\\textbf{", "\\v\\", "a^{*}", "\\ell"],
    ids=ascii,
)  # fmt: skip
def test_hostile_tex_is_read_quickly(piece: str) -> None:
    """A hundred thousand characters of one kind are quick, before letters too."""
    text = piece * (_LENGTH // len(piece))
    begin = time.process_time()
    without_tex(text)
    without_tex(f"$a{text}{'b' * _LENGTH}")
    without_tex(f"\\'{'b' * _LENGTH}{text}")

    assert time.process_time() - begin < _QUICK
