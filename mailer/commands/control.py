"""``mailer pause``, ``resume`` and ``rate``: control of a send in whatever process it runs."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mailer.app import App
from mailer.commands.arguments import chosen, publication_option
from mailer.commands.needs import sentences
from mailer.commands.restorations import resume_after_restore
from mailer.commands.terminal import app_of, counted, office_for, reading, say, show_json
from mailer.handlers import issues, mailings, throttle
from mailer.handlers.mailings import Switched
from mailer.model.issues import Issue
from mailer.office import Office

number_or_all = click.argument("number", type=click.IntRange(min=0), required=False)


@click.command("pause")
@number_or_all
@publication_option
@click.pass_context
def pause_command(context: click.Context, number: int | None, publication: str | None) -> None:
    """Pause an issue that is being sent, or all of them. Service mail goes on.

    Within a second, no more copies are sent, whether by the daemon or by `mailer send`. The copies that wait are kept,
    also over a restart, until `mailer resume`. To give them up for good: `mailer issue cancel`.

    \b
    Examples:
      mailer pause 1
      mailer pause
    """
    app = app_of(context)
    with office_for(app, "pause") as office:
        found = mailings.pause_each(office, _issue(app, office, number, publication))
    _show(app, found, "is paused", "was paused already")


@click.command("resume")
@number_or_all
@publication_option
@click.option("--unread", is_flag=True, help="After a restore: do not wait until the filed mail was read again.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def resume_command(
    context: click.Context, number: int | None, publication: str | None, unread: bool, yes: bool
) -> None:
    """Resume a paused issue, or all of them.

    After a restore from a backup nothing is sent at all. Without a number, this then shows what may have been sent
    since the backup, asks, and lets mail go. If no mailer is running, it says how to continue.

    \b
    Examples:
      mailer resume 1
      mailer resume
    """
    app = app_of(context)
    if resume_after_restore(app, number, unread, yes):
        return
    with office_for(app, "resume") as office:
        found = mailings.resume_each(office, _issue(app, office, number, publication), app.at_work)
    _show(app, found, "goes on", "was not paused")


@click.command("rate")
@click.argument("per_minute", type=click.IntRange(min=1), required=False)
@click.option("--reset", is_flag=True, help="Go back to the configured limits.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def rate_command(context: click.Context, per_minute: int | None, reset: bool, as_json: bool) -> None:
    """Show how fast mail goes out, or change it to PER_MINUTE mails a minute.

    The new rate holds within a second, for the daemon and for `mailer send`, and until `--reset`, also over a restart.
    Limits by the hour and by the day stay in force, and so do those of single domains and of the provider.

    \b
    Examples:
      mailer rate
      mailer rate 300
      mailer rate --reset
    """
    if reset and per_minute is not None:
        raise click.UsageError("Give either a rate or --reset.")
    app = app_of(context)
    if reset or per_minute is not None:
        with office_for(app, "rate") as office:
            throttle.set_rate(office, per_minute)
    with reading(app) as office:
        state = throttle.state(office, app.policy)
    configured = [str(limit) for limit in state.configured]
    if as_json:
        show_json({"per_minute": state.rate, "configured": configured})
    elif state.rate is None:
        say(f"Mail goes out at {' and '.join(configured) or 'full speed'}, as configured.")
    else:
        say(
            f"Mail goes out at {state.rate} a minute, as was set; `mailer rate --reset` goes back to "
            f"{' and '.join(configured) or 'full speed'}."
        )


def _issue(app: App, office: Office, number: int | None, publication: str | None) -> Issue | None:
    """The issue that was named, or None for all."""
    return None if number is None else issues.find(office, chosen(app, publication), number)


def _show(app: App, found: Sequence[Switched], done: str, before: str) -> None:
    """``done`` is said of an issue that was changed, ``before`` of one that was so already."""
    for one in found:
        waiting = counted(one.counts.unresolved, "mail")
        say(f"{one.issue.name} {done if one.changed else before}; {waiting} to go.")
        say(*sentences(app, one.needs))
    if not found:
        say("No issue is being sent.")
