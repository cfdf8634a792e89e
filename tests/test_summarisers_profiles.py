"""What each provider is asked, and what is left out where a server refuses it."""

import json
import time
from typing import Any

import pytest

from newsletter.errors import SettingsError
from newsletter.settings import Settings
from newsletter.summarisers.profiles import (
    ANSWER_SCHEMA,
    GENERIC,
    PROFILES,
    QWEN,
    Profile,
    profile_for,
)
from newsletter.summarisers.shapes import Shape


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.deepseek.com", "deepseek"),
        ("https://API.DeepSeek.com./v1", "deepseek"),
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen"),
        ("https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "qwen"),
        ("https://open.bigmodel.cn/api/paas/v4", "zhipu"),
        ("https://api.z.ai/api/paas/v4", "zhipu"),
        ("https://api.moonshot.cn/v1", "kimi"),
        ("https://ark.cn-beijing.volces.com/api/v3", "ark"),
        ("https://api.siliconflow.cn/v1", "siliconflow"),
        ("https://api.openai.com/v1", "openai"),
        ("https://sample.openai.azure.com/openai/v1", "openai"),
        ("http://127.0.0.1:11434/v1", "ollama"),
        ("http://127.0.0.1:8000/v1", "generic"),
        ("https://notdeepseek.com/v1", "generic"),
        ("https://deepseek.com.example.org/v1", "generic"),
        ("http://[broken", "generic"),
        ("", "generic"),
    ],
)
def test_profile_by_address(url: str, name: str) -> None:
    """The host's end decides, at a dot; an unknown host is the generic one."""
    assert name == profile_for("auto", url).name


def test_profile_by_name() -> None:
    """A name wins over the address, and an unknown one is a mistake of the operator."""
    assert profile_for("vllm", "https://api.deepseek.com").name == "vllm"
    with pytest.raises(SettingsError) as failure:
        profile_for("deepsek", "")
    assert failure.value.name == "NEWSLETTER_MODEL_PROFILE"
    assert "deepseek" in str(failure.value)
    assert "deepsek," not in str(failure.value)


def test_profiles_stand_in_the_settings() -> None:
    """The setting's description names every profile."""
    told = Settings.model_fields["model_profile"].description or ""
    assert {f"`{name}`" for name in PROFILES} <= set(told.replace(",", "").replace(";", "").split())


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_profile_is_well_formed(profile: Profile) -> None:
    """Codes are in lower case, no code means two things, and the source is told."""
    codes = [*profile.filter_codes, *profile.balance_codes, *profile.busy_codes]
    assert codes == [code.lower() for code in codes]
    assert len(set(codes)) == len(codes)
    assert profile.source
    body = Shape.of(profile, {}, 4096).body
    assert json.loads(json.dumps(body)) == body
    assert "temperature" not in body
    assert profile.extra_body.items() <= {**profile.extra_body, **body}.items()
    assert set(profile.extra_body) <= set(body)


def test_bodies_of_providers() -> None:
    """Thinking is off, JSON is asked for, the answer is limited, each in the provider's way."""
    bodies = {name: Shape.of(profile, {}, 99).body for name, profile in PROFILES.items()}
    json_object = {"type": "json_object"}
    assert bodies["deepseek"] == {
        "response_format": json_object,
        "max_tokens": 99,
        "thinking": {"type": "disabled"},
    }
    assert bodies["qwen"]["enable_thinking"] is False
    assert bodies["kimi"]["max_completion_tokens"] == 99
    assert bodies["vllm"]["chat_template_kwargs"] == {"enable_thinking": False}
    assert bodies["ollama"]["reasoning_effort"] == "none"
    assert bodies["generic"] == {"response_format": json_object, "max_tokens": 99}
    schema = bodies["openai"]["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"] == {**ANSWER_SCHEMA, "properties": schema["schema"]["properties"]}


def test_operators_fields_win() -> None:
    """What the operator sets replaces the profile's field, also under its other name."""
    extra = {"max_completion_tokens": 7, "response_format": {"type": "text"}, "enable_thinking": 1}
    assert extra == Shape.of(QWEN, extra, 99).body


def refusal(message: str = "", **fields: Any) -> dict[str, Any]:
    """Return an error's body."""
    return {"error": {"message": message, **fields}}


