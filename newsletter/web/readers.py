"""What readers do by the links in their mails: change, pause, leave, read on.

GET shows and never changes a row, because mail scanners open every link; POST acts.
"""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from newsletter.errors import InvalidForm, InvalidToken
from newsletter.services.forms import read_preferences
from newsletter.services.subscribe import change_preferences, find_reader, leave, set_pause
from newsletter.services.view import view_in_browser
from newsletter.subscribers import Subscriber, SubscriberState
from newsletter.tokens import Purpose
from newsletter.web.fields import (
    FormView,
    asked_language,
    read_any_form,
    read_form,
    settle_timezone,
)
from newsletter.web.offers import apply_offers
from newsletter.web.pages import Link, Pages
from newsletter.web.texts import Texts

Form = Annotated[Mapping[str, str], Depends(read_form)]
AnyForm = Annotated[Mapping[str, str], Depends(read_any_form)]
CLOSED = frozenset(
    {SubscriberState.LEFT, SubscriberState.BOUNCED, SubscriberState.COMPLAINED},
)
"""Nothing is sent, and nothing but a new subscription changes that."""
DONE = frozenset({"saved", "paused", "resumed"})
VIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""A digest is a mail: its styles are inline, and it holds nothing else."""


class ReaderPages:
    """The pages of one reader, who is known by a token."""

    def __init__(self, pages: Pages) -> None:
        """Serve from `pages`."""
        self._pages, self._site = pages, pages.site

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.get("/preferences/{token}")(self.show)
        router.post("/preferences/{token}")(self.change)
        router.get("/unsubscribe/{token}")(self.ask)
        router.post("/unsubscribe/{token}")(self.leave)
        router.get("/view/{token}")(self.view)
        return router

    def show(self, request: Request, token: str, done: str = "") -> Response:
        """Show a reader's preferences; `done` says what was just done."""
        reader = find_reader(self._site.desk, Purpose.PREFERENCES, token)
        if reader.state in CLOSED:
            return self._closed(request, reader)
        form = FormView.of(reader.preferences)
        return self.preferences_page(request, reader, form, done=done if done in DONE else "")

    def change(self, request: Request, token: str, form: Form) -> Response:
        """Save, pause or resume, by the form's field `act` (default: save).

        Raises `HTTPException` 400 for any other act: it must not be taken for a wish to save.
        """
        reader = find_reader(self._site.desk, Purpose.PREFERENCES, token)
        if reader.state in CLOSED:
            return self._closed(request, reader, HTTPStatus.CONFLICT)
        act = form.get("act", "save")
        if act in {"pause", "resume"}:
            set_pause(self._site.desk, token, paused=act == "pause")
            return self._pages.see_other(request, "", wakes=True, done=f"{act}d")
        if act != "save":
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        return self._save(request, token, reader, form)

    def _save(
        self,
        request: Request,
        token: str,
        reader: Subscriber,
        form: Mapping[str, str],
    ) -> Response:
        form = apply_offers(form)
        try:
            read = read_preferences(settle_timezone(form))
            # Chosen on a page of its own, and not part of this form.
            chosen = replace(read, library=reader.preferences.library)
            change_preferences(self._site.desk, token, chosen)
        except InvalidForm as error:
            view = FormView.refused(form, error, Texts(asked_language(request)))
            return self.preferences_page(request, reader, view, status=422)
        return self._pages.see_other(request, "", wakes=True, done="saved")

    def preferences_page(
        self,
        request: Request,
        reader: Subscriber,
        form: FormView,
        *,
        status: int = HTTPStatus.OK,
        done: str = "",
    ) -> Response:
        """Return the preferences with `form` filled in; `done` says what was just done."""
        url = self._url(request, Purpose.UNSUBSCRIBE, reader)
        token = quote(request.path_params["token"], safe="")
        return self._pages.page(
            request,
            "preferences",
            status=status,
            form=form,
            done=done,
            address=masked(reader.address),
            state=reader.state.value,
            unsubscribe=url,
            library_url=self._pages.path(request, f"/preferences/{token}/library"),
        )

    def _closed(
        self,
        request: Request,
        reader: Subscriber,
        status: int = HTTPStatus.OK,
    ) -> Response:
        again = _again(self._pages, request)
        links = () if reader.state is SubscriberState.COMPLAINED else (again,)
        return self._pages.notice(request, f"closed.{reader.state.value}", *links, status=status)

    def ask(self, request: Request, token: str) -> Response:
        """Show the button that unsubscribes, or that it was done."""
        reader = find_reader(self._site.desk, Purpose.UNSUBSCRIBE, token)
        if reader.state in CLOSED:
            return self._closed(request, reader)
        pause = ("unsubscribe.pause", self._url(request, Purpose.PREFERENCES, reader))
        return self._pages.notice(request, "unsubscribe", pause, button=True)

    def leave(self, request: Request, token: str, form: AnyForm) -> Response:
        """Unsubscribe at once, for a button and for a mailbox provider's one click alike.

        Neither cookie nor redirect, and any body will do (RFC 8058 section 3.1).
        """
        del form  # read for its language
        try:
            leave(self._site.desk, token)
        except InvalidToken:
            # A genuine link of a reader whose data was erased: they have left already.
            self._site.desk.signer.read(Purpose.UNSUBSCRIBE, token, self._site.desk.clock())
        return self._pages.notice(request, "left", _again(self._pages, request))

    def view(self, token: str) -> HTMLResponse:
        """Show a digest whole."""
        desk, letters = self._site.desk, self._site.letters
        html = view_in_browser(desk, letters, token, self._site.summary_key)
        return HTMLResponse(html, headers={"Content-Security-Policy": VIEW_POLICY})

    def _url(self, request: Request, purpose: Purpose, reader: Subscriber) -> str:
        url = self._site.letters.url(purpose, reader.public_id, self._site.desk.clock())
        return f"{url}?lang={asked_language(request).value}"


def _again(pages: Pages, request: Request) -> Link:
    return ("link.subscribe_again", pages.path(request, "/subscribe"))


def masked(address: str) -> str:
    """Return `a…@example.org`: enough for its owner, little for whoever got a forwarded link."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
