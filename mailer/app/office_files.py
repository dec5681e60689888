"""The files that an office makes, with the modes that it wants."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import IO

from mailer.adapters import log
from mailer.adapters.permissions import Permissions
from mailer.adapters.whole_files import write_file, writing
from mailer.config import Settings
from mailer.store.database import file_of


class OfficeFiles:
    """The data folder, the store's file, and whatever a command writes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def permissions(self) -> Permissions:
        """Who may use the office's files. Raises ConfigError if the configured group is none of this machine."""
        return Permissions.of(self._settings.office.group)

    def protect(self) -> None:
        """Let this process make files for the office alone, and close what is open to others.

        What belongs to somebody else stays as it is and is named in the log.
        """
        self.permissions.hold()
        for open_file in self.permissions.mend(self.private()):
            log.LOGGER.warning("%s", open_file)

    def private(self) -> list[Path]:
        """The files and folders that the office makes, where they exist; a folder comes before what is in it."""
        folder, transport = self._settings.office.data, self._settings.transport
        found = [folder, *sorted(folder.glob("mailer.*"))] if folder.is_dir() else []
        if self.store_file is not None and self.store_file.parent != folder:
            found += sorted(self.store_file.parent.glob(f"{self.store_file.name}*"))
        return [*found, transport.folder] if transport.way == "folder" else found

    def make_data_folder(self) -> None:
        """Make the data folder and an empty store file, with the modes that the office wants."""
        self.permissions.make_folder(self._settings.office.data)
        if self.store_file is not None:
            self.permissions.make_folder(self.store_file.parent)
            self.permissions.make_file(self.store_file)

    @property
    def store_file(self) -> Path | None:
        """SQLite's file, or None if the store is on a server."""
        return file_of(self._settings.store_url)

    @staticmethod
    def write(path: Path, content: bytes) -> None:
        """Write a file that somebody asked for, whole or not at all."""
        write_file(path, content)

    @staticmethod
    def writing(path: Path) -> AbstractContextManager[IO[bytes]]:
        """As ``write``, a part at a time."""
        return writing(path)
