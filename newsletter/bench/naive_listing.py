"""The baseline of the gate `parse`: a listing page read with lxml and XPath, as one would at first.

It collects the same fields of a whole page, and checks nothing: no counts, no pairing, no date.
"""

import re
from typing import Any

from lxml import html

from newsletter.papers import AnnouncedPaper, AnnounceType

Fields = tuple[object, ...]
"""id, version, type, title, authors, abstract, categories, comment, journal reference, links."""

_TYPES = {
    "New": AnnounceType.NEW,
    "Cross": AnnounceType.CROSS,
    "Replacement": AnnounceType.REPLACE,
}


def read_naively(body: bytes) -> list[Fields]:
    """Return the fields of every entry of a page, in its order."""
    page: Any = html.fromstring(body)  # the stubs know no type of what XPath returns
    return [
        _fields(dt, dd, _TYPES[str(section.xpath("string(h3)")).split()[0]])
        for section in page.xpath("//dl[@id='articles']")
        for dt, dd in zip(section.xpath("dt"), section.xpath("dd"), strict=True)
    ]


def fields_of(entry: AnnouncedPaper) -> Fields:
    """Return the same fields of an entry that this project's parser read."""
    paper = entry.paper
    return (
        paper.id.value,
        paper.version,
        entry.type,
        paper.title,
        paper.authors,
        paper.abstract,
        paper.categories,
        paper.comment,
        paper.journal_ref,
        paper.links,
    )


def _fields(dt: Any, dd: Any, kind: AnnounceType) -> Fields:
    version = re.search(r"v(\d+)$", str(dt.xpath("string(a[@title='View HTML']/@href)")))
    texts = [
        dd.xpath(".//div[contains(@class, 'list-title')]"),
        dd.xpath(".//div[contains(@class, 'list-comments')]"),
        dd.xpath(".//p[contains(@class, 'mathjax')]"),
    ]
    links = [link for text in texts for found in text for link in found.xpath(".//a/@href")]
    title, comment, abstract = (_text(found) for found in texts)
    return (
        str(dt.xpath("string(a[@title='Abstract']/@href)")).removeprefix("/abs/"),
        int(version[1]) if version else None,
        kind,
        title,
        tuple(dd.xpath(".//div[@class='list-authors']/a/text()")),
        abstract,
        tuple(re.findall(r"\(([\w.-]+)\)", _text(dd.xpath(".//div[@class='list-subjects']")))),
        comment or None,
        _text(dd.xpath(".//div[contains(@class, 'list-journal-ref')]")) or None,
        tuple(dict.fromkeys(links)),
    )


def _text(found: list[Any]) -> str:
    """Return the text of the first element without its label, addresses written out."""
    for element in found[:1]:
        for anchor in element.xpath(".//a"):
            anchor.text = anchor.get("href")
        pieces = element.xpath(".//text()[not(parent::span[@class='descriptor'])]")
        return "".join(pieces).strip()
    return ""
