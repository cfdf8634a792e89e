"""The length of a field, and Chinese that ends too early."""

from passages import flags, passage

from newsletter.fidelity.completeness import check_truncation
from newsletter.fidelity.lengths import check_length, check_summary_length


def test_length_of_abstracts() -> None:
    """Truncated and padded abstracts are hard, unusual ones soft, short texts are not judged."""
    severities = {
        size: [flag[0] for flag in flags(check_length(passage("中" * size, "x" * 1000)))]
        for size in (199, 200, 229, 230, 500, 501, 700, 701)
    }
    assert severities == {
        199: ["hard"],
        200: ["soft"],
        229: ["soft"],
        230: [],
        500: [],
        501: ["soft"],
        700: ["soft"],
        701: ["hard"],
    }
    assert not list(check_length(passage("中", "x" * 199)))


def test_length_of_titles_and_summaries() -> None:
    """A title is no longer than its English, a summary has 150 characters and 3 sentences."""
    assert flags(check_length(passage("中" * 31, "x" * 30, "title_zh"))) == [("hard", "中" * 31)]
    assert not list(check_length(passage("中" * 24, "x", "title_zh")))
    assert flags(check_summary_length("summary_zh", "中" * 151))[0][0] == "hard"
    assert flags(check_summary_length("summary_zh", "一。二。三。四。")) == [
        ("soft", "一。二。三。四。")
    ]
    assert not list(check_summary_length("summary_zh", "中" * 147 + "。二。"))


def test_truncation() -> None:
    """The end of the English must be answered, and the last sentence finished."""
    rest = "They need the machines that we bought for it. " * 5
    english = f"We have a very large number of models, 12 of them, in 34 houses. {rest}"
    finished = flags(check_truncation(passage("我们有 12 个模型", "We have 12 models.")))
    assert finished == [("hard", "我们有 12 个模型")]
    assert not list(check_truncation(passage("我们有 12 个模型", "We have 12 models.", "title_zh")))
    assert not list(check_truncation(passage("我们有模型", "We have models")))
    short = flags(
        check_truncation(passage("我们有很多很多模型，其中 12 个在 34 座房屋中。", english))
    )
    assert short[0][0] == "hard"


def test_dropped_in_the_middle() -> None:
    """A long stretch between two figures that has no Chinese is found and quoted."""
    middle = "They need more memory than the machines of the laboratory have to offer them. " * 3
    english = (
        f"There were 12 models on 34 machines in the test. {middle}It took 56 days on 78 cores."
    )
    given = passage(
        "测试中有 12 个模型运行在 34 台机器上。它在 78 个核上用了 56 天才得以完成。", english
    )
    assert [text[:8] for _, text in flags(check_truncation(given))] == ["34 machi"]
