"""The web inbox: it shows mails, and a hostile mail can do nothing in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.demo.inbox import framed, inbox_router
from newsletter.demo.mailbox import Mailbox
from newsletter.demo.reading import read_mail

TEMPLATES = Path(__file__).parents[1] / "templates"
SCRIPT = "<script>alert(1)</script>"


def mail(subject: str = "晨刊 5 月 29 日", text: str | None = "你好\n", html: str = "") -> bytes:
    """Return a mail on the wire."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "晨刊 <news@example.org>"
    message["To"] = "reader@example.org"
    message["Subject"] = subject
    if text is not None:
        message.set_content(text)
    if html and text is None:
        message.set_content(html, subtype="html")
    elif html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.fixture
def mailbox() -> Mailbox:
    """Return an empty mailbox; every mail arrives at 00:30 UTC."""
    return Mailbox(clock=lambda: datetime(2026, 5, 29, 0, 30, tzinfo=UTC))


@pytest.fixture
def client(mailbox: Mailbox) -> Iterator[TestClient]:
    """Serve the inbox at /inbox."""
    app = FastAPI()
    app.include_router(inbox_router(mailbox, TEMPLATES), prefix="/inbox")
    with TestClient(app) as running:
        yield running


def test_an_empty_inbox_says_so_and_reloads(client: TestClient) -> None:
    """The list refreshes itself without a script."""
    page = client.get("/inbox").text
    assert "还没有邮件" in page
    assert '<meta http-equiv="refresh" content="5">' in page


def test_the_list_shows_the_newest_first(client: TestClient, mailbox: Mailbox) -> None:
    """Subject, sender, recipient and local time stand in the list."""
    mailbox.add("", ["one@example.org"], mail(subject="第一封"))
    mailbox.add("", ["two@example.org"], mail(subject="第二封"))
    page = client.get("/inbox").text
    assert page.index("第二封") < page.index("第一封")
    assert "晨刊 &lt;news@example.org&gt; → two@example.org" in page
    assert "2026-05-29 08:30:00" in page
    assert "时区：北京时间" in page
    assert "Mails: 2; reloads every 5 seconds" in page
    assert 'href="/inbox/2"' in page


def test_the_form_is_one_click_away(client: TestClient, mailbox: Mailbox) -> None:
    """The list and each mail link to the page where one subscribes."""
    mailbox.add("", [], mail())
    for path in ("/inbox", "/inbox/1"):
        assert '<a href="/">订阅页面' in client.get(path).text.replace(' class="end"', "")


def test_each_page_says_that_it_is_a_sample(client: TestClient, mailbox: Mailbox) -> None:
    """The banner stands on the list, on a mail and on the page of a missing mail."""
    mailbox.add("", [], mail())
    for path in ("/inbox", "/inbox/1", "/inbox/1?tab=text", "/inbox/1?tab=headers", "/inbox/9"):
        page = client.get(path).text
        assert "示例收件箱" in page
        assert "Sample inbox" in page


def test_the_html_part_stands_in_a_sandboxed_frame(client: TestClient, mailbox: Mailbox) -> None:
    """The mail page holds the frame and none of the mail's own markup."""
    mailbox.add("", [], mail(html=f"<p>一段话</p>{SCRIPT}"))
    page = client.get("/inbox/1").text
    sandbox = 'sandbox="allow-popups allow-top-navigation-by-user-activation"'
    assert f'src="/inbox/1/html" {sandbox}' in page
    assert "一段话" not in page
    assert "<script" not in page


def test_the_part_itself_may_run_and_load_nothing(client: TestClient, mailbox: Mailbox) -> None:
    """Its policy holds even if someone opens the address outside of the frame."""
    html = '<!DOCTYPE html>\r\n<html><body><a href="https://example.org">x</a></body></html>'
    mailbox.add("", [], mail(html=html))
    answer = client.get("/inbox/1/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-top-navigation-by-user-activation" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy
    assert answer.text.startswith('<!DOCTYPE html><base target="_top">')


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>x</p>", '<base target="_top"><p>x</p>'),
        (" <!DocType html>\n<html>", ' <!DocType html><base target="_top">\n<html>'),
        ("<a TARGET=_blank>", '<base target="_top"><a target="_top">'),
        ("<!doctype" + " " * 400 + ">", '<base target="_top"><!doctype' + " " * 400 + ">"),
    ],
)
def test_links_open_in_the_whole_window(html: str, expected: str) -> None:
    """The tag follows a doctype, and a doctype of absurd length is left alone."""
    assert expected == framed(html)


