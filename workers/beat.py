"""The beat's table: one tick a minute decides from the clock and the rows what is due."""

from typing import Any

TICK_SECONDS = 60.0

SCHEDULE: dict[str, dict[str, Any]] = {
    "tick": {
        "task": "newsletter.tick",
        "schedule": TICK_SECONDS,
        # A tick that waited for the next one is worthless: after an outage one is enough.
        "options": {"expires": TICK_SECONDS - 5},
    },
}
