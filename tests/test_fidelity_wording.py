"""What one field's Chinese must be for itself: language, script, words; also on the samples."""

import time
from collections.abc import Callable, Iterator

import pytest
from passages import flags, passage

from newsletter.demo.samples import Sample, load_samples
from newsletter.fidelity.characters import check_characters
from newsletter.fidelity.completeness import check_truncation
from newsletter.fidelity.detex import detex
from newsletter.fidelity.findings import EXCERPT, Violation
from newsletter.fidelity.language import check_language, check_untranslated
from newsletter.fidelity.lengths import check_length, check_summary_length
from newsletter.fidelity.markup import check_markup
from newsletter.fidelity.masking import blank
from newsletter.fidelity.openings import THRESHOLD, opening, template_share
from newsletter.fidelity.passages import Passage
from newsletter.fidelity.refusals import check_echo, check_refusal
from newsletter.fidelity.repetition import check_repetition
from newsletter.fidelity.residue import check_residue
from newsletter.fidelity.sentences import chinese_sentences, english_sentences
from newsletter.fidelity.text import clean
from newsletter.fidelity.traditional import FREQUENT, check_traditional, traditional

Check = Callable[[Passage], Iterator[Violation]]
CHECKS: tuple[Check, ...] = (
    check_markup,
    check_refusal,
    check_echo,
    check_repetition,
    check_language,
    check_untranslated,
    check_traditional,
    check_length,
    check_truncation,
)
SAMPLES = load_samples().samples


def hard_of(sample: Sample, field: str, chinese: str) -> set[str]:
    """Return the checks that refuse `chinese` as a field of a sample."""
    paper = sample.paper
    english = {"title_zh": paper.title, "abstract_zh": paper.abstract}.get(
        field, f"{paper.title} {paper.abstract}"
    )
    text = clean(chinese)
    whole = blank(detex(f"{paper.title} {paper.abstract}"))
    given = Passage(field, blank(detex(english)), blank(text), whole)
    found = [
        *check_characters(field, chinese, f"{paper.title} {paper.abstract}"),
        *check_residue(field, english, text),
    ]
    found += [violation for check in CHECKS for violation in check(given)]
    if field == "summary_zh":
        found += check_summary_length(field, text)
    return {violation.check for violation in found if violation.severity == "hard"}


def test_no_sample_is_refused() -> None:
    """The demonstration's Chinese is correct, and no hard check says otherwise."""
    refused = [
        (sample.paper.id.value, field, found)
        for sample in SAMPLES
        for field in ("title_zh", "summary_zh", "abstract_zh")
        if (found := hard_of(sample, field, detex(getattr(sample.summary, field))))
    ]
    assert not refused


SIMPLIFIED = (
    "个们来时为会对说国学过还这里样应开关问题间经发现实验结构数据训练习网络测试计让将较从动"
)
TRADITIONAL = (
    "個們來時為會對說國學過還這裡樣應開關問題間經發現實驗結構數據訓練習網絡測試計讓將較從動"
)
CONVERTED = str.maketrans(SIMPLIFIED, TRADITIONAL)


@pytest.mark.parametrize(
    ("added", "check"),
    [
        ("\u202e", "characters"),
        ("\u200b", "characters"),
        ("\ufeff", "characters"),
        ("\U000e0041", "characters"),
        ("\ufe0f", "characters"),
        ("\U000e0100", "characters"),
        ("\ue000", "characters"),
        ("\u3164", "characters"),
        ("\u0007", "characters"),
        ("\ufffd", "characters"),
        ("<b>", "markup"),
        ("<script>x</script>", "markup"),
        ("<img src=x", "markup"),
        ("&#60;", "markup"),
        ("**", "markup"),
        ("[x](y)", "markup"),
        (r"\textbf{x}", "residue"),
        (r"\n", "residue"),
        (r"\u4e2d", "residue"),
        ("\\", "residue"),
        ("%%", "residue"),
        (" imes ", "residue"),
        ("rac{1}{2}", "residue"),
        ("译者注：略。", "echo"),
        ("（译文）", "echo"),
        ("翻译说明：略", "echo"),
        ("希望以上翻译对您有帮助。", "echo"),
        ("我无法翻译", "refusal"),
        ("作为一个人工智能模型，我认为", "refusal"),
        ("한국어", "language"),
        ("текст", "language"),
        ("we find that it works well in all", "untranslated"),
    ],
    ids=lambda value: ascii(value)[1:-1],
)
def test_planted_everywhere(added: str, check: str) -> None:
    """What is put at the start of any sentence of any sample is found by its check."""
    missed = [
        sample.paper.id.value
        for sample in SAMPLES
        for sentence in chinese_sentences(detex(sample.summary.abstract_zh))
        if check not in hard_of(sample, "abstract_zh", f"{added}{sentence}")
    ]
    assert not missed


