"""Whether the office's files are closed to others, and whether everybody who works with them can."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from mailer.adapters.permissions import OTHERS, Access, User, secret_fault
from mailer.app.root import App
from mailer.handlers import doctor
from mailer.model.findings import Finding, Verdict, Words

MOST = 500
"""Files of issues that are looked at."""

READ, WRITE, ENTER = 4, 6, 7


def files_of(app: App) -> Iterator[Finding]:
    """The faults of modes and owners, each with its cure; or else who can use the office."""
    faults = [*_open_files(app), *_open_secrets(app), *_shut_out(app)]
    for fault in dict.fromkeys(faults):
        yield doctor.fault_of("files", fault)
    if not faults:
        names = ", ".join(user.name for user in _users(app))
        yield Finding("files", Verdict.OK, Words(f"closed to all but {names}{_group(app)}"))


def _group(app: App) -> str:
    return f" (group {app.settings.office.group})" if app.settings.office.group else ""


def _open_files(app: App) -> Iterator[str]:
    for path in app.files.private():
        if fault := app.files.permissions.fault(path):
            yield str(fault)
    if app.configuration and app.configuration.stat().st_mode & OTHERS & stat.S_IWOTH:
        yield f"others can change {app.configuration}; run: chmod o-w {app.configuration}"


def _open_secrets(app: App) -> Iterator[str]:
    settings = app.settings
    accounts = (settings.imap, settings.smtp)
    files = [
        *(account.password_file for account in accounts),
        *(account.token_file for account in accounts),
        settings.oauth.client_secret_file,
        *settings.office.data.glob("oauth.*.json"),
    ]
    for path in (*filter(None, files), *settings.dkim.keys.values()):
        if fault := secret_fault(path):
            yield fault


def _users(app: App) -> list[User]:
    """The owner of the office's folder, who writes the issues, and that of the data folder, which the daemon uses."""
    places = (app.configuration and app.configuration.parent, app.settings.office.data)
    owners = {place.stat().st_uid: place for place in places if place and place.exists()}
    return [User.of(uid) for uid in owners]


def _shut_out(app: App) -> Iterator[str]:
    """What one of the two users cannot do, if they are two."""
    users = _users(app)
    if len(users) < 2:
        return
    group = app.settings.office.group
    for user in users:
        for wanted in _needed(app):
            if missing := user.missing(wanted):
                reason, path = missing
                if group and app.files.permissions.gid not in user.gids:
                    cure = f"{user.name} is not in the group {group}; run: usermod -aG {group} {user.name}"
                elif group:
                    cure = f"run: chgrp {group} {path} && chmod g+rwX {path}"
                else:
                    cure = "name a group that both users are in as [office] group; see docs/running.md"
                yield f"{reason}: {cure}"
                break


def _needed(app: App) -> Iterator[Access]:
    """What both users have to be able to do."""
    if app.configuration:
        yield Access(app.configuration, READ)
    yield Access(app.settings.office.data, ENTER)
    for path in app.files.private()[1:]:
        yield Access(path, ENTER if path.is_dir() else WRITE)
    for path in islice(_sources(app), MOST):
        yield Access(path, READ | 1 if path.is_dir() else READ)


def _sources(app: App) -> Iterator[Path]:
    """The folders of issues and what is in them: the daemon looks whether they were edited."""
    for publication in app.settings.publications.values():
        pattern = publication.folder.name.replace("{number}", "[0-9]*")
        try:
            for folder in sorted(publication.folder.parent.glob(pattern)):
                yield folder
                yield from sorted(folder.iterdir())
        except OSError:
            yield publication.folder.parent
