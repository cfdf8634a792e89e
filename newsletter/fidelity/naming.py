"""Compare the names of a Chinese text with those of its English, sentence by sentence.

Two questions. Is there Latin in the Chinese that the paper does not have, mistyped or another
name? And is there a name in an English sentence that its Chinese does not keep? 该方法 or 前者 may
stand for a name, as far as the English has no pronoun of its own there; a neighbouring sentence
may hold it, as far as that has one to spare. 它 and 其 excuse nothing: translators put them for
"which" too, and a name lost beside one would pass.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from newsletter.fidelity.acronyms import (
    Acronyms,
    Rendering,
    fold,
    glossary_renderings,
    may_write,
    without_expansions,
)
from newsletter.fidelity.alignment import Bead
from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.glossary import Glossary
from newsletter.fidelity.names import (
    Parts,
    compounds,
    find_names,
    is_marked,
    kept_words,
    occurrences,
    parts_of,
    units,
    words,
)
from newsletter.fidelity.passages import Passage
from newsletter.fidelity.proper_nouns import (
    HAS_CHINESE,
    TRANSLITERATED,
    TRANSLITERATING,
)

CHECK = "names"
_MOST_NAMES = 300
"""Different names of one paper; a text with more is no abstract, and is not compared."""
_SPREAD = 2.0
"""How far the lengths of two sentences that say the same may be from the usual ratio."""
MOST = 20
"""Violations of one kind in one field; more say nothing more."""

_CHINESE_PRONOUN = re.compile(
    r"""它们 | 二者 | 两者 | 前者 | 后者
    | (?:该|此|这一|这种|本) (?: 方[法案] | 模[型块] | 框架 | 算法 | 系统 | 工具 | 智能体 | 数据集
      | 基准 | 架构 | 网络 | 技术 | 指标 | 范式 | 机制 | 流程 | 策略 | 设计 )""",
    re.VERBOSE,
)
_ENGLISH_PRONOUN = re.compile(
    r"""\b(?: its? | itself | they | their | them | this | these | former | latter | both
    | that | which | who | whose
    | the\ (?:resulting\ )?(?:agent|algorithm|approach|benchmark|data\ ?set|framework|method|model|
      network|procedure|scheme|system|tool|technique) )\b""",
    re.VERBOSE | re.IGNORECASE,
)
_TRANSLITERATION = re.compile(rf"[{''.join(sorted(TRANSLITERATING))}]{{2,}}")
# Latin that Chinese prose writes of its own accord.
_CHINESE_OWN = frozenset({"vs", "et", "al", "eg", "ie", "Top", "Web", "web", "App"})


class _Prepared:
    """What the check needs of a glossary; compared by identity, for hashing 400 rows takes long."""

    def __init__(self, glossary: Glossary) -> None:
        self.glossary = glossary

    def __hash__(self) -> int:
        return id(self.glossary)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Prepared) and other.glossary is self.glossary

    @cached_property
    def renderings(self) -> dict[str, Rendering]:
        """Return what may stand for the initials of each term."""
        return glossary_renderings(self.glossary.terms)

    @cached_property
    def latin(self) -> frozenset[str]:
        """Return the Latin parts that accepted renderings hold, in lower case."""
        forms = (form for term in self.glossary.terms for form in term.chinese)
        return frozenset(part.lower() for form in forms for part in parts_of(form))


@lru_cache(maxsize=4)
def _same(prepared: _Prepared) -> _Prepared:
    """Return the first one that was made for a glossary, with what it has worked out."""
    return prepared


def check_names(passage: Passage, glossary: Glossary) -> Iterator[Violation]:
    """Yield a violation for each foreign, lost or exchanged name; all are hard.

    A summary may leave names out, so there only foreign ones count.
    """
    strange = tuple(_strange(passage, _same(_Prepared(glossary))))[:MOST]
    for part in strange:
        message = f"'{part[:40]}' is not in the English; copy each name letter by letter"
        yield hard(CHECK, passage.field, part, message)
    if passage.is_complete:
        yield from list(_lost(passage, _same(_Prepared(glossary))))[:MOST]


def _strange(passage: Passage, glossary: _Prepared) -> Iterator[str]:
    """Yield the Latin parts of the Chinese that nothing in the paper explains."""
    ours = set(parts_of(passage.paper))
    unknown = [part for part in parts_of(passage.chinese) if part not in ours and _counts(part)]
    if unknown:
        folded = {part.lower() for part in ours}
        explained = compounds(passage.paper) | glossary.latin
        written_out = fold(passage.paper)
        for part in unknown:
            if part.lower() in explained or _is_variant(part, ours, folded):
                continue
            if not may_write(part, written_out, glossary.renderings):
                yield part
    for word in words(passage.chinese):
        # Variables; Å and Ω are units.
        letters = (part for part in word.parts if len(part) == 1 and "A" <= part <= "Z")
        yield from ("-".join(word.parts) for part in letters if part not in ours)


def _counts(part: str) -> bool:
    """Say whether a part is Latin that must come from the English: no figure, no unit."""
    if len(part) < 2 or part in units() or part in _CHINESE_OWN:  # noqa: PLR2004 - variables
        return False
    return not part[0].isdigit() or is_marked(part)


def _is_variant(part: str, ours: set[str], folded: set[str]) -> bool:
    """Say whether an ordinary word differs by its first letter or its plural only."""
    if part[1:] != part[1:].lower():
        return False
    for form in (part, part + "s", part.removesuffix("s"), part + "es"):
        if {form.lower(), form.capitalize(), form} & ours:
            return True
    # A word of a title in capitals, or "Anchor" for "ANCHOR".
    return part.lower() in folded and part.upper() in ours


@dataclass(frozen=True, slots=True)
class _Balance:
    """What one bead has of each name."""

    english: str
    asked: Counter[Parts]
    said: Counter[Parts]
    stood_for: Counter[Parts]
    """Said by other words: a rendering of an acronym."""
    pronouns: int
    """Chinese ones beyond the English ones; negative where the English has more."""

    def lack(self, name: Parts) -> int:
        return self.asked[name] - self.said[name] - self.stood_for[name]


def _lost(passage: Passage, glossary: _Prepared) -> Iterator[Violation]:
    """Yield the names that a bead lacks."""
    title, abstract = _title_and_abstract(passage)
    kept = kept_words(passage.chinese)
    names = find_names(title, without_expansions(abstract), kept)
    if not 0 < len(names) <= _MOST_NAMES:
        return
    acronyms = Acronyms(passage.paper, passage.chinese, glossary.renderings)
    balances = [_balance(bead, names, acronyms) for bead in passage.sentences]
    for place, balance in enumerate(balances):
        yield from _lost_here(passage.field, place, balances, balance)


def _title_and_abstract(passage: Passage) -> tuple[str, str]:
    if passage.field == "title_zh":
        return passage.english, passage.paper.removeprefix(passage.english)
    return passage.paper.removesuffix(passage.english), passage.english


def _balance(bead: Bead, names: frozenset[Parts], acronyms: Acronyms) -> _Balance:
    asked = Counter(occurrences(without_expansions(bead.english), names))
    said = Counter(occurrences(bead.chinese, names))
    stood_for: Counter[Parts] = Counter()
    for name, times in asked.items():
        if said[name] < times:
            stood_for[name] = _other_words(name, bead, acronyms)
    theirs = len(_CHINESE_PRONOUN.findall(bead.chinese))
    spare = theirs and theirs - len(_ENGLISH_PRONOUN.findall(bead.english))
    return _Balance(bead.english, asked, said, stood_for, spare)


def _other_words(name: Parts, bead: Bead, acronyms: Acronyms) -> int:
    """Return how often the Chinese says a name in Chinese beyond what the English asks for."""
    word = name[0]
    if len(name) > 1:
        surnames = not any(map(is_marked, name)) and all(map(str.isalpha, name))
        found = _TRANSLITERATION.search(bead.chinese) if surnames and "-" in bead.chinese else None
        return 0 if found is None else bead.english.count("-".join(name))
    if "@" in word:
        at = word[word.index("@") :]
        return sum(map(bead.chinese.count, (f"率{at}", f"度{at}", f"值{at}")))
    chinese: Sequence[str] = TRANSLITERATED.get(word, ()) or HAS_CHINESE.get(word, ())
    english: Sequence[str] = ()
    if word in TRANSLITERATED and _TRANSLITERATION.search(bead.chinese):
        return bead.english.count(word)
    if not chinese:
        rendering = acronyms.rendering(word)
        chinese, english = rendering.chinese, rendering.english
    if not chinese:
        return 0
    folded = fold(bead.english)
    times = max(map(bead.chinese.count, chinese), default=0)
    return max(0, times - max((folded.count(phrase) for phrase in english), default=0))


def _lost_here(
    field: str, place: int, balances: list[_Balance], here: _Balance
) -> Iterator[Violation]:
    around = balances[max(0, place - 1) : place] + balances[place + 1 : place + 2]
    spare = max(0, here.pronouns)
    surplus = [name for name in here.said if here.said[name] > here.asked[name]]
    for name in here.asked:
        lack = here.lack(name)
        if lack <= 0:
            continue
        shown = "-".join(name)
        other = next((other for other in surplus if other != name), None)
        if other is not None and field != "title_zh":
            message = f"'{shown}' of the English stands there as '{'-'.join(other)}'"
            yield hard(CHECK, field, "-".join(other), message)
            continue
        lack -= sum(max(0, -other.lack(name)) for other in around if -other.lack(name) > 0)
        # "a soft actor-critic (SAC)": no pronoun stands for what a bracket introduces.
        excused = 0 if f"({shown}" in here.english else min(spare, max(0, lack))
        spare -= excused
        for _ in range(lack - excused):
            yield hard(
                CHECK,
                field,
                shown,
                f"'{shown}' of the English is missing; keep it in Latin letters",
            )
