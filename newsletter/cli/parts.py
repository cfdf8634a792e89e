"""The installation that a command works on, from the environment."""

from newsletter import log
from newsletter.bootstrap import Parts
from newsletter.settings import Settings


def load_parts() -> Parts:
    """Read the settings and set up the log."""
    settings = Settings.load()
    log.configure(json=settings.log_json, level="WARNING")
    return Parts(settings)
