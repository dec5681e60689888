"""Settings for mail programs that use the sandbox: a table of mailboxes, and files for mutt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from mailer.adapters.clock import AheadClock
from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.demo.office import environment, short_path
from mailer.demo.people import GUEST, NETWORK, PEOPLE


def write_mutt_settings(folder: Path, sandbox: Sandbox) -> None:
    """Write ``NAME.rc`` for every mailbox, with which mutt reads and sends through the sandbox."""
    folder.mkdir(parents=True, exist_ok=True)
    for user in sandbox.mailboxes:
        (folder / _rc(user)).write_text(_mutt_settings(user, sandbox), "utf-8")


def _rc(user: SandboxUser) -> str:
    return f"{user.address.partition('@')[0]}.rc"


def _mutt_settings(user: SandboxUser, sandbox: Sandbox) -> str:
    login = quote(user.address, safe="")
    settings = {
        "realname": user.name,
        "from": user.address,
        "imap_user": user.address,
        "imap_pass": user.password,
        "folder": f"imap://{sandbox.host}:{sandbox.imap_port}/",
        "spoolfile": "+INBOX",
        "record": "+Sent",
        "postponed": "+Drafts",
        "smtp_url": f"smtp://{login}@{sandbox.host}:{sandbox.smtp_port}/",
        "smtp_pass": user.password,
        "ssl_starttls": "no",
        "ssl_force_tls": "no",
        "mail_check": "2",
        "timeout": "2",
    }
    return "".join(f"set {name} = {_quoted(value)}\n" for name, value in settings.items())


def _quoted(value: str) -> str:
    """Quote a value for mutt."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")
    return f'"{escaped}"'


def mailboxes(sandbox: Sandbox, mutt: Path) -> Iterator[str]:
    """Lines that say how to set up a mail program."""
    head = ("address (and login)", "password", "who")
    rows = [
        head,
        *((user.address, user.password, {**NETWORK, **PEOPLE}.get(user, user.name)) for user in sandbox.mailboxes),
    ]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    yield from (f"{a:<{wide[0]}}  {p:<{wide[1]}}  {who}".rstrip() for a, p, who in rows)
    one = GUEST if GUEST in sandbox.mailboxes else sandbox.mailboxes[0]
    yield from (
        "",
        f"Reading (IMAP):  {sandbox.host}, port {sandbox.imap_port}",
        f"Writing (SMTP):  {sandbox.host}, port {sandbox.smtp_port}",
        "Both without encryption, with the password as it is (“normal password”),",
        "which Thunderbird takes under “Configure manually”.",
        "",
        f"With mutt:       mutt -F {short_path(mutt / _rc(one))}",
    )


def office_commands(sandbox: Sandbox, folder: Path, clock: AheadClock | None = None) -> Iterator[str]:
    """Shell lines that make commands use the office in ``folder``, which may live by a ``clock`` of its own."""
    yield f"export MAILER_CONFIG={short_path(folder / 'mailer.toml')}"
    yield from (f"export {name}={value}" for name, value in environment(sandbox, clock).items())
