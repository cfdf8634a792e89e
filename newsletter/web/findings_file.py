"""What `newsletter check --html` writes: the report page's findings as a file of its own."""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from newsletter.rendering.findings import PaperFindings, Tally
from newsletter.rendering.highlights import shown
from newsletter.rendering.templates import environment, templates_folder
from newsletter.web.texts import Language, Texts


def findings_file(
    papers: Sequence[PaperFindings],
    tallies: Sequence[Tally],
    *,
    name: str,
    checked: int,
    found: int,
    language: Language = Language.CHINESE,
    folder: Path | None = None,
) -> str:
    """Return a page that needs nothing beside it: no script, no picture, no other address.

    `name` is what was checked, `checked` the records in it, and `found` those with violations,
    of which `papers` may be only the first. `folder` holds the templates (default: our own).
    """
    folder = folder or templates_folder()
    style = (folder / "web" / "site.css").read_text(encoding="utf-8")
    opened = environment(folder)
    opened.filters["shown"] = shown
    return opened.get_template("web/findings_file.html").render(
        t=Texts(language),
        style=Markup(style),  # noqa: S704 # the project's own file
        name=shown(name),
        papers=papers,
        tallies=tallies,
        checked=checked,
        found=found,
    )
