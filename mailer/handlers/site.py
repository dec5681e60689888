"""The site: a page of an issue for everybody, and what the record and the secretary are told of the folder."""

from __future__ import annotations

from datetime import date, datetime

from mailer.compose.site import whole_page
from mailer.errors import NotGranted
from mailer.model.issues import EditionRef, edition_for
from mailer.model.site import Built
from mailer.office import Office
from mailer.published import OfficePublished

NAMED = 40
"""How many pages an entry of the record names."""


def web_version(office: Office, publication: str, number: int, language: str = "") -> str | None:
    """An issue as a page by itself, without a token, name or link of a reader; None if it is not for everybody.

    It is in the language that is closest to ``language`` (BCP 47), or else in the issue's own.
    """
    if publication not in office.rules.publications:  # whatever a path may have, such as a NUL, is not looked for
        return None
    published, issue = OfficePublished(office), office.work.issues.issue(publication, number)
    shown = {one.id: one for one in published.editions_of(issue)} if issue else {}
    if not shown:
        return None
    chosen = edition_for([EditionRef(one.id, one.language, "") for one in shown.values()], language)
    try:
        return whole_page(published.edition(shown[chosen.id]))
    except NotGranted:
        return None


def standing(office: Office) -> tuple[int, date]:
    """Changes whenever something may have changed that the site shows: the newest entry of the record, and the day."""
    newest = office.work.audit.newest(1)
    today = office.now.astimezone(office.rules.timezone).date()
    return (newest[0].number if newest else 0, today)


def note_built(office: Office, built: Built, folder: str = "") -> None:
    """Note in the record what became public, and what is so no longer."""
    shown, gone = list(built.changed[:NAMED]), list(built.gone[:NAMED])
    counts = {"changed": len(built.changed), "removed": len(built.gone)}
    office.record("site built", folder or office.rules.site.folder, made=shown, gone=gone, **counts)


def tell_failure(office: Office, why: str, since: datetime) -> None:
    """Tell the secretary once that the site is not up to date."""
    office.tell_secretary("site-failed", {"why": why}, once=f"site-failed {since.isoformat()}")
