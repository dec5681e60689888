"""``mailer article``: articles that others write by mail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from mailer import article_mail, author_consent
from mailer.app import article_files
from mailer.commands.arguments import chosen, publication_option, read_option
from mailer.commands.article_views import issue_of, list_articles, show
from mailer.commands.terminal import Group, agree, app_of, counted, office_for, reading, say
from mailer.errors import Refused
from mailer.handlers import article_proofs, articles
from mailer.message import Address, clean
from mailer.model import article_plan
from mailer.model.articles import State

_number = click.argument("number", type=click.IntRange(min=1))


def _day(context: click.Context, option: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


_due = click.option(
    "--due", type=click.DateTime(["%Y-%m-%d"]), callback=_day, help="The day by which the text is wanted."
)


@click.group("article", cls=Group)
def article_command() -> None:
    """Ask people for articles, and see what they send.

    They answer by mail: with the text or a file, with pictures, with a later day or a no. The text goes into the folder
    of its issue; its author gets the proof, and says yes or corrects it by a reply.

    \b
    Examples:
      mailer article ask anong@tisi.example --issue 2 --title "Invitation"
      mailer article ls
      mailer article show 12
      mailer article take 12
      mailer article proof 12
    """


@article_command.command()
@click.argument("address", callback=read_option(Address.parse))
@click.option("--issue", type=click.IntRange(min=0), help="The issue that it is for.")
@click.option("--title", required=True, help="What it is about.")
@click.option("--words", type=click.IntRange(min=1, max=10_000), help="How long it should be.")
@_due
@click.option("--name", default="", help="The author's name, as it is printed.")
@click.option("--brief", default="", metavar="TEXT", help="What is wanted, in your own words.")
@click.option("--language", default="", metavar="TAG", help="Of the mails to the author; by default as we know them.")
@publication_option
@click.pass_context
def ask(
    context: click.Context,
    address: Address,
    issue: int | None,
    title: str,
    words: int | None,
    due: date | None,
    name: str,
    brief: str,
    language: str,
    publication: str | None,
) -> None:
    """Ask somebody for an article by mail, in their language; they are reminded.

    What the plan has under the same title, such as the length and the day, need not be typed.

    \b
    Examples:
      mailer article ask anong@tisi.example --issue 2 --title "Invitation" \\
          --words 400 --due 2027-01-15
      mailer article ask host@x.example -p member-update --title "A guide"
    """
    app = app_of(context)
    key = chosen(app, publication)
    known = article_plan.find(article_files.planned(app), key, issue, title)
    wish = articles.Wish(
        publication=key,
        number=issue,
        title=known.title if known else title,
        words=words or (known.words if known else 0),
        due=due or (known.due if known else None),
        brief=brief or (known.brief if known else ""),
        language=language,
    )
    with office_for(app, "article ask") as office:
        made = articles.ask(office, Address.parse(str(address), name or address.name), wish)
    until = f", by {made.due}" if made.due else ""
    say(f"Asked {made.address} for article {made.id}, “{made.title}”{until}.")


article_command.add_command(list_articles)
article_command.add_command(show)


# --- into the issue ---


@article_command.command()
@_number
@click.pass_context
def take(context: click.Context, number: int) -> None:
    """Write what came into the folder of the issue; or the corrections, if the author has corrected a proof.

    The file says “article = 12”, and the secretary edits it there. No file is ever overwritten by a new text.

    \b
    Example:
      mailer article take 12
    """
    app = app_of(context)
    with reading(app) as office:
        article = article_mail.find(office, number)
        corrections = article_proofs.outstanding(office, article)
        text = article_mail.text_of(office, article)
        pictures = [(one, office.work.articles.picture_data(one.id)) for one in office.work.articles.pictures(number)]
        proof = article_mail.latest_proof(office, article)
    if article.state is State.CORRECTED and corrections and proof:
        source, printed = article_files.printed(app, article)
        applied = article_files.apply(app, source, printed, proof, corrections)
        with office_for(app, "article take") as office:
            articles.taken(office, article_mail.find(office, number), printed.name, applied=corrections)
        say(f"Changed {counted(len(applied.paragraphs), 'paragraph')} of {applied.path}.")
        for paragraph, words in applied.left:
            say(f"warning: paragraph {paragraph} was edited since the proof; its author wants: {words}", aside=True)
        say(f"Look at it, then run `mailer article proof {number}`.")
        return
    if text is None:
        raise Refused(f"No text came of article {number}: it is {article.state}.")
    if article.state in (State.OFFERED, State.UNCONFIRMED):
        raise Refused(f"Article {number} is {article.state}: `mailer article accept {number}` comes first.")
    made = article_files.take(app, article, text, pictures)
    with office_for(app, "article take") as office:
        articles.taken(office, article_mail.find(office, number), made.path.name)
    say(f"Made {made.path}, with {counted(len(made.pictures), 'picture')}.")
    for fault in (*made.left_out, *map(str, text.losses)):
        say(f"warning: {fault}", aside=True)
    assert article.number is not None
    typed = app.rules.typed(article.publication, article.number)
    say(f"Edit it, run `mailer issue check {typed}`, then `mailer article proof {number}`.")


@article_command.command()
@_number
@click.pass_context
def proof(context: click.Context, number: int) -> None:
    """Send the author exactly the words that stand in the folder of the issue, with the page.

    The author says yes, or corrects by a reply. A yes counts for these words alone.

    \b
    Example:
      mailer article proof 12
    """
    app = app_of(context)
    with reading(app) as office:
        article = article_mail.find(office, number)
        source, printed = article_files.printed(app, article)
        units = author_consent.units_of(office, source, printed)
    pdf = article_files.page(app, source, printed)
    with office_for(app, "article proof") as office:
        made = article_proofs.prove(office, article_mail.find(office, number), printed.author, units, pdf)
    say(f"Sent proof {made.number} of article {number} to {article.address}: {counted(len(units), 'paragraph')}.")


# --- change ---


@article_command.command()
@_number
@click.option("--issue", type=click.IntRange(min=0), help="The issue that it is for.")
@click.option("--title", help="What it is about.")
@click.option("--words", type=click.IntRange(min=0, max=10_000), help="How long it should be.")
@_due
@click.option("--name", help="The author's name, as it is printed.")
@click.option("--language", metavar="TAG", help="Of the mails to the author.")
@publication_option
@click.pass_context
def edit(context: click.Context, /, number: int, publication: str | None, **given: Any) -> None:
    """Change what is known of an article: the issue, the title, the length, the day, the author's name.

    \b
    Examples:
      mailer article edit 12 --due 2027-01-22
      mailer article edit 12 --issue 3
    """
    app = app_of(context)
    names = {"issue": "number"}
    changes: dict[str, Any] = {names.get(key, key): value for key, value in given.items() if value is not None}
    if publication is not None:
        changes["publication"] = chosen(app, publication)
    for key in ("title", "name"):
        if key in changes:
            changes[key] = clean(changes[key], 200)
    if not changes:
        raise click.UsageError("Say what is to change, for example --due 2027-01-22.")
    with office_for(app, "article edit") as office:
        made = articles.edit(office, article_mail.find(office, number), **changes)
    say(f"Article {made.id}, “{made.title}”, is for {issue_of(made)}{f', due {made.due}' if made.due else ''}.")


@article_command.command()
@_number
@click.pass_context
def remind(context: click.Context, number: int) -> None:
    """Remind the author now of the text, or of the proof, that is waited for.

    \b
    Example:
      mailer article remind 12
    """
    app = app_of(context)
    with office_for(app, "article remind") as office:
        article = article_mail.find(office, number)
        articles.remind(office, article)
    say(f"Reminded {article.address} of article {number}.")


@article_command.command()
@_number
@click.option("-m", "--word", default="", metavar="TEXT", help="A word to the author.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def withdraw(context: click.Context, number: int, word: str, yes: bool) -> None:
    """Give up an article; its author is told.

    \b
    Example:
      mailer article withdraw 12 -m "The issue is full."
    """
    app = app_of(context)
    with reading(app) as office:
        article = article_mail.find(office, number)
    if not agree(f"Tell {article.address} that “{article.title}” is not needed any more?", yes):
        raise Refused("Nothing was changed.")
    with office_for(app, "article withdraw") as office:
        articles.withdraw(office, article_mail.find(office, number), word)
    say(f"Article {number} is withdrawn.")


@article_command.command()
@_number
@click.option("--issue", type=click.IntRange(min=0), help="The issue that it is for.")
@click.pass_context
def accept(context: click.Context, number: int, issue: int | None) -> None:
    """Take an article that came unasked; its author is told.

    \b
    Example:
      mailer article accept 14 --issue 3
    """
    app = app_of(context)
    with office_for(app, "article accept") as office:
        made = articles.accept(office, article_mail.find(office, number), issue)
    say(f"Article {number} is accepted for {issue_of(made)}.")


@article_command.command()
@_number
@click.option("-m", "--word", default="", metavar="TEXT", help="A word to the author.")
@click.pass_context
def decline(context: click.Context, number: int, word: str) -> None:
    """Decline an article that came unasked; its author is told.

    \b
    Example:
      mailer article decline 14 -m "We have one on this already."
    """
    app = app_of(context)
    with office_for(app, "article decline") as office:
        articles.decline(office, article_mail.find(office, number), word)
    say(f"Article {number} is declined.")
