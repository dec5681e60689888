"""Whose mailbox an address leads to, and what counts against which cap (B14)."""

from __future__ import annotations

import re

import pytest

from mailer.adapters import data
from mailer.message import Address
from mailer.model.caps import ANSWERS, FLOODS, Caps, mailbox_of


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Victim+1@x.example", "victim@x.example"),
        ("v.ictim@x.example", "v.ictim@x.example"),
        ("v.i.c+a+b@gmail.com", "vic@gmail.com"),
        ("vic@googlemail.com", "vic@gmail.com"),
        ("v_i-c.x@pm.me", "vicx@proton.me"),
        ("...@gmail.com", "...@gmail.com"),
    ],
)
def test_B14_aliases_are_one_mailbox(address: str, mailbox: str) -> None:
    local, _, domain = address.rpartition("@")
    assert mailbox_of(Address(local, domain)) == mailbox


def test_B14_large_providers_have_no_cap_for_their_domain() -> None:
    caps = Caps(5, 50, 500, frozenset({"gmail.com"}))
    assert caps.counters("help", Address.parse("a@x.example")) == {
        "help a@x.example": ANSWERS["help"],
        "answers a@x.example": 5,
        "answers @x.example": 50,
        "answers": 500,
    }
    assert caps.counters("help", Address.parse("a.b@gmail.com")) == {
        "help ab@gmail.com": ANSWERS["help"],
        "answers ab@gmail.com": 5,
        "answers": 500,
    }


def test_B14_contacts_are_not_kept_from_going_by_what_others_ask_for() -> None:
    caps = Caps(5, 50, 500)
    address = Address.parse("a@x.example")
    assert caps.counters("status", address, known=True) == {"status a@x.example": 3, "answers a@x.example": 5}
    assert caps.counters("leave-confirm", address, known=True) == {"leave-confirm a@x.example": 2}


OTHERS = {
    "once for its cause, or once a day": "challenge not-yours refused-votes staff-refused feedback-own feedback-unsent "
    "member-away question-refused question-unclear question-challenge office-objected "
    "unfiled refusing office-status wrong-address needs",
    "by a token that is good once, or by a signature": "ballot-help welcome left returned details unchanged moved "
    "not-moved forgotten board-moved board-forgotten ballot-receipt open-again late-vote feedback-answer feedback-sent "
    "substituted feedback-commented feedback-confirm released ballot-done translation-agreed translation-closed "
    "translation-proof submission-received submission-withdrawn wish-withdrawn "
    "review-receipt review-other review-welcome "
    "presenter-changed presenter-received presenter-disagrees presenter-retired presenter-agreed presenter-found "
    "presenter-settled presenter-lost presenter-lost-note presenter-unwanted report-receipt report-filed",
    "once for a person, a membership or a day": "list-shows ask-publish publishing membership-ending membership-ended "
    "memberships-ending",
    "by what staff do, or by the time": "invitation by-office nomination-told nomination-call wish-done wish-due back "
    "link-decided dead-links site-failed "
    "ballot submitted reminder stands extended reopened withdrawn closed "
    "board-granted board-lapsed stand-in undecided without-quorum passed-on "
    "entered cancelled feedback-digest granted held held-back key-changed lapsed missed "
    "not-granted objected outage refused retry stopped summary suspended test-copy voided wrong-addresses "
    "translation-reminder translation-late translation-ended translation-over edition-agreed edition-links "
    "edition-ready edition-refused edition-late edition-sent edition-fault translation-fault "
    "review review-reminder review-second review-decided review-co-member review-planned review-started "
    "review-proposal review-summary suspended-review "
    "presenter-approved presenter-declined presenter-question presenter-news presenter-scope presenter-call "
    "presenter-choice presenter-asked presenter-brief presenter-moved presenter-off report-asked report-missing",
    "once for each mail of an author, which has a token of theirs": "article-received article-noted article-agreed "
    "article-only-yes article-correcting article-promised article-declined article-words article-corrected "
    "article-settled article-told",
    "by what editors do with an article, or by its days": "article-asked article-accepted article-over article-word "
    "article-proof article-proof-again article-late",
    "thirty a day for each translation": "translation-back",
    "at most two for each pack that a command makes": "channel-pack channel-part channel-reminder",
    "one for each journalist, or each press release": "press-release press-held press-sent",
    "at most twenty for each version of the kit": "presenter-part",
    "a file of a pack, not a mail": "channel-read-me",
    "one for each answer of a channel, which has a token of theirs": "channel-answered",
    "one for each answer of a host or a speaker that is proven or has a token of theirs": "event-change "
    "event-change-asked event-cancelled event-cancelled-note event-seat event-speaker-answer",
    "one a day for each event whose address was confirmed": "event-doubles",
    "by decisions about events, or by their days": "event-accepted event-declined event-changed event-unchanged "
    "event-reminder event-off event-moved event-invitation event-speaker event-soon",
}
"""Notices without a cap here, by what bounds them."""


def test_B14_every_notice_has_a_cap_or_something_else_that_bounds_it() -> None:
    texts = {path.stem: path.read_text() for path in (data.TEMPLATES / "notice").glob("*.txt")}
    included = set(re.findall(r'(?:include|import|from) "notice/([a-z-]+)\.txt"', "".join(texts.values())))
    bounded = [*ANSWERS, *FLOODS, *" ".join(OTHERS.values()).split()]
    assert sorted(bounded) == sorted(texts.keys() - included)
