"""Chinese typography by code: full-width punctuation, quotes, and the space around Latin.

Rules after GB/T 15834-2011 (punctuation) and W3C's Requirements for Chinese Text Layout. Only
marks and spaces change: every letter, digit and Chinese character stays, in order. Formulas,
placeholders, addresses and code are never touched.
"""

import re
from collections.abc import Iterator

from newsletter.fidelity.findings import Violation, soft
from newsletter.fidelity.settling import settle
from newsletter.fidelity.tex import CODE, MATHS, URL

_PASSES = 5
"""Nested brackets uncover each other; a text not settled after five is left as it was."""
_SPAN = "\ue000"
"""Stands for a protected span; no clean text holds it."""
_PROTECTED = re.compile(
    rf"\{{v[0-9]{{1,5}}\}} | {MATHS} | {URL} | {CODE} | \\[A-Za-z]+(?:\{{[^{{}}]{{0,200}}\}})?",
    re.VERBOSE | re.DOTALL,
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_CLOSING = "，。；：？！、）》」』】"
_OPENING = "（《「『【"
_FULL = _CLOSING + _OPENING
_WIDE = f"{_HAN}{_FULL}“”‘’…"
_LATIN_START = f"A-Za-z0-9\u0370-\u03ff{_SPAN}"
_LATIN_END = f"{_LATIN_START}%‰℃°+#²³"
_MARKS = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}

# Beside Chinese, on either side; but a mark between two Latin words belongs to them.
_MARK = re.compile(rf"(?:(?<=[{_WIDE}])|(?<=[{_WIDE}]\ ))[,;:?!]|[,;:?!](?=\ ?[{_WIDE}])")
_STOP = re.compile(
    rf"(?<=[{_HAN}”’）》」』】])\.(?![.A-Za-z0-9])"
    rf"|(?<=[A-Za-z0-9%){_SPAN}])\.(?=\ ?[{_HAN}“（《]|\ ?$)"
)
_ABBREVIATED = re.compile(
    r"(?:(?<![A-Za-z])(?:e\.g|i\.e|etc|al|vs|cf|No|Fig|Eq|Dr)|(?:^|[。；：！？]\s?)[0-9]{1,2})$"
)
_DOTS = re.compile(rf"(?<=[{_WIDE}])(?:\.{{3,}}|…+)|(?:\.{{3,}}|…+)(?=[{_WIDE}])|。{{3,}}")
_TITLES = re.compile(rf"<<(?=[^<>]{{0,100}}[{_HAN}])([^<>]{{1,100}})>>")
_BEFORE_PERCENT = re.compile(r"(?<=[0-9])\ +(?=[%‰℃])")
_AROUND_FULL = re.compile(rf"\ +(?=[{_FULL}])|(?<=[{_FULL}])\ +")
_AROUND_QUOTE = re.compile(rf"(?<=[{_HAN}])\ +(?=[“‘])|(?<=[”’])\ +(?=[{_HAN}])")
_IN_HAN = re.compile(rf"(?<=[{_HAN}])\ +(?=[{_HAN}])")
_JOINT = re.compile(rf"(?<=[{_HAN}])\ *(?=[{_LATIN_START}])|(?<=[{_LATIN_END}])\ *(?=[{_HAN}])")
_HAS_HAN = re.compile(f"[{_HAN}]")
_IS_WIDE = re.compile(f"[{_HAN}{_FULL}]")
_AROUND = 6
"""Characters on either side of a mark that a finding quotes."""


def polish(text: str, *, spacing: bool = True) -> str:
    """Return `text` in the typography of printed Chinese; idempotent.

    With `spacing` one space stands between Chinese and Latin letters, digits or formulas;
    without it none. A text without Chinese comes back as it was.
    """
    if _HAS_HAN.search(text) is None or _SPAN in text:
        return text
    spans = _PROTECTED.findall(text)
    hidden = _PROTECTED.sub(_SPAN, text)
    joint = " " if spacing else ""
    settled = settle(hidden, lambda text: _spaced(_punctuated(text), joint), _PASSES)
    restored = iter(spans)
    return re.sub(_SPAN, lambda _: next(restored), settled)


