"""Mails that answer one person's act: confirm, already, operator_login.

Each kind has `mail/<kind>/subject.txt`, `body.txt` and `body.html`, Chinese first and then
English. They hold only what the newsletter itself wrote: a form can be filled in with another
person's address, and must not carry words to it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

from newsletter.rendering.issue import Masthead
from newsletter.rendering.shell import Shell
from newsletter.rendering.wording import one_line

KINDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "confirm": frozenset({"link", "expires", "expires_en"}),
        "already": frozenset({"preferences"}),
        "operator_login": frozenset({"link", "expires", "expires_en"}),
    },
)
"""The values of each kind. `expires` and `expires_en` are the same moment in words, for the Chinese
and the English half (`wording.moment`, `wording.english_moment`); the others are addresses on the
newsletter's own site."""
_MOMENTS: Final = frozenset({"expires", "expires_en"})


class Transactional:
    """Renders the kinds in one shell that is compiled once."""

    def __init__(self, environment: Environment, masthead: Masthead) -> None:
        """Compile `mail/notice.mjml`."""
        self._environment, self._masthead = environment, masthead
        source = environment.get_template("mail/notice.mjml").render()
        self._shell = Shell.compile(source)

    def render(self, kind: str, values: Mapping[str, str]) -> tuple[str, str, str]:
        """Return subject, text and HTML.

        Raises `ValueError` for an unknown kind, for values other than those of `KINDS`, and
        for a link that is not one.
        """
        _check(kind, values)
        subject = one_line(self._part(kind, "subject.txt", values), 200)
        html = self._shell.fill(
            {
                "title": subject,
                "preheader": self._part(kind, "preheader.txt", values).strip(),
                "name": one_line(self._masthead.name, 60),
                "body": Markup(self._part(kind, "body.html", values)),  # noqa: S704 - escaped there
                "imprint": Markup("<br>").join(self._masthead.imprint_in_both),
            },
        )
        return subject, self._part(kind, "body.txt", values).strip("\n") + "\n", html

    def _part(self, kind: str, name: str, values: Mapping[str, str]) -> str:
        template = self._environment.get_template(f"mail/{kind}/{name}")
        return template.render(masthead=self._masthead, **values)


def _check(kind: str, values: Mapping[str, str]) -> None:
    if kind not in KINDS:
        raise ValueError(f"no such mail: {kind[:40]!r}")
    if KINDS[kind] != values.keys():
        raise ValueError(f"{kind} takes exactly {', '.join(sorted(KINDS[kind]))}")
    for name in KINDS[kind] - _MOMENTS:
        if not values[name].startswith(("https://", "http://")):
            raise ValueError(f"{kind}: {name} is not a web address")
