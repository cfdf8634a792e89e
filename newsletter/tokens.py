"""Signed links: one purpose a token, versioned HMAC, keys that can be rotated.

A token reads `1u.SUBJECT.ISSUED.MAC`: format version, purpose letter, what it is about, minutes
since 1970 in hexadecimal, and 120 bits of HMAC-SHA256 over the rest. Short enough for a
List-Unsubscribe header of one line.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from newsletter.errors import ExpiredToken, InvalidToken

_MAC_BYTES = 15
_MINUTE = 60
_SHAPE = re.compile(
    r"1(?P<purpose>[a-z])\.(?P<subject>[A-Za-z0-9_~-]{1,64})\.(?P<issued>[0-9a-f]{1,8})\.[\w-]{20}",
    re.ASCII,
)


class Purpose(StrEnum):
    """What a token allows; a token of one purpose is worthless for another."""

    CONFIRM = "c"
    PREFERENCES = "p"
    UNSUBSCRIBE = "u"
    VIEW = "v"
    LOGIN = "o"
    SESSION = "s"


LIFETIMES: dict[Purpose, timedelta | None] = {
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.PREFERENCES: None,
    Purpose.UNSUBSCRIBE: None,  # RFC 8058 and every mailbox provider: old mails must still work
    Purpose.VIEW: None,
    Purpose.LOGIN: timedelta(minutes=15),
    Purpose.SESSION: timedelta(hours=12),
}


@dataclass(frozen=True, slots=True)
class Signer:
    """Issues and reads tokens. The first secret signs; all of them verify."""

    secrets: tuple[str, ...] = field(repr=False)

    def issue(self, purpose: Purpose, subject: str, now: datetime) -> str:
        """Return a token; `subject` is of letters, digits, `_`, `~`, `-`, at most 64."""
        body = f"1{purpose.value}.{subject}.{int(now.timestamp()) // _MINUTE:x}"
        token = f"{body}.{_mac(self.secrets[0], body)}"
        if not _SHAPE.fullmatch(token):
            raise InvalidToken
        return token

    def read(self, purpose: Purpose, token: str, now: datetime) -> str:
        """Return the subject; `InvalidToken` unless genuine and for `purpose`.

        Raises `ExpiredToken` when the purpose's lifetime is over.
        """
        found = _SHAPE.fullmatch(token)
        if found is None or found["purpose"] != purpose.value or not self._is_genuine(token):
            raise InvalidToken
        lifetime = LIFETIMES[purpose]
        issued = datetime.fromtimestamp(int(found["issued"], 16) * _MINUTE, UTC)
        if lifetime is not None and now - issued > lifetime:
            raise ExpiredToken
        return found["subject"]

    def fingerprints(self, text: str) -> Sequence[str]:
        """Return `text` hashed with each secret, the current one first.

        For what must be recognised but not kept: suppressed addresses, clients' addresses.
        """
        return [_mac(secret, f"fingerprint\0{text}") for secret in self.secrets]

    def _is_genuine(self, token: str) -> bool:
        body, _, mac = token.rpartition(".")
        return any(hmac.compare_digest(mac, _mac(secret, body)) for secret in self.secrets)


def _mac(secret: str, text: str) -> str:
    digest = hmac.digest(secret.encode(), text.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:_MAC_BYTES]).decode("ascii")
