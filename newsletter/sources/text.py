"""Bytes to text, and text to the short harmless excerpts that messages may show."""

from newsletter.papers import Problem

DAMAGE = "\N{REPLACEMENT CHARACTER}"
"""What stands where bytes could not be read."""


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


def excerpt(text: str, limit: int = 80) -> str:
    """Return `text` on one line of printable characters, `limit` at most, for a message."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
