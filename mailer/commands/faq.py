"""``mailer faq``: what people ask, what answers it, and what does not yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from mailer.app import App, faq_files
from mailer.commands.terminal import Group, agree, app_of, office_for, reading, say, show_json, show_long_table
from mailer.errors import Refused
from mailer.handlers import faq, faq_candidates, feedback_items
from mailer.handlers.faq_candidates import Candidate
from mailer.message import clean
from mailer.model.faq import entries
from mailer.office import Office

_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")
_language = click.option("--language", metavar="TAG", default="", help="The language, such as fr.")
_question = click.option("--question", metavar="TEXT", default="", help="The question as it is to be printed.")
_also = click.option("--also", metavar="TEXT", multiple=True, help="Another way to ask it; searched, not printed.")
_number = click.argument("number", type=click.IntRange(min=1))


@click.group("faq", cls=Group)
def faq_command() -> None:
    """Questions that people ask by mail, and their answers.

    The questions and answers are the document “faq” of the library. What is published of it answers “faq” and “faq how
    can I subscribe” by mail. What it does not answer becomes an item of feedback, and a candidate for the next version.

    \b
    Examples:
      mailer faq candidates
      mailer faq answer 12 answer.txt
      mailer faq add --from-item 12 --question "Who pays the flight?"
      mailer faq search "how can I subscribe"
    """


@faq_command.command("ls")
@_language
@_json
@click.pass_context
def list_entries(context: click.Context, language: str, as_json: bool) -> None:
    """List the questions that are published, with their ways to ask them.

    \b
    Examples:
      mailer faq ls
      mailer faq ls --language fr
    """
    app = app_of(context)
    with reading(app) as office:
        found = [
            (version, entries(office.work.library.source_files(version.id)))
            for version, _ in faq.published(office)
            if language in ("", version.language)
        ]
    if as_json:
        show_json(
            [
                {
                    "version": str(version.number),
                    "language": version.language,
                    "entries": [
                        {"number": one.number, "id": one.id, "question": one.question, "also": list(one.also)}
                        for one in of
                    ],
                }
                for version, of in found
            ]
        )
        return
    if not found:
        say("No questions and answers are published: see `mailer library versions faq`.")
    for version, of in found:
        say(f"{version.title} {version.number} ({version.language})")
        show_long_table(("number", "name", "question"), [(one.number, one.id, one.question) for one in of], shorten=2)


@faq_command.command()
@click.argument("question")
@_language
@_json
@click.pass_context
def search(context: click.Context, question: str, language: str, as_json: bool) -> None:
    """Show which entries a question by mail gets. Nothing is sent.

    --language is that of the asker; in which one the question is, its words tell.

    \b
    Examples:
      mailer faq search "how can I subscribe"
      mailer faq search "wie kann ich mich anmelden" --language de
    """
    app = app_of(context)
    with office_for(app, "faq search") as office:
        found = faq.find(office, question, language or office.rules.language)
        titles = _titles(office, found) if found else []
    if as_json:
        sure = found is not None and found.answer.is_sure
        show_json({"sure": sure, "entries": [{"number": number, "question": title} for number, title in titles]})
    elif found is None:
        say("No entry answers it: a person gets it, and it is a candidate.")
    else:
        also = "" if found.answer.is_sure else " A person gets the question, too."
        say(f"From {found.version.name}, the best first:{also}")
        show_long_table(("number", "question"), titles, shorten=1)


def _titles(office: Office, found: faq.Found) -> list[tuple[int, str]]:
    known = {one.number: one.question for one in entries(office.work.library.source_files(found.version.id))}
    return [(number, known[number]) for number in found.answer.numbers]


@faq_command.command()
@_json
@click.pass_context
def candidates(context: click.Context, as_json: bool) -> None:
    """Show what was asked and is not among the questions yet, the most asked first.

    These are questions by mail that no entry answered, and those of audiences that presenters report: items of
    feedback with the tag “faq”. To drop one, take its tag away: mailer feedback tag 12 --remove faq.

    \b
    Example:
      mailer faq candidates
    """
    app = app_of(context)
    with reading(app) as office:
        found = faq_candidates.candidates(office)
    if as_json:
        show_json([{**one._asdict(), "items": list(one.items)} for one in found])
    elif not found:
        say("Nothing was asked that the questions and answers do not have.")
    else:
        rows = [(len(one.items), _numbers(one.items), _answered(one), one.language, one.question) for one in found]
        show_long_table(("asked", "items", "answered", "language", "question"), rows, shorten=4)
        say("", "`mailer faq answer NUMBER FILE` answers one and makes it an entry;")
        say("`mailer faq add --from-item NUMBER` makes one of an answer that was given.")


def _answered(one: Candidate) -> str:
    return f"#{one.answered}" if one.answered else "–"


def _numbers(items: Sequence[int]) -> str:
    shown = ", ".join(f"#{one}" for one in items[:4])
    return f"{shown} …" if len(items) > 4 else shown


@faq_command.command()
@click.option(
    "--from-item", "number", type=click.IntRange(min=1), metavar="NUMBER", required=True, help="Whose answer."
)
@_question
@_also
@_language
@click.pass_context
def add(context: click.Context, number: int, question: str, also: Sequence[str], language: str) -> None:
    """Make an entry of the answer that was given to an item.

    It is written into the folder of the document, behind all others, without greeting, closing, and the asker's name.
    If the version there has been published, the document gets the next number. Published bytes never change.

    \b
    Examples:
      mailer faq add --from-item 12
      mailer faq add --from-item 12 --question "Who pays?" --also "travel costs"
    """
    _add(app_of(context), number, question, also, language)


def _add(app: App, number: int, question: str, also: Sequence[str], language: str) -> None:
    with reading(app) as office:
        draft = faq_candidates.draft(office, number, language)
        if faq_candidates.has_ungranted_text(office, draft.answer):
            raise Refused("That is the text of an issue that the board has not granted; it cannot become an entry.")
        known = faq_files.languages(app)
        chosen = draft.language if draft.language in known or language else known[0]
        published = faq_candidates.published_numbers(office, chosen)
    asked = clean(question or draft.question, 300)
    written = faq_files.add(app, chosen, asked, also, draft.answer, published)
    with office_for(app, "faq add") as office:
        faq_candidates.keep(office, draft.items, f"faq {chosen} {written.number} {written.path.stem}")
    edition = f" --language {chosen}" if chosen != known[0] else ""
    say(f"Wrote {written.path}, for version {written.number} ({chosen}).")
    if draft.names:
        say("The asker's name or address stands as “…” in it: change that.")
    if not question:
        say("The question is the asker's own words: put it into yours.")
    say(f"Read it, then `mailer library build faq{edition}` and `mailer library submit faq{edition}`.")


@faq_command.command()
@_number
@click.argument("file", type=click.File("rb"))
@_question
@_also
@_language
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def answer(
    context: click.Context,
    number: int,
    file: Any,
    question: str,
    also: Sequence[str],
    language: str,
    yes: bool,
) -> None:
    """Answer an item with the text in FILE, or - for standard input, and make an entry of it.

    The answer goes to the asker alone, under the office's address. The entry is as “mailer faq add” writes it.

    \b
    Examples:
      mailer faq answer 12 answer.txt
      mailer faq answer 12 - --question "Who pays the flight?" --yes < answer.txt
    """
    app = app_of(context)
    try:
        text = file.read().decode("utf-8").replace("\r\n", "\n").strip("\n")
    except UnicodeDecodeError as fault:
        raise click.UsageError(f"{file.name}: byte {fault.start + 1} is not text in UTF-8; save it as such.") from None
    faq_files.languages(app)
    with reading(app) as office:
        faq_candidates.require(office, number)
        shown = feedback_items.preview(office, number, text)
    say(f"To: {shown.to}", f"Subject: {clean(shown.subject, 300)}", "", *shown.text.split("\n"), "")
    if shown.is_answered:
        raise Refused(
            f"Number {number} is answered already: `mailer faq add --from-item {number}` makes an entry of it."
        )
    if not agree("Send this, and make an entry of it?", yes):
        raise Refused("Nothing was sent.")
    with office_for(app, "faq answer") as office:
        feedback_items.answer(office, number, text)
    say(f"Number {number} is answered; the mail goes out with the next that is due.")
    _add(app, number, question, also, language)
