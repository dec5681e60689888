"""``mailer member export``: all that is held about one person, for an answer to their request."""

from __future__ import annotations

from pathlib import Path

import click

from mailer import contacts
from mailer.commands.terminal import app_of, reading
from mailer.handlers import personal_data


@click.command("export")
@click.argument("address")
@click.option("--readable", is_flag=True, help="As “status” tells it by mail, and not as JSON.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.pass_context
def export_command(context: click.Context, address: str, readable: bool, output: Path | None) -> None:
    """Write all that is held about a person, for an answer to their request.

    It is JSON: each kind of data with its purpose and how long it is kept, then every row that names them, by table. By
    mail people get it themselves: they write “my data”.

    \b
    Examples:
      mailer member export ana@nmb.example -o ana.json
      mailer member export ana@nmb.example --readable
    """
    app = app_of(context)
    with reading(app) as office:
        contact = contacts.contact_of(office, address)
        if readable:
            whole = personal_data.readable(office, contact, app.held).encode()
        else:
            whole = personal_data.as_json(office, contact) + b"\n"
    if output is None:
        click.echo(whole.decode(), nl=False)
    else:
        app.files.write(output, whole)
