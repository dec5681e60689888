"""The office's folders on an IMAP server, under whatever name they are there (F12)."""

from __future__ import annotations

import imaplib
from collections.abc import Iterable, Mapping
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


def find_existing(client: IMAPClient, names: Iterable[str]) -> dict[str, str]:
    """The names on the server of those folders that are there, in whatever case and namespace.

    A name that begins with a backslash, such as ``\\Junk``, is a role that the server gives to a folder (RFC 6154).
    """
    prefix = _prefix(client)
    listed = _listed(client)
    found = {}
    for name in names:
        exact = [full for full in (name, _with_prefix(name, prefix)) if full in listed]
        if name.startswith("\\"):
            exact = [full for full, flags in listed.items() if name.lower().encode() in flags]
        if exact := exact or _likes(listed, name, prefix):
            found[name] = exact[0]
    return found


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
    return next(iter(_likes(_listed(client), name, prefix)), "")


def _likes(listed: Iterable[str], name: str, prefix: str) -> list[str]:
    likes = {_with_prefix(name, prefix).casefold(), name.casefold(), name.casefold().removeprefix(prefix.casefold())}
    return [found for found in listed if found.casefold() in likes]


def _listed(client: IMAPClient) -> dict[str, set[bytes]]:
    """The folders that can be selected, with their flags in lower case."""
    listed = {str(name): {bytes(flag).lower() for flag in flags} for flags, _, name in client.list_folders()}
    return {name: flags for name, flags in listed.items() if not flags & {rb"\noselect", rb"\nonexistent"}}


def _prefix(client: IMAPClient) -> str:
    """The prefix of the personal namespace, or empty (RFC 2342)."""
    spaces = client.namespace().personal if client.has_capability("NAMESPACE") else None
    return str(spaces[0][0]) if spaces else ""


def _with_prefix(name: str, prefix: str) -> str:
    return name if name.upper() == "INBOX" or name.casefold().startswith(prefix.casefold()) else prefix + name
