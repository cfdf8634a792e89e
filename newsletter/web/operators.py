"""The operator's pages, behind a login link and a session cookie; and the health check.

`newsletter operator-link` ─► GET /operator/login/{token}: a button ─► POST: cookie ─► /operator
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from newsletter.errors import InvalidToken, RowMissing, StorageError
from newsletter.rendering.wording import english_zone_name, zone_name
from newsletter.services import documents
from newsletter.services.operate import overview, ping
from newsletter.timeline import Moment, local_times
from newsletter.tokens import LIFETIMES, Purpose
from newsletter.web.fields import read_form
from newsletter.web.pages import Pages
from newsletter.web.report import report_page
from newsletter.web.texts import Language, Texts
from newsletter.web.told import Told, together

Form = Annotated[Mapping[str, str], Depends(read_form)]
COOKIE = "session"
SUBJECT = "operator"
"""What login links and sessions are about; `services.letters` issues links with the same."""
_SESSION_SECONDS = int((LIFETIMES[Purpose.SESSION] or timedelta(hours=12)).total_seconds())
_NUMBER = re.compile(r"[0-9]{1,10}")
MAX_PROBLEMS = 20
"""Problems of one announcement that are listed; a broken page can have thousands."""


class OperatorPages:
    """The pages of whoever runs this installation."""

    def __init__(self, pages: Pages) -> None:
        """Serve from `pages`."""
        self._pages, self._site = pages, pages.site
        self._zone = ZoneInfo(pages.site.default_timezone)
        self._zone_names = {
            Language.CHINESE: zone_name(self._zone.key),
            Language.ENGLISH: english_zone_name(self._zone.key),
        }

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.get("/healthz")(self.health)
        router.get("/operator")(self.show)
        router.get("/operator/documents/{number}")(self.download)
        router.get("/operator/editions/{day}/chinese")(self.chinese)
        router.get("/operator/login/{token}")(self.ask)
        router.post("/operator/login/{token}")(self.log_in)
        router.post("/operator/logout")(self.log_out)
        return router

    def health(self) -> Response:
        """Answer `ok` while the database does, and 503 while it does not."""
        try:
            ping(self._site.desk.database)
        except StorageError:
            return PlainTextResponse("unavailable", HTTPStatus.SERVICE_UNAVAILABLE)
        return PlainTextResponse("ok")

    def show(self, request: Request) -> Response:
        """Show where the newest editions stand, to a session; else say how to get one."""
        if not self._has_session(request):
            return self._closed(request)
        return self._pages.page(
            request,
            "operator",
            overview=overview(
                self._site.desk.database, self._site.calendar, self._site.desk.clock()
            ),
            documents=documents.kept(self._site.desk.database),
            moment=self._moment,
            until=self._until,
            told=self._told,
            local=self._local,
            detail=self._detail,
            zone_names=self._zone_names,
            max_problems=MAX_PROBLEMS,
        )

    def download(self, request: Request, number: str) -> Response:
        """Hand out a damaged document, to a session, as bytes that no browser shows as a page.

        Raises `HTTPException` 404 where none of that number is kept.
        """
        if not self._has_session(request):
            return self._closed(request)
        try:
            body = documents.body_of(self._site.desk.database, _number(number))
        except RowMissing as error:
            raise HTTPException(HTTPStatus.NOT_FOUND) from error
        headers = {
            "Content-Disposition": f'attachment; filename="document-{_number(number)}.txt"',
            "X-Content-Type-Options": "nosniff",
        }
        return Response(body, media_type="application/octet-stream", headers=headers)

    def chinese(self, request: Request, day: str) -> Response:
        """Show an edition's Chinese and what the checks found in it, to a session.

        Raises `HTTPException` 404 where there is no edition of that day.
        """
        if not self._has_session(request):
            return self._closed(request)
        return report_page(self._pages, request, day)

    def ask(self, request: Request, token: str) -> Response:
        """Show the button that logs in. Raises `InvalidToken` and `ExpiredToken`."""
        self._read(Purpose.LOGIN, token)
        return self._pages.notice(request, "login", button=True)

    def log_in(self, request: Request, token: str, form: Form) -> Response:
        """Begin a session of twelve hours and go to the overview."""
        del form  # read for its language
        self._read(Purpose.LOGIN, token)
        desk = self._site.desk
        response = self._pages.see_other(request, self._path)
        response.set_cookie(
            COOKIE,
            desk.signer.issue(Purpose.SESSION, SUBJECT, desk.clock()),
            max_age=_SESSION_SECONDS,
            path=self._path,
            secure=self._site.is_secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def log_out(self, request: Request, form: Form) -> Response:
        """End the session of this browser."""
        del form  # read for its language
        response = self._pages.see_other(request, self._path)
        response.delete_cookie(
            COOKIE,
            path=self._path,
            secure=self._site.is_secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def _closed(self, request: Request) -> Response:
        entry = self._site.operator_entry
        return self._pages.notice(
            request,
            "operator.closed_demo" if entry else "operator.closed",
            *((("link.operator", entry),) if entry else ()),
            status=HTTPStatus.FORBIDDEN,
        )

    def _has_session(self, request: Request) -> bool:
        try:
            self._read(Purpose.SESSION, request.cookies.get(COOKIE, ""))
        except InvalidToken:
            return False
        return True

    def _read(self, purpose: Purpose, token: str) -> None:
        desk = self._site.desk
        if desk.signer.read(purpose, token, desk.clock()) != SUBJECT:
            raise InvalidToken

    @property
    def _path(self) -> str:
        return f"{self._site.root}/operator"

    def _moment(self, value: datetime) -> str:
        return f"{value.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def _until(self, line: Told) -> str:
        """Return when a line ends, with its day where that is another than the beginning's."""
        end = line.until.astimezone(self._zone)
        is_same_day = end.date() == line.at.astimezone(self._zone).date()
        return f"{end:%H:%M}" if is_same_day else f"{end:%m-%d %H:%M}"

    def _told(self, timeline: Iterable[Moment]) -> tuple[Told, ...]:
        return together(timeline, self._zone, self._zone_names[Language.ENGLISH])

    def _local(self, message: str) -> str:
        """Return a problem's message, which is English, with its times in this page's zone."""
        return local_times(message, self._zone, self._zone_names[Language.ENGLISH])

    def _detail(self, texts: Texts, name: str, value: object) -> str:
        """Return one detail of an event in words; instants and states by their names."""
        if name == "until":
            return texts.detail(name, self._moment(datetime.fromisoformat(str(value))))
        if name == "state":
            return texts.detail(name, texts.state("announcement", str(value)))
        return texts.detail(name, " ".join(map(str, value)) if isinstance(value, list) else value)


def _number(text: str) -> int:
    """Read a document's number; 0, which no document has, for what is none."""
    return int(text) if _NUMBER.fullmatch(text) else 0
