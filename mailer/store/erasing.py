"""The table of what is erased when somebody is forgotten: each subject erases its own rows.

A table that holds anything about a person has an eraser here; ``tests/contracts/test_erasing.py`` looks into each.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from mailer.model.personal_data import Erasing
from mailer.store.absences import erase_absences
from mailer.store.approvals import erase_votes
from mailer.store.bounces import erase_bounces
from mailer.store.confirmations import erase_confirmations
from mailer.store.editions import erase_translations
from mailer.store.feedback import erase_feedback
from mailer.store.inbound import erase_inbound
from mailer.store.member_keys import erase_member_keys
from mailer.store.members import erase_member
from mailer.store.organisations import erase_organisation_contacts
from mailer.store.outbox import erase_mail_to
from mailer.store.restorations import erase_journals
from mailer.store.suppressions import erase_suppressions

ERASERS: tuple[Callable[[Connection, Erasing], None], ...] = (
    erase_member,
    erase_absences,
    erase_member_keys,
    erase_organisation_contacts,
    erase_suppressions,
    erase_bounces,
    erase_confirmations,
    erase_feedback,
    erase_votes,
    erase_translations,
    erase_mail_to,
    erase_inbound,
    erase_journals,
)
"""What each subject does to forget somebody, in this order and in one transaction."""
