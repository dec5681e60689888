"""``mailer issue``: write, check, build, look at and submit an issue."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from mailer import author_consent
from mailer.app import App, examples, issue_files
from mailer.app.office_files import OfficeFiles
from mailer.commands.arguments import chosen, number_argument
from mailer.commands.article_plan import plan
from mailer.commands.editions import in_a_line, progress_json, translate
from mailer.commands.needs import sentences
from mailer.commands.printing import print_issue
from mailer.commands.report_articles import draft
from mailer.commands.sending import settle_if_idle
from mailer.commands.status import issue_json, state_of
from mailer.commands.terminal import Group, agree, app_of, counted, office_for, reading, say, show_json, show_table
from mailer.compose.issues import marked
from mailer.errors import Refused
from mailer.handlers import channels, issues, mailings, translations
from mailer.handlers.editions import edition_facts
from mailer.handlers.issues import Facts, Submission
from mailer.model.issues import BUILT, HALTABLE, Edition, Issue
from mailer.model.needs import Need, NeedKind
from mailer.model.next_steps import next_step
from mailer.model.outbox import Delivery
from mailer.office import Office
from mailer.office_status import IssueStatus, all_issues, standing


@click.group("issue", cls=Group)
def issue_command() -> None:
    """Write, check, build, look at and submit an issue.

    \b
    Examples:
      mailer issue new 2 --title "After Bangkok"
      mailer issue check 2
      mailer issue build 2
      mailer issue show 2 --out /tmp/look
      mailer issue submit 2
      mailer issue amend 2 -m "date in article 1"
      mailer issue translate 2 fr --ask anne@afnor.example
      mailer issue draft 3 --from-report 12
      mailer issue plan 2
      mailer issue list
    """


issue_command.add_command(translate)
issue_command.add_command(draft)
issue_command.add_command(plan)
issue_command.add_command(print_issue)


@issue_command.command()
@number_argument
@click.option("--title", default="", help="The title of the issue.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day on its masthead; by default today.")
@click.pass_context
def new(context: click.Context, number: int, title: str, day: datetime | None, publication: str | None) -> None:
    """Create the folder of an issue, with an article to start from.

    The number of a cancelled issue can be used again: its folder is kept under another name.

    \b
    Example:
      mailer issue new 2 --title "After Bangkok" --date 2026-12-01
    """
    app = app_of(context)
    key = chosen(app, publication)
    made = app.create_issue(key, number, title, (day or app.clock.now()).date())
    typed = app.rules.typed(key, number)
    if made.aside:
        say(f"The cancelled issue {number} is kept in {made.aside}.")
    say(f"Made {made.folder}: edit issue.toml and the articles, then run `mailer issue check {typed}`.")


@issue_command.command()
@number_argument
@click.pass_context
def check(context: click.Context, number: int, publication: str | None) -> None:
    """Read and render an issue, and report every fault; store nothing.

    \b
    Examples:
      mailer issue check 2
      mailer issue check 1 -p member-update
    """
    app = app_of(context)
    key = chosen(app, publication)
    source = app.read_issue(key, number)
    edition = app.edition(key, source)
    with suppress(Refused), reading(app) as office:  # without a store nothing was built
        _say_versions(issues.other_versions(office, key, number))
        _say_events(_events_changed(app, office, office.work.issues.issue(key, number)))
        _say_missing(author_consent.missing(office, source))
    warned = _warn(app, edition, key, number)
    found = f"No faults, but {counted(warned, 'warning')}" if warned else "No faults"
    say(f"{edition.subject}: {counted(len(source.articles), 'article')}, {_extent(edition)}. {found}.")


@issue_command.command()
@number_argument
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def build(context: click.Context, number: int, yes: bool, publication: str | None) -> None:
    """Render an issue and freeze its bytes.

    The same source gives the same bytes. Other bytes than the board has seen withdraw its ballot and its grant; it
    asks before it does that.

    \b
    Examples:
      mailer issue build 2
      mailer issue build 2 --yes
    """
    app = app_of(context)
    key = chosen(app, publication)
    source = app.read_issue(key, number)
    edition = app.edition(key, source)
    with reading(app) as office:
        would_void = issues.would_void(office, source, edition)
        _say_versions(issues.other_versions(office, key, number))
    if would_void and not agree(VOIDS.format(source.number, would_void), yes):
        raise Refused("Nothing was built.")
    issue_files.keep_events(app, key, source)
    with office_for(app, "issue build") as office:
        built = issues.build(office, source, edition, str(app.issue_folder(key, number)))
    _warn(app, edition, key, number)
    say(f"Built {edition.subject}: {_extent(edition)}, digest {built.digest[:12]}.")
    if built.voided:
        say(f"It was {built.voided} with other bytes; that no longer holds.")
    if built.can_be_submitted:
        name = app.rules.typed(key, number)
        say(f"Look at it with `mailer issue show {name} --out FOLDER`, then `mailer issue submit {name}`.")


VOIDS = "Issue {} is {} with other bytes. To build it withdraws that, and the board must be asked again. Build it?"


def _say_versions(others: Sequence[str]) -> None:
    """Say which programs made the issue as it was built, if they are others here (D9)."""
    if others:
        say(f"warning: it was built with {', '.join(others)}: here the same source may have other bytes", aside=True)


def _events_changed(app: App, office: Office, issue: Issue | None) -> list[str]:
    """What of the events in an issue is other now than it was built with, while it can be built again."""
    return issue_files.events_changed(app, office.work, issue) if issue and issue.state in BUILT else []


def _say_events(changes: Sequence[str]) -> None:
    for change in changes:
        say(f"warning: differs from what was built: {change}", aside=True)


def _say_missing(sentences: Sequence[str]) -> None:
    """Say which authors have not said yes to what is printed under their names."""
    for sentence in sentences:
        say(f"warning: {sentence}", aside=True)


def _warn(app: App, edition: Edition, publication: str, number: int) -> int:
    """Say what should be looked at, and return how much that is."""
    warnings = [*edition.warnings, *examples.in_issue(app, publication, number)]
    for warning in warnings:
        say(f"warning: {warning}", aside=True)
    return len(warnings)


def _extent(edition: Edition) -> str:
    return f"{counted(edition.pages, 'A4 page')}, {_size(edition)} KB"


def _size(edition: Edition) -> int:
    """Kilobytes of the whole mail, as encoded."""
    binary = len(edition.pdf) + sum(len(picture.data) for picture in edition.pictures)
    return (binary * 78 // 57 + len(edition.html.encode()) + len(edition.text.encode())) // 1000


@issue_command.command()
@number_argument
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write PDF, HTML and text into this folder."
)
@click.option("--edition", metavar="LANGUAGE", default="", help="With --out: the edition in this language.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show(
    context: click.Context, number: int, out: Path | None, edition: str, as_json: bool, publication: str | None
) -> None:
    """Show how an issue stands, and write its PDF, HTML and text to look at.

    \b
    Examples:
      mailer issue show 1 --out /tmp/look
      mailer issue show 1 --edition fr --out /tmp/look
    """
    app = app_of(context)
    key = chosen(app, publication)
    with reading(app) as office:
        facts = issues.facts(office, issues.find(office, key, number))
        one = standing(office, facts.issue)
        editions = translations.overview(office, facts.issue)
        events = _events_changed(app, office, facts.issue)
        elsewhere = channels.of_issue(office, facts.issue)
    shown = {**_facts_json(app, facts, one), "events_differ": "; ".join(events) or None}
    shown["elsewhere"] = "; ".join(f"{title}: {given.outcome}" for title, given in elsewhere) or None
    if as_json:
        show_json({**shown, "editions": [progress_json(made) for made in editions]})
    else:
        rows = [(name.replace("_", " "), _shown(value)) for name, value in shown.items()]
        show_table((), [*rows, *(("edition", in_a_line(made)) for made in editions)])
    if out is not None:
        _write_out(app, facts, edition, out, as_json)


def _write_out(app: App, facts: Facts, language: str, out: Path, as_json: bool) -> None:
    """Write the issue, or its edition in this language, as files; one without a grant is marked."""
    issue, edition, fault, tag = facts.issue, facts.edition, facts.fault, ""
    if language:
        with office_for(app, "issue show --out") as office:
            edition, fault, tag = edition_facts(office, issue, language)
    elif edition is not None and fault:
        with office_for(app, "issue show --out") as office:
            issues.show_draft(office, issue)
    if edition is None:
        return
    name = app.rules.publications[issue.publication].pdf_name(issue.number, tag)
    shown, name = (marked(edition, DRAFT), f"draft-{name}") if fault else (edition, name)
    write_files(shown, out, name)
    say(f"Written to {out}{', marked as a draft' if fault else ''}.", aside=as_json)


DRAFT = "DRAFT, not approved: only for those who work on it."


def _facts_json(app: App, facts: Facts, one: IssueStatus) -> dict[str, object]:
    issue = facts.issue
    in_part = [Need(NeedKind.LISTS_LEFT, issue, one.unreached, one.lists_left)] if one.unreached else []
    return {
        "issue": f"{app.rules.publication(issue.publication).title} {issue.number}",
        "title": issue.title,
        "state": issue.state.value,
        "folder": issue.folder,
        "digest": facts.digest or None,
        "granted": "yes" if not facts.fault else f"no: {facts.fault}",
        "changed_since": ", ".join(facts.changed) or None,
        "built_with": ", ".join(facts.versions) or None,
        "edited_since": facts.edited,
        "pages": facts.edition.pages if facts.edition else None,
        "next": next(sentences(app, in_part), next_step(app.rules, issue, facts.edited)),
    }


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "—" if value is None else str(value)


def write_files(edition: Edition, folder: Path, pdf: str) -> None:
    """Write the edition as files to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in edition.as_files(pdf.removesuffix(".pdf")).items():
        OfficeFiles.write(folder / name, content)


