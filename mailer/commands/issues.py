"""``mailer issue``: write, check, build, look at and submit an issue."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from mailer.app import App
from mailer.commands.sending import settle_if_idle
from mailer.commands.steps import chosen, next_step, number_argument, require, typed
from mailer.commands.terminal import Group, agree, app_of, counted, office_for, say, show_json, show_table
from mailer.errors import Refused
from mailer.handlers import issues as handlers
from mailer.handlers import mailings
from mailer.model.issues import Edition, Event, Issue, State
from mailer.model.outbox import Delivery


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
    """


@issue_command.command()
@number_argument
@click.option("--title", default="", help="What the issue is called.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day on its masthead; today otherwise.")
@click.pass_context
def new(context: click.Context, number: int, title: str, day: datetime | None, publication: str | None) -> None:
    """Make an issue's folder with an article to start from.

    \b
    Example:
      mailer issue new 2 --title "After Bangkok" --date 2026-12-01
    """
    app = app_of(context)
    key = chosen(app, publication)
    folder = app.create_issue(key, number, title, (day or app.clock.now()).date())
    say(f"Made {folder}: edit issue.toml and the articles, then run `mailer issue check {typed(app, key, number)}`.")


@issue_command.command()
@number_argument
@click.pass_context
def check(context: click.Context, number: int, publication: str | None) -> None:
    """Read and render an issue; report every fault; keep nothing.

    \b
    Examples:
      mailer issue check 2
      mailer issue check 1 -p member-update
    """
    app = app_of(context)
    key = chosen(app, publication)
    source = app.read_issue(key, number)
    edition = app.renderer.edition(source, app.identity(key))
    _warn(edition)
    say(f"{edition.subject}: {counted(len(source.articles), 'article')}, {_extent(edition)}. No faults.")


@issue_command.command()
@number_argument
@click.pass_context
def build(context: click.Context, number: int, publication: str | None) -> None:
    """Render an issue and freeze the bytes.

    The same source gives the same bytes; other bytes than before void what the board has said.

    \b
    Example:
      mailer issue build 2
    """
    app = app_of(context)
    key = chosen(app, publication)
    source = app.read_issue(key, number)
    edition = app.renderer.edition(source, app.identity(key))
    with office_for(app, "issue build") as office:
        before = office.work.issues.issue(key, number)
        if before and before.digest != edition.digest:
            require(app, before, Event.RENDER, Event.EDIT)
        issue = handlers.build(office, source, edition, str(app.issue_folder(key, number)))
    _warn(edition)
    say(f"Built {edition.subject}: {_extent(edition)}, digest {edition.digest[:12]}.")
    if before and before.digest not in (None, edition.digest) and before.state not in (State.DRAFT, State.RENDERED):
        say(f"It was {before.state} with other bytes; that no longer holds.")
    if issue.state is State.RENDERED:
        name = typed(app, key, number)
        say(f"Look at it with `mailer issue show {name} --out FOLDER`, then `mailer issue submit {name}`.")


def _warn(edition: Edition) -> None:
    for warning in edition.warnings:
        say(f"warning: {warning}", aside=True)


def _extent(edition: Edition) -> str:
    return f"{counted(edition.pages, 'A4 page')}, {_size(edition)} KB"


