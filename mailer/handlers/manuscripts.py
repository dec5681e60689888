"""What translators return: paragraphs, corrections, a yes to the proof, and words for a person."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from itertools import groupby
from typing import Any

from mailer import grants, translators
from mailer.approval.ballots import withdraw
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.inbound.answers import Answer, read_decision
from mailer.inbound.attachments import contents
from mailer.inbound.intents import StaffReply
from mailer.inbound.manuscripts import read_reply, read_text
from mailer.inbound.reply import own_text, text_for_people
from mailer.inbound.words.manuscripts import AS_WRITTEN
from mailer.message import Address, Inbound
from mailer.model import editions
from mailer.model.alignment import Alignment, Finding, Trouble, align
from mailer.model.editions import KIND, LINKS, ChangedLink, Event, Form, Paragraph, State, Translation
from mailer.model.inbound import Done, Folder, Result
from mailer.model.issues import Edition, Issue, Source
from mailer.model.manuscripts import KIND_NAMES, Kind, Returned, Unit, Unreadable, document_kind
from mailer.model.notices import DraftEdition
from mailer.model.staff import StaffNotice
from mailer.office import Office
from mailer.phrases import phrase
from mailer.staff import answer_unclear, renew, write_to_staff
from mailer.translators import find, in_charge, issue_of, name_of, next_reminder, pass_on, save, send_copy, values_of

SHOWN = 40
"""Paragraphs that one mail asks back."""
ANSWERS_A_DAY = 30
"""Mails with questions that a translator gets in a day; what comes is kept all the same."""
TRIES = 3
"""How often a proof is begun that ends the process, or fails for a reason that is not the translator's."""
_WORDS = 3
"""Words beside the paragraphs that say nothing to a person."""
_FILE = 20_000_000
"""Octets of a file that is looked at."""
_FILES = 8
"""Files of one mail that are read; each takes a process, and seconds at worst."""
_NUMBER = re.compile(r"\d{1,4}")
_SUFFIX = re.compile(r"\b(odt|docx)\b", re.IGNORECASE)


# --- a reply ---


def state(office: Office, notice: StaffNotice) -> str:
    """A translator can answer any mail about what is under way; the handler looks at which proof it was."""
    translation = office.work.editions.by_id(notice.subject)
    return notice.state if translation and translation.is_open else "over"


def everything(mail: Inbound) -> object:
    """What of a reply has an effect: it has to be the same as it was signed (A40)."""
    files = [hashlib.sha256(data).hexdigest() for _, data in contents(mail)]
    return own_text(mail), text_for_people(mail), files


