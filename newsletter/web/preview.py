"""The preview of keywords: while they are typed, or by a button where no script runs.

POST form (?part=1: the part alone) ─► find_reader ─► preview_lines.preview ─► HTML

Ticks of a form that is saved are done by `web.offers.apply_offers`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from newsletter.errors import InvalidForm
from newsletter.services.subscribe import find_reader
from newsletter.tokens import Purpose
from newsletter.web.fields import FormView, asked_language, read_form
from newsletter.web.pages import Pages
from newsletter.web.preview_lines import preview
from newsletter.web.readers import CLOSED, ReaderPages
from newsletter.web.texts import Texts

Form = Annotated[Mapping[str, str], Depends(read_form)]

_AT_ONCE: Final = 2
"""Previews that search at a time. One takes 10 to 40 ms, what a reader may cost at most 2 s."""
_PATIENCE: Final = 0.2
"""Seconds to wait for one's turn; the page asks again after two."""


class PreviewPages:
    """Tries what is typed into the preferences form; nothing is saved."""

    def __init__(self, pages: Pages) -> None:
        """Serve from `pages`."""
        self._pages, self._site = pages, pages.site
        self._readers = ReaderPages(pages)
        self._turns = BoundedSemaphore(_AT_ONCE)

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.get("/preferences/{token}/preview")(self.back)
        router.post("/preferences/{token}/preview")(self.preview)
        return router

    def back(self, request: Request, token: str) -> Response:
        """Lead to the preferences: by GET nothing was typed."""
        return self._to_preferences(request, token, HTTPStatus.SEE_OTHER)

    def preview(self, request: Request, token: str, form: Form, part: str = "") -> Response:
        """Return the preview of the form, with `part` alone and else in the whole page.

        A form on that page that is sent to the page's own address is passed on, body and all
        (307: RFC 9110 section 15.4.8). Raises `HTTPException` 409 for a part of a reader who
        left.
        """
        reader = find_reader(self._site.desk, Purpose.PREFERENCES, token)
        if reader.state in CLOSED:
            if part:
                raise HTTPException(HTTPStatus.CONFLICT)
            return self._to_preferences(request, token, HTTPStatus.SEE_OTHER)
        if not part and form.get("act") != "preview":
            return self._to_preferences(request, token, HTTPStatus.TEMPORARY_REDIRECT)
        texts = Texts(asked_language(request))
        with self.turn() as is_mine:
            shown = preview(form, self._site.recent.now(), texts, is_busy=not is_mine)
        if part:
            return self._pages.page(request, "preview_part", preview=shown)
        request.state.preview = shown
        typed = {**form, "keywords": shown.keywords}
        view = FormView.refused(typed, InvalidForm(()), texts)
        return self._readers.preferences_page(request, reader, view)

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Say whether a preview may search now: not while others do, for longer than a moment."""
        is_mine = self._turns.acquire(timeout=_PATIENCE)
        try:
            yield is_mine
        finally:
            if is_mine:
                self._turns.release()

    def _to_preferences(self, request: Request, token: str, status: int) -> RedirectResponse:
        path = self._pages.path(request, f"/preferences/{token}")
        return RedirectResponse(path, status)
