"""Hedges of numbers: kept, dropped, turned round."""

import time

import pytest

from newsletter.fidelity.findings import Violation
from newsletter.fidelity.hedges import MAX_FINDINGS, check_hedges
from newsletter.fidelity.passages import Passage

PAIRS = [
    ("It saves up to 64% of memory.", "它最多节省 64% 的内存。", "最多"),
    ("Up to 350 alarms sound.", "多达 350 次警报响起。", "多达"),
    ("It needs at most 3 calls.", "它至多需要 3 次调用。", "至多"),
    ("It takes no more than 20 ms.", "它用时不超过 20 ms。", "不超过"),
    ("It wins on at least 7 tasks.", "它至少在 7 个任务上获胜。", "至少"),
    ("We use no fewer than 12 seeds.", "我们使用不少于 12 个种子。", "不少于"),
    ("We keep at least half of it.", "我们至少保留一半。", "至少"),
    ("More than 15 teams took part.", "超过 15 支队伍参加。", "超过"),
    ("It has more than 20,000 rows.", "它有超过 2 万行。", "超过"),
    ("It runs for longer than 2 hours.", "它运行 2 小时以上。", "以上"),
    ("The load exceeds 3 kg.", "负载超过 3 kg。", "超过"),
    ("It reaches over 90% of users.", "它覆盖逾 90% 的用户。", "逾"),
    ("It needs less than 1 GB.", "它只需不到 1 GB。", "不到"),
    ("It trains in under 3 hours.", "它在 3 小时以内完成训练。", "以内"),
    ("Errors below 5 pixels remain.", "低于 5 像素的误差仍在。", "低于"),
    ("It takes about 50 minutes.", "它用时约 50 分钟。", "约"),
    ("We saved around 400 times.", "我们节省了 400 次左右。", "左右"),
    ("It has approximately 8 layers.", "它大约有 8 层。", "大约"),
    ("It drops by ~12 points.", "它下降约 12 个百分点。", "约"),
]
SOFT_PAIRS = [
    ("Nearly 40% of it is lost.", "近 40% 丢失。", "近"),
    ("Almost two thirds agree.", "将近三分之二同意。", "将近"),
    ("It may fail.", "它可能会失败。", "可能会"),
]


def _told(english: str, chinese: str, field: str = "abstract_zh") -> list[tuple[str, str]]:
    found = check_hedges(Passage(field, english, chinese, english))
    return [(one.severity, one.text) for one in found]


@pytest.mark.parametrize(("english", "chinese", "marker"), [*PAIRS, *SOFT_PAIRS])
def test_a_hedge_that_is_kept_is_right(english: str, chinese: str, marker: str) -> None:
    """In any of its usual words, before or after the number."""
    assert [] == _told(english, chinese)


@pytest.mark.parametrize(("english", "chinese", "marker"), PAIRS)
def test_a_dropped_hedge_is_hard(english: str, chinese: str, marker: str) -> None:
    """But not in a summary, which need not say it."""
    dropped = chinese.replace(marker, "")

    assert ["hard"] == [severity for severity, _ in _told(english, dropped)]
    assert ["hard"] == [severity for severity, _ in _told(english, dropped, "title_zh")]
    assert [] == _told(english, dropped, "summary_zh")


@pytest.mark.parametrize(("english", "chinese", "marker"), SOFT_PAIRS)
def test_a_weak_hedge_is_soft(english: str, chinese: str, marker: str) -> None:
    """It is only reported."""
    told = _told(english, chinese.replace(marker, ""))
    assert ["soft"] == [severity for severity, _ in told]


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        ("It wins on at least 7 tasks.", "它最多在 7 个任务上获胜。", "最多"),
        ("It needs at most 3 calls.", "它至少需要 3 次调用。", "至少"),
        ("More than 15 teams took part.", "不到 15 支队伍参加。", "不到"),
        ("It needs less than 1 GB.", "它需要超过 1 GB。", "超过"),
    ],
)
def test_a_hedge_that_is_turned_round_is_hard(english: str, chinese: str, expected: str) -> None:
    """In a summary, too: it says what the English does not."""
    for field in ("abstract_zh", "summary_zh"):
        assert [("hard", expected)] == _told(english, chinese, field)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("We average over 5 seeds.", "我们对 5 个种子取平均。"),
        ("Gains over 3 baselines are large.", "相对 3 个基线的提升很大。"),
        ("It works under 2 settings.", "它在 2 种设置下有效。"),
        ("We ask questions about 3 laws.", "我们就 3 部法律提问。"),
        ("It moves around 2 axes.", "它绕 2 个轴运动。"),
        ("It grows from 2 to 5 points.", "它从 2 增至 5 个百分点。"),
        ("It uses 3 layers.", "它使用 3 层。"),
        ("Up to now, this is open.", "迄今为止，这仍悬而未决。"),
    ],
)
def test_a_preposition_is_no_hedge(english: str, chinese: str) -> None:
    """So "over", "under", "about" and "around" mostly are."""
    assert [] == _told(english, chinese)


