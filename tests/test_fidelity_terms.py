"""Terms: known-wrong renderings, their excuses, and terms that are not rendered."""

import json
import time

import pytest

from newsletter.fidelity.alignment import Bead
from newsletter.fidelity.findings import Violation
from newsletter.fidelity.glossary import Glossary, built_in
from newsletter.fidelity.neighbours import neighbours
from newsletter.fidelity.passages import Passage
from newsletter.fidelity.terms import MAX_FINDINGS, check_terms


def _check(english: str, chinese: str, field: str = "abstract_zh") -> list[Violation]:
    passage = Passage(field, english, chinese, english)
    return list(check_terms(passage, built_in()))


def _hard(english: str, chinese: str, field: str = "abstract_zh") -> list[str]:
    return [one.text for one in _check(english, chinese, field) if one.severity == "hard"]


def _soft(english: str, chinese: str, field: str = "abstract_zh") -> list[str]:
    return [one.text for one in _check(english, chinese, field) if one.severity == "soft"]


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        ("It saves tokens.", "它节省代币。", ["代币"]),
        ("Each token and each token counts.", "每个代币和每个代币都算。", ["代币", "代币"]),
        ("It costs 3 coins a token.", "每个词元要 3 枚代币。", []),
        ("A diffusion policy acts.", "扩散政策会行动。", ["扩散政策"]),
        ("Public policy needs a policy.", "公共政策需要策略。", []),
        ("Agents explore.", "代理进行探索。", ["代理"]),
        ("Agents use a proxy.", "智能体使用代理。", []),
        ("We train agents.", "我们培训智能体。", ["培训"]),
        ("We train staff.", "我们培训员工。", []),
        ("Federated learning helps.", "联合学习有帮助。", ["联合学习"]),
        ("Federated clients train jointly.", "联邦客户端联合训练。", []),
        ("It forms a graph.", "它构成图形。", ["图形"]),
        ("A graph on a GPU", "图形处理器上的图", []),
        ("The rollout is released.", "采样轨迹已发布。", []),
        ("A rollout group is kept.", "保留一个推广组。", ["推广"]),
        ("The state in Texas is known.", "得州的状态已知。", []),
        ("US states differ.", "美国各州不同。", []),
        ("The hidden states differ.", "隐藏国家不同。", ["隐藏国家"]),
        ("Student states match.", "学生州匹配。", ["州"]),
        ("Post-training helps.", "后训练后有帮助。", []),
        ("Post-training helps.", "训练后有帮助。", ["训练后"]),
        ("After post-training, it is used.", "训练后即可使用。", []),
        ("Post-training of back doors", "训练后门的后训练", []),
        ("post-training quantization", "训练后量化", []),
        ("The surrogate reward of an agent", "智能体的代理奖励", []),
        ("A learned representation helps.", "学到的代表有帮助。", ["代表"]),
        ("Representations represent items.", "表示代表条目。", []),
        ("It stands alone.", "代币", []),
    ],
)
def test_a_wrong_rendering_is_found_where_nothing_excuses_it(
    english: str, chinese: str, expected: list[str]
) -> None:
    """Once for each place, as it stands."""
    assert expected == _hard(english, chinese)


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        ("Each token is represented by 5 numbers.", "每个代币由 5 个数字表示。", "代币"),
        ("Each token accesses memory.", "每个代币访问内存。", "代币"),
        ("Each token is a symbol.", "每个代币是一个符号。", "代币"),
        ("The policy follows a rule.", "该政策遵循一条规则。", "政策"),
        ("The policy obeys a scaling law.", "该政策服从缩放律。", "政策"),
        ("An agent runs on a server.", "代理在服务器上运行。", "代理"),
        ("An agent has biological limits.", "特工有生物学限制。", "特工"),
        ("Training uses data of participants.", "培训使用参与者的数据。", "培训"),
    ],
)
def test_what_explains_one_rendering_excuses_no_other(
    english: str, chinese: str, expected: str
) -> None:
    """The word "represent" may be 象征, but no 代币."""
    assert expected in _hard(english, chinese)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Real-estate agents charge a 3% commission.", "房地产代理收取 3% 的佣金。"),
        ("Real estate agents charge a 3% commission.", "房地产代理收取 3% 的佣金。"),
        ("State policy in the state of Ohio changed in 2024.", "俄亥俄州的州政策在 2024 年改变。"),
        ("We study the medical training of doctors.", "我们研究医生的医学培训。"),
        ("Medical training takes 6 years.", "医学培训需要 6 年。"),
        (
            "We study the rollout of a new electronic health record in 5 hospitals.",
            "我们研究一种新电子健康档案在 5 家医院的推广。",
        ),
        ("A policy maker decides.", "政策制定者作出决定。"),
    ],
)
def test_a_rendering_that_the_words_beside_it_explain_is_right(english: str, chinese: str) -> None:
    """Hyphens are spaces, and several words may hold the term itself."""
    assert [] == _hard(english, chinese)


