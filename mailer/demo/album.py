"""Every mail of the demo as a file, in folders by person."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from mailer.demo.cast import OFFICE, ROLES
from mailer.demo.letters import parsed
from mailer.demo.stage import Stage
from mailer.ports import Folder


def save(stage: Stage, folder: Path) -> int:
    """Write what is in the mailboxes to ``PERSON/01-subject.eml``, the office's by folder too; how many mails."""
    saved = 0
    for person in ROLES:
        name = person.address.partition("@")[0]
        saved += _write(folder / name, stage.sandbox.messages(person))
        for shelf in Folder if person is OFFICE else ():
            saved += _write(folder / name / shelf, stage.sandbox.messages(person, shelf))
    return saved


def _write(folder: Path, mails: list[bytes]) -> int:
    for number, raw in enumerate(mails, start=1):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:02}-{_slug(str(parsed(raw)['Subject'] or ''))}.eml").write_bytes(raw)
    return len(mails)


def _slug(subject: str) -> str:
    """A subject as a file name."""
    words = " ".join(re.findall(r"[a-z0-9]+", subject.lower()))
    return textwrap.shorten(words, 60, placeholder="").replace(" ", "-") or "no-subject"
