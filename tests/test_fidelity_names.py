"""The check on names: what it finds planted, and what careful Chinese it leaves alone."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.demo.samples import load_samples
from newsletter.fidelity.acronyms import (
    given_expansions,
    learnt_renderings,
    without_expansions,
)
from newsletter.fidelity.glossary import Glossary, built_in
from newsletter.fidelity.masking import blank
from newsletter.fidelity.names import find_names, is_marked, kept_words, occurrences, words
from newsletter.fidelity.naming import MOST, check_names
from newsletter.fidelity.passages import Passage
from newsletter.fidelity.text import clean

PAIRS = json.loads(Path(__file__).with_name("named_papers.json").read_text(encoding="utf-8"))
LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ][A-Za-z0-9À-ÖØ-öø-ɏ]*(?:[-@.][A-Za-z0-9]+)*")
Plant = Callable[[Passage, random.Random], Iterator[str]]
NOT_NAMES = {"kHz", "token", "n-gram"}


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    """Return the glossary of the package."""
    return built_in()


def passage(field: str, title: str, abstract: str, chinese: str) -> Passage:
    """Return a passage as the checks are given it, formulas blanked."""
    title, abstract = (blank(clean(text)).replace(r"\%", "%") for text in (title, abstract))
    paper = f"{title} {abstract}"
    english = {"title_zh": title, "abstract_zh": abstract, "summary_zh": paper}[field]
    return Passage(field=field, english=english, chinese=blank(clean(chinese)), paper=paper)


def correct() -> list[Passage]:
    """Return all passages of the demonstration's papers and of those full of names."""
    made = [
        passage(field, row["title"], row["abstract"], row[field])
        for row in PAIRS
        for field in ("title_zh", "abstract_zh")
    ]
    for sample in load_samples().samples:
        paper, summary = sample.paper, sample.summary
        for field in ("title_zh", "abstract_zh", "summary_zh"):
            chinese = getattr(summary, field)
            made.append(passage(field, paper.title, paper.abstract, chinese))
    return made


def abstract(english: str, chinese: str, glossary: Glossary) -> list[str]:
    """Return what the check says of an abstract without a title: the offending texts."""
    found = check_names(passage("abstract_zh", "A Title", english, chinese), glossary)
    return [violation.text for violation in found]


def test_careful_chinese_has_no_violation(glossary: Glossary) -> None:
    """No flag on the demonstration's papers, nor on sixteen that are full of names."""
    flags = [found for given in correct() for found in check_names(given, glossary)]
    assert [] == flags


def with_chinese(given: Passage, chinese: str) -> Passage:
    """Return the passage with other Chinese."""
    return Passage(given.field, given.english, chinese, given.paper)


def named(given: Passage) -> list[re.Match[str]]:
    """Return the names in the Chinese of a passage: of three letters, or acronyms."""
    return [
        found
        for found in LATIN.finditer(given.chinese)
        if found[0] not in NOT_NAMES
        and (sum(map(str.isalpha, found[0])) > 2 or found[0].isupper())
        and len(found[0]) > 1
    ]


def with_slip(given: Passage, chance: random.Random) -> Iterator[str]:
    """Yield the Chinese with one letter of one name changed, dropped or doubled."""
    for found in named(given):
        name = found[0]
        if len(name) < 3:
            continue
        places = [place for place, char in enumerate(name) if char.isalpha()]
        for kind in range(3):
            at = chance.choice(places)
            other = "Z" if name[at].isupper() else "z"
            new = (other if name[at] != other else "QX"[kind % 2], "", name[at] * 2)[kind]
            wrong = name[:at] + new + name[at + 1 :]
            yield given.chinese[: found.start()] + wrong + given.chinese[found.end() :]


def without_name(given: Passage, chance: random.Random) -> Iterator[str]:
    """Yield the Chinese without one of its names."""
    for found in named(given):
        yield given.chinese[: found.start()] + given.chinese[found.end() :]


def with_other_name(given: Passage, chance: random.Random) -> Iterator[str]:
    """Yield the Chinese with one name replaced by another of the same text."""
    for found in named(given):
        for other in sorted({name[0] for name in named(given)} - {found[0]}):
            yield given.chinese[: found.start()] + other + given.chinese[found.end() :]


