"""A unit of systemd for the daemon or a worker, with what its office needs and no other rights."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from mailer.app.root import App
from mailer.errors import Refused

RUNTIME = Path("/run/mailer")
"""The folder that systemd makes for the service while it runs."""

STATE = Path("/var/lib")
"""Where systemd makes the state folders of services."""

SERVICE_USER = "mailer"
"""The user of a service for whom no other is named."""

HOMES = (Path("/home"), Path("/root"), Path("/run/user"))
"""What ProtectHome= hides."""

WATCHDOG, STOP, STARTS = 120, 35, 60
"""Seconds: between two signs of life; to stop, as mailer ends within 30; before a start after a failure."""

HARDENING = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome={home}
PrivateTmp=yes
PrivateDevices=yes
PrivateMounts=yes
PrivateUsers={users}
ProtectHostname=yes
ProtectClock=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectProc=invisible
ProcSubset=pid
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID={suid}
LockPersonality=yes
RemoveIPC=yes
CapabilityBoundingSet=
AmbientCapabilities=
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
UMask={umask}
"""


def user_of(app: App) -> str:
    """The user that runs the daemon unless another is named: the owner of the office's folder.

    It is ``mailer`` if that is root, whose rights a daemon does not need, or if two users share the office.
    """
    assert app.configuration is not None
    with contextlib.suppress(KeyError, OSError):
        owner = pwd.getpwuid(app.configuration.absolute().parent.stat().st_uid)
        if owner.pw_uid != 0 and not app.settings.office.group:
            return owner.pw_name
    return SERVICE_USER


def warnings_of(app: App, user: str) -> Iterator[str]:
    """Why the service would not start as this user, and what to do."""
    assert app.configuration is not None
    try:
        known = pwd.getpwnam(user)
    except KeyError:
        yield (
            f"this machine has no user “{user}”: make one with `useradd --system --shell /usr/sbin/nologin {user}`, or "
            "name another with --user"
        )
        return
    groups = set(os.getgrouplist(user, known.pw_gid))
    with contextlib.suppress(KeyError):
        groups.add(grp.getgrnam(app.settings.office.group).gr_gid)
    path = app.configuration.absolute()
    closed = [folder for folder in reversed(path.parents) if not _may(folder, os.X_OK, known.pw_uid, groups)]
    if not _may(path, os.R_OK, known.pw_uid, groups):
        closed.append(path)
    if closed:
        yield (
            f"“{user}” cannot read {path}, because {closed[0]} is closed to it: name the owner of the office with "
            "--user, or let two users share it ([office] group; “One user or two” in docs/running.md)"
        )


def _may(path: Path, wanted: int, uid: int, groups: Collection[int]) -> bool:
    """Whether the mode of ``path`` allows it to a user; what cannot be looked at may be allowed."""
    try:
        found = path.stat()
    except OSError:
        return True
    if uid == 0:
        return True
    shift = 6 if found.st_uid == uid else 3 if found.st_gid in groups else 0
    return bool(found.st_mode >> shift & wanted)


def unit_of(app: App, user: str, worker: bool) -> str:
    """The text of the unit. Raises Refused for a path that a unit cannot name."""
    settings, configuration = app.settings, app.configuration
    assert configuration is not None
    group = settings.office.group
    lines = [
        f"# mailer of {settings.office.address}, made by `mailer service`. docs/running.md explains it.",
        "",
        "[Unit]",
        f"Description=mailer {'worker' if worker else 'daemon'} of {_text(settings.office.name)}",
        "Wants=network-online.target",
        "After=network-online.target postgresql.service",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=notify",
        "NotifyAccess=main",
        f"ExecStart={_program()} -c {_path(configuration)} {'worker' if worker else 'run'}",
        f"User={user}",
        *([f"Group={group}"] if group else []),
        *([f"SupplementaryGroups={settings.lmtp.group}"] if settings.lmtp.group else []),
        f"WorkingDirectory={_path(configuration.parent)}",
        *_folders(app),
        *_secrets(app),
        "",
        "Restart=on-failure",
        f"RestartSec={STARTS // 4}",
        "# Usage and the configuration: another start would not help.",
        "RestartPreventExitStatus=64 78",
        f"WatchdogSec={WATCHDOG}",
        f"TimeoutStopSec={STOP}",
        "",
        HARDENING.format(
            home="read-only" if any(map(_in_a_home, (configuration, *_written(app), *_programs()))) else "yes",
            suid="no" if group else "yes",  # a shared data folder has the set-group-ID bit
            users="no" if group or settings.lmtp.group else "yes",  # else another user's files would be nobody's
            umask=f"{app.files.permissions.umask:04o}",
        ).rstrip(),
        "",
        "[Install]",
        "WantedBy=multi-user.target",
        "",
    ]
    return "\n".join(lines)


