"""Addresses that authors wrote into their papers, made safe to link to."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from newsletter.papers import is_public_address

MAX_LINKS: Final = 5
"""Links shown of one paper; no paper of 4,787 has more than four."""
MAX_LENGTH: Final = 300
"""Characters of an address; longer ones are left out."""

_CODE_HOSTS: Final = ("github.com", "gitlab.com", "gitee.com", "bitbucket.org", "codeberg.org")
_HTTPS_HOSTS: Final = (*_CODE_HOSTS, "github.io", "huggingface.co", "zenodo.org")


def safe_links(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return the web addresses that can be linked to, each once, at most `MAX_LINKS`.

    Left out: those that are long or not public, see `is_public_address`. `http` becomes `https`
    where the host is known to serve it.
    """
    checked = (_safe(address) for address in addresses)
    return tuple(dict.fromkeys(address for address in checked if address))[:MAX_LINKS]


def link_label(address: str) -> str:
    """Return `代码` for a code host, else the host's name."""
    host = _host(address)
    return "代码" if _is_one_of(host, _CODE_HOSTS) else host.removeprefix("www.")


def _safe(address: str) -> str | None:
    if len(address) > MAX_LENGTH or not is_public_address(address):
        return None
    scheme, _, rest = address.partition("://")
    is_served = scheme.lower() == "http" and _is_one_of(_host(address), _HTTPS_HOSTS)
    return f"https://{rest}" if is_served else address


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:  # e.g. a bracket that opens no IPv6 address
        return ""


def _is_one_of(host: str, names: tuple[str, ...]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)
