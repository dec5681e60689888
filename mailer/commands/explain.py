"""``mailer explain``: show what would be done with a mail."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mailer.commands.terminal import app_of, show_table


@click.command("explain")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line: file, kind, intent, reason.")
@click.pass_context
def explain_command(context: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Show what would be done with each mail in FILES, and why; change nothing.

    FILES are .eml files, mbox files, or folders of them.

    \b
    Examples:
      mailer explain strange.eml
      mailer explain --json ~/mail/inbox.mbox | jq -r .kind | sort | uniq -c
    """
    explained = app_of(context).explain(files)
    if as_json:
        for name, what in explained:
            intent = type(what.intent).__name__.lower() if what.intent else None
            line = {"file": name, "kind": what.kind, "intent": intent, "reason": what.reason}
            click.echo(json.dumps(line, ensure_ascii=False))
        return
    show_table(("file", "kind", "reason"), [(name, what.kind, what.reason) for name, what in explained])
