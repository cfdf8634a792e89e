"""How each provider wants to be asked, and which codes it refuses with. Pure data.

What stands here was read, not measured: each profile's `source` says where, and "unconfirmed"
what nobody of us has seen a live endpoint do. Two things make up for it: a request that is
refused for one of its fields is asked again without it (`shapes`), and `newsletter doctor` asks
the configured endpoint what it really can.

`temperature` is never sent: some models (Kimi's, OpenAI's reasoning ones) refuse any value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal
from urllib.parse import urlsplit

from newsletter.errors import SettingsError

ResponseFormat = Literal["json_schema", "json_object", "none"]
TokenField = Literal["max_tokens", "max_completion_tokens"]
Path = tuple[str, ...]

_STANDARD_CACHE: Final[Path] = ("prompt_tokens_details", "cached_tokens")
_TEXT: Final = {"type": "string"}
ANSWER_SCHEMA: Final[Mapping[str, object]] = MappingProxyType(
    {
        "type": "object",
        "properties": {"title_zh": _TEXT, "summary_zh": _TEXT, "abstract_zh": _TEXT},
        "required": ["title_zh", "summary_zh", "abstract_zh"],
        "additionalProperties": False,
    }
)
"""JSON Schema of an answer. Strict modes demand every key, and no others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One provider's habits. Codes are in lower case; a code also covers `code.anything`."""

    name: str
    hosts: tuple[str, ...] = ()
    """Ends of its API's host names; matched at a dot."""
    thinking_off: tuple[Mapping[str, object], ...] = ()
    """Bodies that switch thinking off, which costs four to five times the tokens. The first one
    that the model takes is used; where it takes none, it thinks."""
    response_format: ResponseFormat = "json_object"
    """The strictest form that it is known to take."""
    token_limit_field: TokenField = "max_tokens"  # noqa: S105 - a field of the request
    cached_tokens: tuple[Path, ...] = (_STANDARD_CACHE,)
    """Where `usage` may hold the cached part of the prompt's tokens."""
    filter_codes: frozenset[str] = frozenset({"content_filter", "content_policy_violation"})
    """This paper is refused, others are not."""
    balance_codes: frozenset[str] = frozenset()
    """No call will succeed before someone pays or unlocks the account."""
    busy_codes: frozenset[str] = frozenset()
    """Fewer calls at a time, whatever the status says."""
    needs_word_json: bool = False
    """It refuses `json_object` unless the conversation holds the word "json"."""
    source: str = ""

    @property
    def extra_body(self) -> Mapping[str, object]:
        """Return the first body that switches thinking off; empty where none is needed."""
        return self.thinking_off[0] if self.thinking_off else MappingProxyType({})


def _body(**fields: object) -> Mapping[str, object]:
    return MappingProxyType(fields)


_THINKING_DISABLED: Final = _body(thinking=MappingProxyType({"type": "disabled"}))
_TEMPLATE_SWITCH: Final = _body(
    chat_template_kwargs=MappingProxyType({"enable_thinking": False}),
)