def test_the_pages_allow_no_script_either(client: TestClient, mailbox: Mailbox) -> None:
    """List, mail and missing page carry a policy without scripts and outside loads."""
    mailbox.add("", [], mail())
    for path in ("/inbox", "/inbox/1", "/inbox/9"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "nosniff" == headers["X-Content-Type-Options"]
        assert "no-store" == headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/inbox", "/inbox/1?tab=text", "/inbox/1?tab=headers"])
def test_hostile_text_is_escaped(client: TestClient, mailbox: Mailbox, path: str) -> None:
    """Markup in subject, text, header and envelope arrives as text."""
    content = mail(subject=f"主题{SCRIPT}", text=SCRIPT).replace(
        b"MIME-Version:", b"X-Odd: <script>x\r\nMIME-Version:"
    )
    mailbox.add("<script>", ["<script>@example.org"], content)
    page = client.get(path).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_text_and_headers_are_shown(client: TestClient, mailbox: Mailbox) -> None:
    """The text tab shows the text part; the headers tab the envelope and raw headers."""
    mailbox.add("bounce@example.org", ["reader@example.org"], mail(text="第一行\n第二行\n"))
    assert "<pre>第一行\n第二行\n</pre>" in client.get("/inbox/1?tab=text").text
    page = client.get("/inbox/1?tab=headers").text
    assert "Envelope from: bounce@example.org" in page
    assert "Subject: =?utf-8?" in page


@pytest.mark.parametrize(
    ("content", "tab", "expected"),
    [
        (mail(), "html", "这封邮件没有 HTML 部分"),
        (mail(text=None, html="<p>x</p>"), "text", "这封邮件没有纯文本部分"),
        (b"", "headers", "（无主题）"),
    ],
)
def test_a_part_that_is_missing_is_said_to_be(
    client: TestClient, mailbox: Mailbox, content: bytes, tab: str, expected: str
) -> None:
    """A mail of one part, or of none, has a page all the same."""
    mailbox.add("", [], content)
    assert expected in client.get(f"/inbox/1?tab={tab}").text


def test_the_raw_mail_can_be_downloaded(client: TestClient, mailbox: Mailbox) -> None:
    """The bytes are those that arrived, offered as a file."""
    content = mail()
    mailbox.add("", [], content)
    answer = client.get("/inbox/1/raw")
    assert content == answer.content
    assert 'attachment; filename="sample-1.eml"' == answer.headers["Content-Disposition"]
    assert "message/rfc822" == answer.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/inbox/7", "/inbox/7/html", "/inbox/7/raw"])
def test_a_mail_that_is_not_kept_is_not_found(client: TestClient, path: str) -> None:
    """The page says where it went."""
    answer = client.get(path)
    assert 404 == answer.status_code
    assert "找不到这封邮件" in answer.text


def test_an_unknown_tab_is_refused(client: TestClient, mailbox: Mailbox) -> None:
    """Only the three tabs exist."""
    mailbox.add("", [], mail())
    assert 422 == client.get("/inbox/1?tab=script").status_code


def test_encoded_words_and_charsets_are_decoded() -> None:
    """A subject in two charsets, and a part that is not UTF-8, become readable."""
    view = read_mail(
        b"Subject: =?utf-8?b?5pmo?= =?gb2312?b?v6E=?= x\r\n"
        b"Content-Type: text/plain; charset=gb18030\r\n\r\n" + "晨刊".encode("gb18030")
    )
    assert "晨俊 x" == view.subject
    assert "晨刊" == view.text


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: =?utf-8?b?a?=\r\n\r\n",
        b"Subject: =?no-such?q?=FF?=\r\n\r\n",
        b"Subject: =?hex?q?zz?=\r\n\r\n",
        b"Subject: \xff\xfe\r\n\r\n",
        b"Subject: =?utf-7?q?+2AA-?=\r\n\r\n",
        b"Content-Type: text/html; charset=utf-7\r\n\r\n+2AA-",
        b"Content-Type: text/html; charset=undefined\r\n\r\n\xff",
        b"Content-Type: text/html; charset*=x''%FF\r\n\r\n\xff",
        b"Content-Type: text/html; charset=a\x00b\r\n\r\n\xff",
        b"Content-Type: text/html; charset*=a\x00b''x\r\n\r\n\xff",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b--",
    ],
)
def test_damaged_mail_is_shown_as_far_as_it_goes(
    client: TestClient, mailbox: Mailbox, content: bytes
) -> None:
    """No damage of headers or charsets keeps the inbox from its page."""
    mailbox.add("", [], content)
    for path in ("/inbox", "/inbox/1", "/inbox/1/html", "/inbox/1?tab=headers"):
        assert 200 == client.get(path).status_code


@settings(deadline=None)  # a busy machine is no failure
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    """Whatever arrives can be read, and encoded for the page."""
    view = read_mail(b"Subject: =?" + content)
    assert view.subject.encode()


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                b"Content-Type: ", b"text/html", b"multipart/mixed; boundary=", b"charset*0=",
                b"; ", b"\r\n", b"\r\n\r\n", b"Subject: ", b"=?utf-8?q?", b"?=", b"utf-7", b"--b",
                b"Content-Transfer-Encoding: base64", b"x-uuencode", b"\xff", b"a", b'"', b"''%E4",
            ]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_no_mixture_of_mail_syntax_breaks_the_reader(pieces: list[bytes]) -> None:
    """The same with bytes that look like a mail."""
    view = read_mail(b"".join(pieces))
    "".join((view.subject, view.text, view.html, *(v for _, v in view.headers))).encode()
