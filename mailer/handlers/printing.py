"""What goes to a printer: the bytes that a board has granted, and the files that they were made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailer import author_consent, grants
from mailer.errors import Refused
from mailer.model.editions import canonical, current
from mailer.model.issues import Issue
from mailer.model.library import State, Version, too_early
from mailer.office import Office
from mailer.translators import name_of


@dataclass(frozen=True, slots=True)
class Original:
    """A PDF as it is kept."""

    name: str
    """As the audit trail has it."""
    stem: str
    """The name of its files, without what they end in."""
    language: str
    """BCP 47."""
    pdf: bytes
    fault: str
    """Why it may not go out; empty if a grant covers it. A draft is printed for those who work on it (law 4)."""
    files: Mapping[str, bytes]
    """All files that it was made from, as they were then; empty if they are not kept."""


def issue_to_print(office: Office, issue: Issue, language: str = "") -> Original:
    """An issue, or its edition in a language. Raises Refused if it is not built, or if there is no such edition."""
    if language:
        return _edition_to_print(office, issue, language)
    if not issue.editions:
        raise Refused(f"{issue.name} is not built yet: there is nothing to print.")
    edition = office.work.issues.edition(issue.editions[0].id)
    fault = ""
    try:
        grants.require_issue(office, issue, ())
        author_consent.require_until_sent(office, issue)
    except Refused as refused:
        fault = str(refused)
        office.record("draft printed", issue.name, digest=issue.digest)
    source = office.work.editions.source(issue.id)
    stem = office.rules.publication(issue.publication).pdf_name(issue.number).removesuffix(".pdf")
    files = source.files if source else {}
    return Original(issue.name, stem, issue.editions[0].language, edition.pdf, fault, files)


def _edition_to_print(office: Office, issue: Issue, language: str) -> Original:
    translation = current(office.work.editions.of(issue.id), canonical(language))
    if translation is None or translation.edition is None:
        raise Refused(f"There is no proof of issue {issue.number} in “{language}”: see `mailer issue translate`.")
    name, fault = name_of(issue, translation), ""
    try:
        grants.require_edition(office, issue, translation, ())
    except Refused as refused:
        fault = str(refused)
        office.record("draft printed", name, digest=translation.edition.digest)
    edition = office.work.issues.edition(translation.edition.id)
    pdf_name = office.rules.publication(issue.publication).pdf_name(issue.number, translation.language)
    return Original(name, pdf_name.removesuffix(".pdf"), translation.language, edition.pdf, fault, {})


def document_to_print(office: Office, version: Version) -> Original:
    """A version of a document of the library; one that may not be published yet is a draft, too."""
    printed, fault = office.work.library.printed(version.id), ""
    today = office.now.astimezone(office.rules.timezone).date()
    try:
        grants.require_document(office, version)
        fault = too_early(version, today, office.now) if version.state is State.GRANTED else ""
    except Refused as refused:
        fault = str(refused)
    if fault:
        office.record("draft printed", version.name, digest=version.digest)
    files = office.work.library.source_files(version.id)
    return Original(version.name, version.stem, version.language, printed.pdf, fault, files)
