"""An office that moves: from the store that it had to the one that its configuration names now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

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
    is_url = where.startswith(STORES)
    folders = {app.settings.office.data.resolve(), *([] if is_url else [Path(where).resolve().parent])}
    with ExitStack() as stack:
        url = where if is_url else f"sqlite:///{where}"
        other = stack.enter_context(closing(SqlStore(url, app.settings.board.list)))
        if other.version() is None:
            raise Refused(f"There is no store at {other.where}.")
        for server in filter(None, (app.store.lock(), other.lock())):
            stack.enter_context(server)
        for folder in sorted(folders):
            if folder.is_dir():
                stack.enter_context(ProcessLock(folder / "mailer.lock"))
        yield other
