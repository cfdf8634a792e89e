"""Tests on recorded documents that are kept beside the project, not in it."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Report the tests of this folder as skipped where the recordings are absent."""
    if SHARED.is_dir():
        return
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.skip(reason="not run: ../shared is not here"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder that holds recordings, seed and data."""
    return SHARED


@pytest.fixture(scope="session")
def recordings(shared: Path) -> Path:
    """Return the folder of recorded arXiv documents."""
    return shared / "recordings"
