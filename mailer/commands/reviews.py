"""``mailer review``: the entries of a list are asked whether they are still right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import click

from mailer.app import App
from mailer.commands.arguments import moment
from mailer.commands.terminal import (
    Group,
    agree,
    app_of,
    counted,
    office_for,
    reading,
    say,
    show_json,
    show_json_list,
    show_long_table,
    show_table,
)
from mailer.handlers import reviews
from mailer.handlers.reviews import Standing
from mailer.model.reviews import TO_DECIDE, Entry, EntryState, Round, Seen, Tally
from mailer.reviewing import starting

_list = click.argument("key", metavar="LIST")
_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")
_yes = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group("review", cls=Group)
def review_command() -> None:
    """Ask the entries of a list by mail whether they are still right.

    Each gets its own data and answers by reply: OK, or the lines corrected, or leave, or “ask … instead”. Lists with
    days in “review” are reviewed by themselves; see docs/reviews.md.

    \b
    Examples:
      mailer review start subscriber --dry-run
      mailer review start subscriber --deadline 2027-04-15
      mailer review status
      mailer review show subscriber bea@union.example
      mailer review end subscriber
    """


@review_command.command()
@_list
@click.option("--deadline", metavar="DATE", help="When those who have not answered are put to you, such as 2027-04-15.")
@click.option("--publish/--no-publish", default=None, help="Whether a new version is published at the end.")
@click.option("--dry-run", is_flag=True, help="Say how many would be asked, and change nothing.")
@_yes
@_json
@click.pass_context
def start(
    context: click.Context,
    key: str,
    deadline: str | None,
    publish: bool | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Ask all entries of a list. The daemon sends the mails.

    \b
    Examples:
      mailer review start subscriber --dry-run
      mailer review start nmb --deadline 2027-04-15 --publish --yes
    """
    app = app_of(context)
    ends_at = moment(app, deadline) if deadline else None
    with reading(app) as office:
        entries = starting.planned(office, key)
    if dry_run:
        if as_json:
            show_json({"list": key, "entries": entries, "started": False})
        else:
            say(f"{counted(entries, 'entry', 'entries')} would be asked.")
        return
    if as_json and not yes:
        raise click.UsageError("JSON output cannot prompt: add --yes or --dry-run.")
    if not agree(f"Ask {counted(entries, 'entry', 'entries')} now?", yes):
        say("Nobody was asked.")
        return
    with office_for(app, "review start") as office:
        begun = starting.start(office, key, deadline=ends_at, publish=publish)
    if as_json:
        show_json({"list": key, "entries": entries, "started": True, **_round_json(begun)})
    else:
        say(
            f"{counted(entries, 'entry', 'entries')} are asked; `mailer review status {key}` shows the answers.",
            f"On {app.when(begun.ends_at)} you are asked what becomes of those who have not answered.",
        )


@review_command.command()
@click.argument("key", metavar="LIST", required=False, default="")
@_json
@click.pass_context
def status(context: click.Context, key: str, as_json: bool) -> None:
    """Show how the reviews stand: who answered, changed something, is silent, or cannot be reached.

    \b
    Examples:
      mailer review status
      mailer review status subscriber --json
    """
    app = app_of(context)
    with reading(app) as office:
        found = reviews.standing(office, key)
    if as_json:
        show_json([_standing_json(one) for one in found])
        return
    if not found:
        say("Nothing was reviewed yet: `mailer review start LIST`.")
    for one in found:
        _show_standing(app, one, by_country=bool(key))


def _show_standing(app: App, one: Standing, by_country: bool) -> None:
    made, tally = one.a_round, one.total
    title = f"{made.list}: {made.state} since {app.when(made.ended_at or made.started_at)}"
    if made.is_running:
        title += f", {made.stage}"
    rows = [_row("all", tally)]
    if by_country and len(one.countries) > 1:
        rows += [_row(country or "—", part) for country, part in one.countries.items()]
    show_table(("", ">entries", ">answered", ">changed", ">waiting", ">silent", ">bounced"), rows, title)
    if one.due is not None:
        say(f"The next step is due on {app.when(one.due)}.")
    if made.is_running and (left := tally.of(*TO_DECIDE)):
        say(f"{counted(left, 'entry', 'entries')} wait for your decision: `mailer review show {made.list} --open`.")
    if made.version:
        say(f"Version {made.version} of the list was published at its end.")


def _row(name: str, tally: Tally) -> tuple[object, ...]:
    return name, tally.entries, tally.answered, tally.changed, tally.waiting, tally.silent, tally.bounced


