"""``mailer presenters``: the bank, who waits for it, and the call to experts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import click

from mailer.app import App
from mailer.commands.terminal import Group, agree, app_of, counted, office_for, reading, say, show_json, show_table
from mailer.errors import Refused
from mailer.handlers import presenter_calls
from mailer.model.cldr import country_code, language_tag
from mailer.model.presenters import QUESTIONNAIRE, Presenter, State, topics_of
from mailer.model.questionnaires import shown
from mailer.presenters import approve, decline, find, retire

number_argument = click.argument("number", type=click.IntRange(min=1))
json_option = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@click.group("presenters", cls=Group)
def presenters_command() -> None:
    """Volunteers who speak at events: the bank, and who waits for it.

    They register by mail with “presenter”, all year; the secretary approves by a reply or here.

    \b
    Examples:
      mailer presenters ls --language fr --free 2027-05-03
      mailer presenters show 12
      mailer presenters approve 12
      mailer presenters call --dry-run
    """


@presenters_command.command("ls")
@click.option("--language", metavar="NAME", help="Only those who speak it: a tag or a name, such as fr or French.")
@click.option("--country", metavar="NAME", help="Only those who live in it or would go there: KE or Kenya.")
@click.option("--topic", help="Only those with this topic, or one that is spelt nearly so.")
@click.option("--free", type=click.DateTime(["%Y-%m-%d"]), help="Only those who can come on this day.")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only those in this state.")
@json_option
@click.pass_context
def list_presenters(
    context: click.Context,
    language: str | None,
    country: str | None,
    topic: str | None,
    free: datetime | None,
    state: str | None,
    as_json: bool,
) -> None:
    """List the presenters: those in the bank and those who wait for it, or those in a state.

    \b
    Examples:
      mailer presenters ls
      mailer presenters ls --language fr --country KE --topic "labour practices"
      mailer presenters ls --state declined --json
    """
    app = app_of(context)
    states = [State(state)] if state else [State.REGISTERED, State.APPROVED]
    with reading(app) as office:
        found = list(office.work.presenters.each(states))
    if language:
        wanted = _known(language_tag(language), "--language", language)
        found = [one for one in found if any(tag.partition("-")[0] == wanted for tag in one.languages)]
    if country:
        code = _known(country_code(country), "--country", country)
        found = [one for one in found if one.serves(code)]
    if topic:
        near = {known.casefold() for known in topics_of(topic, app.rules.presenters.topics)}
        found = [one for one in found if near & {said.casefold() for said in one.topics}]
    if free:
        found = [one for one in found if one.is_free(free.date())]
    _show(found, as_json)


def _known(code: str, option: str, written: str) -> str:
    if not code:
        raise click.BadParameter(f"“{written}” is not one that we know", param_hint=option)
    return code


def _show(found: Sequence[Presenter], as_json: bool) -> None:
    if as_json:
        show_json([as_values(one) for one in found])
    elif found:
        rows = [
            (one.id, one.label, one.country, ", ".join(one.languages), ", ".join(one.topics), one.state, one.scope)
            for one in found
        ]
        show_table((">number", "name", "country", "languages", "topics", "state", "scope"), rows)
    else:
        say("There are none. Experts are asked with `mailer presenters call`.")


def as_values(one: Presenter) -> dict[str, object]:
    """All that is known of a presenter, for scripts."""
    return {
        "number": one.id,
        "address": one.address,
        "name": one.name,
        "organisation": one.organisation,
        "country": one.country,
        "languages": one.languages,
        "regions": one.regions,
        "topics": one.topics,
        "experience": one.experience,
        "busy": [str(period) for period in one.busy],
        "may_publish": one.may_publish,
        "state": one.state.value,
        "scope": one.scope,
        "registered_at": one.registered_at.isoformat(),
        "approved_at": one.approved_at.isoformat() if one.approved_at else None,
    }


@presenters_command.command()
@number_argument
@json_option
@click.pass_context
def show(context: click.Context, number: int, as_json: bool) -> None:
    """Show one presenter, with everything that they said.

    \b
    Example:
      mailer presenters show 12
    """
    app = app_of(context)
    with reading(app) as office:
        one = find(office, number)
    if as_json:
        show_json(as_values(one))
        return
    say(f"{one.label}, {one.address}: {one.state}")
    rows = [(str(field.label), _written(app, field.value)) for field in shown(QUESTIONNAIRE, one.values)]
    rows += [("Scope", one.scope or "–"), ("Documents", one.given or "–"), ("Registered", app.when(one.registered_at))]
    show_table((), [(label, value) for label, value in rows if value])


def _written(app: App, value: object) -> str:
    from mailer.compose.catalogue import ENGLISH
    from mailer.compose.criteria import said

    return value.isoformat() if isinstance(value, date) else said(value, ENGLISH)


@presenters_command.command("approve")
@number_argument
@click.pass_context
def approve_one(context: click.Context, number: int) -> None:
    """Take somebody into the bank; they get the kit and the questions as they are published.

    \b
    Example:
      mailer presenters approve 12
    """
    app = app_of(context)
    with office_for(app, "presenters approve") as office:
        one = approve(office, find(office, number))
    say(f"{one.label} is in the bank, and was sent: {one.given or 'no document, because none is published'}.")


@presenters_command.command("decline")
@number_argument
@click.option("-m", "--message", default="", help="Words to them.")
@click.pass_context
def decline_one(context: click.Context, number: int, message: str) -> None:
    """Do not take somebody into the bank; they are told.

    \b
    Example:
      mailer presenters decline 12 -m "We have enough for this year."
    """
    app = app_of(context)
    with office_for(app, "presenters decline") as office:
        one = decline(office, find(office, number), message)
    say(f"{one.label} was told that they are not taken into the bank.")


@presenters_command.command("retire")
@number_argument
@click.option("--because", default="", help="Why; it is kept in the audit trail.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def retire_one(context: click.Context, number: int, because: str, yes: bool) -> None:
    """Take somebody out of the bank; they are told.

    \b
    Example:
      mailer presenters retire 12 --because "left the organisation"
    """
    app = app_of(context)
    with reading(app) as office:
        one = find(office, number)
    if not agree(f"{one.label} is then asked to no event any more, and told. Take them out?", yes):
        raise Refused("Nothing was changed.")
    with office_for(app, "presenters retire") as office:
        retire(office, find(office, number), because)
    say(f"{one.label} is no longer in the bank.")


@presenters_command.command("call")
@click.option("--list", "key", default="", metavar="KEY", help="Whom to ask, if not [presenters] call.")
@click.option("--dry-run", is_flag=True, help="Show whom it would ask, and write to nobody.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def call(context: click.Context, key: str, dry_run: bool, yes: bool) -> None:
    """Ask the members of a list whether they want to be presenters, one letter each.

    Nobody is asked who has registered, was declined, does not want to be asked again, or was asked not long ago
    ([presenters] ask_again_months).

    \b
    Examples:
      mailer presenters call --dry-run
      mailer presenters call --list wg-member --yes
    """
    app = app_of(context)
    with reading(app) as office:
        planned = presenter_calls.plan(office, key)
    counts = {
        "registered or declined": planned.registered,
        "asked before": planned.lately,
        "suppressed": planned.suppressed,
    }
    left = [f"{count} {why}" for why, count in counts.items() if count]
    left_out = [f"Left out: {', '.join(left)}."] if left else []
    people = counted(len(planned.asked), "member")
    if dry_run:
        say(f"{people} of the list “{planned.list}” would be asked.", *left_out)
        for contact in planned.asked:
            say(f"  {contact.label} <{contact.address}>" if contact.details.name else f"  {contact.address}")
        return
    if not planned.asked:
        say(f"Nobody of the list “{planned.list}” is left to ask.", *left_out)
        return
    say(*left_out)
    if not agree(f"{people} of the list “{planned.list}” get a letter. Ask them?", yes):
        raise Refused("Nobody was asked.")
    with office_for(app, "presenters call") as office:
        sent = presenter_calls.call(office, presenter_calls.plan(office, key))
    say(f"Asked {counted(sent, 'member')} of the list “{planned.list}”. Their answers come by mail.")
