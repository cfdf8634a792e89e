"""What is turned round: "A outperforms B" as B 优于 A, "from 48% to 71%" as 从 71% 升至 48%.

Only plain statements are read, one name right before the verb and one right after it. Where
either language says it in another way nothing is claimed.
"""

import re
from collections.abc import Iterator

from newsletter.fidelity.alignment import Bead
from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.passages import Passage

CHECK = "comparisons"
_NAME = r"([A-Z][A-Za-z0-9@.+-]{0,40}[A-Za-z0-9+]|[A-Z])"
_ADVERBS = (
    r"(?:\ (?:also|always|clearly|consistently|even|further|greatly|markedly|significantly|"
    r"slightly|still|substantially|therefore|thus)){0,2}"
)
_ENGLISH = re.compile(
    rf"""(?<![A-Za-z0-9-]){_NAME}{_ADVERBS}\ (?:outperforms|outscores|surpasses|exceeds|beats
      |improves\ (?:up)?on|improves\ over
      |is\ (?:{_ADVERBS.strip()}\ ?)?(?:better|faster|stronger|more\ [a-z]{{3,15}})\ than)
    \ (?:the\ |a\ )?(?:[a-z-]{{2,20}}\ ){{0,3}}{_NAME}""",
    re.VERBOSE,
)
_BETTER = "优于|超过|超越|胜过|好于|强于|快于"
_WORSE = "不如|不及|逊于|弱于|低于|慢于|劣于"
_GAP = r"[^，,。；;A-Z不未没被]{0,12}"
# 比 and 与…相比 alone say nothing of which is better.
_GAIN = r"\s?(?:的?[^，,。；;A-Z不未没被低差慢弱少降]{0,8})(?:高|好|快|强|优|更准|提高|提升)"
_CHINESE = re.compile(
    rf"""(?<![A-Za-z0-9-]){_NAME}{_GAP}(?:(?P<better>{_BETTER})|(?P<worse>{_WORSE})){_GAP}{_NAME}
      | (?<![A-Za-z0-9-]){_NAME}{_GAP}(?P<than>比){_GAP}{_NAME}{_GAIN}
      | (?P<against>与|和|同|相比于?|相较于?|较)\s?{_NAME}\s?(?:相比)?[，,]?\s?{_NAME}{_GAIN}""",
    re.VERBOSE,
)
_NEGATION = re.compile(r"\b(?:not|never|no|fails?|neither|nor|unless|if|whether)\b")


_NUMBER = r"([0-9][0-9.,]{0,20})\s?%?"
_FROM_TO = re.compile(rf"\bfrom\s{_NUMBER}(?:\s[A-Za-z/]{{1,12}})?\sto\s(?:[a-z]+\s)?{_NUMBER}")
_FROM_TO_ZH = re.compile(
    rf"[从由]\s?{_NUMBER}[^0-9，。；]{{0,12}}?(?:至|到|为|成)\s?[^0-9，。；]{{0,4}}?{_NUMBER}"
)


def check_comparisons(passage: Passage) -> Iterator[Violation]:
    """Yield, hard, each comparison of two names, and each change, that the Chinese turns round."""
    for bead in passage.beads:
        yield from _turned_changes(bead, passage.field)
        stated = set(_stated(bead))
        said = dict(_said(bead.chinese)) if stated else {}
        for better, worse in stated:
            turned = said.get((worse, better))
            if turned is not None and (better, worse) not in said:
                message = f"the English says that {better} is better than {worse}"
                yield hard(CHECK, passage.field, turned, message)


def _turned_changes(bead: Bead, field: str) -> Iterator[Violation]:
    """Yield "from 48% to 71%" that became 从 71% 升至 48%."""
    stated = {_ends(found) for found in _FROM_TO.finditer(bead.english)}
    for found in _FROM_TO_ZH.finditer(bead.chinese) if stated else ():
        begin, end = _ends(found)
        if begin != end and (end, begin) in stated and (begin, end) not in stated:
            yield hard(CHECK, field, found[0], f"the English says from {end} to {begin}")


def _ends(found: re.Match[str]) -> tuple[str, str]:
    begin, end = (number.rstrip(".,").replace(",", "") for number in found.group(1, 2))
    return begin, end


def _stated(bead: Bead) -> Iterator[tuple[str, str]]:
    """Yield (better, worse) of plain statements; none of a sentence that denies or asks."""
    if _NEGATION.search(bead.english) is None:
        for found in _ENGLISH.finditer(bead.english):
            if found[1] != found[2]:
                yield found[1], found[2].rstrip(".")


def _said(chinese: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield ((better, worse), the words that say so)."""
    for found in _CHINESE.finditer(chinese):
        first, second = (name for name in found.group(1, 4, 5, 7, 9, 10) if name)
        is_first_worse = found["worse"] or found["against"]
        yield ((second, first) if is_first_worse else (first, second)), found[0]
