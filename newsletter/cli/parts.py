"""The installation that a command works on, from the environment."""

from newsletter import log
from newsletter.bootstrap import Parts
from newsletter.settings import Settings
from newsletter.storage.migrate import require_newest


def load_parts() -> Parts:
    """Read the settings and set up the log."""
    settings = Settings.load()
    log.configure(json=settings.log_json, level="WARNING")
    return Parts(settings)


def load_migrated() -> Parts:
    """Load the parts for a command that works on the database.

    Raises `SchemaOutdated`, which names `newsletter migrate`, where the tables are not this
    release's, or not there at all.
    """
    parts = load_parts()
    require_newest(parts.database)
    return parts
