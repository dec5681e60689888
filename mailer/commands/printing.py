"""``mailer issue print`` and ``mailer library print``: files for a printer, or for an office's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from mailer.app import printing
from mailer.app.office_files import OfficeFiles
from mailer.app.printing import Pages
from mailer.commands.arguments import NUMBER, chosen, language_option, number_argument
from mailer.commands.terminal import app_of, office_for, say
from mailer.handlers import issues, library
from mailer.handlers.printing import Original, document_to_print, issue_to_print
from mailer.model.library import Number
from mailer.model.printing import Paper

FOLD = "Print it on both sides, turned over the short edge, and fold all sheets once."


def print_options(command: click.decorators.FC) -> click.decorators.FC:
    """``--booklet``, ``--marks``, ``--a5`` and ``--out``."""
    for option in (
        click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder."),
        click.option("--a5", is_flag=True, help="With --marks: pages of A5 instead of A4."),
        click.option("--marks", is_flag=True, help="With crop marks and 3 mm of bleed, for a printing house."),
        click.option("--booklet", is_flag=True, help="A5 pages on A4 sheets, for your own printer."),
    ):
        command = option(command)
    return command


@click.command("print")
@number_argument
@print_options
@click.option("--edition", metavar="LANGUAGE", default="", help="The edition in this language.")
@click.pass_context
def print_issue(
    context: click.Context,
    number: int,
    publication: str | None,
    edition: str,
    booklet: bool,
    marks: bool,
    a5: bool,
    out: Path,
) -> None:
    """Write an issue as a booklet, or with marks for a printing house.

    Both are made from the bytes that the board has granted. For A5, the same text is set again. What has no grant is
    marked as a draft on each page.

    \b
    Examples:
      mailer issue print 1 --marks --out print
      mailer issue print 1 -p member-update --booklet --out print
    """
    app = app_of(context)
    with office_for(app, "issue print") as office:
        issue = issues.find(office, chosen(app, publication), number)
        original = issue_to_print(office, issue, edition)
    _write(original, booklet, marks, a5, out, partial(printing.issue_pages, app, issue, original))


@click.command("print")
@click.argument("key")
@click.argument("number", type=NUMBER, required=False)
@language_option
@print_options
@click.pass_context
def print_document(
    context: click.Context,
    key: str,
    number: Number | None,
    language: str,
    booklet: bool,
    marks: bool,
    a5: bool,
    out: Path,
) -> None:
    """Write a document as a booklet, or with marks for a printing house.

    Both are made from the bytes that the board has granted. For A5, the same text is set again. What has no grant, or
    may not be published yet, is marked as a draft on each page.

    \b
    Examples:
      mailer library print introduction --booklet --out print
      mailer library print leaflet 1.0 --marks --out print
    """
    app = app_of(context)
    with office_for(app, "library print") as office:
        version = library.find(office, key, number, language)
        original = document_to_print(office, version)
        made_from = library.find(office, key).language if version.translates else ""
    pages = partial(printing.document_pages, app, version, original, original_language=made_from)
    _write(original, booklet, marks, a5, out, pages)


def _write(original: Original, booklet: bool, marks: bool, a5: bool, out: Path, pages_of: Callable[..., Pages]) -> None:
    if booklet == marks:
        raise click.UsageError("Say --booklet for your own printer, or --marks for a printing house.")
    if a5 and booklet:
        raise click.UsageError("A booklet has pages of A5 by itself; --a5 is for --marks.")
    paper = Paper.A5 if booklet or a5 else Paper.A4
    pages = pages_of(paper=paper)
    made = printing.booklet(original, pages) if booklet else printing.with_marks(original, pages, paper)
    form = "booklet" if booklet else f"marks-{paper.lower()}"
    name = f"{'draft-' if original.fault else ''}{original.stem}-{form}.pdf"
    out.mkdir(parents=True, exist_ok=True)
    OfficeFiles.write(out / name, made)
    if booklet and not pages.anew:
        say("warning: its pages are made smaller, because they cannot be set for A5", aside=True)
    say(f"Written to {out}: {name}{', marked as a draft' if original.fault else ''}.", *([FOLD] if booklet else []))
    if original.fault:
        say(original.fault, aside=True)
