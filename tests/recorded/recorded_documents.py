"""Reading one recorded document of arXiv."""

from pathlib import Path

from newsletter.papers import Announcement
from newsletter.sources.detect import parse_document


def read(recordings: Path, name: str) -> Announcement:
    """Parse one recording."""
    return parse_document((recordings / name).read_bytes(), name)
