"""Is it Chinese, in simplified characters, and all of it."""

import re
from collections.abc import Iterator
from itertools import islice

from newsletter.fidelity.findings import Violation, hard, soft
from newsletter.fidelity.passages import Passage

MIN_HAN_SHARE = 0.5
"""Chinese characters over Chinese characters and Latin words; the sample issue has >= 0.91."""

_MOST = 20
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN_WORD = re.compile("[A-Za-zÀ-ɏ]+")
_ORDINARY_WORDS = re.compile(r"\b[a-z]{3,}\b")
# What is quoted may be a prompt or an answer; what stands in brackets after its Chinese is the
# English term, given to be looked up.
_QUOTED = re.compile(
    r"“[^”]{0,300}”|\"[^\"]{0,300}\"|「[^」]{0,300}」|《[^》]{0,300}》|‘[^’]{0,300}’"
)
_GLOSS = re.compile(r"[(（][^()（）]{0,120}[)）]")
_NO_HAN = re.compile("[^\u3400-\u4dbf\u4e00-\u9fff，。；：？！、（）“”《》]{12,}")
_RUN = re.compile(r"(?<![A-Za-zÀ-ɏ])[a-z]+(?:[ ,;]{1,3}(?:[a-z]+(?:[-'’][a-z]+)*)(?![A-Za-z])){4,}")
_SENTENCE = re.compile(r"(?<![A-Za-z0-9])[A-Z][^\n]*?[.!?](?=\s|$)")
# Neither beside an accented letter: "chet" of Fréchet is no word.
_LOWER = re.compile(r"(?<![A-Za-zÀ-ɏ0-9@_./-])[a-z]{2,}(?![A-Za-zÀ-ɏ0-9@_/-]|\.[a-z])")
# Words that only an English sentence needs.
_FUNCTION = frozenset((
    "the", "of", "and", "is", "are", "was", "were", "be", "been", "in", "on", "at", "to", "for",
    "with", "by", "from", "as", "that", "this", "these", "those", "it", "its", "we", "our",
    "they", "their", "than", "which", "while", "when", "where", "not", "can", "may", "have",
    "has", "had", "both", "each", "into", "over", "under", "between", "without", "within",
    "such", "but", "or", "if", "then"
))  # fmt: skip
_PROSE = 4
"""English words from which a text is prose, and more than a name."""
_SENTENCE_WORDS, _LOWER_WORDS = 4, 3
_ENGLISH_SHARE = 5
"""Words in lower case, one of them a function word, that make a stretch English."""
# Units, and what Chinese writes as it is; neither wants a translation. What is wrong with an
# address, or with what is left of one, `addresses` and `residue` say.
_UNITS = frozenset((
    "ms", "ns", "us", "km", "cm", "mm", "nm", "kg", "mg", "ml", "hz", "khz", "mhz", "ghz", "kb",
    "mb", "gb", "tb", "db", "fps", "px", "pp", "bp", "bps", "vs", "et", "al", "pt", "eg", "ie",
    "min", "sec", "rad", "mol", "ev", "kev", "mev", "gev",
    "http", "https", "www"
))  # fmt: skip
_OTHER_SCRIPT = re.compile(
    "[\u0400-\u052f\u0590-\u06ff\u0750-\u077f\u0900-\u097f\u0e00-\u0e7f\u1100-\u11ff\u3105-\u318f"
    "\u31a0-\u31bf\ua960-\ua97f\uac00-\ud7ff\ufb50-\ufefc]"
)
_SCRIPTS = (
    ("Cyrillic", re.compile("[\u0400-\u052f]+")),
    ("Korean", re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]+")),
    ("Arabic", re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]+")),
    ("Hebrew", re.compile("[\u0590-\u05ff]+")),
    ("Devanagari", re.compile("[\u0900-\u097f]+")),
    ("Thai", re.compile("[\u0e00-\u0e7f]+")),
    ("Bopomofo", re.compile("[\u3105-\u312f\u31a0-\u31bf]+")),
)


def check_language(passage: Passage) -> Iterator[Violation]:
    """Yield where there is no Chinese, where it does not prevail, and other scripts."""
    field, chinese = passage.field, passage.chinese
    han = len(_HAN.findall(chinese))
    latin = len(_LATIN_WORD.findall(chinese))
    is_prose = len(_ORDINARY_WORDS.findall(passage.english)) >= _PROSE
    is_short_of_han = field != "title_zh" and han < MIN_HAN_SHARE * (han + latin)
    # A title may be a name alone; of several words, which titles capitalise, it is not.
    is_untouched = han == 0 and len(_LATIN_WORD.findall(passage.english)) >= _PROSE
    if is_untouched or (is_prose and is_short_of_han):
        yield hard("language", field, chinese, "this is not Chinese; translate it")
    if _OTHER_SCRIPT.search(chinese) is None:
        return
    for name, pattern in _SCRIPTS:
        found = (run for run in pattern.findall(chinese) if run not in passage.paper)
        for run in islice(found, _MOST):
            yield hard("language", field, run, f"{name} letters; write Simplified Chinese")


def check_untranslated(passage: Passage) -> Iterator[Violation]:
    """Yield passages left in English, hard, and single ordinary words left so, soft.

    What stands in quotation marks, and a term in brackets behind its Chinese, may be English.
    """
    text = _GLOSS.sub(_brackets, _QUOTED.sub("“”", passage.chinese))
    if _HAN.search(text) is None:
        return
    left: list[str] = []
    for stretch in islice(_NO_HAN.finditer(text), _MOST):
        left.extend(islice(_english(stretch[0]), _MOST - len(left)))
    for run in left:
        yield hard(
            "untranslated", passage.field, run, "a passage was left in English; translate it"
        )
    if not left:
        for word in islice(_words(text), _MOST):
            message = f"'{word}' was left in English; translate it unless it is a name"
            yield soft("untranslated", passage.field, word, message)


def _brackets(found: re.Match[str]) -> str:
    """Keep Chinese in brackets, and English there that is a sentence; a figure divides nothing."""
    if _LATIN_WORD.search(found[0]) is None and _HAN.search(found[0]) is None:
        return ""
    is_term = _HAN.search(found[0]) is None and not found[0].rstrip(")）").endswith((".", "!", "?"))
    return "（）" if is_term else found[0]


def _english(stretch: str) -> Iterator[str]:
    """Yield what in a stretch without Chinese characters is English prose."""
    runs = [run[0] for run in _RUN.finditer(stretch)]
    if runs:
        yield from runs
        return
    for sentence in _SENTENCE.findall(stretch):
        words = _LATIN_WORD.findall(sentence)
        lower = [word for word in words if word.islower() and len(word) > 1]
        if len(words) >= _SENTENCE_WORDS and len(lower) >= _LOWER_WORDS:
            yield sentence
            return
    lower = [word for word in _LATIN_WORD.findall(stretch) if word.islower()]
    if len(lower) >= _ENGLISH_SHARE and not _FUNCTION.isdisjoint(lower):
        yield stretch.strip()


def _words(text: str) -> Iterator[str]:
    """Yield ordinary English words in lower case, each once."""
    for word in dict.fromkeys(_LOWER.findall(text)):
        if word not in _UNITS:
            yield word
