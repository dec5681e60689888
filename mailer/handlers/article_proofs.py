"""Proofs of articles: the author sees exactly the words that are printed, and says yes, or which others they want."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import timedelta

from mailer.article_contributions import came, receive, wrote
from mailer.article_mail import find, latest_proof, original, save, tell_editors, write_to_author
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.inbound.articles import read_contribution
from mailer.inbound.limits import TEXT_PASSED_ON
from mailer.inbound.manuscripts import read_reply
from mailer.inbound.reply import own_text, text_for_people
from mailer.message import Inbound
from mailer.model.articles import (
    PROOF,
    PROOF_RULES,
    Article,
    Delivery,
    DeliveryKind,
    Proof,
    State,
    Step,
    digest_of,
)
from mailer.model.inbound import Done, Result
from mailer.model.library_changes import marked
from mailer.model.manuscripts import Unit
from mailer.model.questions import Choice, Question, Reply
from mailer.office import Office
from mailer.phrases import Phrase, phrase

REMIND = timedelta(days=7)
"""How long a proof waits until its author is reminded, and again until the editors are told."""

_SIGNS = str.maketrans({**dict.fromkeys("‘’‚‛′`", "'"), **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‐‑–—", "-")})
"""What mail programs exchange for each other."""


# --- what is shown ---


def prove(office: Office, article: Article, author: str, units: Sequence[Unit], pdf: bytes) -> Proof:
    """Send the author the words of the article in its issue, and its page, marked as a draft (law 4).

    ``author`` is the line with the author's name. Raises Refused if the article is in no folder, or if the author has
    said yes to exactly these words.
    """
    if not article.takes(Step.PROVE):
        raise Refused(f"Article {article.id} is {article.state}: `mailer article take {article.id}` comes first.")
    before, digest = latest_proof(office, article), digest_of(author, units)
    if before and before.digest == digest and article.state in (State.AGREED, State.PROOF):
        said = "has said yes to" if article.state is State.AGREED else "has the proof of"
        raise Refused(f"The author of article {article.id} {said} exactly these words.")
    number = before.number + 1 if before else 1
    draft = Proof(article=article.id, number=number, digest=digest, units=tuple(units), sent_at=office.now)
    proof = office.work.articles.add_proof(draft)
    made = save(office, article, Step.PROVE, remind_at=office.now + REMIND, reminders=0)
    values = {
        "text": office.resources.manuscripts.text(units, article.language, PROOF_RULES),
        "line": author,
        "proof": number,
        "required": office.rules.articles.proof == "required",
    }
    write_to_author(
        office, made, "article-proof", values, once=f"article-proof {made.id} {number}", kind=PROOF,
        state=_state_of(proof), attachments=[Attachment(f"draft-article-{made.id}.pdf", "application/pdf", pdf)],
    )  # fmt: skip
    office.record("draft shown", made.label, to=made.address, proof=number, digest=digest)
    return proof


def _state_of(proof: Proof) -> str:
    return f"proof {proof.number}"


# --- what comes back ---


def state(office: Office, question: Question) -> str:
    """The handler looks at which proof it was; words have an effect until the article is over."""
    article = office.work.articles.by_id(question.subject)
    is_open = (article is not None and article.takes(Step.CORRECT)) or (article and article.state is State.TAKEN)
    return question.state if is_open else "over"


def answered(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Take a yes to exactly the words of a proof, or other words for its paragraphs; give the rest to the editors."""
    article = find(office, question.subject)
    proofs = office.work.articles.proofs(article.id)
    proof = next((one for one in proofs if _state_of(one) == question.state), None)
    if proof is None:
        return wrote(office, mail, article)
    corrections, other = _corrections(office, mail, article, proof)
    contribution = read_contribution(mail, text=other)
    if contribution.documents or contribution.photos or contribution.others:
        return came(office, mail, receive(office, mail, article, contribution))
    if corrections:
        return _corrected(office, mail, article, proof, corrections, other)
    if reply.choice is Choice.YES and own_text(mail).strip():
        is_newest = proof is proofs[-1]
        if reply.words and is_newest and article.state is State.PROOF:
            return _said_more(office, mail, article, proof)
        return _agreed(office, mail, article, proof, is_newest=is_newest)
    return _corrected(office, mail, article, proof, {}, text_for_people(mail))


def _corrections(office: Office, mail: Inbound, article: Article, proof: Proof) -> tuple[Mapping[int, str], str]:
    """The paragraphs of the proof that have other words in the mail; and what else it says."""
    sent = office.resources.manuscripts.text(proof.units, article.language, PROOF_RULES)
    returned = read_reply(mail, proof.units, sent)
    own = {unit.number: unit.text for unit in proof.units}
    changed = {
        number: text
        for number, text in returned.texts.items()
        if number in own and text.strip() and _plain(text) != _plain(own[number])
    }
    return changed, returned.other if changed else own_text(mail)


