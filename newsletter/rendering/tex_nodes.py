"""What TeX source is read into: plain text, scripts, and source that stays as it is."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from markupsafe import Markup, escape

from newsletter.rendering.tex_symbols import subscript, superscript


@dataclass(frozen=True, slots=True)
class Script:
    """A superscript or subscript and what stands in it."""

    kind: Literal["sup", "sub"]
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Verbatim:
    """TeX that one line of text cannot show; it is left as its author wrote it."""

    source: str


Node: TypeAlias = str | Script | Verbatim


def nodes_to_text(nodes: Iterable[Node]) -> str:
    """Return plain text: Unicode scripts where they exist, else `x_eff` or `x_(i, j)`."""
    return "".join(_text(node) for node in nodes)


def nodes_to_html(nodes: Iterable[Node]) -> Markup:
    """Return escaped HTML with `sub`, `sup` and `code` and no other elements."""
    return Markup("").join(_html(node) for node in nodes)


def _text(node: Node) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, Verbatim):
        return node.source
    inner = nodes_to_text(node.parts)
    raised = superscript(inner) if node.kind == "sup" else subscript(inner)
    if raised is not None:
        return raised
    mark = "^" if node.kind == "sup" else "_"
    one_word = inner.isalnum() and inner == unicodedata.normalize("NFKC", inner)
    return f"{mark}{inner}" if len(inner) == 1 or one_word else f"{mark}({inner})"


def _html(node: Node) -> Markup:
    if isinstance(node, str):
        return escape(node)
    if isinstance(node, Verbatim):
        return Markup("<code>{}</code>").format(node.source)
    return Markup("<{0}>{1}</{0}>").format(node.kind, nodes_to_html(node.parts))
