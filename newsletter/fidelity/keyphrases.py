"""Is the reader's own keyword still there in the Chinese?

The reader asked for "diffusion policy" and looks for 扩散策略. A keyword that the glossary knows,
as a whole or part by part, must stand in the Chinese of each field whose English has it.
"""

import re
from collections.abc import Iterator

from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.glossary import Glossary
from newsletter.fidelity.passages import Passage

CHECK = "keywords"
MOST_KEYWORDS = 200
"""Keywords looked at; a paper matches a few."""
_SEPARATOR = re.compile(r"[\s\-‐‑–—/]+")


def check_keyphrases(
    passage: Passage, keywords: tuple[str, ...], glossary: Glossary
) -> Iterator[Violation]:
    """Yield a hard violation for each keyword of the English that the Chinese has lost.

    Kept means: in Latin letters, or in an accepted rendering. A keyword without a row of its own
    is taken by the rows of its parts, each of which must be there; without any row nothing is
    asked. A summary may leave keywords out.
    """
    if not passage.is_complete:
        return
    english, chinese = _fold(passage.english), _fold(passage.chinese)
    for keyword in dict.fromkeys(keywords[:MOST_KEYWORDS]):
        phrase = _fold(keyword)
        if phrase and _occurs(phrase, english) and not _is_kept(phrase, keyword, chinese, glossary):
            message = f"the reader's keyword '{keyword[:60]}' is missing; use its accepted form"
            yield hard(CHECK, passage.field, keyword, message)


def _is_kept(phrase: str, keyword: str, chinese: str, glossary: Glossary) -> bool:
    terms = glossary.occurring(keyword)
    return phrase in chinese or all(
        any(_fold(form) in chinese for form in (*term.chinese, term.english)) for term in terms
    )


def _fold(text: str) -> str:
    """Return the text in lower case, with one space for hyphens, slashes and white space.

    Between Chinese and Latin no space remains: KL 散度 and KL散度 are the same.
    """
    spaced = _SEPARATOR.sub(" ", text).strip().lower()
    return _BESIDE_HAN.sub("", spaced)


_BESIDE_HAN = re.compile(r"(?<=[\u4e00-\u9fff]) | (?=[\u4e00-\u9fff])")


def _occurs(phrase: str, english: str) -> bool:
    """Say whether the phrase stands there as whole words, the plural of its last word included."""
    at = english.find(phrase)
    while at != -1:
        end = at + len(phrase)
        is_start = at == 0 or not english[at - 1].isalnum()
        rest = english[end : end + 2].removeprefix("s")
        if is_start and (not english[end : end + 1].isalnum() or not rest[:1].isalnum()):
            return True
        at = english.find(phrase, at + 1)
    return False
