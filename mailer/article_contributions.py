"""Keeps what an author sends, with the mail itself, and tells the editors and the author what was understood."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mailer.article_mail import captions_form, original, save, tell_editors, write_to_author
from mailer.inbound.articles import Contribution, Photo
from mailer.inbound.filled import read_filled
from mailer.inbound.limits import TEXT_PASSED_ON
from mailer.inbound.pictures import look
from mailer.inbound.reply import own_text, text_for_people
from mailer.message import Inbound, clean
from mailer.model.articles import (
    IN_FOLDER,
    OPEN,
    STATE_NAMES,
    Article,
    ArticlePicture,
    Delivery,
    DeliveryKind,
    State,
    Step,
    count_words,
)
from mailer.model.captions import credited
from mailer.model.conversion import Converted, Unreadable
from mailer.model.inbound import Done, Result
from mailer.office import Office
from mailer.phrases import Phrase, phrase

SMALL = 1_000
"""Pixels that a picture should have on its longer side to be printed: a column of 85 mm at 300 dots an inch."""

PICTURES = 40
"""Pictures of one article that are kept; others stay in the mails."""

_SHOWN = 40_000
"""Characters of a text that the notice to the editors shows."""
_MARKED = 200_000
"""Characters of Markdown that are kept; an issue's file has no more."""


@dataclass(frozen=True, slots=True)
class Received:
    """What was kept of one mail."""

    article: Article
    delivery: Delivery
    pictures: Sequence[ArticlePicture]
    """Those that came with it."""
    captions: int
    """How many pictures have a caption now that had none."""
    words: int
    values: Mapping[str, object]
    """What the notices say of it."""

    @property
    def shown(self) -> str:
        """The text, for the editors."""
        return self.delivery.markdown[:_SHOWN]


@dataclass(frozen=True, slots=True)
class _Read:
    """What the documents of a mail have."""

    title: str = ""
    markdown: str = ""
    losses: tuple[Phrase, ...] = ()
    pictures: tuple[ArticlePicture, ...] = ()
    unread: tuple[tuple[str, Phrase], ...] = ()


def receive(office: Office, mail: Inbound, article: Article, contribution: Contribution) -> Received:
    """Keep a mail with a text, pictures or files, whole, with what was understood of it."""
    before = list(office.work.articles.pictures(article.id))
    read = _documents(office, article, contribution, len(before))
    unread = (
        *read.unread,
        *((one.attachment.name or one.attachment.media_type, _UNUSABLE) for one in contribution.others),
    )
    draft = Delivery(
        article=article.id,
        received_at=mail.received_at,
        title=clean(read.title, 300),
        markdown=read.markdown[:_MARKED],
        losses=read.losses,
        beside=contribution.words[:TEXT_PASSED_ON],
    )
    delivery = office.work.articles.add_delivery(draft, mail.raw)
    added = [replace(one, delivery=delivery.id) for one in read.pictures]
    added += _photos(article, delivery, contribution.photos, len(before) + len(added))
    new = [_kept(office, one) for one in added[: max(0, PICTURES - len(before))] if not _is_known(office, before, one)]
    captions = read_captions(office, mail, [*before, *new])
    return _received(office, article, delivery, new, captions, unread)


def receive_captions(office: Office, mail: Inbound, article: Article) -> Received | None:
    """Keep what a mail without files says of pictures that came before; None if it says nothing of them."""
    pictures = office.work.articles.pictures(article.id)
    captions = read_captions(office, mail, pictures) if pictures else 0
    if not captions:
        return None
    said = own_text(mail)[:TEXT_PASSED_ON]
    draft = Delivery(article=article.id, kind=DeliveryKind.WORDS, received_at=mail.received_at, beside=said)
    delivery = office.work.articles.add_delivery(draft, mail.raw)
    return _received(office, article, delivery, [], captions, ())


_UNUSABLE = phrase("it is no text that we can read, and no picture that we can print")


def _received(
    office: Office,
    article: Article,
    delivery: Delivery,
    new: Sequence[ArticlePicture],
    captions: int,
    unread: Sequence[tuple[str, Phrase]],
) -> Received:
    words = count_words(delivery.markdown)
    pictures = list(office.work.articles.pictures(article.id))
    shown = [_shown(number, one) for number, one in enumerate(pictures, 1)]
    values = {
        "words": words,
        "heading": delivery.title,
        "losses": list(delivery.losses),
        "unread": list(unread),
        "pictures": shown,
        "missing": [one for one in shown if not one["caption"]],
        "small": [one for one in shown if one["is_small"]],
    }
    return Received(article, delivery, new, captions, words, values)


def _shown(number: int, picture: ArticlePicture) -> dict[str, object]:
    return {
        "number": number,
        "called": picture.called or picture.name,
        "size": f"{picture.width} × {picture.height}",
        "caption": picture.caption,
        "credit": picture.credit,
        "is_small": max(picture.width, picture.height) < SMALL,
    }


# --- the text ---


def _documents(office: Office, article: Article, contribution: Contribution, known: int) -> _Read:
    """The documents of a mail one after the other, or else its own text."""
    files = [(one.data, one.attachment.name, one.attachment.media_type) for one in contribution.documents]
    if not files and contribution.text:
        files = [(contribution.text.encode(), "mail.txt", "text/plain")]
    found = _Read()
    for data, name, media_type in files:
        try:
            converted = office.resources.conversion.read(data, name, media_type)
        except Unreadable as fault:
            found = replace(found, unread=(*found.unread, (clean(name, 100), fault.reason)))
            continue
        found = _with(found, article, converted, known + len(found.pictures))
    return found


