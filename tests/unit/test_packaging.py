"""The wheel has the code, templates, fonts and the annotated configuration, and no local file."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mailer.adapters import data

ROOT = Path(__file__).parents[2]

LOCAL = [
    "config/local.toml",
    "config/imap.password",
    "config/demo/imap.password",
    "config/demo/dns.json",
    "config/demo/data/mailer.db",
    "config/demo/issues/.env",
    "templates/issue/mail.html~",
    "templates/.env",
    "mailer/mailer.db",
    "mailer/mailer.toml",
    "demo/secretary.eml",
]
"""What may lie about in a folder that somebody works in."""


LIBRARIES = ("config/library", "config/demo/library")


def shipped() -> dict[str, Path]:
    """Every file of the product: its name in the wheel and its path in the tree."""
    code = [path for path in ROOT.glob("mailer/**/*") if path.suffix in {".py", ".typed", ".mako"}]
    texts = [ROOT / "config/mailer.toml", ROOT / "config/demo/mailer.toml"]
    texts += [
        path
        for folder in (
            "templates",
            "config/demo/lists",
            "config/demo/issues",
            "config/example",
            "config/letters",
            *LIBRARIES,
        )
        for path in ROOT.glob(f"{folder}/**/[!.]*[!~]")
    ]
    names = {path.relative_to(ROOT).as_posix(): path for path in [*code, ROOT / "cli.py"]}
    names |= {f"mailer/data/{path.relative_to(ROOT).as_posix()}": path for path in texts}
    return {name: path for name, path in names.items() if path.is_file() and "__pycache__" not in name}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the tree that also has local files."""
    tree = tmp_path_factory.mktemp("tree")
    files = [*shipped().values(), *(ROOT / name for name in ("pyproject.toml", "README.md", "LICENSE"))]
    for path in files:
        copy = tree / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    for name in LOCAL:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("secret\n")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=tree, check=True, capture_output=True
    )
    (built,) = (tree / "dist").glob("*.whl")
    return built


def test_wheel_holds_the_product_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == set(shipped())


@pytest.mark.parametrize("module", ["mailer/data", "."])
def test_shipped_files_are_found_from_any_folder(wheel: Path, tmp_path: Path, module: str) -> None:
    """In a wheel they are in the package, in a checkout next to it."""
    if module == "mailer/data":
        zipfile.ZipFile(wheel).extractall(root := tmp_path / "site")
    else:
        root = ROOT
    found = subprocess.run(
        [sys.executable, "-c", "from mailer.adapters.data import *; print(TEMPLATES, CONFIG, sep='\\n')"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert found == [str(root / module / "templates"), str(root / module / "config")]


def test_the_checkout_has_the_promised_files() -> None:
    assert (data.CONFIG / "mailer.toml").is_file()
    assert (data.CONFIG / "demo" / "mailer.toml").is_file()
    assert sorted(path.name for path in data.TEMPLATES.iterdir() if path.is_dir()) == [
        "brochure",
        "criteria",
        "document",
        "identity",
        "issue",
        "library",
        "list",
        "locale",
        "notice",
        "site",
        "web",
    ]
