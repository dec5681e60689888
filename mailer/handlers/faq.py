"""Frequent questions and their answers, by mail.

Only published bytes leave whose grant stands, and nothing of what was asked: anybody can ask in anybody's name (B1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from mailer import grants
from mailer.compose.faq import excerpt
from mailer.compose.notices import Attachment
from mailer.message import Address, Inbound
from mailer.model.criteria import Printed
from mailer.model.faq import entries
from mailer.model.faq_search import Answer, indexed, language_of, prefixes, ranked, wanted
from mailer.model.faq_search import answer as answer_of
from mailer.model.inbound import Done, Result
from mailer.model.library import FAQ, State, Version
from mailer.model.notices import DraftEdition
from mailer.office import Office
from mailer.phrases import Language
from mailer.tokens import Purpose

CANDIDATES = 50
"""Entries of one version that are compared with a question."""


class Found(NamedTuple):
    """Entries that answer a question, or may."""

    version: Version
    printed: Printed
    answer: Answer


# --- what is published ---


def published(office: Office) -> list[tuple[Version, Printed]]:
    """The questions and answers in each language in which they are published, as far as their grants stand."""
    versions = office.work.library.versions(FAQ)
    languages = sorted({one.language for one in versions if one.state is State.PUBLISHED})
    closest = [found for language in languages if (found := grants.published_document(office, FAQ, language))]
    return list({version.id: (version, printed) for version, printed in closest}.values())


def _keep_index(office: Office, versions: Sequence[Version]) -> None:
    """The index has what is published now, and nothing else."""
    known = office.work.faq_index.versions()
    here = {version.id: version for version in versions}
    if known - here.keys():
        office.work.faq_index.keep_only(here)
    for version_id, version in here.items():
        if version_id not in known:
            found = entries(office.work.library.source_files(version_id))
            office.work.faq_index.add(version_id, [indexed(one, version.language) for one in found])


# --- what is asked ---


def find(office: Office, question: str, own: str, most: int | None = None) -> Found | None:
    """The entries that answer a question best, in the language in which it is asked; None if there are none.

    ``own``: the language of who asks.
    """
    given = published(office)
    _keep_index(office, [version for version, _ in given])
    by_language = {version.language: (version, printed) for version, printed in given}
    best: Found | None = None
    for language in language_of(question, list(by_language), own):
        version, printed = by_language[language]
        stems = wanted(question, language)
        candidates = office.work.faq_index.search(version.id, stems, prefixes(stems), CANDIDATES)
        matches = ranked(stems, candidates, office.work.faq_index.size(version.id))
        answer = answer_of(matches, most or office.rules.faq.answers)
        if answer.numbers and answer.is_sure:
            return Found(version, printed, answer)
        if answer.numbers and best is None:
            best = Found(version, printed, answer)
    return best


def answer(office: Office, sender: Address, question: str) -> Found | None:
    """What a mail is answered with; None if no entry may answer it, or if the address has had enough answers today."""
    if office.work.restorations.open() or not office.admits("faq-answer", sender):
        return None
    return find(office, question, office.language_of(sender))


def send_answer(office: Office, sender: Address, found: Found, item: int | None = None) -> Result:
    """Send the entries. ``item``: the number of the question, if a person sees to it, too."""
    version = found.version
    shown = excerpt(found.printed, version.language, found.answer.numbers)
    values = {**_named(version), "count": len(found.answer.numbers), "text": shown.text, "item": item}
    values["days"] = office.rules.feedback.expect.days
    sent = office.write(
        Address.parse(sender.key),
        "faq-answer",
        values,
        language=version.language,
        token=office.token(Purpose.FEEDBACK, item) if item else None,
        in_reply_to="",
        drafts=[shown],
    )
    names = ", ".join(map(str, found.answer.numbers))
    return Result(Done.FAQ_ANSWERED, {"version": version.name, "entries": names}) if sent else _enough()


def is_answered_by(office: Office, mail: Inbound) -> bool:
    """Whether the mail is a reply to entries that we have sent."""
    ours = f"@{office.rules.address.domain}>"
    return any(one.startswith("<faq-answer.") and one.endswith(ours) for one in mail.references)


def send_all(office: Office, sender: Address) -> Result:
    """Send all questions and answers, in the language of who asks; or say that there are none."""
    if office.work.restorations.open():
        return Result(Done.NOTHING_IS_SENT)
    to = Address.parse(sender.key)
    found = grants.published_document(office, FAQ, office.language_of(to))
    if found is None:
        return Result(Done.FAQ_NONE) if office.write(to, "faq-none", {}, in_reply_to="") else _enough()
    version, printed = found
    fits = len(printed.pdf) <= office.rules.faq.attach_bytes
    values = {
        **_named(version),
        "is_translated": not version.language.startswith(office.language_of(to).partition("-")[0]),
        "language": Language(version.language),
        "text": printed.text,
        "is_attached": fits,
        "site": office.rules.site.url,
    }
    sent = office.write(
        to,
        "faq",
        values,
        in_reply_to="",
        attachments=[Attachment(f"{version.stem}.pdf", "application/pdf", printed.pdf)] if fits else [],
        drafts=[DraftEdition(version.language, printed.text, printed.html)],
    )
    return Result(Done.FAQ_SENT, {"version": version.name}) if sent else _enough()


def _enough() -> Result:
    return Result(Done.ANSWERED_TODAY)


def _named(version: Version) -> Mapping[str, object]:
    """How a notice names the document; the words are those of the granted version."""
    assert version.published_at is not None
    day: date = version.published_at.date()
    return {"title": version.title, "version": str(version.number), "day": day}
