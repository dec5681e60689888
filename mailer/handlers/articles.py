"""Articles by mail until they are in their issue: asked for, promised, received, declined; and what comes unasked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from mailer import feedback_mail
from mailer.article_contributions import came, receive, receive_captions, wrote
from mailer.article_mail import (
    editors_of,
    find,
    issue_name,
    latest_proof,
    next_reminder,
    save,
    tell_editors,
    write_to_author,
)
from mailer.errors import Refused
from mailer.inbound.articles import read_contribution
from mailer.inbound.days import NotRead, read_day
from mailer.inbound.intents import StaffReply
from mailer.inbound.limits import TEXT_PASSED_ON
from mailer.inbound.reply import text_for_people
from mailer.message import Address, Inbound, clean
from mailer.model.articles import (
    OPEN,
    OVER,
    PROOF,
    STATE_NAMES,
    UNCONFIRMED,
    Article,
    Delivery,
    State,
    Step,
)
from mailer.model.inbound import Done, Result
from mailer.model.lists import Contact
from mailer.model.personal_data import Held
from mailer.model.questions import Choice, Question, Reply
from mailer.model.staff import StaffNotice
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.staff import answer_unclear

LATER_BY = timedelta(days=60)
"""How much later than it was wanted a text may come by the author's own word; more is for an editor to say."""
_DATED = 60
"""Words of a mail at most that names another day and has no text."""


# --- what the secretary does ---


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of an author."""

    publication: str
    number: int | None
    title: str
    words: int = 0
    due: date | None = None
    brief: str = ""
    language: str = ""
    """Empty: the one that the office knows of the author."""


def ask(office: Office, to: Address, wish: Wish) -> Article:
    """Ask somebody for an article. Raises Refused if they have the same request already, or take no mail."""
    publication = office.rules.publication(wish.publication).key
    if wish.due is not None and wish.due <= office.now.date():
        raise Refused(f"The text is wanted by {wish.due}, which is over: name a later day.")
    same = [
        one
        for one in office.work.articles.of_issue(publication, wish.number)
        if one.title == wish.title and one.state not in OVER and one.author.base_key == to.base_key
    ]
    if same:
        raise Refused(f"{to} was asked for this before: it is article {same[0].id}, {same[0].state}.")
    if reason := office.work.lists.suppressed(str(to)):
        raise Refused(f"{to} takes no mail: {reason}.")
    contact = office.work.lists.contact_at(str(to))
    draft = Article(
        publication=publication,
        number=wish.number,
        title=clean(wish.title, 300),
        words=wish.words,
        due=wish.due,
        address=str(to),
        name=clean(to.name or (contact.details.name if contact else ""), 200),
        contact=contact.id if contact else None,
        language=wish.language or office.language_of(to),
        brief=wish.brief,
        asked_at=office.now,
        changed_at=office.now,
    )
    article = office.work.articles.add(replace(draft, remind_at=next_reminder(office, draft)))
    office.record("article asked for", article.label, to=article.address, title=article.title)
    _send_request(office, article, once=f"article-asked {article.id}")
    return article


def _send_request(office: Office, article: Article, *, once: str, again: bool = False) -> bool:
    values = {"brief": article.brief, "again": again}
    prepared = {"yes_reply": "yes", "no_reply": "no"}
    return write_to_author(office, article, "article-asked", values, once=once, prepared=prepared)


def edit(office: Office, article: Article, **changes: Any) -> Article:
    """Change what is known of an article. Raises Refused if it is over."""
    if article.state in OVER:
        raise Refused(f"Article {article.id} is {article.state}: ask for it once more.")
    made = replace(article, **changes, changed_at=office.now)
    if made.state in OPEN:
        made = replace(made, remind_at=next_reminder(office, made), reminders=0)
    office.work.articles.save(made)
    office.record("article changed", article.label, **{name: str(value) for name, value in changes.items()})
    return made


def remind(office: Office, article: Article) -> None:
    """Remind the author now of what is waited for. Raises Refused if nothing is."""
    if article.state in OPEN:
        _send_request(office, article, once=f"article-asked {article.id} {office.now.isoformat()}", again=True)
    elif article.state is State.PROOF:
        _remind_of_proof(office, article, once=f"article-proof-again {article.id} {office.now.isoformat()}")
    else:
        raise Refused(f"Article {article.id} is {article.state}: its author has nothing to do.")
    office.record("author reminded", article.label, to=article.address)


def withdraw(office: Office, article: Article, word: str = "") -> Article:
    """The office needs it no more; its author is told."""
    ended = save(office, article, Step.WITHDRAW, remind_at=None)
    office.record("article withdrawn", article.label, was=article.state.value)
    if article.state is not State.UNCONFIRMED:
        _tell_over(office, ended, word, in_reply_to=None)
    return ended


def _tell_over(office: Office, article: Article, word: str, in_reply_to: str | None) -> None:
    values = {"issue": issue_name(office, article), "title": article.title, "word": word, "state": article.state.value}
    office.write(
        article.author, "article-over", values, language=article.language, once=f"article-over {article.id}",
        in_reply_to=in_reply_to,
    )  # fmt: skip


def accept(office: Office, article: Article, number: int | None = None) -> Article:
    """Take an article that came unasked for an issue; its author is told. Raises Refused if it was asked for."""
    made = save(office, article, Step.ACCEPT, number=number if number is not None else article.number)
    office.record("article accepted", article.label)
    write_to_author(office, made, "article-accepted", {}, once=f"article-accepted {made.id}")
    return made


def decline(office: Office, article: Article, word: str = "") -> Article:
    """An editor does not want it; its author is told, with a word. Raises Refused unless it came unasked."""
    if article.state is not State.OFFERED:
        raise Refused(f"Article {article.id} is {article.state}: `mailer article withdraw {article.id}` gives it up.")
    ended = save(office, article, Step.DECLINE, remind_at=None)
    office.record("article declined", article.label)
    _tell_over(office, ended, word, in_reply_to=None)
    return ended


def taken(office: Office, article: Article, name: str, *, applied: Sequence[Delivery] = ()) -> Article:
    """The text, or the author's corrections, are in the folder of the issue, in the file ``name``."""
    made = save(office, article, Step.APPLY if applied else Step.TAKE, remind_at=None, reminders=0)
    for delivery in applied:
        office.work.articles.save_delivery(replace(delivery, applied_at=office.now))
    office.record("article taken", article.label, file=name, corrections=len(applied))
    return made


