"""``mailer incoming``: the mail that came in, and what was done with it."""

from __future__ import annotations

import sys
from typing import Any

import click

from mailer.commands.terminal import Group, app_of, reading, say, show_json, show_json_list, show_long_table
from mailer.handlers import incoming
from mailer.model.inbound import Folder, HandledMail, MailKind, StoredMail
from mailer.ports.incoming import HANDED_OVER


@click.group("incoming", cls=Group)
def incoming_command() -> None:
    """List the mail that came in, and what was done with it.

    \b
    Examples:
      mailer incoming ls
      mailer incoming show 17
    """


@incoming_command.command("ls")
@click.option("-n", "most", type=click.IntRange(min=1), default=30, show_default=True, help="How many of the newest.")
@click.option(
    "--folder",
    type=click.Choice([folder.value.lower() for folder in Folder]),
    metavar="FOLDER",
    help="Only processed, refused or attention.",
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in MailKind]),
    metavar="KIND",
    help="Only bounces, commands, replies …",
)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def list_incoming(context: click.Context, most: int, folder: str | None, kind: str | None, as_json: bool) -> None:
    """List the newest mail, the newest last, and what was done with each.

    \b
    Examples:
      mailer incoming ls --folder attention
      mailer incoming ls --kind bounce -n 100
      mailer incoming ls --json | jq '.[].reason'
    """
    app = app_of(context)
    with reading(app) as office:
        mails, waiting = incoming.newest(
            office, most, Folder(folder.title()) if folder else None, MailKind(kind) if kind else None
        )
    if as_json:
        show_json_list(map(_json, mails))
        return
    if waiting:
        say(f"Handed over and not handled yet: {waiting}.")
    if not mails:
        say("No mail is recorded.")
        return
    rows = (
        (one.id, f"{one.received_at:%Y-%m-%d %H:%M}", one.handled.folder, one.handled.kind, one.handled.reason)
        for one in mails
    )
    show_long_table(["no.", "came (UTC)", "folder", "kind", "what was done"], rows, shorten=4)


@incoming_command.command("show")
@click.argument("number", type=int)
@click.option("--raw", is_flag=True, help="Write the mail itself, if it is in the store.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show_incoming(context: click.Context, number: int, raw: bool, as_json: bool) -> None:
    """Show what was done with one mail, and where it is.

    \b
    Examples:
      mailer incoming show 17
      mailer incoming show 17 --raw > mail.eml
    """
    app = app_of(context)
    with reading(app) as office:
        found = incoming.show(office, number)
    if raw:
        write_raw(found, _where(found.mail))
    elif as_json:
        show_json(_json(found.mail))
    else:
        handled = found.mail.handled
        say(
            f"Mail {number} came on {app.when(found.mail.received_at)}.",
            f"It is of the kind “{handled.kind}” ({handled.intent}): {handled.reason}.",
            f"It is {_where(found.mail)}.",
        )
        if found.raw is not None:
            say(f"`mailer incoming show {number} --raw` writes it.")


def write_raw(found: StoredMail, where: str) -> None:
    """Write a mail as it came. Raises UsageError, which says ``where`` it is, if it is not in the store."""
    if found.raw is None:
        raise click.UsageError(f"Mail {found.mail.id} is not in the store: {where}.")
    sys.stdout.buffer.write(found.raw)


def _where(mail: HandledMail) -> str:
    if mail.mailbox == HANDED_OVER:
        return f"in the store, as {mail.handled.folder}"
    return f"in the folder {mail.handled.folder} of {mail.mailbox}"


def _json(mail: HandledMail) -> dict[str, Any]:
    handled = mail.handled
    return {
        "number": mail.id,
        "received_at": mail.received_at.isoformat(),
        "mailbox": mail.mailbox,
        "folder": handled.folder,
        "kind": handled.kind,
        "intent": handled.intent,
        "reason": handled.reason,
    }
