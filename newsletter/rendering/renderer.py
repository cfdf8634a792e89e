"""The one entry to rendering: everything that a reader's mail says, as text and HTML."""

from collections.abc import Mapping
from pathlib import Path

from newsletter.digests import Digest
from newsletter.rendering.digest_html import DigestHtml
from newsletter.rendering.digest_text import digest_text
from newsletter.rendering.issue import FittedDigest, Masthead, ReaderLinks, subject
from newsletter.rendering.templates import environment, templates_folder
from newsletter.rendering.transactional import Transactional


class Renderer:
    """Built once with a masthead; safe to share between threads.

    Every method takes a digest as composed, or what `fit` made of it: figures are always those
    of the whole digest.
    """

    def __init__(self, masthead: Masthead, folder: Path | None = None) -> None:
        """Compile the templates in `folder` (default: the project's own); some 50 ms."""
        self.masthead = masthead
        self._environment = environment(folder or templates_folder())
        self._html = DigestHtml(self._environment, masthead)
        self._transactional = Transactional(self._environment, masthead)

    def subject(self, digest: Digest) -> str:
        """Return `晨刊 5 月 29 日：67 篇论文`."""
        return subject(self.masthead, digest)

    def fit(self, digest: Digest, links: ReaderLinks) -> FittedDigest:
        """Return the digest cut by paper so that its HTML keeps `digests.HTML_BUDGET`."""
        return self._html.fit(digest, links)

    def html(self, digest: Digest, links: ReaderLinks) -> str:
        """Return the HTML part, fitted if it was not yet."""
        return self._html.render(digest, links)

    def page(self, digest: Digest, links: ReaderLinks) -> str:
        """Return the HTML as a page for a browser: every paper as its reader asked for it."""
        return self._html.page(digest, links)

    def text(self, digest: Digest, links: ReaderLinks) -> str:
        """Return the text part with every paper, also those that the HTML leaves out."""
        return digest_text(self._environment, self.masthead, digest, links)

    def transactional(self, kind: str, values: Mapping[str, str]) -> tuple[str, str, str]:
        """Return subject, text and HTML of a mail of `transactional.KINDS`.

        Raises `ValueError` for an unknown kind or other values than it takes.
        """
        return self._transactional.render(kind, values)