def with_exchange(given: Passage, chance: random.Random) -> Iterator[str]:
    """Yield the Chinese with two different names of different sentences exchanged."""
    text, inside = given.chinese, named(given)
    for place, one in enumerate(inside):
        for other in inside[place + 1 :]:
            between = text[one.end() : other.start()]
            if one[0] != other[0] and "。" in between:
                yield text[: one.start()] + other[0] + between + one[0] + text[other.end() :]


@pytest.mark.parametrize(
    ("plant", "summaries"),
    [(with_slip, True), (without_name, False), (with_other_name, False), (with_exchange, False)],
)
def test_planted_defects_are_found(plant: Plant, *, summaries: bool, glossary: Glossary) -> None:
    """Of each kind, at least 99 % over all names of all correct passages."""
    chance = random.Random(4)  # noqa: S311 - a fixed seed is the point
    total, found, missed = 0, 0, []
    for given in correct():
        if given.field == "summary_zh" and not summaries:
            continue
        for chinese in plant(given, chance):
            if chinese == given.chinese:
                continue
            total += 1
            flags = list(check_names(with_chinese(given, chinese), glossary))
            found += bool(flags)
            missed += [] if flags else [chinese]
            assert all(flag.severity == "hard" for flag in flags)
    assert total > 250
    assert found >= 0.99 * total, missed


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        ("We propose Loong, an agent. Loong reads.", "我们提出智能体 Loong。龙会阅读。", ["Loong"]),
        ("An agent called Loong reads.", "一个叫龙的智能体会阅读。", ["Loong"]),
        ("We start from Quiet-Anchors here.", "我们从安静锚点出发。", ["Quiet-Anchors"]),
        ("MID-ANCHOR helps. GRPO does not.", "中锚有帮助。GRPO 没有。", ["MID-ANCHOR"]),
        ("We fix the GRPO-based model.", "我们修复基于组优化的模型。", ["GRPO"]),
        ("Results on the Crello dataset.", "在数据集上的结果。", ["Crello"]),
        ("We test Python and Rust.", "我们测试蟒蛇和 Rust。", ["Python"]),
        ("It runs sbsim.", "它运行 SBsim。", ["SBsim"]),
        ("FedQHD wins. FedAvg loses.", "FedAvg 获胜。FedAvg 落败。", ["FedAvg"]),
        ("GPT-4o is used.", "使用了 GPT-4。", ["GPT-4o"]),
        ("We use the UNet3-B model.", "我们使用 UNet3-W 模型。", ["UNet3-W", "UNet3-B"]),
        ("A soft agent (SAC) acts.", "软智能体()行动。前者更好。", ["SAC"]),
        ("We report recall@10 here.", "我们报告召回。", ["recall@10"]),
        ("We compare Rivet with Bolt-X.", "我们比较铆钉。", ["Bolt-X"]),
        ("Runs on Spider and BIRD.", "在蜘蛛和 BIRD 上运行。", ["Spider"]),
    ],
)
def test_lost_and_foreign_names(
    english: str, chinese: str, expected: list[str], glossary: Glossary
) -> None:
    """A name translated away, misspelt, replaced or left out is quoted."""
    assert expected == abstract(english, chinese, glossary)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("LLMs learn with RL.", "大语言模型用强化学习来学习。"),
        ("We study large language models.", "我们研究 LLM。"),
        (
            "Quick flow planning (QFP) helps. QFP is new.",
            "快速流动规划（QFP）有用。快速流动规划很新。",
        ),
        ("Bayesian methods and Markov chains.", "贝叶斯方法与马尔可夫链。"),
        ("We use Calabi-Yau shapes.", "我们使用卡拉比-丘形状。"),
        ("Data from Google and Wikipedia.", "来自谷歌和维基百科的数据。"),
        ("We report recall@10 here.", "我们报告召回率@10。"),
        ("We run SUMO (Simulation of Urban MObility).", "我们运行 SUMO（城市交通仿真）。"),
        ("FedQHD wins. FedQHD is cheap.", "FedQHD 获胜。该方法成本低。"),
        ("A transformer with dropout.", "带 dropout 的 Transformer。"),
        ("See Figure 2 in May. Chinese and English texts.", "见五月的图 2。中文和英文文本。"),
        ("Wi-Fi at 5 GHz.", "5 GHz 的 WiFi。"),
        ("A prompt about tokens.", "关于 Token 的 Prompt。"),
        ("The MID-ANCHOR rule.", "Mid-Anchor 规则 MID-ANCHOR。"),
        ("Phase II of 3D and 7B models.", "三维与 7B 模型的第二阶段。"),
        ("Human-AI teams and Error-MDP.", "人机团队与误差 MDP。"),
        ("The Leave-One-Out rule.", "留一规则。"),
    ],
)
def test_acceptable_chinese(english: str, chinese: str, glossary: Glossary) -> None:
    """Renderings, transliterations, pronouns and units are no lost names."""
    assert [] == abstract(english, chinese, glossary)


