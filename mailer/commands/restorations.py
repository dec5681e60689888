"""What a restore from a backup leaves unknown, and the person's word that lets mail go."""

from __future__ import annotations

from collections.abc import Iterator

from mailer.app import App
from mailer.commands.terminal import agree, counted, office_for, reading, say
from mailer.errors import Refused
from mailer.handlers import restorations
from mailer.handlers.restorations import Unknown
from mailer.model.restorations import require_resumed


def resume_after_restore(app: App, number: int | None, unread: bool, yes: bool) -> bool:
    """Show what is not known, ask, and let mail go; False if there was no restore."""
    with reading(app) as office:
        unknown = restorations.unknown(office)
    if unknown is None:
        return False
    if number is not None:
        require_resumed(unknown.restoration)
    say(*lines(app, unknown))
    resume = restorations.resume_unread if unread else restorations.resume
    if (unread or unknown.restoration.read_again_at) and not agree("Let mail be sent again?", yes):
        raise Refused("Nothing is sent.")
    with office_for(app, "resume") as office:
        resume(office)
    say("Mail is sent again. Nothing that is in doubt goes out before you say so; `mailer status` shows it.")
    return True


def lines(app: App, unknown: Unknown) -> Iterator[str]:
    """What a person has to see."""
    restoration = unknown.restoration
    restored, made = app.when(restoration.restored_at), app.when(restoration.backup_at)
    yield f"The store was restored on {restored}, from a backup of {made}."
    for name, count in unknown.doubts.items():
        yield f"In doubt, as they may have been sent since: {counted(count, 'mail')} of {name or 'service mail'}."
    started = {entry.subject for entry in unknown.started}
    for entry in unknown.started:
        yield f"Sent since the backup, says the journal: {entry.subject} ({entry.action}, {app.when(entry.at)})."
    for issue in unknown.maybe_sent:
        if issue.name not in started:
            yield f"{issue.name} is {issue.state}, and may have been sent since the backup: ask a reader first."
    if restoration.journal_since is None:
        yield "There was no journal: who left by the page, complained or bounced since the backup is not known."
    elif restoration.has_gap:
        yield f"The journal begins only on {app.when(restoration.journal_since)}; what happened before is not known."
    if unknown.lost:
        done = ", ".join(f"{action} ({count})" for action, count in unknown.lost.items())
        yield f"Done since the backup, and lost unless it came by mail: {done}."
    if restoration.read_again_at is None:
        yield "The mail that was filed since the backup has not been read again yet; the daemon does it when it starts."
    else:
        yield f"The mail that was filed since the backup was read again on {app.when(restoration.read_again_at)}."
