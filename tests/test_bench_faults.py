"""Planted faults: each kind makes the fault it names, and none where there would be none."""

from dataclasses import replace

import pytest
from planting_samples import CHINESE, ENGLISH, chance, seeds, text

from newsletter.bench import faults_in_form as form
from newsletter.bench import faults_in_names as names
from newsletter.bench import faults_in_numbers as figures
from newsletter.bench import faults_in_words as words
from newsletter.bench.spots import cut, numbers, same_name, sentences
from newsletter.bench.traditional import TRADITIONAL, to_traditional


def test_figures_inside_names_and_addresses_are_no_figures() -> None:
    """The 4 of GPT-4 is a name's; formulas count only where asked."""
    given = "GPT-4 用 7B 模型在 https://a.org/55 上 recall@10 为 0.5，$x=3$"

    found = [given[slice(*span)] for span in numbers(given)]
    inside = [given[slice(*span)] for span in numbers(given, in_formulas=True)]

    assert (["7", "0.5"], ["7", "0.5", "3"]) == (found, inside)


def test_a_changed_digit_is_another_value_without_a_leading_zero() -> None:
    """Figures and counted numerals; a numeral never becomes one that the paper has."""
    changes = [figures.change_digit(text(), random) for random in seeds()]
    told = {change[1] for change in changes if change}

    assert all(change and change[0] != CHINESE for change in changes)
    assert any(one.startswith("三 → ") for one in told)
    assert not any(one.endswith(("→ 02", "→ 00")) for one in told)


@pytest.mark.parametrize(
    "numeral",
    ["二者的两个模型", "十三个任务", "第三个任务"],
    ids=["two without a word", "thirteen", "third"],
)
def test_a_numeral_without_its_word_in_the_english_stays(numeral: str) -> None:
    """13 and the third are no 3; 两 may stand for "both"."""
    given = text(numeral, "both models on thirteen tasks, a task")

    assert [None] * 20 == [figures.change_digit(given, random) for random in seeds(20)]


def test_in_a_summary_a_changed_figure_is_none_of_the_papers() -> None:
    """A summary may choose among the paper's figures: only a foreign one is surely a fault."""
    given = text("提高 1 个百分点", "from 2 to 3, 4, 5, 6, 7 and 8, 9 or 0, not 10", "summary_zh")

    assert {None} == {figures.change_digit(given, random) for random in seeds(20)}
    assert {None} == {figures.multiply_by_ten(given, random) for random in seeds(20)}


def test_a_figure_said_more_often_than_in_the_english_is_not_deleted() -> None:
    """One is left then, and the statement with it."""
    given = text("共 40 次，即 40 次", "40 runs")
    changed = figures.delete_number(text("提高 12% 之多", "12% more"), chance(1))

    assert figures.delete_number(given, chance(1)) is None
    assert ("提高之多", "12% deleted") == changed
    assert figures.delete_number(text("提高 12%", "12%", "summary_zh"), chance(1)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [("0.4M", "4M"), ("1,200 次", "12,000 次"), ("5 亿", "50 亿"), ("2.75", "27.5")],
    ids=["decimal", "thousands", "scale", "two decimals"],
)
def test_ten_times_keeps_the_form_of_the_figure(old: str, new: str) -> None:
    """Separators of thousands stay; zero has no tenfold."""
    changed = figures.multiply_by_ten(text(old, "x"), chance(1))

    assert changed is not None
    assert new == changed[0]
    assert figures.multiply_by_ten(text("0 次", "x"), chance(1)) is None


@pytest.mark.parametrize(
    "chinese",
    ["1%–3%", "61%和 88%", "12%、15% 与其他", "$64\\%$ 的", "64 的"],
    ids=["range", "and", "list", "formula", "none"],
)
def test_a_percent_sign_that_the_next_figure_shares_is_not_lost(chinese: str) -> None:
    """In 12、15% one sign stands for both, so nothing would be wrong."""
    told = [figures.lose_percent(text(chinese, chinese), random) for random in seeds(20)]

    assert not any(
        change[1].startswith(("1%", "61%", "12%", "64")) for change in told if change is not None
    )


def test_a_lost_percent_sign_is_taken_with_its_backslash() -> None:
    """In a summary not where the paper has the bare figure as well."""
    assert ("占 64 的", r"64\% → 64") == figures.lose_percent(text(r"占 64\% 的"), chance(1))
    bare = text("占 64% 的", "64% and 64 runs", "summary_zh")
    assert figures.lose_percent(bare, chance(1)) is None


