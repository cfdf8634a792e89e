"""Is the reader's own keyword still there in the Chinese?

The reader asked for "diffusion policy" and looks for 扩散策略. A keyword that the glossary knows,
as a whole or part by part, must stand in the Chinese of each field whose English has it.
"""

import re
from collections.abc import Iterator

from newsletter.fidelity.excuses import Around, Words, is_excused, is_topical
from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.glossary import Glossary, Term
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
    asked, nor where the English or the paper's topic says that the word is no term of the field:
    a "power transformer", a "public policy". A summary may leave keywords out.
    """
    if not passage.is_complete:
        return
    english, chinese = _fold(passage.english), _fold(passage.chinese)
    for keyword in dict.fromkeys(keywords[:MOST_KEYWORDS]):
        phrase = _fold(keyword)
        if not phrase or phrase in chinese or not _occurs(phrase, english):
            continue
        terms = glossary.occurring(keyword)
        if not all(_is_kept(term, chinese) or _is_other(term, passage, glossary) for term in terms):
            message = f"the reader's keyword '{keyword[:60]}' is missing; use its accepted form"
            yield hard(CHECK, passage.field, keyword, message)


def _is_kept(term: Term, chinese: str) -> bool:
    return any(_fold(form) in chinese for form in (*term.chinese, term.english, *term.also))


def _is_other(term: Term, passage: Passage, glossary: Glossary) -> bool:
    """Say whether the word means something else here, which a wrong rendering would be right for.

    Where one of them stands, only what excuses that one counts.
    """
    if is_topical(term, Words.of(passage.paper)):
        return True
    standing = [wrong for wrong in term.wrong if wrong in passage.chinese]
    around = Around.of(term, passage.english, glossary.occurrences(passage.english))
    return is_excused(term, standing or term.wrong, [around])


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
