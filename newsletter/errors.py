"""Every error that this package raises on purpose.

    NewsletterError                what happened, and a hint saying what to do
    ├── InputError                 a person's input; carries the form field and a message code
    │   ├── InvalidAddress
    │   ├── InvalidKeyword
    │   ├── InvalidPreference
    │   ├── InvalidToken
    │   │   └── ExpiredToken
    │   ├── TooManyRequests
    │   └── InvalidForm            several of the above, one for each field
    ├── SourceError                a document or a server of announcements
    │   ├── EmptyDocument
    │   ├── NotAnAnnouncement      e.g. an HTML error page where a feed was due
    │   ├── TruncatedDocument
    │   ├── DocumentTooLarge
    │   ├── SourceUnavailable      temporary: come back after `retry_after` seconds
    │   │   └── CircuitOpen        nothing was sent: arXiv is left alone until a time
    │   └── SourceRefused          permanent: the request itself is wrong
    ├── SummariserError
    │   ├── ModelUnavailable       temporary: time-out, 408, 409, 429, 5xx, an empty answer
    │   ├── ContentRefused         this paper is refused; others are not
    │   ├── ModelAccountError      401, 402, 403: every call would fail, the operator must act
    │   │   └── ModelNotFound      404: a wrong path, or a model that the server does not have
    │   └── InvalidAnswer          prose, broken JSON, or a failed check
    ├── TransportError             sending one mail
    │   ├── TransportUnavailable   nothing was handed over; try again later
    │   ├── MailDeferred           4xx: the server asks to come back
    │   ├── MailRejected           5xx: this mail will not be taken
    │   └── OutcomeUnknown         the line broke after DATA: it may have been taken
    ├── StorageError
    │   ├── DatabaseBusy           locked or unreachable; the next tick tries again
    │   ├── SchemaOutdated         `newsletter migrate` is due
    │   ├── RowMissing
    │   └── LeaseLost              another worker took the row over
    ├── MessageError               a mail that must not be built, e.g. a line break in a header
    └── SettingsError

A message is built here from the fields and never at the place that raises; it holds no
address and no token, because messages reach logs.
"""

from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal

Phase = Literal["connect", "mail", "rcpt", "data", "final"]
"""Which step of an SMTP session (RFC 5321 §3.3) a reply answers; `final` is that to the dot."""


class NewsletterError(Exception):
    """Root of the tree. `str(error)` says what happened and what to do."""

    hint: ClassVar[str] = ""

    def __init__(self, what: str) -> None:
        """Keep `what` (one clause, no address, no token) and append the class's hint."""
        self.what = what
        super().__init__(f"{what}. {self.hint}" if self.hint else what)


class InputError(NewsletterError):
    """Input of a person: `field` is the form field, `code` selects the translated message."""

    def __init__(self, field: str, code: str, **values: object) -> None:
        """Keep the field, the message code and the values that the message mentions."""
        self.field, self.code, self.values = field, code, values
        super().__init__(f"{field}: {code.replace('_', ' ')}")


class InvalidAddress(InputError):
    """An e-mail address that no mail can be sent to."""


class InvalidKeyword(InputError):
    """A keyword that cannot match or only excludes, or is too long, too many or too deep."""


class InvalidPreference(InputError):
    """An hour, a time zone or a density that does not exist."""


class InvalidToken(InputError):
    """A link that was not issued here, was damaged, or is for another purpose."""

    def __init__(self, code: str = "token_invalid") -> None:
        """Build the error for the `token` field."""
        super().__init__("token", code)


class ExpiredToken(InvalidToken):
    """A genuine link whose time is over."""

    def __init__(self) -> None:
        """Build the error with the code `token_expired`."""
        super().__init__("token_expired")


class TooManyRequests(InputError):
    """The cap on subscription mails, per client or over all, is reached."""


class InvalidForm(InputError):
    """A form with several mistakes; `errors` holds one for each."""

    def __init__(self, errors: tuple[InputError, ...]) -> None:
        """Keep the single errors, at least one."""
        self.errors = errors
        super().__init__("form", "form_invalid")


class SourceError(NewsletterError):
    """A document of announcements that cannot be used; `origin` is its URL or file name."""

    def __init__(self, origin: str, what: str) -> None:
        """Name the document and say what is wrong with it."""
        self.origin = origin
        super().__init__(f"{origin}: {what}")


class EmptyDocument(SourceError):
    """A body of no bytes, or of white space."""

    hint = "Nothing was counted as announced; the next poll fetches it again"

    def __init__(self, origin: str) -> None:
        """Name the empty document."""
        super().__init__(origin, "the body is empty")


class NotAnAnnouncement(SourceError):
    """A document of another kind, such as an HTML error page."""

    hint = "Open the address in a browser to see what the server says now"


class TruncatedDocument(SourceError):
    """The document ends before its end."""

    hint = "The next poll fetches it again; papers read so far are not taken for the whole"


class DocumentTooLarge(SourceError):
    """The body is longer than the limit, compressed or not."""

    hint = "Raise NEWSLETTER_DOCUMENT_LIMIT_BYTES if arXiv has really grown that much"

    def __init__(self, origin: str, limit: int) -> None:
        """Name the document and the limit in bytes."""
        self.limit = limit
        super().__init__(origin, f"more than {limit} bytes")


