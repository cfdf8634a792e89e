"""The operator's page about one edition's Chinese: what was written, what was found, what it cost.

It stands behind the session that `web.operators` asks for.
"""

from datetime import date
from decimal import Decimal
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from newsletter.services.report import report_edition
from newsletter.web.pages import Pages


def report_page(pages: Pages, request: Request, day: str) -> Response:
    """Return the page of the edition of `day` (`2026-05-29`).

    Raises `HTTPException` 404 where there is no such day or no such edition.
    """
    site = pages.site
    try:
        listing_date = date.fromisoformat(day)
    except ValueError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    report = report_edition(site.desk.database, listing_date, site.summary_key)
    if report is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return pages.page(
        request,
        "chinese",
        report=report,
        share=f"{report.openings:.0%}",
        cost=_money(report.usage.cost),
    )


def _money(cost: Decimal) -> str:
    """Return an amount with as many places as say something: `0.0213`, `12.50`."""
    return f"{cost:,.2f}" if cost >= 1 else f"{cost:.4f}"