def answer(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Keep the paragraphs that a translator returns, take a yes to the proof, and pass on what else they write."""
    renew(office, notice)  # they may answer in several mails
    translation = find(office, notice.subject)
    issue = issue_of(office, translation)
    units = translators.units_of(office, issue, translation)
    try:
        returned = _returned(office, mail, translation, units, within=notice.state == translators.COPY)
    except Unreadable as fault:
        pass_on(office, issue, translation, mail)
        return answer_unclear(office, notice, mail, fault.reason)
    if returned:
        return _keep(office, mail, issue, translation, units, returned)
    said = read_decision(mail, reply.text)
    if translation.may(Event.RETURN) and (numbers := _as_written(reply, units)):
        office.work.editions.stand(translation.id, numbers)
        return _check(office, mail, issue, translation, units, came=0)
    if said is Answer.YES and notice.state.startswith("proof"):
        return _agree(office, mail, issue, translation, notice)
    if said is Answer.NO and translation.state in (State.ASKED, State.RETURNED):
        translators.end(office, issue, translation, phrase("its translator does not translate it"), tell=False)
        values = {**values_of(office, issue, translation), "reason": phrase("its translator does not translate it")}
        office.tell_secretary("translation-ended", values, once=f"translation-ended {translation.id}")
        return Result(Done.TRANSLATION_DECIDED, {**_named(issue, translation), "word": "refused by its translator"})
    if (form := _form(reply)) and grants.holds(office, issue):
        changed = replace(translation, form=form)
        office.work.editions.save(changed)
        send_copy(office, issue, changed, once=f"translation-copy {translation.id} {office.cause}"[:200])
        return Result(Done.TRANSLATION_OFFERED, {**_named(issue, translation), "address": translation.address})
    pass_on(office, issue, translation, mail)
    return Result(Done.TRANSLATOR_WROTE, _named(issue, translation))


def _named(issue: Issue, translation: Translation) -> dict[str, object]:
    return {"issue": issue.name, "language": translation.language}


def _returned(
    office: Office, mail: Inbound, translation: Translation, units: Sequence[Unit], *, within: bool
) -> Returned:
    """What is in the reply itself and in its files; what is in a file counts before what is in the text.

    ``within``: whether they may have written within what they quote, because it is the text that they got. Raises
    Unreadable if a file that looks like a translation cannot be read.
    """
    sent = office.resources.manuscripts.text(units, office.language_of(Address.parse(translation.address)))
    found = read_reply(mail, units, sent) if within else read_text(own_text(mail), units, sent)
    documents = [(document_kind(file.name, file.media_type), data) for file, data in contents(mail)]
    documents = [(kind, data) for kind, data in documents if kind is not None and len(data) <= _FILE]
    if len(documents) > _FILES:
        raise Unreadable(phrase("it is too large"))
    for kind, data in documents:
        assert kind is not None
        found = found.with_more(read_text(office.resources.manuscripts.read(data, kind), units, sent))
    return found


def _as_written(reply: StaffReply, units: Sequence[Unit]) -> list[int]:
    """The paragraphs that the translator stands by: “as written 12, 14”; without a number, all."""
    first = " ".join(reply.first.casefold().split())
    words = next((words for words in AS_WRITTEN if first.startswith(words)), "")
    if not words:
        return []
    numbers = [int(number) for number in _NUMBER.findall(first.removeprefix(words))]
    known = [unit.number for unit in units]
    return [number for number in numbers if number in known] if numbers else known


def _form(reply: StaffReply) -> Form | None:
    """A wish for the text in another form, as one short line."""
    found = _SUFFIX.search(reply.first) if len(reply.first.split()) <= 6 else None
    return Form(found[1].lower()) if found else None


# --- paragraphs ---


def _keep(
    office: Office, mail: Inbound, issue: Issue, translation: Translation, units: Sequence[Unit], returned: Returned
) -> Result:
    """Keep what came."""
    if not translation.may(Event.RETURN):
        pass_on(office, issue, translation, mail)
        values = {**values_of(office, issue, translation), "state": editions.STATE_NAMES[translation.state]}
        to = Address.parse(translation.address)
        office.write(to, "translation-closed", values, in_reply_to=mail.message_id)
        return Result(Done.TRANSLATION_CLOSED, _named(issue, translation))
    known = office.work.editions.paragraphs(translation.id)
    numbers = {unit.number for unit in units}
    new = {number: text for number, text in returned.texts.items() if number in numbers and text.strip()}
    changed = {number: text for number, text in new.items() if number not in known or known[number].text != text}
    office.work.editions.put(translation.id, changed, office.now)
    office.record("paragraphs returned", name_of(issue, translation), edition=translation.id, paragraphs=len(new))
    if len(returned.other.split()) > _WORDS:
        pass_on(office, issue, translation, mail)
    return _check(office, mail, issue, translation, units, len(new), returned)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is still open of a translation."""

    alignment: Alignment
    questions: Sequence[tuple[Unit, str, Sequence[Finding]]]
    """What the translator is asked: the original, what came, and what differs."""
    links: Sequence[ChangedLink]
    """What those in charge are asked."""

    @property
    def is_whole(self) -> bool:
        return self.alignment.complete and not self.questions and not self.links


def _check(
    office: Office,
    mail: Inbound,
    issue: Issue,
    translation: Translation,
    units: Sequence[Unit],
    came: int,
    returned: Returned | None = None,
) -> Result:
    """Compare what there is with the original; ask back what differs, or have the proof made."""
    source = translators.source_of(office, issue, translation)
    standing = _standing(office, translation, units, source, returned)
    due_at = next_reminder(office, issue)
    ready = office.now if standing.is_whole else None
    changed = _begin_again(office, translation, due_at=due_at, ready_at=ready)
    _ask_for_links(office, issue, changed, standing.links)
    if not standing.is_whole:
        _ask_back(office, mail, issue, changed, standing, came)
    return Result(Done.PARAGRAPHS_KEPT, {**_named(issue, translation), "paragraphs": came})


def _begin_again(office: Office, translation: Translation, **changes: Any) -> Translation:
    """Have it returned, whatever it was. A board that was asked about it as it was is not asked any more."""
    if translation.state is State.SUBMITTED:
        withdraw(office, KIND, translation.id)
        name = name_of(issue_of(office, translation), translation)
        office.record("edition taken back", name, edition=translation.id, proof=translation.proof)
    return save(office, translation, Event.RETURN, tries=0, **changes)


def _standing(
    office: Office, translation: Translation, units: Sequence[Unit], source: Source, returned: Returned | None = None
) -> Standing:
    paragraphs = office.work.editions.paragraphs(translation.id)
    texts = {number: paragraph.text for number, paragraph in paragraphs.items()}
    extra = {number: text for number, text in (returned.texts if returned else {}).items() if number not in texts}
    twice = returned.twice if returned else {}
    alignment = align(units, Returned({**texts, **extra}, twice), source.language, translation.language)
    links = _links(office, translation, alignment)
    questions = []
    for difference in alignment.differences:
        number = difference.unit.number
        open_ones = [
            finding
            for finding in difference.findings
            if _is_open(finding, paragraphs[number], [link for link in links if link.number == number])
        ]
        if open_ones:
            questions.append((difference.unit, difference.came, open_ones))
    return Standing(alignment, questions, [link for link in links if link.answer is editions.Answer.OPEN])


STANDS = frozenset({Trouble.NUMBERS, Trouble.NAMES, Trouble.UNTRANSLATED, Trouble.LENGTH, Trouble.TWICE})
"""Differences that may be right: the translator can say so."""


def _is_open(finding: Finding, paragraph: Paragraph, links: Sequence[ChangedLink]) -> bool:
    """Whether the translator has to be asked about it."""
    if not finding.certain:
        return False
    if finding.trouble is Trouble.LINKS and links:
        asked = {address for link in links for address in (link.was, link.now)}
        return not asked.issuperset(finding.addresses) or any(link.answer is editions.Answer.NO for link in links)
    return not (paragraph.as_written and finding.trouble in STANDS)


def _links(office: Office, translation: Translation, alignment: Alignment) -> Sequence[ChangedLink]:
    """The changed links, as they are stored now, each with its paragraph."""
    found = []
    for difference in alignment.differences:
        own = {*difference.unit.links, *difference.unit.addresses}
        for was, now in alignment.links.items():
            if any(was.endswith(address) for address in own) and now.split(":", 1)[-1].lstrip("/") in difference.came:
                found.append((difference.unit.number, was, now))
    office.work.editions.put_links(translation.id, found)
    return office.work.editions.links(translation.id)


def _ask_back(
    office: Office, mail: Inbound, issue: Issue, translation: Translation, standing: Standing, came: int
) -> None:
    """Say what came and what is missing, and show what differs, paragraph by paragraph."""
    counter = f"translation-back {translation.id}"
    if office.work.caps.counts([counter], office.today).get(counter, 0) >= ANSWERS_A_DAY:
        return
    office.work.caps.count([counter], office.today)
    alignment = standing.alignment
    questions = [
        {
            "number": unit.number,
            "kind": "" if unit.kind is Kind.PARAGRAPH else KIND_NAMES[unit.kind],
            "original": unit.text,
            "came": text,
            "words": [finding.words for finding in findings],
        }
        for unit, text, findings in standing.questions[:SHOWN]
    ]
    values = {
        "came": came,
        "returned": len(alignment.texts),
        "total": len(alignment.units),
        "missing": ranges(unit.number for unit in alignment.missing),
        "extra": ranges(number for number, _ in alignment.extra),
        "questions": questions,
        "more": len(standing.questions) - len(questions),
        "links": [(link.was, link.now) for link in standing.links],
        "refused": _refused(office, translation, standing),
        "numbers": ", ".join(
            str(unit.number)
            for unit, _, findings in standing.questions[:SHOWN]
            if all(finding.trouble in STANDS for finding in findings)
        ),
    }
    once = f"translation-back {translation.id} {office.cause}"[:200]
    translators.tell_translator(
        office, issue, translation, "translation-back", values, once=once, in_reply_to=mail.message_id
    )


def _refused(office: Office, translation: Translation, standing: Standing) -> list[tuple[int, str, str]]:
    """The changed links that an editor has refused, and that still stand."""
    asked = {unit.number for unit, _, _ in standing.questions}
    links = [link for link in office.work.editions.links(translation.id) if link.answer is editions.Answer.NO]
    return [(link.number, link.was, link.now) for link in links if link.number in asked]


def ranges(numbers: Iterable[int]) -> str:
    """The numbers as people write them: ``3, 5–9``."""
    found = []
    for _, run in groupby(enumerate(sorted(set(numbers))), lambda pair: pair[1] - pair[0]):
        row = [number for _, number in run]
        found.append(str(row[0]) if len(row) == 1 else f"{row[0]}–{row[-1]}")
    return ", ".join(found)


# --- changed links ---


def _ask_for_links(office: Office, issue: Issue, translation: Translation, links: Sequence[ChangedLink]) -> None:
    """Ask those in charge whether the changed links may stand."""
    if not links:
        return
    values = {**values_of(office, issue, translation), "links": [(link.number, link.was, link.now) for link in links]}
    state = _state_of_links(links)
    for person in in_charge(office, issue):
        write_to_staff(
            office,
            person,
            "edition-links",
            dict(values),
            kind=LINKS,
            subject=translation.id,
            state=state,
            about=f"{values['publication']} {issue.number} ({translation.language})",
            once=f"edition-links {translation.id} {state}",
            prepared={"yes_reply": "YES", "no_reply": "NO"},
        )


def _state_of_links(links: Sequence[ChangedLink]) -> str:
    """All links that are open, so that a yes counts for no other link than those that the mail has shown."""
    open_ones = " ".join(str(link.id) for link in links if link.answer is editions.Answer.OPEN)
    return hashlib.sha256(open_ones.encode()).hexdigest() if open_ones else ""


def state_of_links(office: Office, notice: StaffNotice) -> str:
    """The links that wait for an answer."""
    return _state_of_links(office.work.editions.links(notice.subject))


def answer_links(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Let the changed links stand, or ask the translator for the original's."""
    translation = find(office, notice.subject)
    issue = issue_of(office, translation)
    said = read_decision(mail, reply.text)
    if said is Answer.OTHER:
        return answer_unclear(office, notice, mail, phrase("it says neither YES nor NO"))
    open_ones = [link for link in office.work.editions.links(translation.id) if link.answer is editions.Answer.OPEN]
    office.work.editions.answer_links([link.id for link in open_ones], yes=said is Answer.YES)
    word = "agreed to" if said is Answer.YES else "refused"
    office.record(
        "links decided",
        name_of(issue, translation),
        edition=translation.id,
        links=[one.now for one in open_ones],
        word=word,
    )
    if translation.may(Event.RETURN):
        _check(office, mail, issue, translation, translators.units_of(office, issue, translation), came=0)
    return Result(Done.TRANSLATION_DECIDED, {**_named(issue, translation), "word": f"links {word}"}, Folder.PROCESSED)


# --- the proof ---


@dataclass(frozen=True, slots=True)
class Wanted:
    """A proof that is to be made."""

    translation: Translation
    issue: Issue
    source: Source
    """The original in the language of the edition, with all that came."""


def _waiting(office: Office) -> list[Translation]:
    waiting = [one for one in office.work.editions.in_states([State.RETURNED]) if one.ready_at is not None]
    return sorted(waiting, key=lambda one: (one.tries, one.id))


def waits(office: Office) -> bool:
    """Whether a proof is to be made."""
    return bool(_waiting(office))


def begin(office: Office) -> Translation | None:
    """The translation whose proof is to be made next, with this try counted; None if there is none."""
    for translation in _waiting(office):
        if translation.tries < TRIES:
            begun = replace(translation, tries=translation.tries + 1)
            office.work.editions.save(begun)
            return begun
        issue = issue_of(office, translation)
        _give_up_proof(office, issue, translation, [phrase("The pages cannot be set; a person looks at it.")])
    return None


def wanted(office: Office, begun: Translation) -> Wanted:
    """What the proof is made from. Raises ConfigError if the paragraphs make no issue."""
    issue = issue_of(office, begun)
    return Wanted(begun, issue, translated(office, issue, begun))


def translated(office: Office, issue: Issue, translation: Translation) -> Source:
    """The original in the language of the edition. Raises ConfigError if the paragraphs make no issue."""
    texts = {number: one.text for number, one in office.work.editions.paragraphs(translation.id).items()}
    agreed = {
        link.was: link.now for link in office.work.editions.links(translation.id) if link.answer is editions.Answer.YES
    }
    source = translators.source_of(office, issue, translation)
    return office.resources.manuscripts.translated(source, texts, translation.language, translation.credit, agreed)


def _is_wanted(translation: Translation, ready_at: datetime | None) -> bool:
    """Whether nothing came since the proof was begun."""
    return translation.state is State.RETURNED and translation.ready_at == ready_at is not None


def keep_proof(office: Office, began: Translation, edition: Edition, title: str) -> bool:
    """Keep what was set, and send it to the translator; False if paragraphs came meanwhile."""
    translation = find(office, began.id)
    if not _is_wanted(translation, began.ready_at):
        return False
    issue = issue_of(office, translation)
    office.work.editions.keep(translation, edition, office.now)
    due_at = next_reminder(office, issue)
    number = translation.proof + 1
    save(office, translation, Event.PROVE, ready_at=None, tries=0, proof=number, title=title, due_at=due_at)
    office.record(
        "proof made", name_of(issue, translation), edition=translation.id, proof=number, digest=edition.digest
    )
    send_proof(office, issue, find(office, translation.id), edition)
    return True


def send_proof(office: Office, issue: Issue, translation: Translation, edition: Edition) -> None:
    """Show the translator the edition as its readers will get it, marked as a draft (law 4)."""
    to = Address.parse(translation.address)
    filled = edition.filled(edition.text, str(to)), edition.filled(edition.html, escape(str(to)), leave="#")
    draft = DraftEdition(translation.language, *filled, edition.pictures)
    name = office.rules.publication(issue.publication).pdf_name(issue.number, translation.language)
    values = {
        "proof": translation.proof,
        "pages": edition.pages,
        "warnings": list(edition.warnings),
        "draft": {"text": draft.text, "html": draft.html, "tag": translation.language},
        "deadline": translation.due_at or office.now,
    }
    translators.tell_translator(
        office,
        issue,
        translation,
        "translation-proof",
        values,
        once=f"translation-proof {translation.id} {translation.proof}",
        proof=translation.proof,
        attachments=[Attachment(f"draft-{name}", "application/pdf", edition.pdf)],
        drafts=[draft],
        prepared={"yes_reply": "YES"},
    )
    about = {"to": translation.address, "proof": translation.proof, "digest": edition.digest}
    office.record("draft shown", name_of(issue, translation), **about)


def prove_again(office: Office, issue: Issue, translation: Translation) -> None:
    """Have a proof made of what there is, after a fault. Raises Refused, and says what is open, if it is not whole."""
    units, source = translators.units_of(office, issue, translation), translators.source_of(office, issue, translation)
    standing = _standing(office, translation, units, source)
    if not standing.is_whole:
        missing, open_ones = len(standing.alignment.missing), len(standing.questions) + len(standing.links)
        raise Refused(f"The translation is not whole: {missing} paragraphs are missing, {open_ones} are open.")
    _begin_again(office, translation, ready_at=office.now)
    office.record("proof asked for", name_of(issue, translation), edition=translation.id)


def proof_failed(office: Office, began: Translation, faults: Sequence[str]) -> None:
    """Tell the secretary why the paragraphs make no issue, and the translator what they can mend of it."""
    translation = find(office, began.id)
    if _is_wanted(translation, began.ready_at):
        _give_up_proof(office, issue_of(office, translation), translation, faults)


def _give_up_proof(office: Office, issue: Issue, translation: Translation, faults: Sequence[str]) -> None:
    office.work.editions.save(replace(translation, ready_at=None, due_at=next_reminder(office, issue)))
    values = {**values_of(office, issue, translation), "faults": list(faults)[:SHOWN]}
    once = f"translation-fault {translation.id} {office.now.isoformat()}"
    to_mend = {"paragraphs": _unprintable(office, translation)[:SHOWN]}
    translators.tell_translator(office, issue, translation, "translation-fault", to_mend, once=once)
    office.tell_secretary("edition-fault", values, once=f"edition-fault {translation.id} {office.now.isoformat()}")
    office.record("proof failed", name_of(issue, translation), edition=translation.id, faults=len(faults))


def _draft_pdf(office: Office, issue: Issue, translation: Translation) -> Attachment:
    """The newest proof's pages, for those who are asked about it (law 4)."""
    assert translation.edition is not None
    name = office.rules.publication(issue.publication).pdf_name(issue.number, translation.language)
    return Attachment(f"draft-{name}", "application/pdf", office.work.issues.edition(translation.edition.id).pdf)


def _unprintable(office: Office, translation: Translation) -> list[tuple[int, str]]:
    """The paragraphs with signs that no font has, which the translator can do without; none if it is their script."""
    if office.resources.renderer.cure(translation.language):
        return []
    paragraphs = office.work.editions.paragraphs(translation.id)
    found = {number: office.resources.renderer.unprintable(one.text) for number, one in sorted(paragraphs.items())}
    return [(number, " ".join(signs[:20])) for number, signs in found.items() if signs]


def _agree(office: Office, mail: Inbound, issue: Issue, translation: Translation, notice: StaffNotice) -> Result:
    """The translator says yes to a proof. To the newest one it counts; it is no grant."""
    if translation.state is not State.PROOF or notice.state != f"proof {translation.proof}":
        reason = (
            phrase("there is a newer proof, or it is being made")
            if translation.state in (State.PROOF, State.RETURNED)
            else phrase("you have said yes to it before")
        )
        return answer_unclear(office, notice, mail, reason, again=False)
    agreed = save(office, translation, Event.AGREE, due_at=None)
    digest = agreed.edition.digest if agreed.edition else ""
    name = name_of(issue, agreed)
    office.record("proof agreed to", name, edition=agreed.id, proof=agreed.proof, digest=digest, by=agreed.address)
    values = values_of(office, issue, agreed)
    to = Address.parse(agreed.address)
    office.write(
        to, "translation-agreed", values, in_reply_to=mail.message_id, once=f"agreed {agreed.id} {agreed.proof}"
    )
    attached = [_draft_pdf(office, issue, agreed)] if agreed.edition else []
    for person in in_charge(office, issue):
        written = write_to_staff(
            office,
            person,
            "edition-agreed",
            dict(values),
            kind=editions.AGREED_NOTICE,
            subject=agreed.id,
            state=f"{agreed.state} {agreed.proof}",
            about=f"{values['publication']} {issue.number} ({agreed.language})",
            once=f"edition-agreed {agreed.id} {agreed.proof}",
            prepared={"yes_reply": "YES"},
            attachments=attached,
        )
        if written and attached:
            office.record("draft shown", name, to=str(person), proof=agreed.proof, digest=digest)
    return Result(Done.PROOF_AGREED, _named(issue, agreed))
