"""One folder, one law: what each layer may import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

VALUES = ("errors", "message", "phrases", "stop", "tokens")
PURE = (*VALUES, "model")
LAW = {  # each layer, and what it may import beside itself
    **dict.fromkeys(VALUES, VALUES),
    "model": VALUES,
    "inbound": PURE,
    "compose": PURE,
    "throttle": PURE,
    "ports": PURE,
    "office": (*PURE, "compose", "ports"),
    "grants": (*PURE, "compose", "office"),
    "directory": (*PURE, "office"),
    "list_documents": (*PURE, "office", "grants"),
    "published": (*PURE, "compose", "office", "grants", "list_documents"),
    "contacts": (*PURE, "office", "list_documents"),
    "inviting": (*PURE, "office", "contacts"),
    "departures": (*PURE, "office"),
    "staff": (*PURE, "inbound", "office"),
    "questions": (*PURE, "office"),
    "reviewing": (*PURE, "contacts", "list_documents", "ports", "office", "questions", "staff"),
    "submissions": (*PURE, "inbound", "compose", "office", "questions"),
    "presenters": (*PURE, "compose", "office", "grants", "staff", "questions", "submissions"),
    "event_mail": (*PURE, "compose", "ports", "office", "staff", "questions", "submissions"),
    "recommendations": (*PURE, "office"),
    "assignment_mail": (
        *(*PURE, "inbound", "compose", "ports", "office", "feedback_mail", "questions", "event_mail", "presenters"),
    ),
    "assigning": (*PURE, "office", "assignment_mail", "recommendations"),
    "feedback_mail": (*PURE, "inbound", "compose", "office", "staff", "grants"),
    "approval": (*PURE, "inbound", "compose", "office", "staff", "feedback_mail"),
    "readership": (*PURE, "office", "grants"),
    "translators": (*PURE, "inbound", "compose", "office", "staff", "feedback_mail", "approval"),
    "article_mail": (*PURE, "compose", "office", "staff", "questions"),
    "article_contributions": (*PURE, "inbound", "office", "article_mail"),
    "author_consent": (*PURE, "office"),
    "guesses": (*PURE, "office"),
    "office_status": (*PURE, "throttle", "ports", "office", "approval"),
    "handlers": (
        *(*PURE, "inbound", "compose", "throttle", "ports", "office", "contacts", "staff", "questions"),
        *("submissions", "departures", "feedback_mail", "approval", "guesses", "grants", "readership", "translators"),
        *("assigning", "assignment_mail", "directory", "event_mail", "inviting", "list_documents", "presenters"),
        *("office_status", "published", "recommendations", "reviewing"),
        *("article_mail", "article_contributions", "author_consent"),
    ),
    "staff_replies": (
        *(*PURE, "inbound", "office", "staff", "submissions", "article_mail", "assignment_mail", "event_mail"),
        "handlers",
    ),
    "answering": (*PURE, "inbound", "office", "questions", "handlers"),
    "question_replies": (
        *(*PURE, "answering", "office", "submissions", "assignment_mail", "event_mail", "inviting"),
        "handlers",
    ),
    "holdings": (*PURE, "inbound", "office", "questions", "staff", "handlers", "question_replies"),
    "passing_on": (*PURE, "inbound", "office", "handlers"),
    "requests": (
        *(*PURE, "inbound", "office", "guesses", "handlers", "question_replies", "staff_replies"),
        *("holdings", "passing_on"),
    ),
    "pages": (*PURE, "inbound", "ports", "office", "contacts", "departures", "handlers", "holdings"),
    "explain": (*PURE, "inbound", "requests"),
    "runtime": (*PURE, "ports", "office"),
    "backlog": (*PURE, "inbound", "ports"),
    "receive": (*PURE, "staff", "inbound", "ports", "office", "runtime", "requests", "backlog"),
    "sending": (*PURE, "compose", "throttle", "ports", "office", "grants", "reviewing", "runtime"),
    "store": (*PURE, "ports"),
    "adapters": (*PURE, "compose", "ports"),
    "watch": (*PURE, "ports"),
    "site_upkeep": (*PURE, "ports", "office", "published", "runtime", "handlers"),
    "link_checks": (*PURE, "runtime", "handlers"),
    "proofs": (*PURE, "ports", "office", "runtime", "handlers"),
    "daemon": (
        *(*PURE, "ports", "office", "runtime", "handlers", "question_replies", "receive", "sending", "watch"),
        *("submissions", "proofs", "pages", "link_checks"),
    ),
    "foreground": (*PURE, "ports", "office", "runtime", "handlers", "sending"),
    "worker": (*PURE, "ports", "runtime", "sending", "watch", "daemon"),
    "config": VALUES,
    "app": (
        *(*PURE, "inbound", "throttle", "ports", "office", "office_status"),
        *("runtime", "handlers", "holdings", "requests", "pages", "explain", "receive"),
        *("sending", "compose", "daemon", "foreground", "worker", "watch", "store", "adapters", "config"),
        "site_upkeep",
    ),
    "commands": (
        *(*PURE, "compose", "throttle", "ports", "office", "contacts", "approval", "handlers", "config", "app"),
        *(
            "article_mail",
            "assigning",
            "author_consent",
            "demo",
            "directory",
            "event_mail",
            "grants",
            "inviting",
            "list_documents",
            "office_status",
            "presenters",
            "published",
            "readership",
            "recommendations",
            "reviewing",
        ),
    ),
    "demo": (*PURE, "ports", "office", "adapters", "config"),
    "cli": ("errors", "config", "app", "commands"),
}
"""The package itself, its version, is everybody's."""

ALONE = ("handlers",)
"""Layers whose modules do not import each other either."""

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in [*ROOT.glob("mailer/**/*.py"), *ROOT.glob("cli.py")]
}


def layer(module: str) -> str:
    """The folder or file directly below the package; empty for the package itself."""
    return module.removeprefix("mailer").removeprefix(".").partition(".")[0]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and module of every import of our own modules anywhere in a file; names in a package are resolved."""
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


def allowed(here: str, module: str, target: str) -> bool:
    there = layer(target)
    if there == here:
        return here not in ALONE or module == target
    return not there or there in LAW[here]


def faults(module: str, path: Path) -> list[str]:
    here = layer(module)
    return [
        f"{path}:{line}: {module} may not import {target}; {here} may import {', '.join(LAW[here])}"
        for line, target in imported(path)
        if here and not allowed(here, module, target)
    ]


def test_every_layer_has_a_law() -> None:
    assert {layer(module) for module in MODULES} - {""} == set(LAW)


def test_no_two_layers_import_each_other() -> None:
    assert [(one, other) for one, beneath in LAW.items() for other in beneath if one in LAW[other]] == [
        (one, other) for one in VALUES for other in VALUES
    ]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_keep_the_law(module: str) -> None:
    assert faults(module, MODULES[module]) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("mailer.model.lists", "import mailer.ports"),
        ("mailer.handlers.lists", "from mailer.handlers import issues"),
        ("mailer.handlers.issues", "from mailer.store.database import SqlStore"),
        ("mailer.receive", "from mailer import adapters"),
        ("mailer.adapters.imap", "from mailer.config import Settings"),
        ("mailer.daemon", "def late():\n    import mailer.store"),
        ("cli", "from mailer.adapters import log"),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, module: str, line: str) -> None:
    path = tmp_path / "module.py"
    path.write_text(line)
    assert len(faults(module, path)) == 1
