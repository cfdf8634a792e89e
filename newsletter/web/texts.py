"""Every sentence of the pages, in Chinese and English, under one key.

`texts_zh.ZH` and `texts_en.EN` have the same keys; a test compares them. Keys that begin with
`error.` continue with the code of an `InputError`, and those with `field.` with a form field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from newsletter.errors import InputError
from newsletter.web import texts_choices, texts_library, texts_preview, texts_understood
from newsletter.web.codes import CODES
from newsletter.web.texts_en import EN
from newsletter.web.texts_zh import ZH


class Language(StrEnum):
    """What a page is written in: Chinese unless English is asked for by `?lang=en`."""

    CHINESE = "zh"
    ENGLISH = "en"

    @property
    def other(self) -> "Language":
        """Return the language that the switch on each page leads to."""
        return Language.ENGLISH if self is Language.CHINESE else Language.CHINESE


_PAIRS: Mapping[str, tuple[str, str]] = {
    **texts_choices.TEXTS,
    **texts_library.TEXTS,
    **texts_preview.TEXTS,
    **texts_understood.TEXTS,
}
_TABLES: Mapping[Language, Mapping[str, str]] = {
    Language.CHINESE: {**ZH, **{key: chinese for key, (chinese, _) in _PAIRS.items()}},
    Language.ENGLISH: {**EN, **{key: english for key, (_, english) in _PAIRS.items()}},
}


def language(asked: object) -> Language:
    """Return the language that a query or a form asks for; Chinese for anything unknown."""
    return Language.ENGLISH if asked == Language.ENGLISH.value else Language.CHINESE


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence with `values` put in; they are not escaped here.

        Raises `KeyError` for an unknown key or a value that is missing.
        """
        return _TABLES[self.language][key].format_map(values)

    def state(self, kind: str, value: str) -> str:
        """Return a state's name (`delivery`, `edition`, …), or the bare value of a new one."""
        return _TABLES[self.language].get(f"{kind}.{value}", value)

    def code(self, code: str) -> str:
        """Return the label of a problem's code, or the bare code of a new one."""
        chinese, english = CODES.get(code, (code, code))
        return english if self.language is Language.ENGLISH else chinese

    def detail(self, name: str, value: object) -> str:
        """Return a detail of an event in words, or `name: value` of a new one."""
        words = _TABLES[self.language].get(f"detail.{name}")
        return words.format(value=value) if words else f"{name}: {value}"

    def error(self, error: InputError) -> str:
        """Return what a mistake is and how to mend it."""
        return self(f"error.{error.code}", **error.values)