def test_a_hyphen_at_its_end_ends_an_excuse() -> None:
    """The excuse "co-" is in "co-trained", not in "combine" or "code"."""
    row = '{"en": "alpha", "zh": ["甲"], "bad": ["丙丁"], "unless": ["co-"]}'
    glossary = Glossary(()).with_rows(row)

    def told(english: str) -> list[str]:
        passage = Passage("title_zh", english, "丙丁", english)
        return [one.severity for one in check_terms(passage, glossary)]

    assert ["hard"] == told("alpha combines code")
    assert "hard" not in told("alpha is co-trained")


def test_a_message_quotes_the_words_of_this_text() -> None:
    """Not the name of the row, which the English may not have."""
    row = '{"en": "alpha", "also": ["first-letter"], "zh": ["甲"], "bad": ["丙丁"]}'
    passage = Passage("title_zh", "A First-Letter", "丙丁", "A First-Letter")
    (found,) = check_terms(passage, Glossary(()).with_rows(row))

    assert "'丙丁' is wrong for 'First-Letter'; write 甲" == found.message


def test_a_large_hostile_glossary_costs_little() -> None:
    """A thousand rows, each with many excuses and a rendering that stands everywhere."""
    words = [f"excuse{number}" for number in range(20)]
    rows = "\n".join(
        json.dumps(
            {"en": f"t{n}", "zh": ["甲乙"], "bad": ["的"], "topics": words}
            | {"unless": [f"{word}x{n}" for word in words]}
        )
        for n in range(1000)
    )
    glossary = Glossary(()).with_rows(rows)
    english = ". ".join(" ".join(f"t{n + m}" for m in range(25)) for n in range(0, 1000, 25))
    passage = Passage("abstract_zh", english, "的。" * 400, english)
    glossary.occurring("")
    start = time.process_time()
    assert list(check_terms(passage, glossary))

    assert 6 > time.process_time() - start


def test_the_message_tells_what_to_write() -> None:
    """In words that a model can follow."""
    (found,) = _check("It saves tokens.", "它节省代币。")

    assert ("terms", "abstract_zh") == (found.check, found.field)
    assert "'代币' is wrong for 'tokens'; write 词元 or token" == found.message


def test_only_the_sentence_that_has_the_term_counts() -> None:
    """Another sentence may use the word for what it means."""
    english = "We study 12 coins here. Then we count 57 tokens there."
    chinese = "我们在此研究 12 种代币。然后我们在那里统计 57 个词元。"
    wrong = "我们在此研究 12 种货币。然后我们在那里统计 57 个代币。"

    assert [] == _hard(english, chinese)
    assert ["代币"] == _hard(english, wrong)


