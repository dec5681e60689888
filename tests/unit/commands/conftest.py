"""A secretary in an office of its own, without servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.secretary import Secretary, office


@pytest.fixture
def secretary(tmp_path: Path) -> Secretary:
    return office(tmp_path / "office")
