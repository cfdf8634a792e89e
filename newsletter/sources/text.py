"""Bytes to text, and text to the short harmless excerpts that messages may show."""

import re

from newsletter.papers import Problem

DAMAGE = "\N{REPLACEMENT CHARACTER}"
"""What stands where bytes could not be read."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


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

    No byte of a document becomes one, but a character reference or base64 inside it can.
    """
    return _UNSTORABLE.sub("", text)


def excerpt(text: str, limit: int = 80) -> str:
    """Return `text` on one line of printable characters, `limit` at most, for a message."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
