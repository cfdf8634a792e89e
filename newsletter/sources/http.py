"""Asking arXiv over HTTP: one polite GET, its limits, and its errors as the project's own.

    url ─ circuit ─ throttle ─ GET ─┬─ 200: body, bounded in bytes and seconds
                                    ├─ 3xx: again, at most three times, never away from the site
                                    ├─ 406, 408, 429, 5xx, broken or slow lines:
                                    │  SourceUnavailable, at once or after one more try
                                    └─ other 4xx: SourceRefused

`If-Modified-Since` is never sent: arXiv answers it the wrong way round. `Accept` always is: the
API refused requests without it in September 2026. Connections are not kept: between requests
stand at least three seconds, and `deadline` sees the sockets of new connections only.
"""

import copy
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import distributions
from typing import Final, Self, TypeVar

import httpx
import structlog

from newsletter.errors import (
    CircuitOpen,
    DocumentTooLarge,
    SourceError,
    SourceRefused,
    SourceUnavailable,
    StorageError,
)
from newsletter.sources.circuit import Circuit
from newsletter.sources.damage import damage_in, damage_of
from newsletter.sources.deadline import Watch, watched
from newsletter.sources.packed import inflated
from newsletter.sources.sites import host_of, is_at_home, scheme_and_host, without_user
from newsletter.sources.throttle import LocalThrottle, Throttle

PAGE_PAUSE: Final = 15.0
"""Seconds between requests for pages of arxiv.org (its robots.txt: Crawl-delay 15)."""

SERVICE_PAUSE: Final = 3.0
"""Seconds between requests to rss, export and oaipmh (https://info.arxiv.org/help/api/tou.html)."""

DOCUMENT_LIMIT: Final = 64 * 1024 * 1024
"""Bytes after decompression; the largest recorded page, a whole day of cs, has 3.2 million."""

SHORT_WAIT: Final = 60.0
"""Seconds that a poll may wait for a second try: the next poll is minutes away."""

Keep = Callable[[str, bytes, str], None]
"""Takes a damaged document: its address, its body, and in words what is wrong with it."""

T = TypeVar("T")

_log = structlog.get_logger()
_REDIRECTS = 3
_LONGEST_WAIT = 86_400.0
_PAGE_HOSTS = frozenset({"arxiv.org", "www.arxiv.org"})
_BUSY = frozenset({406, 408, 429})
_REFUSALS = frozenset({406, 429, 503})  # arXiv throttles with all three
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_HEADERS = {
    "Accept": "text/html, application/rss+xml, application/atom+xml, application/xml;q=0.9",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}