@pytest.mark.parametrize(
    ("profile", "status", "body", "changed"),
    [
        pytest.param(
            "openai",
            400,
            refusal("response_format of type json_schema is not supported"),
            {"response_format": {"type": "json_object"}},
            id="schema",
        ),
        pytest.param(
            "llamacpp",
            500,
            refusal("Unsupported JSON schema"),
            {"response_format": {"type": "json_object"}},
            id="schema-500",
        ),
        pytest.param(
            "generic",
            400,
            refusal("JSON mode is not enabled for this model"),
            {"response_format": None},
            id="object",
        ),
        pytest.param(
            "generic",
            400,
            refusal(
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                "'max_completion_tokens' instead.",
                param="max_tokens",
            ),
            {"max_tokens": None, "max_completion_tokens": 99},
            id="token-field",
        ),
        pytest.param(
            "openai",
            400,
            refusal("Unsupported value: 'none'", param="reasoning_effort"),
            {"reasoning_effort": "minimal"},
            id="second-way",
        ),
        pytest.param(
            "deepseek",
            422,
            {"detail": [{"loc": ["body", "thinking"], "msg": "Extra inputs are not permitted"}]},
            {"thinking": None},
            id="fastapi",
        ),
        pytest.param(
            "kimi",
            400,
            refusal("invalid", param="thinking.type"),
            {"thinking": None, "reasoning_effort": "low"},
            id="path",
        ),
        pytest.param(
            "siliconflow",
            400,
            {"code": 20015, "message": "does not support parameter `enable_thinking`."},
            {"enable_thinking": None},
            id="flat",
        ),
        pytest.param("ark", 400, "unknown field thinking", {"thinking": None}, id="text"),
    ],
)
def test_milder_shape(profile: str, status: int, body: object, changed: dict[str, Any]) -> None:
    """A field that the refusal names takes its next milder form; all others stay."""
    shape = Shape.of(PROFILES[profile], {}, 99)
    milder = shape.milder(status, body)
    assert milder is not None
    expected = {**shape.body, **changed}
    assert {key: value for key, value in expected.items() if value is not None} == milder.body


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, refusal("the prompt is too long")),
        (400, refusal("enable_thinking must be set to false for non-streaming calls")),
        (500, refusal("max_tokens")),
        (429, refusal("response_format")),
        (400, None),
        (400, [[]]),
        (400, refusal(param=[1])),
        (400, {"error": {"message": {"a": 1}}}),
    ],
    ids=["long", "not-sent", "other-500", "429", "none", "list", "odd-param", "odd-message"],
)
def test_no_milder_shape(status: int, body: object) -> None:
    """A refusal that names nothing that was sent is no reason to send less."""
    assert Shape.of(GENERIC, {}, 99).milder(status, body) is None


def test_field_of_its_own_is_more_certain() -> None:
    """Where the error names one field apart, the words of its sentence are not looked for."""
    milder = Shape.of(GENERIC, {}, 99).milder(400, refusal("response_format", param="max_tokens"))
    assert milder is not None
    assert milder.response_format == "json_object"
    assert "max_tokens" not in milder.body


def test_names_are_whole_words() -> None:
    """A longer name that ends or begins like a field of ours is another field."""
    shape = Shape.of(PROFILES["deepseek"], {}, 99)
    for name in ("enable_thinking", "thinking_budget"):
        assert shape.milder(400, refusal(f"unknown parameter {name}")) is None


def test_milder_ends() -> None:
    """Every shape comes to an end, with a request that holds nothing of ours."""
    shape: Shape | None = Shape.of(PROFILES["openai"], {"seed": 1}, 99)
    echo = refusal("response_format max_tokens max_completion_tokens reasoning_effort seed")
    steps = 0
    while shape is not None:
        last, shape, steps = shape, shape.milder(400, echo), steps + 1
    assert {} == last.body
    assert steps == 3


@pytest.mark.parametrize("text", ["a" * 100_000, "max_" * 25_000, "[" * 100_000, "x." * 50_000])
def test_hostile_messages_are_fast(text: str) -> None:
    """A refusal of 100,000 characters is searched in no time."""
    begun = time.process_time()
    Shape.of(GENERIC, {}, 99).milder(400, refusal(text, param=text))
    assert time.process_time() - begun < 1
