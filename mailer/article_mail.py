"""Writes to authors and to the editors of what they write; what every step of an article by mail shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from mailer.compose.notices import MAIL, Attachment
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.articles import TEXT, VALID, Article, ArticlePicture, Delivery, Proof, Step, advance
from mailer.model.questionnaires import Field, Questionnaire
from mailer.office import Office
from mailer.phrases import Phrase, phrase
from mailer.questions import ask
from mailer.staff import write_to_staff

KIND = "article"
"""The kind of notices to editors about an article."""

DAY_ENDS = time(18, 0)
"""When the day is over by which a text is wanted."""


def find(office: Office, number: int) -> Article:
    """Raises Refused if there is no such article."""
    article = office.work.articles.by_id(number)
    if article is None:
        raise Refused(f"There is no article {number}: `mailer article ls` shows those that there are.")
    return article


def issue_name(office: Office, article: Article) -> str:
    """What people call the issue that it is for: ``ISO/SR Update 2``."""
    title = office.rules.publication(article.publication).title
    return title if article.number is None else f"{title} {article.number}"


def values_of(office: Office, article: Article) -> dict[str, object]:
    """What every notice says of it."""
    return {
        "article": article.id,
        "issue": issue_name(office, article),
        "title": article.title,
        "author": article.byline,
        "address": article.address,
        "wanted": article.words,
        "due": article.due or "",
    }


def save(office: Office, article: Article, step: Step, **changes: Any) -> Article:
    """Store the article after the step. Raises Refused if it cannot take it."""
    made = replace(article, state=advance(article.state, step), changed_at=office.now, **changes)
    office.work.articles.save(made)
    return made


def text_of(office: Office, article: Article) -> Delivery | None:
    """The text that counts: the newest that came."""
    found = [one for one in office.work.articles.deliveries(article.id) if one.markdown]
    return found[-1] if found else None


def latest_proof(office: Office, article: Article) -> Proof | None:
    proofs = office.work.articles.proofs(article.id)
    return proofs[-1] if proofs else None


def captions_form(pictures: Sequence[ArticlePicture]) -> Questionnaire:
    """The lines to fill in about pictures, one for each, by its place among the article's."""
    fields = (
        Field(
            str(number),
            phrase("Picture %(number)s", number=number),
            most=280,
            hint=Phrase("%(name)s", name=picture.called),
        )
        for number, picture in enumerate(pictures, 1)
    )
    return Questionnaire("captions", tuple(fields))


# --- when somebody is reminded ---


def next_reminder(office: Office, article: Article) -> datetime | None:
    """When the author is reminded next of a text that is wanted, or the editors are told that none came."""
    if article.due is None:
        return None
    ends = datetime.combine(article.due, DAY_ENDS, office.rules.timezone).astimezone(UTC)
    times = [office.rules.calendar.before(ends, span) for span in office.rules.articles.reminders]
    coming = [at for at in (*times, ends) if at > office.now + timedelta(hours=12)]
    return min(coming, default=max(ends, office.now + timedelta(days=1)))


# --- to the author ---


def write_to_author(
    office: Office,
    article: Article,
    notice: str,
    values: Mapping[str, object],
    *,
    once: str,
    kind: str = TEXT,
    state: str = "",
    **options: Any,
) -> bool:
    """Queue a notice that the author answers with a text, with pictures, with words; or with a yes to a proof."""
    question = ask(
        office,
        article.author,
        notice,
        {**values_of(office, article), **values},
        kind=kind,
        subject=article.id,
        state=state,
        about=issue_name(office, article),
        contact=article.contact,
        valid=VALID,
        once=once[:200],
        language=article.language,
        **options,
    )
    return question is not None


# --- to the editors ---


def editors_of(office: Office, article: Article) -> list[Address]:
    """The editors of the publication and the secretary, one mail for each mailbox."""
    named = (*map(Address.parse, office.rules.publication(article.publication).editors), office.rules.secretary)
    return list({one.base_key: one for one in named}.values())


def tell_editors(
    office: Office, article: Article, notice: str, values: Mapping[str, object], *, once: str, **options: Any
) -> None:
    """Queue a notice about the article to each editor. Words in an answer to it go to the author."""
    for person in editors_of(office, article):
        write_to_staff(
            office,
            person,
            notice,
            {**values_of(office, article), **values},
            kind=KIND,
            subject=article.id,
            state=article.state.value if article.unasked else "",
            about=f"{issue_name(office, article)}, article {article.id}",
            once=once[:200],
            valid=VALID,
            **options,
        )


def original(office: Office, delivery: Delivery, raw: bytes) -> Sequence[Attachment]:
    """The whole mail as an attachment, unless it is too large (C6)."""
    name = f"article-{delivery.article}-{delivery.id}.eml"
    return [Attachment(name, MAIL, raw)] if len(raw) <= office.rules.feedback.attach_bytes else []
