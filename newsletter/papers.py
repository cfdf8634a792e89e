"""What arXiv announces, as plain values: ids, papers, announcements, summaries."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from urllib.parse import quote, urlsplit

# https://info.arxiv.org/help/arxiv_identifier.html: YYMM.NNNN until 1412, YYMM.NNNNN from
# 1501, archive[.XX]/YYMMNNN before 0704.
_ID = re.compile(
    r"(?P<id>\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/\d{7})(?:v(?P<version>[1-9]\d{0,3}))?",
    re.ASCII,
)


_FEED_SCHEMES = ("doi:10.", "https://", "http://", "guid:")
_LONGEST_FEED_ID = 500
_DOI = re.compile(r"doi:10\.\d{4,9}/.+", re.ASCII)
_UNSAFE = frozenset(' "<>\\^`{|}')
_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~"
_HOST = re.compile(r"[a-z0-9_.-]+")
_PRIVATE = frozenset({"internal", "local", "localhost"})
"""Last labels of names that lead nowhere else but here (RFC 6761, RFC 6762, ICANN 2024)."""


@dataclass(frozen=True, slots=True, order=True)
class ArxivId:
    """An arXiv identifier without its version, such as `2605.28828` or `hep-th/9901001`."""

    value: str

    def __post_init__(self) -> None:
        """Raise `ValueError` unless `value` is a well-formed unversioned id."""
        found = _ID.fullmatch(self.value)
        if found is None or found["version"] is not None:
            msg = f"not an unversioned arXiv id: {self.value[:40]!r}"
            raise ValueError(msg)

    @classmethod
    def split(cls, text: str) -> tuple[Self, int | None]:
        """Read `2605.28828v2`, with or without version and `arXiv:`; `ValueError` if neither."""
        found = _ID.fullmatch(text.strip().removeprefix("arXiv:"))
        if found is None:
            msg = f"not an arXiv id: {text[:40]!r}"
            raise ValueError(msg)
        return cls(found["id"]), int(found["version"]) if found["version"] else None

    def __str__(self) -> str:
        """Return the id as arXiv prints it."""
        return self.value

    @property
    def abs_url(self) -> str:
        """Return the abstract page, the page that arXiv asks services to link to."""
        return f"https://arxiv.org/abs/{self.value}"

    @property
    def pdf_url(self) -> str:
        """Return the PDF's address on arXiv."""
        return f"https://arxiv.org/pdf/{self.value}"

    @property
    def label(self) -> str:
        """Return `arXiv:2605.28828`, as arXiv asks papers to be cited."""
        return f"arXiv:{self.value}"


@dataclass(frozen=True, slots=True, order=True)
class FeedId:
    """The identity of an article of another feed: its DOI, else its address, else its guid.

    `doi:10.1101/…` (lower case: DOIs do not tell cases apart, doi.org handbook 2.4), or an
    `https://…` address, or `guid:` and a digest. The same article in two feeds is one paper.
    """

    value: str

    def __post_init__(self) -> None:
        """Raise `ValueError` unless `value` is one of the three, bounded, and harmless to show.

        White space, control characters, line separators and marks that turn the direction of
        writing are in none: no database takes a NUL, and a reader sees another address than the
        one that is opened.
        """
        if not (
            self.value.startswith(_FEED_SCHEMES)
            and len(self.value) <= _LONGEST_FEED_ID
            and self.value.isprintable()
            and " " not in self.value
            and self._names_something()
        ):
            msg = f"not the identity of an article: {self.value[:40]!r}"
            raise ValueError(msg)

    def __str__(self) -> str:
        """Return the identity."""
        return self.value

    def _names_something(self) -> bool:
        """Say whether a DOI has a suffix, an address a host, and a guid a digest."""
        if self.value.startswith("doi:"):
            return _DOI.fullmatch(self.value) is not None
        return self.value.startswith("guid:") or bool(urlsplit(self.value).hostname)

    @property
    def abs_url(self) -> str:
        """Return where the article is read; empty where only a guid, or no public page, is known.

        As safe as the links that authors write, see `is_public_address`; what is not ASCII is
        percent-encoded (RFC 3987, 3.1).
        """
        if self.value.startswith("doi:"):
            return f"https://doi.org/{quote(self.value.removeprefix('doi:'), safe='/:;()._-')}"
        address = quote(self.value, safe=_IN_ADDRESSES)
        return address if is_public_address(address) else ""

    @property
    def pdf_url(self) -> str:
        """Return an empty string: other feeds do not say where a PDF is."""
        return ""

    @property
    def label(self) -> str:
        """Return the DOI, or the host of the address, or nothing."""
        if self.value.startswith("doi:"):
            return self.value
        if self.value.startswith("guid:"):
            return ""
        return urlsplit(self.value).netloc.rpartition("@")[2]


def is_public_address(address: str) -> bool:
    """Say whether readers may be sent to a web address.

    Left out: other schemes than http and https, user names in front of the host, non-ASCII or
    control characters, hosts without a dot or in a private network.
    """
    if not (address.isascii() and address.isprintable()) or _UNSAFE.intersection(address):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:  # e.g. a bracket that opens no IPv6 address
        return False
    is_web = parts.scheme in {"http", "https"} and "@" not in parts.netloc
    return is_web and "." in host and _is_public_host(host)


