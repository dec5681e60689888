"""``mailer identity``: how issues look, to check and to show."""

from __future__ import annotations

from pathlib import Path

import click

from mailer.app import App
from mailer.app.office_files import OfficeFiles
from mailer.commands.arguments import chosen, publication_option
from mailer.commands.terminal import Group, app_of, say, show_json, show_table


@click.group("identity", cls=Group, subcommand_metavar="COMMAND …")
def identity_command() -> None:
    """Show how issues look: colours, fonts, logo and designs.

    \b
    Examples:
      mailer identity show
      mailer identity show --out look
    """


@identity_command.command()
@publication_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a specimen sheet, and a sample issue in each design, into this folder.",
)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show(context: click.Context, publication: str | None, out: Path | None, as_json: bool) -> None:
    """Show the colours with their contrast, the fonts and the scripts that they have, and what readers may do.

    With --out it writes a specimen sheet (identity.pdf and .html), and a sample issue with every element in each
    shipped design, and in your own, as PDF, HTML and text.

    \b
    Examples:
      mailer identity show
      mailer identity show --publication update --out look
      mailer identity show --json
    """
    app = app_of(context)
    key = chosen(app, publication)
    identity = app.identity(key)
    app.renderer.check_identity(identity)
    shown = _shown(app, key)
    if as_json:
        show_json(shown)
    else:
        _print(shown)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in app.renderer.specimen(key, identity).items():
            OfficeFiles.write(out / name, content)
        say(f"Written to {out}: begin with identity.pdf.", aside=as_json)


def _shown(app: App, key: str) -> dict[str, object]:
    identity = app.identity(key)
    facts = app.renderer.identity_facts(identity)
    return {
        "publication": key,
        "masthead": identity.masthead,
        "tagline": identity.tagline,
        "publisher": identity.publisher,
        "design": identity.design,
        "logo": identity.logo,
        "cover": identity.cover,
        "forwarding": facts.forwarding,
        "fonts": {role: list(files) for role, files in identity.fonts_for.items()},
        "colours": [fact._asdict() for fact in facts.colours],
        "scripts": [{"script": line.script, "font": line.family} for line in facts.lines if line.language not in _MORE],
    }


_MORE = ("vi", "tr")
"""Languages of further lines in a script."""


def _print(shown: dict[str, object]) -> None:
    single = {name: value for name, value in shown.items() if isinstance(value, str)}
    show_table((), [(name, value or "none") for name, value in single.items()])
    say("")
    colours = shown["colours"]
    assert isinstance(colours, list)
    head = ("appearance", "for", "colour", "on", ">contrast", ">needed")
    show_table(head, [tuple(fact.values()) for fact in colours])
    say("")
    scripts = shown["scripts"]
    assert isinstance(scripts, list)
    show_table(("script", "font"), [(one["script"].capitalize(), one["font"]) for one in scripts])
