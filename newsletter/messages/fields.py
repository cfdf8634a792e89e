"""Values of header fields as ASCII: checked, folded, in encoded words, in punycode.

Every function raises `MessageError` with the field's name, and never its value.
"""

import base64
import re
from typing import Final
from urllib.parse import urlsplit

import idna

from newsletter.errors import MessageError

MAX_LINE: Final = 998
"""Octets of a line without its CRLF (RFC 5322 section 2.1.1)."""
MAX_LOCAL: Final = 64
MAX_ADDRESS: Final = 254
"""Octets of a local part and of an address (RFC 5321 section 4.5.3.1, erratum 1690)."""

_WORD_BYTES: Final = 45
"""UTF-8 bytes in one encoded word: 60 of base64 and 12 of frame, under the 75 allowed."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_NAMED = re.compile(r'(?:"(?P<quoted>[^"]*)"|(?P<name>[^<>"]*?))\s*<(?P<id>[^<>]+)>')
_LIST_ID = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9 ]+")


def ascii_address(part: str, address: str) -> str:
    """Return a bare address with its domain in punycode.

    Raises `MessageError`, naming `part`, for a non-ASCII local part (it would need SMTPUTF8)
    and for anything that is no address.
    """
    local, at, domain = address.rpartition("@")
    if not local.isascii():
        raise MessageError(part, "a local part outside ASCII needs SMTPUTF8")
    if not at or len(local) > MAX_LOCAL or not _LOCAL_PART.fullmatch(local):
        raise MessageError(part, "no address that mail can be sent to")
    whole = f"{local}@{ascii_domain(part, domain)}"
    if len(whole) > MAX_ADDRESS:
        raise MessageError(part, f"an address of more than {MAX_ADDRESS} characters")
    return whole


def _checked(part: str, value: str) -> str:
    """Refuse what would start another header, or hide in this one."""
    if not value.strip() or not value.isprintable():
        raise MessageError(part, "empty, or holds a line break or control character")
    return value.strip()


def unstructured(part: str, value: str) -> str:
    """Return free text, such as a subject."""
    checked = _checked(part, value)
    is_plain = checked.isascii() and "=?" not in checked and len(checked) <= _WORD_BYTES
    return checked if is_plain else _encoded_words(part, checked)


def _encoded_words(part: str, value: str) -> str:
    """Return base64 encoded words, each whole characters, one a line (RFC 2047)."""
    words: list[bytes] = [b""]
    for char in value:
        encoded = char.encode()
        if len(words[-1]) + len(encoded) > _WORD_BYTES:
            words.append(b"")
        words[-1] += encoded
    folded = "\r\n ".join(f"=?utf-8?B?{base64.b64encode(word).decode()}?=" for word in words)
    if len(words) * _WORD_BYTES > MAX_LINE:
        raise MessageError(part, f"more than {MAX_LINE} bytes")
    return folded


def _phrase(part: str, name: str) -> str:
    checked = _checked(part, name)
    if _PLAIN_PHRASE.fullmatch(checked) and len(checked) <= _WORD_BYTES:
        return checked
    return _encoded_words(part, checked)


def mailbox(part: str, value: str) -> str:
    """Return `name <address>`, or a bare address, as ASCII."""
    name, address = _split(part, value)
    return (
        f"{_phrase(part, name)} <{ascii_address(part, address)}>"
        if name
        else (ascii_address(part, address))
    )


def _split(part: str, value: str) -> tuple[str, str]:
    """Return display name and address (or list id) of `name <address>`, or of a bare one."""
    checked = _checked(part, value)
    found = _NAMED.fullmatch(checked)
    if found is None:
        return "", checked
    return (found["quoted"] or found["name"] or "").strip(), found["id"]


def list_id(value: str | None) -> str:
    """Return a `List-Id` (RFC 2919): a readable name, if given, and the id in brackets."""
    if value is None:
        raise MessageError("List-Id", "missing; a digest needs one")
    name, identifier = _split("List-Id", value)
    if not _LIST_ID.fullmatch(identifier):
        raise MessageError("List-Id", "not of the form name.domain")
    return f"{_phrase('List-Id', name)} <{identifier}>" if name else f"<{identifier}>"


def unsubscribe(url: str | None) -> str:
    """Return `List-Unsubscribe`, which cannot be folded (RFC 8058 section 3.1).

    https only, except for http to loopback, where the demo runs.
    """
    if url is None:
        raise MessageError("List-Unsubscribe", "missing; a digest needs one")
    if not url.isascii() or not url.isprintable() or any(char in url for char in ' <>,"'):
        raise MessageError("List-Unsubscribe", "not a plain ASCII address")
    if len(f"List-Unsubscribe: <{url}>") > MAX_LINE:
        raise MessageError("List-Unsubscribe", f"more than {MAX_LINE} characters; it cannot fold")
    parts = urlsplit(url)
    allowed = {"https", "http"} if parts.hostname in _LOOPBACK else {"https"}
    if parts.scheme not in allowed or not parts.hostname:
        raise MessageError("List-Unsubscribe", "not an https address")
    return f"<{url}>"


def ascii_domain(part: str, domain: str) -> str:
    """Return a domain in lower-case ASCII, international ones as punycode (RFC 5891)."""
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise MessageError(part, "the domain does not exist in this form") from error
