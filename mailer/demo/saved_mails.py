"""Saves every mail of the demo as a file, in a folder for each person."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from mailer.demo.mails import parsed
from mailer.demo.people import OFFICE
from mailer.demo.servers import DemoServers
from mailer.ports import Folder


def save_mails(servers: DemoServers, folder: Path) -> int:
    """Write all mails to ``PERSON/01-subject.eml``, the office's also by IMAP folder; returns their number."""
    saved = 0
    for person in servers.sandbox.mailboxes:
        name = person.address.partition("@")[0]
        saved += _write(folder / name, servers.sandbox.messages(person))
        for subfolder in Folder if person is OFFICE else ():
            saved += _write(folder / name / subfolder, servers.sandbox.messages(person, subfolder))
    return saved


def _write(folder: Path, mails: list[bytes]) -> int:
    for number, raw in enumerate(mails, start=1):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:02}-{_slug(str(parsed(raw)['Subject'] or ''))}.eml").write_bytes(raw)
    return len(mails)


def _slug(subject: str) -> str:
    """A subject as a file name."""
    slug = " ".join(re.findall(r"[a-z0-9]+", subject.lower()))
    return textwrap.shorten(slug, 60, placeholder="").replace(" ", "-") or "no-subject"
