"""A backup of all that a send needs, made while the office works; and the way back from it."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from mailer import __version__
from mailer.adapters import backup_file, journal
from mailer.adapters.backup_file import CONFIGURATION, STORE, Backup, Facts
from mailer.adapters.icalendar import Icalendar
from mailer.adapters.lock import ProcessLock
from mailer.adapters.openpgp import SequoiaOpenPgp
from mailer.adapters.whole_files import sync_folder, write_folder
from mailer.app.root import App
from mailer.app.subjects import SUBJECTS
from mailer.errors import MailerError, Permanent, Refused, StoreUnusable
from mailer.handlers import mailings, restorations
from mailer.message import clean
from mailer.model.mailings import Resend
from mailer.model.restorations import SENDS, Entry
from mailer.office import Office, Resources
from mailer.store.copying import count
from mailer.store.database import SqlStore

Progress = Callable[[int], object]
"""Called with the number of rows after each batch."""

RESENDS: Mapping[str, Resend] = {SENDS[1]: Resend.NEWCOMERS, SENDS[2]: Resend.FAILED}
"""The resend that an action of a journal was."""

COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite adds to the name of a store's file."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a new backup has."""

    size: int
    issues: int
    """Folders of issues."""
    missing: Sequence[str]
    """Folders of issues that are not there any more."""


def make_backup(app: App, path: Path, written: Progress) -> Made:
    """Write the store, the folders of the issues and the configuration into a file of mode 0600.

    Passwords and DKIM keys are not in it.
    """
    if path.exists() and not path.is_file():
        raise Refused(f"{path} is not a file: a backup needs one, so that it can be written whole or not at all.")
    store = app.open_store()
    facts = Facts(app.clock.now(), str(app.rules.address), store.head, __version__)
    missing: list[str] = []
    folders = 0
    with TemporaryDirectory(dir=path.resolve().parent, prefix=".mailer-backup-") as temporary:
        copied = Path(temporary) / STORE
        store.save_to(copied, written)
        with backup_file.write_backup(path, facts) as archive:
            archive.add_file(STORE, copied)
            if app.configuration:
                archive.add(CONFIGURATION, app.configuration.read_bytes())
            for (publication, number), folder in _folders(copied):
                if not folder.is_dir():
                    missing.append(str(folder))
                    continue
                folders += 1
                for file in sorted(file for file in folder.iterdir() if file.is_file()):
                    archive.add(f"issues/{publication}/{number}/{file.name}", file.read_bytes())
    return Made(path.stat().st_size, folders, missing)


