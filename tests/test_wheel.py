"""The wheel carries everything: installed in an empty environment it runs the demonstration."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel built from this tree."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_templates_migrations_and_workers(wheel: Path) -> None:
    """What is read at run time travels along, and tests do not."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    templates = {
        f"newsletter/_templates/{path.relative_to(ROOT / 'templates')}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
    }
    assert templates <= names
    assert {"workers/app.py", "newsletter/storage/migrations/env.py"} <= names
    assert [name for name in names if name.startswith("tests/")] == []


def test_the_demonstration_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """`pip install` of the wheel in an empty environment, then `newsletter demo --once`."""
    home = tmp_path / "environment"
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(home)], check=True)
    # The system's certificates, as pip uses them: a network may have its own authority.
    install = [*uv, "pip", "install", "--quiet", "--system-certs"]
    install += ["--python", str(home / "bin" / "python")]
    constraints = tmp_path / "constraints.txt"
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = [
        line.removesuffix(" \\") for line in lock.splitlines() if "==" in line and line[0] != " "
    ]
    constraints.write_text("\n".join(pins), encoding="utf-8")
    subprocess.run([*install, str(wheel), "-c", str(constraints)], check=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEWSLETTER_")}
    environment.pop("PYTHONPATH", None)
    shown = subprocess.run(
        [str(home / "bin" / "newsletter"), "demo", "--once", "--port", "0"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert (0, "") == (shown.returncode, "" if shown.returncode == 0 else shown.stderr[-2000:])
    assert shown.stdout.count("accepted") == 2
    assert list(tmp_path.glob("var")) == []
