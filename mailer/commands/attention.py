"""``mailer attention``: the mail that waits for a person."""

from __future__ import annotations

import logging
from typing import Any

import click

from mailer.app import App
from mailer.app.attention import file_decided
from mailer.commands.incoming import write_raw
from mailer.commands.terminal import (
    Group,
    app_of,
    office_for,
    reading,
    say,
    show_json,
    show_json_list,
    show_long_table,
)
from mailer.errors import Permanent, Temporary
from mailer.handlers import attention
from mailer.model.inbound import HandledMail

log = logging.getLogger("mailer.attention")

_dry_run = click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")


@click.group("attention", cls=Group)
def attention_command() -> None:
    """List the mail that waits for a person, and decide about it.

    The secretary can do the same by replying to the notice of such a mail, with RELEASE or REFUSE as the first line.

    \b
    Examples:
      mailer attention ls
      mailer attention release 17
    """


@attention_command.command("ls")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def list_attention(context: click.Context, as_json: bool) -> None:
    """List what waits, the oldest first, and why.

    \b
    Examples:
      mailer attention ls
      mailer attention ls --json | jq '.[].number'
    """
    app = app_of(context)
    with reading(app) as office:
        mails = attention.waiting(office)
    if as_json:
        show_json_list(map(_json, mails))
    elif not mails:
        say("Nothing waits.")
    else:
        rows = ((one.id, f"{one.received_at:%Y-%m-%d %H:%M}", one.handled.reason) for one in mails)
        show_long_table(["no.", "came (UTC)", "why it waits"], rows, shorten=2)


@attention_command.command("show")
@click.argument("number", type=int)
@click.option("--raw", is_flag=True, help="Write the mail itself, if it is in the store.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show_attention(context: click.Context, number: int, raw: bool, as_json: bool) -> None:
    """Show one mail that waits, and what can be done about it.

    \b
    Examples:
      mailer attention show 17
      mailer attention show 17 --raw > mail.eml
    """
    app = app_of(context)
    with reading(app) as office:
        found = attention.find(office, number)
    if raw:
        write_raw(found, "look into the folder Attention")
    elif as_json:
        show_json({**_json(found.mail), "in_store": found.raw is not None})
    else:
        say(
            f"Mail {number} came on {app.when(found.mail.received_at)}, and waits: {found.mail.handled.reason}.",
            f"`mailer attention release {number}` sends it to the secretary as it came."
            if found.raw is not None
            else "It is not in the store: look at it in the folder Attention of the mailbox.",
            f"`mailer attention refuse {number}` files it as refused, and tells nobody.",
        )


@attention_command.command("release")
@click.argument("numbers", type=int, nargs=-1, required=True, metavar="NUMBER...")
@_dry_run
@click.pass_context
def release(context: click.Context, numbers: tuple[int, ...], dry_run: bool) -> None:
    """Send mails whole to the secretary, whose reply goes to their writers.

    \b
    Examples:
      mailer attention release 17
      mailer attention release 17 18 --dry-run
    """
    _decide(app_of(context), numbers, "release", dry_run)


@attention_command.command("refuse")
@click.argument("numbers", type=int, nargs=-1, required=True, metavar="NUMBER...")
@_dry_run
@click.pass_context
def refuse(context: click.Context, numbers: tuple[int, ...], dry_run: bool) -> None:
    """File mails as refused, and tell nobody.

    \b
    Examples:
      mailer attention refuse 17
      mailer attention refuse 17 18 --dry-run
    """
    _decide(app_of(context), numbers, "refuse", dry_run)


def _decide(app: App, numbers: tuple[int, ...], verb: str, dry_run: bool) -> None:
    """All of them or, if one does not wait, none."""
    listed = ", ".join(map(str, numbers))
    if dry_run:
        with reading(app) as office:
            for number in numbers:
                attention.find(office, number)
        say(f"This would {verb} {listed}. Nothing was changed.")
        return
    with office_for(app, f"attention {verb}") as office:
        for number in numbers:
            (attention.release if verb == "release" else attention.refuse)(office, number)
    say(f"{'Released' if verb == 'release' else 'Refused'}: {listed}.")
    try:
        file_decided(app)
    except (Temporary, Permanent) as fault:
        log.info("not moved in the mailbox: %s", fault)
        say("The daemon will move it in the mailbox.", aside=True)


def _json(mail: HandledMail) -> dict[str, Any]:
    return {
        "number": mail.id,
        "received_at": mail.received_at.isoformat(),
        "mailbox": mail.mailbox,
        "kind": mail.handled.kind,
        "reason": mail.handled.reason,
    }
