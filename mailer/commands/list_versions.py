"""``mailer list publish``, ``versions``, ``diff``, ``submit``, ``withdraw``: a list as a document with versions."""

from __future__ import annotations

from pathlib import Path

import click

from mailer import list_documents as publishing
from mailer.app import App
from mailer.app.office_files import OfficeFiles
from mailer.commands.terminal import agree, app_of, counted, office_for, reading, say, show_json, show_table
from mailer.compose.catalogue import ENGLISH
from mailer.compose.list_documents import difference_lines
from mailer.errors import Refused
from mailer.handlers import list_documents
from mailer.handlers import publishing as publishing_choices
from mailer.message import clean
from mailer.model.approvals import UNSETTLED, Outcome
from mailer.model.list_documents import (
    Forms,
    ListDocument,
    ListVersion,
    Published,
    Standing,
    differences,
    stored,
)
from mailer.office import Office


class VersionType(click.ParamType[ListVersion]):
    """A published version: ``1.0``."""

    name = "version"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> ListVersion:
        if isinstance(value, ListVersion):
            return value
        try:
            return ListVersion.parse(str(value))
        except ValueError as fault:
            hint = "; --change N shows a list after one of its changes" if str(value).isdigit() else ""
            self.fail(f"{fault}{hint}.", param, ctx)


VERSION = VersionType()

version_option = click.option("--version", "wanted", type=VERSION, metavar="1.0", help="A published version.")
language_option = click.option("--language", metavar="TAG", default="", help="Print it in this language, such as fr.")
_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")


def chosen_language(app: App, language: str) -> str:
    """The language as its catalogue has it; empty for none. Raises BadParameter if there is no catalogue."""
    if not language:
        return ""
    found = app.catalogues(language).tag
    if found.partition("-")[0] != language.lower().partition("-")[0]:
        raise click.BadParameter(f"“{language}” has no catalogue, see docs/translating.md", param_hint="--language")
    return found


# --- publishing ---


@click.command()
@click.argument("name")
@click.option("--review", is_flag=True, help="Every entry has been looked at: 2.0 follows 1.3.")
@language_option
@_dry_run
@click.pass_context
def publish(context: click.Context, name: str, review: bool, language: str, dry_run: bool) -> None:
    """Make the next published version of a list: 1.0, then 1.1; 2.0 after a review.

    It is frozen with its files and says what has changed since the version before. It contains what the people on the
    list let be published (`mailer list ask-publish`), and says how many are not shown. Nothing leaves the office by
    this: `mailer list submit` asks the board, and `mailer list export --version` writes the files that it has granted.

    \b
    Examples:
      mailer list publish subscriber --dry-run
      mailer list publish subscriber
      mailer list publish presenters --language fr
    """
    app = app_of(context)
    chosen = chosen_language(app, language)
    with reading(app) as office:
        proposal = publishing.proposed(office, name, review=review, language=chosen)
        proposal.require_news(review=review)
        lines = _news(office, proposal)
        issuer = list_documents.issuer_of(office)
    document = proposal.document
    say(f"{document.title} {document.version}: {_extent(document)}.", *lines)
    if dry_run:
        say("Nothing was published.")
        return
    forms = app.renderer.list_document(document, issuer)
    _warn(forms)
    with office_for(app, "list publish") as office:
        publishing.publish(office, name, review=review, language=chosen, forms=forms, digest=document.digest)
    say(
        f"Published as version {document.version}: {_files(forms)}, digest {forms.digest[:12]}.",
        f"Nobody outside has it yet: `mailer list submit {name}` asks the board.",
    )


def _news(office: Office, proposal: publishing.Proposal) -> list[str]:
    """What has changed since the last version, as lines."""
    if proposal.last is None:
        return []
    before = office.work.list_documents.document(proposal.last.id)
    found = differences(before, proposal.document)
    columns = [*before.columns, *proposal.document.columns]
    lines = list(difference_lines(found, columns, ENGLISH)) or ["No entry has changed."]
    return [f"Changes since version {proposal.last.version}:", *lines]


def _extent(document: ListDocument) -> str:
    entries = counted(len(document.entries), "entry", "entries")
    return f"{entries}; {document.hidden} more not shown" if document.hidden else entries


def _warn(forms: Forms) -> None:
    for warning in forms.warnings:
        say(f"warning: {warning}", aside=True)


def _files(forms: Forms) -> str:
    pages = f" ({counted(forms.pages, 'A4 page')})" if forms.pages else ""
    return f"{', '.join(forms.files)}{pages}"


# --- looking ---