def test_each_hedge_needs_its_marker() -> None:
    """One that stands for two is only reported; a marker in another clause is none."""
    english = "It saves up to 30% here and up to 40% there."

    assert [] == _told(english, "它在此处最多节省 30%，在彼处最多节省 40%。")
    assert [("hard", "up to 40%")] == _told(english, "它在此处最多节省 30%，在彼处节省 40%。")
    assert [("soft", "up to 40%")] == _told(english, "它在此处和彼处分别最多节省 30% 和 40%。")


def test_ordinary_words_are_no_markers() -> None:
    """Which only hold the characters of one."""
    assert ["hard"] == [x for x, _ in _told("More than 3 maps help.", "通过 3 张地图有帮助。")]
    assert ["hard"] == [x for x, _ in _told("About 3 ideas help.", "节约 3 个约束有帮助。")]
    assert ["hard"] == [x for x, _ in _told("Up to 350 are heard.", "会听到 350 次。")]
    assert ["hard"] == [x for x, _ in _told("Up to 3 are seen.", "雷达表达 3 次。")]


def test_doubtful_cases_are_soft() -> None:
    """A topic, or a comparison with things instead of a number."""
    assert [("soft", "about two")] == _told("It is about two laws.", "它关乎两部法律。")
    assert [("soft", "shorter than two")] == _told(
        "It is shorter than two others.", "它比另外两个更短。"
    )


def test_a_sentence_without_its_chinese_is_left_alone() -> None:
    """That it is missing is said elsewhere."""
    assert [] == _told("Up to 3 are seen.", "")


def test_the_message_tells_what_to_write() -> None:
    """In words that a model can follow."""
    english = "It saves up to 64% of memory."
    found: list[Violation] = list(
        check_hedges(Passage("abstract_zh", english, "它节省 64% 的内存。", english))
    )

    assert ["'up to 64%' lost its hedge; write 最高, 最多 or 不超过"] == [x.message for x in found]


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "1," * 50_000, "up to " * 16_000, "at least 1 " * 9_000, "~" * 100_000],
    ids=["letters", "numbers", "hedges", "hedged", "tildes"],
)
def test_hostile_text_costs_little(text: str) -> None:
    """The time grows with the length only, and so does not what is found."""
    start = time.process_time()

    assert MAX_FINDINGS >= len(_told(text, text))
    assert MAX_FINDINGS >= len(_told("up to 1, up to 2", text + "至1" * 9000))
    assert 2 > time.process_time() - start


def test_a_contrary_word_beside_a_shared_marker_is_another_numbers() -> None:
    """So that it is only reported."""
    english = "It saves up to 30% and up to 40% on at least 3 tasks."
    chinese = "它在至少 3 个任务上最多节省 30% 和 40%。"

    assert [("soft", "up to 40%")] == _told(english, chinese)


def test_a_number_that_stands_twice_may_have_another_hedge() -> None:
    """The contrary is not said of it then; that the hedge is lost, is."""
    english = "It wins on at least 7 tasks and loses on 7 others."
    chinese = "它最多在 7 个任务上获胜，在另外 7 个上落败。"

    assert [("hard", "at least 7")] == _told(english, chinese)
    assert [] == _told(english, chinese, "summary_zh")


def test_a_thousands_separator_ends_no_clause() -> None:
    """The marker may stand before another, longer number."""
    english = "It saves up to 3% on 20,000 rows."
    assert [] == _told(english, "它最多在 20,000 行上节省 3%。")


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        ("It appears to fail.", "它失败了。", [("soft", "appears to")]),
        ("They seem to help.", "它们有帮助。", [("soft", "seem to")]),
        ("It appears to fail.", "它似乎失败了。", []),
        ("The part that appears to the model counts.", "模型看到的部分算数。", []),
        ("It appears to users first.", "它先展示给用户。", []),
        ("What seems to us a cost is one.", "我们眼中的开销就是开销。", []),
        ("It appears to theorise.", "它在建立理论。", [("soft", "appears to")]),
        ("It appears to 5 of them.", "它展示给其中 5 人。", []),
    ],
    ids=["appears", "seem", "kept", "an article", "people", "a pronoun", "no article", "a number"],
)
def test_what_is_shown_to_someone_is_no_doubt(
    english: str, chinese: str, expected: list[tuple[str, str]]
) -> None:
    """After "appears to" a verb is a hedge; a noun or a pronoun names who sees it."""
    assert expected == _told(english, chinese)
