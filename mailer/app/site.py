"""The parts that build the site, from the configuration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.adapters import data
from mailer.adapters.site.publishing import CommandPublisher
from mailer.adapters.site.record import SiteRecordFile
from mailer.errors import Refused
from mailer.site_upkeep import SiteUpkeep

if TYPE_CHECKING:
    from mailer.adapters.site import SiteBuilder
    from mailer.app.root import App

RECORD = "mailer.site"
"""The file of how the daemon's site stands, in the data folder."""


def folder_of(app: App, out: Path | None = None) -> Path:
    """The folder of the site. Raises Refused if none is named."""
    if out is None and not app.rules.site.folder:
        raise Refused("Name a folder: `mailer site build OUT`, or set [site] folder in the configuration.")
    return out or Path(app.rules.site.folder)


def builder_of(app: App, out: Path | None = None, url: str = "", *, everything: bool = False) -> SiteBuilder:
    """What builds the site in a folder. ``everything``: what is there already counts for nothing."""
    from mailer.adapters.site import SiteBuilder, SiteFolder
    from mailer.adapters.site.indexing import Indexing
    from mailer.adapters.site.jobs import Means

    rules = replace(app.rules, site=replace(app.rules.site, url=url)) if url else app.rules
    indexing = Indexing() if rules.site.search else None
    folder = SiteFolder(folder_of(app, out), afresh=everything)
    means = Means(rules, data.TEMPLATES, app.catalogues, lambda: app.renderer.fonts, indexing is not None)
    return SiteBuilder(folder, means, indexing)


def publisher_of(app: App) -> CommandPublisher | None:
    """What publishes the daemon's folder; None if nothing does."""
    site = app.rules.site
    if not site.publish:
        return None
    return CommandPublisher(site.publish, Path(site.folder), site.timeout.total_seconds())


def record_of(app: App) -> SiteRecordFile:
    """How the daemon's site stands."""
    return SiteRecordFile(app.settings.office.data / RECORD)


def upkeep_of(app: App) -> SiteUpkeep:
    """What keeps the site of the configuration up to date."""
    return SiteUpkeep(app.runtime, lambda: builder_of(app), publisher_of(app), record_of(app))


def note_published(app: App) -> None:
    """The command that publishes the site has succeeded."""
    record = record_of(app)
    record.write(replace(record.read(), published_at=app.clock.now(), failed_at=None, failure=""))
