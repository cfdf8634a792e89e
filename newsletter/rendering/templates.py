"""Find the templates and open them in a sandbox."""

from pathlib import Path
from typing import Final

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

import newsletter
from newsletter.rendering.tex import to_html, to_text

ESCAPED_SUFFIXES: Final = (".html", ".mjml")


def templates_folder() -> Path:
    """Return the folder that holds `mail/`: the wheel's copy, else the repository's own."""
    package = Path(newsletter.__file__).parent
    packed = package / "_templates"
    return packed if packed.is_dir() else package.parent / "templates"


def environment(folder: Path) -> ImmutableSandboxedEnvironment:
    """Return an environment over `folder` that escapes HTML and refuses undefined names.

    Text templates (`.txt`) are not escaped. The filters `tex` (HTML) and `plain` (text) make
    TeX readable. The sandbox keeps an edited template from
    reaching settings or secrets (listmonk GHSA-jc7g-x28f-3v3h).
    """
    opened = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=is_escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    opened.filters |= {"tex": readable_html, "plain": to_text}
    return opened


def is_escaped(name: str | None) -> bool:
    """Say whether a template's values are escaped; a template from a string is."""
    return name is None or name.endswith(ESCAPED_SUFFIXES)


def readable_html(text: str) -> Markup:
    """Return escaped HTML with TeX made readable and line breaks kept."""
    return Markup("<br>").join(to_html(line) for line in text.split("\n"))
