"""Bytes to text, and text to the short harmless excerpts that messages may show."""

import re

from newsletter.papers import Problem

DAMAGE = "\N{REPLACEMENT CHARACTER}"
"""What stands where bytes could not be read."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# C0 but white space: XML 1.0 (2.2) has no place for them, and a terminal obeys them. C1 stays:
# arXiv's own metadata holds some, where an author's text was taken for another encoding.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_REFERENCE = re.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<number>[0-9]+));?")
_LAST_CHARACTER = 0x10FFFF


def decode(body: bytes) -> tuple[str, tuple[Problem, ...]]:
    """Read `body` as UTF-8, the only encoding of arXiv's pages and feeds; a mark is dropped.

    Damaged bytes become `DAMAGE` and one problem that says where; nothing is guessed, because
    a guess (such as Windows-1252) would change every name on the page.
    """
    try:
        return body.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        found = Problem("encoding", f"byte {error.start} of {len(body)} is not UTF-8")
        return body.decode("utf-8-sig", errors="replace"), (found,)


def clean(text: str) -> str:
    """Return `text` without NUL and lone surrogates: PostgreSQL and UTF-8 have no place for them.

    No byte of a document becomes one, but a character reference or base64 inside it can. Other
    control characters become `DAMAGE`.
    """
    return without_controls(_UNSTORABLE.sub("", text))


def without_controls(text: str) -> str:
    """Return `text` with `DAMAGE` for control characters; libxml2 would end a page at a NUL."""
    return _CONTROL.sub(DAMAGE, text)


def without_false_references(text: str) -> str:
    """Return `text` with `DAMAGE` for references to what is no character: `&#xD800;`, `&#0;`.

    lxml fails on a surrogate that libxml2 let pass.
    """
    return _REFERENCE.sub(lambda found: found[0] if _is_character(found) else DAMAGE, text)


def _is_character(found: re.Match[str]) -> bool:
    """Say whether a reference names a character that may stand in a text."""
    digits = (found["hex"] or found["number"]).lstrip("0")[:8]  # Python reads 4,300 at most
    code = int(digits or "0", 16 if found["hex"] else 10)
    return code <= _LAST_CHARACTER and clean(chr(code)) == chr(code)


def excerpt(text: str, limit: int = 80) -> str:
    """Return `text` on one line of printable characters, `limit` at most, for a message."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
