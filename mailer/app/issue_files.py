"""The folders of the issues, with the files that people write."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mailer.adapters import data, issue_folder
from mailer.model.issues import Inputs, Source, State
from mailer.model.publications import Identity

if TYPE_CHECKING:
    from mailer.app.root import App


def folder_of(app: App, publication: str, number: int) -> Path:
    """The folder of an issue. Raises Refused if there is no such publication."""
    app.rules.publication(publication)
    return app.settings.publications[publication].issue_folder(number)


class NewFolder(NamedTuple):
    """The folder of a new issue."""

    folder: Path
    aside: Path | None
    """The new name of the folder of a cancelled issue that had the same number."""


def create(app: App, publication: str, number: int, title: str, day: date) -> NewFolder:
    """Create an issue's folder with an article to start from. The number of a cancelled issue can be used again.

    Raises Refused if there is a folder of another issue.
    """
    folder = folder_of(app, publication, number)
    title = title or f"{app.rules.publications[publication].title} {number}"
    replacing = folder.exists() and _is_cancelled(app, publication, number)
    aside = issue_folder.create(folder, number, title, day, app.rules.language, replacing=replacing)
    if app.files.permissions.gid is not None:
        # The folder that they are in may have another group.
        app.files.permissions.mend([folder, *folder.iterdir()])
    return NewFolder(folder, aside)


def _is_cancelled(app: App, publication: str, number: int) -> bool:
    with app.open_store().snapshot() as work:
        issue = work.issues.issue(publication, number)
    return issue is not None and issue.state is State.CANCELLED


def inputs(app: App, identity: Identity, languages: Iterable[str]) -> Inputs:
    """What decides an issue's bytes beside its source, as digests by name."""
    from mailer.adapters.issue_inputs import inputs

    return inputs(data.TEMPLATES, app.settings.identity.fonts, identity, languages)


def read(app: App, publication: str, number: int) -> Source:
    """Raises ConfigError with every fault of the issue's files."""
    return issue_folder.read(folder_of(app, publication, number), publication, number, app.rules.timezone)
