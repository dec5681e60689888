"""Mail that waits in Attention for a person, and what a person decides about it."""

from __future__ import annotations

from enum import StrEnum

KIND = "attention"
"""The kind of the notices by which the secretary is told."""

KEPT = 5_000_000
"""Octets up to which a mail is kept in the store, so that it can be released by a reply."""


class Verb(StrEnum):
    """The first line of an answer to such a notice."""

    RELEASE = "release"
    REFUSE = "refuse"