class Fetcher:
    """Fetches documents of one installation; safe to share between threads."""

    def __init__(
        self,
        contact: str,
        *,
        client: httpx.Client | None = None,
        throttle: Throttle | None = None,
        circuit: Circuit | None = None,
        patience: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
        limit: int = DOCUMENT_LIMIT,
        total_seconds: float = 180.0,
        keep: Keep | None = None,
    ) -> None:
        """Take what arXiv may write to (`contact`, an address or a URL) and the means.

        `limit` is in decoded bytes a document and `total_seconds` covers one whole exchange,
        headers and body, because a server that drips never runs into a time-out between bytes.
        `patience` is how many seconds `get` may wait, through `sleep`, for a second try.
        `keep` is handed the documents that `read` finds damaged; it may raise `StorageError`.
        """
        self._client = client or httpx.Client(timeout=_TIMEOUT)
        self._throttle, self._circuit = throttle or LocalThrottle(), circuit or Circuit()
        self._patience, self._sleep = patience, sleep
        self._limit, self._total_seconds, self._keep = limit, total_seconds, keep
        self._headers = _HEADERS | {"User-Agent": f"Chenkan/{_version()} (+{contact})"}
        self._shown: Callable[[str], str] = without_user

    def discreet(self) -> Self:
        """Return a fetcher with the same means that tells nobody more than scheme and host.

        For addresses that may hold a key: errors, circuit, parser and keeper get the shorter one.
        """
        other = copy.copy(self)
        other._shown = scheme_and_host  # noqa: SLF001 # of its own class
        return other

    def get(self, url: str) -> bytes:
        """Return the body at `url`.

        Asks a second time if arXiv's rest after a temporary failure is within the patience.
        Raises `CircuitOpen` with nothing sent, `SourceUnavailable` with the server's own waiting
        time, `SourceRefused`, `DocumentTooLarge`, and what throttle and circuit raise.
        """
        # Here too, so that nobody queues in order to be told no.
        self._circuit.check(self._shown(url))
        try:
            return self._follow(url)
        except CircuitOpen:
            raise
        except SourceUnavailable as error:
            rest = self._circuit.rest(error)
            if rest > self._patience:
                raise
        self._sleep(rest)  # outside the throttle: others are told at once that it is open
        return self._follow(url)

    def read(self, url: str, parse: Callable[[bytes, str], T]) -> T:
        """Return what `parse` makes of the body at `url`; a damaged document is kept.

        `parse` takes the body and `url` as it may be shown. Raises what `get` and `parse` raise;
        that a document could not be kept costs nothing but the copy.
        """
        body, shown = self.get(url), self._shown(url)
        try:
            read = parse(body, shown)
        except Exception as error:
            self._hand_over(shown, body, damage_of(error))
            raise
        self._hand_over(shown, body, damage_in(read))
        return read

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _hand_over(self, url: str, body: bytes, reason: str | None) -> None:
        """Give a document to the keeper, if there is a reason and a keeper."""
        if reason is None or self._keep is None:
            return
        try:
            self._keep(url, body, reason)
        except StorageError as error:
            _log.warning("document_not_kept", error=str(error))

    def _follow(self, url: str) -> bytes:
        """Return the body at `url`, or where its redirects lead."""
        home = target = _address(url, self._shown(url))
        for _ in range(_REDIRECTS + 1):
            answer = self._ask(target)
            if isinstance(answer, bytes):
                return answer
            target = _followed(home, answer, self._shown(url))
        raise SourceRefused(self._shown(url), f"more than {_REDIRECTS} redirects")

    def _ask(self, address: httpx.URL) -> bytes | httpx.URL:
        """Send one request if the circuit allows; tell the circuit how it went."""
        url = self._shown(str(address))
        with self._throttle(pause_for(str(address))):
            self._circuit.check(url)
            try:
                answer = self._send(address)
            except SourceUnavailable as error:
                self._circuit.failed(error)
                raise
            if isinstance(answer, bytes):
                self._circuit.succeeded(url)
            return answer

    def _send(self, address: httpx.URL) -> bytes | httpx.URL:
        """Send one request; return the body, or the address that the server sends on to."""
        url = self._shown(str(address))
        with watched(self._total_seconds) as watch:
            try:
                answer = self._exchange(address, watch)
            except httpx.HTTPError as error:
                raise (self._late(url) if watch.expired else translate(error, url)) from error
            except (UnicodeError, httpx.InvalidURL) as error:  # IDNA, see test of `xn--a`
                what = f"an address or header cannot be read ({type(error).__name__})"
                raise SourceRefused(url, what) from error
        if watch.expired:  # a body without a stated length ends like a whole one
            raise self._late(url)
        return answer

    def _exchange(self, address: httpx.URL, watch: Watch) -> bytes | httpx.URL:
        """Send the request under `watch` and read the answer."""
        with self._client.stream(
            "GET",
            address,
            headers=self._headers,
            follow_redirects=False,
            extensions={"trace": watch.trace},
        ) as response:
            return self._answer(self._shown(str(address)), response)

    def _late(self, url: str) -> SourceUnavailable:
        """Return the error of an exchange that took too long."""
        return SourceUnavailable(
            url, f"the answer took longer than {self._total_seconds:.0f} seconds"
        )

    def _answer(self, url: str, response: httpx.Response) -> bytes | httpx.URL:
        """Return the body or the redirect; raise for every other status."""
        if response.next_request is not None:
            return response.next_request.url
        if response.status_code != httpx.codes.OK:
            raise status_error(response, url, datetime.now(UTC))
        return self._body(url, response)

    def _body(self, url: str, response: httpx.Response) -> bytes:
        """Read the body while it is within the limit.

        Inflated here, because httpx would inflate all that it has at once: 64 KB of gzip, as a
        server may send them, become 64 MB before the limit is seen.
        """
        is_packed = response.headers.get("content-encoding", "").strip().lower() == "gzip"
        chunks = response.iter_raw()
        body = bytearray()
        for chunk in inflated(chunks, self._limit, url) if is_packed else chunks:
            body += chunk
            if len(body) > self._limit:
                raise DocumentTooLarge(url, self._limit)
        return bytes(body)


