"""The site: a page of an issue for everybody."""

from __future__ import annotations

from mailer.compose.site import whole_page
from mailer.errors import NotGranted
from mailer.model.issues import EditionRef, edition_for
from mailer.office import Office
from mailer.published import OfficePublished


def web_version(office: Office, publication: str, number: int, language: str = "") -> str | None:
    """An issue as a page by itself, without a token, name or link of a reader; None if it is not for everybody.

    It is in the language that is closest to ``language`` (BCP 47), or else in the issue's own.
    """
    published, issue = OfficePublished(office), office.work.issues.issue(publication, number)
    shown = {one.id: one for one in published.editions_of(issue)} if issue else {}
    if not shown:
        return None
    chosen = edition_for([EditionRef(one.id, one.language, "") for one in shown.values()], language)
    try:
        return whole_page(published.edition(shown[chosen.id]))
    except NotGranted:
        return None
