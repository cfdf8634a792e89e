"""Mails on the wire: headers, folding, encoding, and what is refused."""

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import MessageError
from newsletter.messages import Header, digest_message, message_id, notice_message

LONG_URL = "https://news.example.org/u/" + "v1.AbCdEfGhIjKlMnOpQrStUvWxYz_0123456789-" * 4
HEADER = Header(
    sender="晨刊 <daily@example.org>",
    recipient="reader@example.net",
    subject="晨刊 5 月 29 日：67 篇论文",
    date=datetime(2026, 5, 29, 8, 0, tzinfo=timezone(timedelta(hours=8))),
    message_id=message_id("example.org", "2026-05-29", "r7"),
    list_id="晨刊 <daily.example.org>",
    unsubscribe=LONG_URL,
)
TEXT = "第一行\n第二行\n"
HTML = "<!doctype html><html lang='zh-CN'><body>" + "中文" * 3000 + "</body></html>"


def parsed(content: bytes) -> EmailMessage:
    """Return the mail as Python's own parser reads it."""
    mail = message_from_bytes(content, policy=policy.SMTP)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def raw_headers(content: bytes) -> list[bytes]:
    """Return the header fields as they stand on the wire, folded ones whole."""
    return re.split(rb"\r\n(?![ \t])", content.partition(b"\r\n\r\n")[0])


def test_wire_lines() -> None:
    """Every line ends in CRLF, is ASCII, and base64 lines have at most 76 characters."""
    content = digest_message(HEADER, TEXT, HTML)
    lines = content.split(b"\r\n")
    assert content.isascii()
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content)
    assert content.endswith(b"--\r\n")
    assert max(len(line) for line in lines) <= 998
    body = content.partition(b"\r\n\r\n")[2].split(b"\r\n")
    assert 76 == max(len(line) for line in body)


def test_header_fields() -> None:
    """A digest has each field once, and the fields of bulk mail."""
    names = [
        field.partition(b":")[0].decode()
        for field in raw_headers(digest_message(HEADER, TEXT, HTML))
    ]
    assert names == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "X-Auto-Response-Suppress", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
        "Precedence", "MIME-Version", "Content-Type",
    ]  # fmt: skip


def test_unsubscribe_on_the_wire() -> None:
    """The one-click address is one unfolded ASCII line, however long."""
    fields = raw_headers(digest_message(HEADER, TEXT, HTML))
    assert f"List-Unsubscribe: <{LONG_URL}>".encode() in fields
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in fields
    assert b"Auto-Submitted: auto-generated" in fields
    assert b"X-Auto-Response-Suppress: All" in fields
    assert b"Precedence: bulk" in fields


def test_parsed_headers() -> None:
    """Python's parser reads back what was put in."""
    mail = parsed(digest_message(HEADER, TEXT, HTML))
    assert (Address("晨刊", "daily", "example.org"),) == mail["From"].addresses
    assert "reader@example.net" == mail["To"]
    assert HEADER.subject == mail["Subject"]
    assert HEADER.date == mail["Date"].datetime
    assert HEADER.message_id == mail["Message-ID"]
    assert "晨刊 <daily.example.org>" == mail["List-Id"]


def test_parsed_bodies() -> None:
    """Text comes first, both parts decode to what was put in, with CRLF line ends."""
    mail = parsed(digest_message(HEADER, TEXT, HTML))
    assert "multipart/alternative" == mail.get_content_type()
    text, page = mail.iter_parts()
    assert ("text/plain", "text/html") == (text.get_content_type(), page.get_content_type())
    assert "第一行\r\n第二行\r\n".encode() == text.get_payload(decode=True)
    assert (HTML + "\r\n").encode() == page.get_payload(decode=True)


@settings(deadline=None)  # the machine may be busy
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_text_survives(text: str) -> None:
    """Any text is decoded again as it was, but for its line ends."""
    body = next(parsed(notice_message(HEADER, text, HTML)).iter_parts()).get_payload(decode=True)
    unix = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n") + "\n"
    assert unix.replace("\n", "\r\n").encode() == body


