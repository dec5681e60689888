"""Articles that members and member bodies send unasked: their address confirms them, and an editor decides."""

from __future__ import annotations

import re
from dataclasses import replace

from mailer.article_contributions import came, receive
from mailer.article_mail import find, save
from mailer.inbound.articles import read_contribution
from mailer.inbound.intents import OfferArticle, Verdict
from mailer.inbound.own_words import without_prefixes
from mailer.inbound.parse import parse
from mailer.inbound.reply import own_text
from mailer.message import Address, Inbound, clean
from mailer.model.articles import OFFER, UNCONFIRMED, Article, Delivery, DeliveryKind, State, Step
from mailer.model.inbound import Done, Result
from mailer.model.questions import LARGEST_FREE, Choice, Question, Reply
from mailer.office import Office
from mailer.questions import ask

AT_ONCE = 3
"""Articles of one mailbox that wait for its yes at a time; others go to a person."""
_COMMAND = 4
"""The most words of a paragraph that is nothing but the command."""
_BREAK = re.compile(r"\n[ \t]*\n+")


def may_offer(office: Office, sender: Address) -> bool:
    """Whether the sender is on one of the lists whose members may offer articles."""
    return office.is_on_any(office.rules.articles.by, sender)


def offered(office: Office, mail: Inbound, intent: OfferArticle, verdict: Verdict) -> Result:
    """Keep an article that came unasked. Nobody reads it until its address has said that it is theirs (B11).

    Nothing of an unproven mail is opened or repeated (B1). A mail without a text gets to know how one is sent.
    """
    to = Address.parse(mail.author.key, mail.author.name)
    if not _has_article(mail, intent):
        office.write(to, "article-how", {"by": office.rules.name}, in_reply_to="")
        return Result(Done.ARTICLE_EXPLAINED)
    waiting = office.work.articles.of_mailbox(to.base_key, [State.UNCONFIRMED])
    if len(waiting) >= AT_ONCE or len(mail.raw) > LARGEST_FREE or not office.admits("article-confirm", to):
        return Result(Done.SUBMISSION_NOT_TAKEN, {"kind": "article"})
    article = office.work.articles.add(_draft(office, mail, to, authentic=verdict.authentic))
    if verdict.authentic:
        return _take_in(office, mail, article, in_text=intent.in_text)
    draft = Delivery(article=article.id, kind=DeliveryKind.WORDS, received_at=mail.received_at)
    office.work.articles.add_delivery(draft, mail.raw)
    office.record("article offered", article.label, address=article.address, confirmed=False)
    ask(
        office, to, "article-confirm", {"days": UNCONFIRMED.days}, kind=OFFER, subject=article.id,
        state=State.UNCONFIRMED.value, contact=article.contact, valid=UNCONFIRMED,
        prepared={"yes_reply": "yes", "no_reply": "no"}, once=f"article-confirm {article.id}", in_reply_to="",
    )  # fmt: skip
    return Result(Done.ARTICLE_UNCONFIRMED)


def _has_article(mail: Inbound, intent: OfferArticle) -> bool:
    has_files = any(not one.inline for one in mail.attachments)
    return has_files or bool(_text(mail, in_text=intent.in_text).strip())


def _text(mail: Inbound, *, in_text: bool) -> str:
    """The mail's own text without the command, which may stand below a salutation."""
    blocks = [block for block in _BREAK.split(own_text(mail).strip()) if block.strip()]
    above = next((at for at, block in enumerate(blocks[:2]) if _is_command(block)), None) if in_text else None
    return "\n\n".join(blocks if above is None else blocks[above + 1 :])


def _is_command(block: str) -> bool:
    return len(block.split()) <= _COMMAND and not block.rstrip().endswith((",", ":", "!"))


def _draft(office: Office, mail: Inbound, to: Address, *, authentic: bool) -> Article:
    contact = office.work.lists.contact_at(str(to))
    name = contact.details.name if contact else ""
    return Article(
        publication=next(iter(office.rules.publications)),
        title=clean(without_prefixes(mail.subject), 300) if authentic else "",
        address=str(to),
        name=clean(name or (mail.author.name if authentic else ""), 200),
        contact=contact.id if contact else None,
        language=office.language_of(to),
        state=State.OFFERED if authentic else State.UNCONFIRMED,
        unasked=True,
        asked_at=office.now,
        changed_at=office.now,
    )


def _take_in(office: Office, mail: Inbound, article: Article, *, in_text: bool) -> Result:
    """Read what came, and ask the editors whether they want it."""
    contribution = read_contribution(mail, 1, text=_text(mail, in_text=in_text))
    received = receive(office, mail, article, contribution)
    title = received.delivery.title or article.title or clean(without_prefixes(mail.subject), 300)
    named = replace(article, title=title, name=article.name or clean(mail.author.name, 200))
    office.work.articles.save(named)
    office.record("article offered", article.label, address=article.address, confirmed=True)
    came(office, mail, replace(received, article=named))
    return Result(Done.ARTICLE_OFFERED, {"article": article.id})


def state(office: Office, question: Question) -> str:
    article = office.work.articles.by_id(question.subject)
    return article.state.value if article else ""


def confirmed(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """The address says whether the article is theirs; a no erases it. The question's token shows whose it is."""
    article = find(office, question.subject)
    if reply.choice is not Choice.YES:
        office.work.articles.drop(article.id)
        office.record("article disowned", article.label)
        return Result(Done.ARTICLE_DECLINED, {"article": article.id})
    (kept,) = office.work.articles.deliveries(article.id)
    raw = office.work.articles.mail(kept.id)
    made = save(office, article, Step.CONFIRM)
    written = parse(raw, kept.received_at)
    return _take_in(office, written, made, in_text=True)
