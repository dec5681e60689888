"""What is wrong with the disk that a path is on, as a sentence for a person."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from mailer.errors import DiskFull, Temporary

ENOUGH = 1_000_000
"""Octets. With less, SQLite may be unable even to open a store."""

FULL = (errno.ENOSPC, errno.EDQUOT)


def shortage(path: Path, certain: bool = False) -> str:
    """Why nothing can be written at ``path``: its disk is full or read-only; empty if nothing is wrong.

    With ``certain`` a write has failed for lack of space, though the disk may show some: a quota, or a moment later.
    """
    place = _existing(path)
    try:
        found = os.statvfs(place)
    except OSError:
        return ""
    disk = f"the disk of {path} (mounted on {_mount_point(place)})"
    if found.f_flag & os.ST_RDONLY:
        return f"{disk} is mounted read-only; look into the system's log for why, and mount it for writing again"
    free, total = found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
    if found.f_files and not found.f_favail:
        return f"{disk} is full: it has no inodes left; remove files that nobody needs, and try again"
    if free < ENOUGH:
        return f"{disk} is full: {_size(free)} of {_size(total)} are free; make room on it, and try again"
    if certain:
        return (
            f"{disk} has no room for us, though {_size(free)} of {_size(total)} are free: a quota, or a limit of the "
            "file system; make room or raise the quota, and try again"
        )
    return ""


def explained(fault: OSError, fallback: Path) -> Temporary | None:
    """The fault as one of ours, if a full or read-only disk is its cause. ``fallback``: the path, if it names none."""
    if fault.errno not in (*FULL, errno.EROFS):
        return None
    path = Path(os.fsdecode(fault.filename)) if isinstance(fault.filename, str | bytes) else fallback
    return DiskFull(shortage(path, certain=fault.errno in FULL) or f"{path}: {fault.strerror}")


def _existing(path: Path) -> Path:
    place = path.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    return place


def _mount_point(path: Path) -> Path:
    place = path.resolve()
    while not place.is_mount() and place != place.parent:
        place = place.parent
    return place


def _size(octets: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if octets >= size:
            return f"{octets / size:.1f} {unit}"
    return f"{octets} bytes"
