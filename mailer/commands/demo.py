"""``mailer demo``: see everything work in a minute."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from mailer.commands.terminal import program
from mailer.commands.waiting import interruptible, wait_to_end
from mailer.demo.narrator import Narrator
from mailer.demo.plays import PLAYS
from mailer.demo.script import run_demo


@click.command("demo")
@click.argument("play", type=click.Choice(list(PLAYS)), default="circle")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="demo",
    show_default=True,
    help="The folder of the demo; an earlier demo in it is replaced.",
)
@click.option("--keep", is_flag=True, help="Leave the servers and the daemon running, for your own mail program.")
@click.pass_context
def demo_command(context: click.Context, play: str, out: Path, keep: bool) -> None:
    """Play everything through on this machine, step by step.

    Two organisations sign up, an issue is built, the board approves it by replying (a forged reply is refused),
    everybody gets it, and one reader leaves. No mail leaves this machine. Ends with 1 if anything goes wrong.

    “networks” plays half a year of the lists in two minutes: a nomination and an invitation, a presenter and a
    seminar, a report, a review by mail, and what becomes of all that in documents and in the next issue.

    “library” plays what comes in and where it goes: an article comes as a file and its author agrees to the proof,
    questions by mail become answers, the leaflet of the members becomes a booklet, another magazine gets its pack, and
    the site is built.

    \b
    Examples:
      mailer demo
      mailer demo networks
      mailer demo library
      mailer demo --out /tmp/demo --keep
    """
    narrator = Narrator(click.echo, colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    try:
        with interruptible():
            passed = run_demo(out, narrator, program(), wait_to_end if keep else None, PLAYS[play])
    except KeyboardInterrupt:
        click.echo("\nStopped; the servers and the daemon are down.", err=True)
        context.exit(130)
    if not passed:
        context.exit(1)
