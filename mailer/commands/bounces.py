"""``mailer bounces``: whom mail does not reach, why, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from mailer.app import App
from mailer.commands.terminal import (
    app_of,
    reading,
    say,
    show_json,
    show_json_list,
    show_long_table,
    show_table,
)
from mailer.handlers import bounces
from mailer.handlers.bounces import AddressView
from mailer.model.bounces import LISTED, AddressState, Bouncing
from mailer.model.failures import generalise

STATES = [state.value for state in LISTED]

_NEXT: Mapping[AddressState, str] = {
    AddressState.TROUBLED: "forgotten",
    AddressState.HELD: "mailed again",
    AddressState.SUSPENDED: "tried again",
    AddressState.RETRIED: "mailed again, if nothing comes back",
    AddressState.REMOVED: "nothing: it gets no more mail",
}


@click.command("bounces")
@click.argument("address", required=False)
@click.option(
    "--state", type=click.Choice(STATES), multiple=True, help="Only addresses in this state; may be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def bounces_command(context: click.Context, address: str | None, state: tuple[str, ...], as_json: bool) -> None:
    """Show whom mail does not reach, why, and what happens next; or all about one ADDRESS.

    An address that is said not to exist is suspended at once, tried again after some days, and removed if that mail
    comes back, too. Other failures add to a score that halves with time; at a limit, mailings rest for a while.
    [bounces] in the configuration has the numbers, docs/bounces.md the rest.

    \b
    Examples:
      mailer bounces
      mailer bounces --state removed --json | jq -r '.[].address'
      mailer bounces ana@nmb.example
      mailer member revive ana@nmb.example --because "she has answered by phone"
    """
    app = app_of(context)
    if address is not None:
        if state:
            raise click.UsageError("Name an address, or a --state.")
        with reading(app) as office:
            found = bounces.view(office, address)
        if as_json:
            show_json(_view_json(found))
        else:
            _show_one(app, found)
        return
    states = [AddressState(one) for one in state] or LISTED
    with reading(app) as office:
        listed = bounces.overview(office, states)
        if as_json:
            show_json_list(_json(address, one) for address, one in listed.addresses)
            return
        if not any(listed.counts.get(one) for one in states):
            say("Mail reaches everybody, as far as servers say.")
            return
        rows = ((address, one.state.value, f"{one.since:%Y-%m-%d}", _next_in_a_word(one), _said(one))
                for address, one in listed.addresses)  # fmt: skip
        show_long_table(("address", "state", "since", "next", "why"), rows, shorten=4)
    counts = [f"{listed.counts[one]} {one.value}" for one in LISTED if listed.counts.get(one)]
    say("", f"{', '.join(counts)}. `mailer bounces ADDRESS` shows one.")


def _said(one: Bouncing) -> str:
    """The server's words without the address, which stands beside them."""
    return generalise(one.reply) if one.reply else one.why.value


def _next_in_a_word(one: Bouncing) -> str:
    return f"{one.next_at:%Y-%m-%d}" if one.next_at else "—"


def _show_one(app: App, found: AddressView) -> None:
    one = found.bouncing
    who = found.contact.details.name or found.contact.details.organisation if found.contact else ""
    say(f"{found.address}{f', {who}' if who else ''}")
    rows = []
    if one is not None:
        rows = [
            ("state", f"{one.state.value}, since {app.when(one.changed_at)}"),
            ("trouble since", app.when(one.since)),
            ("why", f"{one.why.value}{f' ({one.status})' if one.status else ''}"),
            ("score", f"{found.score:.1f}"),
            ("next", _next(app, one)),
        ]
    if (stopped := found.suppression) is not None:
        rows += [
            ("no mailings", f"since {app.when(stopped.since)}"),
            ("suppressed", stopped.of),
            ("because", stopped.reason),
        ]
    if rows:
        show_table((), rows)
    else:
        say("All is well, as far as servers say.")
    if found.heard:
        say("")
        said = [(f"{one.at:%Y-%m-%d %H:%M}", one.fate.value, one.why.value, one.reply) for one in found.heard]
        show_table(("reported (UTC)", "fate", "why", "the server's words"), said)
    if one is not None and one.state.stops_mailings:
        say("", "If it works:", f"  mailer member revive {found.address} --because REASON")


def _next(app: App, one: Bouncing) -> str:
    return f"{_NEXT[one.state]}{f' on {app.when(one.next_at)}' if one.next_at else ''}"


def _json(address: str, one: Bouncing) -> dict[str, Any]:
    return {
        "address": address,
        "state": one.state.value,
        "since": one.since.isoformat(),
        "state_since": one.changed_at.isoformat(),
        "why": one.why.value,
        "status": one.status,
        "reply": one.reply,
        "score": round(one.score, 3),
        "score_at": one.scored_at.isoformat(),
        "tries": one.tries,
        "next": _NEXT[one.state],
        "next_at": one.next_at.isoformat() if one.next_at else None,
    }


def _view_json(found: AddressView) -> dict[str, Any]:
    stopped = found.suppression
    return {
        "address": str(found.address),
        "bounces": _json(str(found.address), found.bouncing) | {"score_now": round(found.score, 3)}
        if found.bouncing
        else None,
        "suppressed": {"of": stopped.of, "cause": stopped.cause.value, "reason": stopped.reason,
                       "since": stopped.since.isoformat()} if stopped else None,
        "heard": [
            {"at": one.at.isoformat(), "fate": one.fate.value, "why": one.why.value, "status": one.status,
             "reply": one.reply}
            for one in found.heard
        ],
    }  # fmt: skip
