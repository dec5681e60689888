"""How to reach a mailbox."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailer.adapters.redaction import Redaction, forms_of
from mailer.adapters.security import Login, Server
from mailer.errors import ConfigError
from mailer.ports import Folder


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """How to reach the inbox. Raises ConfigError for a value that an IMAP command cannot carry (F8)."""

    server: Server
    login: Login
    inbox: str = "INBOX"
    """The folder in which mail is waited for."""
    more_inboxes: tuple[str, ...] = ()
    """Folders that are read as well; a name such as ``\\Junk`` is a role (RFC 6154)."""
    read_only: tuple[str, ...] = ()
    """Folders that are read, and from which nothing is moved (F5)."""
    read_only_days: int = 14
    """How old mail in them may be that is read."""
    folders: Mapping[Folder, str] = field(default_factory=lambda: {folder: folder.value for folder in Folder})
    max_bytes: int = 25_000_000
    """A larger message is not fetched (C5, F7)."""
    timeout: float = 30.0
    """Seconds to wait for each read."""
    redact: Redaction = field(default_factory=Redaction, compare=False, repr=False)
    """Takes the password out of what the server says."""

    def __post_init__(self) -> None:
        self.redact.add(*forms_of(self.login))
        names = {"user": self.login.user, "inbox": self.inbox}
        if not self.login.token:
            names["password"] = self.login.password
        for key, folders in (("more_inboxes", self.more_inboxes), ("read_only", self.read_only)):
            names |= {f"{key}, item {number}": name for number, name in enumerate(folders, 1)}
        names |= {f"folders.{folder.name.lower()}": self.folders.get(folder, "") for folder in Folder}
        faults = [
            f"imap.{key}: must be one line, not empty, without control characters"
            for key, value in names.items()
            if not value or re.search(r"[\x00-\x1f\x7f]", value)
        ]
        if faults:
            raise ConfigError(faults)
