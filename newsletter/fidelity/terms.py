"""Are the field's terms what Chinese researchers call them?

A wrong rendering counts where the English of the same sentence has the term, where nothing else
there, and nothing in the paper's topic, is what it would be right for, and where it is not a part
of a longer, right word: the Chinese is cut from left to right into the longest words known,
accepted, wrong or ordinary.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from newsletter.fidelity.alignment import Bead
from newsletter.fidelity.excuses import Around, Words, is_excused, is_topical
from newsletter.fidelity.findings import Violation, hard, soft
from newsletter.fidelity.glossary import Glossary, Occurrence, Term
from newsletter.fidelity.neighbours import neighbours
from newsletter.fidelity.passages import Passage

CHECK = "terms"
MAX_FINDINGS = 20
"""Of one field, hard and soft together."""
_MIN_WORD = 2
"""Characters of an accepted rendering that can hide a wrong one; 图 or 层 begins many words."""

# Ordinary words that begin or end like a wrong rendering (训练后门 is about back doors), and names
# of places in 州.
_WORDS = (
    "训练后门 训练后缀 训练后端 训练后验 训练后续 训练后果 训练后勤 训练后期 预训练后 "
    "微调训练后 训练前馈 训练前沿 训练前向 训练前缀 训练前端 训练前景 训练前置 图形处理器 "
    "图形用户界面 图形界面 图形学 图形卡 几何图形 所体现 推出率 推广率 发布会 发布者 代表性 "
    "代表作 代表团 代表队 联合国 联合会 联合体 象征性 凭证式 重量级 代理服务器 代理模型 "
    "代理目标 代理损失 代理指标 代理任务 代理变量 代理函数 代理奖励 代理标签 代理度量 "
    "反向代理 委托代理 缩放法则 差异化 差异性 个体差异 批判性 自我批判 底线思维 参数有效性 "
    "广州 杭州 苏州 郑州 兰州 福州 徐州 扬州 温州 惠州 常州 贵州 加州 德州 得州 神州 九州 "
    "泉州 漳州 赣州 柳州 沧州 达州 滁州 亳州 宿州 湖州 台州 衢州 荆州 鄂州 郴州 永州 潮州 "
    "梅州 儋州 锦州 朔州 忻州 滨州 抚州 池州 随州 通州 登州 莱州 华州 麻州 佛州 宾州 俄州 "
    "纽约州 华盛顿州 佛罗里达州 弗吉尼亚州 宾夕法尼亚州 伊利诺伊州 密歇根州 佐治亚州 "
    "俄亥俄州 马萨诸塞州 明尼苏达州 印第安纳州 科罗拉多州 俄勒冈州 亚利桑那州 威斯康星州 "
    "得克萨斯州 德克萨斯州 加利福尼亚州 各州 美国州 州政府 州长 州际 州立"
)
_ORDINARY = frozenset(_WORDS.split(" "))
_SPACING = re.compile(r"[\s\-‐‑–—·]+")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A bead and what is looked for in it: its terms, or its neighbours' too where they blur."""

    english: str
    chinese: str
    occurrences: tuple[Occurrence, ...]


def check_terms(passage: Passage, glossary: Glossary) -> Iterator[Violation]:
    """Yield renderings that are known to be wrong (hard) and terms without a known one (soft).

    Of a summary only the first; it need not say all. At most `MAX_FINDINGS`.
    """
    own = [_own(bead, glossary) for bead in passage.beads]
    found = list(islice(_wrong(own, passage), MAX_FINDINGS))
    yield from (violation for _, violation in found)
    if passage.is_complete:
        told = {term.english for term, _ in found}
        yield from islice(_missing(own, passage, told), MAX_FINDINGS - len(found))


def _own(bead: Bead, glossary: Glossary) -> _Sentence:
    return _Sentence(bead.english, bead.chinese, tuple(glossary.occurrences(bead.english)))


def _wrong(own: Sequence[_Sentence], passage: Passage) -> Iterator[tuple[Term, Violation]]:
    """Yield the wrong renderings; in most Chinese none of any term stands."""
    terms = {found.term.english: found.term for one in own for found in one.occurrences}
    suspects = {
        wrong for term in terms.values() for wrong in term.wrong if wrong in passage.chinese
    }
    paper = Words.of(passage.paper)
    for at, sentence in enumerate(own):
        if any(wrong in sentence.chinese for wrong in suspects):
            window = [own[place] for place in neighbours(passage.beads, at)]
            yield from _wrong_in(window, passage, paper)


