"""The folders of the issues, with the files that people write."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.adapters import issue_folder
from mailer.model.issues import Source

if TYPE_CHECKING:
    from mailer.app.root import App


def folder_of(app: App, publication: str, number: int) -> Path:
    """The folder of an issue. Raises Refused if there is no such publication."""
    app.rules.publication(publication)
    return app.settings.publications[publication].issue_folder(number)


def create(app: App, publication: str, number: int, title: str, day: date) -> Path:
    """Create an issue's folder with an article to start from. Raises Refused if there is one."""
    folder = folder_of(app, publication, number)
    title = title or f"{app.rules.publications[publication].title} {number}"
    issue_folder.create(folder, number, title, day, app.rules.language)
    if app.files.permissions.gid is not None:
        # The folder that they are in may have another group.
        app.files.permissions.mend([folder, *folder.iterdir()])
    return folder


def read(app: App, publication: str, number: int) -> Source:
    """Raises ConfigError with every fault of the issue's files."""
    return issue_folder.read(folder_of(app, publication, number), publication, number)
