"""How the office deals with presenters: it writes to them, and takes them into the bank or out of it.

To register is to agree to the published scope of the task. Who is approved gets the kit and the questions, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from mailer import grants
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.holders import Holder
from mailer.model.inbound import Done, Result
from mailer.model.library import FAQ, KIT, SCOPE, Version, originals
from mailer.model.lists import Contact, Standing
from mailer.model.media_types import media_type_of
from mailer.model.parts import divided
from mailer.model.presenters import KIND, QUESTIONNAIRE, Event, Presenter, State, advance
from mailer.model.questionnaires import Filled, shown
from mailer.model.submissions import State as SubmissionState
from mailer.office import Office
from mailer.phrases import phrase
from mailer.questions import ask
from mailer.staff import write_to_staff
from mailer.submissions import decide

LONGEST = 20_000
"""Characters that a notice repeats of what somebody wrote beside the lines."""


class Papers(NamedTuple):
    """The documents that presenters work with, as they are published now."""

    given: str
    """Their versions: ``faq 1.0, kit 1.2, scope 1.0``."""
    scope: Version | None
    versions: Sequence[Version]
    mails: Sequence[Sequence[Attachment]]
    """The files, divided among as many mails as they need."""
    attached: Sequence[str]
    """What the first mail has: titles with the versions, and names of files."""
    too_large: Sequence[str]
    """What no mail has."""
    site: str = ""
    """Where that is found on the web; empty where it is not."""

    @property
    def attachments(self) -> Sequence[Attachment]:
        """Those of the first mail."""
        return self.mails[0] if self.mails else ()


def papers(office: Office, keys: Sequence[str] = (SCOPE, KIT, FAQ), *, files: bool = False) -> Papers:
    """What is published, with a grant; attached are as many as fit. ``files``: those of the kit, too."""
    found = [(key, one) for key in keys if (one := grants.published_document(office, key))]
    offered: dict[str, Attachment] = {}
    titles: dict[str, str] = {}
    for _, (version, printed) in found:
        pdf = f"{version.stem}.pdf"
        offered[pdf] = Attachment(pdf, "application/pdf", printed.pdf)
        titles[pdf] = f"{version.title} {version.number}"
        for name, content in office.work.library.files(version.id).items() if files else ():
            offered[name] = Attachment(name, media_type_of(name), content)
    rules, sizes = office.rules.presenters, {name: len(one.data) for name, one in offered.items()}
    parts = divided(sizes, rules.attach_bytes, rules.mails if files else 1)
    given = ", ".join(sorted(f"{key} {version.number}" for key, (version, _) in found))
    scope = next((version for key, (version, _) in found if key == SCOPE), None)
    shown = all(office.rules.site.shows(key) for key in keys)
    return Papers(
        given,
        scope,
        [version for _, (version, _) in found],
        [[offered[name] for name in names] for names in parts.mails],
        [titles.get(name, name) for name in (parts.mails[0] if parts.mails else ())],
        [titles.get(name, name) for name in parts.left],
        office.rules.site.url if shown else "",
    )


def hand_over(office: Office, presenter: Presenter, notice: str, own: Papers, cause: str) -> None:
    """Send the documents with this notice, in as many mails as they need, and note who has which version."""
    once = f"{cause} part 1"
    write_to(office, presenter, notice, documents_of(own), once=once, attachments=own.attachments)
    to = Address.parse(presenter.address, presenter.name)
    for part, attachments in enumerate(own.mails[1:], start=2):
        files = [one.filename for one in attachments]
        values = {"name": presenter.label, "part": part, "parts": len(own.mails), "files": files}
        office.write(to, "presenter-part", values, once=f"{cause} part {part}", attachments=attachments)
    for version in own.versions:
        mails = max(1, len(own.mails))
        office.work.holders.add(Holder(version.id, presenter.contact, office.now, mails, cause, tuple(own.too_large)))


def scope_at(office: Office, time: datetime) -> str:
    """The number of the scope that was published then; empty if none was."""
    for version in originals(office.work.library.versions(SCOPE)):
        if (
            version.published_at
            and version.published_at <= time
            and not (version.ended_at and version.ended_at <= time)
        ):
            return str(version.number)
    return ""


# --- mail to them ---


def state_of(presenter: Presenter | None) -> str:
    """The state that an answer of a presenter depends on."""
    return "under way" if presenter is not None and presenter.is_under_way else ""


def write_to(
    office: Office,
    presenter: Presenter,
    notice: str,
    values: Mapping[str, object],
    *,
    in_reply_to: str | None = None,
    once: str = "",
    attachments: Sequence[Attachment] = (),
    person: bool = False,
) -> bool:
    """Write to a presenter, with their lines, which a reply changes."""
    asked = ask(
        office,
        Address.parse(presenter.address, presenter.name),
        notice,
        {"name": presenter.label, **values},
        kind=KIND,
        subject=presenter.id,
        state=state_of(presenter),
        about=str(phrase("your registration as a presenter")),
        contact=presenter.contact,
        questionnaire=QUESTIONNAIRE,
        offered=presenter.values,
        in_reply_to=in_reply_to,
        once=once,
        attachments=attachments,
        by_person=person,
    )
    return asked is not None


# --- registration ---


def register(
    office: Office, contact: Contact, values: Mapping[str, str], asked_at: datetime, words: str = ""
) -> Presenter:
    """A registration whose address is proven: a person is asked to decide."""
    before = office.work.presenters.of_contact(contact.id)
    scope = scope_at(office, asked_at)
    if before is None:
        blank = _blank(office, contact)
        presenter = replace(blank.with_values(values, office.rules.presenters.topics), scope=scope)
        presenter = office.work.presenters.add(presenter)
        office.record("registered", f"presenter {presenter.id}", address=contact.address, scope=scope)
    else:
        changed = before.with_values(values, office.rules.presenters.topics)
        presenter = save(
            office, replace(changed, state=advance(before.state, Event.REGISTER), scope=scope), "registered"
        )
    if presenter.state is State.REGISTERED:
        tell_secretary(office, presenter, words)
    return presenter


def _blank(office: Office, contact: Contact) -> Presenter:
    return Presenter(
        id=0,
        contact=contact.id,
        address=contact.address,
        name="",
        organisation="",
        country="",
        languages=(),
        regions=(),
        topics=(),
        experience="",
        busy=(),
        may_publish=False,
        state=State.REGISTERED,
        scope="",
        registered_at=office.now,
        changed_at=office.now,
    )


def save(office: Office, presenter: Presenter, action: str, **detail: object) -> Presenter:
    saved = replace(presenter, changed_at=office.now)
    office.work.presenters.save(saved)
    office.record(action, f"presenter {saved.id}", address=saved.address, **detail)
    return saved


def tell_secretary(office: Office, presenter: Presenter, words: str) -> None:
    values: dict[str, object] = {
        "number": presenter.id,
        "name": presenter.label,
        "address": presenter.address,
        "fields": shown(QUESTIONNAIRE, presenter.values),
        "scope": presenter.scope,
        "words": words[:LONGEST],
        "known": [topic for topic in presenter.topics if topic in office.rules.presenters.topics],
    }
    write_to_staff(
        office,
        office.rules.secretary,
        "presenter-registered",
        values,
        kind=KIND,
        subject=presenter.id,
        state=version_of(presenter),
        about=f"presenter {presenter.id}",
        once=f"presenter-registered {presenter.id} {office.now.isoformat()}",
        prepared={"yes_reply": "YES", "no_reply": "NO"},
        regardless=True,
    )


def version_of(presenter: Presenter) -> str:
    return f"{presenter.state} {presenter.changed_at:%Y-%m-%dT%H:%M:%S.%f}"


# --- the bank ---


def find(office: Office, number: int) -> Presenter:
    """Raises Refused if there is none."""
    presenter = office.work.presenters.by_id(number)
    if presenter is None:
        raise Refused(f"There is no presenter {number}: see `mailer presenters ls`.")
    return presenter


def approve(office: Office, presenter: Presenter) -> Presenter:
    """Take them into the bank, and give them the documents. Raises Refused."""
    bank = office.rules.presenters.bank
    office.rules.list_rules(bank)
    approved = replace(presenter, state=advance(presenter.state, Event.APPROVE), approved_at=office.now)
    office.work.lists.set_standing(bank, presenter.contact, Standing.ACTIVE, office.now, office.cause)
    _close(office, presenter, SubmissionState.ACCEPTED)
    documents = papers(office, files=True)
    saved = save(office, replace(approved, given=documents.given), "approved", bank=bank)
    cause = f"presenter-approved {saved.id} {office.now.isoformat()}"
    hand_over(office, saved, "presenter-approved", documents, cause)
    return saved


def documents_of(documents: Papers) -> dict[str, object]:
    return {
        "attached": list(documents.attached),
        "too_large": list(documents.too_large),
        "parts": len(documents.mails),
        "site": documents.site,
    }


def decline(office: Office, presenter: Presenter, words: str = "") -> Presenter:
    """Do not take them into the bank; ``words`` of the secretary go to them. Raises Refused."""
    declined = replace(presenter, state=advance(presenter.state, Event.DECLINE))
    _close(office, presenter, SubmissionState.DECLINED)
    saved = save(office, declined, "declined")
    to = Address.parse(saved.address, saved.name)
    office.write(to, "presenter-declined", {"name": saved.label, "words": words}, by_person=bool(words))
    return saved


def question(office: Office, presenter: Presenter, words: str) -> None:
    """Pass a question of the secretary to a presenter, who corrects the lines or answers in words."""
    office.record("asked", f"presenter {presenter.id}", address=presenter.address)
    write_to(office, presenter, "presenter-question", {"words": words}, person=True)


def retire(office: Office, presenter: Presenter, reason: str = "", *, tell: bool = True) -> Presenter:
    """Take them out of the bank. Raises Refused."""
    retired = replace(presenter, state=advance(presenter.state, Event.RETIRE))
    bank = office.rules.presenters.bank
    if bank and office.work.lists.standing(bank, presenter.contact) is Standing.ACTIVE:
        by_themselves = office.actor.lower() == presenter.address.lower()
        standing = Standing.LEFT if by_themselves else Standing.REMOVED
        office.work.lists.set_standing(bank, presenter.contact, standing, office.now, office.cause)
    _close(office, presenter, SubmissionState.WITHDRAWN)
    saved = save(office, retired, "retired", **({"reason": reason} if reason else {}))
    if tell:
        office.write(Address.parse(saved.address, saved.name), "presenter-retired", {"name": saved.label})
    return saved


def _close(office: Office, presenter: Presenter, state: SubmissionState) -> None:
    """What they submitted is decided on, so that an answer to its mails changes nothing any more."""
    key = Address.parse(presenter.address).base_key
    for submission in office.work.submissions.of_mailbox(key, [SubmissionState.CONFIRMED]):
        if submission.kind == KIND and submission.may_be(state):
            decide(office, submission, state)


def change(office: Office, presenter: Presenter, filled: Filled, in_reply_to: str) -> Result:
    """Apply the lines that differ from those that were sent; the receipt shows old and new."""
    values = {**presenter.values, **{key: filled.values.get(key, "") for key in filled.changed}}
    changed = presenter.with_values(values, office.rules.presenters.topics)
    saved = save(office, changed, "changed", what=sorted(filled.changed))
    old, new = shown(QUESTIONNAIRE, presenter.values), shown(QUESTIONNAIRE, saved.values)
    pairs = [(one.label, was.value, one.value) for was, one in zip(old, new, strict=True) if was.value != one.value]
    write_to(office, saved, "presenter-changed", {"changed": pairs}, in_reply_to=in_reply_to)
    if saved.state is State.REGISTERED:
        tell_secretary(office, saved, "")
    what = ", ".join(sorted(filled.changed))
    return Result(Done.PRESENTER_CHANGED, {"number": presenter.id, "what": what})