def _folders(store: Path) -> Iterator[tuple[tuple[str, int], Path]]:
    """The folder of each issue of a store."""
    with closing(SqlStore(f"sqlite:///{store}")) as copied, copied.snapshot() as work:
        yield from [((issue.publication, issue.number), Path(issue.folder)) for issue in work.issues.all()]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done, or would do."""

    facts: Facts
    rows: Mapping[str, int]
    """By table."""
    doubts: int
    """Mails that were not final in the backup."""
    folders: Sequence[Path]
    """Folders of issues that are written."""
    kept: Sequence[Path]
    """Folders that are there already and differ from the backup; they stay as they are."""
    journals: Sequence[Path]
    since: datetime | None
    """When the journal begins; None without one."""
    again: int
    """Entries of the journal that change something."""
    entries: Sequence[Entry]
    """What the journal has of the time since the backup."""
    replaces: bool
    """Whether a store that has data is there."""
    aside: Path | None = None
    """Where the store that was there before is now."""

    @property
    def has_gap(self) -> bool:
        """Whether some of what happened since the backup is in no journal."""
        return self.since is None or self.since > self.facts.made_at


def restore(
    app: App, path: Path, journals: Sequence[Path], replace: bool, dry_run: bool, written: Progress
) -> Restored:
    """Put the store and the issues of a backup in place; with ``dry_run`` only find out what that would do.

    Everything is read and checked first. Raises Refused while a mailer is at work, for a backup that is damaged or of
    another office, and for a store that has data unless it is to be replaced.
    """
    own = app.settings.office.data
    app.files.permissions.make_folder(own)
    with ExitStack() as stack:
        for lock in () if dry_run else (app.store.lock(), ProcessLock.of(own)):
            if lock is not None:
                stack.enter_context(lock)
        has_data = _has_data(app)
        if has_data and not (replace or dry_run):
            raise would_replace(app)
        folder = Path(stack.enter_context(TemporaryDirectory(dir=own, prefix=".mailer-restore-")))
        backup = backup_file.read_backup(path, folder)
        source = stack.enter_context(closing(_checked(app, path, backup)))
        paths = list(journals) or journal.of_folder(own)
        entries = journal.read(paths)
        since = entries[0].at if entries else None
        later = [e for e in entries if e.at >= backup.facts.made_at and e.action != journal.BEGAN]
        try:
            found = _prepare(app, source, backup, later, since, _head(app) if has_data else "")
        except ValueError as fault:
            raise Refused(f"{path} holds a store with values that no mailer writes: {clean(str(fault))}") from None
        done = _restored(app, source, backup, found, paths, since, has_data)
        if dry_run:
            return done
        aside = _put_in_place(app, source, written)
        if aside and not has_data:
            aside.unlink()
            aside = None
        for issue, files in backup.issues.items():
            if (target := _target(app, issue)) in done.folders and target:
                write_folder(target, files)
    return dataclasses.replace(done, aside=aside)


def would_replace(app: App) -> Refused:
    """The refusal to replace a store that has data."""
    return Refused(
        f"There is a store with data at {app.store.where}. With --replace the backup takes its place; a file is kept "
        "under another name."
    )


def _has_data(app: App) -> bool:
    try:
        return app.store.has_data()
    except (Refused, Permanent):  # of a newer mailer, or damaged: there may be data in it
        return True


def _checked(app: App, path: Path, backup: Backup) -> SqlStore:
    """The backup's store, upgraded if it is of an older version."""
    if backup.facts.office != str(app.rules.address):
        raise Refused(f"{path} is of {backup.facts.office}, and this office is {app.rules.address}: take its own.")
    source = SqlStore(f"sqlite:///{backup.store}")
    if damage := source.check():
        raise Refused(f"{path} is not a whole backup: its store is damaged: {damage}. Take another one.")
    found = source.version()
    if found is None:
        raise Refused(f"{path} is not a whole backup: its store has no version. Take another one.")
    if found < source.head:
        source.upgrade()
    source.require_current()
    if strange := source.strange_parts():
        raise Refused(f"{path} is not a backup of ours: its store has {', '.join(strange[:5])}.")
    return source


@dataclass(frozen=True, slots=True)
class _Found:
    doubts: int
    again: int
    entries: Sequence[Entry]


def _head(app: App) -> str:
    """The head of the record that is replaced, so that it is known what was lost; empty if it cannot be read."""
    try:
        if app.store.version() != app.store.head:
            return ""
        with app.store.snapshot() as work:
            return work.audit.head().short
    except MailerError:  # it is damaged
        return ""


def _prepare(
    app: App, source: SqlStore, backup: Backup, entries: Sequence[Entry], since: datetime | None, lost: str
) -> _Found:
    """Change the backup's store into one that knows that it was restored. ``lost``: the head of what it replaces."""
    now = app.clock.now()
    key = source.key
    with source.transaction() as work:
        renderer, openpgp = app.renderer_when_needed, SequoiaOpenPgp()
        resources = Resources(
            app.rules, renderer, app.sources, key, SUBJECTS, openpgp, app.manuscripts, app.conversion, Icalendar()
        )
        office = Office(work, resources, now, "mailer", f"restore {now.isoformat()}")
        work.lists.declare(app.rules.scopes)
        _start_again(office, entries)
        doubts = work.restorations.begin(backup.facts.made_at, entries, since, now)
        for seen in work.workers.all():
            work.workers.leave(seen.name)
        for issue in work.issues.all():
            if target := _target(app, (issue.publication, issue.number)):
                work.issues.set_folder(issue.id, str(target))
        again = restorations.do_again(office, entries)
        made_at = backup.facts.made_at.isoformat()
        office.record("restored", str(app.rules.address), backup=made_at, doubts=doubts, lost=lost)
    return _Found(doubts, again, entries)


