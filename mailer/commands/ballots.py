"""``mailer ballot``: who voted what, and what can be done with a ballot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import click

from mailer.app import App
from mailer.approval.facts import facts, silent
from mailer.commands.absences import substitute_command
from mailer.commands.arguments import chosen, moment, publication_option, span_of
from mailer.commands.ballot_facts import (
    ballot_json,
    comments,
    head,
    refusal,
    seat_row,
    short_time,
    vote_json,
    vote_row,
    votes_of,
)
from mailer.commands.terminal import (
    Group,
    agree,
    app_of,
    counted,
    office_for,
    reading,
    say,
    show_json,
    show_table,
)
from mailer.errors import Refused
from mailer.handlers import ballots, issues
from mailer.model.approvals import Ballot, Choice, Outcome
from mailer.model.issues import Issue
from mailer.model.working_days import Span
from mailer.office import Office

Find = Callable[[Office], Ballot]
"""Finds the ballot that a command names."""


def ballot_argument(command: click.decorators.FC) -> click.decorators.FC:
    """``BALLOT``, or ``--issue`` and ``-p``; without either the only open ballot."""
    return click.argument("ballot", type=click.IntRange(min=1), required=False)(issue_option(command))


def issue_option(command: click.decorators.FC) -> click.decorators.FC:
    option = click.option(
        "--issue", type=click.IntRange(min=0), metavar="NUMBER", help="The latest ballot of an issue."
    )
    return option(publication_option(command))


note_option = click.option("-m", "--note", default="", metavar="TEXT", help="Words for the members who are told.")
until_option = click.option(
    "--until", metavar="WHEN", help="The new deadline: 2026-12-01T12:00, by the office's clock."
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
yes_option = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


def _finder(app: App, ballot: int | None, issue: int | None, publication: str | None, *, ended: bool = False) -> Find:
    def find(office: Office) -> Ballot:
        if issue is None:
            return ballots.find(office, ballot, ended=ended)
        about = issues.find(office, chosen(app, publication), issue)
        return ballots.latest(office, Issue.KIND, about.id, about.name)

    return find


@click.group("ballot", cls=Group)
def ballot_command() -> None:
    """Show who voted what, and remind, extend, close, reopen or withdraw a ballot.

    BALLOT is a number that `mailer ballot ls` shows; without one, the only open ballot is meant, or the latest one of
    an issue with --issue. If none is open, show and votes take the latest one. Editors can remind, extend and withdraw
    by replying to a notice, too.

    \b
    Examples:
      mailer ballot ls
      mailer ballot show 7
      mailer ballot extend 7 2 days
    """


# --- looking ---


@ballot_command.command("ls")
@click.option("--all", "every", is_flag=True, help="Those that have ended, too.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def list_ballots(context: click.Context, every: bool, as_json: bool) -> None:
    """List the open ballots, the newest first.

    \b
    Examples:
      mailer ballot ls
      mailer ballot ls --all --json | jq '.[] | select(.outcome == "granted")'
    """
    app = app_of(context)
    with reading(app) as office:
        found = ballots.listed(office, every)
    if as_json:
        show_json([ballot_json(app, one) for one in found])
    elif found:
        head = (">ballot", "about", ">revision", "state", "votes", "until")
        rows = [
            (
                one.ballot.id,
                one.heading,
                one.ballot.revision,
                one.ballot.outcome.value,
                votes_of(one),
                short_time(app, one.ballot.deadline),
            )
            for one in found
        ]
        show_table(head, rows)
    else:
        say("No ballot yet." if every else "No ballot is open; `mailer ballot ls --all` lists those that have ended.")


@ballot_command.command()
@ballot_argument
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show(context: click.Context, ballot: int | None, issue: int | None, as_json: bool, publication: str | None) -> None:
    """Show a ballot: who voted what and how that was proven, who has not, what was refused, what comes next.

    \b
    Examples:
      mailer ballot show
      mailer ballot show 7
      mailer ballot show --issue 5 --json
    """
    app = app_of(context)
    with reading(app) as office:
        found = facts(office, _finder(app, ballot, issue, publication, ended=True)(office))
    if as_json:
        show_json(ballot_json(app, found))
        return
    show_table((), list(head(app, found)))
    say("")
    show_table(("member", "vote", "when", "how"), [seat_row(app, found, seat) for seat in found.seats])
    say(*comments(found.votes, found))
    if found.refused:
        say("", "Not counted:")
        say(*(refusal(app, found.member(reply.paper), reply) for reply in found.refused))


@ballot_command.command()
@ballot_argument
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def votes(
    context: click.Context, ballot: int | None, issue: int | None, as_json: bool, publication: str | None
) -> None:
    """List every vote of a ballot in the order in which they came, those that a later one replaced too.

    \b
    Examples:
      mailer ballot votes 7
      mailer ballot votes 7 --json | jq '.[].message_id'
    """
    app = app_of(context)
    with reading(app) as office:
        found = facts(office, _finder(app, ballot, issue, publication, ended=True)(office))
    if as_json:
        show_json([vote_json(found, vote) for vote in found.votes])
    elif found.votes:
        show_table(("when", "member", "vote", "counts", "how"), [vote_row(app, found, vote) for vote in found.votes])
        say(*comments(found.votes, found))
    else:
        say(f"Nobody has voted on {found.heading} yet.")


# --- acting ---


@ballot_command.command()
@ballot_argument
@note_option
@dry_run_option
@click.pass_context
def remind(
    context: click.Context, ballot: int | None, issue: int | None, note: str, dry_run: bool, publication: str | None
) -> None:
    """Ask the members who have not voted once more.

    \b
    Examples:
      mailer ballot remind
      mailer ballot remind 7 -m "The printer waits for it."
    """
    app = app_of(context)
    find = _finder(app, ballot, issue, publication)
    if dry_run:
        with reading(app) as office:
            found = find(office)
            ballots.require_open(found)
            names = [paper.name for paper in silent(office, found)]
    else:
        with office_for(app, "ballot remind") as office:
            names = ballots.remind(office, find(office), note)
    verb = "Would remind" if dry_run else "Reminded"
    say(f"{verb}: {', '.join(names)}." if names else "Everybody has voted; there is nobody to remind.")


@ballot_command.command()
@click.argument("words", nargs=-1, metavar="[BALLOT] [2 days]")
@issue_option
@until_option
@note_option
@dry_run_option
@click.pass_context
def extend(
    context: click.Context,
    words: tuple[str, ...],
    issue: int | None,
    until: str | None,
    note: str,
    dry_run: bool,
    publication: str | None,
) -> None:
    """Move the deadline of a ballot, and tell the board.

    The time is added to the deadline, in days, weeks or working days.

    \b
    Examples:
      mailer ballot extend 2 days
      mailer ballot extend 7 3 working days
      mailer ballot extend 7 --until 2026-12-01T12:00
    """
    app = app_of(context)
    number, span = _number_and_span(words)
    find = _finder(app, number, issue, publication)
    with reading(app) as office:
        deadline = _deadline(app, office, find(office), span, until)
        ballots.require_extendable(office, find(office), deadline)
    if not dry_run:
        with office_for(app, "ballot extend") as office:
            ballots.extend(office, find(office), deadline, note)
    say(f"The board {'could' if dry_run else 'can'} vote until {app.when(deadline)}.")


@ballot_command.command()
@click.argument("words", nargs=-1, metavar="[BALLOT] [2 days]")
@issue_option
@until_option
@note_option
@dry_run_option
@click.pass_context
def reopen(
    context: click.Context,
    words: tuple[str, ...],
    issue: int | None,
    until: str | None,
    note: str,
    dry_run: bool,
    publication: str | None,
) -> None:
    """Open a ballot that lapsed or was withdrawn once more, and tell the board.

    What the board was asked about must be the same still. Votes that stood stand, and those that came late count. The
    time runs from now; without one, it is what the policy gives.

    \b
    Examples:
      mailer ballot reopen 7
      mailer ballot reopen 7 3 working days
    """
    app = app_of(context)
    number, span = _number_and_span(words)
    find = _finder(app, number, issue, publication)
    with reading(app) as office:
        found = find(office)
        given = span or (None if until else found.terms.deadline)
        deadline = _deadline(app, office, found, given, until, from_now=True)
        ballots.require_reopenable(office, found, deadline)
    outcome = Outcome.OPEN
    if not dry_run:
        with office_for(app, "ballot reopen") as office:
            outcome = ballots.reopen(office, find(office), deadline, note)
    if dry_run:
        say(f"Ballot {found.id} would be open until {app.when(deadline)}.")
    elif outcome is Outcome.OPEN:
        say(f"Ballot {found.id} is open until {app.when(deadline)}.")
    else:
        say(f"Ballot {found.id} is {outcome.value}: the votes that were given decide it.")


def _number_and_span(words: Sequence[str]) -> tuple[int | None, Span | None]:
    """``7 2 days`` is a ballot and a time, ``2 days`` is a time, ``7`` a ballot. Raises BadParameter."""
    text = " ".join(words)
    if not text or span_of(text):
        return None, span_of(text)
    first, _, rest = text.partition(" ")
    if first.isdigit() and (not rest or span_of(rest)):
        return int(first), span_of(rest)
    raise click.BadParameter(
        f"“{text}” is neither a ballot's number nor a time such as “2 days”, “1 week” or “3 working days”",
        param_hint="[BALLOT] [2 days]",
    )


def _deadline(
    app: App, office: Office, ballot: Ballot, span: Span | None, until: str | None, *, from_now: bool = False
) -> datetime:
    """The new deadline. Raises UsageError unless exactly one of a time and ``--until`` is given."""
    if bool(span) == bool(until):
        raise click.UsageError("Say how much time, such as “2 days”, or name the new deadline with --until.")
    if until:
        named = moment(app, until)
        assert named is not None
        return named
    assert span is not None
    start = office.now if from_now else max(ballot.deadline, office.now)
    return office.rules.calendar.after(start, span)


@ballot_command.command()
@ballot_argument
@note_option
@dry_run_option
@yes_option
@click.pass_context
def close(
    context: click.Context,
    ballot: int | None,
    issue: int | None,
    note: str,
    dry_run: bool,
    yes: bool,
    publication: str | None,
) -> None:
    """End a ballot now, as it stands.

    It is granted only if the votes that were given are enough; silence is no consent before the deadline. Those who
    have not voted are told that they need not.

    \b
    Examples:
      mailer ballot close 7 --dry-run
      mailer ballot close 7 --yes
    """
    app = app_of(context)
    find = _finder(app, ballot, issue, publication)
    with reading(app) as office:
        found, outcome = find(office), ballots.closing(office, find(office))
    ends = "granted" if outcome is Outcome.GRANTED else f"not granted ({outcome.value})"
    if dry_run:
        say(f"Ballot {found.id} would end now, {ends}.")
        return
    if not agree(f"Ballot {found.id} ends now, {ends}. Close it?", yes):
        raise Refused("Nothing was closed.")
    with office_for(app, "ballot close") as office:
        outcome = ballots.close(office, find(office), note)
    say(f"Ballot {found.id} has ended: {outcome.value}.")


@ballot_command.command()
@ballot_argument
@note_option
@dry_run_option
@yes_option
@click.pass_context
def withdraw(
    context: click.Context,
    ballot: int | None,
    issue: int | None,
    note: str,
    dry_run: bool,
    yes: bool,
    publication: str | None,
) -> None:
    """Withdraw a ballot and its grant, and tell the board. What it is about stays as it was built.

    \b
    Examples:
      mailer ballot withdraw 7 --dry-run
      mailer ballot withdraw 7 --yes -m "A name is missing."
    """
    app = app_of(context)
    find = _finder(app, ballot, issue, publication)
    with reading(app) as office:
        found = facts(office, find(office))
        ballots.require_withdrawable(office, found.ballot)
    what = f"Ballot {found.ballot.id} on {found.heading} is {found.ballot.outcome.value} ({votes_of(found)})"
    if dry_run:
        say(f"{what}; it would be withdrawn, and the board told.")
        return
    if not agree(f"{what}. The board is told at once. Withdraw it?", yes):
        raise Refused("Nothing was withdrawn.")
    with office_for(app, "ballot withdraw") as office:
        ballots.withdraw(office, find(office), note)
    say(f"Ballot {found.ballot.id} is withdrawn, and the board is told.")


@ballot_command.command()
@ballot_argument
@dry_run_option
@yes_option
@click.pass_context
def escalate(
    context: click.Context, ballot: int | None, issue: int | None, dry_run: bool, yes: bool, publication: str | None
) -> None:
    """Ask the board that the policy names next (escalate_to) now, and not at the deadline.

    The ballot ends without a grant, and its votes do not count at the other board. Both boards are told.

    \b
    Examples:
      mailer ballot escalate 7 --dry-run
      mailer ballot escalate 7 --yes
    """
    app = app_of(context)
    find = _finder(app, ballot, issue, publication)
    with reading(app) as office:
        found = facts(office, find(office))
        title = ballots.require_escalatable(office, found.ballot)
    what = f"Ballot {found.ballot.id} on {found.heading} has {votes_of(found)}"
    if dry_run:
        say(f"{what}; it would be passed on to {title}.")
        return
    if not agree(f"{what}. Both boards are told at once. Pass it on to {title}?", yes):
        raise Refused("Nothing was passed on.")
    with office_for(app, "ballot escalate") as office:
        asked = ballots.escalate(office, find(office))
    say(f"Ballot {found.ballot.id} is passed on to {title}: ballot {asked.id}, until {app.when(asked.deadline)}.")


@ballot_command.command()
@click.argument("member")
@click.argument("choice", type=click.Choice([choice.value for choice in Choice], case_sensitive=False))
@click.option("--because", required=True, metavar="TEXT", help="How the vote came, and who confirms it.")
@click.option("--ballot", type=click.IntRange(min=1), metavar="NUMBER", help="By default the only open one.")
@issue_option
@dry_run_option
@yes_option
@click.pass_context
def enter(
    context: click.Context,
    member: str,
    choice: str,
    because: str,
    ballot: int | None,
    issue: int | None,
    dry_run: bool,
    yes: bool,
    publication: str | None,
) -> None:
    """Enter the vote of a member that came by another way than mail, if the policy allows it.

    The member and the whole board are told at once. Who has voted by mail can only be changed by their own reply, and
    the last vote that a grant needs is never one that was entered.

    \b
    Example:
      mailer ballot enter anna@board.example approve \\
        --because "by telephone, confirmed by Nora Lind"
    """
    app = app_of(context)
    find, voted = _finder(app, ballot, issue, publication), Choice(choice.lower())
    if not because.strip():
        raise click.UsageError("Say in --because how the vote came, and who confirms it.")
    with reading(app) as office:
        found = find(office)
        paper = ballots.voter(office, found, member)
        ballots.require_enterable(office, found, paper, voted)
        told = sum(one.asked for one in office.work.approvals.papers(found.id))
    if dry_run:
        say(f"This would enter “{voted.value}” for {paper.name}, and tell {counted(told, 'member')}.")
        return
    if not agree(f"Enter “{voted.value}” for {paper.name}, and tell {counted(told, 'member')} at once?", yes):
        raise Refused("Nothing was entered.")
    with office_for(app, "ballot enter") as office:
        found = find(office)
        outcome = ballots.enter(office, found, ballots.voter(office, found, member), voted, because)
    stands = f"Ballot {found.id} is {outcome.value}"
    say(f"Entered “{voted.value}” for {paper.name}, and told {counted(told, 'member')}. {stands}.")


ballot_command.add_command(substitute_command)