@pytest.mark.parametrize(
    "opening_words",
    [
        "抱歉，我无法翻译该内容。",
        "很抱歉，这段文字超出了范围。",
        "I'm sorry, but I can't assist with that.",
        "As an AI language model, I cannot translate this.",
        "以下是翻译：",
        "好的，以下是中文摘要：",
        "译文：",
        "abstract_zh: ",
        "Here is the translation: ",
    ],
)
def test_planted_before(opening_words: str) -> None:
    """A refusal or an echo before the Chinese is found in every sample."""
    for sample in SAMPLES:
        found = hard_of(sample, "abstract_zh", opening_words + detex(sample.summary.abstract_zh))
        assert found & {"refusal", "echo"}


def test_truncation_of_samples() -> None:
    """A fifth or more cut off is found: always in mid-sentence, else where the end has pins."""
    cut = missed = 0
    for sample in SAMPLES:
        whole = detex(sample.summary.abstract_zh)
        sentences = chinese_sentences(whole)
        for count in range(1, len(sentences)):
            short = "".join(sentences[:count])
            if len(short) <= 0.8 * len(whole):
                cut += 1
                missed += not hard_of(sample, "abstract_zh", short) & {"dropped", "length"}
                found = hard_of(sample, "abstract_zh", short[:-3])
                assert found & {"truncation", "dropped", "length"}
    assert (cut > 100, missed <= 0.02 * cut) == (True, True), (cut, missed)


def test_traditional_of_samples() -> None:
    """One sentence in Traditional characters is found, whichever it is."""
    for sample in SAMPLES:
        for sentence in chinese_sentences(detex(sample.summary.abstract_zh)):
            converted = sentence.translate(CONVERTED)
            found = hard_of(sample, "abstract_zh", converted)
            assert (converted != sentence) <= ("traditional" in found)


def test_untranslated_sentences_of_samples() -> None:
    """An English sentence of five words among the Chinese is found."""
    for sample in SAMPLES:
        chinese = detex(sample.summary.abstract_zh)
        for sentence in english_sentences(detex(sample.paper.abstract)):
            if len(blank(sentence).split()) > 4:
                found = hard_of(sample, "abstract_zh", f"{chinese}{blank(sentence)}{chinese}")
                assert "untranslated" in found, sentence


def test_loops_of_samples() -> None:
    """Words said three times, and a sentence said twice, are found."""
    for sample in SAMPLES:
        sentences = chinese_sentences(detex(sample.summary.abstract_zh))
        for sentence in sentences:
            whole = "".join(sentences)
            thrice = sentence[:9] * (3 if "$" not in sentence[:9] else 9)
            for twice in (sentence * 2, thrice):
                found = hard_of(sample, "abstract_zh", whole.replace(sentence, twice))
                assert "repetition" in found, twice


def test_what_the_english_has_is_allowed() -> None:
    """Markup and refusals that the paper itself speaks of are no defects."""
    english = (
        'Models say "I\'m sorry" inside <think> tags, **often** &amp; loud loud loud. Note: x.'
    )
    given = passage("注：模型在 <think> 标记内 **often** &amp; 说“抱歉，我无法翻译”。", english)
    for check in (check_markup, check_refusal, check_echo, check_repetition):
        assert not list(check(given))


@pytest.mark.parametrize(
    "chinese",
    [
        "可验证奖励强化学习（reinforcement learning with verifiable rewards，RLVR）有效。",
        "模型被要求“answer the question as briefly as possible”并作答。",
        "在 Humanoid、Walker、Hopper 与 top-k、pass@1 上评测。",
        "延迟为 50 ms，带宽为 3 Gbps。",
    ],
)
def test_english_that_may_stay(chinese: str) -> None:
    """Terms in brackets, quotations, names and units are no passage left in English."""
    assert not [flag for flag in flags(check_untranslated(passage(chinese))) if flag[0] == "hard"]