def _folders(app: App) -> Iterator[str]:
    """What the service may write."""
    mode = f"{app.files.permissions.folder_mode:04o}"
    for folder in _written(app):
        if folder.is_relative_to(STATE) and folder != STATE:
            yield f"StateDirectory={_path(folder.relative_to(STATE))}"
            yield f"StateDirectoryMode={mode}"
        else:
            yield f"ReadWritePaths={_path(folder)}"
    yield "RuntimeDirectory=mailer"
    yield f"RuntimeDirectoryMode={'0711' if app.settings.lmtp.is_socket else '0700'}"  # who may use a socket, passes
    yield "RuntimeDirectoryPreserve=restart"


def _written(app: App) -> list[Path]:
    """The folders that mailer writes."""
    written = [app.settings.office.data]
    if app.settings.transport.way == "folder":
        written.append(app.settings.transport.folder)
    if app.files.store_file is not None:
        written.append(app.files.store_file.absolute().parent)
    socket = Path(app.settings.lmtp.listen)
    if app.settings.lmtp.is_socket and not socket.is_relative_to(RUNTIME):
        written.append(socket.parent)
    return list(dict.fromkeys(written))


def _secrets(app: App) -> Iterator[str]:
    """systemd reads the password files as root, and hands them to the service alone."""
    for section, account in (("imap", app.settings.imap), ("smtp", app.settings.smtp)):
        if account.password_file is not None:
            yield f"LoadCredential={section}.password:{_path(account.password_file)}"
            yield f"Environment=MAILER_{section.upper()}__PASSWORD_FILE=%d/{section}.password"
        if account.token_file is not None:
            yield f"# {account.token_file} must belong to the service's user, as it is read again and again."
    if app.settings.oauth.client_secret_file is not None:
        yield f"LoadCredential=oauth.client_secret:{_path(app.settings.oauth.client_secret_file)}"
        yield "Environment=MAILER_OAUTH__CLIENT_SECRET_FILE=%d/oauth.client_secret"
    for key in app.settings.dkim.keys.values():
        yield f"# {key} must belong to the service's user, with mode 0600."
    yield "# A store on a server: put MAILER_STORE__URL=… into this file (mode 0600)."
    yield "EnvironmentFile=-/etc/mailer/environment"


def _in_a_home(folder: Path) -> bool:
    return any(folder.is_relative_to(home) for home in HOMES)


def _programs() -> list[Path]:
    """What the service executes: ``mailer``, or Python and the file that it runs now."""
    program = Path(shutil.which("mailer") or sys.argv[0]).absolute()
    return [program] if program.name == "mailer" else [Path(sys.executable), program]


def _program() -> str:
    return " ".join(map(_path, _programs()))


def _path(path: Path) -> str:
    """A path in a unit, where “%” begins a specifier and a blank ends a word."""
    text = str(path)
    if any(ord(letter) < 32 for letter in text):
        raise Refused(f"{text!r} cannot be named in a unit; move it.")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if any(letter in text for letter in " \"'\\;") else escaped


def _text(words: str) -> str:
    return " ".join(words.split()).replace("%", "%%")
