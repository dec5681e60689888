"""Articles that are written by mail, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mailer.model.articles import Article, ArticlePicture, Delivery, DeliveryKind, Proof, State
from mailer.model.manuscripts import Kind, Unit
from mailer.model.personal_data import Over, replacement
from mailer.phrases import phrase
from mailer.ports import Work
from tests.contracts.stores import MINUTE, contact
from tests.fakes import NOON

INVITATION = Article(
    publication="update",
    number=2,
    title="Invitation to Bangkok",
    words=400,
    due=date(2027, 1, 15),
    address="Anong+iso@Tisi.example",
    name="Anong",
    language="en",
    brief="How to get there",
    asked_at=NOON,
    remind_at=NOON + MINUTE,
    changed_at=NOON,
)
DELIVERY = Delivery(
    article=1,
    received_at=NOON,
    title="Come to Bangkok",
    markdown="Welcome.\n",
    losses=(phrase("a comment"),),
    beside="Dear editors",
)
PHOTO = ArticlePicture(
    article=1,
    delivery=1,
    name="article-1-1.jpg",
    called="river.jpg",
    media_type="image/jpeg",
    width=1200,
    height=800,
    caption="The river",
    data=b"\xff\xd8",
)
SHOWN = Proof(
    article=1,
    number=1,
    digest="a" * 64,
    units=(Unit(1, 0, Kind.TITLE, "Come to Bangkok", ("https://x.example/",), ("x.example",)),),
    sent_at=NOON,
)


def test_an_article_is_kept_changed_and_found(work: Work) -> None:
    made = work.articles.add(INVITATION)
    taken = replace(made, state=State.TAKEN, remind_at=None, number=3, changed_at=NOON + MINUTE)
    assert (work.articles.due(NOON), work.articles.due(NOON + MINUTE)) == ([], [made])
    work.articles.save(taken)
    assert work.articles.by_id(made.id) == taken
    assert work.articles.of_issue("update", 3) == work.articles.each([State.TAKEN]) == work.articles.each() == [taken]
    assert work.articles.of_mailbox("anong@tisi.example") == [taken]
    assert (work.articles.by_id(99), work.articles.of_issue("update", 2), work.articles.of_issue("update", None)) == (
        None,
        [],
        [],
    )


def test_what_came_is_kept_with_its_mail_and_pictures(work: Work) -> None:
    made = work.articles.add(INVITATION)
    came = work.articles.add_delivery(replace(DELIVERY, article=made.id), b"\0\xff")
    corrected = replace(came, kind=DeliveryKind.CORRECTION, proof=1, corrections={2: "Welcome!"}, applied_at=NOON)
    work.articles.save_delivery(corrected)
    assert (work.articles.deliveries(made.id), work.articles.mail(came.id)) == ([corrected], b"\0\xff")
    photo = work.articles.add_picture(replace(PHOTO, article=made.id, delivery=came.id))
    work.articles.save_picture(replace(photo, caption="The Chao Phraya"))
    assert work.articles.pictures(made.id) == [replace(photo, caption="The Chao Phraya", data=b"")]
    assert work.articles.picture_data(photo.id) == b"\xff\xd8"


def test_proofs_are_kept_and_agreed_to(work: Work) -> None:
    made = work.articles.add(INVITATION)
    shown = work.articles.add_proof(replace(SHOWN, article=made.id))
    work.articles.agree(shown.id, NOON)
    assert work.articles.proofs(made.id) == [replace(shown, agreed_at=NOON)]


def test_what_nobody_confirmed_is_found_and_dropped(work: Work) -> None:
    made = work.articles.add(replace(INVITATION, state=State.UNCONFIRMED, unasked=True))
    came = work.articles.add_delivery(replace(DELIVERY, article=made.id), b"x")
    work.articles.add_picture(replace(PHOTO, article=made.id, delivery=came.id))
    assert (work.articles.unconfirmed(NOON), work.articles.unconfirmed(NOON + MINUTE)) == ([], [made])
    work.articles.drop(made.id)
    assert (work.articles.each(), work.articles.deliveries(made.id)) == ([], [])


def test_an_author_who_is_forgotten_takes_back_what_is_not_printed(work: Work) -> None:
    anong = contact(work, "anong@tisi.example")
    made = work.articles.add(replace(INVITATION, contact=anong.id))
    came = work.articles.add_delivery(replace(DELIVERY, article=made.id), b"raw")
    name = replacement(anong.id)
    work.personal_data.erase(anong, ["anong@tisi.example"], name, NOON)
    left = work.articles.by_id(made.id)
    assert left is not None and (left.state, left.address, left.name) == (State.WITHDRAWN, str(name), "")
    assert work.articles.mail(came.id) == b""


def test_what_is_old_is_erased(work: Work) -> None:
    made = work.articles.add(INVITATION)
    work.articles.add_delivery(replace(DELIVERY, article=made.id), b"raw")
    over = Over(NOON + MINUTE, 10, NOON + MINUTE)
    assert (_erased(work, over), _erased(work, over)) == (1, 0)
    assert work.articles.of_mailbox("anong@tisi.example") == []


def _erased(work: Work, over: Over) -> int:
    return work.personal_data.erase_over("articles", over)
