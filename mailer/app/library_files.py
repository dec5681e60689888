"""The folders of the library, with the documents that people write."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.adapters import library_folder
from mailer.adapters.library_folder import beginning
from mailer.handlers.library import require_key
from mailer.model.criteria import Printed
from mailer.model.library import KIT, Manuscript
from mailer.model.press import KIND as PRESS
from mailer.model.publications import Identity

if TYPE_CHECKING:
    from mailer.app.root import App


def keys(app: App) -> list[str]:
    """The documents that have a folder."""
    return library_folder.folders(app.settings.library.folder)


def title(app: App, key: str) -> str:
    """What document.toml calls the document; empty if it does not say, or cannot be read."""
    return library_folder.head_of(app.settings.library.folder / key).text("title")


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


def create_press(app: App, key: str, title: str, day: date) -> Path:
    """Make the folder of a press release, with its parts to fill in. Raises Refused if there is one."""
    library = app.settings.library.folder
    folder = beginning.create(library, require_key(key), title, day, app.rules.language, kind=PRESS)
    if app.files.permissions.gid is not None:
        app.files.permissions.mend([library, folder, *folder.rglob("*")])
    return folder


def left_as_begun(manuscript: Manuscript) -> list[str]:
    """The chapters that still only say what to write."""
    return beginning.left_as_begun(manuscript.source.files)


def read(app: App, key: str, language: str = "") -> Manuscript:
    """Raises ConfigError with every fault of the document's files."""
    manuscript = library_folder.read(app.settings.library.folder / key, language, app.rules.timezone)
    if manuscript.kind != KIT:
        return manuscript
    from mailer.adapters.slides import kit_files

    return kit_files.with_files(manuscript, _identity(app), app.catalogues(manuscript.source.language))


def _identity(app: App) -> Identity:
    """The office's identity with a masthead."""
    identity = app.rules.identity
    return replace(identity, masthead=identity.masthead or app.rules.name)


def printed(app: App, manuscript: Manuscript, replaces: str) -> Printed:
    """The document in the office's identity. Raises ConfigError with every fault of it."""
    from mailer.adapters.render import pdf

    with pdf.prepared():
        return app.renderer.document(manuscript, replaces, _identity(app))