def _size(edition: Edition) -> int:
    """Kilobytes of the whole mail, as encoded."""
    binary = len(edition.pdf) + sum(len(picture.data) for picture in edition.pictures)
    return (binary * 78 // 57 + len(edition.html.encode()) + len(edition.text.encode())) // 1000


@issue_command.command()
@number_argument
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write PDF, HTML and text there.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show(context: click.Context, number: int, out: Path | None, as_json: bool, publication: str | None) -> None:
    """Show where an issue stands, or write its PDF, HTML and text to look at.

    \b
    Example:
      mailer issue show 1 --out /tmp/look
    """
    app = app_of(context)
    key = chosen(app, publication)
    with app.open_store().snapshot() as work:
        issue = handlers.find(app.office(work, "", ""), key, number)
        edition = work.issues.edition(issue.edition) if issue.edition else None
    facts = _facts(app, issue, edition)
    if as_json:
        show_json(facts)
    else:
        show_table((), [(name.replace("_", " "), _shown(value)) for name, value in facts.items()])
    if out is not None and edition is not None:
        write_files(edition, out, app.rules.publications[key].pdf_name(number))
        say(f"Written to {out}.", aside=as_json)


def _facts(app: App, issue: Issue, edition: Edition | None) -> dict[str, object]:
    return {
        "issue": f"{app.rules.publication(issue.publication).title} {issue.number}",
        "title": issue.title,
        "state": issue.state.value,
        "folder": issue.folder,
        "digest": issue.digest,
        "edited_since": app.sources.edited(issue),
        "pages": edition.pages if edition else None,
        "next": next_step(app, issue),
    }


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "—" if value is None else str(value)


def write_files(edition: Edition, folder: Path, pdf: str) -> None:
    """The edition as files that a browser and a PDF viewer open: pictures beside the page, slots filled in."""
    folder.mkdir(parents=True, exist_ok=True)
    html, text = (edition.filled(part, "reader@example.org", leave="#") for part in (edition.html, edition.text))
    for picture in edition.pictures:
        name = f"{picture.cid.partition('@')[0]}.{picture.media_type.partition('/')[2]}"
        (folder / name).write_bytes(picture.data)
        html = html.replace(f"cid:{picture.cid}", name)
    stem = pdf.removesuffix(".pdf")
    (folder / pdf).write_bytes(edition.pdf)
    (folder / f"{stem}.html").write_text(html, encoding="utf-8")
    (folder / f"{stem}.txt").write_text(text, encoding="utf-8")


@issue_command.command()
@number_argument
@click.pass_context
def submit(context: click.Context, number: int, publication: str | None) -> None:
    """Ask the board: every member gets the issue and approves by replying.

    \b
    Example:
      mailer issue submit 2
    """
    app = app_of(context)
    key = chosen(app, publication)
    with office_for(app, "issue submit") as office:
        issue = handlers.find(office, key, number)
        require(app, issue, Event.SUBMIT)
        if app.sources.edited(issue):
            raise Refused(
                "The source was edited after it was built: "
                f"run `mailer issue build {typed(app, key, number)}` first, and look at it."
            )
        ballot = handlers.submit(office, issue)
        members = len(office.work.approvals.papers(ballot.id))
    needed = counted(ballot.quorum.needed(members), "approval")
    say(
        f"Submitted to {counted(members, 'member')}; {needed} needed, until {app.when(ballot.deadline)}.",
        "The mails go out with the daemon (`mailer run`), or now with `mailer send`.",
    )


@issue_command.command()
@number_argument
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def cancel(context: click.Context, number: int, dry_run: bool, yes: bool, publication: str | None) -> None:
    """Give an issue up, or the rest of it, where it is being sent.

    A ballot and a grant are withdrawn. There is no way back: a cancelled issue stays cancelled, and its number is used
    up. Who had it by then keeps it; who had not never gets it. To hold it for a while instead: `mailer pause`.

    \b
    Examples:
      mailer issue cancel 2 --dry-run
      mailer issue cancel 2 --yes
    """
    app = app_of(context)
    with app.open_store().snapshot() as work:
        issue = handlers.find(app.office(work, "", ""), chosen(app, publication), number)
        counts = work.outbox.counts(mailings.copies_of(work, issue))
    require(app, issue, Event.CANCEL)
    if issue.state is State.SENDING:
        say(f"{counts[Delivery.SENT]} have it; {counts.unresolved} wait and would never get it.")
        if not dry_run and not agree(f"Give the rest of issue {number} up for good?", yes):
            raise Refused("Nothing was cancelled.")
    if not dry_run:
        with office_for(app, "issue cancel") as office:
            handlers.cancel(office, handlers.find(office, issue.publication, number))
        settle_if_idle(app)
    say(f"Issue {number} {'would be' if dry_run else 'is'} cancelled; it was {issue.state}.")
