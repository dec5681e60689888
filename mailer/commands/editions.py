"""``mailer issue translate`` and ``mailer send --edition``: editions in other languages."""

from __future__ import annotations

import click

from mailer import readership
from mailer.app import App
from mailer.commands.arguments import chosen, number_argument
from mailer.commands.progress import Output
from mailer.commands.sending import agreed, send_and_report
from mailer.commands.terminal import app_of, counted, office_for, reading, say, show_json, show_table
from mailer.contacts import contact_of
from mailer.errors import Refused
from mailer.handlers import editions, issues, manuscripts, translations
from mailer.handlers.translations import Progress
from mailer.model.cldr import read_language
from mailer.model.editions import Form, State, Translation, canonical, current
from mailer.model.issues import Issue
from mailer.office import Office


@click.command()
@number_argument
@click.argument("language", required=False)
@click.option("--ask", "address", metavar="ADDRESS", help="Send the text to this member, to translate it.")
@click.option(
    "--form",
    type=click.Choice([form.value for form in Form]),
    default=Form.TEXT.value,
    help="In which form they get it.",
)
@click.option("--withdraw", is_flag=True, help="Give up the translation, so that somebody else can have it.")
@click.option("--proof", is_flag=True, help="Have a proof made once more, after a fault has been mended.")
@click.option("--submit", is_flag=True, help="Ask those who have to agree, once its translator has agreed.")
@click.option("-m", "--note", default="", help="With --submit: what they are told with it.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def translate(
    context: click.Context,
    number: int,
    language: str | None,
    address: str | None,
    form: str,
    withdraw: bool,
    proof: bool,
    submit: bool,
    note: str,
    as_json: bool,
    publication: str | None,
) -> None:
    """Show who translates an issue into what, or ask somebody to.

    The issue has to be granted. LANGUAGE is a tag or a name: fr, pt-BR, Japanese. The translator gets the articles as
    numbered paragraphs by mail, and answers by mail; see docs/editions.md.

    \b
    Examples:
      mailer issue translate 3
      mailer issue translate 3 fr --ask anne@afnor.example
      mailer issue translate 3 ja --ask yuki@jisc.example --form docx
      mailer issue translate 3 fr --submit
      mailer issue translate 3 fr --withdraw
    """
    app = app_of(context)
    key = chosen(app, publication)
    acts = [
        name
        for name, value in {"--ask": address, "--withdraw": withdraw, "--proof": proof, "--submit": submit}.items()
        if value
    ]
    if len(acts) > 1:
        raise click.UsageError(f"{acts[0]} and {acts[1]} are two things: do one after the other.")
    if acts and not language:
        raise click.UsageError(f"{acts[0]} is about one language: name it, such as fr.")
    tag = _tag(language) if language else ""
    if not acts:
        _show(app, key, number, tag, as_json)
        return
    with office_for(app, f"issue translate {acts[0]}") as office:
        issue = issues.find(office, key, number)
        if address:
            _ask(office, issue, tag, address, Form(form))
        elif withdraw:
            ended = translations.withdraw(office, issue, tag)
            say(f"The translation into “{tag}” by {ended.credit} is given up; they are told.")
        elif proof:
            manuscripts.prove_again(office, issue, _of(office, issue, tag))
            say("The daemon makes a proof now, and sends it to the translator.")
        else:
            ballot = editions.submit(office, _of(office, issue, tag), note)
            say(f"Asked: ballot {ballot.id}. See `mailer ballot show {ballot.id}`.")


def _tag(language: str) -> str:
    try:
        return canonical(read_language(language))
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="LANGUAGE") from None


def _of(office: Office, issue: Issue, tag: str) -> Translation:
    found = current(office.work.editions.of(issue.id), tag)
    if found is None:
        raise Refused(f"Nobody translates issue {issue.number} into “{tag}”: ask somebody with --ask ADDRESS.")
    return found


def _ask(office: Office, issue: Issue, tag: str, address: str, form: Form) -> None:
    contact = contact_of(office, address)
    made = translations.offer(office, issue, contact, tag, form, by_person=True)
    due = f"; they are reminded on {made.due_at:%Y-%m-%d}" if made.due_at else ""
    say(f"{contact.address} gets issue {issue.number} to translate into “{tag}”{due}.")


def _show(app: App, key: str, number: int, tag: str, as_json: bool) -> None:
    with reading(app) as office:
        found = translations.overview(office, issues.find(office, key, number))
    shown = [one for one in found if not tag or one.translation.language == tag]
    if as_json:
        show_json([progress_json(one) for one in shown])
    elif not shown:
        typed = app.rules.typed(key, number)
        say(f"Nobody translates it. Ask somebody: `mailer issue translate {typed} LANGUAGE --ask ADDRESS`.")
    else:
        rows = [
            (
                one.translation.language,
                one.translation.credit or "—",
                one.translation.address,
                one.translation.state.value,
                f"{one.returned} of {one.total}" if one.total else "—",
                one.waiting or "—",
                app.when(one.translation.changed_at),
            )
            for one in shown
        ]
        show_table(("Language", "Translator", "Address", "State", "Paragraphs", "Asked for by", "Since"), rows)


def progress_json(one: Progress) -> dict[str, object]:
    """A translation for scripts."""
    made = one.translation
    return {
        "language": made.language,
        "translator": made.credit,
        "address": made.address,
        "state": made.state.value,
        "form": made.form.value,
        "returned": one.returned,
        "paragraphs": one.total,
        "proof": made.proof,
        "title": made.title,
        "digest": made.edition.digest if made.edition else None,
        "asked": made.asked_at.isoformat(),
        "changed": made.changed_at.isoformat(),
        "reminder_due": made.due_at.isoformat() if made.due_at else None,
        "waiting": one.waiting,
    }


def in_a_line(one: Progress) -> str:
    """A translation in the output of ``mailer issue show``."""
    made = one.translation
    parts = f", {one.returned} of {one.total} paragraphs" if made.state in (State.ASKED, State.RETURNED) else ""
    return f"{made.language}: {made.state}, translated by {made.credit or 'somebody who was forgotten'}{parts}"


def send_edition(
    app: App, key: str, number: int, language: str, as_listed: bool, yes: bool, dry_run: bool, output: Output
) -> int:
    """``mailer send N --edition fr``: the exit code."""
    tag = _tag(language)
    with reading(app) as office:
        issue = issues.find(office, key, number)
        made = _of(office, issue, tag)
        mailing = readership.mailing_of(office, issue)
        readers = readership.count(office, issue, made, mailing.lists) if mailing else 0
    if not output.json:
        say(
            f"Edition “{tag}”, translated by {made.credit}: {counted(readers, 'reader')} of that language.",
            "It goes to those who have had no copy, and to those who asked for it.",
        )
    if dry_run:
        return 0
    if not agreed("Send it now?", yes, output):
        raise Refused("Nothing was sent.")
    with office_for(app, "send --edition") as office:
        rows = readership.send_edition(office, issue, tag, as_listed=as_listed)
    say(f"{counted(rows, 'copy', 'copies')} queued.", aside=output.json)
    return send_and_report(app, issue, output)
