"""Read a model's answer: the three fields, or why it cannot be used."""

import json
import re
from typing import Annotated, Any, Final

import json_repair
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from newsletter.errors import InvalidAnswer
from newsletter.fidelity.findings import Draft
from newsletter.fidelity.text import is_invisible

MAX_ANSWER: Final = 40_000
"""Characters of an answer that are looked at; arXiv's abstracts have at most 1,920."""

MAX_REPAIRED: Final = 12_000
"""Characters that json-repair may see: its time is quadratic, and three fields have some 3,000."""
MAX_BRACKETS: Final = 8
"""Of `{}[]` that json-repair may see, placeholders apart: the object itself has two of them."""
MAX_QUOTES: Final = 200
"""Of `"'` and curly ones that json-repair may see: the object itself has twelve of them."""

_OBJECT_START = re.compile(r"\{\s*[\"'“]")
_PLACEHOLDER = re.compile(r"\{v[0-9]{1,4}\}")
_BLANKS = re.compile(r"(\s)\s+")


class _Answer(BaseModel):
    """The JSON asked for; anything more or less is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title_zh: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
    summary_zh: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)
    ]
    abstract_zh: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)
    ]


def read_answer(text: str) -> Draft:
    r"""Read a model's answer; raises `InvalidAnswer` with reasons that it can be told.

    The ladder: drop thinking and fences, strict JSON, json-repair, the three fields and no
    other, no control or format characters (an under-escaped `\times` shows as a TAB).
    """
    data = _load(_object_of(text[:MAX_ANSWER]))
    try:
        answer = _Answer.model_validate(data)
    except ValidationError as error:
        raise InvalidAnswer(tuple(_reason(item) for item in error.errors()[:5])) from error
    fields = answer.model_dump()
    broken = tuple(
        f"{name}: holds a control character, a line break or an invisible character"
        for name, value in fields.items()
        if any(is_invisible(char) for char in value)
    )
    if broken:
        raise InvalidAnswer(broken)
    return Draft(**fields)


def _object_of(text: str) -> str:
    """Cut thinking, fences and prose off the JSON object."""
    thinking, end, rest = text.partition("</think>")
    is_thinking = thinking.lstrip().startswith("<think>") or not _OBJECT_START.search(thinking)
    answer = rest if end and is_thinking else text
    start = _OBJECT_START.search(answer)
    if start is None:
        raise InvalidAnswer(("the answer holds no JSON object",))
    return answer[start.start() : answer.rfind("}") + 1]


def _load(text: str) -> Any:
    """Parse strictly, else leniently; never an object whose end is missing."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise InvalidAnswer(("the JSON is nested",)) from error
    except ValueError:
        return _repaired(text)


def _repaired(text: str) -> Any:
    """Parse leniently what is nearly the JSON asked for: json-repair is slow on anything else."""
    if not _is_closed(text):
        raise InvalidAnswer(("the JSON object is cut off",))
    near_miss = _BLANKS.sub(r"\1", text)
    if not _is_near_miss(near_miss):
        raise InvalidAnswer(("the JSON is broken",))
    try:
        return json_repair.loads(near_miss, skip_json_loads=True)
    except (ValueError, RecursionError) as error:
        raise InvalidAnswer(("the JSON is broken",)) from error


def _is_near_miss(text: str) -> bool:
    """Say whether `text` has about the size and the signs of the JSON asked for."""
    brackets = sum(map(_PLACEHOLDER.sub("", text).count, "{}[]"))
    quotes = sum(map(text.count, "\"'“”"))
    return len(text) <= MAX_REPAIRED and brackets <= MAX_BRACKETS and quotes <= MAX_QUOTES


def _is_closed(text: str) -> bool:
    """Say whether `text` ends as an object whose last value is a string, comma or not.

    A cut-off answer must not be closed by json-repair: it would pass for a shorter abstract.
    """
    inside = text.rstrip().removesuffix("}")
    last = inside.rstrip().removesuffix(",").rstrip()
    return inside != text.rstrip() and last.endswith(('"', "'", "”"))


def _reason(item: Any) -> str:
    """Say one pydantic finding in a line, without the value, which may be anything."""
    where = ".".join(str(part)[:40] for part in item["loc"]) or "the answer"
    return f"{where}: {item['msg']}"
