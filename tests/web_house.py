"""A site with a real database, renderer and signer, for the tests of its pages."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from builders import add_reader, announcement, paper
from fakes import LISTING_DATE, Clock, fake_key
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import select
from sqlmodel import SQLModel

from newsletter.keywords.match import Match, MatchMode
from newsletter.rendering.issue import Masthead
from newsletter.rendering.renderer import Renderer
from newsletter.schedule import EditionState
from newsletter.services.edition import pack_matches
from newsletter.services.letters import Letters
from newsletter.services.recent import RecentEditions
from newsletter.services.subscribe import Caps, Desk, find_reader
from newsletter.storage import deliveries, editions, papers
from newsletter.storage.engine import Database
from newsletter.subscribers import Density, Subscriber, SubscriberState
from newsletter.tokens import Purpose, Signer
from newsletter.web.app import Site, create_app

CLIENT = "203.0.113.9"
FORM: Mapping[str, str] = {
    "address": "ada@example.org",
    "keywords": "diffusion\nlarge language model",
    "hour": "9",
    "timezone": "Europe/Paris",
    "timezone_other": "",
    "density": "brief",
}
"""A form filled in without a mistake."""


@dataclass
class House:
    """A site, a browser that reads it, and what stands behind it."""

    site: Site
    clock: Clock
    client: TestClient
    woken: list[str] = field(default_factory=list)

    @property
    def database(self) -> Database:
        """Return the site's database."""
        return self.site.desk.database

    def add(self, name: str, state: SubscriberState = SubscriberState.ACTIVE) -> Subscriber:
        """Add `<name>@example.org`, whose public id is the name, with two keywords."""
        return add_reader(self.database, name, "diffusion", "graph", state=state)

    def token(self, purpose: Purpose, subject: str) -> str:
        """Return a fresh token."""
        return self.site.desk.signer.issue(purpose, subject, self.clock())

    def path(self, purpose: Purpose, subject: str) -> str:
        """Return the path of the page that a mail's link leads to."""
        return self.site.letters.url(purpose, subject, self.clock()).removeprefix(
            self.site.letters.base_url,
        )

    def reader(self, name: str) -> Subscriber:
        """Return a reader as they are now."""
        token = self.token(Purpose.PREFERENCES, name)
        return find_reader(self.site.desk, Purpose.PREFERENCES, token)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table."""
        with self.database.read() as session:
            return {
                table.name: [tuple(row) for row in session.execute(select(table))]
                for table in SQLModel.metadata.sorted_tables
            }

    def compose(self, reader: Subscriber, title: str = "A title") -> str:
        """Make an edition with a digest of one paper for `reader`; return its view's subject."""
        found = paper(1, title)
        now = self.clock()
        with self.database.write() as session:
            editions.open_edition(session, LISTING_DATE)
            papers.keep_announcement(session, announcement(found), LISTING_DATE, "listing", now)
            editions.set_collected(session, LISTING_DATE, now, now)
            editions.set_state(session, LISTING_DATE, EditionState.READY)
            deliveries.plan(session, LISTING_DATE, now, at_once=True)
            claimed = deliveries.claim(session, lease="a", now=now, limit=10)
            matches = [Match("diffusion", found.id, ("title",), 1)]
            packed = pack_matches(matches, MatchMode.DEFAULT, Density.FULL)
            for row in claimed:
                deliveries.keep_matches(session, row.claim, packed)
        return f"{reader.public_id}~{LISTING_DATE:%Y%m%d}"

    def log_in(self) -> None:
        """Give the browser an operator's session."""
        token = self.token(Purpose.SESSION, "operator")
        self.client.cookies.set("session", token, path="/operator")

    def app(self, **changes: Any) -> FastAPI:
        """Return the pages of the same site with `changes`."""
        return create_app(replace(self.site, **changes))


def build_house(
    database: Database,
    *,
    caps: Caps | None = None,
    base_url: str = "http://testserver",
    wake: Callable[[], None] | None = None,
    **changes: Any,
) -> Iterator[House]:
    """Yield a house whose browser does not follow redirects; for a fixture's `yield from`."""
    clock, woken = Clock(), list[str]()
    signer = Signer(("k" * 32,))
    site = Site(
        desk=Desk(database, signer, clock, caps or Caps(20, 500)),
        letters=Letters(
            renderer=Renderer(Masthead("晨刊", "示例实验室", "mail@example.org", is_sample=False)),
            signer=signer,
            name="晨刊",
            base_url=base_url,
            mail_from="digest@example.org",
            confirm_from="digest@example.org",
            operator="mail@example.org",
        ),
        summary_key=fake_key,
        recent=RecentEditions(database),
        name="晨刊",
        operator="示例实验室",
        contact="mail@example.org",
        is_sample=False,
        wake=wake or (lambda: woken.append("woken")),
        trusted_proxies=frozenset({"127.0.0.1"}),
    )
    site = replace(site, **changes)
    with ExitStack() as stack:
        client = stack.enter_context(
            TestClient(
                create_app(site),
                base_url="https://testserver" if site.is_secure else "http://testserver",
                client=(CLIENT, 50_000),
                follow_redirects=False,
                raise_server_exceptions=False,
            ),
        )
        yield House(site, clock, client, woken)


def read(text: str) -> html.HtmlElement:
    """Parse a page."""
    return html.document_fromstring(text)


def words(text: str) -> str:
    """Return a page's visible words, white space folded."""
    main = read(text).get_element_by_id("main")
    return " ".join(str(main.text_content()).split())
