"""The folders of the issues, with the files that people write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mailer.adapters import data, issue_folder
from mailer.errors import Refused
from mailer.model import event_listings
from mailer.model.event_listings import Listing, Wanted
from mailer.model.events import PUBLIC
from mailer.model.issues import Inputs, Issue, Source, State
from mailer.model.publications import Identity
from mailer.ports import Work

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
    """The issue with the events that its blocks show now. Raises ConfigError with every fault of its files."""
    source = issue_folder.read(folder_of(app, publication, number), publication, number, app.rules.timezone)
    wanted = events_wanted(source)
    if not wanted:
        return issue_folder.with_events(source, ())
    try:
        with app.open_store().snapshot() as work:
            return issue_folder.with_events(source, _events_now(work, source, wanted))
    except Refused:  # without a store there are none
        return issue_folder.with_events(source, ())


def events_wanted(source: Source) -> list[Wanted]:
    """What the blocks of events in an issue ask for."""
    from mailer.adapters.render.markdown import events_wanted

    return events_wanted(source)


def _events_now(work: Work, source: Source, wanted: Sequence[Wanted]) -> tuple[Listing, ...]:
    first, last = min(one.since(source.day) for one in wanted), max(one.until(source.day) for one in wanted)
    found = work.events.between(first, last, states=PUBLIC)
    return event_listings.needed(event_listings.listed(found), wanted, source.day)


def keep_events(app: App, publication: str, source: Source) -> None:
    """Write what the issue shows of events beside its articles."""
    issue_folder.keep_events(folder_of(app, publication, source.number), source)


def events_changed(app: App, work: Work, issue: Issue) -> list[str]:
    """What of the events in an issue is other now than it was built with, in a line for each event."""
    frozen = work.editions.source(issue.id)
    if frozen is None or event_listings.FILE not in frozen.files:
        return []
    source = app.sources.restored(issue, frozen.files)
    return event_listings.differences(source.events, _events_now(work, source, events_wanted(source)))
