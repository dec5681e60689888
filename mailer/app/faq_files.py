"""Entries of the questions and answers, written into the folder of the document."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from mailer.adapters import library_folder
from mailer.adapters.library_folder import faq_entries
from mailer.adapters.library_folder.faq_entries import Written
from mailer.model.library import FAQ, Number

if TYPE_CHECKING:
    from mailer.app.root import App


def languages(app: App) -> list[str]:
    """The languages of the document and of its editions, the original's first."""
    folder = app.settings.library.folder / FAQ
    library_folder.require(folder)
    return [library_folder.language_of(folder), *library_folder.languages(folder)]


def add(
    app: App, language: str, question: str, also: Sequence[str], answer: str, published: Collection[Number]
) -> Written:
    """Write an entry for the next version in a language. Raises Refused or ConfigError.

    ``published``: the numbers in this language that have been published.
    """
    folder = app.settings.library.folder / FAQ
    if language.lower() != library_folder.language_of(folder).lower():
        library_folder.require(folder, language)
        folder = folder / language
    today = app.clock.now().astimezone(app.rules.timezone).date()
    written = faq_entries.add(folder, question, also, answer, today, published, f"New: {question}")
    if app.files.permissions.gid is not None:
        app.files.permissions.mend([written.path, folder / library_folder.DOCUMENT])
    return written
