"""Files that are written whole or not at all, and disks that have no room for them."""

from __future__ import annotations

import errno
import os
from datetime import date
from pathlib import Path

import pytest

from mailer.adapters import disk, issue_folder, whole_files
from mailer.adapters.whole_files import write_file, write_folder, writing
from mailer.errors import DiskFull

DAY = date(2026, 6, 1)


def no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_file(path, b"one")
    write_file(path, b"two")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"list.csv": b"two"}


def test_E15_a_full_disk_leaves_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.csv"
    write_file(path, b"one")
    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space left") as raised:
        write_file(path, b"two")
    assert raised.value.filename == str(path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"list.csv": b"one"}


def test_an_interrupted_writer_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), writing(tmp_path / "list.csv") as file:
        file.write(b"half of")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    write_file(path, b"one", mode=0o600, new=True)
    with pytest.raises(FileExistsError):
        write_file(path, b"two", new=True)
    assert (path.read_bytes(), [file.name for file in tmp_path.iterdir()]) == (b"one", ["key.pem"])


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.csv").symlink_to("real/list.csv")
    write_file(tmp_path / "link.csv", b"one")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real/list.csv").read_bytes() == b"one"


def test_a_device_is_written_to_directly() -> None:
    write_file(Path("/dev/null"), b"gone")
    with pytest.raises(OSError, match="No space left"):
        write_file(Path("/dev/full"), b"no room")


def test_E15_a_folder_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "issues" / "update-1"
    written = []
    real = whole_files.write_file

    def second_fails(path: Path, data: bytes) -> None:
        if written:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        written.append(path)
        real(path, data)

    with monkeypatch.context() as context:
        context.setattr(whole_files, "write_file", second_fails)
        with pytest.raises(OSError, match="No space left") as raised:
            write_folder(folder, {"a": b"1", "b": b"2"})
        assert (raised.value.filename, list(folder.parent.iterdir())) == (str(folder), [])
        written.clear()
        with pytest.raises(OSError, match="No space left"):
            issue_folder.create(folder, 1, "One", DAY)
    issue_folder.create(folder, 1, "One", DAY)
    assert issue_folder.read(folder, "update", 1).title == "One"


def space(monkeypatch: pytest.MonkeyPatch, free: int, total: int = 10_000_000, flag: int = 0, inodes: int = 9) -> None:
    found = os.statvfs_result((1, 1, total, free, free, 9, inodes, inodes, flag, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: found)


@pytest.mark.parametrize(
    ("free", "inodes", "flag", "words"),
    [
        (0, 9, 0, "is full: 0 bytes of 10.0 MB are free; make room on it, and try again"),
        (4_500, 9, 0, "is full: 4.5 KB of 10.0 MB are free; make room on it, and try again"),
        (5_000_000, 0, 0, "is full: it has no inodes left; remove files that nobody needs, and try again"),
        (5_000_000, 9, os.ST_RDONLY, "is mounted read-only; look into the system's log for why"),
    ],
)
def test_E15_what_is_wrong_with_a_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, inodes: int, flag: int, words: str
) -> None:
    space(monkeypatch, free, flag=flag, inodes=inodes)
    found = disk.shortage(tmp_path / "data" / "mailer.db")
    assert found.startswith(f"the disk of {tmp_path}/data/mailer.db (mounted on /")
    assert words in found


def test_E15_a_quota_is_a_full_disk_that_shows_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    space(monkeypatch, 5_000_000)
    assert disk.shortage(tmp_path) == ""
    assert "no room for us, though 5.0 MB of 10.0 MB are free: a quota" in disk.shortage(tmp_path, certain=True)
    fault = disk.explained(OSError(errno.EDQUOT, "Disk quota exceeded", str(tmp_path)), Path())
    assert isinstance(fault, DiskFull)
    assert disk.explained(OSError(errno.EACCES, "Permission denied", str(tmp_path)), Path()) is None
