r"""TeX in titles and abstracts made readable without images.

source ─► text parser (commands, accents, groups) ─► nodes ─► to_text | to_html
             └─ `$…$` ─► maths parser ─► nodes, or the source verbatim

arXiv keeps TeX in abstracts: `$\times$`, `64\%`, `Garc\'ia`, `\textbf{…}`. What has no faithful
form in one line (`\frac`, `\sum`, an author's own macro) stays as TeX. Plain text without a
backslash or a dollar sign is never changed. Work is linear in the length of the source.
"""

import re
import unicodedata

from markupsafe import Markup

from newsletter.rendering.tex_braces import Braces
from newsletter.rendering.tex_maths import TextReader, read_maths
from newsletter.rendering.tex_nodes import Node, Script, Verbatim, nodes_to_html, nodes_to_text
from newsletter.rendering.tex_symbols import (
    ACCENTS,
    DECLARATIONS,
    LETTERLIKE,
    RELATIONS,
    TEXT_LETTERS,
    TEXT_STYLES,
)

MAX_MATHS = 2_000
"""Characters between two dollar signs; an arXiv abstract has at most 1,920 altogether."""
MAX_DEPTH = 20
"""Commands inside commands; deeper source stays as it is."""

_SPECIAL = re.compile(r"[\\${]")
_WORD = re.compile(r"[A-Za-z]+")
_ESCAPED = {char: char for char in "%&_#${}"} | {" ": " ", ",": "\u2009", "-": ""}
_SYMBOLS = LETTERLIKE | RELATIONS
_CLOSERS = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}
_COMMAND_OR_GROUP = re.compile(r"\\[A-Za-z]+|\{[^{}]*\}")
_PROSE = re.compile(r"[A-Za-z]{2,}\s+[A-Za-z]{2,}|[\u3000-\u9fff\uff00-\uffef]")
_Read = tuple[list[Node], int]


def to_text(source: str) -> str:
    """Return `source` as plain text with Unicode symbols and scripts."""
    return nodes_to_text(_parse(source))


def to_html(source: str) -> Markup:
    """Return `source` as escaped HTML with `sub`, `sup` and `code` for TeX that stays."""
    return nodes_to_html(_parse(source))


def _parse(source: str) -> list[Node]:
    return _Text(source).read(0, len(source))


