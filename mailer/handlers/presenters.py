"""Presenters: what they write and answer, what the secretary answers, and what time brings.

A registration begins when its address has confirmed it (B11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from mailer.inbound.answers import Answer, read_decision
from mailer.inbound.filled import read_filled
from mailer.inbound.intents import Intent, StaffReply, Verdict
from mailer.message import Address, Inbound
from mailer.model.inbound import Done, Result
from mailer.model.library import FAQ, KIT, SCOPE, Version
from mailer.model.library import published as published_version
from mailer.model.lists import Contact, Details
from mailer.model.personal_data import Held
from mailer.model.presenters import AGREE, KIND, QUESTIONNAIRE, STATE_NAMES, Event, Presenter, State, advance
from mailer.model.questionnaires import shown
from mailer.model.questions import Choice, Question, Reply
from mailer.model.staff import StaffNotice
from mailer.model.submissions import Submission
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.presenters import (
    Papers,
    approve,
    change,
    decline,
    documents_of,
    find,
    hand_over,
    papers,
    question,
    register,
    retire,
    save,
    scope_at,
    state_of,
    tell_secretary,
    version_of,
    write_to,
)
from mailer.questions import ask
from mailer.staff import answer_unclear
from mailer.submissions import begin, begin_on_page

AT_ONCE = 100
"""Presenters who are written to, or put right, in one transaction."""


# --- somebody writes “presenter” ---


def asked(office: Office, mail: Inbound, intent: Intent, verdict: Verdict) -> Result:
    """Begin a registration, or send somebody who has registered their own lines, to change them."""
    if not office.rules.presenters.bank:
        return Result(Done.NOT_ACTED_ON, {"reason": "there is no bank of presenters"})
    contact = office.work.lists.contact_at(str(mail.author))
    presenter = office.work.presenters.of_contact(contact.id) if contact else None
    if contact is not None and presenter is not None and presenter.is_under_way:
        return _send_lines(office, mail, presenter, verdict)
    filled = read_filled(mail, QUESTIONNAIRE, {}, office.renderer.wordings)
    documents = papers(office, [SCOPE])
    return begin(
        office,
        mail,
        KIND,
        QUESTIONNAIRE,
        filled,
        verdict,
        also=[*_about_topics(office), *_about_scope(documents)],
        attachments=documents.attachments,
    )


def filled_in(office: Office, to: Address, values: Mapping[str, str]) -> Result:
    """Begin a registration that was filled in on a page; somebody who has registered gets their own lines."""
    contact = office.work.lists.contact_at(str(to))
    presenter = office.work.presenters.of_contact(contact.id) if contact else None
    if presenter is not None and presenter.is_under_way:
        values = {"state": STATE_NAMES[presenter.state]}
        sent = write_to(office, presenter, "presenter-lines", values, in_reply_to="")
        return Result(Done.PRESENTER_LINES_SENT, {"number": presenter.id}) if sent else Result(Done.ANSWERED_TODAY)
    documents = papers(office, [SCOPE])
    also = [*_about_topics(office), *_about_scope(documents)]
    return begin_on_page(office, to, KIND, QUESTIONNAIRE, values, also=also, attachments=documents.attachments)


def about(office: Office) -> list[Phrase]:
    """What a page with the lines says beside them."""
    return [*_about_topics(office), *_about_scope(papers(office, [SCOPE]))[:1]]


def _about_topics(office: Office) -> list[Phrase]:
    """Which topics are asked for."""
    topics = ", ".join(office.rules.presenters.topics)
    return [phrase("Topics that we are often asked for: %(topics)s.", topics=topics)] if topics else []


def _about_scope(documents: Papers) -> list[Phrase]:
    """What an invitation to register says of the scope."""
    if documents.scope is None:
        return []
    title, number = documents.scope.title, str(documents.scope.number)
    agrees = phrase("To register is to agree to “%(title)s”, version %(number)s.", title=title, number=number)
    return [agrees, *([phrase("It is attached.")] if documents.attached else [])]


def _send_lines(office: Office, mail: Inbound, presenter: Presenter, verdict: Verdict) -> Result:
    """Apply proven lines; send what we have to the enrolled address, to be changed by a reply."""
    if verdict.authentic:
        filled = read_filled(mail, QUESTIONNAIRE, presenter.values, office.renderer.wordings)
        if filled.changed and not filled.problems:
            return change(office, presenter, filled, mail.message_id)
    sent = write_to(office, presenter, "presenter-lines", {"state": STATE_NAMES[presenter.state]}, in_reply_to="")
    if not sent:
        return Result(Done.ANSWERED_TODAY)
    return Result(Done.PRESENTER_LINES_SENT, {"number": presenter.id})


# --- the address has confirmed ---


def confirmed(office: Office, submission: Submission) -> None:
    """Keep a registration, or its correction, and ask a person to decide."""
    contact = office.work.lists.contact_at(submission.address) or office.work.lists.save_contact(
        submission.to, _details(submission), office.now
    )
    register(office, contact, submission.values, submission.asked_at, submission.beside)


def withdrawn(office: Office, submission: Submission) -> None:
    """They took it back before anybody decided."""
    contact = office.work.lists.contact_at(submission.address)
    presenter = office.work.presenters.of_contact(contact.id) if contact else None
    if presenter is not None and presenter.state is State.REGISTERED:
        save(office, replace(presenter, state=advance(presenter.state, Event.RETIRE)), "withdrew")


def _details(submission: Submission) -> Details:
    values = submission.values
    return Details(
        name=values.get("name", submission.name),
        organisation=values.get("organisation", ""),
        country=values.get("country", ""),
        language=submission.language,
    )


# --- a person decides ---


def state_of_notice(office: Office, notice: StaffNotice) -> str:
    """The state that an answer of the secretary depends on: a correction since then is another one."""
    presenter = office.work.presenters.by_id(notice.subject)
    return version_of(presenter) if presenter else ""


def answer(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Approve or decline as the secretary says; words with a question mark go to the presenter."""
    presenter = find(office, notice.subject)
    said = read_decision(mail, reply.text)
    below = "\n".join(reply.text.strip().split("\n")[1:]).strip()
    if said is Answer.YES:
        approve(office, presenter)
        return Result(Done.PRESENTER_DECIDED, {"number": presenter.id, "word": "approved"})
    if said is Answer.NO:
        decline(office, presenter, below)
        return Result(Done.PRESENTER_DECIDED, {"number": presenter.id, "word": "declined"})
    if "?" not in reply.text and "？" not in reply.text and "؟" not in reply.text:
        return answer_unclear(office, notice, mail, phrase("it says neither YES nor NO, and asks nothing"))
    question(office, presenter, reply.text)
    tell_secretary(office, presenter, "")
    return Result(Done.PRESENTER_DECIDED, {"number": presenter.id, "word": "asked"})


