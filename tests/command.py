"""Run the command `newsletter` in this process, as a shell would."""

import json
import logging
import sys
from dataclasses import dataclass
from typing import Any

import pytest
import structlog

from newsletter.cli import main


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


class Command:
    """Runs commands and puts the process's logging back afterwards."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """Keep pytest's own means of patching and capturing."""
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *words: object) -> Outcome:
        """Run `newsletter` with `words` and return its exit status and output."""
        self.monkeypatch.setattr(sys, "argv", ["newsletter", *map(str, words)])
        self.capsys.readouterr()
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        try:
            main()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        finally:
            root.handlers[:], root.level = handlers, level
            structlog.reset_defaults()
        out, err = self.capsys.readouterr()
        return Outcome(status, out, err)
