"""Which article an item of a feed is: the rule for feeds that are not arXiv's.

an arXiv address ─► https://arxiv.org/abs/…;  a DOI, wherever it stands ─► doi:…;  the address ─► https://…;
else the guid within its feed ─► guid:…
"""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from newsletter.papers import ArxivId, FeedId, PaperId
from newsletter.sources.text import DAMAGE

# The DOI handbook, 2.2: a prefix 10.NNNN, a slash, and printable characters.
_DOI = re.compile(r"(?:^|doi:\s*|doi\.org/|/)(10\.[0-9]{4,9}/)([^\s<>\"?#&]{1,300})", re.IGNORECASE)
_VIEW = re.compile(
    r"(?:[./](?:full|full-?text|abstract|short|pdf(?:\+html)?|epdf|html|xml|meta))+$", re.IGNORECASE
)
"""How publishers end the addresses of one article's pages, after its DOI."""
_VERSION = re.compile(r"(?<=\d)v\d{1,3}$", re.IGNORECASE)
_ARXIV = re.compile(r"https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/([^?#]+)", re.IGNORECASE)
_TRACKING = re.compile(r"utm_\w+|rss|fbclid|gclid|mc_[ce]id", re.IGNORECASE)
_LONGEST = 490
_BEHIND = ".,;)/"


def identity(link: str, identifiers: Iterable[str], guid: str, feed: str) -> FeedId | None:
    """Return whose item it is; None where nothing identifies it.

    `identifiers` are what the item gives as such (`prism:doi`, `dc:identifier`), `feed` is the
    feed's own address. A DOI is read from all of them by one rule, see `doi_of`.
    """
    paper = _arxiv(link)
    if paper:
        return paper
    named = next(filter(None, map(doi_of, (*identifiers, link, guid))), None)
    if named:
        return FeedId(f"doi:{named}")
    return _addressed(link) or _addressed(guid) or _hashed(guid, feed)


def doi_of(text: str) -> str | None:
    """Return the DOI in an identifier or a web address, in lower case; None where there is none.

    It is taken as it stands, percent-decoded, without

    - punctuation behind it (`.,;)/`);
    - endings that name a page of the article and not the article: `/full`, `.full.pdf`, …;
    - a version glued to a last digit, as bioRxiv and medRxiv add it to the address of a DOI that
      all versions share: `10.1101/2026.05.01.1v2`.

    A version set apart (`10.21203/rs.3.rs-123/v2`, `…-v2`, `….v2`) or standing alone (`10.1000/v2`)
    is part of what was registered: without it the link would lead nowhere.
    """
    found = _DOI.search(unquote(text).strip())
    if not found:
        return None
    suffix = _VIEW.sub("", found[2].rstrip(_BEHIND))
    suffix = _VERSION.sub("", suffix).rstrip(_BEHIND)
    name = f"{found[1]}{suffix}".lower()  # which may be longer: "İ" becomes two characters
    is_usable = name.isprintable() and DAMAGE not in name and len(name) <= _LONGEST
    return name if suffix and is_usable else None


def arxiv_id(identity: PaperId) -> ArxivId | None:
    """Return which paper of arXiv's a feed's item is about; None where it is not about one.

    An item never bears that id itself: a feed must not be able to announce arXiv's papers, before
    arXiv does or in other words.
    """
    found = _ARXIV.match(identity.value)
    return _read(found[1]) if found else None


def _arxiv(link: str) -> FeedId | None:
    found = _ARXIV.match(link)
    paper_id = _read(found[1]) if found else None
    return FeedId(paper_id.abs_url) if paper_id else None


def _read(text: str) -> ArxivId | None:
    try:
        return ArxivId.split(text.removesuffix(".pdf"))[0]
    except ValueError:
        return None


def _addressed(address: str) -> FeedId | None:
    """Return a web address as an identity, without what does not name the article.

    What cannot be printed is percent-encoded, and a host in another script is given by IDNA.
    """
    if len(address) > _LONGEST:
        return None
    try:
        parts = urlsplit(address.strip())
        if parts.scheme not in {"http", "https"}:
            return None
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        kept = [pair for pair in pairs if not _TRACKING.fullmatch(pair[0])]
        path = "".join(c if c.isprintable() and c != " " else quote(c) for c in parts.path)
        query = urlencode(kept, errors="replace")
        bare = urlunsplit((parts.scheme, _host(parts), path, query, ""))
        return FeedId(bare) if len(bare) <= _LONGEST else None
    except ValueError:  # of brackets, ports, IDNA, and of what `FeedId` refuses
        return None


def _host(parts: SplitResult) -> str:
    """Return host and port, without user; raise `ValueError` where they are none."""
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    return f"{name}:{parts.port}" if parts.port is not None else name


def _hashed(guid: str, feed: str) -> FeedId | None:
    if not guid.strip():
        return None
    digest = hashlib.sha256(f"{feed}\n{guid}".encode(errors="replace")).hexdigest()
    return FeedId(f"guid:{digest}")
