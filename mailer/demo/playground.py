"""``mailer sandbox``: the sandbox for a person with a mail program, and perhaps with an office."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.demo.mail_programs import mailboxes, office_commands, write_mutt_settings
from mailer.demo.office import create_office, short_path
from mailer.demo.people import BOARD, OFFICE, PEOPLE
from mailer.errors import ConfigError
from mailer.message import Address


def read_users(texts: Sequence[str]) -> tuple[SandboxUser, ...]:
    """Mailboxes as ``address:Name:password``, or the demo's people. Raises ConfigError that lists every fault."""
    users, faults = [], []
    for text in texts:
        address, _, rest = text.partition(":")
        name, _, password = rest.partition(":")
        if not (address and name and password):
            faults.append(f"--user {address}: give all of ADDRESS:NAME:PASSWORD")
            continue
        try:
            users.append(SandboxUser(str(Address.parse(address)), name, password))
        except ValueError as fault:
            faults.append(f"--user {fault}")
    if faults:
        raise ConfigError(faults)
    return tuple(users) or tuple(PEOPLE)


@contextmanager
def playground(
    folder: Path, people: Sequence[SandboxUser], smtp_port: int, imap_port: int, mailer: str
) -> Iterator[list[str]]:
    """Servers that run during the context; yields lines that say how to use them.

    Raises Refused if ``folder`` is neither empty nor an office, and Temporary if a port is in use.
    """
    create_office(folder)
    with Sandbox(folder, people, smtp_port=smtp_port, imap_port=imap_port) as sandbox:
        write_mutt_settings(folder / "mutt", sandbox)
        yield _welcome(sandbox, folder, mailer)


def _welcome(sandbox: Sandbox, folder: Path, mailer: str) -> list[str]:
    lines = ["The sandbox is up. Mailboxes:", "", *_indented(*mailboxes(sandbox, folder / "mutt"))]
    if OFFICE in sandbox.mailboxes:
        board = [f"{mailer} list import cag {short_path(folder / 'lists' / 'cag.csv')}"]
        commands = [f"{mailer} upgrade", *(board if set(BOARD) <= set(sandbox.mailboxes) else []), f"{mailer} run"]
        lines += ["", "To run an office on it, in another terminal:", ""]
        lines += _indented(*office_commands(sandbox, folder), *commands)
        lines += ["", f"Then write “subscribe” to {OFFICE.address} from any other mailbox."]
    return [*lines, "", "Ctrl-C ends the sandbox; its mail is then gone."]


def _indented(*lines: str) -> list[str]:
    return [f"  {line}".rstrip() for line in lines]
