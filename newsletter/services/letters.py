"""Turn a reader and what they get into wire bytes: digests and single mails."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.digests import Digest
from newsletter.messages import Header, digest_message, message_id, notice_message
from newsletter.ports import Envelope
from newsletter.rendering.issue import ReaderLinks
from newsletter.rendering.renderer import Renderer
from newsletter.rendering.wording import english_moment, moment
from newsletter.subscribers import Subscriber
from newsletter.tokens import LIFETIMES, Purpose, Signer


@dataclass(frozen=True, slots=True)
class Letters:
    """Everything that every mail of this installation has in common."""

    renderer: Renderer
    signer: Signer
    name: str
    base_url: str
    mail_from: str
    confirm_from: str
    operator: str
    """The operator's own address, for login links; may be empty."""

    def links(self, subscriber: Subscriber, digest: Digest, now: datetime) -> ReaderLinks:
        """Return the links that stand in a reader's digest."""
        day = digest.listing_date.strftime("%Y%m%d")
        return ReaderLinks(
            preferences=self.url(Purpose.PREFERENCES, subscriber.public_id, now),
            unsubscribe=self.url(Purpose.UNSUBSCRIBE, subscriber.public_id, now),
            view=self.url(Purpose.VIEW, f"{subscriber.public_id}~{day}", now),
            timezone=subscriber.preferences.timezone,
        )

    def url(self, purpose: Purpose, subject: str, now: datetime) -> str:
        """Return the page for `purpose` with a fresh token."""
        return f"{self.base_url}/{_PATHS[purpose]}/{self.signer.issue(purpose, subject, now)}"

    def digest(self, subscriber: Subscriber, digest: Digest, now: datetime) -> Envelope:
        """Compose a reader's digest. Raises `MessageError` for an address it cannot go to."""
        links = self.links(subscriber, digest, now)
        edition = digest.listing_date.isoformat()
        header = Header(
            sender=f"{self.name} <{self.mail_from}>",
            recipient=subscriber.address,
            subject=self.renderer.subject(digest),
            date=now,
            message_id=message_id(self._domain, edition, subscriber.public_id),
            list_id=f"{self.name} <digest.{self._domain}>",
            unsubscribe=links.unsubscribe,
        )
        content = digest_message(
            header,
            text=self.renderer.text(digest, links),
            html=self.renderer.html(self.renderer.fit(digest, links), links),
        )
        return Envelope(
            sender=self.mail_from,
            recipient=subscriber.address,
            message_id=header.message_id,
            content=content,
        )

    def notice(
        self,
        kind: str,
        subscriber: Subscriber | None,
        key: str,
        now: datetime,
    ) -> Envelope:
        """Compose a single mail of `kind`; without a reader it goes to the operator.

        `key` makes its Message-ID, so that a mail sent twice by accident can be recognised.
        """
        recipient = subscriber.address if subscriber else self.operator
        subject, text, html = self.renderer.transactional(kind, self._values(kind, subscriber, now))
        header = Header(
            sender=f"{self.name} <{self.confirm_from}>",
            recipient=recipient,
            subject=subject,
            date=now,
            message_id=message_id(self._domain, kind.replace("_", "-"), key),
            list_id=None,
            unsubscribe=None,
        )
        return Envelope(
            sender=self.confirm_from,
            recipient=recipient,
            message_id=header.message_id,
            content=notice_message(header, text=text, html=html),
        )

    def _values(self, kind: str, subscriber: Subscriber | None, now: datetime) -> dict[str, str]:
        """Return the links that a single mail of `kind` holds, and when they expire."""
        subject = subscriber.public_id if subscriber else "operator"
        values: dict[str, str] = {}
        for name, purpose in _NOTICES[kind].items():
            values[name] = self.url(purpose, subject, now)
            if lifetime := LIFETIMES[purpose]:
                zone = subscriber.preferences.timezone if subscriber else "UTC"
                values["expires"] = moment(now + lifetime, zone)
                values["expires_en"] = english_moment(now + lifetime, zone)
        return values

    @property
    def _domain(self) -> str:
        return self.mail_from.rpartition("@")[2]


_PATHS = {
    Purpose.CONFIRM: "confirm",
    Purpose.PREFERENCES: "preferences",
    Purpose.UNSUBSCRIBE: "unsubscribe",
    Purpose.VIEW: "view",
    Purpose.LOGIN: "operator/login",
}

_NOTICES = {
    "confirm": {"link": Purpose.CONFIRM},
    "already": {"preferences": Purpose.PREFERENCES},
    "operator_login": {"link": Purpose.LOGIN},
}