@review_command.command()
@_list
@click.argument("address", required=False)
@click.option("--open", "is_open", is_flag=True, help="Only entries that wait for a decision.")
@_json
@click.pass_context
def show(context: click.Context, key: str, address: str | None, is_open: bool, as_json: bool) -> None:
    """Show each entry of the newest review, or what became of one person in all of them.

    \b
    Examples:
      mailer review show subscriber
      mailer review show subscriber --open
      mailer review show subscriber bea@union.example --json
    """
    app = app_of(context)
    with reading(app) as office:
        if address:
            _show_one(app, reviews.show(office, key, address), as_json)
            return
        states = TO_DECIDE if is_open else ()
        entries = reviews.entries(office, key, states)
        if as_json:
            show_json_list(_seen_json(seen) for seen in entries)
            return
        rows = (
            (
                str(seen.number),
                seen.address,
                seen.organisation or seen.name,
                seen.state.value,
                app.when(seen.changed_at),
            )
            for seen in entries
        )
        show_long_table((">number", "address", "who", "state", "since"), rows, shorten=2)


def _show_one(app: App, found: list[tuple[Round, Entry]], as_json: bool) -> None:
    if as_json:
        show_json(
            [
                {**_round_json(made), "number": entry.number, "entry": entry.state.value, "bounced": entry.bounced}
                for made, entry in found
            ]
        )
        return
    rows = [
        (app.when(made.started_at), made.state.value, entry.number, entry.state.value, app.when(entry.changed_at))
        for made, entry in found
    ]
    show_table(("review", "it is", ">number", "entry", "since"), rows)


@review_command.command()
@_list
@click.option("--publish", is_flag=True, help="Publish a new version of the list.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@_yes
@click.pass_context
def end(context: click.Context, key: str, publish: bool, dry_run: bool, yes: bool) -> None:
    """End a review now, and carry out its policy on those who have not answered.

    \b
    Examples:
      mailer review end subscriber --dry-run
      mailer review end subscriber --publish
    """
    app = app_of(context)
    with reading(app) as office:
        one, tally = reviews.to_decide(office, key)
    left = tally.waiting + tally.of(EntryState.NAMED, EntryState.SILENT, EntryState.BOUNCED)
    say(f"{counted(left, 'entry', 'entries')} without an answer: the policy is “{one.policy}”.")
    if dry_run:
        return
    if not agree("End the review now?", yes):
        say("Nothing was changed.")
        return
    with office_for(app, "review end") as office:
        reviews.end(office, key, publish=publish)
    say("The review ends; the daemon carries the policy out, and mails you the figures.")


@review_command.command()
@_list
@_yes
@click.pass_context
def cancel(context: click.Context, key: str, yes: bool) -> None:
    """Stop a review: nobody else is asked, and nothing happens to anybody. Answers that come still count.

    \b
    Example:
      mailer review cancel subscriber
    """
    app = app_of(context)
    if not agree(f"Cancel the review of “{key}”?", yes):
        say("Nothing was changed.")
        return
    with office_for(app, "review cancel") as office:
        reviews.cancel(office, key)
    say("The review is cancelled.")


@review_command.command()
@_list
@click.pass_context
def resume(context: click.Context, key: str) -> None:
    """Go on with the mails of a review whose sending was suspended.

    \b
    Example:
      mailer review resume subscriber
    """
    app = app_of(context)
    with office_for(app, "review resume") as office:
        resumed = reviews.resume(office, key)
    say("Its mails go out again." if resumed else "Nothing of it was suspended.")


def _round_json(made: Round) -> dict[str, object]:
    return {
        "review": made.id,
        "list": made.list,
        "state": made.state.value,
        "stage": made.stage.value,
        "day": made.planned_for.isoformat() if made.planned_for else None,
        "started": made.started_at.isoformat(),
        "started_by": made.started_by,
        "ends": made.ends_at.isoformat(),
        "ended": made.ended_at.isoformat() if made.ended_at else None,
        "policy": made.policy.value,
        "publish": made.publish,
        "version": made.version or None,
    }


def _standing_json(one: Standing) -> dict[str, object]:
    return {
        **_round_json(one.a_round),
        "due": one.due.isoformat() if one.due else None,
        **_figures(one.total),
        "mails": {state.value: count for state, count in one.mails.by_state.items()},
        "countries": {country: _figures(part) for country, part in one.countries.items()},
    }


def _figures(tally: Tally) -> Mapping[str, object]:
    return {
        "entries": tally.entries,
        "answered": tally.answered,
        "changed": tally.changed,
        "waiting": tally.waiting,
        "silent": tally.silent,
        "bounced": tally.bounced,
        "states": {state.value: tally.of(state) for state in EntryState if tally.of(state)},
    }


def _seen_json(seen: Seen) -> dict[str, object]:
    return {**seen._asdict(), "state": seen.state.value, "changed_at": _iso(seen.changed_at)}


def _iso(time: datetime) -> str:
    return time.isoformat()