@click.command()
@click.argument("name")
@_json
@click.pass_context
def versions(context: click.Context, name: str, as_json: bool) -> None:
    """List the published versions of a list, and how each stands.

    \b
    Examples:
      mailer list versions subscriber
      mailer list versions subscriber --json | jq '.[-1].digest'
    """
    app = app_of(context)
    with reading(app) as office:
        found = list_documents.versions(office, name)
    if as_json:
        show_json([_version_json(version) for version in found])
    elif found:
        rows = [
            (
                version.version,
                f"{version.at.astimezone(app.rules.timezone):%Y-%m-%d}",
                version.entries,
                version.forms[:12] or "—",
                state_of(version),
            )
            for version in found
        ]
        show_table(("version", "published", ">entries", "digest", "state"), rows)
    else:
        say(f"No version is published yet: `mailer list publish {name}` makes 1.0.")


def state_of(version: Published) -> str:
    """How a version stands, in words."""
    if version.erased_at:
        return "erased: somebody in it asked to be forgotten"
    if version.withdrawn_at:
        return f"withdrawn: {version.reason}"
    if version.exported_at:
        return f"granted, written for the outside on {version.exported_at:%Y-%m-%d}"
    if version.outcome in UNSETTLED:
        return "granted" if version.outcome is Outcome.GRANTED else "the board is asked"
    return f"not granted ({version.outcome})" if version.outcome else "the board was not asked"


def _version_json(version: Published) -> dict[str, object]:
    times = {name: getattr(version, name) for name in ("exported_at", "withdrawn_at", "erased_at")}
    return {
        "list": version.list,
        "version": str(version.version),
        "published_at": version.at.isoformat(),
        "change": version.changes,
        "language": version.language,
        "entries": version.entries,
        "digest": version.digest,
        "files_digest": version.forms or None,
        "outcome": version.outcome.value if version.outcome else None,
        **{name: at.isoformat() if at else None for name, at in times.items()},
        "reason": version.reason or None,
    }


def show_version(app: App, name: str, wanted: ListVersion, language: str, as_json: bool) -> None:
    """Print one published version as text, or its values as JSON."""
    chosen = chosen_language(app, language)
    with reading(app) as office:
        version = list_documents.version_of(office, name, wanted)
        document, issuer = list_documents.document_of(office, version), list_documents.issuer_of(office)
        forms = office.work.list_documents.forms(version.id)
    if as_json:
        show_json({**stored(document), "digest": version.digest})
    elif forms is not None and chosen in ("", version.language):
        click.echo(forms.files["txt"].decode(), nl=False)
    else:
        click.echo(app.renderer.list_text(document, issuer, chosen, _standing(version, chosen)), nl=False)


def _standing(version: Published, language: str, *, draft: bool = False) -> Standing:
    return Standing(draft, version.language if language and language != version.language else "")


@click.command()
@click.argument("name")
@click.argument("old", type=VERSION)
@click.argument("new", type=VERSION, required=False)
@_json
@click.pass_context
def diff(context: click.Context, name: str, old: ListVersion, new: ListVersion | None, as_json: bool) -> None:
    """Show who came, left, and what has changed between two published versions, or since one.

    Without a second version it is what a version published now would contain.

    \b
    Examples:
      mailer list diff subscriber 1.0 1.1
      mailer list diff subscriber 1.1
      mailer list diff subscriber 1.0 2.0 --json
    """
    app = app_of(context)
    with reading(app) as office:
        before = list_documents.document_of(office, list_documents.version_of(office, name, old))
        if new is None:
            after = publishing.proposed(office, name).document
        else:
            after = list_documents.document_of(office, list_documents.version_of(office, name, new))
    found = differences(before, after)
    if as_json:
        show_json(
            {
                "from": str(old),
                "to": str(new) if new else None,
                "changes": [
                    {
                        "change": one.change.value,
                        "country": one.group,
                        "name": one.name,
                        "fields": {key: {"old": was, "new": now} for key, (was, now) in one.fields.items()},
                    }
                    for one in found
                ],
            }
        )
        return
    say(*(difference_lines(found, [*before.columns, *after.columns], ENGLISH) if found else ["Nothing differs."]))


# --- the board and the outside ---


@click.command()
@click.argument("name")
@version_option
@_dry_run
@click.pass_context
def submit(context: click.Context, name: str, wanted: ListVersion | None, dry_run: bool) -> None:
    """Ask the board whether a published version may go outside; the newest, without --version.

    The board gets its files, and the grant is for exactly these. A ballot about an earlier version is withdrawn.

    \b
    Examples:
      mailer list submit subscriber
      mailer list submit presenters --version 1.0 --dry-run
    """
    app = app_of(context)
    with reading(app) as office:
        version = list_documents.submittable(office, name, wanted)
        document, issuer = list_documents.document_of(office, version), list_documents.issuer_of(office)
        forms = office.work.list_documents.forms(version.id)
    printed = forms or app.renderer.list_document(document, issuer)
    _warn(printed)
    about = f"{document.title} {version.version}: {_files(printed)}, digest {printed.digest[:12]}"
    if dry_run:
        say(f"The board would be asked about {about}.")
        return
    with office_for(app, "list submit") as office:
        list_documents.freeze(office, version, printed)
        asked = list_documents.submit(office, version)
    at_work = "The daemon sends" if app.at_work else "No daemon is at work: `mailer run` sends"
    members, needed = counted(asked.members, "member"), counted(asked.needed, "approval")
    say(
        f"Submitted to {members}: {about}.",
        f"{needed} needed, until {app.when(asked.ballot.deadline)}. {at_work} the mails; `mailer send` sends them now.",
    )


