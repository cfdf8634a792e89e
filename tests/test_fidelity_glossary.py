"""The glossary: its data, what occurs in a text, and the operator's rows over it."""

import json
import time
from pathlib import Path

import pytest

from newsletter.errors import SettingsError
from newsletter.fidelity.glossary import Glossary, built_in
from newsletter.fidelity.glossary_rows import FILE_LIMIT, MOST_MISTAKES, Term, read_rows


def _names(english: str) -> list[str]:
    return [term.english for term in built_in().occurring(english)]


def _line(**keys: object) -> str:
    return json.dumps(keys, ensure_ascii=False)


# What occurs


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("The tokenizer splits words.", ["tokenizer"]),
        ("A diffusion policy for policies", ["diffusion policy", "policy"]),
        ("We post-train it; it was post-trained.", ["post-training"]),
        ("pretrained and pre-trained networks", ["pre-training"]),
        ("It generalizes and generalises.", ["generalize"]),
        ("opponent modelling of behaviour cloning", ["opponent modeling", "behavior cloning"]),
        ("OUT OF DISTRIBUTION", ["out-of-distribution"]),
        ("Out–of–distribution", ["out-of-distribution"]),
        ("a multiagent world", ["multi-agent"]),
        ("It stated that the scheme grounds.", []),
        ("We learn a policy. Gradient steps follow.", ["policy", "gradient"]),
        ("policy", ["policy"]),
        ("a policy gradient", ["policy gradient"]),
        ("hypotheses, matrices", []),
        ("fine-tunes, knowledge distilled", ["fine-tuning", "knowledge distillation"]),
        ("group relative policy", ["policy"]),
        ("", []),
    ],
)
def test_a_term_occurs_as_a_whole_and_in_its_forms(english: str, expected: list[str]) -> None:
    """The longest one wins, and consumes its words."""
    assert expected == _names(english)


def test_an_occurrence_has_its_place() -> None:
    """So that the text can be quoted as it stands."""
    english = "Large Diffusion  Policies"
    (found,) = built_in().occurrences(english)

    assert "Diffusion  Policies" == english[found.start : found.end]


def test_the_version_changes_with_the_rows_that_occur_only() -> None:
    """A summary is not written anew for a term that its paper has not."""
    changed = built_in().with_rows(_line(en="token", zh=["令牌"]))

    assert built_in().version_of("a token") != changed.version_of("a token")
    assert built_in().version_of("a graph") == changed.version_of("a graph")
    assert 64 == len(built_in().version_of(""))


# The data


def test_the_data_contradict_nothing() -> None:
    """No name stands twice, and no rendering is accepted and wrong for one term."""
    names = [term.english.casefold().replace("-", " ") for term in built_in().terms]

    assert len(set(names)) == len(names)
    assert [] == [term for term in built_in().terms if set(term.chinese) & set(term.wrong)]
    assert 450 < len(names)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("softmax", "softmax"),
        ("multi-turn", "多轮"),
        ("leave-one-out", "留一法"),
        ("annotate", "标注"),
        ("transfer learning", "迁移学习"),
        ("normalization", "归一化"),
        ("post-training quantization", "训练后量化"),
    ],
)
def test_a_terms_best_rendering(english: str, chinese: str) -> None:
    """It stands first, and is what a model is told to write."""
    (term,) = built_in().occurring(english)
    assert chinese == term.chinese[0]


# The operator's rows


def test_a_row_adds_replaces_or_drops() -> None:
    """Case and hyphens do not matter for which one it is."""
    text = "\n".join(
        [
            "# ours",
            "",
            _line(en="sample term", zh=["样词"], also=["sampled terms"], unless=["US"]),
            _line(en="Post training", zh=["训后"], bad=["后训"], keep_english=True),
            _line(en="token", drop=True),
            _line(en="no such term", drop=True),
        ]
    )
    glossary = built_in().with_rows(text)

    assert ["sample term"] == [t.english for t in glossary.occurring("tokens, sampled terms")]
    (term,) = glossary.occurring("post-training")
    expected = Term(english="Post training", chinese=("训后",), wrong=("后训",), keep_english=True)
    assert expected == term
    assert len(built_in().terms) == len(glossary.terms)
    assert ["token"] == _names("token")


