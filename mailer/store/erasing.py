"""The table of what is erased when somebody is forgotten: each subject erases its own rows.

A table that holds anything about a person has an eraser here; ``tests/contracts/test_erasing.py`` looks into each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Column, Connection

from mailer.model.personal_data import Erasing, Over
from mailer.store.absences import erase_absences
from mailer.store.approvals import erase_votes
from mailer.store.articles import erase_articles, erase_old_articles
from mailer.store.bounces import erase_bounces, erase_old_reports
from mailer.store.caps import erase_held_notices
from mailer.store.channels import erase_channel_packs, erase_old_channel_packs
from mailer.store.confirmations import erase_confirmations, erase_old_confirmations
from mailer.store.editions import erase_translations
from mailer.store.event_reports import erase_event_reports, erase_old_event_reports
from mailer.store.events import erase_events, erase_old_events
from mailer.store.feedback import erase_feedback, erase_old_items
from mailer.store.holders import erase_holders
from mailer.store.inbound import erase_inbound, erase_old_notes
from mailer.store.invitations import erase_invitations, erase_old_invitations
from mailer.store.member_keys import erase_member_keys
from mailer.store.members import erase_member, erase_old_sign_ups
from mailer.store.merging import erase_merges
from mailer.store.organisations import erase_organisation_contacts
from mailer.store.outbox import erase_mail_to, erase_old_mails
from mailer.store.presenters import erase_old_presenters, erase_presenter
from mailer.store.questions import erase_old_questions, erase_questions
from mailer.store.restorations import erase_journals
from mailer.store.reviews import erase_old_reviews, erase_review_entries
from mailer.store.schema import articles, member_keys, organisation_contacts, papers, presenters, translations
from mailer.store.submissions import erase_old_submissions, erase_submissions
from mailer.store.suppressions import erase_suppressions
from mailer.store.visits import erase_old_visits, erase_visits

ERASERS: tuple[Callable[[Connection, Erasing], None], ...] = (
    erase_member,
    erase_absences,
    erase_member_keys,
    erase_organisation_contacts,
    erase_merges,
    erase_suppressions,
    erase_bounces,
    erase_held_notices,
    erase_confirmations,
    erase_questions,
    erase_invitations,
    erase_submissions,
    erase_visits,
    erase_articles,
    erase_channel_packs,
    erase_event_reports,
    erase_events,
    erase_feedback,
    erase_votes,
    erase_translations,
    erase_mail_to,
    erase_inbound,
    erase_review_entries,
    erase_presenter,
    erase_holders,
    erase_journals,
)
"""What each subject does to forget somebody, in this order and in one transaction."""

OVER: Mapping[str, Callable[[Connection, Over], int]] = {
    "sign_ups": erase_old_sign_ups,
    "confirmations": erase_old_confirmations,
    "mails": erase_old_mails,
    "incoming": erase_old_notes,
    "bounces": erase_old_reports,
    "feedback": erase_old_items,
    "invitations": erase_old_invitations,
    "events": erase_old_events,
    "questions": erase_old_questions,
    "submissions": erase_old_submissions,
    "visits": erase_old_visits,
    "articles": erase_old_articles,
    "reports": erase_old_event_reports,
    "reviews": erase_old_reviews,
    "channels": erase_old_channel_packs,
    "presenters": erase_old_presenters,
}
"""What erases the rows of one kind of data whose time is over, and returns how many; a kind may do it elsewhere."""

IN_USE: tuple[Column[int], ...] = (
    organisation_contacts.c.contact,
    presenters.c.contact,
    papers.c.contact,
    member_keys.c.contact,
    translations.c.contact,
    articles.c.contact,
)
"""Columns that name contacts who are kept, although they are on no list."""
