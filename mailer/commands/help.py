"""``mailer help``: the help of a command, as people look for it."""

from __future__ import annotations

import click


@click.command("help", context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def help_command(context: click.Context, command: tuple[str, ...]) -> None:
    """Show what a command does, with examples; without one, show all commands.

    \b
    Examples:
      mailer help
      mailer help send
      mailer help issue submit
    """
    shown = context.parent
    assert shown is not None
    for word in command:
        if word.startswith("-"):  # “mailer help send --at” is about send
            break
        group = shown.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"“{shown.command_path}” has no further commands.", ctx=shown)
        found = group.get_command(shown, word)
        if found is None:
            raise click.exceptions.NoSuchCommand(word, possibilities=group.list_commands(shown), ctx=shown)
        shown = click.Context(found, info_name=word, parent=shown)
    click.echo(shown.get_help())
