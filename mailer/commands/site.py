"""``mailer site``: the static site."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from mailer.app import App, site
from mailer.commands.terminal import Group, app_of, counted, office_for, reading, say, show_json
from mailer.errors import Permanent, Refused
from mailer.handlers.site import note_built
from mailer.model.site import Built, Hidden
from mailer.published import OfficePublished

SHOWN = 20
"""Names of changed pages that are printed."""

json_option = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@click.group("site", cls=Group)
def site_command() -> None:
    """A web site of plain files: issues, documents, lists and events that have a grant.

    It needs no script, and works from a folder as behind any web server. What loses its grant is taken down by the
    next build. With [site] folder, “mailer run” keeps it up to date and publishes it.

    \b
    Examples:
      mailer site build /tmp/look
      mailer site build --dry-run
      mailer site status
      mailer site publish
    """


@site_command.command()
@click.argument("out", required=False, type=click.Path(path_type=Path))
@click.option("--url", default="", metavar="URL", help="Where it will stand on the web; by default [site] url.")
@click.option("--all", "everything", is_flag=True, help="Make everything anew, also what has not changed.")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@json_option
@click.pass_context
def build(context: click.Context, out: Path | None, url: str, everything: bool, dry_run: bool, as_json: bool) -> None:
    """Write the site to OUT, or to [site] folder.

    Only what has changed since the last build there is made. The folder must be new, empty, or a site of ours. It
    is replaced in one step, so a visitor never sees half of it.

    \b
    Examples:
      mailer site build /tmp/look
      mailer site build /srv/www --url https://www.example.org
      mailer site build --all
    """
    app = app_of(context)
    place = site.folder_of(app, out)
    builder = site.builder_of(app, out, url, everything=everything)
    with app.open_store().snapshot() as work:
        published = OfficePublished(app.office(work, "mailer", "site"))
        built = builder.preview(published) if dry_run else builder.step(published)
    assert built is not None
    if built.is_new and not dry_run:
        with office_for(app, "site build") as office:
            note_built(office, built, str(place))
    if as_json:
        show_json(_json(built, place))
        return
    _say_built(built, place, dry_run=dry_run)


def _say_built(built: Built, place: Path, *, dry_run: bool) -> None:
    verb = "would be made" if dry_run else "made"
    if not built.is_new:
        say(f"Nothing has changed: {place} has {counted(built.files, 'file')}.")
    else:
        for sign, names in (("+", built.changed), ("-", built.gone)):
            for name in names[:SHOWN]:
                say(f"  {sign} {name}")
            if len(names) > SHOWN:
                say(f"  {sign} … and {len(names) - SHOWN} more")
        gone = f", {len(built.gone)} removed" if built.gone else ""
        say(f"{len(built.changed)} {verb}{gone}; look at {place / 'index.html'}.")
    _say_hidden(built.hidden)


def _say_hidden(hidden: tuple[Hidden, ...]) -> None:
    if hidden:
        say("Not on the site, although they were granted once:")
    for one in hidden:
        say(f"  {one.name}: {one.why}")


@site_command.command()
@json_option
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Show how the daemon's site stands: when it was built and published, and what is not shown.

    \b
    Example:
      mailer site status
    """
    app = app_of(context)
    rules, state = app.rules.site, site.record_of(app).read()
    with reading(app) as office:
        shown = OfficePublished(office).contents()
    counts = {"issues": len(shown.editions), "documents": len(shown.documents), "lists": len(shown.lists)}
    if as_json:
        times = {name: _iso(getattr(state, name)) for name in ("built_at", "looked_at", "published_at", "failed_at")}
        hidden = [{"name": one.name, "why": one.why} for one in state.hidden]
        more = {"files": state.files, "failure": state.failure, "hidden": hidden, "granted": counts}
        show_json({"folder": rules.folder, "url": rules.url, **times, **more})
        return
    editions = f"{counted(len(shown.editions), 'edition')} of issues"
    say(f"To be shown: {editions}, {counted(counts['documents'], 'document')}, {counted(counts['lists'], 'list')}.")
    if not rules.folder:
        say("No [site] folder is set, so the daemon builds none; `mailer site build OUT` writes it anywhere.")
        return
    say(f"Folder:    {rules.folder}, {counted(state.files, 'file')}")
    say(f"Changed:   {_when(app, state.built_at)}")
    say(f"Looked at: {_when(app, state.looked_at)}")
    if rules.publish:
        waits = ", and has changed since" if state.published_at and state.waits else ""
        say(f"Published: {_when(app, state.published_at)}{waits}")
    if state.failed_at:
        say(f"Fails:     since {_when(app, state.failed_at)}: {state.failure}")
    _say_hidden(state.hidden)


@site_command.command()
@click.pass_context
def publish(context: click.Context) -> None:
    """Run the command of [site] publish now, and wait for it.

    \b
    Example:
      mailer site publish
    """
    app = app_of(context)
    publisher = site.publisher_of(app)
    if publisher is None:
        raise Refused("No command is set in [site] publish.")
    publisher.start()
    if said := publisher.wait():
        raise Permanent(f"Publishing the site failed: {said}")
    site.note_published(app)
    say("The site was published.")


def _when(app: App, at: datetime | None) -> str:
    return app.when(at) if at else "not yet"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _json(built: Built, place: Path) -> dict[str, object]:
    hidden = [{"name": one.name, "why": one.why} for one in built.hidden]
    return {
        "folder": str(place),
        "changed": list(built.changed),
        "removed": list(built.gone),
        "files": built.files,
        "hidden": hidden,
    }
