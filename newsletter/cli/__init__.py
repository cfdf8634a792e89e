"""The command `newsletter`. Exit status 0 done, 1 fell short, 2 wrong use."""

import sys

from newsletter.cli.app import app
from newsletter.cli.output import complain
from newsletter.errors import NewsletterError, SettingsError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line; our own errors end in one line on standard error."""
    try:
        app()
    except SettingsError as error:
        complain(str(error))
        sys.exit(2)
    except NewsletterError as error:
        complain(str(error))
        sys.exit(1)
