"""The web inbox of the demonstration: shows the mails that the sample mail server has taken.

    GET /            the list, newest first, reloading itself
    GET /{n}?tab=…   one mail: html (in a sandboxed frame), text or headers
    GET /{n}/html    the HTML part alone, as the frame loads it
    GET /{n}/raw     the mail's bytes as an .eml file
    GET /operator    on to a fresh login of the operator's page

A mail is hostile: templates escape everything, and the HTML part runs no script and loads
nothing, both by the frame's sandbox and by the policy that comes with it.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from newsletter.demo.mailbox import Mailbox, ReceivedMail
from newsletter.demo.reading import read_mail
from newsletter.rendering.wording import english_zone_name, zone_name

SANDBOX = "allow-popups allow-top-navigation-by-user-activation"
"""What the frame may do: its links open, and only when the reader clicks on them."""
REFRESH_SECONDS = 5
_COMMON_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
_PAGE_HEADERS = _COMMON_HEADERS | {
    "Content-Security-Policy": _POLICY + "frame-src 'self'; frame-ancestors 'none'"
}
_PART_HEADERS = _COMMON_HEADERS | {
    "Content-Security-Policy": _POLICY + f"frame-ancestors 'self'; sandbox {SANDBOX}"
}
_DOCTYPE = re.compile(r"\s*<!doctype[^>]{0,300}>", re.IGNORECASE)
_NEW_WINDOW = re.compile(r"""target=["']?_blank["']?""", re.IGNORECASE)


class Tab(StrEnum):
    """How a mail is shown."""

    HTML = "html"
    TEXT = "text"
    HEADERS = "headers"


def inbox_router(
    mailbox: Mailbox,
    templates: Path,
    zone: str = "Asia/Shanghai",
    *,
    login: Callable[[], str] = lambda: "/operator",
) -> APIRouter:
    """Return the routes of the inbox, for `include_router(…, prefix="/inbox")`.

    `templates` is the folder that holds `web/`; times are shown in `zone`. The pages link to
    each other by the paths `/inbox…`, and to the form at `/`. `login` makes a login link of the
    operator's page: whoever can see this inbox may be the operator, too.
    """
    pages = _Pages(templates, ZoneInfo(zone))
    router = APIRouter(include_in_schema=False)

    @router.get("", response_class=HTMLResponse)
    def show_list() -> HTMLResponse:
        return pages.list(mailbox)

    @router.get("/operator")
    def log_in() -> RedirectResponse:
        return RedirectResponse(login(), HTTPStatus.SEE_OTHER, headers=_COMMON_HEADERS)

    @router.get("/{number}", response_class=HTMLResponse)
    def show_mail(number: int, tab: Tab = Tab.HTML) -> HTMLResponse:
        mail = mailbox.find(number)
        return pages.missing() if mail is None else pages.mail(mail, tab)

    @router.get("/{number}/html", response_class=HTMLResponse)
    def show_part(number: int) -> HTMLResponse:
        mail = mailbox.find(number)
        return pages.missing() if mail is None else _part(mail)

    @router.get("/{number}/raw")
    def download(number: int) -> Response:
        mail = mailbox.find(number)
        return pages.missing() if mail is None else _raw(mail)

    return router


def framed(html: str) -> str:
    """Return `html` with its links told to open in the whole window.

    The tag goes behind the doctype, because before it the page would fall into quirks mode.
    A window that the frame opened would inherit its sandbox, and no form would work there.
    """
    html = _NEW_WINDOW.sub('target="_top"', html)
    doctype = _DOCTYPE.match(html)
    end = doctype.end() if doctype else 0
    return f'{html[:end]}<base target="_top">{html[end:]}'


def _part(mail: ReceivedMail) -> HTMLResponse:
    return HTMLResponse(framed(read_mail(mail.content).html), headers=_PART_HEADERS)


def _raw(mail: ReceivedMail) -> Response:
    name = f'attachment; filename="sample-{mail.number}.eml"'
    headers = _COMMON_HEADERS | {"Content-Disposition": name}
    return Response(mail.content, media_type="message/rfc822", headers=headers)


class _Pages:
    """The pages, from templates that are compiled once."""

    def __init__(self, templates: Path, zone: ZoneInfo) -> None:
        environment = SandboxedEnvironment(
            loader=FileSystemLoader(templates / "web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals |= {"zone": zone, "sandbox": SANDBOX, "tabs": list(Tab)}
        environment.globals["zone_name"] = zone_name(zone.key)
        environment.globals["english_zone_name"] = english_zone_name(zone.key)
        self._list = environment.get_template("inbox.html")
        self._mail = environment.get_template("inbox_mail.html")
        self._missing = environment.get_template("inbox_missing.html")

    def list(self, mailbox: Mailbox) -> HTMLResponse:
        rows = [(mail, read_mail(mail.content)) for mail in mailbox.newest_first()]
        page = self._list.render(rows=rows, refresh=REFRESH_SECONDS)
        return HTMLResponse(page, headers=_PAGE_HEADERS)

    def mail(self, mail: ReceivedMail, tab: Tab) -> HTMLResponse:
        view = read_mail(mail.content)
        page = self._mail.render(mail=mail, view=view, tab=tab)
        return HTMLResponse(page, headers=_PAGE_HEADERS)

    def missing(self) -> HTMLResponse:
        page = self._missing.render()
        return HTMLResponse(page, HTTPStatus.NOT_FOUND, headers=_PAGE_HEADERS)
