"""What an SMTP reply means for one mail: a table of providers' sayings, then RFC 3463.

code, text, phase, recipient's domain ─► first rule that fits ─► ReplyClass
                                         none fits            ─► the code's first digit

Sources: facts read from the providers' own help pages (QQ and NetEase list their bounce texts,
Amazon SES its 454), RFC 5321 §4.2 (first digit), RFC 3463 and RFC 7505 (enhanced codes).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from newsletter.errors import Phase

Outcome = Literal["accepted", "deferred", "rejected"]

MAX_REPLY = 500
"""Characters of a server's reply that are kept."""

QQ = frozenset({"qq.com", "vip.qq.com", "foxmail.com"})
NETEASE = frozenset({"163.com", "126.com", "yeah.net", "188.com", "vip.163.com", "vip.126.com"})

_AT_RECIPIENT = frozenset[Phase]({"rcpt", "final"})
# Not inside an address such as 5.1.1.2.
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\d|\.\d)")


@dataclass(frozen=True, slots=True)
class ReplyClass:
    """What to do after a reply."""

    outcome: Outcome
    hard_bounce: bool = False
    """The mailbox does not exist: no mail goes there again."""
    slow_down: bool = False
    """The server asks for fewer connections or mails: applies to the whole domain."""
    reason: str = ""
    """A stable code such as `mailbox_unknown`; empty for a plain acceptance."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One row of the table: every condition that is given must hold."""

    result: ReplyClass
    pattern: re.Pattern[str]
    domains: frozenset[str] = frozenset()
    phases: frozenset[Phase] = frozenset()
    codes: range = range(400, 600)

    def fits(self, code: int, text: str, phase: Phase, domain: str) -> bool:
        """Say whether the row speaks of this reply."""
        return (
            code in self.codes
            and (not self.domains or domain in self.domains)
            and (not self.phases or phase in self.phases)
            and self.pattern.search(text) is not None
        )


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PERMANENT = range(500, 600)
_TEMPORARY = range(400, 500)
_HARD = ReplyClass("rejected", hard_bounce=True, reason="mailbox_unknown")
_THROTTLED = ReplyClass("deferred", slow_down=True, reason="throttled")

_RULES: tuple[_Rule, ...] = (
    # QQ answers 550 to what it will take an hour later; only one saying means what 550 means.
    _Rule(_THROTTLED, _words(r"(?:domain|sender|connection|ip) frequency limited"), QQ),
    _Rule(
        ReplyClass("deferred", slow_down=True, reason="access_denied"),
        _words("mailbox unavailable or access denied"),
        QQ,
    ),
    _Rule(_HARD, _words("mailbox not found"), QQ, _AT_RECIPIENT, _PERMANENT),
    _Rule(ReplyClass("rejected", reason="refused"), _words(""), QQ, _AT_RECIPIENT, _PERMANENT),
    # NetEase: too many connections or mails, then suspected spam, which it greylists.
    _Rule(_THROTTLED, _words(r"\bHL:(?:REP|ICC|IFC)\b"), NETEASE, codes=_TEMPORARY),
    _Rule(_THROTTLED, _words(r"\b(?:MI:DMC|RP:DRC|MI:SFQ)\b"), NETEASE, codes=_TEMPORARY),
    _Rule(
        ReplyClass("deferred", reason="greylisted"),
        _words(r"\bDT:SPM\b"),
        NETEASE,
        codes=_TEMPORARY,
    ),
    # Amazon SES says 454 for "more than your rate"; at the connection 454 speaks of TLS.
    _Rule(
        _THROTTLED,
        _words(""),
        phases=frozenset({"mail", "rcpt", "data", "final"}),
        codes=range(454, 455),
    ),
    # A refused login or an unauthenticated session is the operator's matter, not the reader's.
    _Rule(
        ReplyClass("deferred", reason="authentication"),
        _words(r"5\.7\.(?:8|9|11)\b|authentication (?:required|failed|credentials)"),
    ),
    _Rule(ReplyClass("deferred", reason="authentication"), _words(""), codes=range(530, 531)),
    _Rule(ReplyClass("deferred", reason="authentication"), _words(""), codes=range(534, 539)),
    _Rule(
        _THROTTLED,
        _words(r"throttl|too many (?:connections|messages|mails)|rate[ -]limit|4\.7\.28\b"),
        codes=_TEMPORARY,
    ),
    # "Unable to route" is a name server's bad hour, whatever the first digit says.
    _Rule(ReplyClass("deferred", reason="routing"), _words(r"(?<![\d.])[45]\.4\.4(?!\d|\.\d)")),
)

