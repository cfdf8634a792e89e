"""The text part of a digest: every paper at the reader's density, whatever the HTML left out."""

from jinja2 import Environment

from newsletter.digests import Digest, Entry, Section
from newsletter.rendering.cards import Card, card_of
from newsletter.rendering.issue import Issue, Masthead, ReaderLinks, day_of_month, whole_of
from newsletter.rendering.reasons import heading, reason


def digest_text(
    environment: Environment,
    masthead: Masthead,
    digest: Digest,
    links: ReaderLinks,
) -> str:
    r"""Return the text part; lines end in `\n`, and the last one does too."""
    whole = whole_of(digest)
    template = environment.get_template("mail/digest.txt")
    text = template.render(
        masthead=masthead,
        issue=Issue.of(whole, links),
        links=links,
        sections=[_section(section) for section in whole.sections],
    )
    return text.strip("\n") + "\n"


def _section(section: Section) -> dict[str, str | list[tuple[Card, str, str]]]:
    return {
        "heading": heading(section.keyword),
        "cards": [(card_of(entry), reason(entry), _late(entry)) for entry in section.entries],
    }


def _late(entry: Entry) -> str:
    return f"{day_of_month(entry.missed_on)}公布" if entry.missed_on else ""