def _start_again(office: Office, entries: Sequence[Entry]) -> None:
    """Write the copies of sends that the journal knows of. They are in doubt then, and do not go out unasked."""
    issues = {issue.name: issue.id for issue in office.work.issues.all()}
    for entry in entries:
        issue = office.work.issues.issue_by_id(issues[entry.subject]) if entry.subject in issues else None
        if issue is None or entry.action not in SENDS:
            continue
        try:
            if entry.action == SENDS[0]:
                lists = [key for key in mailings.outstanding(office, issue) if key in entry.detail.get("lists", ())]
                mailings.start(office, issue, lists)
            else:
                mailings.resend(office, issue, RESENDS[entry.action])
        except Refused:
            continue  # the backup has no grant for it: `mailer resume` names it


def _target(app: App, issue: tuple[str, int]) -> Path | None:
    """Where the folder of an issue is in this office; None for a publication that it does not have."""
    publication, number = issue
    return app.issue_folder(publication, number) if publication in app.rules.publications else None


def _restored(
    app: App,
    source: SqlStore,
    backup: Backup,
    found: _Found,
    journals: Sequence[Path],
    since: datetime | None,
    replaces: bool,
) -> Restored:
    targets = {target: files for issue, files in backup.issues.items() if (target := _target(app, issue))}
    there = [target for target in targets if target.exists()]
    return Restored(
        facts=backup.facts,
        rows=_rows(source),
        doubts=found.doubts,
        folders=[target for target in targets if target not in there],
        kept=[target for target in there if not _is_same(target, targets[target])],
        journals=journals,
        since=since,
        again=found.again,
        entries=found.entries,
        replaces=replaces,
    )


def _rows(source: SqlStore) -> Mapping[str, int]:
    with source.snapshot() as work:
        return count(work.connection)


def _is_same(folder: Path, files: Mapping[str, bytes]) -> bool:
    return all((folder / name).is_file() and (folder / name).read_bytes() == data for name, data in files.items())


def _put_in_place(app: App, source: SqlStore, written: Progress) -> Path | None:
    """Make the store of the office a copy of ``source``; where the file of the one before is, if it had data."""
    file = app.files.store_file
    if file is None:
        app.store.replace_from(source, written)
        return None
    source.close()
    assert source.file is not None
    made = source.file
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    made.chmod(app.files.permissions.file_mode)
    app.store.close()
    app.files.permissions.make_folder(file.parent)
    placed = file.with_name(f".{file.name}.restored")
    shutil.move(made, placed)  # it may be on another disk
    try:
        aside = _set_aside(file, app.clock.now()) if file.exists() else None
        placed.replace(file)
    finally:
        placed.unlink(missing_ok=True)
    app.files.permissions.mend([file])
    sync_folder(file.parent)
    return aside


def _free(path: Path) -> Path:
    """The path, or one like it that nothing has yet."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def _set_aside(file: Path, now: datetime) -> Path:
    """Keep a store's file under another name, with what SQLite has beside it. It may be damaged."""
    aside = _free(file.with_name(f"{file.name}.before-{now:%Y%m%d-%H%M%S}"))
    try:
        with closing(sqlite3.connect(file, timeout=5.0)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # its log is written into it
    except sqlite3.OperationalError as fault:
        raise StoreUnusable(f"The store at {file} is in use: {fault}. Stop what uses it, and try again.") from None
    except sqlite3.DatabaseError:
        pass  # it is no store that SQLite can read: perhaps why it is replaced
    for suffix in COMPANIONS:
        there = file.with_name(f"{file.name}{suffix}")
        if there.exists():
            there.rename(aside.with_name(f"{aside.name}{suffix}"))
    os.link(file, aside)  # so that there is a store at every moment
    return aside
