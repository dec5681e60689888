"""The daemon and the workers of this office: what they say of themselves, and whether they are at work."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.adapters import health_file, log
from mailer.adapters.health_file import HealthFile
from mailer.adapters.service_manager import ServiceManager
from mailer.app.telling import ways_of
from mailer.errors import MailerError, Temporary
from mailer.model.health import Health, Part, Process
from mailer.ports.health import HealthRecord
from mailer.store.database import SqlStore
from mailer.store.health import StoredHealth
from mailer.watch import Watch

if TYPE_CHECKING:
    from mailer.app.root import App

DAEMON, WORKER = "mailer.health", "mailer.worker-health"
"""The files of what a daemon and a worker say of themselves, in the data folder."""


FIRST_PAUSE, LONGEST_WAIT = 5.0, 60.0
"""Seconds between two tries to open a store that cannot be used when the daemon starts."""

UNSEEN = 900.0
"""Seconds that one step of the daemon may take beyond its time-outs before it counts as hung."""


def process_name(kind: str) -> str:
    """The name of this process: what it is, its machine and its number there."""
    return f"{kind} {socket.gethostname()[:50]}:{os.getpid()}"


def watch_of(app: App, name: str, file: str, manager: ServiceManager) -> Watch:
    """The watch over this process, which ``file`` and the store tell others of."""
    folder = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    kept = HealthFile(app.settings.office.data / file, Path(folder) if folder else None)
    records: list[HealthRecord] = [kept, ManagerStatus(manager, app)]
    if app.files.store_file is None:
        records.append(StoredHealth(app.store, name))
    ways = ways_of(app)
    return Watch(name, app.clock, records, ways, ways[Part.MAILBOX], log.Redaction(app.passwords), app.store.prove)


class ManagerStatus:
    """ports.HealthRecord: the line that ``systemctl status`` shows, and progress for its watchdog."""

    def __init__(self, manager: ServiceManager, app: App) -> None:
        self._manager = manager
        self._app = app

    def last(self) -> Health | None:
        return None

    def write(self, health: Health, urgent: bool) -> None:
        self._manager.alive()
        failing = [
            f"{part} fails since {how.failing_since:%H:%M} UTC: {how.fault}" for part, how in health.failing.items()
        ]
        worked = [
            f"{done} at {health.part(part).worked_at:%H:%M} UTC"
            for part, done in ((Part.MAILBOX, "mail read"), (Part.RELAY, "mail sent"))
            if health.part(part).worked_at
        ]
        self._manager.status("; ".join(failing or worked or ["started"]))

    def others(self) -> Sequence[Health]:
        return ()


def processes(app: App) -> list[Process]:
    """All that say something of themselves, as far as the store can be read; the newest first."""
    found: dict[str, Health] = {}
    for health in [*_in_files(app), *_in_store(app)]:
        if health.name not in found or health.seen_at > found[health.name].seen_at:
            found[health.name] = health
    at_work = _someone_at_work(app)
    silent_since = app.clock.now() - timedelta(seconds=app.settings.cluster.stalled_seconds)
    told = [
        Process(
            health, (at_work or Part.STORE in health.failing) and _lives(health, silent_since)
        )  # it may wait for it
        for health in found.values()
    ]
    return sorted(told, key=lambda one: one.health.seen_at, reverse=True)


def wait_for_store(app: App, watch: Watch) -> SqlStore:
    """The store, as soon as it can be used. Raises Refused and Permanent as ``App.open_store`` does."""
    pause = FIRST_PAUSE
    while True:
        try:
            return app.open_store()
        except Temporary as fault:
            log.LOGGER.warning("%s (next try in %.0f s)", fault, pause)
            app.service_manager.extend_start(2 * pause + 60)
            watch.failed(Part.STORE, fault)
            watch.tick()
        app.store.close()
        app.clock.sleep(pause)
        pause = min(2 * pause, LONGEST_WAIT)


@contextmanager
def serving(app: App, watch: Watch) -> Iterator[None]:
    """This process is at work while the context lasts; systemd is told, and whoever asks."""
    watch.begin()
    imap, smtp = app.settings.imap, app.settings.smtp
    app.service_manager.ready(longest=imap.poll_seconds + 2 * smtp.timeout_seconds + UNSEEN)
    try:
        yield
    finally:
        app.service_manager.stopping()
        watch.end()


def _in_files(app: App) -> list[Health]:
    folder = app.settings.office.data
    return [health for name in (DAEMON, WORKER) if (health := health_file.read(folder / name))]


def _in_store(app: App) -> list[Health]:
    if app.files.store_file is not None:
        return []
    with suppress(MailerError), app.open_store().snapshot() as work:
        return [seen.health for seen in work.workers.all() if seen.health]
    return []


def _someone_at_work(app: App) -> bool:
    try:
        return app.at_work
    except MailerError:
        return True  # nobody knows: the database cannot be reached


def _lives(health: Health, silent_since: datetime) -> bool:
    """Whether a process that has not said that it ends is still there."""
    if health.stopped_at is not None:
        return False
    host, _, number = health.name.split(" ")[-1].partition(":")
    if host == socket.gethostname()[:50]:
        return Path("/proc", number.partition(":")[0]).exists()
    return health.name.startswith("daemon") or health.seen_at > silent_since  # a daemon has the only lock
