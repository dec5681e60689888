"""``mailer sandbox``: run a mail server to try everything with."""

from __future__ import annotations

from pathlib import Path

import click

from mailer.commands.terminal import program
from mailer.commands.waiting import interruptible, wait_to_end
from mailer.demo.playground import playground, read_users

PORT = click.IntRange(0, 65535)


@click.command("sandbox")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default="sandbox",
    show_default=True,
    help="For keys and settings. The demo's office is created in it, unless there is one.",
)
@click.option("--smtp-port", type=PORT, default=2525, show_default=True, help="0 means any free one.")
@click.option("--imap-port", type=PORT, default=1143, show_default=True, help="0 means any free one.")
@click.option(
    "--user",
    "users",
    metavar="ADDR:NAME:PASSWORD",
    multiple=True,
    help="A mailbox; may be repeated. By default, the people of the demo.",
)
def sandbox_command(folder: Path, smtp_port: int, imap_port: int, users: tuple[str, ...]) -> None:
    """Run a mail server with ready-made mailboxes, in the foreground.

    Use it with Thunderbird, mutt or any other mail program on this machine. Mail is delivered only to the mailboxes of
    the sandbox. It is kept in memory and is gone when the server stops, at Ctrl-C or SIGTERM.

    \b
    Examples:
      mailer sandbox
      mailer sandbox --user "tg2@iso-sr.example:TG 2:one" \\
                     --user "ana@reader.example:Ana:two"
    """
    with interruptible(), playground(folder, read_users(users), smtp_port, imap_port, program()) as lines:
        for line in lines:
            click.echo(line)
        wait_to_end()
    click.echo("The sandbox has stopped.")