def test_an_invented_figure_is_new_and_inside_a_sentence() -> None:
    """A text without an end gets none."""
    for random in seeds(20):
        changed = figures.invent_number(text(), random)
        assert changed is not None
        assert changed[0].endswith("。")
    assert figures.invent_number(text("没有句号"), chance(1)) is None
    assert figures.invent_number(text("标题", "x", "title_zh"), chance(1)) is not None


def test_a_mistyped_name_is_no_plural_and_no_other_word() -> None:
    """What differs in an s, a hyphen or case is the same name."""
    given = text("用 LLMS 与 RL", "LLMS and RL and LLM")
    told = {change[1] for random in seeds() if (change := names.mistype_name(given, random))}

    assert told
    assert "LLMS → LLM" not in told
    assert not any(one.startswith("RL ") for one in told)
    assert same_name("GPT-4s", "gpt4")


def test_a_swapped_name_is_anothers() -> None:
    """In a title only one that the English title has not; in a summary none."""
    title = text("ALPHA 与 BETA", "ALPHA and BETA", "title_zh")
    found = {change[1] for random in seeds() if (change := names.swap_name(text(), random))}

    assert {"ALPHA → BETA", "BETA → ALPHA", "BETA ↔ ALPHA"} <= found
    assert names.swap_name(title, chance(1)) is None
    assert names.swap_name(text(field="summary_zh"), chance(1)) is None


def test_names_exchange_between_sentences_that_are_sentences_in_english_too() -> None:
    """Where English says it in one sentence, exchanging is a matter of meaning."""
    one = text("有 ALPHA。又有 BETA。", "There is ALPHA and there is BETA.")
    told = {change[1] for random in seeds() if (change := names.swap_name(one, random))}

    assert {"ALPHA → BETA", "BETA → ALPHA"} == told
    assert names.exchange_in_sentence(one, chance(1)) is None
    assert ("我们提出 BETA 和 ALPHA。",) == tuple(
        (names.exchange_in_sentence(text("我们提出 ALPHA 和 BETA。"), chance(1)) or ("",))[:1]
    )


def test_a_name_is_deleted_only_where_it_is_missed_then() -> None:
    """Not in brackets behind what it abbreviates, nor where the Chinese has it more often."""
    in_brackets = text("强化学习（RL）很好", "Reinforcement learning (RL) is good")
    oftener = text("RL 是 RL", "RL is")

    assert names.delete_name(in_brackets, chance(1)) is None
    assert names.delete_name(oftener, chance(1)) is None
    assert ("我们提出。", "BETA deleted") == names.delete_name(text("我们提出 BETA。"), chance(1))


def test_a_formula_is_deleted_whole() -> None:
    """Money is no formula; a summary may do without."""
    given = text(r"花费 \$5，复杂度 $O(n)$ 与 \$6", r"\$5, $O(n)$, \$6")

    changed = names.delete_formula(given, chance(1))

    assert (r"花费 \$5，复杂度与 \$6", "$O(n)$ deleted") == changed
    assert names.delete_formula(replace(given, field="summary_zh"), chance(1)) is None
    assert names.delete_formula(text("$x$ 与 $x$", "$x$"), chance(1)) is None


def test_escapes_are_damaged_as_json_does_it() -> None:
    r"""`\times` becomes TAB and "imes"; a backslash is doubled or lost; `\%` never becomes %."""
    given = text(r"$2\times 3$ 与 64\%")
    found = {(form.damage_escapes(given, random) or ("",))[0] for random in seeds(200)}

    assert "$2\times 3$ 与 64\\%" in found
    assert r"$2\\times 3$ 与 64\%" in found
    assert r"$2times 3$ 与 64\%" in found
    assert r"$2\times 3$ 与 64%" not in found
    assert any("{v" in one for one in found)


def test_half_a_placeholder_is_left_where_there_is_no_tex() -> None:
    """Every text can hold one."""
    assert all((form.damage_escapes(text(), random) or ("",))[0] != CHINESE for random in seeds(20))


def test_form_faults_add_what_they_say() -> None:
    """Mark-up, addresses, invisible characters, loops: never the text as it was."""
    for planter in (form.add_markup, form.add_address, form.add_invisible, form.loop):
        for random in seeds(30):
            changed = planter(text(), random)
            assert changed is not None
            assert len(changed[0]) > len(CHINESE)