def export_version(
    app: App, name: str, wanted: ListVersion | None, folder: Path, *, draft: bool, language: str
) -> None:
    """Write the files of a version that is granted, or marked as a draft."""
    chosen = chosen_language(app, language)
    if draft:
        _export_draft(app, name, wanted, folder, chosen)
        return
    with office_for(app, "list export") as office:
        version, forms = list_documents.granted(office, name, wanted)
        if chosen not in ("", version.language):
            raise click.UsageError(
                f"The board has granted version {version.version} in “{version.language}”: --language is for a look of "
                "your own, with --draft."
            )
        list_documents.note_exported(office, version)
    _write(forms, folder, version.stem)


def _export_draft(app: App, name: str, wanted: ListVersion | None, folder: Path, language: str) -> None:
    with office_for(app, "list export") as office:
        version = list_documents.version_of(office, name, wanted)
        document, issuer = list_documents.document_of(office, version), list_documents.issuer_of(office)
        list_documents.note_draft(office, version)
    forms = app.renderer.list_document(document, issuer, language, _standing(version, language, draft=True))
    _warn(forms)
    tag = f"-{language}" if language else ""
    _write(forms, folder, f"{version.stem}{tag}-DRAFT")


def _write(forms: Forms, folder: Path, stem: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files = forms.as_files(stem)
    for file, content in files.items():
        OfficeFiles.write(folder / file, content)
    say(f"Written to {folder}: {', '.join(files)}.")


@click.command()
@click.argument("name")
@click.option("--version", "wanted", type=VERSION, metavar="1.0", required=True, help="Which one.")
@click.option("--reason", metavar="TEXT", default="", help="Why; the audit trail keeps it.")
@click.option("--undo", is_flag=True, help="It counts again. It needs a new grant.")
@click.pass_context
def withdraw(context: click.Context, name: str, wanted: ListVersion, reason: str, undo: bool) -> None:
    """Withdraw a published version: its ballot ends and its grant is void.

    Its number is not used again, and the next version is compared with the one before it. Copies that are outside are
    yours to take back.

    \b
    Examples:
      mailer list withdraw nmb --version 1.1 --reason "a wrong organisation"
      mailer list withdraw nmb --version 1.1 --undo
    """
    app, why = app_of(context), clean(reason)
    if not undo and not why:
        raise click.UsageError("--reason needs some words: the audit trail keeps them.")
    with office_for(app, "list withdraw") as office:
        if undo:
            list_documents.bring_back(office, name, wanted)
        else:
            version = list_documents.withdraw(office, name, wanted, why)
    if undo:
        say(f"Version {wanted} of {name} counts again; submit it for a new grant.")
        return
    outside = f" It was written for the outside on {version.exported_at:%Y-%m-%d}." if version.exported_at else ""
    say(f"Withdrew version {wanted} of {name}.{outside}")


# --- what people let be published ---

AT_ONCE = 200
"""How many are asked in one transaction."""


@click.command("ask-publish")
@click.argument("name")
@_dry_run
@click.option("-y", "--yes", is_flag=True, help="Do not ask before people are written to.")
@click.pass_context
def ask_publish(context: click.Context, name: str, dry_run: bool, yes: bool) -> None:
    """Ask the members of a list by mail what may be published of them: name, country, organisation, address.

    Each person is asked once, whatever lists they are on, and changes it later by mail: “set publish name, country”.
    Nothing of somebody who has not answered is published.

    \b
    Examples:
      mailer list ask-publish subscriber --dry-run
      mailer list ask-publish subscriber --yes
    """
    app = app_of(context)
    with reading(app) as office:
        contacts = publishing_choices.unasked(office, name)
    people = counted(len(contacts), "person", "people")
    if dry_run or not contacts:
        say(f"{people} would be asked." if contacts else "Everybody on the list was asked.")
        return
    if not agree(f"This writes to {people}. Is that right?", yes):
        raise Refused("Nobody was asked.")
    asked = 0
    for start in range(0, len(contacts), AT_ONCE):
        with office_for(app, "list ask-publish") as office:
            asked += publishing_choices.ask_all(office, name, contacts[start : start + AT_ONCE])
    say(f"Asked {counted(asked, 'person', 'people')}. The daemon sends the mails.")