# --- what they answer ---


def state_of_lines(office: Office, asked: Question) -> str:
    return state_of(office.work.presenters.by_id(asked.subject))


def answer_lines(office: Office, mail: Inbound, reply: Reply, asked: Question) -> Result:
    """Change what they said, or let them go."""
    presenter = find(office, asked.subject)
    if reply.choice is Choice.LEAVE:
        retire(office, presenter)
        return Result(Done.PRESENTER_RETIRED, {"number": presenter.id})
    if reply.filled is None or not reply.filled.changed:
        return Result(Done.PRESENTER_CHANGED, {"number": presenter.id, "what": "nothing"})
    return change(office, presenter, reply.filled, mail.message_id)


def state_of_scope(office: Office, asked: Question) -> str:
    presenter = office.work.presenters.by_id(asked.subject)
    number = scope_at(office, office.now)
    return f"{number} {state_of(presenter)}" if presenter else ""


def answer_scope(office: Office, mail: Inbound, reply: Reply, asked: Question) -> Result:
    """They agree to the new version, or leave the bank."""
    presenter = find(office, asked.subject)
    if reply.choice in (Choice.NO, Choice.LEAVE):
        retire(office, presenter, "does not agree to the scope")
        values = {"name": presenter.label, "number": presenter.id, "version": scope_at(office, office.now)}
        office.tell_secretary("presenter-disagrees", values)
        return Result(Done.PRESENTER_RETIRED, {"number": presenter.id})
    number = scope_at(office, office.now)
    save(office, replace(presenter, scope=number), "agreed", scope=number)
    return Result(Done.PRESENTER_AGREED, {"number": presenter.id, "version": number})


