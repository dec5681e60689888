"""Makes what goes to a printer: of the bytes that were granted, or of the files that these were made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from mailer.adapters import library_folder
from mailer.compose.catalogue import direction
from mailer.errors import MailerError, Refused
from mailer.handlers.printing import Original
from mailer.model.issues import Issue
from mailer.model.library import Version
from mailer.model.printing import Paper

if TYPE_CHECKING:
    from mailer.app.root import App


class Pages(NamedTuple):
    """An original with pages of a size."""

    pdf: bytes
    anew: bool
    """Whether they were set for this size; otherwise they are the pages of the original."""
    has_back: bool = False
    """Whether the last page is the back of a cover."""


def issue_pages(app: App, issue: Issue, original: Original, paper: Paper) -> Pages:
    """The pages of an issue."""
    return _pages(original, paper, partial(_issue_anew, app, issue, original))


def _issue_anew(app: App, issue: Issue, original: Original, paper: Paper) -> bytes:
    source = app.sources.restored(issue, original.files)
    return app.renderer.reprinted(source, app.identity(issue.publication), paper)


def document_pages(app: App, version: Version, original: Original, paper: Paper, original_language: str) -> Pages:
    """The pages of a document. ``original_language`` is that of the text that an edition was translated from."""
    manuscript = library_folder.restored(version, original.files, original_language, app.rules.timezone)
    manuscript = replace(manuscript, changes=version.changes)
    identity = replace(app.rules.identity, masthead=app.rules.identity.masthead or app.rules.name)
    anew = partial(app.renderer.reprinted_document, manuscript, version.replaces, identity)
    return _pages(original, paper, anew)._replace(has_back=manuscript.has_cover)


def _pages(original: Original, paper: Paper, anew: Callable[[Paper], bytes]) -> Pages:
    """Pages are set anew only if the same files still make the very bytes of the original.

    Then nothing but the size of the pages is other than what the board has seen.
    """
    if paper is Paper.A4 or not original.files:
        return Pages(original.pdf, anew=False)
    try:
        same = anew(Paper.A4) == original.pdf
    except MailerError:
        same = False
    return Pages(anew(paper), anew=True) if same else Pages(original.pdf, anew=False)


def booklet(original: Original, pages: Pages) -> bytes:
    """Pages of A5 on sheets of A4, to be folded."""
    from mailer.adapters.render import imposition

    is_rtl = direction(original.language) == "rtl"
    return imposition.booklet(_marked(original, pages), right_to_left=is_rtl, has_back=pages.has_back)


def with_marks(original: Original, pages: Pages, paper: Paper) -> bytes:
    """The pages with a printer's marks and their bleed. Raises Refused if there are none of this size."""
    from mailer.adapters.render import imposition

    if paper is not Paper.A4 and not pages.anew:
        raise Refused(
            f"{original.name} cannot be set on pages of {paper}, because what it was made with has changed since. "
            "Build it again, or print it without --a5."
        )
    return imposition.with_marks(_marked(original, pages))


def _marked(original: Original, pages: Pages) -> bytes:
    from mailer.adapters.render import imposition

    return imposition.marked_draft(pages.pdf) if original.fault else pages.pdf