def test_a_truncated_text_ends_too_early() -> None:
    """A fifth is lost at least of an abstract; a summary ends in mid-sentence; a title never."""
    for random in seeds():
        changed = form.truncate(text(), random)
        assert changed is not None
        assert CHINESE.startswith(changed[0])
        assert len(changed[0]) <= 0.81 * len(CHINESE)
        summary = form.truncate(text(field="summary_zh"), random)
        assert summary is not None
        assert not summary[0].endswith("。")
    assert form.truncate(text(field="title_zh"), chance(1)) is None


def test_a_dropped_sentence_is_one_of_an_abstract() -> None:
    """The others stay."""
    changed = form.drop_sentence(text(), chance(1))

    assert changed is not None
    assert 1 == len(sentences(changed[0]))
    assert form.drop_sentence(text(field="title_zh"), chance(1)) is None


def test_the_table_of_traditional_characters_is_one_for_one() -> None:
    """Keys are in GB 2312, values are not: no reader of Simplified Chinese writes them."""
    assert len(TRADITIONAL) >= 100
    for simplified, traditional in TRADITIONAL.items():
        simplified.encode("gb2312")
        with pytest.raises(UnicodeEncodeError):
            traditional.encode("gb2312")
    assert "這個模型" == to_traditional("这个模型")


def test_a_sentence_in_traditional_characters_has_three_of_them() -> None:
    """One character may be a slip; a sentence without any cannot be converted."""
    changed = form.make_traditional(text("这个模型很好。"), chance(1))

    assert form.make_traditional(text("天人大小。"), chance(1)) is None
    assert form.make_traditional(text("这是。"), chance(1)) is None
    assert changed is None or "這個" in changed[0]
    longer = form.make_traditional(text("这个实验说明问题。"), chance(1))
    assert longer is not None
    assert "這個實驗說明問題。" == longer[0]


def test_an_untranslated_sentence_is_the_english_one() -> None:
    """Of a title the whole, where it has ordinary words; a short sentence is none."""
    changed = form.leave_untranslated(text(), chance(2))

    assert changed is not None
    assert changed[1] in ENGLISH
    title = text("面向植物", "A Method for All Plants", "title_zh")
    assert ("A Method for All Plants",) * 2 == form.leave_untranslated(title, chance(1))
    assert form.leave_untranslated(replace(title, english="ALPHA"), chance(1)) is None
    assert form.leave_untranslated(text("很好。", "It is good."), chance(1)) is None


def test_words_are_added_before_or_around() -> None:
    """Refusals replace or precede, echoes surround."""
    refused = {(words.refuse(text(), random) or ("",))[0] for random in seeds()}
    echoed = {(words.echo(text(), random) or ("",))[0] for random in seeds()}

    assert any(CHINESE in one for one in refused)
    assert any(CHINESE not in one for one in refused)
    assert all(CHINESE in one and one != CHINESE for one in echoed)


def test_praise_that_the_english_supports_is_none() -> None:
    """A paper that says "first" may be called one; without a noun there is no place for praise."""
    given = text(
        "一种方法。", "The first, state-of-the-art, pioneering, leading method of the world"
    )
    told = {change[1] for random in seeds() if (change := words.praise(given, random))}

    assert told
    assert not {one.split()[0] for one in told} & {
        "首次提出的",
        "最先进的",
        "开创性的",
        "世界领先的",
    }
    assert words.praise(text("天地。"), chance(1)) is None


def test_a_hedge_before_a_figure_is_dropped() -> None:
    """40 at most become 40."""
    changed = words.drop_hedge(text(), chance(1))

    assert changed is not None
    assert "以40 次" in changed[0]
    assert words.drop_hedge(text("没有"), chance(1)) is None


def test_a_wrong_term_is_the_glossarys() -> None:
    """An accepted rendering gives way to one that is known to be wrong."""
    given = text("我们训练策略梯度。", "We use a policy gradient.")
    changed = words.mistake_term(given, chance(1))

    assert changed is not None
    assert "policy gradient: 策略梯度 → 政策梯度" == changed[1]
    assert words.mistake_term(text("天地。", "Heaven."), chance(1)) is None


def test_a_stretch_is_cut_with_the_space_that_it_leaves() -> None:
    """Between two Chinese characters none is left, beside Latin one is."""
    assert "我们提出与 B" == cut("我们提出 A 与 B", 5, 6)
    assert "在 BETA 上" == cut("在 ALPHA BETA 上", 2, 7)
    assert "A B" == cut("A 与 B", 2, 3)
    assert "提出。" == cut("提出 A。", 3, 4)
    assert "提出 X 与" == cut("提出 A 与", 3, 4, "X")
