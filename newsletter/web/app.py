"""The web application.

request ─► Guard (limit, HEAD, headers) ─► public | reader | operator pages ─► services
                                              └─ an error ─► a page that says what to do

No script but the preview's, no cookie but the operator's, no outside resource. Addresses of pages
hold tokens: run the server without its access log (`newsletter up` does).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from newsletter.web.guard import Guard
from newsletter.web.library import LibraryPages
from newsletter.web.operators import OperatorPages
from newsletter.web.pages import Pages
from newsletter.web.preview import PreviewPages
from newsletter.web.problems import ProblemPages
from newsletter.web.public import PublicPages
from newsletter.web.readers import ReaderPages
from newsletter.web.site import Site

__all__ = ["Site", "create_app"]


def create_app(site: Site) -> FastAPI:
    """Return the pages of `site` as an ASGI application; nothing is connected yet."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        """Load what previews need beside the first requests; a failure there stops nothing."""
        del app
        site.recent.start()
        yield
        await run_in_threadpool(site.recent.stop)

    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=life
    )
    pages = Pages(site)
    app.include_router(PublicPages(pages).router())
    app.include_router(ReaderPages(pages).router())
    app.include_router(PreviewPages(pages).router())
    app.include_router(LibraryPages(pages).router())
    app.include_router(OperatorPages(pages).router())
    ProblemPages(pages).install(app)
    app.add_middleware(Guard)
    return app