def _is_public_host(host: str) -> bool:
    last = host.rstrip(".").rpartition(".")[2]
    if not last[:1].isdigit():  # else browsers take the host for a number, also 127.1 and 0x7f.1
        return _HOST.fullmatch(host) is not None and last not in _PRIVATE
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False


PaperId = ArxivId | FeedId


def read_id(value: str) -> PaperId:
    """Read an identity as it is kept; raise `ValueError` if it is none."""
    return FeedId(value) if value.startswith(_FEED_SCHEMES) else ArxivId(value)


class AnnounceType(StrEnum):
    """How a paper appears in an announcement; the order of definition is the strength."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"

    @property
    def strength(self) -> int:
        """Return 0 for the strongest: a paper announced twice keeps the smaller figure."""
        return list(AnnounceType).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Metadata of one paper as announced. Text is plain, with TeX left as arXiv has it."""

    id: PaperId
    version: int | None = None
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    """Primary first."""
    comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    links: tuple[str, ...] = ()
    """Addresses that the authors wrote into title, comment or abstract, in that order."""

    @property
    def primary(self) -> str:
        """Return the primary category, or an empty string where the source gave none."""
        return self.categories[0] if self.categories else ""


@dataclass(frozen=True, slots=True)
class AnnouncedPaper:
    """A paper and how one announcement announces it."""

    paper: Paper
    type: AnnounceType
    missed_on: date | None = None
    """The listing date that it was missed on, where a later edition carries it."""
    is_inferred: bool = False
    """Nothing says that it was announced at all: metadata names it, for about that day."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Entries by announce type."""

    new: int = 0
    cross: int = 0
    replace: int = 0
    replace_cross: int = 0

    @classmethod
    def of(cls, types: Iterable[AnnounceType]) -> Self:
        """Count `types`."""
        seen = list(types)
        return cls(*(seen.count(kind) for kind in AnnounceType))

    @property
    def total(self) -> int:
        """Return the sum over all four types."""
        return self.new + self.cross + self.replace + self.replace_cross


class DocumentKind(StrEnum):
    """What sort of document an announcement was read from."""

    LISTING = "listing"
    CATCHUP = "catchup"
    RSS = "rss"
    ATOM = "atom"
    OAI = "oai"
    """OAI-PMH: metadata by day of modification, without a listing date."""
    API = "api"
    """The search API: metadata by identifier, without a listing date."""
    OTHER = "other"
    """A feed that is not arXiv's: articles, without an announcement."""


class AnnouncementState(StrEnum):
    """What is known of one category on one listing date."""

    WAITING = "waiting"
    """Not yet whole: arXiv still adds rows, or this is one page of several."""
    FRESH = "fresh"
    """Whole: the date is right and every stated entry was read. Metadata has no date to be right:
    an OAI-PMH or API answer read in full is whole as a document, and proves no announcement."""
    QUIET = "quiet"
    """Whole and empty: nothing was announced."""
    STALLED = "stalled"
    """A whole document, but of an earlier date."""
    FAILED = "failed"
    """Damaged: fewer entries than stated, or cut off."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong inside a document: a stable code, plain words, and the item if known."""

    code: str
    message: str
    item: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One document of announcements, read: the same value whatever the source was."""

    kind: DocumentKind
    category: str
    """A category (`cs.LG`) or a whole archive (`cs`); empty where the document does not say."""
    listing_date: date | None
    state: AnnouncementState
    expected: Counts
    """What the document itself says it holds of the entries on this page."""
    entries: tuple[AnnouncedPaper, ...]
    """In the document's order."""
    problems: tuple[Problem, ...] = ()
    origin: str = ""
    """The URL or file name that it was read from."""

    @property
    def parsed(self) -> Counts:
        """Count the entries by type."""
        return Counts.of(entry.type for entry in self.entries)


def merge(announcements: Iterable[Announcement]) -> tuple[AnnouncedPaper, ...]:
    """Return each announced paper once, see `strongest`."""
    return strongest(entry for announcement in announcements for entry in announcement.entries)


def strongest(entries: Iterable[AnnouncedPaper]) -> tuple[AnnouncedPaper, ...]:
    """Return each announced paper once, in the order of first appearance.

    A type is relative to the category that was asked, so the strongest of several holds
    (new, cross, replace, replace-cross), and with it the text that was announced that way.
    """
    found: dict[PaperId, AnnouncedPaper] = {}
    for entry in entries:
        known = found.setdefault(entry.paper.id, entry)
        if entry.type.strength < known.type.strength:
            found[entry.paper.id] = entry
    return tuple(found.values())


MODEL_UNAVAILABLE = "model_unavailable"
"""Reason of a summary that cost something before the model's server went away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a reader gets in Chinese for one paper; empty strings mean: show the English."""

    paper_id: PaperId
    title_zh: str = ""
    summary_zh: str = ""
    abstract_zh: str = ""
    model: str = ""
    """The model's name; empty when no model was asked."""
    reason: str = ""
    """Why the Chinese is missing, as a stable code (`no_model`, `invalid_answer`, …)."""

    @property
    def is_chinese(self) -> bool:
        """Say whether the Chinese abstract is there."""
        return bool(self.abstract_zh)
