"""``mailer library``: documents with versions: write, build, put to the board, publish."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path

import click

from mailer.app import App, library_files
from mailer.app.office_files import OfficeFiles
from mailer.commands.arguments import NUMBER, language_option
from mailer.commands.holders import holders_command
from mailer.commands.library_links import links_command
from mailer.commands.printing import print_document
from mailer.commands.terminal import Group, agree, app_of, counted, office_for, reading, say, show_json, show_table
from mailer.errors import Refused
from mailer.handlers import library
from mailer.model.criteria import Printed
from mailer.model.library import KIT, Manuscript, Number, Publish, State, Version, originals, too_early
from mailer.model.library import find as find_in
from mailer.model.library_changes import changes, in_words

json_option = click.option("--json", "as_json", is_flag=True, help="For scripts.")
yes_option = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


@click.group("library", cls=Group)
def library_command() -> None:
    """Documents with versions, such as the scope of a presenter's task.

    A document is a folder of the library with document.toml and chapters in Markdown. A version goes out when the
    board has granted it, and takes the place of the one before.

    \b
    Examples:
      mailer library new scope
      mailer library check scope
      mailer library build scope
      mailer library show scope --out /tmp/look
      mailer library submit scope
      mailer library publish scope
      mailer library diff scope 1.0 1.1
      mailer library new faq --language fr
      mailer library links check
      mailer library holders kit
    """


library_command.add_command(holders_command)
library_command.add_command(links_command)
library_command.add_command(print_document)


@library_command.command("ls")
@json_option
@click.pass_context
def list_documents(context: click.Context, as_json: bool) -> None:
    """List the documents, with their newest and their published versions.

    \b
    Example:
      mailer library ls
    """
    app = app_of(context)
    with reading(app) as office:
        versions = office.work.library.versions()
    keys = sorted({*library_files.keys(app), *(one.key for one in versions)})
    rows = [(key, [one for one in versions if one.key == key]) for key in keys]
    if as_json:
        show_json([{"document": key, "versions": [_json(one) for one in of]} for key, of in rows])
    elif rows:
        show_table(
            ("document", "newest", "state", "published", "editions", "title"), [_row(app, key, of) for key, of in rows]
        )
    else:
        say("The library has no document yet: begin with `mailer library new scope`.")


def _row(app: App, key: str, versions: list[Version]) -> tuple[str, ...]:
    if not versions:
        return (key, "–", "not built", "–", "–", library_files.title(app, key))
    newest = max(originals(versions) or versions, key=lambda one: one.number)
    out = next((str(one.number) for one in originals(versions) if one.state is State.PUBLISHED), "–")
    editions = [f"{one.language} {one.number}" for one in versions if one.translates and one.state is State.PUBLISHED]
    return (key, str(newest.number), newest.state.value, out, ", ".join(editions) or "–", newest.title)


@library_command.command()
@click.argument("key")
@click.option("--title", default="", help="The title of the document.")
@language_option
@click.pass_context
def new(context: click.Context, key: str, title: str, language: str) -> None:
    """Make the folder of a document, with a text to start from.

    For “scope”, the scope of a presenter's task, it is a whole first version to adapt.

    \b
    Examples:
      mailer library new scope
      mailer library new leaflet --title "What we do"
    """
    app = app_of(context)
    folder = library_files.create(app, library.require_key(key), title, app.clock.now().date(), language)
    say(f"Made {folder}: edit document.toml and the chapters, then run `mailer library check {_typed(key, language)}`.")


def _typed(key: str, language: str) -> str:
    """A document as arguments of a command."""
    return f"{key} --language {language}" if language else key


@library_command.command()
@click.argument("key")
@language_option
@click.pass_context
def check(context: click.Context, key: str, language: str) -> None:
    """Read and print a document, and report every fault; store nothing.

    \b
    Example:
      mailer library check scope
    """
    app = app_of(context)
    manuscript = library_files.read(app, library.require_key(key), language)
    printed = library_files.printed(app, manuscript, "")
    chapters = counted(len(manuscript.source.articles), "chapter")
    warned = _warn(manuscript)
    found = f"No faults, but {counted(warned, 'warning')}." if warned else "No faults."
    say(f"{manuscript.source.title} {manuscript.number}: {chapters}, {_extent(manuscript, printed)}. {found}")


def _warn(manuscript: Manuscript) -> int:
    """Name the chapters that nobody has written yet; how many there are."""
    left = library_files.left_as_begun(manuscript)
    for name in left:
        say(f"warning: {name} still only says what to write; write your own, or delete the file.", aside=True)
    return len(left)


def _extent(manuscript: Manuscript, printed: Printed) -> str:
    return counted(printed.pages, "slide" if manuscript.kind == KIT else "A4 page")


@library_command.command()
@click.argument("key")
@yes_option
@language_option
@click.pass_context
def build(context: click.Context, key: str, yes: bool, language: str) -> None:
    """Print a document and freeze the bytes of its version.

    Other bytes than the board has seen end its ballot and its grant; it asks before it does that. A version that has
    been published is never built again: the next one needs a higher number in document.toml.

    \b
    Examples:
      mailer library build scope
      mailer library build scope --yes
    """
    app = app_of(context)
    manuscript = library_files.read(app, library.require_key(key), language)
    with reading(app) as office:
        replaced = library.replaces(office, key, language)
        manuscript = library.with_changes(office, manuscript)
    replaced = "" if replaced == str(manuscript.number) else replaced
    printed = library_files.printed(app, manuscript, replaced)
    with reading(app) as office:
        voids = library.would_void(office, manuscript, printed)
    name = " ".join(part for part in (key, manuscript.edition, str(manuscript.number)) if part)
    _warn(manuscript)
    if voids and not agree(f"{name} is {voids} with other bytes; the board has to be asked again. Build it?", yes):
        raise Refused("Nothing was built.")
    with office_for(app, "library build") as office:
        built = library.build(office, manuscript, printed)
    pages = _extent(manuscript, printed)
    if not built.changed:
        say(f"{name} has exactly these bytes already and is {built.version.state}: {pages}.")
        return
    say(f"Built {name}: {pages}, digest {built.version.digest[:12]}.")
    typed = _typed(key, language)
    say(f"Look at it with `mailer library show {typed} --out FOLDER`, then `mailer library submit {typed}`.")


@library_command.command()
@click.argument("key")
@click.argument("number", type=NUMBER, required=False)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the HTML, the text and the PDF into this folder.",
)
@json_option
@language_option
@click.pass_context
def show(
    context: click.Context, key: str, number: Number | None, out: Path | None, as_json: bool, language: str
) -> None:
    """Print the newest version as text, or another one; write all its forms with --out.

    \b
    Examples:
      mailer library show scope
      mailer library show scope 1.0 --out /tmp/look
    """
    app = app_of(context)
    with office_for(app, "library show") as office:
        version = library.find(office, key, number, language)
        printed, files = library.show(office, version)
    if out is not None:
        write_files(out, {**printed.as_files(version.stem), **files})
        also = f", and {counted(len(files), 'file')} as they are" if files else ""
        say(f"Written to {out}: {version.stem}.html, .txt and .pdf{also} ({version.state}).", aside=as_json)
    if as_json:
        show_json({**_json(version), "text": printed.text, "pages": printed.pages, "files": list(files)})
    elif out is None:
        click.echo(printed.text, nl=False)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        OfficeFiles.write(folder / name, content)


@library_command.command()
@click.argument("key")
@click.option("-m", "--note", default="", help="What the board is told about what has changed.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@language_option
@click.pass_context
def submit(context: click.Context, key: str, note: str, dry_run: bool, language: str) -> None:
    """Put the newest version to the board.

    The board is asked by mail as about an issue, with the PDF attached.

    \b
    Examples:
      mailer library submit scope --dry-run
      mailer library submit scope -m "who pays for the visa"
    """
    app = app_of(context)
    if dry_run:
        with reading(app) as office:
            version = library.find(office, key, None, language)
            policy = office.rules.policy_for(version.policy)
        say(f"The board of “{policy.title}” would be asked about {version.name}, digest {version.digest[:12]}.")
        return
    with office_for(app, "library submit") as office:
        version = library.find(office, key, None, language)
        ballot = library.submit(office, version, note)
        members = sum(paper.asked for paper in office.work.approvals.papers(ballot.id))
    at_work = "The daemon sends" if app.at_work else "No daemon is at work: `mailer run` sends"
    needed = counted(ballot.terms.needed(members), "approval")
    say(
        f"Submitted {version.name} to {counted(members, 'member')}, digest {version.digest[:12]}.",
        f"{needed} needed, until {app.when(ballot.deadline)}. {at_work} the mails.",
    )


@library_command.command()
@click.argument("key")
@click.argument("number", type=NUMBER, required=False)
@language_option
@click.pass_context
def publish(context: click.Context, key: str, number: Number | None, language: str) -> None:
    """Publish a version that the board has granted; the one before is superseded.

    \b
    Examples:
      mailer library publish scope
      mailer library publish scope 1.1
    """
    app = app_of(context)
    with office_for(app, "library publish") as office:
        version = library.publish(office, library.find(office, key, number, language))
    say(f"Published {version.name}" + (f"; it takes the place of {version.replaces}." if version.replaces else "."))


@library_command.command()
@click.argument("key")
@click.argument("number", type=NUMBER)
@click.option("--because", required=True, help="Why; it is kept in the audit trail.")
@yes_option
@language_option
@click.pass_context
def withdraw(context: click.Context, key: str, number: Number, because: str, yes: bool, language: str) -> None:
    """Withdraw a published version: it goes out no more.

    \b
    Example:
      mailer library withdraw scope 1.0 --because "a wrong address"
    """
    app = app_of(context)
    if not agree(f"{key} {number} goes out no more, and no other version takes its place. Withdraw it?", yes):
        raise Refused("Nothing was changed.")
    with office_for(app, "library withdraw") as office:
        library.take_back(office, library.find(office, key, number, language), because)
    say(f"Withdrew {key} {number}.")


@library_command.command()
@click.argument("key")
@json_option
@click.pass_context
def versions(context: click.Context, key: str, as_json: bool) -> None:
    """List the versions of a document, with those of its language editions.

    \b
    Example:
      mailer library versions scope
    """
    app = app_of(context)
    with reading(app) as office:
        found = office.work.library.versions(key)
    if as_json:
        show_json([_json(one) for one in found])
        return
    find_in(found, key)
    rows = [
        (one.number, one.language, _translated(one), one.state, _day(app, one.published_at), one.digest[:12])
        for one in found
    ]
    show_table((">version", "language", "translates", "state", "published", "digest"), rows)
    today, now = app.clock.now().astimezone(app.rules.timezone).date(), app.clock.now()
    for one in found:
        if why := too_early(one, today, now) if one.state is not State.PUBLISHED and not one.ended_at else "":
            say(why)
        elif one.state is State.GRANTED and one.publish is Publish.BY_COMMAND:
            say(f"{one.name} is granted: `mailer library publish {one.typed}` publishes it.")


def _translated(version: Version) -> str:
    return version.translates or "–"


def _day(app: App, time: datetime | None) -> str:
    return f"{time.astimezone(app.rules.timezone):%Y-%m-%d}" if time else "–"


@library_command.command()
@click.argument("key")
@click.argument("old", type=NUMBER)
@click.argument("new_number", metavar="NEW", type=NUMBER)
@json_option
@language_option
@click.pass_context
def diff(context: click.Context, key: str, old: Number, new_number: Number, as_json: bool, language: str) -> None:
    """Say what has changed between two versions: in words, and paragraph by paragraph.

    {+ +} marks what was added, [- -] what was removed.
    The exit code is 0, whether or not anything differs; --json says what does.

    \b
    Example:
      mailer library diff scope 1.0 1.1
    """
    app = app_of(context)
    with reading(app) as office:
        before, after = library.compared(office, key, old, new_number, language)
    found, words = changes(before, after), [str(one) for one in in_words(before, after)]
    if as_json:
        show_json({"in_words": words, "changes": [one._asdict() for one in found]})
    elif not found:
        say(f"{key} {old} and {new_number} say the same.")
    else:
        say("What has changed, in words:", *(f"- {sentence}" for sentence in words))
        for heading, some in groupby(found, key=lambda one: one.heading):
            say("", heading, "-" * len(heading))
            for one in some:
                say("", *one.text.split("\n"))


def _json(version: Version) -> dict[str, object]:
    times = {name: getattr(version, name) for name in ("built_at", "submitted_at", "published_at", "ended_at")}
    return {
        "document": version.key,
        "version": str(version.number),
        "kind": version.kind,
        "language": version.language,
        "title": version.title,
        "state": version.state.value,
        "digest": version.digest,
        "replaces": version.replaces,
        "translates": version.translates,
        "translator": version.translator,
        "publisher": version.publisher,
        "waits_for": version.waits_for,
        "not_before": version.not_before.isoformat() if version.not_before else None,
        "embargo": version.embargo.isoformat() if version.embargo else None,
        "changes": [str(one) for one in version.changes],
        **{name: time.isoformat() if time else None for name, time in times.items()},
    }