DEEPSEEK: Final = Profile(
    name="deepseek",
    hosts=("deepseek.com",),
    thinking_off=(_THINKING_DISABLED,),
    cached_tokens=(("prompt_cache_hit_tokens",), _STANDARD_CACHE),
    needs_word_json=True,
    # 402 says that the balance is spent, without a code of its own.
    source="api-docs.deepseek.com: guides/json_mode, guides/thinking_mode, guides/kv_cache, "
    "quick_start/error_codes; json_schema answers 400",
)
QWEN: Final = Profile(
    name="qwen",
    hosts=("aliyuncs.com",),
    # A thinking model that is not told so answers 400 to every call that does not stream.
    thinking_off=(_body(enable_thinking=False),),
    filter_codes=frozenset({"data_inspection_failed", "datainspectionfailed"}),
    balance_codes=frozenset({"arrearage", "allocationquota.freetieronly"}),
    # Its `insufficient_quota` is the limit of tokens a minute, not OpenAI's empty account.
    busy_codes=frozenset(
        {"insufficient_quota", "throttling", "limit_requests", "limit_burst_rate"},
    ),
    needs_word_json=True,
    source="help.aliyun.com/model-studio: error-code, rate-limiting-best-practices, "
    "json-mode; json_schema for selected models only",
)
ZHIPU: Final = Profile(
    name="zhipu",
    hosts=("bigmodel.cn", "z.ai"),
    # Models from GLM-5.3 on refuse it and always think.
    thinking_off=(_THINKING_DISABLED, _body(reasoning_effort="low")),
    filter_codes=frozenset({"1301"}),
    balance_codes=frozenset({"1110", "1111", "1112", "1113", "1121"}),
    # All of them come with 429, and so do the balance's codes.
    busy_codes=frozenset({"1302", "1303", "1305"}),
    source="docs.z.ai/api-reference/api-code (1110 to 1121, 1301, 1302); 1303, 1305 and "
    "json_object unconfirmed",
)
KIMI: Final = Profile(
    name="kimi",
    hosts=("moonshot.cn", "moonshot.ai", "kimi.ai", "kimi.com"),
    # K2.5 and K2.6 take it; K2.7-code and K3 always think.
    thinking_off=(_THINKING_DISABLED, _body(reasoning_effort="low")),
    token_limit_field="max_completion_tokens",  # noqa: S106 - a field of the request
    cached_tokens=(("cached_tokens",), _STANDARD_CACHE),
    balance_codes=frozenset({"exceeded_current_quota_error"}),
    busy_codes=frozenset({"rate_limit_reached_error", "engine_overloaded_error"}),
    source="platform.kimi.ai/docs/api: models-overview, chat; the error types unconfirmed",
)
ARK: Final = Profile(
    name="ark",
    hosts=("volces.com", "bytepluses.com"),
    thinking_off=(_THINKING_DISABLED,),
    filter_codes=frozenset(
        {
            "sensitivecontentdetected",
            "inputtextsensitivecontentdetected",
            "outputtextsensitivecontentdetected",
        }
    ),
    balance_codes=frozenset({"accountoverdueerror", "setlimitexceeded"}),
    busy_codes=frozenset({"ratelimitexceeded", "serveroverloaded"}),
    source="www.volcengine.com/docs/82379/1299023 (codes; setlimitexceeded, serveroverloaded "
    "and the output's filter unconfirmed); json_schema is a beta",
)
SILICONFLOW: Final = Profile(
    name="siliconflow",
    hosts=("siliconflow.cn", "siliconflow.com"),
    # Models without the switch refuse the field.
    thinking_off=(_body(enable_thinking=False),),
    balance_codes=frozenset({"30001"}),
    source="docs.siliconflow.cn: api/chat-completions-post, guides/json_mode; the code of an "
    "empty account unconfirmed",
)
OPENAI: Final = Profile(
    name="openai",
    hosts=("openai.com", "openai.azure.com"),
    # `none` from GPT-5.1 on, `minimal` for GPT-5; models before refuse the field.
    thinking_off=(_body(reasoning_effort="none"), _body(reasoning_effort="minimal")),
    response_format="json_schema",
    token_limit_field="max_completion_tokens",  # noqa: S106 - a field of the request
    balance_codes=frozenset({"insufficient_quota", "billing_hard_limit_reached"}),
    busy_codes=frozenset({"rate_limit_exceeded"}),
    needs_word_json=True,
    source="platform.openai.com/docs: guides/structured-outputs, guides/error-codes, "
    "api-reference/chat",
)
VLLM: Final = Profile(
    name="vllm",
    # A template without the variable ignores it.
    thinking_off=(_TEMPLATE_SWITCH,),
    response_format="json_schema",
    source="docs.vllm.ai: serving/openai_compatible_server, features/reasoning_outputs; cached "
    "tokens only with --enable-prompt-tokens-details",
)
OLLAMA: Final = Profile(
    name="ollama",
    # Its endpoint ignores `think` and `chat_template_kwargs` (ollama issues 14820, 17785).
    thinking_off=(_body(reasoning_effort="none"),),
    response_format="json_schema",
    source="docs.ollama.com/api/openai-compatibility; its context is 4,096 tokens unless the "
    "server is told otherwise, and a longer prompt is cut in silence",
)
LLAMACPP: Final = Profile(
    name="llamacpp",
    thinking_off=(_TEMPLATE_SWITCH,),
    response_format="json_schema",
    source="github.com/ggml-org/llama.cpp: tools/server/README.md; llama-cpp-python answers 500 "
    "to json_schema",
)

_KNOWN: Final = (
    DEEPSEEK,
    QWEN,
    ZHIPU,
    KIMI,
    ARK,
    SILICONFLOW,
    OPENAI,
    VLLM,
    OLLAMA,
    LLAMACPP,
)


def _union(field: str) -> frozenset[str]:
    """Return every provider's codes: a gateway passes on those of whom it asked."""
    return frozenset[str]().union(*(getattr(profile, field) for profile in _KNOWN))


GENERIC: Final = Profile(
    name="generic",
    cached_tokens=tuple(dict.fromkeys(path for each in _KNOWN for path in each.cached_tokens)),
    filter_codes=_union("filter_codes"),
    balance_codes=_union("balance_codes"),
    # Both meanings exist; an empty account that is asked again and again is the worse mistake.
    busy_codes=_union("busy_codes") - _union("balance_codes"),
    needs_word_json=True,
    source="what most servers take; gateways answer with the codes of the provider behind them",
)

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {profile.name: profile for profile in (*_KNOWN, GENERIC)}
)
_BY_PORT: Final = MappingProxyType({11434: OLLAMA})
"""Default ports that say who listens; 8000 and 8080 say nothing."""


def profile_for(name: str, url: str, *, setting: str = "NEWSLETTER_MODEL_PROFILE") -> Profile:
    """Return the profile `name`; for `auto` the one that the host of `url` belongs to.

    An unknown host is `generic`. Raises `SettingsError` for an unknown name, naming `setting`.
    """
    if name != "auto":
        if name not in PROFILES:
            known = ", ".join(PROFILES)
            raise SettingsError(setting, f"is none of auto, {known}")
        return PROFILES[name]
    host, port = _address(url)
    for profile in _KNOWN:
        if any(host == end or host.endswith(f".{end}") for end in profile.hosts):
            return profile
    return _BY_PORT.get(port, GENERIC)


def _address(url: str) -> tuple[str, int]:
    """Return host and port of `url`, empty and 0 where it has none."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").rstrip("."), parts.port or 0
    except ValueError:
        return "", 0