# --- what the author answers ---


def state(office: Office, question: Question) -> str:
    """An author can answer any of our mails until the article is over; the handler looks at the rest."""
    article = office.work.articles.by_id(question.subject)
    return question.state if article and article.state not in OVER else "over"


def answered(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Keep a text and pictures; note a yes, a no, a later day; give words to the editors."""
    article = find(office, question.subject)
    contribution = read_contribution(mail, article.words)
    if contribution.has_substance:
        received = receive(office, mail, article, contribution)
        return came(office, mail, received)
    if captioned := receive_captions(office, mail, article):
        return came(office, mail, captioned)
    if reply.choice is Choice.NO and article.state in (*OPEN, State.IN, State.OFFERED):
        return _declined(office, mail, article, reply)
    if later := _later_day(office, article, contribution.words):
        return _promised(office, mail, article, later)
    if reply.choice is Choice.YES and article.state in OPEN:
        return _promised(office, mail, article, article.due)
    return wrote(office, mail, article)


def _promised(office: Office, mail: Inbound, article: Article, due: date | None) -> Result:
    made = replace(article, due=due)
    made = save(office, made, Step.PROMISE, remind_at=next_reminder(office, made), reminders=0)
    was = article.due if due != article.due else ""
    office.record("article promised", article.label, due=str(due or ""))
    write_to_author(
        office, made, "article-noted", {"was": was or ""}, once=f"article-noted {made.id} {office.cause}",
        in_reply_to=mail.message_id,
    )  # fmt: skip
    values = {"was": was or "", "words": text_for_people(mail)[:TEXT_PASSED_ON]}
    tell_editors(office, made, "article-promised", values, once=f"article-promised {made.id} {office.cause}")
    return Result(Done.ARTICLE_PROMISED, {"article": article.id, "due": str(due or "no day")})


def _later_day(office: Office, article: Article, words: str) -> date | None:
    """The one coming day that a short mail names, if the text may come by then without asking anybody."""
    said = words.split()
    if not article.takes(Step.PROMISE) or not said or len(said) > _DATED:
        return None
    today, found = office.now.date(), set()
    for length in (4, 3, 2, 1):
        for at in range(len(said) - length + 1):
            try:
                found.add(read_day(" ".join(said[at : at + length]).strip(",.;:!?"), today, coming=True))
            except NotRead:
                continue
        if found:
            break
    latest = (article.due or today) + LATER_BY
    return next(iter(found)) if len(found) == 1 and max(found) <= latest else None


def _declined(office: Office, mail: Inbound, article: Article, reply: Reply) -> Result:
    ended = save(office, article, Step.DECLINE, remind_at=None)
    office.record("article declined", article.label, by=article.address)
    values = {"words": text_for_people(mail)[:TEXT_PASSED_ON] if reply.words else "", "was": STATE_NAMES[article.state]}
    tell_editors(office, ended, "article-declined", values, once=f"article-declined {ended.id}")
    _tell_over(office, ended, "", in_reply_to=mail.message_id)
    return Result(Done.ARTICLE_DECLINED, {"article": article.id})


# --- what the editors answer ---


def state_of_notice(office: Office, notice: StaffNotice) -> str:
    """A yes or a no counts only as long as an offer is open; words can always go to the author."""
    article = office.work.articles.by_id(notice.subject)
    return notice.state if article and article.state not in OVER else "over"


def editor_answered(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Accept or decline an offer; send the author the words of an editor."""
    article = find(office, notice.subject)
    said, words = _first_word(reply)
    if article.state is State.OFFERED and said in (Choice.YES, Choice.NO):
        decided = accept(office, article) if said is Choice.YES else decline(office, article, words)
        return Result(Done.ARTICLE_DECIDED, {"article": article.id, "word": decided.state.value})
    text = reply.text.strip()
    if said is not None and not words:
        return answer_unclear(office, notice, mail, phrase("it has no words for the author"))
    if feedback_mail.has_ungranted_text(office, text):
        return answer_unclear(
            office, notice, mail, phrase("it has the text of an issue that the board has not granted")
        )
    if mail.attachments:
        return answer_unclear(office, notice, mail, phrase("files are not passed on to the author; send words alone"))
    sent = write_to_author(
        office, article, "article-word", {"text": text}, once=f"article-word {office.cause}", by_person=True
    )
    office.record("author answered", article.label, by=notice.addressee)
    for person in editors_of(office, article):
        if sent and person.base_key != notice.to.base_key:
            values = {"article": article.id, "title": article.title, "by": notice.addressee, "text": text}
            values |= {"author": article.byline}
            office.write(person, "article-told", values, language=office.rules.language)
    return Result(Done.ANSWER_SENT_TO_AUTHOR, {"article": article.id})


_YES_NO: Mapping[str, Choice] = {
    **dict.fromkeys(("yes", "oui", "sí", "si", "ja", "sim", "sì", "да", "はい", "是", "نعم"), Choice.YES),
    **dict.fromkeys(("no", "non", "nein", "não", "nao", "нет", "いいえ", "否", "لا"), Choice.NO),
}


def _first_word(reply: StaffReply) -> tuple[Choice | None, str]:
    """A yes or a no that stands alone on the first line, and what stands below it."""
    first, _, rest = reply.text.strip().partition("\n")
    return _YES_NO.get(first.strip(" .,!").casefold()), rest.strip()


# --- what time does ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Remind authors, tell the editors what is late, and drop what nobody has confirmed."""
    decisions = [
        Decision(f"reminder of {one.label}", partial(_step, number=one.id)) for one in office.work.articles.due(now)
    ]
    old = office.work.articles.unconfirmed(now - UNCONFIRMED)
    return decisions + [Decision(f"dropping {one.label}", partial(_drop, number=one.id)) for one in old]


def _step(office: Office, number: int) -> None:
    article = office.work.articles.by_id(number)
    if article is None or article.remind_at is None or article.remind_at > office.now:
        return
    if article.state is State.PROOF:
        _step_of_proof(office, article)
    elif article.state in OPEN:
        _step_of_request(office, article)
    else:
        office.work.articles.save(replace(article, remind_at=None))


def _step_of_request(office: Office, article: Article) -> None:
    is_late = article.due is not None and article.due <= office.now.astimezone(office.rules.timezone).date()
    made = replace(article, reminders=article.reminders + 1)
    made = replace(made, remind_at=None if is_late else next_reminder(office, made))
    office.work.articles.save(made)
    _send_request(office, made, once=f"article-asked {made.id} {made.due} {made.reminders}", again=True)
    if is_late:
        tell_editors(office, made, "article-late", {"proof": False}, once=f"article-late {made.id} {made.due}")
        office.record("article late", made.label)


def _step_of_proof(office: Office, article: Article) -> None:
    proof = latest_proof(office, article)
    number = proof.number if proof else 0
    is_late = article.reminders > 0
    made = replace(article, reminders=article.reminders + 1, remind_at=None)
    if not is_late:
        made = replace(made, remind_at=office.now + timedelta(days=7))
        _remind_of_proof(office, made, once=f"article-proof-again {made.id} {number}")
    else:
        tell_editors(office, made, "article-late", {"proof": True}, once=f"article-late {made.id} proof {number}")
    office.work.articles.save(made)


def _remind_of_proof(office: Office, article: Article, *, once: str) -> None:
    proof = latest_proof(office, article)
    values = {"sent": proof.sent_at if proof else office.now}
    number = proof.number if proof else 0
    write_to_author(
        office, article, "article-proof-again", values, once=once, kind=PROOF, state=f"proof {number}",
        prepared={"yes_reply": "YES"},
    )  # fmt: skip


def _drop(office: Office, number: int) -> None:
    article = office.work.articles.by_id(number)
    if article is not None and article.state is State.UNCONFIRMED:
        office.work.articles.drop(number)


def held(office: Office, contact: Contact) -> list[Held]:
    """What somebody writes for us, for “status”."""
    found = office.work.articles.of_mailbox(Address.parse(contact.address).base_key)
    rows: list[tuple[Phrase | str, object]] = [
        (one.title or issue_name(office, one), STATE_NAMES[one.state])
        for one in found
        if one.state is not State.UNCONFIRMED
    ]
    return [Held(phrase("Articles for our issues"), rows, "articles")] if rows else []
