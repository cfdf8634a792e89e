"""HTML, Markdown and addresses, which a translation has no reason to hold."""

import re
from collections.abc import Iterator
from itertools import islice

from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.passages import Passage

_MARKUP = re.compile(
    r"""</?[A-Za-z!][^<>]{0,200}> | &(?:[A-Za-z]{2,8}|\#x?[0-9a-fA-F]{1,6}); | \*\* | ~~~?(?=\S)
    | __(?=[\u4e00-\u9fff]) | ```
    | ^\s{0,3}\#{1,6}\s | \#{2,6}\s | ^\s{0,3}[-*+]\ (?=\S) | ^\s{0,3}>\ (?=\S)
    | !?\[[^\[\]]{0,200}\]\([^()]{0,200}\)
    | <\s{0,3}/?\s{0,3}(?:script|style|img|iframe|svg|a|b|i|p|br|div|span|sub|sup)\b
    | (?:https?|ftp|file|javascript|data|mailto):[^\s，。；）,;)]{1,200} | \bwww\.[A-Za-z0-9]""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE | re.ASCII,
)
_MOST = 20


def check_markup(passage: Passage) -> Iterator[Violation]:
    """Yield HTML, entities, scripts, Markdown and addresses that the English does not have."""
    found = (m[0] for m in _MARKUP.finditer(passage.chinese) if m[0] not in passage.paper)
    for text in islice(found, _MOST):
        message = "markup or an address that the English does not have; write plain text"
        yield hard("markup", passage.field, text, message)
