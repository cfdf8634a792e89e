"""The check on the reader's keywords: in Latin letters or in an accepted rendering."""

import time

import pytest

from newsletter.fidelity.glossary import Glossary, built_in
from newsletter.fidelity.keyphrases import check_keyphrases
from newsletter.fidelity.passages import Passage


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    """Return the glossary of the package."""
    return built_in()


def lost(english: str, chinese: str, glossary: Glossary, *keywords: str) -> list[str]:
    """Return the keywords that the check misses in a title."""
    given = Passage("title_zh", english, chinese, english)
    return [found.text for found in check_keyphrases(given, keywords, glossary)]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("A Diffusion Policy for Robots", "面向机器人的扩散策略"),
        ("Diffusion-policies? One diffusion policy.", "Diffusion Policy 综述"),
        ("Nothing of that kind", "没有这种东西"),
        ("A prediffusion policy", "没有"),
        ("A diffusion policyholder", "没有"),
    ],
)
def test_kept(english: str, chinese: str, glossary: Glossary) -> None:
    """An accepted rendering, Latin letters, or no such words in the English."""
    assert [] == lost(english, chinese, glossary, "diffusion policy")


@pytest.mark.parametrize(
    ("english", "keyword", "chinese"),
    [
        ("A Diffusion Policy", "diffusion policy", "一种扩散政策"),
        ("Diffusion-Policy", "Diffusion policy", "一种方法"),
        ("Offline Reinforcement Learning", "offline reinforcement learning", "线下学习"),
        ("Deep reinforcement learnings", "reinforcement learning", "深度增强学习"),
    ],
)
def test_lost(english: str, keyword: str, chinese: str, glossary: Glossary) -> None:
    """Another rendering loses the keyword, whatever case and hyphens the English has."""
    assert [keyword] == lost(english, chinese, glossary, keyword)


@pytest.mark.parametrize(
    ("english", "keyword", "chinese"),
    [
        ("Faults of a Power Transformer", "transformer", "电力变压器的故障"),
        ("Public Policy and Trust", "policy", "公共政策与信任"),
        ("Real-Estate Agents and Prices", "agent", "房地产中介与价格"),
    ],
)
def test_a_word_that_is_no_term_of_the_field_is_not_asked_for(
    english: str, keyword: str, chinese: str, glossary: Glossary
) -> None:
    """One reader's keyword keeps nobody from right Chinese."""
    assert [] == lost(english, chinese, glossary, keyword)


def test_what_excuses_another_rendering_does_not_count(glossary: Glossary) -> None:
    """The word "represent" explains 象征; 代币 stands there."""
    english, chinese = "Each token is represented", "每个代币都得到表示"
    assert ["token"] == lost(english, chinese, glossary, "token")


def test_without_a_row_nothing_is_asked(glossary: Glossary) -> None:
    """A keyword that the glossary does not know is nobody's business here."""
    assert [] == lost("Zebra crossings", "斑马线", glossary, "zebra crossings", " ", "")


def test_a_composed_keyword_is_taken_by_its_rows(glossary: Glossary) -> None:
    """Each part with a row must be there."""
    keyword = "robust federated learning"
    assert [] == lost("Robust Federated Learning", "鲁棒联邦学习", glossary, keyword)
    assert [keyword] == lost("Robust Federated Learning", "鲁棒联合学习", glossary, keyword)


def test_a_summary_may_leave_keywords_out(glossary: Glossary) -> None:
    """Nothing is asked of a summary."""
    english = "Diffusion policy"
    given = Passage("summary_zh", english, "方法", english)
    assert [] == list(check_keyphrases(given, ("diffusion policy",), glossary))


def test_hostile_text_takes_no_time(glossary: Glossary) -> None:
    """Long English that nearly holds a long keyword is read quickly."""
    started = time.process_time()
    assert [] == lost("a" * 100_000, "- " * 50_000, glossary, "a" * 200, "diffusion policy")
    assert 2.0 > time.process_time() - started