def test_same_input_same_bytes() -> None:
    """A message is written the same way twice."""
    assert digest_message(HEADER, TEXT, HTML) == digest_message(HEADER, TEXT, HTML)


def test_notice_has_no_list_headers() -> None:
    """A confirmation is neither bulk nor from a list."""
    mail = parsed(notice_message(HEADER, TEXT, HTML))
    absent = ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Precedence")
    assert [mail[name] for name in absent] == [None] * 4
    assert "auto-generated" == mail["Auto-Submitted"]


@settings(deadline=None)  # the machine may be busy
@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"]),
        min_size=1,
        max_size=200,
    )
)
def test_encoded_words(subject: str) -> None:
    """Any subject comes back, in words of at most 75 characters."""
    content = notice_message(replace(HEADER, subject=subject), TEXT, HTML)
    (field,) = [field for field in raw_headers(content) if field.startswith(b"Subject: ")]
    assert all(len(word) <= 75 for word in field.removeprefix(b"Subject: ").split(b"\r\n "))
    words = re.findall(rb"=\?utf-8\?B\?([^?]*)\?=", field)
    decoded = b"".join(map(base64.b64decode, words)).decode() if words else field[9:].decode()
    assert subject == decoded


@pytest.mark.parametrize(
    ("sender", "wire"),
    [
        ("daily@example.org", "daily@example.org"),
        ("Morning Paper <daily@example.org>", "Morning Paper <daily@example.org>"),
        ('"晨刊" <d@例子.中国>', "=?utf-8?B?5pmo5YiK?= <d@xn--fsqu00a.xn--fiqs8s>"),
        ("A, B <daily@Example.ORG>", "=?utf-8?B?QSwgQg==?= <daily@example.org>"),
    ],
)
def test_senders(sender: str, wire: str) -> None:
    """Names are encoded where they must be, domains become punycode."""
    content = notice_message(replace(HEADER, sender=sender), TEXT, HTML)
    assert f"From: {wire}".encode() in raw_headers(content)


def test_bare_list_id() -> None:
    """A list id without a name stands in brackets."""
    content = digest_message(replace(HEADER, list_id="daily.example.org"), TEXT, HTML)
    assert b"List-Id: <daily.example.org>" in raw_headers(content)


def test_plain_subject_stays() -> None:
    """A short ASCII subject is not encoded; one that looks encoded is."""
    content = notice_message(replace(HEADER, subject="Hello"), TEXT, HTML)
    assert b"Subject: Hello" in raw_headers(content)
    content = notice_message(replace(HEADER, subject="=?utf-8?q?x?="), TEXT, HTML)
    assert b"Subject: =?utf-8?B?PT91dGYtOD9xP3g/PQ==?=" in raw_headers(content)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_http_on_loopback(host: str) -> None:
    """The demo's own addresses may be plain http."""
    content = digest_message(replace(HEADER, unsubscribe=f"http://{host}/u/t"), TEXT, HTML)
    assert f"List-Unsubscribe: <http://{host}/u/t>".encode() in raw_headers(content)


