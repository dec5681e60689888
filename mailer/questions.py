"""How the office asks people who are not staff, and what becomes of answers that it cannot act on.

A question has a token that is bound to its addressee, to one thing and to the state of that thing, and is good once.
``question_replies.py`` is the table of what follows from the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mailer.message import Address, Inbound
from mailer.model.lists import Contact
from mailer.model.personal_data import Held
from mailer.model.questionnaires import Questionnaire, shown
from mailer.model.questions import VALID, Question
from mailer.office import Office
from mailer.phrases import Phrase, phrase
from mailer.tokens import Purpose, Token


def ask(
    office: Office,
    to: Address,
    notice: str,
    values: Mapping[str, object],
    *,
    kind: str,
    subject: int,
    state: str = "",
    about: str = "",
    contact: int | None = None,
    questionnaire: Questionnaire | None = None,
    offered: Mapping[str, str] = {},
    valid: timedelta = VALID,
    prepared: Mapping[str, str] = {},
    once: str = "",
    language: str = "",
    **options: Any,
) -> Question | None:
    """Queue the notice ``notice`` with a question that ``to`` answers by a reply; None if it was asked before.

    ``kind`` names the handler of the answer, ``subject`` and ``state`` what the answer is about. ``about`` is what
    people call it; it has nothing that a stranger wrote. With a ``questionnaire`` the notice has ``fields``, which hold
    the values that are ``offered``. ``prepared`` are the words of replies that the notice has buttons for, by the names
    of its values. ``once`` and the other options are those of ``Office.write``. None, too, if a cap forbids the notice.
    """
    cause = once or f"{office.cause}: {notice}"
    if not office.admits(notice, to):
        return None
    language = language or office.language_of(to)
    draft = Question(
        id=0,
        addressee=str(to),
        contact=contact,
        kind=kind,
        subject=subject,
        state=state,
        about=about[:200],
        language=language,
        offered=dict(offered),
        asked_at=office.now,
        expires_at=office.now + valid,
    )
    question = office.work.questions.add(draft, to, cause)
    if question is None:
        return None
    token = office.token(Purpose.ANSWER, question.id)
    replies = {value: office.rules.prepared(token, words) for value, words in prepared.items()}
    lines = {"fields": shown(questionnaire, offered)} if questionnaire else {}
    own = {**lines, **values, **replies}
    sent = office.write(to, notice, own, token=token, once=once, language=language, **options)
    return question if sent else None


def token_of(office: Office, question: Question) -> Token:
    """The token that an answer to the question bears."""
    return office.token(Purpose.ANSWER, question.id)


def without_effect(office: Office, question: Question, state_now: str) -> Phrase:
    """Why an answer has no effect, in words for its writer; empty if it has one."""
    if _to(office, question).base_key != question.to.base_key:
        return phrase("it was asked at another address, which may be somebody else's by now")
    if question.answered_at is not None:
        return phrase("it was answered before, on %(time)s", time=question.answered_at)
    if question.expires_at < office.now:
        return phrase("the time for an answer is over")
    if question.state != state_now:
        return phrase("what it is about has changed since")
    return Phrase()


def _to(office: Office, question: Question) -> Address:
    """Where its addressee is now: a contact may have moved, or be another one's alias."""
    contact = office.work.lists.contact(question.contact) if question.contact else None
    return Address.parse(contact.address) if contact else question.to


def tell(office: Office, question: Question, reason: Phrase, mail: Inbound) -> None:
    """Tell the addressee, once a day, at the address that they have now, why an answer had no effect."""
    office.record("answer refused", f"question {question.id}", addressee=question.addressee, reason=reason)
    to = _to(office, question)
    own = mail.sender is not None and mail.sender.base_key == to.base_key and office.may_answer
    office.write(
        to,
        "question-refused",
        {"reason": reason, "about": question.about, "written": question.asked_at},
        language=question.language,
        in_reply_to=mail.message_id if own else None,
        once=f"question-refused {question.id} {office.today}",
    )


def held(office: Office, contact: Contact) -> list[Held]:
    """What somebody was asked and has not answered, for “status”."""
    asked = office.work.questions.asked_of(contact.id, (Address.parse(contact.address).base_key,))
    open_ones = [one for one in asked if one.answered_at is None and one.expires_at >= office.now and one.about]
    rows: list[tuple[Phrase | str, object]] = [
        (one.about, one.asked_at.astimezone(office.rules.timezone).date()) for one in open_ones
    ]
    unique = list(dict.fromkeys(rows))  # reminders are questions, too
    return [Held(phrase("What we asked you, and when"), unique, "questions")] if rows else []
