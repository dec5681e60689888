"""Moving messages out of the selected folder, as the server can."""

from __future__ import annotations

import imaplib
from dataclasses import dataclass

from imapclient import IMAPClient

from mailer.adapters.imap_answers import BoundedClient
from mailer.adapters.imap_connection import is_general, is_refusal

_TRIES = 3
"""How many messages may be refused, each alone, before all count as refused."""


@dataclass
class Move:
    """A MOVE that was sent; its answer is read later."""

    uids: list[int]
    folder: str
    tag: bytes
    is_over: bool = False
    fault: Exception | None = None

    def read_answer(self, client: BoundedClient) -> None:
        """Wait for the answer. A refusal is kept in ``fault``; a lost connection is kept and raised."""
        self.is_over = True
        try:
            client.finish_move(self.tag)
        except Exception as fault:
            self.fault = fault
            if not (isinstance(fault, imaplib.IMAP4.error) and is_refusal(fault)):
                raise


def move_mail(client: IMAPClient, uids: list[int], folder: str) -> None:
    """Move messages out of the selected folder."""
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    client.copy(uids, folder)
    client.add_flags(uids, [r"\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)
    else:
        client.expunge()


def move_each(client: IMAPClient, uids: list[int], folder: str) -> None:
    """Move the messages; if the server refuses, each alone. Raises the refusal of the last that stays."""
    try:
        move_mail(client, uids, folder)
    except imaplib.IMAP4.error as fault:
        if not is_refusal(fault):
            raise
        move_singly(client, uids, folder, fault)


def move_singly(client: IMAPClient, uids: list[int], folder: str, refusal: imaplib.IMAP4.error) -> None:
    """Move messages each alone, after the server has refused to move them together. Raises as ``move_each``."""
    if is_general(refusal) or len(uids) == 1:
        raise refusal
    refused = 0
    for uid in uids:
        try:
            move_mail(client, [uid], folder)
        except imaplib.IMAP4.error as fault:
            refusal, refused = fault, refused + 1
            if not is_refusal(fault) or refused > _TRIES:  # it refuses all alike
                raise
    if refused:
        raise refusal
