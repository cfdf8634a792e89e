"""Addresses in titles, comments and abstracts.

arXiv's pages show "this https URL" in place of an address and keep the address in the anchor.
Where the author wrote a bare `github.com/x`, arXiv makes up `http://`: of the recorded anchors
with `http://` whose original text is known, all 19 were bare. And where an author forgot the
space after a full stop, arXiv takes `framework.In` for a host.
"""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

_PLACEHOLDER = re.compile(r"\s*this \w+ URL\s*")
# India's `.in` is written in lower case; the next sentence begins with a capital.
_NEXT_SENTENCE = re.compile(r"[A-Z][a-z]*")
# `llama.cpp` and `SKILL.md` are files; of these endings only .md and .py are also countries',
# and an author who means a site there writes more than two labels.
_FILE = re.compile(r"[\w-]+\.(?:cpp|ipynb|js|json|md|py|txt|yaml|yml)", re.IGNORECASE)
_WRITTEN = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_LONGEST = 2_000
"""Characters of an address that becomes a link; the longest recorded has 142."""
_TRAILING = ".,;:!?'*$"
_BRACKETS = {")": "(", "]": "["}


def anchor_text(shown: str, href: str) -> str:
    """Return what the author wrote where the page shows `shown`: the address, not made longer."""
    if not _PLACEHOLDER.fullmatch(shown):
        return shown
    return href.removeprefix("http://")


def usable(hrefs: Iterable[str]) -> tuple[str, ...]:
    """Return the absolute http and https addresses in `hrefs` once each, without false joins."""
    return tuple(dict.fromkeys(href for href in hrefs if _is_address(href)))


def written_in(text: str) -> tuple[str, ...]:
    """Return the addresses that stand in plain `text`, as feeds have it."""
    return usable(_trimmed(found[0]) for found in _WRITTEN.finditer(text))


def _is_address(href: str) -> bool:
    """Say whether `href` leads to a site, and is short enough for a mail."""
    if len(href) > _LONGEST:
        return False
    try:
        parts = urlsplit(href)
        has_host = bool(parts.hostname)
    except ValueError:  # a bracket that opens no IPv6 address
        return False
    return has_host and parts.scheme in {"http", "https"} and not _is_made_up(parts)


def _is_made_up(parts: SplitResult) -> bool:
    """Say whether arXiv made an address of two sentences or of a file name."""
    if parts.scheme != "http":
        return False
    label = parts.netloc.rpartition(".")[2]
    return bool(_NEXT_SENTENCE.fullmatch(label) or (_FILE.fullmatch(parts.netloc + parts.path)))


def _trimmed(address: str) -> str:
    """Return `address` without the punctuation of the sentence around it."""
    surplus = {
        shut: address.count(shut) - address.count(opens) for shut, opens in _BRACKETS.items()
    }
    end = len(address)
    while (last := address[end - 1]) in _TRAILING or surplus.get(last, 0) > 0:
        if last in surplus:  # a bracket that was opened before the address
            surplus[last] -= 1
        end -= 1
    return address[:end]
