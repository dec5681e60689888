"""``mailer issue``: write, check, build, look at and submit an issue."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from mailer.app import App
from mailer.approvals import handlers as approvals
from mailer.commands.terminal import app_of, desk_for, say, show_json, show_table
from mailer.errors import Refused
from mailer.issues import handlers
from mailer.issues.model import Edition, Issue, Slot, State
from mailer.outbox.compose import pdf_name


@click.group("issue")
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


def publication_option(command: click.decorators.FC) -> click.decorators.FC:
    """``-p``: which publication; the configuration's first one otherwise."""
    return click.option(
        "-p", "--publication", metavar="KEY", help="Which publication; the first one in the configuration otherwise."
    )(command)


def chosen(app: App, publication: str | None) -> str:
    """The publication's key. Raises Refused for one that is not configured."""
    return app.rules.publication(publication or next(iter(app.rules.publications))).key


@issue_command.command()
@click.argument("number", type=click.IntRange(min=0))
@click.option("--title", default="", help="What the issue is called.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day on its masthead; today otherwise.")
@publication_option
@click.pass_context
def new(context: click.Context, number: int, title: str, day: datetime | None, publication: str | None) -> None:
    """Make an issue's folder with an article to start from."""
    app = app_of(context)
    key = chosen(app, publication)
    folder = app.create_issue(key, number, title, (day or app.clock.now()).date())
    say(f"Made {folder}: edit issue.toml and the articles, then run `mailer issue check {number}`.")


@issue_command.command()
@click.argument("number", type=int)
@publication_option
@click.pass_context
def check(context: click.Context, number: int, publication: str | None) -> None:
    """Read and render an issue; report every fault; keep nothing."""
    app = app_of(context)
    key = chosen(app, publication)
    source = app.read_issue(key, number)
    edition = app.renderer.edition(source, app.identity(key))
    _warn(edition)
    say(
        f"{edition.subject}: {len(source.articles)} articles, {edition.pages} A4 pages, {_size(edition)} KB. No faults."
    )


@issue_command.command()
@click.argument("number", type=int)
@publication_option
@click.pass_context
def build(context: click.Context, number: int, publication: str | None) -> None:
    """Render an issue and freeze the bytes.

    The same source gives the same bytes; other bytes than before void what the board has said.
    """
    app = app_of(context)
    key = chosen(app, publication)
    source = app.read_issue(key, number)
    edition = app.renderer.edition(source, app.identity(key))
    with desk_for(app, "issue build") as desk:
        before = desk.work.issues.issue(key, number)
        issue = handlers.build(desk, source, edition, str(app.issue_folder(key, number)))
    _warn(edition)
    say(f"Built {edition.subject}: {edition.pages} A4 pages, {_size(edition)} KB, digest {edition.digest[:12]}.")
    if before and before.digest not in (None, edition.digest) and before.state not in (State.DRAFT, State.RENDERED):
        say(f"It was {before.state} with other bytes; that no longer holds.")
    if issue.state is State.RENDERED:
        say(f"Look at it with `mailer issue show {number}`, then `mailer issue submit {number}`.")


def _warn(edition: Edition) -> None:
    for warning in edition.warnings:
        click.echo(f"warning: {warning}", err=True)


def _size(edition: Edition) -> int:
    """Kilobytes of the whole mail, as encoded."""
    binary = len(edition.pdf) + sum(len(picture.data) for picture in edition.pictures)
    return (binary * 78 // 57 + len(edition.html.encode()) + len(edition.text.encode())) // 1000


@issue_command.command()
@click.argument("number", type=int)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write PDF, HTML and text there.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@publication_option
@click.pass_context
def show(context: click.Context, number: int, out: Path | None, as_json: bool, publication: str | None) -> None:
    """Show where an issue stands, or write its PDF, HTML and text to look at.

    \b
    Example:
      mailer issue show 1 --out /tmp/look
    """
    app = app_of(context)
    key = chosen(app, publication)
    with desk_for(app, "issue show") as desk:
        issue = handlers.find(desk, key, number)
        edition = desk.work.issues.edition(issue.edition) if issue.edition else None
        rows = _facts(app, issue, edition)
    if as_json:
        show_json(dict(rows))
    else:
        show_table((), rows)
    if out is not None and edition is not None:
        write_files(edition, out, pdf_name(app.rules.publications[key], number))
        say(f"Written to {out}.")


def _facts(app: App, issue: Issue, edition: Edition | None) -> list[tuple[str, str]]:
    facts = [
        ("issue", f"{app.rules.publication(issue.publication).title} {issue.number}"),
        ("title", issue.title),
        ("state", str(issue.state)),
        ("folder", issue.folder),
        ("digest", issue.digest or "—"),
        ("edited since", "yes" if app.edited(issue) else "no"),
    ]
    if edition:
        facts.append(("pages", str(edition.pages)))
    return facts


def write_files(edition: Edition, folder: Path, pdf: str) -> None:
    """The edition as files that a browser and a PDF viewer open: pictures beside the page, slots filled in."""
    folder.mkdir(parents=True, exist_ok=True)
    html, text = edition.html, edition.text
    for slot, value in ((Slot.GREETING, "Dear reader,"), (Slot.RECIPIENT, "reader@example.org"), (Slot.LEAVE, "#")):
        html, text = html.replace(slot, value), text.replace(slot, value)
    for picture in edition.pictures:
        name = f"{picture.cid.partition('@')[0]}.{picture.media_type.partition('/')[2]}"
        (folder / name).write_bytes(picture.data)
        html = html.replace(f"cid:{picture.cid}", name)
    stem = pdf.removesuffix(".pdf")
    (folder / pdf).write_bytes(edition.pdf)
    (folder / f"{stem}.html").write_text(html, encoding="utf-8")
    (folder / f"{stem}.txt").write_text(text, encoding="utf-8")


@issue_command.command()
@click.argument("number", type=int)
@publication_option
@click.pass_context
def submit(context: click.Context, number: int, publication: str | None) -> None:
    """Ask the board: every member gets the issue and approves by replying."""
    app = app_of(context)
    key = chosen(app, publication)
    with desk_for(app, "issue submit") as desk:
        issue = handlers.find(desk, key, number)
        if app.edited(issue):
            raise Refused(f"The source was edited after it was built: run `mailer issue build {number}` first.")
        ballot = approvals.submit(desk, issue)
        members = len(desk.work.approvals.papers(ballot.id))
    needed = app.rules.board.needed(members)
    say(
        f"Submitted to {members} members; {needed} approvals make a grant, until {app.rules.when(ballot.deadline)}.",
        "The mails go out with the daemon (`mailer run`), or now with `mailer send`.",
    )


@issue_command.command()
@click.argument("number", type=int)
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@publication_option
@click.pass_context
def cancel(context: click.Context, number: int, dry_run: bool, publication: str | None) -> None:
    """Give an issue up before it goes out; a ballot and a grant are withdrawn."""
    app = app_of(context)
    key = chosen(app, publication)
    with desk_for(app, "issue cancel") as desk:
        issue = handlers.find(desk, key, number)
        if not dry_run:
            handlers.cancel(desk, issue)
    say(f"Issue {number} {'would be' if dry_run else 'is'} cancelled; it was {issue.state}.")
