"""Which article an item of a feed is: the rule for feeds that are not arXiv's.

an arXiv address ─► ArxivId;  a DOI, wherever it stands ─► doi:…;  the address ─► https://…;
else the guid within its feed ─► guid:…
"""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from newsletter.papers import ArxivId, FeedId, PaperId

# The DOI handbook, 2.2: a prefix 10.NNNN, a slash, and printable characters.
_DOI = re.compile(r"(?:^|doi:\s*|doi\.org/|/)(10\.\d{4,9}/[^\s<>\"?#&]{1,300})", re.IGNORECASE)
_VERSION = re.compile(r"v\d{1,3}(?:\.(?:full|abstract|full-text|full\.pdf|short))?$")
_ARXIV = re.compile(r"https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/([^?#]+)", re.IGNORECASE)
_TRACKING = re.compile(r"utm_\w+|rss|fbclid|gclid|mc_[ce]id", re.IGNORECASE)
_LONGEST = 490


def identity(link: str, identifiers: Iterable[str], guid: str, feed: str) -> PaperId | None:
    """Return whose item it is; None where nothing identifies it.

    `identifiers` are what the item gives as such (`prism:doi`, `dc:identifier`), `feed` is the
    feed's own address. bioRxiv's versions share a DOI and differ in the address's last letters:
    they are one article.
    """
    found = _ARXIV.match(link)
    if found:
        return _arxiv(found[1])
    for text in (*identifiers, unquote(link), guid):
        doi = _DOI.search(text.strip())
        if doi:
            # A version stands in addresses only; `10.1000/v2` of a publisher's own is whole.
            name = _VERSION.sub("", doi[1]) if text not in identifiers else doi[1]
            return FeedId(f"doi:{name.rstrip('.,;)/').lower()}")
    return _addressed(link) or _addressed(guid) or _hashed(guid, feed)


def _arxiv(text: str) -> PaperId | None:
    try:
        return ArxivId.split(text.removesuffix(".pdf"))[0]
    except ValueError:
        return None


def _addressed(address: str) -> FeedId | None:
    """Return a web address as an identity, without what does not name the article."""
    try:
        parts = urlsplit(address.strip())
        named = parts.scheme.lower() in {"http", "https"} and parts.hostname
    except ValueError:
        return None
    if not named or len(address) > _LONGEST:
        return None
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([pair for pair in pairs if not _TRACKING.fullmatch(pair[0])])
    host = parts.netloc.rpartition("@")[2].lower()
    bare = urlunsplit((parts.scheme.lower(), host, parts.path, query, ""))
    return FeedId(bare) if len(bare) <= _LONGEST else None


def _hashed(guid: str, feed: str) -> FeedId | None:
    if not guid.strip():
        return None
    digest = hashlib.sha256(f"{feed}\n{guid}".encode(errors="replace")).hexdigest()
    return FeedId(f"guid:{digest}")