@pytest.mark.parametrize(
    "field", ["sender", "recipient", "subject", "message_id", "list_id", "unsubscribe"]
)
@pytest.mark.parametrize("injected", ["\r\nBcc: x@example.net", "\nBcc: x", "\r", "\x00", "\u2028"])
def test_header_injection(field: str, injected: str) -> None:
    """A line break or control character in any value is refused."""
    header = replace(HEADER, **{field: getattr(HEADER, field) + injected})
    with pytest.raises(MessageError):
        digest_message(header, TEXT, HTML)


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("To", {"recipient": "读者@example.net"}),
        ("To", {"recipient": "a@example.net, b@example.net"}),
        ("To", {"recipient": "Reader <reader@example.net>"}),
        ("To", {"recipient": "reader"}),
        ("To", {"recipient": "reader@"}),
        ("To", {"recipient": "reader@exa mple.net"}),
        ("To", {"recipient": "a" * 65 + "@example.net"}),
        ("To", {"recipient": "a@" + ".".join(["b" * 60] * 5)}),
        ("To", {"recipient": "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".example"}),
        ("From", {"sender": "晨刊 <读@example.org>"}),
        ("From", {"sender": ""}),
        ("Subject", {"subject": " "}),
        ("Subject", {"subject": "长" * 2000}),
        ("Date", {"date": datetime(2026, 5, 29, 8, 0)}),  # noqa: DTZ001 - that is the fault
        ("Message-ID", {"message_id": "no-brackets@example.org"}),
        ("List-Id", {"list_id": None}),
        ("List-Id", {"list_id": "晨刊"}),
        ("List-Unsubscribe", {"unsubscribe": None}),
        ("List-Unsubscribe", {"unsubscribe": "http://news.example.org/u"}),
        ("List-Unsubscribe", {"unsubscribe": "mailto:leave@example.org"}),
        ("List-Unsubscribe", {"unsubscribe": "https://例子.example/u"}),
        ("List-Unsubscribe", {"unsubscribe": "https://a.example/u>,<https://b.example"}),
        ("List-Unsubscribe", {"unsubscribe": "https://a.example/" + "x" * 1000}),
    ],
)
def test_refused_headers(part: str, changes: dict[str, object]) -> None:
    """A header that must not be sent raises an error that names it, and not its value."""
    with pytest.raises(MessageError) as caught:
        digest_message(replace(HEADER, **changes), TEXT, HTML)  # type: ignore[arg-type]
    assert part == caught.value.part
    assert "reader" not in str(caught.value)


@pytest.mark.parametrize(
    ("part", "text", "html"),
    [
        ("text/plain", " \n", HTML),
        ("text/html", TEXT, ""),
        ("text/plain", "\ud800", HTML),
        ("text/html", TEXT, "x" * 100_000),
    ],
)
def test_refused_bodies(part: str, text: str, html: str) -> None:
    """An empty part, a lone surrogate and HTML that mail clients clip are refused."""
    with pytest.raises(MessageError) as caught:
        notice_message(HEADER, text, html)
    assert part == caught.value.part


def test_message_id() -> None:
    """The id depends on edition and reader alone, and does not show the reader's id."""
    one = message_id("example.org", "2026-05-29", "reader-7")
    assert one == message_id("example.org", "2026-05-29", "reader-7")
    assert one != message_id("example.org", "2026-05-29", "reader-8")
    assert re.fullmatch(r"<2026-05-29\.[0-9a-f]{32}@example\.org>", one)
    assert "reader-7" not in one


def test_message_id_of_an_international_domain() -> None:
    """The domain of a Message-ID is punycode."""
    assert message_id("例子.中国", "e", "r").endswith("@xn--fsqu00a.xn--fiqs8s>")


@pytest.mark.parametrize(
    ("domain", "edition"), [("example.org", "a b"), ("exa mple", "e"), ("", "e")]
)
def test_message_id_refuses(domain: str, edition: str) -> None:
    """An edition or domain that cannot stand in a Message-ID is refused."""
    with pytest.raises(MessageError):
        message_id(domain, edition, "r")


def test_header_hides_addresses() -> None:
    """A header in a traceback shows neither addresses nor the link's token."""
    shown = repr(replace(HEADER, date=datetime(2026, 5, 29, tzinfo=UTC)))
    assert not re.search(r"reader@|daily@|AbCdEf", shown)


def test_local_part_outside_ascii() -> None:
    """The error of a non-ASCII local part names what it would need."""
    with pytest.raises(MessageError, match="SMTPUTF8"):
        notice_message(replace(HEADER, recipient="读者@example.net"), TEXT, HTML)