def test_single_words_left_in_english_are_soft() -> None:
    """A lower-case word among Chinese is reported once, softly."""
    found = flags(check_untranslated(passage("下一个 token 的熵与 token 数，耗时 5 ms。")))
    assert [("soft", "token")] == found
    assert not list(check_untranslated(passage("only English")))
    for whole in ("以 Fréchet 距离衡量", "Müller 等人的方法", "见 https 链接", "Gödel 与 Erdős"):
        assert not list(check_untranslated(passage(whole)))


def test_english_instead_of_chinese() -> None:
    """English prose is no translation; a title that is all names may stay."""
    prose = "How to teach machines what we want"
    assert flags(check_language(passage(prose, prose, "title_zh"))) == [("hard", prose)]
    assert not list(check_language(passage("AlphaZero", "AlphaZero", "title_zh")))


def test_traditional_characters() -> None:
    """A frequent one is hard, a single rare one soft, what both scripts share is nothing."""
    assert flags(check_traditional(passage("研究這个问题"))) == [("hard", "這")]
    assert flags(check_traditional(passage("瞭望塔"))) == [("soft", "瞭")]
    assert flags(check_traditional(passage("祂與神"))) == [("hard", "祂"), ("hard", "與")]
    assert not list(check_traditional(passage("乾坤、著作、藉口、特徵、重复，㐀")))
    assert not list(check_traditional(passage("“個”字", "the character 個")))


def test_the_frequent_are_traditional() -> None:
    """Every character of the table is Traditional by the two tables of Python."""
    assert "".join(sorted(FREQUENT)) == traditional("".join(sorted(FREQUENT)))


def test_a_sentence_said_twice() -> None:
    """The same sentence twice is a loop in the making."""
    sentence = "该方法在多个数据集上优于现有的稠密模型"
    twice = passage(f"{sentence}。其他。{sentence}。")
    assert flags(check_repetition(twice)) == [("hard", sentence)]
    assert flags(check_repetition(passage("有三点发现。有三点发现。"))) == [("hard", "有三点发现")]
    assert not list(check_repetition(passage(f"{sentence}。其他。" + "强化学习与" * 3)))
    assert flags(check_repetition(passage("降" * 9))) == [("hard", "降" * 9)]


@pytest.mark.parametrize(
    ("summary", "begins"),
    [
        ("本文提出了一种新方法。", "本文提出"),
        ("在本文中，我们提出新方法。", "在本文中，我们提出"),
        ("本研究提出方法。", "本研究提出"),
        ("我们提出了一种方法。", "我们提出"),
        ("该论文研究排队。", "该论文研究"),
        ("排队费时。本文提出方法。", ""),
        ("我们身边的网络", ""),
    ],
)
def test_openings(summary: str, begins: str) -> None:
    """The template is what stands at the very beginning."""
    assert begins == opening(summary)


def test_template_share() -> None:
    """The share counts summaries that are there; none gives 0; the samples are below."""
    assert template_share(["本文介绍了方法。", "排队费时。", " "]) == 0.5
    assert template_share([]) == 0.0
    assert template_share(sample.summary.summary_zh for sample in SAMPLES) < THRESHOLD


HOSTILE = ("a", "1,", "(", "中", "中,", "<", "&", "**", "[", "](", "抱歉", "\\", "$", '"', "“",
           "a ", "the ", "作为", "我", "{v1}", "1 a ", "注：", "\u0430a", "中。")  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE, ids=lambda piece: ascii(piece)[1:-1])
def test_hostile_lengths(piece: str) -> None:
    """A hundred thousand hostile characters are judged in no time, and little is quoted."""
    text = (piece * 100_000)[:100_000]
    given = Passage("title_zh", text, text, text)
    begin = time.process_time()
    found = [violation for check in CHECKS for violation in check(given)]
    found += [*check_characters("title_zh", text, ""), *check_residue("title_zh", "x", text)]
    assert time.process_time() - begin < 5
    assert all(len(violation.text) <= EXCERPT for violation in found)


@pytest.mark.parametrize("check", CHECKS)
def test_checks_are_bounded(check: Check) -> None:
    """No check reports more than twenty violations of a field."""
    text = "<b>抱歉，我们\u0430a的 word" * 50 + "。abstract_zh 個們" * 50
    assert len(list(check(passage(text)))) <= 20


def test_figures_in_brackets_do_not_hide_english() -> None:
    """A sentence left in English is one, whatever stands in brackets between its words."""
    english = "Balls are the hardest (52%), boxes the easiest (98%)."
    passage = Passage("abstract_zh", english, f"球最难。{english}盒子最易。", english)
    assert ["hard"] == [found.severity for found in check_untranslated(passage)]