def test_rows_come_from_a_file_too(tmp_path: Path) -> None:
    """A byte order mark does no harm."""
    path = tmp_path / "terms.jsonl"
    path.write_text("\ufeff" + _line(en="sample term", zh=["样词"]), encoding="utf-8")

    (term,) = Glossary(()).with_rows(path).terms
    assert "sample term" == term.english


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "line 2: Invalid JSON"),
        ("[]", "line 2: Input should be an object"),
        ("[" * 5000, "line 2: Invalid JSON"),
        (_line(zh=["样"]), "line 2: en: Field required"),
        (_line(en="x"), "line 2: zh: there is no rendering"),
        (_line(en="x", zh="样"), "line 2: zh: Input should be a valid array"),
        (_line(en="x", zh=["样" * 41]), "line 2: zh.0: String should have at most 40"),
        (_line(en="x", zh=["样"], other=1), "line 2: other: Extra inputs"),
        (_line(en="--", zh=["样"]), "no letter and no digit"),
        (_line(en="x", zh=["样\u200b"]), "a control character or an invisible one"),
        (_line(en="x", zh=["样"], bad=["样"]), "样 is accepted and wrong at once"),
        (_line(en="x", drop=True, zh=["样"]), "drop stands with other keys"),
        (_line(en="x", zh=["样"], bad=["错"], unless={"误": ["y"]}), "unless: 误 is not among bad"),
        (_line(en="x", zh=["样"], bad=["错"], unless={"错": ["\u200b"]}), "an invisible one"),
        (_line(en="x", zh=["样"], bad=["错"], unless="y"), "line 2: unless"),
    ],
    ids=range(15),
)
def test_a_line_that_is_wrong_is_named(line: str, expected: str) -> None:
    """By its number, with what is wrong, under the setting's name."""
    with pytest.raises(SettingsError, match="NEWSLETTER_GLOSSARY: line 2: ") as caught:
        built_in().with_rows("# a comment\n" + line)

    assert expected in str(caught.value)


def test_excuses_are_of_each_rendering_or_of_all() -> None:
    """An object names the rendering; a list is for every one."""
    (some,) = read_rows(_line(en="x", zh=["样"], bad=["错", "误"], unless={"误": ["y", "y"]}))
    (every,) = read_rows(_line(en="x", zh=["样"], bad=["错", "误"], unless=["y", "Z"]))

    assert some.term is not None
    assert every.term is not None
    assert (("误", ("y",)),) == some.term.unless
    assert (("错", ("y", "Z")), ("误", ("y", "Z"))) == every.term.unless


def test_all_wrong_lines_are_named_up_to_ten() -> None:
    """Under the name that the caller gives."""
    with pytest.raises(SettingsError) as caught:
        read_rows("{\n" * 12, "terms.jsonl")

    assert str(caught.value).startswith("terms.jsonl: line 1: ")
    assert MOST_MISTAKES == str(caught.value).count("line ") - str(caught.value).count(" at line ")
    assert "line 11: " not in str(caught.value)


def test_a_term_may_have_its_english_only() -> None:
    """Then `keep_english` says so."""
    (row,) = read_rows(_line(en="Sample-Net", keep_english=True))

    assert row.term is not None
    assert () == row.term.chinese


def test_a_file_that_cannot_be_read_is_told_so(tmp_path: Path) -> None:
    """Missing, too long, not UTF-8, too many rows."""
    long, odd = tmp_path / "long", tmp_path / "odd"
    long.write_bytes(b"#" * (FILE_LIMIT + 1))
    odd.write_bytes(b"\xff")
    rows = "\n".join(_line(en=f"t{n}", zh=["样"]) for n in range(5001))

    for source, what in (
        (tmp_path / "none", "No such file"),
        (long, "more than 1000000 bytes"),
        (odd, "not UTF-8"),
        (rows, "more than 5000 rows"),
    ):
        with pytest.raises(SettingsError, match=what):
            read_rows(source)


@pytest.mark.parametrize(
    "english",
    ["a" * 100_000, "1," * 50_000, "(" * 100_000, "policy " * 14_000, "a@" * 50_000, "-" * 100_000],
    ids=["letters", "numbers", "brackets", "terms", "ats", "hyphens"],
)
def test_hostile_text_costs_little(english: str) -> None:
    """The time grows with the length only."""
    built_in().occurring("")
    start = time.process_time()
    built_in().occurring(english)

    assert 2 > time.process_time() - start
