"""The forms that an English term takes: plurals, verbs, British spelling, words written together.

Only what is safe is built: "state" is no form of "stated", nor "scheme" of "scheming".
"""

import re
from collections.abc import Iterator

_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)$")
_IZE = re.compile(r"(?<=[a-z]{2})iz(?=e|ing|ation|able)")
_DOUBLED = re.compile(r"(?<=[ae])(l)(?=(?:ed|ing)$)")
"""Of "modeling" and "labeled": British spelling doubles the l."""
_VERB_COMPOUND = frozenset({"training", "tuning", "learning", "prompting", "distillation"})
"""Last words of compounds that are also used as verbs ("we fine-tune", "post-trained")."""


def forms_of(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the forms of a term's folded words, not always the words themselves."""
    *before, last = words
    for form in dict.fromkeys(_last_forms(last, is_compound=bool(before))):
        for spelt in (form, *_british(form)):
            yield (*before, spelt)
            if len(before) == 1 and _is_prefix(before[0]):
                yield (before[0] + spelt,)
    if before:
        british = tuple(next(_british(word), word) for word in words)
        yield british


def _last_forms(word: str, *, is_compound: bool) -> Iterator[str]:
    yield word
    yield _plural(word)
    if word.endswith("ize"):
        yield from (f"{word}s", f"{word}d", f"{word[:-1]}ing", f"{word[:-1]}able")
    if is_compound and word in _VERB_COMPOUND:
        yield from _verbs(word)


def _verbs(word: str) -> tuple[str, ...]:
    """Return the verb's forms of the last word of a compound."""
    if word == "tuning":
        return ("tune", "tunes", "tuned")
    if word == "distillation":
        return ("distill", "distills", "distilled", "distilling")
    stem = word.removesuffix("ing")
    return (stem, f"{stem}s", f"{stem}ed")


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return f"{word[:-1]}ies"
    if word.endswith("is"):
        return f"{word[:-2]}es"
    return f"{word}es" if _SIBILANT.search(word) else f"{word}s"


def _british(word: str) -> Iterator[str]:
    """Yield the British spelling where it differs."""
    spelt = _IZE.sub("is", word)
    spelt = _DOUBLED.sub(r"\1\1", spelt.replace("behavior", "behaviour"))
    if spelt != word:
        yield spelt


def _is_prefix(word: str) -> bool:
    """Say whether a first word is one that is also written together with the next."""
    return word in _PREFIXES


_PREFIXES = frozenset(
    {"pre", "post", "mid", "fine", "multi", "self", "meta", "semi", "super", "hyper", "over"}
    | {"under", "cross", "neuro", "end", "co", "non", "auto", "mini"}
)
