"""``mailer doctor``: check everything that the office needs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from mailer.app import App
from mailer.app.checks import checks_of, loop_check_of
from mailer.commands.terminal import app_of, counted, say, show_json, show_table
from mailer.errors import ConfigError
from mailer.handlers import doctor
from mailer.model.findings import (
    AtWork,
    BoardSize,
    Capabilities,
    ClockTime,
    DkimRecord,
    Fact,
    Folders,
    Fonts,
    Listening,
    MailboxLogin,
    NobodyAtWork,
    RecordHead,
    SignedByRelay,
    StoreVersion,
    Unreached,
    Verdict,
    Words,
)


@click.command("doctor")
@click.option("--loop", is_flag=True, help="Also send a test mail to the office itself, and see what becomes of it.")
@click.option(
    "--within",
    type=click.IntRange(5, 3600),
    default=120,
    show_default=True,
    metavar="SECONDS",
    help="How long --loop waits for the test mail.",
)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def doctor_command(context: click.Context, loop: bool, within: int, as_json: bool) -> None:
    """Check the configuration, store, mailbox, relay, keys, pages, fonts and clock.

    With --loop the office also writes to itself through the relay. This shows whether mail arrives, also at
    plus-addresses; whether it is signed; and whether the results of the receiving server can be believed
    ([authentication] authserv_id). The test mail is filed into Processed.

    Ends with 69 if something is wrong.

    \b
    Examples:
      mailer doctor
      mailer doctor --loop --within 300
      mailer -c /etc/mailer/mailer.toml doctor --json
    """
    try:
        app = app_of(context)
        checks = dict(checks_of(app))
        if loop:
            checks |= loop_check_of(app, within, lambda words: say(words, aside=True))
        rows = [(finding, detail(app, finding.fact)) for finding in doctor.examine(checks)]
    except ConfigError as error:
        rows = [(doctor.fault_of("configuration", problem), problem) for problem in error.problems]
    if as_json:
        show_json([{"what": found.what, "state": found.verdict.value, "detail": words} for found, words in rows])
    else:
        show_table(("what", "state", "detail"), [(found.what, found.verdict, words) for found, words in rows])
    if any(found.verdict is Verdict.WRONG for found, _ in rows):
        context.exit(os.EX_UNAVAILABLE)


def detail(app: App, fact: Fact) -> str:
    """What was found, and what to do about it."""
    return SENTENCES[type(fact)](app, fact)


def _when(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M %Z}" if time else "not yet"


def _board(app: App, board: BoardSize) -> str:
    """What is right or wrong with a board, for one policy."""
    members, section = f"{board.list}: {counted(board.members, 'member')}", f"[policies.{board.policy}.substitutes]"
    if board.is_too_small:
        return f"{members}, {board.policy} needs {max(board.needed, 1)}: `mailer list import {board.list}`"
    if board.doubled:
        return f"{', '.join(board.doubled)} cannot stand for others, being on {board.list}: change {section}"
    if board.strangers:
        return f"{', '.join(board.strangers)} has a substitute and is not on {board.list}: change {section}"
    needed = f"{counted(board.needed, 'vote')} needed for a grant" if board.needed else "silence is consent"
    return f"{members}, {needed} ({board.policy})"


def _unreached(app: App, found: Unreached) -> str:
    if found.stopped:
        return f"mail does not reach {found.stopped}: `mailer bounces`"
    return f"{found.troubled} in trouble: `mailer bounces`" if found.troubled else "mail reaches all, as far as known"


def _folders(app: App, folders: Folders) -> str:
    others = dict(folders.instead)
    found = ", ".join(f"{name} (as {others[name]})" if name in others else name for name in folders.found)
    return f"will be made: {', '.join(folders.missing)}" if folders.missing else found


def _fonts(app: App, fonts: Fonts) -> str:
    if not fonts.serving:
        return "none found: reinstall mailer"
    scripts: dict[str, list[str]] = {}
    for script, family in fonts.serving:
        scripts.setdefault(family, []).append(script if script == "CJK" else script.capitalize())
    having = [f"{_first(names)}: {family}" for family, names in scripts.items()]
    return "; ".join([*having, *(f"{script}: none, {cure}" for script, cure in fonts.cures)])


def _first(names: Sequence[str], most: int = 8) -> str:
    """The first names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def _record(app: App, record: DkimRecord) -> str:
    if record.fault:
        return f"{record.name} {record.fault}: publish what `mailer dkim show` prints"
    return f"{record.name} matches the key"


def _clock(app: App, clock: ClockTime) -> str:
    cure = "" if clock.accurate else ": set the clock of this machine"
    return f"{app.when(clock.now)}{cure}"


SENTENCES: Mapping[type[Any], Callable[[App, Any], str]] = {
    Words: lambda app, words: words.text,
    StoreVersion: lambda app, store: f"{store.where}, version {store.version}",
    RecordHead: lambda app, head: (
        f"entry {head.entries:,}, {head.link}; each follows from the one before" if head.entries else "no entry yet"
    ),
    BoardSize: _board,
    MailboxLogin: lambda app, login: f"logged in to {login.host} as {login.user}",
    Capabilities: lambda app, offered: ", ".join(offered.useful) or "no IDLE: polled",
    Folders: _folders,
    SignedByRelay: lambda app, _: "left to the relay",
    DkimRecord: _record,
    Listening: lambda app, page: f"at {page.address}",
    Fonts: _fonts,
    Unreached: _unreached,
    NobodyAtWork: lambda app, nobody: (
        f"none is at work{f' since {nobody.seen_at:%Y-%m-%d %H:%M %Z}' if nobody.seen_at else ''}: `mailer run`"
    ),
    AtWork: lambda app, found: (
        f"at work since {_when(found.since)}; mail read: {_when(found.read_at)}; sent: {_when(found.sent_at)}"
    ),
    ClockTime: _clock,
}
"""The sentence of each fact."""
