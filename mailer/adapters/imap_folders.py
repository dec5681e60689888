"""The office's folders on an IMAP server, under whatever name they are there (F12)."""

from __future__ import annotations

import imaplib
from collections.abc import Mapping
from dataclasses import dataclass

from imapclient import IMAPClient

from mailer.adapters.imap_connection import is_refusal
from mailer.message import clean
from mailer.ports import Folder


@dataclass(frozen=True, slots=True)
class FolderNames:
    """The names of the folders on the server."""

    names: Mapping[Folder, str]
    """A folder that is missing has the name under which it should be there."""
    missing: Mapping[Folder, str]
    """Why a folder is not there; empty if nobody has tried to make it."""


def find_folders(client: IMAPClient, wanted: Mapping[Folder, str], *, create: bool) -> FolderNames:
    """Find the folders, and make those that are missing if ``create``. A refusal to make one ends nothing."""
    prefix = _prefix(client)
    names, missing = {}, {}
    for folder, name in wanted.items():
        names[folder] = full = _with_prefix(name, prefix)
        if client.folder_exists(full):
            continue
        refusal = _make(client, full) if create else ""
        if refusal is None:
            continue
        if other := _like(client, name, prefix):
            names[folder] = other
        else:
            missing[folder] = refusal
    return FolderNames(names, missing)


def full_name(client: IMAPClient, name: str) -> str:
    """``name`` with the prefix of the personal namespace, if the server has one."""
    return _with_prefix(name, _prefix(client))


def _make(client: IMAPClient, name: str) -> str | None:
    """None, or why the server refuses."""
    try:
        client.create_folder(name)
    except imaplib.IMAP4.error as fault:
        if not is_refusal(fault):
            raise
        return clean(str(fault))
    try:
        client.subscribe_folder(name)
    except imaplib.IMAP4.error as fault:  # the folder is there all the same
        if not is_refusal(fault):
            raise
    return None


def _like(client: IMAPClient, name: str, prefix: str) -> str:
    """The folder whose name differs only in case or in the namespace's prefix, or empty."""
    likes = {_with_prefix(name, prefix).casefold(), name.casefold(), name.casefold().removeprefix(prefix.casefold())}
    for flags, _, found in client.list_folders():
        if str(found).casefold() in likes and rb"\noselect" not in {bytes(flag).lower() for flag in flags}:
            return str(found)
    return ""


def _prefix(client: IMAPClient) -> str:
    """The prefix of the personal namespace, or empty (RFC 2342)."""
    spaces = client.namespace().personal if client.has_capability("NAMESPACE") else None
    return str(spaces[0][0]) if spaces else ""


def _with_prefix(name: str, prefix: str) -> str:
    return name if name.upper() == "INBOX" or name.casefold().startswith(prefix.casefold()) else prefix + name
