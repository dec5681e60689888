"""``mailer pause``, ``mailer resume`` and ``mailer rate``: control over a send, whichever process carries it out."""

from __future__ import annotations

from collections.abc import Callable

import click

from mailer.commands.steps import chosen, publication_option, stalled
from mailer.commands.terminal import app_of, counted, office_for, say, show_json
from mailer.handlers import issues as handlers
from mailer.handlers import mailings, throttle
from mailer.model.issues import Issue
from mailer.office import Office

number_or_all = click.argument("number", type=click.IntRange(min=0), required=False)


@click.command("pause")
@number_or_all
@publication_option
@click.pass_context
def pause_command(context: click.Context, number: int | None, publication: str | None) -> None:
    """Hold an issue that is being sent, or all of them; service mail goes on.

    Whoever sends, the daemon or `mailer send`, takes no more copies from then on, within a second. What waits keeps
    its place, over restarts too, until `mailer resume`. To give the rest up for good: `mailer issue cancel`.

    \b
    Examples:
      mailer pause 1
      mailer pause
    """
    _each(context, "pause", number, publication, mailings.pause, ("is paused", "was paused already"))


@click.command("resume")
@number_or_all
@publication_option
@click.pass_context
def resume_command(context: click.Context, number: int | None, publication: str | None) -> None:
    """Let a paused issue go on, or all of them.

    Where nobody is at work, it says so, and how to go on.

    \b
    Examples:
      mailer resume 1
      mailer resume
    """
    _each(context, "resume", number, publication, mailings.resume, ("goes on", "was not paused"))


@click.command("rate")
@click.argument("per_minute", type=click.IntRange(min=1), required=False)
@click.option("--reset", is_flag=True, help="Go back to what is configured.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def rate_command(context: click.Context, per_minute: int | None, reset: bool, as_json: bool) -> None:
    """Show how fast mail goes out, or change it to so many mails a minute.

    Whoever sends goes at that rate within a second, and it holds until `--reset`, over restarts too. Limits by the hour
    and the day stay, and so do those of single domains and of the provider.

    \b
    Examples:
      mailer rate
      mailer rate 300
      mailer rate --reset
    """
    if reset and per_minute is not None:
        raise click.UsageError("--reset goes with no other rate.")
    app = app_of(context)
    if reset or per_minute is not None:
        with office_for(app, "rate") as office:
            throttle.set_rate(office, per_minute)
    with app.open_store().snapshot() as work:
        state = throttle.state(app.office(work, "", ""), app.policy)
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


def _each(
    context: click.Context,
    command: str,
    number: int | None,
    publication: str | None,
    act: Callable[[Office, Issue], bool],
    done: tuple[str, str],
) -> None:
    """Do it to the issue, or to each that is being sent, and say how many mails of it are to go.

    ``done``: the words where it did something, and where there was nothing to do.
    """
    app = app_of(context)
    with office_for(app, command) as office:
        if number is None:
            issues = mailings.unfinished(office)
        else:
            issues = [handlers.find(office, chosen(app, publication), number)]
        for issue in issues:
            words = done[0] if act(office, issue) else done[1]
            counts = office.work.outbox.counts(mailings.copies_of(office.work, issue))
            say(f"{issue.name} {words}; {counted(counts.unresolved, 'mail')} to go.")
            if command == "resume":
                say(*stalled(app, issue.publication, issue.number, counts, paused=False))
    if not issues:
        say("No issue is being sent.")