def _wrong_in(
    window: Sequence[_Sentence], passage: Passage, paper: Words
) -> Iterator[tuple[Term, Violation]]:
    """Yield the wrong renderings in the first sentence of a window."""
    terms = _terms(window)
    blame = _blamed(terms.values(), window, paper)
    if not blame:
        return
    right = {word for term, _ in terms.values() for word in term.chinese if len(word) >= _MIN_WORD}
    for word in _words(window[0].chinese, _ORDINARY | right | blame.keys()):
        if word in blame and word not in right:
            term, english = blame[word]
            message = f"{word!r} is wrong for {_advice(term, english)}"
            yield term, hard(CHECK, passage.field, word, message)


def _terms(window: Iterable[_Sentence]) -> Mapping[str, tuple[Term, str]]:
    """Return the terms of a window by their names, each with its first words there."""
    terms: dict[str, tuple[Term, str]] = {}
    for one in window:
        for found in one.occurrences:
            terms.setdefault(found.term.english, (found.term, one.english[found.start : found.end]))
    return terms


def _blamed(
    terms: Iterable[tuple[Term, str]], window: Sequence[_Sentence], paper: Words
) -> Mapping[str, tuple[Term, str]]:
    """Return the wrong renderings that stand in the Chinese, each with a term without excuse."""
    blame: dict[str, tuple[Term, str]] = {}
    for term, english in terms:
        standing = [wrong for wrong in term.wrong if wrong in window[0].chinese]
        if not standing or is_topical(term, paper):
            continue
        around = [Around.of(term, one.english, one.occurrences) for one in window]
        for wrong in standing:
            if not is_excused(term, [wrong], around):
                blame.setdefault(wrong, (term, english))
    return blame


def _words(chinese: str, known: frozenset[str] | set[str]) -> Iterator[str]:
    """Cut `chinese` from left to right into the longest words of `known`; yield those."""
    lengths = sorted({len(word) for word in known}, reverse=True)
    at = 0
    while at < len(chinese):
        sizes = (size for size in lengths if chinese[at : at + size] in known)
        size = next(sizes, 0)
        if size:
            yield chinese[at : at + size]
        at += max(size, 1)


def _missing(own: Iterable[_Sentence], passage: Passage, told: set[str]) -> Iterator[Violation]:
    """Yield each term, once, that a sentence has and its Chinese has in no known rendering.

    Hard only where Chinese has no word for it: lists of renderings are never whole.

    `told` holds the English of those that need no further word.
    """
    for sentence in own:
        chinese = _squeezed(sentence.chinese)
        for found in sentence.occurrences:
            term = found.term
            if term.english not in told and not _is_rendered(term, chinese):
                told.add(term.english)
                text = sentence.english[found.start : found.end]
                message = f"no usual Chinese for {_advice(term, text)}"
                is_lost = _is_name(term) and not _may_differ(term, sentence, passage)
                report = hard if is_lost else soft
                yield report(CHECK, passage.field, text, message)


def _may_differ(term: Term, sentence: _Sentence, passage: Passage) -> bool:
    """Say whether the term may be no term here: a transformer of the power grid."""
    around = [Around.of(term, sentence.english, sentence.occurrences)]
    return is_excused(term, term.wrong, around) or is_topical(term, Words.of(passage.paper))


def _is_name(term: Term) -> bool:
    """Say whether a term has no Chinese at all, as Transformer: then it is missing."""
    return all(word.isascii() for word in term.chinese)


def _is_rendered(term: Term, squeezed: str) -> bool:
    if any(word in squeezed or _squeezed(word) in squeezed for word in term.chinese):
        return True
    return term.keep_english and _squeezed(term.english) in squeezed


def _squeezed(text: str) -> str:
    """Return `text` folded, without spaces and hyphens: KV 缓存 is KV缓存."""
    return _SPACING.sub("", text).casefold()


def _advice(term: Term, english: str) -> str:
    """Return the words of this text, and what to write for them."""
    accepted = " or ".join(term.chinese[:2]) or term.english
    return f"{english!r}; write {accepted}"