@issue_command.command()
@number_argument
@click.pass_context
def submit(context: click.Context, number: int, publication: str | None) -> None:
    """Submit an issue to the board: every member gets it, and votes by replying.

    \b
    Example:
      mailer issue submit 2
    """
    app = app_of(context)
    key = chosen(app, publication)
    with office_for(app, "issue submit") as office:
        _say_versions(issues.other_versions(office, key, number))
        issue = issues.find(office, key, number)
        asked = issues.submit(office, issue)
        _say_missing(author_consent.missing_of_built(office, issue))
    _say_submitted(app, asked)


def _say_submitted(app: App, asked: Submission) -> None:
    at_work = "The daemon sends" if app.at_work else "No daemon is at work: `mailer run` sends"
    members, needed = counted(asked.members, "member"), counted(asked.needed, "approval")
    say(
        f"Submitted to {members}; {needed} needed, until {app.when(asked.ballot.deadline)}.",
        f"{at_work} the mails; `mailer send` sends them now.",
    )


@issue_command.command()
@number_argument
@click.option("-m", "--note", required=True, metavar="TEXT", help="What has changed and why, for the board.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def amend(context: click.Context, number: int, note: str, dry_run: bool, yes: bool, publication: str | None) -> None:
    """Ask the board about an issue that was changed after it was submitted, with a note on the change.

    This builds the issue, withdraws the ballot on the version before, and submits the new one: all of it or nothing.

    \b
    Examples:
      mailer issue amend 5 -m "date in article 2"
      mailer issue amend 5 -m "date in article 2" --dry-run
    """
    app = app_of(context)
    key = chosen(app, publication)
    if not note.strip():
        raise click.UsageError("Say in --note what has changed and why: the board reads it.")
    source = app.read_issue(key, number)
    edition = app.edition(key, source)
    with reading(app) as office:
        issue = issues.find(office, key, number)
        issues.require_amendable(office, issue, source, edition)
        lapse = issues.votes_to_lapse(office, issue)
    _warn(app, edition, key, number)
    voted = f"{counted(lapse, 'vote')} on it no longer {'counts' if lapse == 1 else 'count'}"
    what = f"Issue {number} is {issue.state}. The new version takes its place; {voted}, and the whole board is asked"
    if dry_run:
        say(f"{what}: {_extent(edition)}. Nothing was changed.")
        return
    if not agree(f"{what}. Amend it?", yes):
        raise Refused("Nothing was amended.")
    issue_files.keep_events(app, key, source)
    with office_for(app, "issue amend") as office:
        asked = issues.amend(office, source, edition, str(app.issue_folder(key, number)), note.strip())
    say(f"Built {edition.subject}: {_extent(edition)}, digest {asked.ballot.subject.digest[:12]}.")
    _say_submitted(app, asked)


@issue_command.command()
@number_argument
@click.pass_context
def unschedule(context: click.Context, number: int, publication: str | None) -> None:
    """Take back `mailer send --at`: the issue stays approved, and is not sent by itself.

    \b
    Example:
      mailer issue unschedule 2
    """
    app = app_of(context)
    key = chosen(app, publication)
    with office_for(app, "issue unschedule") as office:
        issue = issues.find(office, key, number)
        mailings.unschedule(office, issue)
    due = f" It was due on {app.when(issue.due_at)}." if issue.due_at else ""
    say(f"Issue {number} is approved and no longer scheduled.{due}")


@issue_command.command("list")
@click.option("-p", "--publication", metavar="KEY", help="Only this publication.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def list_issues(context: click.Context, publication: str | None, as_json: bool) -> None:
    """List all issues: how each one stands, and how many have it.

    \b
    Examples:
      mailer issue list
      mailer issue list -p member-update
      mailer issue list --json | jq '.[] | select(.state == "sent")'
    """
    app = app_of(context)
    key = chosen(app, publication) if publication else None
    with reading(app) as office:
        found = [one for one in all_issues(office) if key in (None, one.issue.publication)]
    if as_json:
        show_json([issue_json(app, one) for one in found])
    elif found:
        rows = [(one.issue.name, one.issue.title, state_of(one), _day(app, one), _had(one)) for one in found]
        show_table(("issue", "title", "state", "when", ">have it"), rows)
    else:
        say("No issue yet: create one with `mailer issue new 1`.")


def _day(app: App, one: IssueStatus) -> str:
    """When the issue was sent, or will be."""
    time = one.due_at or (one.mailing.finished_at if one.mailing else None)
    return app.when(time) if time else ""


def _had(one: IssueStatus) -> str:
    return f"{one.copies[Delivery.SENT]} of {one.copies.total}" if one.copies.total else ""


GIVE_UP = "Give up the rest of issue {} for good?"
WITHDRAW = "Issue {} is {}. To cancel it withdraws that, and the board is told at once. Cancel it?"


@issue_command.command()
@number_argument
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def cancel(context: click.Context, number: int, dry_run: bool, yes: bool, publication: str | None) -> None:
    """Cancel an issue; if it is being sent, give up the copies that wait.

    Its ballot and its grant are withdrawn, and the board is told. As long as nothing has gone out, the issue can be
    built again under the same number. A send that is under way is stopped for good: anyone who has not received the
    issue yet will not get it. To stop it for a while only: `mailer pause`.

    \b
    Examples:
      mailer issue cancel 2 --dry-run
      mailer issue cancel 2 --yes
    """
    app = app_of(context)
    with reading(app) as office:
        issue = issues.find(office, chosen(app, publication), number)
        copies = issues.copies_to_give_up(office, issue)
    if copies:
        say(f"{copies[Delivery.SENT]} have it; {copies.unresolved} wait and would never get it.")
    question = GIVE_UP if copies else WITHDRAW if issue.state in HALTABLE else ""
    if question and not dry_run and not agree(question.format(number, issue.state), yes):
        raise Refused("Nothing was cancelled.")
    if not dry_run:
        with office_for(app, "issue cancel") as office:
            issues.cancel(office, issues.find(office, issue.publication, number))
        settle_if_idle(app)
    done = f"{'would be' if dry_run else 'is'} {'stopped' if copies else 'cancelled'}"
    told = " The board is told." if copies or issue.state in HALTABLE else ""
    say(f"Issue {number} {done}; it was {issue.state}.{told}")
