"""Faults of the machine as sentences, for the command line."""

from __future__ import annotations

from pathlib import Path

from mailer.adapters import disk
from mailer.errors import Temporary


def disk_fault(fault: OSError) -> Temporary | None:
    """The fault as one of ours, if a full or read-only disk is its cause (E15)."""
    return disk.explained(fault, Path.cwd())
