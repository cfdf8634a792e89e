"""The characters of a field: which are no part of Chinese text."""

import pytest
from passages import flags

from newsletter.fidelity.characters import check_characters
from newsletter.fidelity.text import plain_letters


def test_characters_are_named() -> None:
    """Invisible characters are reported by their code, each once, never as themselves."""
    (violation,) = check_characters("title_zh", "a\u202e\u202e\x00", "")
    assert (violation.text, violation.message) == (
        "U+0000, U+202E",
        "control or invisible characters: U+0000, U+202E",
    )


def test_look_alike_letters() -> None:
    """A Cyrillic or Greek look-alike inside a Latin word is quoted; units and symbols are not."""
    assert flags(check_characters("title_zh", "G\u0420T-4 与 \u041fython", "")) == [
        ("hard", "G\u0420"),
        ("hard", "\u041fy"),
    ]
    assert not list(check_characters("title_zh", "5 μm 的 Δt，β-VAE 与 λx", ""))
    assert flags(check_characters("title_zh", "a\u0301\u0301\u0301\u0301", ""))[0][0] == "hard"


@pytest.mark.parametrize(
    "text",
    ["准\u0338确", "ᴇᴠɪʟ", "ᵉᵛⁱˡ", "Ⓛ", "①", "〡〢", "٣", "😀", "αβ", "x² + y²", "n^n", "½", "ア"],
    ids=ascii,
)
def test_foreign_characters(text: str) -> None:
    """What is no character of Chinese text is hard, unless the English has it."""
    assert "hard" in {severity for severity, _ in flags(check_characters("title_zh", text, ""))}
    assert not flags(check_characters("title_zh", text, text))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("面积 5 m²、3 kg/m³，20 °C、5℃、90° 与 5‰", ""),
        ("α 与 β，5 μm，Erdős，×→≤€，二〇二六年", ""),
        ("CO₂ 为 10⁶", "CO2 of 10^6"),
        ("n^2 与 $n^n$", "n^{2} and $n^n$"),
    ],
    ids=ascii,
)
def test_usual_characters(text: str, source: str) -> None:
    """Units, degrees, accents, single Greek letters and powers of the English are left alone."""
    assert not flags(check_characters("title_zh", text, source))


def test_plain_letters() -> None:
    """Compatibility letters and digits become plain; marks, powers and units keep their form."""
    assert plain_letters("Ⓛⓞ𝐨Ⅼ２.５，e\u0301") == "Loo" + "L2.5，é"
    assert plain_letters("（x²、½、㎡、10⁶）：") == "（x²、½、㎡、10⁶）："
