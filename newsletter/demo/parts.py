"""The demonstration's installation: the real parts, pointed at servers on this machine.

samples ─► arxiv (HTTP) ─► sources ─► … ─► summarisers ─► model (HTTP)
… ─► transports ─► smtp ─► mailbox ─► inbox
"""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from newsletter.bootstrap import Parts
from newsletter.demo.arxiv import arxiv_server
from newsletter.demo.mailbox import Mailbox
from newsletter.demo.model import model_server
from newsletter.demo.samples import MODEL_NAME, SampleSet, load_samples
from newsletter.demo.smtp import SmtpServer
from newsletter.services.poll import Doors
from newsletter.settings import Settings
from newsletter.sources.http import Fetcher
from newsletter.sources.listing_source import ListingSource

READERS = {
    "lin@example.org": ("reinforcement learning", "diffusion policy"),
    "chen@example.org": ("large language model", "agent", "graph"),
}
"""The demonstration's readers and their keywords; example.org belongs to nobody (RFC 2606)."""


@dataclass(frozen=True)
class SampleParts(Parts):
    """Parts whose arXiv is the demonstration's own server, which needs no pauses."""

    def open_doors(self) -> Doors:
        """Return the sample listing pages; nothing was ever missed."""
        fetcher = Fetcher(self.settings.contact, throttle=lambda _pause: nullcontext())
        listing = ListingSource(fetcher, self.settings.arxiv_url)
        return Doors(today=(listing,), checks=(), missed=lambda _day: (), close=fetcher.close)


@contextmanager
def demo_parts(base_url: str, listing_date: date, *, live: bool) -> Iterator[tuple[Parts, Mailbox]]:
    """Yield an installation in a folder that is thrown away, and the mailbox it sends to.

    With `live`, arXiv, the categories and the model are those of the environment.
    """
    mailbox = Mailbox()
    with ExitStack() as stack:
        smtp = stack.enter_context(SmtpServer(mailbox))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chenkan-")))
        common = {
            "base_url": base_url,
            "secret": secrets.token_hex(32),
            "database_url": f"sqlite:///{folder / 'demo.sqlite3'}",
            "broker_url": "memory://",
            "smtp_url": f"smtp://127.0.0.1:{smtp.port}",
            "mail_from": "digest@chenkan.example.org",
            "confirm_from": "hello@chenkan.example.org",
        }
        if live:
            parts = Parts(Settings.load(**common))
        else:
            samples = load_samples()
            parts = SampleParts(_sample_settings(stack, samples, listing_date, common))
        stack.callback(parts.database.close)
        yield parts, mailbox


def _sample_settings(
    stack: ExitStack,
    samples: SampleSet,
    listing_date: date,
    common: dict[str, str],
) -> Settings:
    arxiv = stack.enter_context(arxiv_server(samples, listing_date))
    model = stack.enter_context(model_server(samples))
    archives = sorted({s.paper.primary.partition(".")[0] for s in samples.samples})
    return Settings.load(
        **common,
        operator="晨刊演示",
        contact="operator@chenkan.example.org",
        categories=tuple(archives),
        skipped_evenings={},  # the sample pages carry a date of the built-in calendar
        arxiv_url=arxiv.url,
        model_url=f"{model.url}/v1",
        model_name=MODEL_NAME,
        model_api_key="none",
        model_request={},
        is_sample=True,
    )