def test_joined_sentences_are_read_with_their_neighbours() -> None:
    """Where two English sentences became one Chinese, the alignment is not sure."""
    english = "We count 57 tokens. We weigh 12 stones. It ends at 99."
    chinese = "我们统计 57 个代币，并称量 12 块石头。到 99 为止。"

    assert ["代币"] == _hard(english, chinese)


def test_a_term_without_a_known_rendering_is_soft() -> None:
    """Once, as the English has it; nothing is said twice of a wrong one."""
    assert ["tokens"] == _soft("We count tokens, and tokens.", "我们统计东西。")
    assert [] == _soft("We count tokens.", "我们统计 Token。")
    assert [] == _soft("We count tokens.", "我们统计代币。")
    assert [] == _soft("A KV cache helps.", "KV 缓存有帮助。")
    assert ["policy"] == _soft("The policy acts.", "Policy 会行动。")


def test_a_summary_need_not_say_all() -> None:
    """But what it says is checked."""
    assert [] == _check("We count tokens.", "我们统计东西。", "summary_zh")
    assert ["代币"] == _hard("We count tokens.", "我们统计代币。", "summary_zh")


def test_findings_are_limited() -> None:
    """A hostile answer gives no long list."""
    assert MAX_FINDINGS == len(_check("a token", "代币" * 100))


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("a" * 100_000, "代" * 100_000),
        ("token " * 16_000, "代币" * 50_000),
        ("(" * 100_000, "，" * 100_000),
        ("a policy, a state", "州" * 100_000),
    ],
    ids=["letters", "terms", "marks", "one"],
)
def test_hostile_text_costs_little(english: str, chinese: str) -> None:
    """The time grows with the length only."""
    built_in().occurring("")
    start = time.process_time()
    _check(english, chinese)

    assert 10 > time.process_time() - start


def test_a_rendering_that_another_term_accepts_is_right() -> None:
    """Where both occur, none can say which of them it renders."""
    rows = '{"en": "alpha", "zh": ["甲"], "bad": ["丙丁"]}\n{"en": "beta", "zh": ["丙丁"]}'
    glossary = Glossary(()).with_rows(rows)

    def told(english: str) -> list[str]:
        passage = Passage("title_zh", english, "丙丁", english)
        return [one.text for one in check_terms(passage, glossary) if one.severity == "hard"]

    assert ["丙丁"] == told("alpha")
    assert [] == told("alpha and beta")


def test_the_papers_topic_excuses_too() -> None:
    """In a paper on carbon prices every policy is a 政策, whatever the sentence says."""
    english, chinese = "The policy helps.", "该政策有帮助。"
    title = "Carbon Prices and Households"

    assert ["政策"] == _hard(english, chinese)
    found = check_terms(Passage("abstract_zh", english, chinese, f"{title} {english}"), built_in())
    assert ["soft"] == [one.severity for one in found]


def test_the_first_term_that_lists_it_is_named() -> None:
    """A rendering may be wrong for several."""
    (found,) = _check("Training ends; it was trained.", "培训结束，训练完毕。")
    assert "'培训' is wrong for 'Training'; write 训练" == found.message


def test_only_a_pair_of_sentences_stands_alone() -> None:
    """Else the English may stand in the sentence before or after."""
    pair, joined = Bead("One is here.", "一在此。"), Bead("One is. Two is.", "一在，二在。")

    assert (1,) == neighbours((pair, pair, pair), 1)
    assert (1, 0, 2) == neighbours((pair, joined, pair), 1)
    assert (0, 1) == neighbours((Bead("", "无。"), pair, pair), 0)
    assert (2, 1) == neighbours((pair, pair, joined), 2)


def test_a_term_without_chinese_is_asked_for() -> None:
    """Transformer stays in Latin letters; leaving it out is no matter of taste."""
    english = "Do Tables Need Transformers? A Study"
    assert ["Transformers"] == _hard(english, "表格需要它吗？一项研究")
    assert [] == _hard(english, "表格需要 Transformer 吗？一项研究")
