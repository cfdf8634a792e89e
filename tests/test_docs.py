"""The documents say what the code does: settings, commands, beat entries, languages."""

import re
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from newsletter.cli import app
from newsletter.settings import PREFIX, Settings
from workers.beat import SCHEDULE

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READMES)
def test_the_readme_lists_exactly_the_settings(name: str) -> None:
    """Each setting has a row, and no row is of a setting that is gone."""
    assert re.findall(r"^\| `(NEWSLETTER_\w+)`", _read(name), re.MULTILINE) == [
        f"{PREFIX}{field.upper()}" for field in Settings.model_fields
    ]


@pytest.mark.parametrize("name", READMES)
def test_the_readme_gives_the_settings_own_defaults(name: str) -> None:
    """The default column says what `Settings` says."""
    rows = dict(re.findall(r"^\| `(NEWSLETTER_\w+)` \| (.+?) \|", _read(name), re.MULTILINE))
    wrong = {
        field: rows[f"{PREFIX}{field.upper()}"]
        for field, info in Settings.model_fields.items()
        if rows[f"{PREFIX}{field.upper()}"] != _shown(info.get_default(call_default_factory=True))
    }
    assert wrong == {}


def _shown(value: object) -> str:
    plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    if isinstance(plain, tuple):
        plain = ",".join(plain)
    if plain in ("", {}):
        return "–"
    return f"`{str(plain).lower() if isinstance(plain, bool) else plain}`"


def test_the_english_readme_describes_settings_as_the_code_does() -> None:
    """Descriptions stand once, in `Settings`; the table repeats them to the letter."""
    text = _read("README.md")
    missing = [
        name
        for name, info in Settings.model_fields.items()
        if " ".join((info.description or "?").split()) not in text
    ]
    assert missing == []


def test_the_example_environment_lists_the_settings() -> None:
    """All but the one that only the demo sets."""
    names = set(re.findall(r"^#? ?(NEWSLETTER_\w+)=", _read(".env.example"), re.MULTILINE))
    assert SETTINGS - {f"{PREFIX}IS_SAMPLE"} == names


@pytest.mark.parametrize("name", READMES)
def test_the_readme_lists_exactly_the_commands(name: str) -> None:
    """Each command has a row, and no row is of a command that is gone."""
    listed = re.findall(r"^\| `newsletter ([a-z-]+)", _read(name), re.MULTILINE)
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    names = command.list_commands(None)
    assert sorted(names) == sorted(listed)
    assert [name for name in names if command.get_command(None, name) is None] == []


@pytest.mark.parametrize("name", READMES)
def test_the_readme_names_every_beat_entry(name: str) -> None:
    """The table of the beat is explained."""
    missing = [entry for entry in SCHEDULE if f"`{entry}`" not in _read(name)]
    assert missing == []


@pytest.mark.parametrize("name", READMES)
def test_the_readme_is_short_and_its_links_lead_somewhere(name: str) -> None:
    """At most 250 lines; every local link and picture exists."""
    text = _read(name)
    targets = re.findall(r"\]\((?!https?:)([^)]+)\)", text)
    assert len(text.splitlines()) <= 250
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_both_readmes_say_the_same() -> None:
    """The same commands in the same code blocks, the same number of headings and table rows."""
    english, chinese = map(_read, READMES)

    def skeleton(text: str) -> tuple[list[str], int, int, list[str]]:
        blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        commands = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
        headings = [line.split()[0] for line in text.splitlines() if line.startswith("#")]
        return commands, text.count("\n| `"), text.count("\n- **"), headings

    assert skeleton(english) == skeleton(chinese)
