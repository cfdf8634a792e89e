"""What readers see when something is wrong: always a page that says what to do."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from newsletter.errors import ExpiredToken, InvalidToken, StorageError
from newsletter.web.pages import Link, Pages

RETRY_AFTER_BUSY = "60"
"""Seconds; a statement has already waited five for the other writer."""
_TOLD = frozenset({400, 404, 405, 413})
"""Statuses with words of their own; any other reads as 400."""
_log = structlog.get_logger()


class ProblemPages:
    """Turns errors into pages."""

    def __init__(self, pages: Pages) -> None:
        """Serve from `pages`."""
        self._pages = pages

    def install(self, app: FastAPI) -> None:
        """Register one handler for each kind of error."""
        app.add_exception_handler(HTTPException, self.refused)
        app.add_exception_handler(ClientDisconnect, self.gone)
        app.add_exception_handler(ExpiredToken, self.expired)
        app.add_exception_handler(InvalidToken, self.invalid)
        app.add_exception_handler(StorageError, self.unavailable)
        app.add_exception_handler(Exception, self.failed)

    def refused(self, request: Request, error: Exception) -> Response:
        """Answer for a path, method or body that does not fit."""
        status = getattr(error, "status_code", HTTPStatus.BAD_REQUEST)
        name = f"problem.{status if status in _TOLD else 400}"
        page = self._pages.notice(request, name, self._home(request), status=status)
        page.headers.update(getattr(error, "headers", None) or {})
        return page

    def gone(self, request: Request, error: Exception) -> Response:
        """Answer to nobody: the client went away while it was sending."""
        del error
        return self._pages.notice(request, "problem.400", status=HTTPStatus.BAD_REQUEST)

    def invalid(self, request: Request, error: Exception) -> Response:
        """Answer for a link that was not issued here."""
        del error
        return self._pages.notice(request, "token", self._form(request), status=404)

    def expired(self, request: Request, error: Exception) -> Response:
        """Answer for a genuine link whose time is over."""
        del error
        return self._pages.notice(request, "problem.410", self._form(request), status=410)

    def unavailable(self, request: Request, error: Exception) -> Response:
        """Answer for a database that is locked, gone, or older than this release."""
        _log.warning("page_unavailable", error=type(error).__name__)
        page = self._pages.notice(request, "problem.503", status=HTTPStatus.SERVICE_UNAVAILABLE)
        page.headers["Retry-After"] = RETRY_AFTER_BUSY
        return page

    def failed(self, request: Request, error: Exception) -> Response:
        """Answer for an error of our own; the server logs it after this."""
        del error
        home = self._home(request)
        return self._pages.notice(request, "problem.500", home, status=500)

    def _home(self, request: Request) -> Link:
        return ("link.home", self._pages.path(request, "/"))

    def _form(self, request: Request) -> Link:
        return ("link.subscribe", self._pages.path(request, "/subscribe"))