# RFC 3463 §3.2: bad mailbox, bad domain, bad syntax, moved; X.1.10 null MX (RFC 7505 §4.2);
# X.2.1 mailbox disabled.
_NO_MAILBOX = frozenset({(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)})
_NO_MAILBOX_WORDS = _words(
    r"(?:user|mailbox|recipient|account|address)(?: is)? "
    r"(?:unknown|not found|does(?: not|n't) exist)"
    r"|(?:no such|unknown|invalid|nonexistent) (?:user|mailbox|recipient|account|address)",
)


def classify(code: int, text: str, *, phase: Phase, domain: str) -> ReplyClass:
    """Return what a reply means. `domain` is the recipient's, in any case.

    A refused connection says nothing about the mail, and a refused sender (MAIL FROM) is the
    operator's matter, so in the phases `connect` and `mail` nothing is ever rejected. A code
    outside 200–599 counts as deferred with the reason `protocol`.
    """
    if 200 <= code < 300:  # noqa: PLR2004 - RFC 5321 §4.2.1
        return ReplyClass("accepted")
    words = clean_reply(text)
    for rule in _RULES:
        if rule.fits(code, words, phase, domain.lower().rstrip(".")):
            return rule.result
    if phase == "connect":
        return ReplyClass("deferred", slow_down=code in _TEMPORARY, reason="connection_refused")
    return _by_code(code, words, phase)


def _by_code(code: int, words: str, phase: Phase) -> ReplyClass:
    """Apply RFC 5321's first digit and RFC 3463's subject and detail."""
    if code in _TEMPORARY:
        return ReplyClass("deferred", slow_down=code == 421, reason="temporary")  # noqa: PLR2004 - RFC 5321 §3.8
    if code not in _PERMANENT:
        return ReplyClass("deferred", reason="protocol")
    if phase == "mail":
        return ReplyClass("deferred", reason="sender_refused")
    return _refusal(words) if phase in _AT_RECIPIENT else ReplyClass("rejected", reason="refused")


def _refusal(words: str) -> ReplyClass:
    """Tell a mailbox that does not exist from a mail that is not wanted; code is 5xx."""
    status = enhanced_code(words) or (5, 0, 0)
    if status[1:] == (2, 2):
        return ReplyClass("rejected", reason="mailbox_full")
    if status[1] == 7:  # noqa: PLR2004 - X.7.X: security or policy
        return ReplyClass("rejected", reason="policy")
    if (status[0] == 5 and status[1:] in _NO_MAILBOX) or _NO_MAILBOX_WORDS.search(words):  # noqa: PLR2004 - 5.X.X: permanent
        return _HARD
    return ReplyClass("rejected", reason="refused")


def enhanced_code(text: str) -> tuple[int, int, int] | None:
    """Return the first enhanced status code of a reply (RFC 3463), such as (5, 1, 1)."""
    found = _ENHANCED.search(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def clean_reply(text: str) -> str:
    """Return a reply as one line of at most `MAX_REPLY` characters without control characters.

    What is left is still hostile text: it is escaped wherever it is shown.
    """
    shown = (" " if unicodedata.category(char).startswith("C") else char for char in text)
    return " ".join("".join(shown).split())[:MAX_REPLY]