def _plain(text: str) -> str:
    """The text without what mail programs change by themselves."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_SIGNS).split())


def _agreed(office: Office, mail: Inbound, article: Article, proof: Proof, *, is_newest: bool) -> Result:
    """A yes counts for the newest proof alone, as long as its words are asked about."""
    if not is_newest or article.state is not State.PROOF:
        reason = (
            phrase("you have said yes to it before")
            if is_newest and article.state is State.AGREED
            else phrase("the text has changed since; you get the proof of what it is then")
        )
        return _without_effect(office, mail, article, reason)
    office.work.articles.agree(proof.id, office.now)
    made = save(office, article, Step.AGREE, remind_at=None, reminders=0)
    office.record("proof agreed to", made.label, proof=proof.number, digest=proof.digest, by=made.address)
    values = {"proof": proof.number, "digest": proof.digest[:12]}
    write_to_author(
        office, made, "article-agreed", values, once=f"article-agreed {made.id} {proof.number}",
        in_reply_to=mail.message_id, kind=PROOF, state=_state_of(proof),
    )  # fmt: skip
    tell_editors(office, made, "article-settled", values, once=f"article-settled {made.id} {proof.number}")
    return Result(Done.ARTICLE_AGREED, {"article": made.id, "proof": proof.number})


def _said_more(office: Office, mail: Inbound, article: Article, proof: Proof) -> Result:
    """Ask for a yes alone: what stands beside this one may want other words."""
    result = wrote(office, mail, article)
    write_to_author(
        office, article, "article-only-yes", {"proof": proof.number}, once=f"article-only-yes {office.cause}",
        in_reply_to=mail.message_id, kind=PROOF, state=_state_of(proof),
    )  # fmt: skip
    return result


def _without_effect(office: Office, mail: Inbound, article: Article, reason: Phrase) -> Result:
    values = {"issue": article.title, "reason": reason, "about": article.title, "written": office.now}
    office.write(
        article.author, "question-refused", values, language=article.language, in_reply_to=mail.message_id,
        once=f"article-refused {article.id} {office.today}",
    )  # fmt: skip
    return Result(Done.REPLY_WITHOUT_EFFECT, {"addressee": article.address, "reason": reason})


def _corrected(
    office: Office, mail: Inbound, article: Article, proof: Proof, corrections: Mapping[int, str], words: str
) -> Result:
    """Show the editors which words differ. A yes that was given before does not hold any more."""
    draft = Delivery(
        article=article.id,
        kind=DeliveryKind.CORRECTION,
        received_at=mail.received_at,
        beside=words.strip()[:TEXT_PASSED_ON],
        proof=proof.number,
        corrections=corrections,
    )
    delivery = office.work.articles.add_delivery(draft, mail.raw)
    if article.state is State.AGREED:
        office.work.articles.agree(proof.id, None)
    made = save(office, article, Step.CORRECT, remind_at=None) if article.takes(Step.CORRECT) else article
    office.record("article corrected", made.label, proof=proof.number, paragraphs=sorted(corrections))
    attached = original(office, delivery, mail.raw)
    values = {
        "changes": changes(proof, corrections),
        "words": delivery.beside,
        "was_agreed": article.state is State.AGREED,
        "original": attached[0].filename if attached else "",
    }
    once = f"article-corrected {delivery.id}"
    tell_editors(office, made, "article-corrected", values, once=once, attachments=attached)
    write_to_author(
        office, made, "article-correcting", {"count": len(corrections), "has_words": bool(delivery.beside)},
        once=f"article-correcting {delivery.id}", in_reply_to=mail.message_id,
    )  # fmt: skip
    return Result(Done.ARTICLE_CORRECTED, {"article": made.id, "paragraphs": len(corrections)})


def changes(proof: Proof, corrections: Mapping[int, str]) -> list[tuple[int, str]]:
    """The paragraphs that differ, by number, with ``{+ +}`` around what is added and ``[- -]`` around what is not."""
    own = {unit.number: unit.text for unit in proof.units}
    return [(number, marked(own[number], text)) for number, text in sorted(corrections.items()) if number in own]


def outstanding(office: Office, article: Article) -> list[Delivery]:
    """The corrections that are in no folder yet, the oldest first."""
    came = office.work.articles.deliveries(article.id)
    proof = latest_proof(office, article)
    number = proof.number if proof else 0
    return [
        one
        for one in came
        if one.kind is DeliveryKind.CORRECTION and one.corrections and not one.applied_at and one.proof == number
    ]
