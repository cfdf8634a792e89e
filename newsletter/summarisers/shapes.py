"""The fields of a request beside model and messages, and what to leave out when refused. Pure.

Providers differ, models of one provider differ, and gateways differ again. A request is sent as
the profile has it; where the answer is 400 and names a field that was sent, the next milder form
of that field is tried, down to a request without it:

    json_schema ─► json_object ─► nothing
    max_tokens ◄─► max_completion_tokens ─► nothing
    thinking off ─► the profile's second way ─► nothing
    any field that the operator added ─► nothing
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from newsletter.summarisers.profiles import ANSWER_SCHEMA, Profile, ResponseFormat

_REFUSALS: Final = frozenset({400, 422})
TOKEN_FIELDS: Final = ("max_tokens", "max_completion_tokens")
"""Both names for the limit of an answer's tokens; a server may know one of them."""
_FORMAT_WORDS: Final = ("response_format", "json_schema", "json_object", "json mode", "json schema")
_LONGEST_MESSAGE: Final = 4_000
"""Characters of a message that are searched: some servers repeat the whole request in it."""
_MILDER: Final[Mapping[ResponseFormat, ResponseFormat]] = {
    "json_schema": "json_object",
    "json_object": "none",
}


def _plain(value: object) -> Any:
    """Turn read-only mappings into dictionaries that JSON can hold."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One way to send a request; hashable, so that two can be compared."""

    response_format: ResponseFormat
    token_fields: tuple[str, ...]
    """Names for the limit of the answer's tokens: the first is sent, the others are left."""
    answer_tokens: int
    thinking_off: tuple[str, ...]
    """Bodies as JSON: the first is sent, the others are left."""
    extra: tuple[tuple[str, str], ...]
    """The operator's fields, each value as JSON; they win over all others."""

    @classmethod
    def of(cls, profile: Profile, extra_body: Mapping[str, object], answer_tokens: int) -> Self:
        """Return what the profile wants, below what the operator wants."""
        own = set(extra_body)
        first = profile.token_limit_field
        fields = (first, *(name for name in TOKEN_FIELDS if name != first))
        bodies = [_plain(body) for body in profile.thinking_off if not own & set(body)]
        return cls(
            response_format="none" if "response_format" in own else profile.response_format,
            token_fields=() if own & set(TOKEN_FIELDS) else fields,
            answer_tokens=answer_tokens,
            thinking_off=tuple(json.dumps(body) for body in bodies),
            extra=tuple((key, json.dumps(_plain(value))) for key, value in extra_body.items()),
        )

    @property
    def body(self) -> dict[str, Any]:
        """Return the fields as they are sent."""
        fields: dict[str, Any] = {}
        if self.response_format == "json_object":
            fields["response_format"] = {"type": "json_object"}
        elif self.response_format == "json_schema":
            schema = {"name": "summary", "strict": True, "schema": _plain(ANSWER_SCHEMA)}
            fields["response_format"] = {"type": "json_schema", "json_schema": schema}
        if self.token_fields:
            fields[self.token_fields[0]] = self.answer_tokens
        if self.thinking_off:
            fields |= json.loads(self.thinking_off[0])
        return fields | {key: json.loads(value) for key, value in self.extra}

    def milder(self, status: int, body: object) -> Self | None:
        """Return the next form after a refusal; None where it names nothing that was sent.

        `body` is the error as the SDK unwraps it, or whole. A 500 counts where it names the
        answer's form: llama-cpp-python answers so to `json_schema`.
        """
        parameter, message = _complaint(body)
        is_of_format = any(word in message for word in _FORMAT_WORDS)
        if status not in _REFUSALS and not (status >= 500 and is_of_format):  # noqa: PLR2004 - RFC 9110 §15.6
            return None
        sent = self.body
        named = {name for name in sent if _names(message, name)}
        if is_of_format and "response_format" in sent:
            named.add("response_format")
        # A field of its own is more certain than a word in a sentence.
        named = {parameter} if parameter in sent else named
        return self._without(named) if named else None

    def _without(self, named: set[str]) -> Self:
        """Return this form with everything named made milder or left out."""
        milder = replace(self, extra=tuple(item for item in self.extra if item[0] not in named))
        if "response_format" in named:
            step = _MILDER.get(self.response_format, "none")
            milder = replace(milder, response_format=step)
        if self.token_fields and self.token_fields[0] in named:
            milder = replace(milder, token_fields=self.token_fields[1:])
        if self.thinking_off and named & set(json.loads(self.thinking_off[0])):
            milder = replace(milder, thinking_off=self.thinking_off[1:])
        return milder


def _names(message: str, field: str) -> bool:
    """Say whether `message` holds `field` as a word of its own."""
    return re.search(rf"(?<![a-z_]){re.escape(field.lower())}(?![a-z_])", message) is not None


def _complaint(body: object) -> tuple[str, str]:
    """Return the field that an error names, empty if none, and its sentence in lower case.

    `{"error": {"param": …, "message": …}}`, that without its wrapper, `{"message": …}`,
    FastAPI's `{"detail": …}` and plain text are understood.
    """
    inner = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(inner, dict):
        return "", str(inner)[:_LONGEST_MESSAGE].lower() if isinstance(inner, str) else ""
    parameter = inner.get("param")
    name = re.split(r"[.\[]", parameter[:100], maxsplit=1)[0] if isinstance(parameter, str) else ""
    told = inner.get("message") or inner.get("detail") or ""
    text = told if isinstance(told, str) else str(told)
    return name, f"{name} {text[:_LONGEST_MESSAGE]}".lower()
