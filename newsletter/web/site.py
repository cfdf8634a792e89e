"""What the pages are made of, handed over by whoever starts them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newsletter.calendar import Calendar
from newsletter.papers import Paper
from newsletter.services.letters import Letters
from newsletter.services.recent import RecentEditions
from newsletter.services.subscribe import Desk
from newsletter.subscribers import DEFAULT_TIMEZONE


@dataclass(frozen=True, slots=True)
class Site:
    """One installation as its pages see it."""

    desk: Desk
    letters: Letters
    summary_key: Callable[[Paper], str]
    """Under which name a paper's Chinese is kept."""
    recent: RecentEditions
    """The last days' papers, on which keywords are tried while they are typed."""
    name: str
    """The newsletter's name."""
    operator: str
    contact: str
    """An e-mail address or a web address at which the operator answers; may be empty."""
    is_sample: bool
    """Every page says that the papers are invented."""
    wake: Callable[[], None]
    """Called after the answer to whatever queued mail or made work; may raise."""
    trusted_proxies: frozenset[str]
    """Network addresses whose `X-Forwarded-For` is believed."""
    default_timezone: str = DEFAULT_TIMEZONE
    calendar: Calendar = field(default_factory=Calendar)
    """When arXiv announces."""
    archives: tuple[str, ...] = ("cs",)
    """Archives and categories that the newsletter follows: what readers may choose from."""
    operator_entry: str = ""
    """A page that leads to a fresh login link, which only the demonstration has."""

    @property
    def root(self) -> str:
        """Return the path under which a proxy publishes the pages, without a slash at the end."""
        return urlsplit(self.letters.base_url).path.rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Say whether readers come by https, so that cookies may insist on it."""
        return urlsplit(self.letters.base_url).scheme == "https"

    @property
    def contact_href(self) -> str:
        """Return a link to the contact, empty when it is neither a web nor an e-mail address."""
        if self.contact.startswith(("https://", "http://")):
            return self.contact
        return f"mailto:{self.contact}" if "@" in self.contact else ""