class _Text(TextReader):
    """Reads text mode. Every method takes a position and returns nodes and the next one."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.braces = Braces(source)
        self._depth = 0

    def read(self, start: int, end: int) -> list[Node]:
        """Return the nodes of `source[start:end]`; never fails."""
        if self._depth >= MAX_DEPTH:
            return [Verbatim(self.source[start:end])]
        self._depth += 1
        nodes: list[Node] = []
        position = start
        while found := _SPECIAL.search(self.source, position, end):
            nodes.append(self.source[position : found.start()])
            read, position = self._special(found.start(), end)
            nodes += read
        self._depth -= 1
        return [*nodes, self.source[position:end]]

    def _special(self, at: int, end: int) -> _Read:
        two = self.source[at : min(at + 2, end)]
        if two in _CLOSERS:
            return self._maths(at, end, two)
        if two[0] == "$":
            return self._maths(at, end, "$")
        if two[0] == "{":
            return self._group(at, end)
        return self._command(at, end)

    def _maths(self, at: int, end: int, opener: str) -> _Read:
        start = at + len(opener)
        stop = self._closer(start, min(end, start + MAX_MATHS), _CLOSERS[opener])
        if stop is None or (opener == "$" and not self._is_maths(start, stop)):
            return [opener], start
        after = stop + len(opener)
        nodes = read_maths(self, start, stop)
        return ([Verbatim(self.source[at:after])] if nodes is None else nodes), after

    def _closer(self, start: int, end: int, closer: str) -> int | None:
        stop = self.source.find(closer, start, end)
        while stop > start and closer[0] == "$" and self.source[stop - 1] == "\\":
            stop = self.source.find(closer, stop + 1, end)
        return stop if stop > start else None

    def _is_maths(self, start: int, stop: int) -> bool:
        r"""Tell `$x$` from prices, by Pandoc's rule and by what a formula cannot hold.

        The Pandoc User's Guide (tex_math_dollars): a non-space character right of the opening
        and left of the closing dollar, and no digit after the closing one.
        """
        inner = self.source[start:stop]
        bare = _COMMAND_OR_GROUP.sub(" ", inner)
        padded = inner != inner.strip() and not re.search(r"[\\^]", inner)
        return not (padded or self.source[stop + 1 : stop + 2].isdigit() or _PROSE.search(bare))

    def _group(self, at: int, end: int) -> _Read:
        r"""Drop the braces of `{\'e}` and `{\bf word}`; others are the author's own."""
        stop = self.braces.close(at, end)
        if stop is None or self.source[at + 1] != "\\":
            return ["{"], at + 1
        word = _WORD.match(self.source, at + 2, stop)
        if word is not None and word[0] in DECLARATIONS:
            return self.read(self._skip_space(word.end(), stop), stop), stop + 1
        known = word is None or word[0] in ACCENTS | TEXT_LETTERS or word[0] in TEXT_STYLES
        return (self.read(at + 1, stop), stop + 1) if known else (["{"], at + 1)

    def _command(self, at: int, end: int) -> _Read:
        word = _WORD.match(self.source, at + 1, end)
        if word is None:
            return self._control_symbol(at, end)
        name, after = word[0], word.end()
        stop = self.braces.close(after, end)
        if stop is not None and (argument := self._with_argument(name, after, stop, end)):
            return argument
        if name in ACCENTS and (accented := self._accent(name, after, end)):
            return accented
        if name in TEXT_LETTERS:
            return [TEXT_LETTERS[name]], self._skip_space(self._skip_empty(after, end), end)
        if name in _SYMBOLS:
            return [_SYMBOLS[name]], self._skip_empty(after, end)
        return self._unknown(at, after, end)

    def _with_argument(self, name: str, after: int, stop: int, end: int) -> _Read | None:
        if name in TEXT_STYLES:
            return self.read(after + 1, stop), stop + 1
        if name in {"textsuperscript", "textsubscript"}:
            inner = tuple(self.read(after + 1, stop))
            return [Script("sup" if name == "textsuperscript" else "sub", inner)], stop + 1
        last = self.braces.close(stop + 1, end)
        if name in {"href", "textcolor"} and last is not None:
            address = f" ({self.source[after + 1 : stop]})" if name == "href" else ""
            return [*self.read(stop + 2, last), address], last + 1
        return None

    def _control_symbol(self, at: int, end: int) -> _Read:
        symbol = self.source[at + 1 : min(at + 2, end)]
        if symbol in _ESCAPED:
            return [_ESCAPED[symbol]], at + 2
        if symbol in ACCENTS and (accented := self._accent(symbol, at + 2, end)):
            return accented
        # Both characters of a line break `\\` are passed at once, so that what follows the
        # second is not taken for its command.
        return ["\\" + symbol if symbol == "\\" else "\\"], at + 1 + (symbol == "\\")

    def _accent(self, name: str, after: int, end: int) -> _Read | None:
        r"""Read the letter of `\'e`, `\'{e}`, `\'{\i}` or `\c c`; None if there is none."""
        stop = self.braces.close(after, end)
        inner = self.source[after + 1 : stop] if stop is not None else ""
        if stop is None:
            spaced = self._skip_space(after, end) if name.isalpha() else after
            inner, stop = self.source[spaced : min(spaced + 1, end)], spaced
            if name.isalpha() and spaced == after:
                return None
        letter = {r"\i": "i", r"\j": "j"}.get(inner, inner)
        if len(letter) != 1 or not letter.isalpha():
            return None
        return [unicodedata.normalize("NFC", letter + ACCENTS[name])], stop + 1

    def _unknown(self, at: int, after: int, end: int) -> _Read:
        while (stop := self.braces.close(after, end)) is not None:
            after = stop + 1
        return [Verbatim(self.source[at:after])], after

    def _skip_space(self, at: int, end: int) -> int:
        return at + 1 if at < end and self.source[at] == " " else at

    def _skip_empty(self, at: int, end: int) -> int:
        return at + 2 if self.source[at : min(at + 2, end)] == "{}" else at
