"""Creating and upgrading the store, or copying another one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from mailer.adapters.lock import ProcessLock
from mailer.app.root import App
from mailer.config.sections import STORES
from mailer.errors import Refused
from mailer.store.database import SqlStore


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The schema versions of the store before and after."""

    where: str
    before: str | None
    """None if there was no store."""
    after: str

    @property
    def is_needed(self) -> bool:
        return self.before != self.after


def upgrade_store(app: App, dry_run: bool) -> Upgrade:
    """Create the store or upgrade it, unless this is a ``dry_run``. Raises Refused for a store of a newer mailer."""
    store = app.store
    found = Upgrade(store.where, store.version(), store.head)
    if found.before is not None and found.before > found.after:
        store.require_current()
    if found.is_needed and not dry_run:
        app.files.make_data_folder()
        store.upgrade()
    return found


@contextmanager
def source_store(app: App, where: str) -> Iterator[SqlStore]:
    """Another store, to copy from: an SQLite file or a URL. While the context lasts, no mailer works on either store.

    Raises Refused if one does, or if there is no store at ``where``.
    """
    url = where if where.startswith(STORES) else f"sqlite:///{where}"
    with ExitStack() as stack:
        source = stack.enter_context(closing(SqlStore(url)))
        if source.version() is None:
            raise Refused(f"There is no store at {source.where}.")
        for lock in filter(None, (app.store.lock(), source.lock())):
            stack.enter_context(lock)
        own = app.settings.office.data
        for folder in {own.resolve(), (source.file.parent if source.file else own).resolve()}:
            if folder.is_dir():
                stack.enter_context(ProcessLock.of(folder))
        yield source
