"""``mailer criteria``: the rules as documents, to read, to compare, and to put to the board."""

from __future__ import annotations

from pathlib import Path

import click

from mailer.app import App
from mailer.app.office_files import OfficeFiles
from mailer.commands.terminal import Group, app_of, counted, office_for, reading, say, show_json, show_table
from mailer.handlers import criteria
from mailer.model.approvals import Outcome
from mailer.model.criteria import NAMES, Document, Kind, Printed, Version, stored
from mailer.model.criteria_changes import Change, compared
from mailer.model.criteria_versions import Standing

feedback_option = click.option("--feedback", is_flag=True, help="The criteria for feedback, not those for disclosure.")
language_option = click.option("--language", metavar="TAG", help="Print it in this language, such as fr.")
out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the HTML, the text and the PDF into this folder.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="For scripts.")
version_option = click.option(
    "--version", "number", type=click.IntRange(min=1), metavar="N", help="A version that was put to the board."
)


@click.group("criteria", cls=Group, invoke_without_command=True, subcommand_metavar="[COMMAND] …")
@feedback_option
@language_option
@click.pass_context
def criteria_command(context: click.Context, feedback: bool, language: str | None) -> None:
    """Print the rules of disclosure and of feedback as documents, and put them to the board.

    Without a command it prints the criteria for disclosure, as the configuration has them now.

    \b
    Examples:
      mailer criteria
      mailer criteria build --out /tmp/criteria
      mailer criteria build --feedback --out /tmp/criteria --language fr
      mailer criteria diff
      mailer criteria submit
      mailer criteria ls
    """
    if context.invoked_subcommand is None:
        context.invoke(show, feedback=feedback, language=language)
    elif feedback or language:
        raise click.UsageError(f"Put options after the command: mailer criteria {context.invoked_subcommand} …")


@criteria_command.command()
@feedback_option
@version_option
@language_option
@json_option
@click.pass_context
def show(
    context: click.Context,
    feedback: bool = False,
    number: int | None = None,
    language: str | None = None,
    as_json: bool = False,
) -> None:
    """Print the criteria as text.

    Without --version it is what the configuration says now, as a draft.

    \b
    Examples:
      mailer criteria show
      mailer criteria show --feedback --language es
      mailer criteria show --version 2
    """
    app = app_of(context)
    printed, document, _ = _printed(app, _kind(feedback), number, language)
    if as_json:
        show_json({"document": stored(document), "text": printed.text, "digest": printed.digest})
    else:
        click.echo(printed.text, nl=False)


@criteria_command.command()
@feedback_option
@version_option
@language_option
@click.option("--compare", is_flag=True, help="Beside the version in force, with what differs marked.")
@out_option
@click.pass_context
def build(
    context: click.Context,
    feedback: bool,
    number: int | None,
    language: str | None,
    compare: bool,
    out: Path | None,
) -> None:
    """Write the criteria as HTML, text and PDF.

    The same configuration gives the same bytes on the same day.

    \b
    Examples:
      mailer criteria build --out /tmp/criteria
      mailer criteria build --version 1 --language fr --out /tmp/criteria
      mailer criteria build --compare --out /tmp/criteria
    """
    if out is None:
        raise click.UsageError("Name a folder for the files: --out FOLDER.")
    app, chosen = app_of(context), _kind(feedback)
    if compare:
        printed, stem = _compared(app, chosen, None, number, language)
    else:
        printed, _, stem = _printed(app, chosen, number, language)
    _write(printed, out, stem)
    say(f"Written to {out}: {stem}.html, .txt and .pdf ({counted(printed.pages, 'page')}).")


