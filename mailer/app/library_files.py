"""The folders of the library, with the documents that people write."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.adapters import library_folder
from mailer.adapters.library_folder import beginning
from mailer.model.criteria import Printed
from mailer.model.library import Manuscript

if TYPE_CHECKING:
    from mailer.app.root import App


def keys(app: App) -> list[str]:
    """The documents that have a folder."""
    return library_folder.folders(app.settings.library.folder)


def languages(app: App, key: str) -> list[str]:
    """The language editions that have a folder in that of the document."""
    return library_folder.languages(app.settings.library.folder / key)


def create(app: App, key: str, title: str, day: date, language: str = "") -> Path:
    """Make a document's folder with a text to start from, or that of a language edition in it.

    Raises Refused if there is one.
    """
    library = app.settings.library.folder
    if language:
        folder = beginning.create_edition(library, key, language, title, day)
    else:
        folder = beginning.create(library, key, title, day, app.rules.language)
    if app.files.permissions.gid is not None:
        app.files.permissions.mend([library, library / key, folder, *folder.rglob("*")])
    return folder


def read(app: App, key: str, language: str = "") -> Manuscript:
    """Raises ConfigError with every fault of the document's files."""
    return library_folder.read(app.settings.library.folder / key, language, app.rules.timezone)


def printed(app: App, manuscript: Manuscript, replaces: str) -> Printed:
    """The document in the office's identity. Raises ConfigError with every fault of it."""
    from mailer.adapters.render import pdf

    identity = app.rules.identity
    with pdf.prepared():
        named = replace(identity, masthead=identity.masthead or app.rules.name)
        return app.renderer.document(manuscript, replaces, named)