def pause_for(url: str) -> float:
    """Return the seconds to keep before asking for `url`: more for pages than for services."""
    address = _address(url, scheme_and_host(url))
    is_page = address.path.startswith(("/list/", "/catchup/", "/abs/"))
    return PAGE_PAUSE if is_page or address.host in _PAGE_HOSTS else SERVICE_PAUSE


def translate(error: httpx.HTTPError, url: str) -> SourceError:
    """Return the project's error for one of httpx's: permanent if asking again cannot help."""
    what = type(error).__name__
    if isinstance(error, httpx.HTTPStatusError):
        return status_error(error.response, url, datetime.now(UTC))
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return SourceRefused(url, f"the request cannot be sent ({what})")
    if isinstance(error, httpx.TooManyRedirects):
        return SourceRefused(url, f"the server sends round in a circle ({what})")
    if isinstance(error, httpx.TimeoutException):
        return SourceUnavailable(url, f"no answer in time ({what})")
    return SourceUnavailable(url, f"the connection failed ({what})")


def status_error(response: httpx.Response, url: str, now: datetime) -> SourceError:
    """Return the error for a status other than 200; `now` is aware."""
    status = response.status_code
    if 400 <= status < 500 and status not in _BUSY:  # noqa: PLR2004 - the range of client errors
        return SourceRefused(url, f"the server answered {status}")
    wait = retry_after(response.headers.get("retry-after"), now)
    return SourceUnavailable(
        url,
        f"the server answered {status}",
        wait,
        is_refusal=status in _REFUSALS,
        is_throttled=status == httpx.codes.TOO_MANY_REQUESTS,
    )


def retry_after(value: str | None, now: datetime) -> float | None:
    """Read `Retry-After` (RFC 9110, 10.2.3): seconds from `now`, 0 to a day, None if unreadable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), _LONGEST_WAIT)


def _followed(home: httpx.URL, target: httpx.URL, shown: str) -> httpx.URL:
    """Return `target` if it stays with the site asked first and stays encrypted.

    Credentials are no server's to hand out: those of a target are dropped unless they are ours.
    """
    if not (is_at_home(home, target) and target.scheme in {"https", home.scheme}):
        where = scheme_and_host(str(target))
        raise SourceRefused(shown, f"the server redirects to another site: {where}")
    is_ours = (target.userinfo, host_of(target)) == (home.userinfo, host_of(home))
    return target if is_ours else target.copy_with(userinfo=b"")


def _address(url: str, shown: str) -> httpx.URL:
    """Read an address; raise `SourceRefused`, naming it as `shown`, where it is none."""
    try:
        address = httpx.URL(url)
        _ = address.host  # decoded on demand, which fails for `xn--a`
    except (UnicodeError, httpx.InvalidURL) as error:
        raise SourceRefused(shown[:80], "not an address that can be asked") from error
    return address


def _version() -> str:
    """Return the installed version; a source tree that was never installed has none."""
    return next((found.version for found in distributions(name="chenkan")), "0")
