"""``mailer article ls`` and ``show``: the articles that others write by mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from mailer import article_mail
from mailer.app import App
from mailer.app.office_files import OfficeFiles
from mailer.commands.terminal import app_of, counted, reading, say, show_json, show_table
from mailer.handlers import article_proofs
from mailer.model.articles import Article, Delivery, State, count_words
from mailer.office import Office

_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@click.command("ls")
@click.option(
    "--state",
    type=click.Choice([state.value for state in State]),
    metavar="STATE",
    multiple=True,
    help=f"Only these: {', '.join(State)}.",
)
@click.option("--issue", type=click.IntRange(min=0), help="Only those for this issue.")
@_json
@click.pass_context
def list_articles(context: click.Context, state: tuple[str, ...], issue: int | None, as_json: bool) -> None:
    """List the articles that were asked for, or came unasked.

    \b
    Examples:
      mailer article ls
      mailer article ls --state in --state offered
    """
    app = app_of(context)
    with reading(app) as office:
        found = office.work.articles.each([State(one) for one in state])
    found = [one for one in found if issue is None or one.number == issue]
    if as_json:
        show_json([_as_json(app, one) for one in found])
    elif found:
        rows = [(one.id, issue_of(one), one.title, one.byline, one.due or "", _state(app, one)) for one in found]
        show_table((">no.", "issue", "title", "author", "due", "state"), rows)
    else:
        say("No article was asked for: `mailer article ask ADDRESS --issue 2 --title TITLE`.")


def issue_of(article: Article) -> str:
    return article.publication if article.number is None else f"{article.publication} {article.number}"


def _state(app: App, article: Article) -> str:
    today = app.clock.now().astimezone(app.rules.timezone).date()
    return "late" if article.is_late(today) else article.state.value


def _as_json(app: App, one: Article) -> dict[str, Any]:
    return {
        "number": one.id,
        "publication": one.publication,
        "issue": one.number,
        "title": one.title,
        "author": one.byline,
        "address": one.address,
        "words": one.words,
        "due": one.due.isoformat() if one.due else None,
        "state": _state(app, one),
        "unasked": one.unasked,
    }


@click.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write the mails, the text and the pictures there."
)
@_json
@click.pass_context
def show(context: click.Context, number: int, out: Path | None, as_json: bool) -> None:
    """Show an article: its author, what came, its pictures, what the conversion lost, its proofs.

    \b
    Examples:
      mailer article show 12
      mailer article show 12 --out /tmp/look
    """
    app = app_of(context)
    with reading(app) as office:
        article = article_mail.find(office, number)
        came = office.work.articles.deliveries(number)
        shown = {**_as_json(app, article), **_facts(app, office, article, came)}
        if out is not None:
            _write_out(office, article, came, out)
    if as_json:
        show_json(shown)
        return
    show_table((), list(_rows(shown)))
    if text := next((one.markdown for one in reversed(came) if one.markdown), ""):
        say("")
        click.echo(text)
    if out is not None:
        say(f"Written to {out}.")


def _rows(shown: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """What is known, a row for each fact and for each entry of a list."""
    for key, value in shown.items():
        if isinstance(value, list):
            yield from ((key if not at else "", entry) for at, entry in enumerate(value))
        elif value not in (None, "", False):
            yield key, "yes" if value is True else value


def _facts(app: App, office: Office, article: Article, came: list[Delivery]) -> dict[str, Any]:
    pictures = office.work.articles.pictures(article.id)
    proofs = office.work.articles.proofs(article.id)
    return {
        "brief": article.brief,
        "came": [_came(app, one) for one in came],
        "losses": [str(loss) for one in came for loss in one.losses],
        "pictures": [
            f"{one.name} ({one.called}, {one.width} × {one.height}): {one.caption or 'no caption'}"
            + (f" | {one.credit}" if one.credit else "")
            for one in pictures
        ],
        "proofs": [
            f"{one.number} of {app.when(one.sent_at)}, {one.digest[:12]}: "
            + (f"yes on {app.when(one.agreed_at)}" if one.agreed_at else "no yes")
            for one in proofs
        ],
        "corrections": [
            f"[{number}] {words}" for one in came if one.corrections for number, words in _changes(office, article, one)
        ],
    }


def _changes(office: Office, article: Article, delivery: Delivery) -> list[tuple[int, str]]:
    proofs = office.work.articles.proofs(article.id)
    shown = next((one for one in proofs if one.number == delivery.proof), None)
    return article_proofs.changes(shown, delivery.corrections) if shown else []


def _came(app: App, one: Delivery) -> str:
    words = f", {counted(count_words(one.markdown), 'word')}" if one.markdown else ""
    return f"{app.when(one.received_at)}: {one.kind.value}{words}"


def _write_out(office: Office, article: Article, came: list[Delivery], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for one in came:
        if raw := office.work.articles.mail(one.id):
            OfficeFiles.write(out / f"article-{article.id}-{one.id}.eml", raw)
        if one.markdown:
            OfficeFiles.write(out / f"article-{article.id}-{one.id}.md", one.markdown.encode())
    for picture in office.work.articles.pictures(article.id):
        OfficeFiles.write(out / picture.name, office.work.articles.picture_data(picture.id))
