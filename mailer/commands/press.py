"""``mailer press``: press releases for journalists."""

from __future__ import annotations

from datetime import datetime

import click

from mailer.app import App, library_files
from mailer.commands.terminal import Group, agree, app_of, by_state, counted, office_for, reading, say, show_json
from mailer.commands.terminal import show_table as show_rows
from mailer.errors import Refused
from mailer.handlers import press
from mailer.handlers.press import Sending
from mailer.model.library import Version
from mailer.model.press import State, due_at

language_option = click.option(
    "--language", default="", metavar="TAG", help="The edition in this language, such as fr; else the original."
)
yes_option = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


@click.group("press", cls=Group)
def press_command() -> None:
    """Send press releases to journalists, never before the end of their embargo.

    A press release is a document of the library of the kind "press": it is written, checked, built and put to the
    board with `mailer library`. This sends what the board has granted to the list that [press] names.

    \b
    Examples:
      mailer press new bangkok --title "ISO takes up social responsibility"
      mailer library build bangkok
      mailer library submit bangkok
      mailer press send bangkok
      mailer press ls
    """


@press_command.command()
@click.argument("key")
@click.option("--title", default="", help="The headline.")
@click.pass_context
def new(context: click.Context, key: str, title: str) -> None:
    """Make the folder of a press release, with its parts to fill in.

    \b
    Example:
      mailer press new bangkok --title "ISO takes up social responsibility"
    """
    app = app_of(context)
    folder = library_files.create_press(app, key, title, app.clock.now().date())
    say(f"Made {folder}: write over it, then run `mailer library check {key}`.")


@press_command.command("ls")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def list_releases(context: click.Context, as_json: bool) -> None:
    """List the press releases that are to go out or have gone out.

    \b
    Example:
      mailer press ls
    """
    app = app_of(context)
    with reading(app) as office:
        found = press.all_releases(office)
    if as_json:
        show_json([_json(one) for one in found])
    elif found:
        rows = [(one.version.key, one.version.number, _stands(app, one), one.version.title) for one in found]
        show_rows(("press release", ">version", "state", "headline"), rows)
    else:
        say("No press release is planned: begin with `mailer press new NAME`.")


def _stands(app: App, one: Sending) -> str:
    if one.release.state is State.PLANNED:
        held = "held back, was due" if one.release.held_at else "goes out"
        return f"{held} {app.when(one.release.due_at)}"
    if one.counts is not None:
        return by_state(one.counts) or "sent to nobody"
    return one.release.state.value


def _json(one: Sending) -> dict[str, object]:
    return {
        "document": one.version.key,
        "version": str(one.version.number),
        "title": one.version.title,
        "state": one.release.state.value,
        "list": one.release.list,
        "due_at": one.release.due_at.isoformat(),
        "held_at": one.release.held_at.isoformat() if one.release.held_at else None,
    }


@press_command.command()
@click.argument("key")
@click.option("--at", type=click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]), help="When, in the office's time.")
@language_option
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@yes_option
@click.pass_context
def send(context: click.Context, key: str, at: datetime | None, language: str, dry_run: bool, yes: bool) -> None:
    """Send a press release to the list of journalists, at once or at a time.

    During its embargo nothing leaves: it goes out by itself when that ends. One that was held back goes on.

    \b
    Examples:
      mailer press send bangkok --dry-run
      mailer press send bangkok
      mailer press send bangkok --at "2027-05-03 09:00"
    """
    app = app_of(context)
    wanted = at.replace(tzinfo=app.rules.timezone) if at else None
    with reading(app) as office:
        version = press.find(office, key, language)
        members = sum(1 for _ in office.work.lists.each_member(app.rules.press.list)) if app.rules.press.list else 0
        due = due_at(wanted, version.embargo, office.now)
        is_now = due <= office.now
    when = "at once" if is_now else f"on {app.when(due)}{_because(version, due)}"
    what = f"{version.name} to {counted(members, 'journalist')} {when}"
    if dry_run:
        say(f"Would send {what}. Nothing was changed.")
        return
    if not agree(f"Send {what}?", yes):
        raise Refused("Nothing was planned.")
    with office_for(app, "press send") as office:
        if not press.resume_if_held(office, version):
            press.plan(office, version, wanted)
    app.wake_listener()
    say(f"{version.name} {'is on its way' if is_now else f'goes out {when}'}: see `mailer press ls`.")


def _because(version: Version, due: datetime) -> str:
    return ", when its embargo ends" if due == version.embargo else ""


@press_command.command()
@click.argument("key")
@language_option
@click.pass_context
def cancel(context: click.Context, key: str, language: str) -> None:
    """Do not send a press release that is planned.

    \b
    Example:
      mailer press cancel bangkok
    """
    app = app_of(context)
    with office_for(app, "press cancel") as office:
        version = press.find(office, key, language)
        press.cancel(office, version)
    say(f"{version.name} does not go out.")
