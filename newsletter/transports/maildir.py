"""Put mails into a Maildir: for looking at them, and for a local delivery agent."""

import mailbox
from collections.abc import Callable
from pathlib import Path

from newsletter.errors import TransportUnavailable
from newsletter.ports import Envelope, Receipt

ACCEPTED = 250


class MaildirTransport:
    """A `MailTransport` that writes each mail as one file, whole or not at all.

    The file is written under `tmp` and then moved to `new` (https://cr.yp.to/proto/maildir.html),
    so a reader never sees half a mail. Processes may share the folder; threads may not share
    the object.
    """

    def __init__(self, directory: Path) -> None:
        """Keep the folder's path; it is made, with its parents, when the first mail comes."""
        self._directory = directory

    def send(self, envelope: Envelope, before_data: Callable[[], None]) -> Receipt:
        """Write the content byte for byte; the receipt's reply names the file.

        `before_data` is called after the folder was found usable and before the write. Raises
        `TransportUnavailable` when the folder cannot be made or written, e.g. a full disk.
        """
        try:
            folder = self._open()
        except OSError as error:
            raise TransportUnavailable("the mail folder cannot be opened") from error
        before_data()
        try:
            name = folder.add(envelope.content)
        except (OSError, mailbox.Error) as error:
            raise TransportUnavailable("the mail cannot be written") from error
        return Receipt(ACCEPTED, f"queued as {name}")

    def close(self) -> None:
        """Do nothing: no file stays open."""

    def _open(self) -> "mailbox.Maildir":
        """Make what is missing; the library makes the inner folders only with the outer."""
        for name in ("tmp", "new", "cur"):
            (self._directory / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        return mailbox.Maildir(self._directory, create=False)
