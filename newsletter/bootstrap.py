"""Pick implementations from settings; everything above gets them from here."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from newsletter.arxiv import open_doors
from newsletter.calendar import Calendar
from newsletter.errors import SettingsError
from newsletter.keywords.abbreviations import mine
from newsletter.ports import MailTransport, Summariser
from newsletter.rendering.issue import Masthead
from newsletter.rendering.renderer import Renderer
from newsletter.schedule import Pace
from newsletter.services.budget import Budget
from newsletter.services.closeness import Libraries
from newsletter.services.letters import Letters
from newsletter.services.poll import Doors, Terms
from newsletter.services.recent import RecentEditions
from newsletter.services.subscribe import Caps, Desk
from newsletter.services.vocabulary import vocabulary
from newsletter.settings import Settings
from newsletter.storage.engine import Database
from newsletter.summarisers.choice import open_summariser
from newsletter.tokens import Signer
from newsletter.transports.maildir import MaildirTransport
from newsletter.transports.smtp import SmtpTransport
from newsletter.web.site import Site

_SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_SMTP_SECURITY: dict[str, Literal["none", "starttls", "tls"]] = {
    "smtp": "none",
    "smtp+starttls": "starttls",
    "smtps": "tls",
}


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Parts:
    """One installation's parts, each built when first asked for.

    Raises `SettingsError` at that moment when a setting that the part needs is missing, so
    that `newsletter parse` needs no secret and `newsletter run` says which one it misses.
    """

    settings: Settings
    clock: Callable[[], datetime] = utc_now

    @cached_property
    def calendar(self) -> Calendar:
        """Return when arXiv announces: the built-in evenings and the operator's."""
        return Calendar().with_skipped(self.settings.skipped_evenings)

    @cached_property
    def database(self) -> Database:
        """Return the database; not connected and not migrated yet."""
        return Database(self.settings.database_url.get_secret_value())

    @cached_property
    def signer(self) -> Signer:
        """Return what signs and reads links."""
        return Signer(self.settings.secrets)

    @cached_property
    def desk(self) -> Desk:
        """Return where readers are served."""
        caps = Caps(self.settings.subscribe_per_client, self.settings.subscribe_total)
        return Desk(self.database, self.signer, self.clock, caps)

    @cached_property
    def letters(self) -> Letters:
        """Return what composes mails."""
        settings = self.settings
        if "@" not in settings.mail_from:
            raise SettingsError("NEWSLETTER_MAIL_FROM", "needs the address that mails come from")
        return Letters(
            renderer=Renderer(
                Masthead(settings.name, settings.operator, settings.contact, settings.is_sample),
            ),
            signer=self.signer,
            name=settings.name,
            base_url=settings.base_url,
            mail_from=settings.mail_from,
            confirm_from=settings.confirm_from or settings.mail_from,
            operator=settings.contact,
        )

    @cached_property
    def summariser(self) -> Summariser:
        """Return the model's, or the English one where no model is set."""
        return open_summariser(self.settings)

    @cached_property
    def libraries(self) -> Libraries:
        """Return what is close to readers' libraries, kept for the process."""
        return Libraries()

    @property
    def budget(self) -> Budget:
        """Return what the model may cost in a day."""
        settings = self.settings
        return Budget(settings.model_daily_tokens, Decimal(str(settings.model_daily_cost)))

    def open_doors(self) -> Doors:
        """Return arXiv's sources, behind arXiv's one lock and circuit."""
        return open_doors(self.settings, self.database, clock=self.clock, sleep=time.sleep)

    @property
    def terms(self) -> Terms:
        """Return what was decided about collecting."""
        settings = self.settings
        return Terms(
            categories=settings.categories,
            calendar=self.calendar,
            patience=self.pace.patience,
            summary_wait=timedelta(minutes=settings.summary_minutes),
            catch_up_days=settings.catch_up_days,
        )

    def open_transport(self) -> MailTransport:
        """Return a fresh transport; one thread uses it and closes it."""
        return open_transport(self.settings.smtp_url.get_secret_value())

    def site(self, wake: Callable[[], None]) -> Site:
        """Return what the pages need; `wake` tells the workers that there is something to do."""
        settings = self.settings
        return Site(
            desk=self.desk,
            letters=self.letters,
            summary_key=self.summariser.key,
            recent=RecentEditions(self.database, vocabulary, mine),
            name=settings.name,
            operator=settings.operator,
            contact=settings.contact,
            is_sample=settings.is_sample,
            wake=wake,
            calendar=self.calendar,
            archives=tuple(settings.categories),
            trusted_proxies=frozenset(settings.trusted_proxies.split(",")),
        )

    def check(self) -> None:
        """Build everything once; raise `SettingsError` naming all settings that are wrong.

        Now rather than at eight in the morning, when the first task runs.
        """
        wrong: list[SettingsError] = []
        for make in (
            lambda: self.open_doors().close(),
            lambda: self.letters,
            lambda: self.summariser,
            lambda: self.open_transport().close(),
        ):
            try:
                make()
            except SettingsError as error:
                wrong.append(error)
        if wrong:
            first, *others = wrong
            _, _, what = first.what.partition(": ")
            raise SettingsError(first.name, "; ".join([what, *(error.what for error in others)]))

    @property
    def pace(self) -> Pace:
        """Return how often arXiv is asked, and until when."""
        every = timedelta(minutes=self.settings.poll_minutes)
        return Pace(every, timedelta(minutes=self.settings.collect_minutes))


def open_transport(url: str) -> MailTransport:
    """Return the transport that `url` names; `SettingsError` when it names none.

    The URL holds a password, so no part of it is repeated in the error.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError("NEWSLETTER_SMTP_URL", "not a URL") from error
    if parts.scheme == "maildir" and parts.path:
        return MaildirTransport(Path(parts.path))
    if parts.scheme in _SMTP_PORTS and parts.hostname:
        return _smtp(parts, parts.hostname, port or _SMTP_PORTS[parts.scheme])
    known = ", ".join(f"{scheme}://" for scheme in (*_SMTP_PORTS, "maildir"))
    raise SettingsError("NEWSLETTER_SMTP_URL", f"begins with none of {known}")


def _smtp(parts: SplitResult, host: str, port: int) -> SmtpTransport:
    return SmtpTransport(
        host,
        port,
        security=_SMTP_SECURITY[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
