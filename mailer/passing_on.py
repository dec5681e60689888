"""Requests of which a person gets the words as well.

Nothing comes of them otherwise, their writer may not ask for it, or the mail says more than what was acted on (law 7).
"""

from __future__ import annotations

from dataclasses import replace

from mailer.handlers import article_offers, faq, feedback, lists, nominations
from mailer.inbound import intents
from mailer.inbound.automatic import wrote_for_its_user
from mailer.inbound.commands import words_beside
from mailer.inbound.intents import Intent, ReadingRules, Verdict
from mailer.inbound.limits import TEXT_PASSED_ON
from mailer.inbound.reply import text_for_people
from mailer.message import Inbound
from mailer.model.faq import question_in
from mailer.model.inbound import Done, Result
from mailer.model.lists import Details
from mailer.office import Office


def whole(mail: Inbound) -> intents.Feedback:
    """All that the mail says, for a person."""
    return intents.Feedback(text_for_people(mail)[:TEXT_PASSED_ON])


def leave_everything(office: Office, mail: Inbound, leave: intents.LeaveEverything, verdict: Verdict) -> Result:
    """End all that the writer gets, and a sign-up that waits for their yes.

    A person sees to it, too, if there is nothing that can be left by mail; and if the writer would have to be asked,
    and the mail must not be answered (B7).
    """
    words = whole(mail)
    withdrawn = mail.sender is not None and lists.withdraw(office, mail.sender)
    if leave.token is None and (withdrawn or not (verdict.authentic or office.may_answer)):
        return feedback.receive(office, mail, words)
    result = lists.leave_everything(office, mail.sender, leave.token, verdict.authentic, mail.message_id)
    if leave.token is not None or result.done not in _NOTHING_LEFT:
        return result
    was_helped = result.done is Done.NOTHING_TO_LEAVE
    return feedback.receive(replace(office, may_answer=office.may_answer and not was_helped), mail, words)


_NOTHING_LEFT = frozenset({Done.NOTHING_TO_LEAVE, Done.HELP_SENT_TODAY, Done.HELP_CAP_REACHED})
"""What becomes of a wish to leave whose writer gets nothing that can be left by mail."""


def answer_question(office: Office, mail: Inbound, asked: intents.Faq, verdict: Verdict) -> Result:
    """Send the entries that answer it. If it is not certain that one does, a person gets the question, too."""
    if not asked.words:
        return faq.send_all(office, mail.author)
    found = faq.answer(office, mail.author, asked.words)
    if found is not None and found.answer.is_sure:
        return faq.send_answer(office, mail.author, found)
    words = replace(whole(mail), question=asked.words)
    result = feedback.receive(replace(office, may_answer=office.may_answer and found is None), mail, words)
    if found is not None and "number" in result.details:
        faq.send_answer(office, mail.author, found, int(str(result.details["number"])))
    return result


def receive_words(office: Office, mail: Inbound, words: intents.Feedback, verdict: Verdict) -> Result:
    if faq.is_answered_by(office, mail):
        words = replace(words, question=words.question or question_in(words.text))
    may_answer = office.may_answer and not words.answers_question
    return feedback.receive(replace(office, may_answer=may_answer), mail, words)


def ask_what_is_meant(office: Office, mail: Inbound, unsure: intents.Unsure, verdict: Verdict) -> Result:
    """Ask the writer what they want, by the mail that their yes settles, and pass their words to a person at once."""
    feedback.receive(replace(office, may_answer=False), mail, intents.Feedback(unsure.text))
    if unsure.command == "subscribe":
        name = mail.author.name
        return lists.subscribe(office, mail.author, Details(name=name), ())
    return lists.leave_everything(office, mail.sender, None, False, mail.message_id)


def nominate(office: Office, mail: Inbound, intent: intents.Nominate, verdict: Verdict) -> Result:
    """A person gets the nomination of somebody who may not propose."""
    if nominations.may_propose(office, mail.author):
        return nominations.begin(office, mail, intent, verdict)
    return feedback.receive(office, mail, whole(mail))


def offer_article(office: Office, mail: Inbound, offer: intents.OfferArticle, verdict: Verdict) -> Result:
    """A person gets the article of somebody who may not offer one."""
    if article_offers.may_offer(office, mail.author):
        return article_offers.offered(office, mail, offer, verdict)
    return feedback.receive(office, mail, whole(mail))


_ANSWERS = (intents.Confirm, intents.ComeBack, intents.LeaveEverything, intents.Agree)
_COMMANDS = (
    *(intents.Subscribe, intents.Help, intents.Status, intents.SetDetails, intents.ChangeAddress),
    *(intents.Pause, intents.Resume, intents.ForgetMe, intents.Get, intents.Translate, intents.Faq),
)


def pass_on_words(office: Office, mail: Inbound, intent: Intent, rules: ReadingRules) -> None:
    """Pass to a person what a mail says beside a command or an answer that was acted on; its writer is told of that."""
    words = ""
    if isinstance(intent, intents.Faq) and intent.stands_below:
        return
    if isinstance(intent, intents.Leave):
        words = "" if wrote_for_its_user(mail) else words_beside(mail, rules, answered=False)
    elif isinstance(intent, _ANSWERS) and intent.token:
        words = words_beside(mail, rules, answered=True)
    elif isinstance(intent, (*_ANSWERS, *_COMMANDS)):
        words = words_beside(mail, rules, answered=False)
    if words:
        feedback.receive(replace(office, may_answer=False), mail, intents.Feedback(words))
