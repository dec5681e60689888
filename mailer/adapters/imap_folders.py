"""The office's folders on an IMAP server, under whatever name they are there (F12)."""

from __future__ import annotations

import imaplib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

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
    """Find the folders, and make those that are missing if ``create``. A refusal to make one ends nothing.

    A name is as the configuration has it: a “/” stands for the server's separator.
    """
    space = _space(client, wanted.values())
    names, missing = {}, {}
    for folder, name in wanted.items():
        names[folder] = full = _full(name, space)
        if client.folder_exists(full):
            continue
        refusal = _make(client, full) if create else ""
        if refusal is None:
            continue
        if other := _like(client, name, space):
            names[folder] = other
        else:
            missing[folder] = refusal
    return FolderNames(names, missing)


def find_existing(client: IMAPClient, names: Iterable[str]) -> dict[str, str]:
    """The names on the server of those folders that are there, in whatever case and namespace.

    A name that begins with a backslash, such as ``\\Junk``, is a role that the server gives to a folder (RFC 6154).
    """
    names = list(names)
    space = _space(client, names)
    listed = _listed(client)
    found = {}
    for name in names:
        exact = [full for full in (name, _full(name, space)) if full in listed]
        if name.startswith("\\"):
            exact = [full for full, flags in listed.items() if name.lower().encode() in flags]
        if exact := exact or _likes(listed, name, space):
            found[name] = exact[0]
    return found


def full_name(client: IMAPClient, name: str) -> str:
    """``name`` with the prefix of the personal namespace, if the server has one."""
    return _full(name, _space(client, [name]))


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


def _like(client: IMAPClient, name: str, space: _Space) -> str:
    """The folder whose name differs only in case or in the namespace's prefix, or empty."""
    return next(iter(_likes(_listed(client), name, space)), "")


def _likes(listed: Iterable[str], name: str, space: _Space) -> list[str]:
    full = _full(name, space).casefold()
    likes = {full, name.casefold(), full.removeprefix(space.prefix.casefold())}
    return [found for found in listed if found.casefold() in likes]


def _listed(client: IMAPClient) -> dict[str, set[bytes]]:
    """The folders that can be selected, with their flags in lower case."""
    listed = {str(name): {bytes(flag).lower() for flag in flags} for flags, _, name in client.list_folders()}
    return {name: flags for name, flags in listed.items() if not flags & {rb"\noselect", rb"\nonexistent"}}


class _Space(NamedTuple):
    """Our own namespace on the server (RFC 2342)."""

    prefix: str
    separator: str
    """Between a folder and those in it; the configuration always writes “/”."""


def _space(client: IMAPClient, names: Iterable[str]) -> _Space:
    if client.has_capability("NAMESPACE") and (spaces := client.namespace().personal):
        prefix, separator = spaces[0][0], spaces[0][1]
        return _Space(str(prefix), str(separator or ""))
    if any("/" in name for name in names) and (roots := client.list_folders("", "")):
        return _Space("", bytes(roots[0][1] or b"").decode("ascii", "replace"))
    return _Space("", "/")


def _full(name: str, space: _Space) -> str:
    """A configured name with the server's prefix and separator."""
    own = name.replace("/", space.separator or "/")
    is_whole = own.upper() == "INBOX" or own.casefold().startswith(space.prefix.casefold())
    return own if is_whole else space.prefix + own
