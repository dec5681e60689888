"""The scenes in their order, and what is printed after the last one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from mailer.demo.actions import Demo
from mailer.demo.checks import CheckFailed
from mailer.demo.mail_programs import mailboxes, office_commands, write_mutt_settings
from mailer.demo.narrator import Narrator
from mailer.demo.office import short_path
from mailer.demo.plays import CIRCLE, Play
from mailer.demo.saved_mails import save_mails
from mailer.demo.servers import DemoServers, start_servers


def run_demo(out: Path, narrator: Narrator, mailer: str, wait: Callable[[], None] | None, play: Play = CIRCLE) -> bool:
    """Run a whole play in the folder ``out``; returns whether all checks passed.

    ``mailer`` is the command that the reader types. With ``wait`` the servers and the daemon run until it returns.
    Raises Refused if ``out`` contains anything but an earlier demo.
    """
    began = time.monotonic()
    with start_servers(out, play.people) as servers:
        narrator.title(f"mailer demo: {play.title}")
        narrator.say(
            "The mails, the connections, the commands and the daemon are real; the people are made up, and "
            "their mail server runs inside this program. Every ✓ was checked in a mailbox or a file."
        )
        try:
            _run_scenes(Demo(servers, narrator), play, keep=wait is not None)
        except CheckFailed as fault:
            narrator.failed(fault.expectation, fault.found)
            save_mails(servers, out / "mail")
            narrator.say(f"The demo ends here. Its mails, and the daemon's log, are in {short_path(out)}.")
            return False
        mails = save_mails(servers, out / "mail")
        narrator.say(f"All {narrator.checks} expectations held, in {time.monotonic() - began:.0f} seconds.")
        _say_where_files_are(narrator, out, play, mails, mailer)
        if wait is None:
            _say_how_to_continue(narrator, mailer)
        else:
            _say_what_is_running(narrator, servers, out, mailer)
            wait()
    return True


def _run_scenes(demo: Demo, play: Play, keep: bool) -> None:
    for title, scene in play.scenes:
        demo.narrator.scene(title)
        scene(demo)
    if not keep:
        code = demo.servers.stop_daemon()
        demo.check("The daemon ended in good order when it was asked to", code == 0, f"it ended with {code}")


def _say_where_files_are(narrator: Narrator, out: Path, play: Play, mails: int, mailer: str) -> None:
    narrator.scene("Where to look")
    rows = (
        *((label, short_path(path)) for label, files in play.files for path in sorted(out.glob(files))),
        (f"all {mails} mails, by person", f"{short_path(out / 'mail')}/"),
        ("the office's folder", f"{short_path(out / 'office')}/"),
        ("the state of the office", f"{mailer} -c {short_path(out / 'office' / 'mailer.toml')} status"),
        ("who did what", f"{mailer} -c {short_path(out / 'office' / 'mailer.toml')} audit"),
    )
    narrator.table(rows)


def _say_how_to_continue(narrator: Narrator, mailer: str) -> None:
    narrator.say("To play on, with a mail program of your own (Thunderbird, mutt):")
    narrator.table(
        (
            ("the same again, servers left running", f"{mailer} demo --keep"),
            ("an empty office and its mail server", f"{mailer} sandbox"),
            ("an office of your own", f"{mailer} init my-office"),
        )
    )


def _say_what_is_running(narrator: Narrator, servers: DemoServers, out: Path, mailer: str) -> None:
    write_mutt_settings(out / "mutt", servers.sandbox)
    narrator.scene("Play on")
    narrator.say("The servers and the daemon stay up. These mailboxes are open:")
    narrator.lines(*mailboxes(servers.sandbox, out / "mutt"))
    narrator.say("Write “subscribe” to tg2@iso-sr.example as the guest, reply to what comes, answer an issue.")
    narrator.say("For commands, in another terminal:")
    narrator.lines(*office_commands(servers.sandbox, servers.office, servers.clock), f"{mailer} status")
    narrator.say("Ctrl-C ends it.")
