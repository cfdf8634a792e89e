"""What SMTP replies mean: fixtures of providers' own words, then the general rules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import Phase
from newsletter.replies import MAX_REPLY, ReplyClass, classify, clean_reply, enhanced_code

THROTTLED = ReplyClass("deferred", slow_down=True, reason="throttled")
UNKNOWN = ReplyClass("rejected", hard_bounce=True, reason="mailbox_unknown")
REFUSED = ReplyClass("rejected", reason="refused")
FIXTURES: list[tuple[str, int, Phase, str, ReplyClass]] = [
    ("qq.com", 550, "final", "Domain frequency limited [xx IP: 1.2.3.4]", THROTTLED),
    ("qq.com", 550, "rcpt", "Sender frequency limited", THROTTLED),
    ("foxmail.com", 550, "mail", "Connection frequency limited", THROTTLED),
    ("VIP.QQ.com", 550, "connect", "Ip frequency limited", THROTTLED),
    (
        "qq.com",
        550,
        "rcpt",
        "Mailbox unavailable or access denied [key]",
        ReplyClass("deferred", slow_down=True, reason="access_denied"),
    ),
    ("qq.com", 550, "rcpt", "Mailbox not found. http://service.mail.qq.com/x", UNKNOWN),
    ("qq.com", 550, "final", "Mail content denied", REFUSED),
    ("qq.com", 550, "rcpt", "5.1.1 No such user", REFUSED),
    ("163.com", 421, "connect", "HL:REP 163 smtp1", THROTTLED),
    ("126.com", 421, "connect", "HL:ICC 126 smtp1", THROTTLED),
    ("yeah.net", 421, "connect", "HL:IFC yeah smtp1", THROTTLED),
    ("163.com", 450, "mail", "MI:DMC 163 smtp2", THROTTLED),
    ("163.com", 450, "rcpt", "RP:DRC 163 smtp2", THROTTLED),
    ("163.com", 451, "mail", "MI:SFQ 163 smtp2", THROTTLED),
    ("163.com", 451, "final", "DT:SPM 163 smtp2", ReplyClass("deferred", reason="greylisted")),
    ("163.com", 554, "final", "DT:SPM 163 smtp2", REFUSED),
    ("163.com", 550, "rcpt", "User not found: x", UNKNOWN),
    ("example.com", 550, "rcpt", "Mailbox unavailable or access denied", REFUSED),
    ("example.com", 454, "final", "Throttling failure: Maximum sending rate exceeded.", THROTTLED),
    ("example.com", 454, "mail", "Temporary service failure", THROTTLED),
    (
        "example.com",
        454,
        "connect",
        "TLS not available",
        ReplyClass("deferred", slow_down=True, reason="connection_refused"),
    ),
    ("example.com", 550, "rcpt", "5.4.4 Unable to route", ReplyClass("deferred", reason="routing")),
    ("example.com", 450, "rcpt", "4.4.4 Unable to route", ReplyClass("deferred", reason="routing")),
    ("example.com", 550, "rcpt", "5.1.1 <x@example.com> User unknown", UNKNOWN),
    ("example.com", 550, "final", "5.1.10 Null MX", UNKNOWN),
    ("example.com", 550, "rcpt", "5.2.1 disabled", UNKNOWN),
    (
        "example.com",
        550,
        "mail",
        "5.1.1 sender",
        ReplyClass("deferred", reason="sender_refused"),
    ),
    ("example.com", 550, "data", "5.1.1 no valid recipients", REFUSED),
    ("example.com", 550, "rcpt", "No such user here", UNKNOWN),
    ("example.com", 550, "rcpt", "Recipient doesn't exist", UNKNOWN),
    ("example.com", 550, "rcpt", "Rejected, client 5.1.1.2 is listed", REFUSED),
    ("example.com", 552, "rcpt", "5.2.2 over quota", ReplyClass("rejected", reason="mailbox_full")),
    ("example.com", 452, "rcpt", "4.2.2 over quota", ReplyClass("deferred", reason="temporary")),
    (
        "example.com",
        550,
        "final",
        "5.7.1 no such user policy",
        ReplyClass("rejected", reason="policy"),
    ),
    (
        "example.com",
        535,
        "mail",
        "5.7.8 Bad credentials",
        ReplyClass("deferred", reason="authentication"),
    ),
    (
        "example.com",
        530,
        "mail",
        "Must issue STARTTLS",
        ReplyClass("deferred", reason="authentication"),
    ),
    (
        "example.com",
        550,
        "rcpt",
        "Authentication required",
        ReplyClass("deferred", reason="authentication"),
    ),
    ("gmail.com", 421, "final", "4.7.28 Unusual rate of mail", THROTTLED),
    ("example.com", 451, "rcpt", "Too many connections", THROTTLED),
    ("example.com", 550, "rcpt", "too many connections in our statistics", REFUSED),
    (
        "example.com",
        421,
        "rcpt",
        "closing",
        ReplyClass("deferred", slow_down=True, reason="temporary"),
    ),
    ("example.com", 451, "rcpt", "4.7.1 Greylisted", ReplyClass("deferred", reason="temporary")),
    (
        "example.com",
        554,
        "connect",
        "5.1.1 no such user",
        ReplyClass("deferred", reason="connection_refused"),
    ),
    ("example.com", 354, "final", "go on", ReplyClass("deferred", reason="protocol")),
    ("example.com", -1, "rcpt", "", ReplyClass("deferred", reason="protocol")),
    ("qq.com", 250, "final", "Mailbox not found", ReplyClass("accepted")),
]


@pytest.mark.parametrize(("domain", "code", "phase", "text", "expected"), FIXTURES)
def test_fixtures(domain: str, code: int, phase: Phase, text: str, expected: ReplyClass) -> None:
    """Each saying has its class."""
    assert expected == classify(code, text, phase=phase, domain=domain)


@settings(deadline=None)
@given(code=st.integers(-1, 999), text=st.text(), domain=st.sampled_from(["qq.com", "x.example"]))
def test_only_permanent_codes_reject(code: int, text: str, domain: str) -> None:
    """No text turns another code into a rejection, and no connection or MAIL does."""
    answered = classify(code, text, phase="final", domain=domain)
    assert answered.outcome != "rejected" or 500 <= code < 600
    assert (answered.outcome == "accepted") == (200 <= code < 300)
    assert not answered.hard_bounce or answered.outcome == "rejected"
    for phase in ("connect", "mail"):
        assert classify(code, text, phase=phase, domain=domain).outcome != "rejected"


@settings(deadline=None)
@given(st.text(max_size=2000))
def test_clean_reply(text: str) -> None:
    """A reply becomes one bounded line without control or invisible characters."""
    line = clean_reply(text)
    assert len(line) <= MAX_REPLY
    assert line.isprintable()
    assert line.rstrip() == clean_reply(line)


def test_clean_reply_by_example() -> None:
    """Line ends and escapes become spaces, and what is long is cut."""
    assert clean_reply("5.1.1\r\n\x1b[31mno\u202e") == "5.1.1 [31mno"
    assert clean_reply("x" * 501) == "x" * 500


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5.1.1 no", (5, 1, 1)),
        ("x #4.2.2", (4, 2, 2)),
        ("5.1.1.2", None),
        ("v15.1.1", None),
        ("5.7.26.", (5, 7, 26)),
        ("", None),
    ],
)
def test_enhanced_code(text: str, code: tuple[int, int, int] | None) -> None:
    """Enhanced codes are found; addresses and versions are none."""
    assert code == enhanced_code(text)
