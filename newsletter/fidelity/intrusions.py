r"""What no translator has a reason to add: addresses, another script, TeX, broken placeholders.

A paper can carry instructions to the model; what they would put into a reader's mail is an
address to click or TeX that unmasking would let through.
"""

import re
from collections import Counter
from collections.abc import Iterator

from newsletter.fidelity.findings import Violation, hard
from newsletter.fidelity.masking import PLACEHOLDER
from newsletter.fidelity.text import clean

# Domains in wide use, of which a mail program makes links; a name of that form (ASP.NET,
# socket.io) stands in the English as well.
_TOP = (
    "ac|ai|app|art|asia|biz|blog|cc|chat|click|cloud|club|cn|co|com|de|dev|edu|email|eu|fm|fun"
    "|gg|gov|group|hk|icu|im|info|ink|io|jp|kr|la|life|link|live|ltd|ly|me|mobi|net|news|online"
    "|org|page|plus|pro|pub|red|ru|sh|shop|site|so|space|store|team|tech|to|today|top|tv|tw|uk"
    "|us|vip|wang|website|wiki|win|work|world|ws|xin|xyz"
)
# Of ICANN's domains in Chinese those in wide use.
_HAN_TOP = "中国|公司|网络|在线|网址|网站|商城|集团|中文网|手机"
_HOST = r"(?:[A-Za-z0-9][A-Za-z0-9_-]{0,62}\.){1,30}"
_PATH = r"[A-Za-z0-9_.~:/?\#\[\]@&*+=%-]"
# A mail program makes a link of each of these. The name of a domain alone counts where its
# last label is a usual one.
_ADDRESS = re.compile(
    rf"""(?<![A-Za-z0-9+.-]) [A-Za-z][A-Za-z0-9+.-]{{0,20}}:// {_PATH}{{0,200}}
  | (?<![A-Za-z0-9._%+-]) [A-Za-z0-9._%+-]{{1,64}} @ {_HOST} [A-Za-z]{{2,24}}
  | (?<![A-Za-z0-9]) {_HOST} [A-Za-z]{{2,24}} (?: :[0-9]{{1,5}} )? / {_PATH}{{0,200}}
  | (?<![A-Za-z0-9]) www\. {_HOST} [A-Za-z]{{2,24}}
  | (?<![A-Za-z0-9]) {_HOST} (?: {_TOP} ) (?![.-]?\w)
  | [\w\u3400-\u4dbf\u4e00-\u9fff-]{{1,20}} \. (?: {_HAN_TOP} )
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_END = ".:?/&*+=-"
# Hiragana and katakana without the dots that Chinese uses too (U+30A0, U+30FB).
_KANA = re.compile("[\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\U0001b000-\U0001b16f]")
_HALF_PLACEHOLDER = re.compile(r"\{\s*v", re.IGNORECASE)


def check_addresses(field: str, source: str, chinese: str) -> Iterator[Violation]:
    """Yield a violation for each URL, domain or e-mail address that is not in the English.

    `source` is title and abstract with their formulas; both texts are clean.
    """
    own = list(_ADDRESS.finditer(chinese))
    known = source.lower() if own else ""
    for found in own:
        # "socket.io-based" is no address in English, but its name is one in Chinese.
        address = re.escape(_address(found))
        if not re.search(rf"(?<![a-z0-9._-]){address}(?![a-z0-9_])", known):
            yield hard("addresses", field, found[0], "an address that the English does not have")


def _address(found: re.Match[str]) -> str:
    return found[0].rstrip(_END).lower()


def check_kana(field: str, source: str, chinese: str) -> Iterator[Violation]:
    """Yield a violation for Japanese that the English does not quote; clean texts."""
    kana = sorted(set(_KANA.findall(chinese)) - set(source))
    if kana:
        yield hard("language", field, "".join(kana), "Japanese kana; write Simplified Chinese")


def check_no_tex(field: str, source: str, chinese: str) -> Iterator[Violation]:
    r"""Yield a violation for `\` and `$` beyond those of the masked English; clean texts.

    All TeX travels as placeholders; only the `$` of "$5 and $6" stays in the text.
    """
    beyond = Counter(char for char in chinese if char in r"\$") - Counter(source)
    for char in beyond:
        yield hard("formulas", field, char, f"write no {char}: formulas are placeholders")


_BRACES = frozenset("{｛﹛︷")
"""What NFKC makes an opening brace of."""


def check_placeholder_form(field: str, source: str, chinese: str) -> Iterator[Violation]:
    """Yield a violation for `{v` that unmasking would leave, e.g. `{v１}`.

    `chinese` is as it came; "{v in V}" may stand there if the masked English has its like.
    """
    if not _BRACES.intersection(chinese):
        return
    rest = clean(PLACEHOLDER.sub(" ", chinese))
    found = _HALF_PLACEHOLDER.search(rest)
    if found and not _HALF_PLACEHOLDER.search(PLACEHOLDER.sub(" ", source)):
        text = rest[found.start() : found.start() + 10]
        yield hard("placeholders", field, text, "a placeholder is damaged; copy it unchanged")
