"""Questions to people who are not staff, and the answers that nobody has proven."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from mailer.message import Address
from mailer.model.lists import Contact
from mailer.model.questions import KeptReply, KeptState, Question


class QuestionQueries(Protocol):
    """Questions to people who are not staff."""

    def add(self, question: Question, to: Address, cause: str) -> Question | None:
        """Keep a question, whose id is ignored; None if the same cause has asked this mailbox before."""

    def question(self, question_id: int) -> Question | None: ...
    def about(self, kind: str, subject: int) -> list[Question]:
        """All questions about one thing, oldest first."""

    def unasked(self, kind: str, key: str, most: int) -> list[Contact]:
        """Active members of the list ``key`` who were never asked a question of this kind with ``key`` as its state.

        The subject of such a question is the contact.
        """

    def asked_of(self, contact: int | None, keys: tuple[str, ...]) -> list[Question]:
        """What a contact, or the mailboxes with these ``Address.base_key``, were asked, oldest first."""

    def answer(self, question_id: int, at: datetime | None) -> None:
        """Note when the question was answered; None makes it good again."""

    def ask_back(self, question_id: int, offered: Mapping[str, str], at: datetime) -> None:
        """Note that an answer was not understood, and what is offered from now on."""

    def keep(self, reply: KeptReply) -> int:
        """Keep an answer that nobody has proven, whose id is ignored; returns its id."""

    def kept(self, reply_id: int) -> KeptReply | None: ...
    def kept_of(self, question_id: int) -> list[KeptReply]:
        """The unproven answers to a question, oldest first, without the mails themselves."""

    def set_kept(self, reply_id: int, state: KeptState) -> None: ...
    def waiting(self, most: int) -> list[KeptReply]:
        """Unproven answers whose addressees were not asked about them yet, oldest first, without the mails."""

    def has_kept(self, before: datetime) -> bool:
        """Whether there are unproven answers that came before."""

    def drop_kept(self, before: datetime) -> int:
        """Erase the unproven answers that came before; returns how many."""
