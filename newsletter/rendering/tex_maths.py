r"""Read the inside of `$…$` into one line of text with scripts, or decline.

Declining is the rule for anything not in the tables: half a formula is worse than its TeX.
"""

import re
from typing import Final, Protocol

from newsletter.rendering.tex_braces import Braces
from newsletter.rendering.tex_nodes import Node, Script, nodes_to_text
from newsletter.rendering.tex_symbols import (
    FUNCTIONS,
    LETTERLIKE,
    MATH_ACCENTS,
    MATHS_STYLES,
    RELATIONS,
    SIZES,
    SPACES,
    TEXT_STYLES,
    alphabet,
)

MAX_DEPTH = 20
"""Groups inside groups; a deeper formula stays as TeX."""

_TOKEN = re.compile(r"\\([A-Za-z]+|.)|.", re.DOTALL)
_CHARACTERS: Final = {"-": "−", "'": "′", "~": " "}
_ESCAPED: Final = frozenset("{}%$#_&")


class TextReader(Protocol):
    r"""What the maths parser needs of text mode, for `\text{…}`."""

    source: str
    braces: Braces

    def read(self, start: int, end: int) -> list[Node]:
        """Return the nodes of text between two positions."""


class _Declined(Exception):
    """Signals inside this module that the formula stays TeX."""


def read_maths(text: TextReader, start: int, end: int) -> list[Node] | None:
    """Return the nodes of the formula at `source[start:end]`, or None if it stays TeX."""
    try:
        return _trim(_Maths(text).row(start, end, 0))
    except _Declined:
        return None


class _Maths:
    """Reads maths mode; the place in the source is `self.at`."""

    def __init__(self, text: TextReader) -> None:
        self.text, self.source, self.braces = text, text.source, text.braces
        self.at = 0

    def row(self, start: int, end: int, depth: int) -> list[Node]:
        """Read everything from `start` to `end`, and leave the place at `end`."""
        if depth > MAX_DEPTH:
            raise _Declined
        self.at = start
        nodes: list[Node] = []
        while self.at < end:
            self._step(nodes, end, depth)
        return nodes

    def _step(self, nodes: list[Node], end: int, depth: int) -> None:
        char = self.source[self.at]
        if char.isspace():
            self.at += 1
            if nodes and nodes[-1] != " ":
                nodes.append(" ")
        elif char in "^_":
            self.at += 1
            nodes.append(_script(char, self._argument(end, depth)))
        elif word := self._word_of(RELATIONS, end):
            tight = bool(nodes) and nodes[-1] != " "
            nodes.append(word)
            self._skip_space(end, tight)
        elif word := self._word_of(FUNCTIONS, end):
            nodes.extend([" ", word] if nodes and _is_word_end(nodes[-1]) else [word])
            if self.at < end and (self.source[self.at] == "\\" or self.source[self.at].isalnum()):
                nodes.append(" ")
        else:
            nodes.extend(self._atom(end, depth))

    def _word_of(self, table: "dict[str, str] | frozenset[str]", end: int) -> str | None:
        """Read a command if `table` has it, and return what it prints."""
        token = _TOKEN.match(self.source, self.at, end)
        if token is None or token[1] is None or token[1] not in table:
            return None
        self.at = token.end()
        return table[token[1]] if isinstance(table, dict) else token[1]

    def _skip_space(self, end: int, wanted: bool) -> None:
        while wanted and self.at < end and self.source[self.at].isspace():
            self.at += 1

    def _argument(self, end: int, depth: int) -> list[Node]:
        self._skip_space(end, wanted=True)
        if self.at >= end:
            raise _Declined
        if word := self._word_of(RELATIONS, end):
            return [word]
        return _trim(self._atom(end, depth))

    def _atom(self, end: int, depth: int) -> list[Node]:
        token = _TOKEN.match(self.source, self.at, end)
        if token is None or token[0] in {"}", "&", "#", "\\", "^", "_"}:
            raise _Declined
        if token[0] == "{":
            return self._group(end, depth)
        self.at = token.end()
        if token[1] is None:
            return [_CHARACTERS.get(token[0], token[0])]
        return self._command(token[1], end, depth)

    def _group(self, end: int, depth: int) -> list[Node]:
        stop = self.braces.close(self.at, end)
        if stop is None:
            raise _Declined
        nodes = self.row(self.at + 1, stop, depth + 1)
        self.at = stop + 1
        return nodes

    def _command(self, name: str, end: int, depth: int) -> list[Node]:
        if name in LETTERLIKE:
            return [LETTERLIKE[name]]
        if name in _ESCAPED:
            return [name]
        if name in SPACES:
            return [SPACES[name]] if SPACES[name] else []
        if name in SIZES:
            return self._bracket(end)
        return self._applied(name, end, depth)

    def _bracket(self, end: int) -> list[Node]:
        r"""Drop `\left`; `\left.` is a bracket that is not there."""
        self._skip_space(end, wanted=True)
        if self.source[self.at : min(self.at + 1, end)] != ".":
            return []
        self.at += 1
        return []

    def _applied(self, name: str, end: int, depth: int) -> list[Node]:
        if name in TEXT_STYLES:
            return self._plain_text(end)
        nodes = self._argument(end, depth + 1) if name in _OF_ONE_ARGUMENT else None
        if nodes is None:
            raise _Declined
        return nodes if name in MATHS_STYLES else [_changed(name, nodes)]

    def _plain_text(self, end: int) -> list[Node]:
        stop = self.braces.close(self.at, end)
        if stop is None:
            raise _Declined
        nodes = self.text.read(self.at + 1, stop)
        self.at = stop + 1
        return nodes


_OF_ONE_ARGUMENT: Final = (
    MATHS_STYLES | frozenset(MATH_ACCENTS) | {"sqrt", "mathbb", "mathcal", "mathscr"}
)


def _changed(name: str, nodes: list[Node]) -> str:
    """Apply a root, an accent or an alphabet to an argument that is plain characters."""
    inner = nodes_to_text(nodes)
    if not inner or (name == "sqrt" and inner.startswith("[")):
        raise _Declined
    if name == "sqrt":
        return f"√{inner}" if inner.isalnum() else f"√({inner})"
    if name in MATH_ACCENTS:
        if len(inner) != 1:
            raise _Declined
        return inner + MATH_ACCENTS[name]
    letters = [alphabet(name, letter) for letter in inner]
    if None in letters:
        raise _Declined
    return "".join(letter for letter in letters if letter)


def _script(mark: str, parts: list[Node]) -> Node:
    if mark == "^" and parts in (["∘"], ["°"]):
        return "°"
    if mark == "^" and parts and set(parts) <= {"′"}:
        return "".join("′" for _ in parts)
    return Script("sup" if mark == "^" else "sub", tuple(parts))


def _trim(nodes: list[Node]) -> list[Node]:
    start = 1 if nodes[:1] == [" "] else 0
    return nodes[start : len(nodes) - 1 if nodes[start:] and nodes[-1] == " " else len(nodes)]


def _is_word_end(node: Node) -> bool:
    return isinstance(node, str) and node[-1:].isalnum()
