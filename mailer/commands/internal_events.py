"""``mailer events invite`` and ``speaker``: events for the group's own members."""

from __future__ import annotations

from email.utils import parseaddr

import click

from mailer.commands.event_lines import number_argument, yes_option
from mailer.commands.terminal import agree, app_of, counted, office_for, reading, say
from mailer.errors import Refused
from mailer.handlers import event_records, internal_events
from mailer.message import Address


@click.command()
@number_argument
@yes_option
@click.pass_context
def invite(context: click.Context, number: int, yes: bool) -> None:
    """Ask each of the group's own members by mail whether they come to an internal event.

    Members who were asked before are not asked again.

    \b
    Example:
      mailer events invite 12
    """
    app = app_of(context)
    key = app.rules.events.members
    with reading(app) as office:
        event = event_records.require(office, number)
        members = len(office.work.lists.members(key)) if key else 0
    if members and not agree(f"Ask {counted(members, 'member')} of “{key}” to “{event.title}”?", yes):
        raise Refused("Nobody was invited.")
    with office_for(app, "events invite") as office:
        asked = internal_events.invite(office, event_records.require(office, number))
    say(f"Invited {counted(asked, 'member')}.")


@click.command()
@number_argument
@click.argument("addresses", nargs=-1, required=True)
@click.pass_context
def speaker(context: click.Context, number: int, addresses: tuple[str, ...]) -> None:
    """Ask people by mail whether they speak at an internal event, and about what.

    \b
    Example:
      mailer events speaker 12 "Ana Kim <ana@example.org>"
    """
    app = app_of(context)
    with office_for(app, "events speaker") as office:
        for spec in addresses:
            internal_events.ask_speaker(office, event_records.require(office, number), _address(spec))
    say(f"Asked {counted(len(addresses), 'speaker')}; `mailer events show {number}` has their answers.")


def _address(spec: str) -> Address:
    try:
        name, address = parseaddr(spec)
        return Address.parse(address or spec, name)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None
