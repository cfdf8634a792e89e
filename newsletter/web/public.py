"""Subscribing and confirming.

form ─► POST /subscribe ─► (mail) ─► GET /confirm/{token}: a button ─► POST: active
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from newsletter.errors import InvalidForm, InvalidToken, TooManyRequests
from newsletter.services.forms import read_subscription
from newsletter.services.subscribe import confirm, find_reader, request_subscription
from newsletter.subscribers import Subscriber, SubscriberState
from newsletter.tokens import Purpose
from newsletter.web.clients import client_address
from newsletter.web.fields import FormView, asked_language, read_form, settle_timezone
from newsletter.web.pages import Pages
from newsletter.web.texts import Texts

Form = Annotated[Mapping[str, str], Depends(read_form)]
CONFIRMED = frozenset({SubscriberState.ACTIVE, SubscriberState.PAUSED})
RETRY_AFTER_CAP = "3600"
"""Seconds: the caps of `services.subscribe` count an hour."""
_PUBLIC = {"X-Robots-Tag": "all"}


class PublicPages:
    """The pages of somebody who is not a reader yet."""

    def __init__(self, pages: Pages) -> None:
        """Serve from `pages`."""
        self._pages, self._site = pages, pages.site

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.get("/")(self.home)
        router.get("/subscribe")(self.home)
        router.post("/subscribe")(self.subscribe)
        router.get("/confirm/{token}")(self.ask)
        router.post("/confirm/{token}")(self.confirm)
        return router

    def home(self, request: Request) -> HTMLResponse:
        """Say what this is, with the form."""
        blank = FormView.blank(self._site.default_timezone)
        page = self._pages.page(request, "subscribe", form=blank)
        page.headers.update(_PUBLIC)
        return page

    def subscribe(self, request: Request, form: Form) -> HTMLResponse:
        """Take a wish to subscribe; the same answer for any address."""
        peer = request.client.host if request.client else ""
        forwarded = request.headers.getlist("X-Forwarded-For")
        client = client_address(peer, forwarded, self._site.trusted_proxies)
        try:
            address, preferences = read_subscription(settle_timezone(form))
            request_subscription(self._site.desk, address, preferences, client)
        except (InvalidForm, TooManyRequests) as error:
            return self._refused(request, form, error)
        again = ("link.again", self._pages.path(request, "/subscribe"))
        return self._pages.notice(request, "sent", again, wakes=True, address=address)

    def _refused(
        self,
        request: Request,
        form: Mapping[str, str],
        error: InvalidForm | TooManyRequests,
    ) -> HTMLResponse:
        view = FormView.refused(form, error, Texts(asked_language(request)))
        if isinstance(error, InvalidForm):
            return self._pages.page(request, "subscribe", status=422, form=view)
        status = HTTPStatus.TOO_MANY_REQUESTS
        page = self._pages.page(request, "subscribe", status=status, form=view)
        page.headers["Retry-After"] = RETRY_AFTER_CAP
        return page

    def ask(self, request: Request, token: str) -> HTMLResponse:
        """Show the button that confirms, or that it was done. Raises `InvalidToken`."""
        reader = find_reader(self._site.desk, Purpose.CONFIRM, token)
        if reader.state in CONFIRMED:
            return self._confirmed(request, reader)
        if reader.state is not SubscriberState.PENDING:
            raise InvalidToken
        return self._pages.notice(request, "confirm", button=True)

    def confirm(self, request: Request, token: str, form: Form) -> HTMLResponse:
        """Begin the subscription. Raises `InvalidToken` and `ExpiredToken`."""
        del form  # read for its language
        return self._confirmed(request, confirm(self._site.desk, token), wakes=True)

    def _confirmed(
        self,
        request: Request,
        reader: Subscriber,
        *,
        wakes: bool = False,
    ) -> HTMLResponse:
        now = self._site.desk.clock()
        url = self._site.letters.url(Purpose.PREFERENCES, reader.public_id, now)
        language = asked_language(request).value
        link = ("link.preferences", f"{url}?lang={language}")
        return self._pages.notice(request, "confirmed", link, wakes=wakes)
