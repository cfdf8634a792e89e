"""Who answers at an address, and how much of an address may be told."""

import httpx

from newsletter.sources.text import excerpt

_LONGEST = 300


def is_at_home(home: httpx.URL, target: httpx.URL) -> bool:
    """Say whether `target` belongs to whoever runs `home`, as far as names and ports can tell.

    - Its port is the same or its scheme's default: another one is another server.
    - Its host is the same, or one of both is `www.` and the other; or it stands below `home`'s,
      whose owner hands out those names; or both are arXiv's.

    Hosts that only share their last labels are strangers, because without a list of public
    suffixes nobody can tell `a.github.io` and `b.github.io` from `rss.nature.com` and
    `www.nature.com`: the operator names the address that the feed really has.
    """
    here, there = host_of(home), host_of(target)
    if target.port not in {None, home.port}:
        return False
    is_same = here.removeprefix("www.") == there.removeprefix("www.")
    return is_same or (bool(here) and there.endswith(f".{here}")) or _are_arxivs(here, there)


def host_of(address: httpx.URL) -> str:
    """Return a host as it is asked, in lower case; decoding `xn--a` would fail."""
    return address.raw_host.decode("ascii", "replace").lower()


def _are_arxivs(*hosts: str) -> bool:
    return all(f".{host}".endswith(".arxiv.org") for host in hosts)


def without_user(url: str) -> str:
    """Return an address without user and password."""
    try:
        address = httpx.URL(url)
        return str(address.copy_with(userinfo=b"")) if address.userinfo else url
    except (UnicodeError, httpx.InvalidURL):
        return excerpt(url)


def scheme_and_host(url: str) -> str:
    """Return `https://host` or `https://host:port`: nothing of an address that may be a key."""
    try:
        address = httpx.URL(url)
        host = address.netloc.decode("ascii", "replace")
    except (UnicodeError, httpx.InvalidURL):
        return "an address that cannot be read"
    return excerpt(f"{address.scheme}://{host}", _LONGEST)