def _with(read: _Read, article: Article, converted: Converted, known: int) -> _Read:
    """What was read with another document below it. Its pictures get the article's own names."""
    markdown = converted.markdown
    pictures: list[ArticlePicture] = []
    for one in converted.pictures:
        seen = look(one.data)
        if seen is None:
            continue
        name = f"article-{article.id}-{known + len(pictures) + 1}.{seen.suffix}"
        markdown = re.sub(rf"(?<=\]\(){re.escape(one.name)}(?=[\s)])", name, markdown)
        caption, credit = credited(clean(one.caption, 280))
        pictures.append(
            ArticlePicture(
                article=article.id, delivery=0, name=name, called=clean(one.name, 200), media_type=seen.media_type,
                width=seen.width, height=seen.height, alt=clean(one.alt, 280), caption=caption, credit=credit,
                data=one.data,
            )
        )  # fmt: skip
    together = "\n\n".join(part.strip("\n") for part in (read.markdown, markdown) if part.strip()) + "\n"
    return replace(
        read,
        title=read.title or converted.title,
        markdown=together if together.strip() else "",
        losses=(*read.losses, *converted.losses),
        pictures=(*read.pictures, *pictures),
    )


# --- the pictures ---


def _photos(article: Article, delivery: Delivery, photos: Sequence[Photo], known: int) -> list[ArticlePicture]:
    return [
        ArticlePicture(
            article=article.id,
            delivery=delivery.id,
            name=f"article-{article.id}-{number}.{photo.seen.suffix}",
            called=clean(photo.attachment.name, 200),
            media_type=photo.seen.media_type,
            width=photo.seen.width,
            height=photo.seen.height,
            data=photo.data,
        )
        for number, photo in enumerate(photos, known + 1)
    ]


def _kept(office: Office, picture: ArticlePicture) -> ArticlePicture:
    return office.work.articles.add_picture(picture)


def _is_known(office: Office, before: Sequence[ArticlePicture], new: ArticlePicture) -> bool:
    """Whether the very same picture came earlier."""
    alike = [one for one in before if (one.width, one.height) == (new.width, new.height)]
    return any(office.work.articles.picture_data(one.id) == new.data for one in alike)


def read_captions(office: Office, mail: Inbound, pictures: Sequence[ArticlePicture]) -> int:
    """Keep what the mail says of the pictures, by their number or by the names of their files; returns how many."""
    if not pictures:
        return 0
    filled = read_filled(mail, captions_form(pictures), {}, office.renderer.wordings)
    said = {int(key): value for key, value in filled.values.items() if value and key in filled.changed}
    named = _by_file_name(own_text(mail), pictures)
    count = 0
    for number, picture in enumerate(pictures, 1):
        words = said.get(number) or named.get(number)
        if words:
            caption, credit = credited(clean(words, 280))
            office.work.articles.save_picture(replace(picture, caption=caption, credit=credit or picture.credit))
            count += 1
    return count


def _by_file_name(text: str, pictures: Sequence[ArticlePicture]) -> dict[int, str]:
    """Lines such as ``river.jpg: The Chao Phraya at dusk``."""
    numbers = {one.called.casefold(): number for number, one in enumerate(pictures, 1) if one.called}
    found = {}
    for line in text.split("\n")[:1_000]:
        name, mark, words = line.partition(":")
        if mark and words.strip() and (number := numbers.get(name.strip(' \t-*•“”"').casefold())):
            found[number] = words.strip()
    return found


# --- who is told ---


def came(office: Office, mail: Inbound, received: Received) -> Result:
    """Tell the editors what came, and the author what was understood."""
    article = received.article
    if article.takes(Step.RECEIVE) and (received.delivery.markdown or received.pictures):
        waits = None if article.state in OPEN else article.remind_at
        article = save(office, article, Step.RECEIVE, remind_at=waits, reminders=0)
    office.record("article came", article.label, delivery=received.delivery.id, words=received.words)
    values = received.values
    attached = original(office, received.delivery, mail.raw)
    once = f"article-came {received.delivery.id}"
    name = attached[0].filename if attached else ""
    told = {**values, "original": name, "state": STATE_NAMES[article.state], "offered": article.state is State.OFFERED}
    told |= {"in_folder": article.state in IN_FOLDER, "text": received.shown, "beside": received.delivery.beside}
    tell_editors(office, article, "article-came", told, once=once, attachments=attached)
    write_to_author(
        office, article, "article-received", values, once=f"article-received {received.delivery.id}",
        in_reply_to=mail.message_id,
    )  # fmt: skip
    return Result(Done.ARTICLE_CAME, {"article": article.id, "words": received.words})


def wrote(office: Office, mail: Inbound, article: Article) -> Result:
    """Give the editors what an author writes beside the text."""
    draft = Delivery(
        article=article.id,
        kind=DeliveryKind.WORDS,
        received_at=mail.received_at,
        beside=text_for_people(mail)[:TEXT_PASSED_ON],
    )
    delivery = office.work.articles.add_delivery(draft, mail.raw)
    office.record("author wrote", article.label, delivery=delivery.id)
    attached = original(office, delivery, mail.raw)
    values = {"words": delivery.beside, "state": STATE_NAMES[article.state], "files": len(mail.attachments)}
    values["original"] = attached[0].filename if attached else ""
    tell_editors(office, article, "article-words", values, once=f"article-words {delivery.id}", attachments=attached)
    return Result(Done.AUTHOR_WROTE, {"article": article.id})