def test_names_of_titles(glossary: Glossary) -> None:
    """The word before the colon counts if the abstract uses it; other title words do not."""
    paper = ("Loong: A Human-Like Agent", "We build Loong. Then Loong reads.")
    assert ["Loong"] == [
        found.text for found in check_names(passage("title_zh", *paper, "龙：类人智能体"), glossary)
    ]
    other = ("Forecasting: A Long-Form Study", "We forecast.")
    assert [] == list(check_names(passage("title_zh", *other, "预测：长篇研究"), glossary))


def test_a_summary_may_leave_names_out(glossary: Glossary) -> None:
    """In a summary only foreign Latin counts."""
    paper = ("FedQHD", "FedQHD beats FedAvg.")
    assert [] == list(check_names(passage("summary_zh", *paper, "方法更好。"), glossary))
    found = list(check_names(passage("summary_zh", *paper, "FedQDH 更好。"), glossary))
    assert ["FedQDH"] == [violation.text for violation in found]


def test_a_neighbour_may_hold_a_name(glossary: Glossary) -> None:
    """A sentence moved to the next one is no loss; a name gone altogether is."""
    english = "We use GRPO. It is a simple and well known method that we do not change. Then FID."
    assert [] == abstract(
        english, "我们使用一种方法。它是简单而著名的方法 GRPO，我们不改动。再看 FID。", glossary
    )


def test_violations_are_bounded(glossary: Glossary) -> None:
    """Of many foreign names no more are said than say something."""
    chinese = " ".join(f"Zz{chr(97 + number % 26)}q" for number in range(100))
    assert MOST == len(abstract("Nothing here.", chinese, glossary))


def test_acronyms_that_the_text_explains() -> None:
    """Words before a bracket, with small words or hyphens, and what Chinese says of them twice."""
    english = "Learning from human feedback (LHF), quick-flow planning (QFP), a thing (XYZ)."
    assert {"LHF": "learning from human feedback", "QFP": "quick flow planning"} == (
        given_expansions(english)
    )
    chinese = "我们用快速流动规划(QFP)。快速流动规划很新。另有某种别的东西(XYZ)。"
    assert {"QFP": "快速流动规划"} == learnt_renderings(chinese)
    assert "SUMO and eXTC (a, b)" == without_expansions("SUMO (Some Urban MOves) and eXTC (a, b)")


def test_marked_words() -> None:
    """Capitals and figures mark names; units, roman numerals and measures do not."""
    for part in ("GRPO", "FedQHD", "H100", "eXTC", "3D", "pass@1"):
        assert is_marked(part)
    for part in ("GHz", "II", "7B", "Loong", "word", "Q"):
        assert not is_marked(part)


def test_words_and_occurrences() -> None:
    """Plurals and possessives are one name, the longest name wins, punctuation separates."""
    assert [("LLM",), ("GPT", "4o"), ("Loong",)] == [
        word.parts for word in words("LLMs, GPT-4o and Loong's")
    ]
    names = [("GRPO",), ("Flow", "GRPO")]
    assert [("Flow", "GRPO"), ("GRPO",)] == occurrences("Flow GRPO, Flow. GRPO", names)
    assert {"Loong"} == kept_words("Loong 与贝叶斯（Bayesian）")
    assert frozenset({("Llama",)}) == find_names("", "We tune Llama 3.", frozenset())


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "A",
        "A-",
        "a-",
        "1.",
        "1,",
        "(",
        "A (",
        "A (A ",
        "We propose ",
        "A@",
        "长（A",
        "卡",
        "A b. ",
    ],
)
def test_hostile_text_takes_no_time(unit: str, glossary: Glossary) -> None:
    """Four times as many characters of anything, on either side, take about four times as long."""

    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        started = time.process_time()
        for english, chinese in ((text, "中文。"), ("A word.", text)):
            list(check_names(Passage("abstract_zh", english, chinese, english), glossary))
        return time.process_time() - started

    seconds(1_000)
    # Of three, because garbage may be collected meanwhile.
    assert 10 * seconds(10_000) + 0.5 > min(seconds(40_000) for _ in range(3))
