"""The page of a reader's own library: hand it in, see what it suggests, remove it.

POST act ─┬─ save: file and text ─► read_own_papers ─► replace_library (added, or alone)
          ├─ remove (sure) ─► replace_library
          └─ add ─► one more keyword
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from http import HTTPStatus
from threading import Lock
from types import MappingProxyType
from typing import Annotated, Final, Self

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from newsletter.errors import InputError
from newsletter.keywords.exports import Reading, join, read_own_papers
from newsletter.keywords.library import MAX_BYTES, MAX_PAPERS, OwnPaper
from newsletter.services.library import (
    Suggestions,
    add_keyword,
    fingerprint,
    look_into,
    replace_library,
    suggestions,
    together,
)
from newsletter.services.subscribe import Desk, find_reader
from newsletter.subscribers import Subscriber
from newsletter.tokens import Purpose
from newsletter.web.fields import asked_language
from newsletter.web.pages import Pages
from newsletter.web.readers import CLOSED
from newsletter.web.texts import Texts

_SHOWN: Final = 5
"""Titles shown of a library, ids without a text, and ids of those that arXiv does not know."""
_MOST_FIELDS: Final = 8
_DONE: Final = frozenset({"saved", "cut", "removed", "added"})
_REFUSED: Final = re.compile(r"\d{4}\.\d{4,5}(?:v\d{1,3})?", re.ASCII)
"""What a redirect may name as no id; the address is anybody's to write."""
_MOST_KEPT: Final = 500
"""Libraries whose suggestions are remembered: they take up to 0.8 s to find."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What the page's form brings."""

    fields: Mapping[str, str]
    file: bytes
    """Empty where no file was chosen."""


async def read_upload(request: Request) -> Upload:
    """Read a form with at most one file; notes its language for `asked_language`.

    Raises `HTTPException` 400 for what is no such form; the guard has limited its length.
    """
    limits = {"max_files": 1, "max_fields": _MOST_FIELDS, "max_part_size": MAX_BYTES}
    fields: dict[str, str] = {}
    file = b""
    try:
        async with request.form(**limits) as form:
            for name, value in form.items():
                if isinstance(value, UploadFile):
                    file = await value.read()
                else:
                    fields[name] = value.encode("utf-8", "replace").decode()
    except (UnicodeError, LookupError) as error:  # a charset that does not exist, or does not fit
        raise HTTPException(HTTPStatus.BAD_REQUEST) from error
    if "lang" in fields:
        request.state.asked = fields["lang"]
    return Upload(fields, file)


