"""The frame of a mail: MJML compiled once, filled many times.

MJML with slots ─► mrml ─► premailer ─► split at the slots ─► Shell ─► fill(values) ─► HTML
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Self

from markupsafe import escape
from mjml import mjml2html
from premailer import Premailer

# A slot is `zz_name_zz`, in text or in an attribute, or the same as a comment where text
# is not allowed, such as between the rows of a table.
_SLOT = re.compile(r"(?:<!--)?zz_([a-z]+)_zz(?:-->)?")
# White space that only lays out the source: after a line break, and within style rules.
_LAYOUT = re.compile(r"\n\s*|(?<=[:;,{]) (?=[^<]*</style>)")
_LANGUAGE = 'lang="zh-CN" dir="ltr"'


@dataclass(frozen=True, slots=True)
class Shell:
    """Compiled HTML cut at its slots: one more fragment than slots."""

    fragments: tuple[str, ...]
    slots: tuple[str, ...]

    @classmethod
    def compile(cls, source: str) -> Self:
        """Compile MJML, put its styles inline, and cut it; takes some 20 ms.

        mrml's own default is a link to Google Fonts, and premailer's is to fetch what is
        linked and to drop `!important`, which the dark colours need: all three are off.
        """
        html = Premailer(
            mjml2html(source, fonts={}),
            allow_network=False,
            strip_important=False,
            disable_validation=True,
            cssutils_logging_level=logging.CRITICAL,
        ).transform()
        # premailer drops the doctype; without one, mail clients use quirks mode.
        html = "<!doctype html>" + str(html).replace("<body ", f"<body {_LANGUAGE} ", 1)
        parts = _SLOT.split(_LAYOUT.sub("", html))
        return cls(tuple(parts[::2]), tuple(parts[1::2]))

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the HTML with every slot filled.

        Values are escaped unless they are `Markup`. They go in by position, so that text
        which looks like a slot stays text. Raises `KeyError` for a slot without a value.
        """
        filled = (str(escape(values[slot])) for slot in self.slots)
        return "".join(chain.from_iterable(zip_longest(self.fragments, filled, fillvalue="")))