def answer_call(office: Office, mail: Inbound, reply: Reply, asked: Question) -> Result:
    """Register who wants to. Others are asked again after a time, or with “never” not at all."""
    contact = office.work.lists.contact(asked.subject)
    if contact is None:
        return Result(Done.NO_SUCH_QUESTION)
    if reply.choice in (Choice.NO, Choice.LATER, Choice.NEVER):
        office.work.presenters.call(contact.id, office.now, never=reply.choice is Choice.NEVER)
        office.record("declined a call", contact.address, answer=reply.choice.value)
        return Result(Done.PRESENTER_CALL_DECLINED, {"addressee": asked.addressee, "word": reply.choice.value})
    before = office.work.presenters.of_contact(contact.id)
    if before is not None and not before.may(Event.REGISTER):
        return Result(Done.PRESENTER_CHANGED, {"number": before.id, "what": "nothing"})
    values = reply.filled.values if reply.filled else asked.offered
    presenter = register(office, contact, values, asked.asked_at, reply.words)
    write_to(office, presenter, "presenter-received", {"scope": presenter.scope}, in_reply_to=mail.message_id)
    return Result(Done.PRESENTER_REGISTERED, {"number": presenter.id})


# --- what time brings ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Give approved presenters what was published since, and follow those who left the list of the bank."""
    bank = office.rules.presenters.bank
    if not bank:
        return []
    decisions = []
    if office.work.presenters.strayed(bank, 1):
        decisions.append(Decision("following the bank", partial(_follow, bank=bank)))
    published = _published(office)
    if published and office.work.presenters.ungiven(published, 1):
        decisions.append(Decision("giving presenters new documents", give))
    return decisions


def _published(office: Office) -> str:
    """As ``Papers.given``, without their bytes."""
    found = {key: scope_at(office, office.now) if key == SCOPE else _number(office, key) for key in (SCOPE, KIT, FAQ)}
    return ", ".join(sorted(f"{key} {number}" for key, number in found.items() if number))


def _number(office: Office, key: str) -> str:
    found = published_version(office.work.library.versions(key))
    return str(found.number) if found else ""


def _follow(office: Office, bank: str) -> None:
    """Who left the list is in the bank no longer, and who undid that is in it again."""
    for presenter in office.work.presenters.strayed(bank, AT_ONCE):
        event, action = (Event.RETIRE, "retired") if presenter.state is State.APPROVED else (Event.RETURN, "returned")
        save(office, replace(presenter, state=advance(presenter.state, event)), action)


def give(office: Office) -> None:
    """Send the documents that are new to some presenters; the next tick goes on (one mail, once per version)."""
    published = _published(office)
    if papers(office).given != published:
        return  # a grant does not stand: a person has to look first
    read = cache(partial(papers, office, files=True))
    for presenter in office.work.presenters.ungiven(published, AT_ONCE):
        news = {one.partition(" ")[0] for one in {*published.split(", ")} - {*presenter.given.split(", ")}}
        office.work.presenters.save(replace(presenter, given=published))
        if keys := tuple(key for key in (KIT, FAQ) if key in news):
            hand_over(office, presenter, "presenter-news", read(keys), f"presenter-news {presenter.id} {published}")
        scope = read((SCOPE,))
        if scope.scope is not None and str(scope.scope.number) != presenter.scope:
            _ask_to_agree(office, presenter, scope.scope, scope)


def _ask_to_agree(office: Office, presenter: Presenter, scope: Version, own: Papers) -> None:
    ask(
        office,
        Address.parse(presenter.address, presenter.name),
        "presenter-scope",
        {"name": presenter.label, "title": scope.title, "version": str(scope.number), "before": presenter.scope}
        | documents_of(own),
        kind=AGREE,
        subject=presenter.id,
        state=f"{scope.number} {state_of(presenter)}",
        about=f"{scope.title} {scope.number}",
        contact=presenter.contact,
        once=f"presenter-scope {presenter.id} {scope.number}",
        attachments=own.attachments,
        prepared={"yes_reply": "yes", "no_reply": "no"},
    )


# --- personal data ---


def held(office: Office, contact: Contact) -> list[Held]:
    """What “status” shows of a registration."""
    presenter = office.work.presenters.of_contact(contact.id)
    if presenter is None or not presenter.name:
        return []
    rows: list[tuple[str, object]] = [(phrase("State"), STATE_NAMES[presenter.state])]
    rows += [(one.label, one.value) for one in shown(QUESTIONNAIRE, presenter.values) if one.value]
    rows += [(phrase("Agreed to the scope, version"), presenter.scope)] if presenter.scope else []
    return [Held(phrase("Presenter"), rows, "presenters")]
