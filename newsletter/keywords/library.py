"""A reader's own papers, read from what was pasted or uploaded.

bytes ─ decode ─► text ─┬─ BibTeX, RIS, CSV, CSL JSON ─► newsletter.keywords.exports
                        └─ anything else ─► arXiv ids and addresses ─► OwnPaper

All of it is hostile: `MAX_BYTES` is the limit of what is looked at, and every step is linear.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

MAX_BYTES = 2 * 1024 * 1024
"""Of an upload; a BibTeX file of 1,000 papers with abstracts has about that."""
MAX_PAPERS = 300
"""Papers of one library; those beyond are counted and left out."""
MAX_TITLE = 500
MAX_ABSTRACT = 5_000
"""Characters that are kept; arXiv's own limit for an abstract is 1,920."""

_CHARSETS = ("utf-8", "gb18030", "latin-1")
"""Tried in this order; the last takes any bytes."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHER_DOI = re.compile(r"\b10\.\d{4,9}/(?!arxiv\.)[^\s\"<>{}]{1,200}", re.IGNORECASE)
# https://info.arxiv.org/help/arxiv_identifier.html: a month stands in either form.
_NEW = r"(?:0[7-9]|[1-9]\d)(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD = r"[a-z]{2,8}(?:-[a-z]{2,5})?(?:\.[A-Z]{2})?/\d{2}(?:0[1-9]|1[0-2])\d{3}"
_ID = re.compile(
    rf"(?<![\w-])(?<!\d\.)(?P<id>{_NEW}|{_OLD})(?:v[1-9]\d{{0,3}})?(?![\d\-]|\.\d)", re.ASCII
)
_GLUED = re.compile(r"(?i)\barxiv[:.]\s?(?=\S)")
"""`arXiv:` or the `arXiv.` of a DOI, which would hide the id behind a letter or a dot."""
_OLD_ARCHIVES = frozenset(
    """
    acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas
    cond-mat cs dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin
    nucl-ex nucl-th patt-sol physics plasm-ph q-alg q-bio quant-ph solv-int supr-con
    """.split()  # noqa: SIM905 # forty words read better in lines
)
"""Archives of ids before April 2007: `item/1234567` of another site is none."""
_LIKE_ID = re.compile(r"(?<![\w.\-/])\d{4}\.\d{4,5}(?:v\d{1,3})?(?![\w\-/]|\.\d)", re.ASCII)
"""What somebody took for an id, right or wrong."""
_ACCENTED = re.compile(r"""\\(["'`^~=.]|[uvHckr](?![A-Za-z]))\s?\{?\\?([A-Za-z])\}?""")
_MARKS_OF = MappingProxyType(
    {"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306"}
    | {".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c"}
    | {"c": "\u0327", "k": "\u0328"}
)
"""TeX's accent ─► the mark of Unicode behind the letter."""
_STROKED = re.compile(r"\\(oe|OE|ae|AE|aa|AA|ss|[oOlL])(?![A-Za-z])(?:\{\}|[ \t])?")
_LETTERS = MappingProxyType(
    {"o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ"}
    | {"OE": "Œ", "aa": "å", "AA": "Å"}
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,60}>")
_SOFT = str.maketrans("", "", "{}\u00ad\u200b\ufeff")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPaper:
    """A paper of a reader's own library; at least one of id and title is there."""

    arxiv_id: str = ""
    """Without its version; empty for a paper that is not on arXiv, or not known to be."""
    title: str = ""
    """Empty while the paper is still to be looked up."""
    abstract: str = ""


def decode(content: bytes) -> str:
    """Return the text of a file of any usual charset: a byte order mark, else the first that fits.

    Only `MAX_BYTES` are looked at.
    """
    content = content[:MAX_BYTES]
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(charset, "replace")
    for charset in _CHARSETS[:-1]:
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    return content.decode(_CHARSETS[-1])


def ids_in(text: str) -> Iterator[str]:
    """Yield the arXiv ids in running text, without versions: bare, `arXiv:…`, addresses, DOIs."""
    text = _GLUED.sub(" ", _OTHER_DOI.sub(" ", text))
    for found in _ID.finditer(text):
        archive, slash, number = found["id"].partition("/")
        if not slash:
            yield archive
        elif (archive := archive.partition(".")[0]) in _OLD_ARCHIVES:
            # A subject class is no part of the id that arXiv itself uses: math.GT/0309136.
            yield f"{archive}/{number}"


def unlike_ids(text: str) -> Iterator[str]:
    """Yield the numbers in running text that look like an arXiv id and are none: `9999.99999`."""
    for found in _LIKE_ID.finditer(_OTHER_DOI.sub(" ", _GLUED.sub(" ", text))):
        if not _ID.fullmatch(found[0]):
            yield found[0]


def clean(text: str, limit: int) -> str:
    r"""Return a field as plain words: no braces, tags, control characters or doubled space.

    TeX's accents become letters, `K{\"a}hler` → `Kähler`; its formulas stay.
    """
    text = _TAG.sub(" ", _lettered(text[: 2 * limit])).translate(_SOFT)
    kept = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text)
    return " ".join(kept.split())[:limit].rstrip()


def _lettered(text: str) -> str:
    if "\\" not in text:
        return text
    text = _STROKED.sub(lambda found: _LETTERS[found[1]], text)
    return _ACCENTED.sub(
        lambda found: unicodedata.normalize("NFC", found[2] + _MARKS_OF[found[1]]), text
    )


def each_once(papers: Iterable[OwnPaper]) -> Iterator[OwnPaper]:
    """Yield papers that have an id or a title, each id and each title once."""
    seen: set[str] = set()
    for paper in papers:
        names = {name for name in (paper.arxiv_id, paper.title.casefold()) if name}
        if names and not names & seen:
            yield paper
        seen |= names
