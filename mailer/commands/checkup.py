"""What ``mailer doctor`` looks at, one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from mailer.app import App
from mailer.commands.terminal import counted
from mailer.errors import MailerError
from mailer.model.approvals import BoardRules

State = Literal["ok", "look", "wrong"]

WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows less."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the table."""

    what: str
    state: State
    detail: str


def examine(app: App) -> Iterator[Finding]:
    """Every check, each on its own: one that fails stops none of the others."""
    yield Finding("configuration", "ok", f"{app.rules.name} <{app.rules.address}>")
    for what, check in CHECKS.items():
        try:
            yield from check(app)
        except MailerError as fault:
            yield Finding(what, "wrong", str(fault))


def _store(app: App) -> Iterator[Finding]:
    app.store.require_current()
    yield Finding("store", "ok", f"{app.store.where}, version {app.store.head}")
    for board in app.rules.boards.values():
        yield _board(app, board)


def _board(app: App, board: BoardRules) -> Finding:
    with app.open_store().snapshot() as work:
        members = work.lists.count(board.list)
    needed = board.quorum.needed(members)
    if members < needed:
        return Finding(
            "board", "look", f"{counted(members, 'member')}, the quorum is {needed}: `mailer list import {board.list}`"
        )
    return Finding("board", "ok", f"{counted(members, 'member')}, {counted(needed, 'approval')} needed for a grant")


def _mailbox(app: App) -> Iterator[Finding]:
    mailbox = app.mailbox()
    try:
        found = mailbox.describe()
    finally:
        mailbox.close()
    yield Finding("mailbox", "ok", f"logged in to {app.settings.imap.host} as {app.settings.imap.user}")
    helpful = [name for name in ("IDLE", "MOVE", "UIDPLUS") if name in found.capabilities]
    yield Finding("mailbox offers", "ok" if "IDLE" in helpful else "look", ", ".join(helpful) or "no IDLE: polled")
    missing = ", ".join(found.missing)
    yield Finding("folders", "ok", f"will be made: {missing}" if missing else ", ".join(found.found))


def _relay(app: App) -> Iterator[Finding]:
    transport = app.transport()
    try:
        found = transport.describe()
    finally:
        transport.close()
    yield from (Finding(what, "ok", detail) for what, detail in found)


def _signatures(app: App) -> Iterator[Finding]:
    if not app.settings.dkim.keys:
        yield Finding("signatures", "ok", "left to the relay")
        return
    for record, fault in app.dkim.compared(app.public_keys()):
        yield Finding("signatures", "wrong" if fault else "ok", f"{record.name} {fault or 'matches the key'}")


def _pages(app: App) -> Iterator[Finding]:
    """What the daemon shows; where it is not up, whether it could."""
    shown = {
        "one-click page": (app.settings.web.listen, app.web),
        "metrics": (app.settings.metrics.listen, app.measured),
    }
    for what, (listen, opened) in shown.items():
        if listen:
            yield _tried(what, listen, nullcontext if app.at_work else opened)


def _tried(what: str, listen: str, opened: Callable[[], AbstractContextManager[object]]) -> Finding:
    try:
        with opened():
            return Finding(what, "ok", f"at {listen}")
    except MailerError as fault:
        return Finding(what, "wrong", str(fault))


def _fonts(app: App) -> Iterator[Finding]:
    fonts = app.fonts
    yield Finding("fonts", "ok" if fonts else "wrong", f"{len(fonts)} shipped" if fonts else "none found: reinstall")


def _clock(app: App) -> Iterator[Finding]:
    now = app.clock.now()
    shown = app.when(now)
    yield Finding("clock", "ok" if now > WRITTEN else "wrong", shown)


CHECKS: dict[str, Callable[[App], Iterator[Finding]]] = {
    "store": _store,
    "mailbox": _mailbox,
    "relay": _relay,
    "signatures": _signatures,
    "pages": _pages,
    "fonts": _fonts,
    "clock": _clock,
}
