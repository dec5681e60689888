"""``mailer library holders``: who has which version of a document."""

from __future__ import annotations

import click

from mailer.commands.terminal import app_of, counted, reading, say, show_json, show_table
from mailer.handlers import holders
from mailer.handlers.holders import Having


@click.command("holders")
@click.argument("key")
@click.option("--outdated", is_flag=True, help="Only those who have not been given the version that stands.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def holders_command(context: click.Context, key: str, outdated: bool, as_json: bool) -> None:
    """Show who was given which version of a document, such as the presentation kit.

    Presenters get the kit when they are approved, and again whenever there is a new version.

    \b
    Examples:
      mailer library holders kit
      mailer library holders kit --outdated
    """
    app = app_of(context)
    with reading(app) as office:
        found = [one for one in holders.of_document(office, key) if not (outdated and one.is_current)]
    if as_json:
        show_json([_json(one) for one in found])
    elif found:
        rows = [
            (one.holder.name or "–", one.holder.address, one.version.number, app.when(one.holder.given_at), _came(one))
            for one in found
        ]
        show_table(("name", "address", ">version", "given", "came"), rows)
    else:
        say(f"Nobody has an older version of “{key}”." if outdated else f"“{key}” was given to nobody yet.")


def _came(one: Having) -> str:
    left = f"; too large: {', '.join(one.holder.left)}" if one.holder.left else ""
    return f"in {counted(one.holder.mails, 'mail')}, {one.delivery}{left}"


def _json(one: Having) -> dict[str, object]:
    holder = one.holder
    return {
        "address": holder.address,
        "name": holder.name,
        "version": str(one.version.number),
        "current": one.is_current,
        "given_at": holder.given_at.isoformat(),
        "mails": holder.mails,
        "delivery": one.delivery,
        "too_large": list(holder.left),
    }
