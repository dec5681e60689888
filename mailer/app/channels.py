"""The channels of the configuration, and the packs that are made for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.adapters.whole_files import write_folder
from mailer.config.channels import Channel as Section
from mailer.errors import Refused
from mailer.handlers import manuscripts
from mailer.handlers.channels import Granted
from mailer.model.channels import Channel
from mailer.model.issues import Source
from mailer.model.packs import Pack
from mailer.office import Office

if TYPE_CHECKING:
    from mailer.app.root import App


def channels_of(sections: Mapping[str, Section]) -> dict[str, Channel]:
    """As values for the other layers."""
    return {
        key: Channel(
            key=key,
            title=made.title,
            publications=made.publications,
            contact=replace(made.contact, name=made.name) if made.contact else None,
            language=made.language,
            words=made.words,
            terms=made.terms,
            attach_bytes=made.attach_bytes,
            remind=timedelta(days=made.remind_days),
        )
        for key, made in sections.items()
    }


def pack(app: App, office: Office, granted: Granted, channel: Channel, articles: Sequence[int] = ()) -> Pack:
    """Make the pack of what was granted. Raises Refused for an article that there is not."""
    from mailer.adapters.packs import Order, packed

    issue, publication = granted.issue, app.rules.publication(granted.issue.publication)
    source = _source(office, granted)
    identity = app.identity(issue.publication)
    name = f"{publication.key}-{issue.number}-{channel.key}"
    order = Order(name, publication.title, identity.imprint, channel.words, channel.terms, articles)
    made = packed(source, order, app.catalogues(source.language))
    return made._replace(files={**made.files, publication.pdf_name(issue.number, granted.tag): granted.edition.pdf})


def _source(office: Office, granted: Granted) -> Source:
    """What the granted bytes were made from."""
    if granted.translation is not None:
        return manuscripts.translated(office, granted.issue, granted.translation)
    frozen = office.work.editions.source(granted.issue.id)
    if frozen is None or frozen.digest != granted.issue.source_digest:
        raise Refused("What this issue was built from is not in the store: build it again, and ask the board again.")
    return office.sources.restored(granted.issue, frozen.files)


def write(app: App, made: Pack, folder: Path) -> Path:
    """Write the pack as a folder of its own, whole or not at all. Raises Refused if there is one."""
    place = folder / made.name
    try:
        write_folder(place, made.files)
    except FileExistsError:
        raise Refused(f"{place} exists already: delete it, or name another folder with --out.") from None
    if app.files.permissions.gid is not None:
        app.files.permissions.mend([place, *sorted(place.rglob("*"))])
    return place
