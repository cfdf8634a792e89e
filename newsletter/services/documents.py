"""Keep damaged documents for the operator, and hand them out.

Fetcher.read ─► keeper ─► storage ─┬─► `newsletter documents`
                                   └─► the operator's page
"""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from newsletter.log import scrub
from newsletter.sources.text import excerpt
from newsletter.storage import documents
from newsletter.storage.documents import KeptDocument, PackedDocument
from newsletter.storage.engine import Database

_LONGEST_ORIGIN, _LONGEST_REASON = 300, 500
# Parameters of arXiv's services; whatever else an address asks may be a key of the operator's.
_HARMLESS = frozenset(
    {"abs", "cursor", "from", "id_list", "identifier", "max_results", "metadataprefix", "page"}
    | {"resumptiontoken", "set", "show", "skip", "start", "until", "verb"}
)
_HIDDEN = "***"
_PARAMETERS = re.compile(r";[^/]*")  # RFC 3986, 3.3: of any segment of a path


def keeper(database: Database, clock: Callable[[], datetime]) -> Callable[[str, bytes, str], None]:
    """Return what `Fetcher` hands damaged documents to: address, body, reason.

    `clock` returns aware instants. What it returns raises `StorageError`.
    """

    def keep(url: str, body: bytes, reason: str) -> None:
        origin, why = harmless_origin(url), excerpt(scrub(reason), _LONGEST_REASON)
        packed = PackedDocument.of(body)  # outside: nobody else can write meanwhile
        with database.write() as session:
            documents.keep(session, origin, why, packed, clock())

    return keep


def kept(database: Database) -> tuple[KeptDocument, ...]:
    """Return the documents that are kept, newest first; raises `StorageError`."""
    with database.read() as session:
        return documents.kept(session)


def body_of(database: Database, document_id: int) -> bytes:
    """Return a kept document as it came; raises `RowMissing` and other `StorageError`."""
    with database.read() as session:
        return documents.body_of(session, document_id)


def harmless_origin(url: str) -> str:
    """Return an address without what may be secret; of arXiv's own, with what was asked for.

    All lose user, password, fragment and the parameters of a path (`;…`). arXiv's keep their path
    and the values of parameters that are known as harmless; others have no parameters (that their
    paths are no secret either is cared for by `Fetcher.discreet`). Also without anything that looks
    like an e-mail address or a token; one line, 300 characters at most.
    """
    try:
        parts = urlsplit(url)
        query = _harmless_query(parts.query) if _is_arxivs(parts.hostname or "") else ""
    except ValueError:  # a bracket that opens no IPv6 address
        return "an address that cannot be read"
    host = parts.netloc.rpartition("@")[2]
    plain = urlunsplit((parts.scheme, host, _PARAMETERS.sub("", parts.path), query, ""))
    return excerpt(scrub(plain), _LONGEST_ORIGIN)


def _is_arxivs(host: str) -> bool:
    return f".{host}".endswith(".arxiv.org")


def _harmless_query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    shown = [(name, value if name.lower() in _HARMLESS else _HIDDEN) for name, value in pairs]
    return urlencode(shown, safe="*:,/")
