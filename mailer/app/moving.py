"""An office that moves: from the store that it had to the one that its configuration names now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from mailer.adapters.lock import ProcessLock
from mailer.app.root import App
from mailer.config.sections import STORES
from mailer.errors import Refused
from mailer.store.database import SqlStore


@contextmanager
def former_store(app: App, where: str) -> Iterator[SqlStore]:
    """The store that is a file of SQLite's, or that a URL names, while nobody is at work on it or on the office's own.

    Raises Refused where somebody is, or there is none.
    """
    url = where if where.startswith(STORES) else f"sqlite:///{where}"
    with ExitStack() as stack:
        other = stack.enter_context(closing(SqlStore(url)))
        if other.version() is None:
            raise Refused(f"There is no store at {other.where}.")
        for server in filter(None, (app.store.lock(), other.lock())):
            stack.enter_context(server)
        own = app.settings.office.data
        for folder in {own.resolve(), (other.file.parent if other.file else own).resolve()}:
            if folder.is_dir():
                stack.enter_context(ProcessLock.of(folder))
        yield other
