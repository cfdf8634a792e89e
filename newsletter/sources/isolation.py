"""OAI-PMH and API answers, read as far as they are XML, record by record where one spoils the rest.

text ─ read with recovery ─┬─ as many records as begin ─► tree
                           └─ one is too deep, too long or never ends ─ each record read alone ─
                              those that are well-formed make the document anew ─► tree

Entities are not resolved, no DTD is loaded and nothing is fetched.
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Final

from lxml import etree

from newsletter.papers import Problem
from newsletter.sources.text import excerpt, without_controls, without_false_references
from newsletter.sources.verdict import MOST_ENTRIES

RECORD_SIZE: Final = 5_000_000
"""Characters of one record; that of a paper with three thousand authors has some 500,000."""

_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]*\?>")
_ROOT = re.compile(r"<(?P<name>(?:\w+:)?[\w-]+)(?:\s[^<>]{0,4000})?>")
_ID = re.compile(r"(?:oai:arXiv\.org:|arxiv\.org/abs/)([^<\s]{1,40})")
_STOPS = frozenset(
    {"ERR_RESOURCE_LIMIT", "ERR_CDATA_NOT_FINISHED", "ERR_COMMENT_NOT_FINISHED"}
    | {"ERR_PI_NOT_FINISHED"}
)
"""Flaws behind which libxml2 reads nothing more; a resumption token may stand there."""
_parser = partial(
    etree.XMLParser, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
)


def read_xml(text: str, record: str, problems: list[Problem]) -> etree._Element | None:
    """Read a document of elements called `record`; what is wrong with it goes to `problems`.

    None where there is no element at all.
    """
    body = without_false_references(without_controls(_DECLARATION.sub("", text)))
    # Without recovery one stray `&` would cost the other thousand records of the answer.
    parser = _parser(recover=True)
    root: etree._Element | None = etree.fromstring(body.encode(), parser)
    flaws = list(parser.error_log.filter_from_errors())
    for flaw in flaws[:1]:
        what = f"not well-formed XML at line {flaw.line}: {excerpt(flaw.message)}"
        problems.append(Problem("malformed", what))
    sizes = [len(piece) for piece in islice(_pieces(body, record), 1, MOST_ENTRIES + 2)]
    has_stopped = any(flaw.type_name in _STOPS for flaw in flaws)
    is_short = bool(flaws) and root is not None and _count(root, record) < len(sizes)
    if not (has_stopped or is_short or max(sizes, default=0) > RECORD_SIZE):
        return root
    mended = _mended(body, record, problems)
    return root if mended is None else etree.fromstring(mended.encode(), _parser(recover=True))


def _count(root: etree._Element, record: str) -> int:
    """Count the records beside the first; one that never ends swallows those after it."""
    first = next(root.iter(f"{{*}}{record}"), None)
    parent = first.getparent() if first is not None else None
    return 0 if parent is None else sum(1 for _ in parent.iterchildren(f"{{*}}{record}"))


def _pieces(body: str, record: str) -> Iterator[str]:
    """Yield what stands before the first record, then each record with what follows it."""
    at = 0
    for found in re.finditer(rf"<(?:\w+:)?{record}(?=[\s/>])", body):
        yield body[at : found.start()]
        at = found.start()
    yield body[at:]


def _mended(body: str, record: str, problems: list[Problem]) -> str | None:
    """Return the document without the records that spoil it; None where all of them do."""
    head, *pieces = islice(_pieces(body, record), MOST_ENTRIES + 1)
    root = _ROOT.search(head)
    frame = (root[0], f"</{root['name']}>") if root else ("<x>", "</x>")
    end = re.compile(rf"</(?:\w+:)?{record}\s*>")
    kept, spoiling, tail = [head], list[Problem](), ""
    for piece in pieces:
        closing = end.search(piece)
        stop = closing.end() if closing else len(piece)
        tail = piece[stop:]
        if _is_sound(piece[:stop], frame):
            kept.append(piece[:stop])
        else:
            found = _ID.search(piece)
            what = f"the {record} cannot be read and was left out"
            spoiling.append(Problem("malformed", what, excerpt(found[1]) if found else None))
    problems += spoiling
    return "".join((*kept, tail)) if len(spoiling) < len(pieces) else None


def _is_sound(piece: str, frame: tuple[str, str]) -> bool:
    """Say whether one record is well-formed, and of a size that a record may have."""
    try:
        etree.fromstring(piece.join(frame).encode(), _parser())
    except etree.XMLSyntaxError:
        return False
    return len(piece) <= RECORD_SIZE