def check_typography(field: str, raw: str) -> Iterator[Violation]:
    """Yield, soft, how many marks stand in their half-width form beside Chinese: one finding.

    It quotes the first of them with at most six characters on either side. `raw` is the Chinese
    as it came: cleaning (NFKC) makes every mark half-width. Spaces are not looked at, because
    whether they stand there is a setting.
    """
    if _HAS_HAN.search(raw) is None:
        return
    hidden = _PROTECTED.sub(_SPAN, raw)
    changes = list(_changes(hidden))
    if not changes:
        return
    start, stop, _ = changes[0]
    around = hidden[max(0, start - _AROUND) : stop + _AROUND].replace(_SPAN, " ")
    marks = "1 half-width mark" if len(changes) == 1 else f"{len(changes)} half-width marks"
    them = "it" if len(changes) == 1 else "them"
    message = f"{marks} beside Chinese; write {them} full-width"
    yield soft("typography", field, around, message)


def _punctuated(text: str) -> str:
    """Apply every change of marks."""
    pieces: list[str] = []
    end = 0
    for start, stop, new in _changes(text):
        pieces += text[end:start], new
        end = stop
    return "".join([*pieces, text[end:]])


def _changes(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield, in order and without overlap, where a mark changes and into what."""
    changes = {
        (found.start(), found.end()): _MARKS[found[0]]
        for pattern in (_MARK, _STOP)
        for found in pattern.finditer(text)
        if found[0] != "."
        or not _ABBREVIATED.search(text[max(0, found.start() - 8) : found.start()])
    }
    changes.update({found.span(): "……" for found in _DOTS.finditer(text) if found[0] != "……"})
    for found in _TITLES.finditer(text):
        changes[found.start(), found.start() + 2] = "《"
        changes[found.end() - 2, found.end()] = "》"
    changes.update({(place, place + 1): new for place, new in _brackets(text)})
    changes.update({(place, place + 1): new for place, new in _quotes(text)})
    end = 0
    for (start, stop), new in sorted(changes.items()):
        if start >= end:
            yield start, stop, new
            end = stop


def _brackets(text: str) -> Iterator[tuple[int, str]]:
    """Yield round brackets that hold Chinese or stand beside it; both of a pair or neither."""
    opened: list[int] = []
    han = [0]
    for char in text:
        han.append(han[-1] + ("\u3400" <= char <= "\u9fff"))
    for place, char in enumerate(text):
        if char == "(":
            opened.append(place)
        elif char == ")" and opened:
            start = opened.pop()
            has_han = han[place] > han[start]
            before = text[start - 1] if start else " "
            is_call = before.isascii() and before != " "
            if has_han or (not is_call and _is_beside(text, start, place)):
                yield start, "（"
                yield place, "）"


def _is_beside(text: str, start: int, stop: int) -> bool:
    """Say whether Chinese stands before `start` or after `stop`, a space apart at most."""
    before = text[max(0, start - 2) : start].rstrip(" ")[-1:]
    after = text[stop + 1 : stop + 3].lstrip(" ")[:1]
    return any(char and _IS_WIDE.match(char) for char in (before, after))


def _quotes(text: str) -> Iterator[tuple[int, str]]:
    """Yield straight quotes around or beside Chinese, opening and closing in turn."""
    places = [place for place, char in enumerate(text) if char == '"']
    if len(places) % 2:
        return
    for start, stop in zip(places[::2], places[1::2], strict=True):
        if _HAS_HAN.search(text, start, stop) or _is_beside(text, start, stop):
            yield start, "“"
            yield stop, "”"


def _spaced(text: str, joint: str) -> str:
    """Put `joint` between Chinese and Latin, and take spaces away where print has none."""
    text = re.sub(r" {2,}", " ", text)
    for pattern in (_BEFORE_PERCENT, _AROUND_FULL, _AROUND_QUOTE, _IN_HAN):
        text = pattern.sub("", text)
    return _JOINT.sub(joint, text)
