"""What OAI-PMH records and API entries have in common: raw metadata, and no announcement.

Both give what arXiv knows of a paper, with long texts broken into lines of 80 characters in the
older recordings. Neither says how a paper was announced, so its type is inferred here.
"""

from collections.abc import Iterable

from lxml import etree

from newsletter.papers import AnnouncedPaper, AnnounceType, Problem
from newsletter.sources.names import decode_accents
from newsletter.sources.text import DAMAGE, clean
from newsletter.sources.verdict import MOST_ENTRIES

_LAYOUT = " \t\r"


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """Return the children of that local name, in any namespace, at most `MOST_ENTRIES`."""
    found = (child for child in element if local_name(child) == name)
    return [child for child, _ in zip(found, range(MOST_ENTRIES), strict=False)]


def child(element: etree._Element, *path: str) -> etree._Element | None:
    """Return the first descendant along a path of local names, None where one is missing."""
    found: etree._Element | None = element
    for name in path:
        found = next(iter(children(found, name)), None) if found is not None else None
    return found


def text_of(element: etree._Element | None) -> str:
    """Return an element's whole text without white space around it; empty for None."""
    if element is None:
        return ""
    return clean("".join(str(piece) for piece in element.itertext())).strip()


def line_of(element: etree._Element | None) -> str:
    """Return a title or comment on one line: a line break in it is a wrap."""
    lines = (line.strip(_LAYOUT) for line in text_of(element).split("\n"))
    return " ".join(line for line in lines if line)


def paragraphs_of(element: etree._Element | None) -> str:
    """Return an abstract with one line feed a paragraph, as listing pages give it.

    In raw metadata an indented line begins a paragraph, and any other line break is a wrap
    (https://info.arxiv.org/help/prep.html, "abstracts").
    """
    pieces: list[str] = []
    begins = False
    for line in text_of(element).split("\n"):
        words = line.strip(_LAYOUT)
        begins = begins or not words or line[0] in _LAYOUT
        if words:
            pieces += ("\n" if begins else " ", words)
            begins = False
    return "".join(pieces[1:])


def name_of(*parts: etree._Element | None) -> str:
    """Return an author's name of its parts, TeX accents in Unicode."""
    return decode_accents(" ".join(" ".join(text_of(part).split()) for part in parts).strip())


def is_crossed(primary: str, category: str) -> bool:
    """Say whether a paper of this primary category is a cross-list in `category`.

    `category` may be an archive, to which its categories belong; of an empty one, which a
    document does not name, nothing is known, and nothing is called a cross-list.
    """
    return bool(category) and not f"{primary}.".startswith(f"{category}.")


def inferred_type(*, first_version: bool, crossed: bool) -> AnnounceType:
    """Return how a paper was announced, as far as metadata tells: a later version replaces."""
    if first_version:
        return AnnounceType.CROSS if crossed else AnnounceType.NEW
    return AnnounceType.REPLACE_CROSS if crossed else AnnounceType.REPLACE


def flaws_of(entries: Iterable[AnnouncedPaper]) -> list[Problem]:
    """Name unreadable characters, missing abstracts and ids that come twice."""
    found: list[Problem] = []
    seen: set[str] = set()
    for paper in (entry.paper for entry in entries):
        if DAMAGE in paper.title + paper.abstract:
            found.append(Problem("encoding", "the text has unreadable characters", paper.id.value))
        if not paper.abstract:
            found.append(Problem("no_abstract", "the abstract is missing", paper.id.value))
        if paper.id.value in seen:
            found.append(Problem("repeated", "the paper comes twice", paper.id.value))
        seen.add(paper.id.value)
    return found


def local_name(element: etree._Element) -> str:
    """Return an element's local name; comments and processing instructions have none.

    Read with recovery, an element keeps a prefix that is declared nowhere: `georss:point`, which
    `etree.QName` refuses.
    """
    name = element.tag if isinstance(element.tag, str) else ""
    return name.rpartition("}")[2].rpartition(":")[2]
