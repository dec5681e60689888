"""Imports point one way: every room may look at the rooms beneath it, and at no others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SLICES = ("approvals", "events", "feedback", "inbound", "issues", "library", "lists", "outbox")

ROOMS = (  # the first pattern that fits says which room a module stands in
    ("mailer", "ground"),
    ("mailer.errors", "ground"),
    ("mailer.message", "values"),
    ("mailer.tokens", "values"),
    ("mailer.stop", "values"),
    ("mailer.ports*", "ports"),
    ("mailer.metrics", "ports"),
    ("mailer.figures", "ports"),
    ("mailer.desk", "desk"),
    ("mailer.daemon", "daemon"),
    ("mailer.worker", "daemon"),
    ("mailer.app", "app"),
    ("mailer.app.*", "app"),
    ("mailer.config*", "config"),
    ("mailer.adapters*", "adapters"),
    ("mailer.store*", "store"),
    ("mailer.commands*", "commands"),
    ("mailer.demo*", "demo"),
    ("mailer.inbound.receive", "ways"),
    ("mailer.outbox.send", "ways"),
    ("mailer.outbox.ahead", "handlers"),
    ("mailer.outbox.copies", "handlers"),
    ("mailer.outbox.ledger", "handlers"),
    ("mailer.outbox.sharing", "handlers"),
    ("mailer.outbox.gate", "gate"),
    ("mailer.issues.summary", "reports"),
    ("mailer.*.handlers", "handlers"),
    *((f"mailer.{name}*", "rules") for name in SLICES),  # what is left of a slice: its model and its other rules
    ("cli", "cli"),
)

BENEATH = {  # what a room may import; its own room only where it is named
    "ground": "ground",
    "values": "ground values",
    "rules": "ground values rules",
    "ports": "ground values rules ports ports",
    "desk": "ground values rules ports",
    "reports": "ground values rules ports desk",
    "gate": "ground values rules ports",
    "handlers": "ground values rules ports gate desk reports",
    "ways": "ground values rules ports gate desk handlers",
    "daemon": "ground values rules ports desk handlers ways daemon",
    "store": "ground values rules ports store",
    "adapters": "ground values rules ports adapters",
    "config": "ground values config",
    "app": "ground values rules ports gate desk handlers ways daemon store adapters config app",
    "demo": "ground values rules ports desk adapters config app demo",
    "commands": "ground values rules ports desk handlers config app demo commands",
    "cli": "ground config app commands",
}

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in [*ROOT.glob("mailer/**/*.py"), *ROOT.glob("cli.py")]
}


def room(module: str) -> str:
    return next((name for pattern, name in ROOMS if fnmatchcase(module, pattern)), "no room; give it one in ROOMS")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and module of every import of ours, wherever in the file it stands; names in a package are followed."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: name the module in full, without leading dots"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found = [name if name in MODULES else str(node.module) for name in names]
        else:
            continue
        yield from ((node.lineno, name) for name in dict.fromkeys(found) if name in MODULES)


def faults(module: str, path: Path) -> list[str]:
    here = room(module)
    return [
        f"{path}:{line}: {module} ({here}) may not import {target} ({room(target)}); it may import {BENEATH[here]}"
        for line, target in imported(path)
        if room(target) not in BENEATH[here].split()
    ]


def test_every_module_has_a_room() -> None:
    assert [module for module in sorted(MODULES) if room(module) not in BENEATH] == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_point_one_way(module: str) -> None:
    assert faults(module, MODULES[module]) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("mailer.lists.model", "import mailer.ports"),
        ("mailer.lists.handlers", "from mailer.issues import handlers"),
        ("mailer.issues.handlers", "from mailer.store.database import Store"),
        ("mailer.inbound.receive", "from mailer import adapters"),
        ("mailer.adapters.imap", "from mailer.config import Settings"),
        ("mailer.daemon", "def late():\n    import mailer.store"),
        ("cli", "from mailer.adapters import log"),
    ],
)
def test_a_wrong_import_is_seen(tmp_path: Path, module: str, line: str) -> None:
    path = tmp_path / "module.py"
    path.write_text(line)
    assert len(faults(module, path)) == 1