@criteria_command.command()
@feedback_option
@click.option("--from", "old", type=click.IntRange(min=1), metavar="N", help="The earlier version, not that in force.")
@click.option("--to", "new", type=click.IntRange(min=1), metavar="N", help="The later version, not the configuration.")
@language_option
@out_option
@json_option
@click.pass_context
def diff(
    context: click.Context,
    feedback: bool,
    old: int | None,
    new: int | None,
    language: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Compare what the configuration says with the version in force, clause by clause.

    The exit code is 0, whether or not anything differs; --json says what does.

    \b
    Examples:
      mailer criteria diff
      mailer criteria diff --from 1 --to 2
      mailer criteria diff --feedback --out /tmp/criteria
    """
    app, chosen = app_of(context), _kind(feedback)
    printed, stem = _compared(app, chosen, old, new, language)
    if out is not None:
        _write(printed, out, stem)
        say(f"Written to {out}: {stem}.html, .txt and .pdf.", aside=as_json)
    if as_json:
        show_json(_changes_json(app, chosen, old, new))
    elif out is None:
        click.echo(printed.text, nl=False)


@criteria_command.command("ls")
@json_option
@click.pass_context
def list_versions(context: click.Context, as_json: bool) -> None:
    """List the versions that were put to the board, and say which are in force.

    \b
    Examples:
      mailer criteria ls
      mailer criteria ls --json | jq '.[] | select(.in_force)'
    """
    app = app_of(context)
    with reading(app) as office:
        standings = [criteria.standing(office, kind) for kind in Kind]
    found = [(now, version) for now in standings for version in now.versions]
    if as_json:
        show_json([_version_json(now, version) for now, version in found])
    elif found:
        rows = [
            (NAMES[now.kind], version.number, app.when(version.submitted_at), _state(now, version))
            for now, version in found
        ]
        show_table(("document", ">version", "put to the board", "state"), rows)
    else:
        say("No version was put to the board yet: look with `mailer criteria`, then `mailer criteria submit`.")
    for now in standings:
        if now.needs_a_ballot:
            option = _option(now.kind)
            say(
                f"The configuration differs from the {NAMES[now.kind]} in force: see `mailer criteria diff{option}`, "
                f"and put it to the board with `mailer criteria submit{option}`.",
                aside=as_json,
            )


def _kind(feedback: bool) -> Kind:
    return Kind.FEEDBACK if feedback else Kind.DISCLOSURE


def _option(kind: Kind) -> str:
    return " --feedback" if kind is Kind.FEEDBACK else ""


def _state(now: Standing, version: Version) -> str:
    if now.in_force is not None and version.id == now.in_force.id:
        return "in force"
    if version.adopted_at:
        return "was in force"
    return "the board is asked" if version.outcome is Outcome.OPEN else str(version.outcome or "not asked")


def _version_json(now: Standing, version: Version) -> dict[str, object]:
    return {
        "document": now.kind.value,
        "version": version.number,
        "language": version.language,
        "digest": version.digest,
        "submitted_at": version.submitted_at.isoformat(),
        "adopted_at": version.adopted_at.isoformat() if version.adopted_at else None,
        "outcome": version.outcome.value if version.outcome else None,
        "in_force": now.in_force is not None and version.id == now.in_force.id,
    }


@criteria_command.command()
@feedback_option
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.pass_context
def submit(context: click.Context, feedback: bool, dry_run: bool) -> None:
    """Put the criteria to the board, as the configuration has them now.

    They are frozen as the next version, in the office's language. The board is asked by mail as about an issue, and
    the version is in force as soon as it is granted. A ballot about an earlier version is withdrawn.

    \b
    Examples:
      mailer criteria submit --dry-run
      mailer criteria submit
      mailer criteria submit --feedback
    """
    app, chosen = app_of(context), _kind(feedback)
    with reading(app) as office:
        now = criteria.standing(office, chosen)
        now.require_news()
        label = criteria.label_of(office, now, app.rules.language, draft=False)
    printed = app.renderer.criteria(now.proposed, label)
    before = now.in_force
    comparison = app.renderer.criteria(now.proposed, label, before.document).pdf if before and not dry_run else None
    pages = f"version {label.version}, {counted(printed.pages, 'A4 page')}, digest {printed.digest[:12]}"
    if dry_run:
        withdrawn = f" The ballot about version {now.asked.number} would be withdrawn." if now.asked else ""
        say(f"The board would be asked about the {NAMES[chosen]}: {pages}.{withdrawn}")
        return
    with office_for(app, "criteria submit") as office:
        asked = criteria.submit(office, chosen, now.proposed, label, printed, comparison)
    at_work = "The daemon sends" if app.at_work else "No daemon is at work: `mailer run` sends"
    members, needed = counted(asked.members, "member"), counted(asked.needed, "approval")
    say(
        f"Submitted the {NAMES[chosen]} to {members}: {pages}.",
        f"{needed} needed, until {app.when(asked.ballot.deadline)}. {at_work} the mails; `mailer send` sends them now.",
    )


# --- printing ---


def _chosen(app: App, language: str | None) -> str | None:
    """The language that was asked for, as its catalogue has it. Raises BadParameter if there is none."""
    if language is None:
        return None
    found = app.catalogues(language).tag
    if found.partition("-")[0] != language.lower().partition("-")[0]:
        raise click.BadParameter(f"“{language}” has no catalogue, see docs/translating.md", param_hint="--language")
    return found


def _printed(app: App, kind: Kind, number: int | None, language: str | None) -> tuple[Printed, Document, str]:
    """A version in its own bytes, or the draft or a translation newly printed; and the name of its files."""
    language = _chosen(app, language)
    with reading(app) as office:
        now = criteria.standing(office, kind)
        if number is not None:
            version = now.version(number)
            if language in (None, version.language):
                return office.work.criteria.printed(version.id), version.document, version.stem
            document, label = version.document, criteria.label_of_version(office, version, language or "")
            stem = f"{version.stem}-{language}"
        else:
            document = now.proposed
            label = criteria.label_of(office, now, language or app.rules.language, draft=True)
            stem = f"{NAMES[kind].replace(' ', '-')}-draft{f'-{language}' if language else ''}"
    return app.renderer.criteria(document, label), document, stem


def _compared(app: App, kind: Kind, old: int | None, new: int | None, language: str | None) -> tuple[Printed, str]:
    """One version beside another, newly printed; and the name of the files."""
    language = _chosen(app, language)
    with reading(app) as office:
        before, after, label = criteria.comparison(office, kind, old, new, language or app.rules.language)
    last = f"{label.version}-draft" if label.draft else f"{label.version}"
    stem = f"{NAMES[kind].replace(' ', '-')}-{before.number}-to-{last}"
    return app.renderer.criteria(after, label, before.document), stem


def _changes_json(app: App, kind: Kind, old: int | None, new: int | None) -> dict[str, object]:
    from mailer.compose.catalogue import ENGLISH
    from mailer.compose.criteria import worded

    with reading(app) as office:
        before, after, label = criteria.comparison(office, kind, old, new, ENGLISH.tag)
    clauses = compared(worded(before.document, ENGLISH), worded(after, ENGLISH))
    return {
        "from": before.number,
        "to": None if label.draft else label.version,
        "changes": [
            {"clause": clause.number, "key": clause.key, "title": clause.plain_title, "change": clause.change.value}
            for clause in clauses
            if clause.change is not Change.SAME
        ],
    }


def _write(printed: Printed, folder: Path, stem: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in printed.as_files(stem).items():
        OfficeFiles.write(folder / name, content)
