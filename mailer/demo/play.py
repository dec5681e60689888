"""The order of the scenes, and where to look when the curtain has fallen."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from mailer.demo import approving, joining, sending
from mailer.demo.album import save
from mailer.demo.checks import Unmet
from mailer.demo.mail_programs import mailboxes, office_beside, write_mutt_settings
from mailer.demo.narration import Narrator
from mailer.demo.office import shown
from mailer.demo.performance import Performance
from mailer.demo.stage import Stage, stage

SCENES: tuple[tuple[str, Callable[[Performance], None]], ...] = (
    ("The office opens", joining.opening),
    ("Two organisations sign up by mail", joining.signing_up),
    ("The issue is built", approving.building),
    ("The board is asked", approving.asking),
    ("Somebody forges an approval", approving.forging),
    ("The board approves by reply", approving.voting),
    ("The issue is sent", sending.distributing),
    ("What is in the mailboxes", sending.looking),
    ("One reader leaves", sending.leaving),
    ("Nothing goes out twice", sending.repeating),
)


KINDS = (("the PDF", "pdf"), ("the HTML mail, for a browser", "html"), ("the text mail", "txt"))
"""The issue's files to look at."""


def play(out: Path, told: Narrator, mailer: str, wait: Callable[[], None] | None) -> bool:
    """Play everything in the folder ``out``; whether all expectations held.

    ``mailer`` is how the reader types the command. With ``wait`` the servers and the daemon stay up until it returns.
    Raises Refused where ``out`` is not for the demo to take.
    """
    began = time.monotonic()
    with stage(out) as made:
        told.title("mailer demo: a newsletter office from the first mail to the last")
        told.tell(
            "The mails, the connections, the commands and the daemon are real; the people are made up, and "
            "their mail server runs inside this program. Every ✓ was looked up in a mailbox or a file."
        )
        try:
            _act(Performance(made, told), keep=wait is not None)
        except Unmet as unmet:
            told.fails(unmet.expectation, unmet.found)
            save(made, out / "mail")
            told.tell(f"The demo ends here. Its mails, and the daemon's log, are in {shown(out)}.")
            return False
        mails = save(made, out / "mail")
        told.tell(f"All {told.checks} expectations held, in {time.monotonic() - began:.0f} seconds.")
        _where_to_look(told, out, mails, mailer)
        if wait is None:
            _how_to_play_on(told, mailer)
        else:
            _play_on(told, made, out, mailer)
            wait()
    return True


def _act(play: Performance, keep: bool) -> None:
    for title, scene in SCENES:
        play.told.scene(title)
        scene(play)
    if not keep:
        code = play.stage.stop_daemon()
        play.holds("The daemon ended in good order when it was told to", code == 0, f"it ended with {code}")


def _where_to_look(told: Narrator, out: Path, mails: int, mailer: str) -> None:
    issue = out / "issue"
    told.scene("Where to look")
    rows = (
        *((words, shown(path)) for words, kind in KINDS for path in sorted(issue.glob(f"*.{kind}"))),
        (f"all {mails} mails, by person", f"{shown(out / 'mail')}/"),
        ("the office's folder", f"{shown(out / 'office')}/"),
        ("how it stands", f"{mailer} -c {shown(out / 'office' / 'mailer.toml')} status"),
        ("who did what", f"{mailer} -c {shown(out / 'office' / 'mailer.toml')} audit"),
    )
    told.table(rows)


def _how_to_play_on(told: Narrator, mailer: str) -> None:
    told.tell("To play on, with a mail program of your own (Thunderbird, mutt):")
    told.table(
        (
            ("the same again, servers left up", f"{mailer} demo --keep"),
            ("an empty office and its mail server", f"{mailer} sandbox"),
            ("an office of your own", f"{mailer} init my-office"),
        )
    )


def _play_on(told: Narrator, made: Stage, out: Path, mailer: str) -> None:
    write_mutt_settings(out / "mutt", made.sandbox)
    told.scene("Play on")
    told.tell("The servers and the daemon stay up. These mailboxes are open:")
    told.lines(*mailboxes(made.sandbox, out / "mutt"))
    told.tell("Write “subscribe” to tg2@iso-sr.example as the guest, reply to what comes, answer an issue.")
    told.tell("For commands, in another terminal:")
    told.lines(*office_beside(made.sandbox, made.office), f"{mailer} status")
    told.tell("Ctrl-C ends it.")
