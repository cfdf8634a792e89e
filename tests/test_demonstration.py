"""`newsletter demo`: the whole morning on samples, and then a newcomer's own subscription."""

import re
from email import message_from_bytes, policy

import httpx
import pytest
from command import Command
from test_workers import wait_for

from newsletter.bootstrap import utc_now
from newsletter.calendar import Calendar
from newsletter.cli.demonstration import invite, morning, pages_of
from newsletter.demo.mailbox import Mailbox
from newsletter.demo.parts import READERS, demo_parts
from newsletter.standalone import listen, make_worker_app, serving, wake_with, workers_running


def test_once_ends_after_the_morning(newsletter: Command) -> None:
    """Both readers get their mail; one sample goes out in English on purpose."""
    outcome = newsletter("demo", "--once", "--port", "0")
    assert outcome.status == 0, outcome.err
    assert len(READERS) == outcome.out.count("accepted")
    assert all(address in outcome.out for address in READERS)


def test_a_newcomer_subscribes_confirms_and_reads(newsletter: Command) -> None:
    """Form, confirmation mail, button, first digest, view in browser, one-click unsubscribe."""
    with listen("127.0.0.1", 0) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with demo_parts(base, Calendar().latest_listing_date(utc_now()), live=False) as (
            parts,
            mailbox,
        ):
            assert morning(parts, mailbox)
            worker = make_worker_app(parts)
            pages = pages_of(parts, mailbox, wake_with(worker))
            with workers_running(worker), serving(pages, listener), httpx.Client() as client:
                _subscribe_and_leave(client, base, mailbox)


def test_the_operators_page_is_shown_to_anyone(capsys: pytest.CaptureFixture[str]) -> None:
    """The link that is printed, a button, and the edition's timeline; no command is asked for."""
    with listen("127.0.0.1", 0) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        day = Calendar().latest_listing_date(utc_now())
        with demo_parts(base, day, live=False) as (parts, mailbox):
            assert morning(parts, mailbox)
            pages = pages_of(parts, mailbox, lambda: None)
            with serving(pages, listener), httpx.Client(follow_redirects=True) as client:
                closed = client.get(f"{base}/operator")
                assert (403, False) == (closed.status_code, "operator-link" in closed.text)
                assert 'href="/inbox/operator"' in closed.text
                assert 'href="/inbox/operator"' in client.get(f"{base}/inbox").text
                capsys.readouterr()
                invite(base)
                (printed,) = re.findall(r"http://\S+/operator", capsys.readouterr().out)
                login = client.get(printed)
                assert "登录 12 小时" in login.text
                shown = client.post(login.url)
                assert shown.url.path == "/operator"
                assert "收录经过" in shown.text


def _subscribe_and_leave(client: httpx.Client, base: str, mailbox: Mailbox) -> None:
    form = {"address": "new@example.org", "keywords": "diffusion policy", "hour": "8"}
    assert client.post(f"{base}/subscribe", data=form).status_code == 200
    wait_for(lambda: mailbox.count == len(READERS) + 1)
    assert "new@example.org" in client.get(f"{base}/inbox").text
    link = _link(mailbox, "confirm")
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 200
    wait_for(lambda: mailbox.count == len(READERS) + 2)
    digest = mailbox.newest_first()[0].content.decode("ascii")
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in digest
    page = client.get(_link(mailbox, "view"))
    assert page.status_code == 200
    assert "2600.000" in page.text
    one_click = re.findall(r"List-Unsubscribe: <([^>]+)>", digest)[0]
    assert client.post(one_click, data={"List-Unsubscribe": "One-Click"}).status_code == 200


def _link(mailbox: Mailbox, page: str) -> str:
    mail = message_from_bytes(mailbox.newest_first()[0].content, policy=policy.default)
    part = mail.get_body(("plain",))
    assert part is not None
    found = re.search(rf"http://\S+/{page}/\S+", str(part.get_content()))
    assert found
    return found.group()


def test_a_taken_port_is_named(newsletter: Command) -> None:
    """Someone else's port is one line with the setting's name, not a traceback."""
    with listen("127.0.0.1", 0) as taken:
        outcome = newsletter("demo", "--once", "--port", taken.getsockname()[1])
    assert outcome.status == 2
    assert "NEWSLETTER_PORT" in outcome.err


@pytest.mark.parametrize("missing", ["SECRET", "CONTACT"])
def test_up_names_what_is_missing_before_it_starts(
    newsletter: Command,
    monkeypatch: pytest.MonkeyPatch,
    missing: str,
) -> None:
    """`newsletter up` says at once which setting it needs, rather than at eight in the morning."""
    settings = {
        "SECRET": "0123456789abcdef" * 2,
        "CONTACT": "o@example.org",
        "MAIL_FROM": "d@example.org",
    }
    for name, value in settings.items():
        if name != missing:
            monkeypatch.setenv(f"NEWSLETTER_{name}", value)
    outcome = newsletter("up")
    assert outcome.status == 2
    assert f"NEWSLETTER_{missing}" in outcome.err