Form = Annotated[Upload, Depends(read_upload)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryView:
    """What the page shows of a library."""

    count: int
    titles: tuple[str, ...]
    """The first few that are known."""
    pending: tuple[str, ...]
    """The first few ids whose papers are still to be looked up."""
    pending_count: int
    unknown: tuple[str, ...]
    """The first few ids of which arXiv knew nothing."""
    unknown_count: int
    is_wanted: bool
    suggested: Suggestions

    @classmethod
    def of(cls, desk: Desk, reader: Subscriber, memory: "Memory") -> Self:
        """Look at a reader's library as it is now."""
        kept = look_into(desk, reader)
        papers = tuple(each.paper for each in kept)
        chosen = reader.preferences.keywords
        key = (reader.id, papers, chosen)
        if (found := memory.get(key)) is None:
            found = memory.keep(key, suggestions(desk, papers, chosen))
        untitled = [each for each in kept if not each.paper.title]
        pending = [each.paper.arxiv_id for each in untitled if each.asked_at is None]
        unknown = [each.paper.arxiv_id for each in untitled if each.asked_at is not None]
        return cls(
            count=len(papers),
            titles=tuple(paper.title for paper in papers if paper.title)[:_SHOWN],
            pending=tuple(pending[:_SHOWN]),
            pending_count=len(pending),
            unknown=tuple(unknown[:_SHOWN]),
            unknown_count=len(unknown),
            is_wanted=reader.preferences.library,
            suggested=found,
        )


_Key = tuple[int, tuple[OwnPaper, ...], tuple[str, ...]]


class Memory:
    """Suggestions by what they were made of, for the last few readers. Safe between threads."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: OrderedDict[bytes, Suggestions] = OrderedDict()
        self._lock = Lock()

    def get(self, key: _Key) -> Suggestions | None:
        """Return what was kept for `key`, None for nothing."""
        with self._lock:
            return self._kept.get(fingerprint(key))

    def keep(self, key: _Key, found: Suggestions) -> Suggestions:
        """Keep and return `found`; the oldest makes room."""
        with self._lock:
            self._kept[fingerprint(key)] = found
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return found


class LibraryPages:
    """The page of a reader's own library."""

    def __init__(self, pages: Pages) -> None:
        """Serve from `pages`."""
        self._pages, self._desk = pages, pages.site.desk
        self._memory = Memory()

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.get("/preferences/{token}/library")(self.show)
        router.post("/preferences/{token}/library")(self.change)
        return router

    def show(self, request: Request, token: str, done: str = "", refused: str = "") -> Response:
        """Show a reader's library; `done` says what was just done, `refused` what is no id."""
        reader = find_reader(self._desk, Purpose.PREFERENCES, token)
        left = tuple(one for one in refused[:100].split(",") if _REFUSED.fullmatch(one))
        return self._page(request, token, reader, done=done if done in _DONE else "", refused=left)

    def change(self, request: Request, token: str, upload: Form) -> Response:
        """Save, remove, or add a keyword, by the form's field `act`; 400 for any other act."""
        reader = find_reader(self._desk, Purpose.PREFERENCES, token)
        if reader.state in CLOSED:
            return self._page(request, token, reader)
        acts = {"save": self._save, "remove": self._remove, "add": self._add}
        act = acts.get(upload.fields.get("act", ""))
        if act is None:
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        try:
            done = act(token, reader, upload)
        except InputError as error:
            if error.field == "token":
                raise
            mistake = Texts(asked_language(request)).error(error)
            return self._page(request, token, reader, mistake=mistake, typed=upload.fields)
        return self._pages.see_other(request, "", wakes=act == self._add, **done)

    def _save(self, token: str, reader: Subscriber, upload: Upload) -> dict[str, str]:
        """Add what was handed in, or keep it alone; the file's papers before those of the text.

        What is there stays as it is without either.
        """
        pasted = upload.fields.get("papers", "").strip()
        is_wanted = "wanted" in upload.fields
        reading: Reading | None = None
        if upload.file or pasted:
            handed_in: tuple[bytes | str, ...] = (upload.file, pasted)
            reading = reduce(join, [read_own_papers(each) for each in handed_in if each])
        elif is_wanted and not look_into(self._desk, reader):
            raise InputError("library", "library_missing")
        papers = reading.papers if reading else None
        is_added = upload.fields.get("how") != "replace"
        is_cut = reading is not None and self._is_cut(reading, reader, is_added=is_added)
        replace_library(self._desk, token, papers, is_wanted=is_wanted, is_added=is_added)
        done = {"done": "cut" if is_cut else "saved"}
        if reading and reading.refused:
            done["refused"] = ",".join(reading.refused)
        return done

    def _is_cut(self, reading: Reading, reader: Subscriber, *, is_added: bool) -> bool:
        """Say whether papers are left out because there are too many."""
        kept = [each.paper for each in look_into(self._desk, reader)] if is_added else []
        return reading.is_cut or len(together(kept, reading.papers)) > MAX_PAPERS

    def _remove(self, token: str, reader: Subscriber, upload: Upload) -> dict[str, str]:
        """Empty the library, if the box beside the button is ticked."""
        del reader
        if "sure" not in upload.fields:
            raise InputError("library", "library_sure")
        replace_library(self._desk, token, (), is_wanted=False)
        return {"done": "removed"}

    def _add(self, token: str, reader: Subscriber, upload: Upload) -> dict[str, str]:
        del reader
        add_keyword(self._desk, token, upload.fields.get("keyword", ""))
        return {"done": "added"}

    def _page(
        self,
        request: Request,
        token: str,
        reader: Subscriber,
        *,
        done: str = "",
        mistake: str = "",
        refused: tuple[str, ...] = (),
        typed: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        back = self._pages.path(request, f"/preferences/{token}")
        if reader.state in CLOSED:
            # What may still be done is said there.
            return self._pages.notice(
                request,
                f"closed.{reader.state.value}",
                ("library.back", back),
                status=HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK,
            )
        return self._pages.page(
            request,
            "library_page",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
            view=LibraryView.of(self._desk, reader, self._memory),
            back=back,
            done=done,
            mistake=mistake,
            typed=typed,
            refused=refused,
            limit=MAX_PAPERS,
        )
