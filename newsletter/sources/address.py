"""Category names on their way into a URL."""

import re

from newsletter.errors import SourceRefused

_NAME = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?", re.ASCII)


def category_path(category: str, origin: str) -> str:
    """Return `category` as it stands in a path; raise `SourceRefused` if it is no such name."""
    if not _NAME.fullmatch(category):
        raise SourceRefused(origin, f"{category[:40]!r} is not the name of a category")
    return category
