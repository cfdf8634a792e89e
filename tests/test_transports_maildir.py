"""The transport that keeps mails as files."""

import mailbox
import resource
from dataclasses import replace
from pathlib import Path

import pytest
from sending import CONTENT, MAIL, Calls, StoppedError, failure, stop

from newsletter.errors import (
    TransportUnavailable,
)
from newsletter.transports.maildir import MaildirTransport


def test_maildir(tmp_path: Path) -> None:
    """A mail becomes one file under `new`, byte for byte, and the receipt names it."""
    transport, calls = MaildirTransport(tmp_path / "deep" / "mail"), Calls()
    receipts = [transport.send(MAIL, calls) for _ in range(2)]
    transport.close()
    files = sorted((tmp_path / "deep" / "mail" / "new").iterdir())
    assert [file.read_bytes() for file in files] == [CONTENT, CONTENT]
    assert {f"queued as {file.name}" for file in files} == {receipt.reply for receipt in receipts}
    assert list((tmp_path / "deep" / "mail" / "tmp").iterdir()) == []
    assert len(calls) == 2
    assert len(mailbox.Maildir(tmp_path / "deep" / "mail")) == 2


def test_maildir_before_data(tmp_path: Path) -> None:
    """What `before_data` raises passes through and nothing is written."""
    with pytest.raises(StoppedError):
        MaildirTransport(tmp_path).send(MAIL, stop)
    assert list((tmp_path / "new").iterdir()) == []


def test_maildir_that_cannot_be_made(tmp_path: Path) -> None:
    """A path that is a file is a transport that is unavailable, before `before_data`."""
    (tmp_path / "file").write_bytes(b"")
    error, calls = failure(MaildirTransport(tmp_path / "file"))
    assert (TransportUnavailable, 0) == (type(error), calls)


def test_maildir_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder that fails in the middle is a transport that is unavailable."""

    def lose_folder() -> None:
        for name in ("tmp", "new", "cur"):
            (tmp_path / name).rmdir()

    with pytest.raises(TransportUnavailable, match="cannot be written"):
        MaildirTransport(tmp_path).send(MAIL, lose_folder)


def test_maildir_on_a_full_disk(tmp_path: Path) -> None:
    """A write that fails leaves nothing behind and says that nothing was handed over."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))

    try:
        with pytest.raises(TransportUnavailable, match="cannot be written"):
            MaildirTransport(tmp_path).send(replace(MAIL, content=b"x" * 100_000), fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [*(tmp_path / "new").iterdir(), *(tmp_path / "tmp").iterdir()] == []
