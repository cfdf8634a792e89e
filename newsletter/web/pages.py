"""Pages from templates: compiled once, one style, one layout, both languages.

template + texts + values ─► HTML + headers ─► HTMLResponse
"""

import base64
import hashlib
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from starlette.background import BackgroundTask, BackgroundTasks

from newsletter.keywords.query import MAX_KEYWORDS
from newsletter.rendering.highlights import shown
from newsletter.rendering.templates import environment, templates_folder
from newsletter.subscribers import HOURS_IN_DAY, Density
from newsletter.web.fields import asked_language
from newsletter.web.guard import CAREFUL_HEADERS
from newsletter.web.site import Site
from newsletter.web.texts import Texts
from newsletter.web.zones import offered

Link = tuple[str, str]
"""A key of the texts, and the path that it leads to."""
_SCRIPTED = "preferences"
"""The one page with a script: it previews keywords while they are typed."""


class Pages:
    """Everything that is shown. Safe to share between threads."""

    def __init__(self, site: Site, folder: Path | None = None) -> None:
        """Open the templates in `folder` (default: the project's own)."""
        self.site = site
        folder = folder or templates_folder()
        style = (folder / "web" / "site.css").read_text(encoding="utf-8")
        script = (folder / "web" / "preview.js").read_text(encoding="utf-8")
        self._environment = environment(folder)
        self._environment.filters["shown"] = shown
        self._environment.globals.update(
            site=site,
            root=site.root,
            style=Markup(style),  # noqa: S704 # the project's own file
            preview_script=Markup(script),  # noqa: S704 # the project's own file
            hours=range(HOURS_IN_DAY),
            densities=tuple(Density),
            zones=offered,
            max_keywords=MAX_KEYWORDS,
        )
        self._headers = {**CAREFUL_HEADERS, "Content-Security-Policy": _policy(style)}
        self._scripted = {**self._headers, "Content-Security-Policy": _policy(style, script)}

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = HTTPStatus.OK,
        wakes: bool = False,
        **values: object,
    ) -> HTMLResponse:
        """Return `web/<template>.html` in the language of the request.

        With `wakes`, `Site.wake` is called once the answer is out, where it can no longer
        make the request fail.
        """
        texts, after = Texts(asked_language(request)), BackgroundTasks()
        headers = self._headers
        if template == _SCRIPTED:
            values, headers = {**self._preview(request), **values}, self._scripted
        if wakes:
            after.add_task(self.site.wake)
        html = self._environment.get_template(f"web/{template}.html").render(t=texts, **values)
        return HTMLResponse(html, status, headers=dict(headers), background=after)

    def _preview(self, request: Request) -> dict[str, object]:
        """Return where keywords are previewed, and the preview that was made already, if any."""
        token = quote(request.path_params["token"], safe="")
        return {
            "preview_url": f"{self.site.root}/preferences/{token}/preview",
            "preview": getattr(request.state, "preview", None),
        }

    def notice(
        self,
        request: Request,
        name: str,
        *links: Link,
        status: int = HTTPStatus.OK,
        button: bool = False,
        wakes: bool = False,
        **values: object,
    ) -> HTMLResponse:
        """Return a short page: the texts `<name>.title` and `<name>.text`, and where to go on.

        With `button`, a form that posts to the page's own address. `values` stand in the text.
        """
        return self.page(
            request,
            "notice",
            status=status,
            wakes=wakes,
            name=name,
            links=links,
            button=button,
            values=values,
        )

    def see_other(
        self,
        request: Request,
        target: str,
        *,
        wakes: bool = False,
        **query: str,
    ) -> RedirectResponse:
        """Return a redirect after a POST to `target`, which keeps the language.

        An empty `target` is the page's own address without its query.
        """
        asked = {**query, "lang": asked_language(request).value}
        location = f"{target}?{'&'.join(f'{name}={value}' for name, value in asked.items())}"
        task = BackgroundTask(self.site.wake) if wakes else None
        return RedirectResponse(location, HTTPStatus.SEE_OTHER, background=task)

    def path(self, request: Request, path: str) -> str:
        """Return a page of this site in the language of the request."""
        return f"{self.site.root}{path}?lang={asked_language(request).value}"


def _policy(style: str, script: str = "") -> str:
    """Return the content security policy: nothing but the one style, known by its hash.

    With `script`, that script too, which may ask this site and no other.
    """
    scripted = f"script-src {_source(script)}; connect-src 'self'; " if script else ""
    return (
        f"default-src 'none'; style-src {_source(style)}; {scripted}form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


def _source(text: str) -> str:
    """Return the source expression of an inline element (CSP level 3, section 2.3.1)."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