class SourceUnavailable(SourceError):
    """The server could not answer now; `retry_after` is in seconds, None when it did not say.

    `is_refusal` says that it answered, and asked for fewer requests (406, 429 or 503);
    `is_throttled` that it counts them (429), over all of its hosts together.
    """

    hint = "The next poll tries again by itself"

    def __init__(
        self,
        origin: str,
        what: str,
        retry_after: float | None = None,
        *,
        is_refusal: bool = False,
        is_throttled: bool = False,
    ) -> None:
        """Keep the server's own waiting time."""
        self.retry_after, self.is_refusal = retry_after, is_refusal
        self.is_throttled = is_throttled
        super().__init__(origin, what)


class CircuitOpen(SourceUnavailable):
    """Nothing was sent: after `failures` in a row, `who` is left alone until `until` (aware)."""

    def __init__(
        self, origin: str, until: datetime, *, failures: int, now: datetime, who: str = "arXiv"
    ) -> None:
        """Say until when, in UTC and rounded up to a minute, so that nobody comes too early."""
        self.until, self.failures = until, failures
        minute = (until + timedelta(seconds=59, microseconds=999_999)).astimezone(UTC)
        times = "1 failure" if failures == 1 else f"{failures} failures in a row"
        what = f"{who} is left alone until {minute:%Y-%m-%d %H:%M} UTC after {times}"
        super().__init__(origin, what, max((until - now).total_seconds(), 0.0))


class SourceRefused(SourceError):
    """The server answered that the request is wrong (4xx other than 406, 408 and 429)."""

    hint = "Check the names in NEWSLETTER_CATEGORIES and the addresses in NEWSLETTER_FEEDS"


class SummariserError(NewsletterError):
    """A summary could not be had."""


class ModelUnavailable(SummariserError):
    """The model's server is busy, slow or down; `retry_after` in seconds when it said so."""

    hint = "The call is tried again; after the deadline the paper goes out in English"

    def __init__(self, what: str, retry_after: float | None = None) -> None:
        """Keep the server's own waiting time."""
        self.retry_after = retry_after
        super().__init__(what)


class ContentRefused(SummariserError):
    """The provider's filter, or the model itself, declined this paper."""

    hint = "This paper goes out in English"


class ModelAccountError(SummariserError):
    """401, 402 or 403: no call will succeed."""

    hint = "Check NEWSLETTER_MODEL_API_KEY and the balance of the account"


class ModelNotFound(ModelAccountError):
    """404, or a model that the server does not know: no call will succeed."""

    hint = "Check NEWSLETTER_MODEL_URL (up to /v1) and NEWSLETTER_MODEL_NAME"


class InvalidAnswer(SummariserError):
    """The answer is not the JSON asked for, or its Chinese fails a check."""

    hint = "The model is asked once more with the reasons; then the paper goes out in English"

    def __init__(self, reasons: tuple[str, ...]) -> None:
        """Keep each reason, in words that can be sent back to the model."""
        self.reasons = reasons
        super().__init__("; ".join(reasons))


class TransportError(NewsletterError):
    """One mail was not accepted; `reply` is the server's own text, which is hostile."""

    def __init__(
        self, what: str, *, code: int | None = None, reply: str = "", phase: Phase = "connect"
    ) -> None:
        """Keep the SMTP code and reply, when there was one, and the phase (`replies.Phase`)."""
        self.code, self.reply, self.phase = code, reply, phase
        super().__init__(what if code is None else f"{what} ({code})")


class TransportUnavailable(TransportError):
    """No connection, or it broke before DATA: nothing was handed over."""

    hint = "The mail is tried again later; check NEWSLETTER_SMTP_URL if this goes on"


class MailDeferred(TransportError):
    """The server asks to come back later."""

    hint = "The mail is tried again later by itself"


class MailRejected(TransportError):
    """The server will not take this mail."""

    hint = "See `newsletter deliveries --state rejected` for the server's words"


class OutcomeUnknown(TransportError):
    """The connection broke between DATA and the final reply."""

    hint = "It may have arrived, so it is not sent again by itself; the operator decides"


class StorageError(NewsletterError):
    """The database did not do what was asked."""


class DatabaseBusy(StorageError):
    """Locked by another process, or out of reach."""

    hint = "Nothing is lost: the next tick, at most a minute away, finds the work again"


class SchemaOutdated(StorageError):
    """The tables are older than this release."""

    hint = "Run `newsletter migrate`"


class RowMissing(StorageError):
    """A row that was named does not exist (any more)."""


class LeaseLost(StorageError):
    """Another worker took the row over: nothing may be sent."""

    hint = "Nothing to do: whoever holds the row finishes it"


class MessageError(NewsletterError):
    """A mail cannot be written: `part` names the header or body, never its value."""

    def __init__(self, part: str, what: str) -> None:
        """Name the part and what is wrong with it."""
        self.part = part
        super().__init__(f"{part}: {what}")


class SettingsError(NewsletterError):
    """A setting is missing, unreadable or unsafe."""

    def __init__(self, name: str, what: str) -> None:
        """Name the environment variable and what is wrong with it."""
        self.name = name
        super().__init__(f"{name}: {what}")
