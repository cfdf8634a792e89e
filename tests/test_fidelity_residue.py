"""Tests on what a careless translator leaves of TeX and templates."""

import pytest

from newsletter.fidelity.residue import check_residue


@pytest.mark.parametrize(
    ("english", "chinese", "text"),
    [
        (r"\textbf{Net}", r"我们提出\textbf{Net}。", r"\textbf{Net}"),
        (r"\footnote{x", r"降低\p/footnote{代码即将发布", r"\p/footnote{"),
        ("x", r"方法\textit{", r"\textit{"),
        ("x", "结果\\", "\\"),
        ("x", r"第一\n第二", r"\n"),
        ("x", r"\u4e2d文", r"\u4e2d"),
        (r"$16.0\%$", "16.0%%提升", "16.0%%"),
        (r"95\% of it", r"95\%的", r"95\%"),
        (r"$2.2\times$ faster", "快 2.2 美元", "2.2 美元"),
        ("it is fast", "它值五美元", "美元"),
        (r"it costs \$5 and gains $7$", "花费 5 美元，提升 7 美元", "7 美元"),
        ("$x$", "设 $x 为", "设 $x 为"),
        ("this https URL", "代码见此 https URL 访问", "此 https URL"),
        ("x", "代码见此https URL访问", "此https URL"),
        (r"$2\times3$", "2 imes 3", "imes"),
        (r"$\beta$", "系数 eta 很小", "eta"),
        ("x", "值为rac{1}{2}", "rac{"),
    ],
)
def test_found(english: str, chinese: str, text: str) -> None:
    """Each is found, hard, and quoted."""
    found = list(check_residue("abstract_zh", english, chinese))
    assert ("residue", "hard", text) in {(v.check, v.severity, v.text) for v in found}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (r"$O(n)$ and $\beta$", r"$O(n)$ 与 $\beta$"),
        (r"see \cite{a2020}, \ours{} and \cite{b}", r"见 \cite{a2020}、\ours{} 与 \cite{b}"),
        (r"at \$120 each", "每个 120 美元"),
        ("it costs $5 and $6", "花费 $5 与 $6"),
        ("five dollars", "五美元"),
        ("the eta of $\\beta$", "$\\beta$ 的 eta"),
        (r"64\% of it", "64% 的"),
    ],
)
def test_left_alone(english: str, chinese: str) -> None:
    """Formulas, what masking puts back, and money of the English are no residue."""
    assert not list(check_residue("abstract_zh", english, chinese))
