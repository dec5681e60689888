"""An article that somebody writes for an issue, by mail: asked for, in, taken, proofed; and the table of its states."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from mailer.errors import Refused
from mailer.message import Address
from mailer.model.manuscripts import Unit
from mailer.model.working_days import Span
from mailer.phrases import Phrase, phrase

TEXT, PROOF, OFFER = "article", "article-proof", "article-offer"
"""Kinds of questions to an author: for the text; for a yes to a proof; whether an unasked article is theirs."""

VALID = timedelta(days=365)
"""How long an author can answer our mails; whether that has an effect is looked at then."""

UNCONFIRMED = timedelta(days=14)
"""How long an unasked article waits for its address to say that it is theirs."""


class State(StrEnum):
    """Where an article stands."""

    UNCONFIRMED = "unconfirmed"  # it came unasked; its address has not said that it is theirs
    OFFERED = "offered"  # it came unasked; an editor decides
    ASKED = "asked"  # the author has the request
    PROMISED = "promised"  # the author writes it
    IN = "in"  # a text came
    TAKEN = "taken"  # it is in the folder of its issue, where it is edited
    PROOF = "proof"  # the author has the proof
    CORRECTED = "corrected"  # the author wants other words than those of the proof
    AGREED = "agreed"  # the author said yes to exactly the words of the proof
    DECLINED = "declined"  # the author does not write it, or an editor does not want it
    WITHDRAWN = "withdrawn"  # the office needs it no more


STATE_NAMES: Mapping[State, Phrase] = {
    State.UNCONFIRMED: phrase("waits for a yes of its author"),
    State.OFFERED: phrase("offered"),
    State.ASKED: phrase("asked"),
    State.PROMISED: phrase("promised"),
    State.IN: phrase("in"),
    State.TAKEN: phrase("in the issue"),
    State.PROOF: phrase("with its author, as a proof"),
    State.CORRECTED: phrase("corrected by its author"),
    State.AGREED: phrase("proofed"),
    State.DECLINED: phrase("declined"),
    State.WITHDRAWN: phrase("withdrawn"),
}
"""Where an article stands, in words for people."""


class Step(StrEnum):
    """What changes the state of an article."""

    CONFIRM = "confirm"  # its address says that it is theirs
    ACCEPT = "accept"  # an editor wants what came unasked
    PROMISE = "promise"  # the author says yes, or names a later day
    RECEIVE = "receive"  # a text or a picture came
    TAKE = "take"  # it is written into the folder of its issue
    PROVE = "prove"  # the proof goes to the author
    AGREE = "agree"  # the author says yes to the proof
    CORRECT = "correct"  # the author wants other words
    APPLY = "apply"  # the author's words are in the folder
    DECLINE = "decline"  # the author takes it back, or an editor does not want it
    WITHDRAW = "withdraw"  # the office needs it no more


OPEN = (State.ASKED, State.PROMISED)
"""States in which a text is waited for."""

IN_FOLDER = (State.TAKEN, State.PROOF, State.CORRECTED, State.AGREED)
"""States in which the text is in the folder of its issue."""

OVER = (State.DECLINED, State.WITHDRAWN)

TRANSITIONS: Mapping[tuple[State, Step], State] = {
    (State.UNCONFIRMED, Step.CONFIRM): State.OFFERED,
    (State.OFFERED, Step.RECEIVE): State.OFFERED,
    (State.OFFERED, Step.ACCEPT): State.IN,
    (State.ASKED, Step.PROMISE): State.PROMISED,
    (State.PROMISED, Step.PROMISE): State.PROMISED,
    (State.ASKED, Step.RECEIVE): State.IN,
    (State.PROMISED, Step.RECEIVE): State.IN,
    (State.IN, Step.RECEIVE): State.IN,
    (State.IN, Step.TAKE): State.TAKEN,
    **{(state, Step.TAKE): State.TAKEN for state in IN_FOLDER},
    (State.TAKEN, Step.RECEIVE): State.TAKEN,
    (State.CORRECTED, Step.RECEIVE): State.CORRECTED,
    **{(state, Step.RECEIVE): State.CORRECTED for state in (State.PROOF, State.AGREED)},
    **{(state, Step.PROVE): State.PROOF for state in IN_FOLDER},
    (State.PROOF, Step.AGREE): State.AGREED,
    **{(state, Step.CORRECT): State.CORRECTED for state in (State.PROOF, State.CORRECTED, State.AGREED)},
    (State.CORRECTED, Step.APPLY): State.TAKEN,
    **{(state, Step.DECLINE): State.DECLINED for state in State if state not in OVER},
    **{(state, Step.WITHDRAW): State.WITHDRAWN for state in State if state not in OVER},
}
"""All transitions; everything else is refused."""


def advance(state: State, step: Step) -> State:
    """The state after ``step``. Raises Refused if the table has no such transition."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise Refused(f"An article that is “{state}” cannot take the step “{step}”.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What one author writes for one issue, or has offered."""

    id: int = 0
    """The number that people read; ``article = 12`` in the folder of an issue names it."""
    publication: str
    """The key of the publication."""
    number: int | None = None
    """Of the issue; None for one that is for no issue yet."""
    title: str
    """As it was asked for; the text may have another."""
    words: int = 0
    """The length that was asked for; 0 for none."""
    due: date | None = None
    """The day by which the text is wanted."""
    address: str
    """The author's."""
    name: str = ""
    """The author's, as the office or the author writes it."""
    contact: int | None = None
    language: str
    """Of mails to the author (BCP 47)."""
    brief: str = ""
    """What is wanted, in the words of the editor who asks."""
    state: State = State.ASKED
    unasked: bool = False
    """Whether it came without a request."""
    asked_at: datetime
    remind_at: datetime | None = None
    """When the author is reminded next, or the editors are told that nothing came."""
    reminders: int = 0
    """How often the author was reminded of what is waited for now."""
    changed_at: datetime

    @property
    def author(self) -> Address:
        return Address.parse(self.address, self.name)

    @property
    def label(self) -> str:
        """What logs and the audit trail call it."""
        return f"article {self.id}"

    @property
    def byline(self) -> str:
        """The author's name for people; the address if there is none."""
        return self.name or self.address

    def takes(self, step: Step) -> bool:
        return (self.state, step) in TRANSITIONS

    def is_late(self, today: date) -> bool:
        """Whether the day has passed and no text came."""
        return self.state in OPEN and self.due is not None and self.due < today


class DeliveryKind(StrEnum):
    """What a mail of an author has."""

    TEXT = "text"  # the article, or a part of it
    CORRECTION = "correction"  # other words for the paragraphs of a proof
    WORDS = "words"  # words for the editors


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came in one mail of an author."""

    id: int = 0
    article: int
    kind: DeliveryKind = DeliveryKind.TEXT
    received_at: datetime
    title: str = ""
    """As the text has it; empty if it has none."""
    markdown: str = ""
    """The text, as ``docs/writing.md`` describes it; empty if none came."""
    losses: tuple[Phrase, ...] = ()
    """What the conversion of files lost."""
    beside: str = ""
    """What the author wrote to the editors beside the text."""
    proof: int = 0
    """The number of the proof that is corrected."""
    corrections: Mapping[int, str] = field(default_factory=dict)
    """The paragraphs of the proof with other words, by their numbers there."""
    applied_at: datetime | None = None
    """When the corrections were written into the folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePicture:
    """A picture that an author sent."""

    id: int = 0
    article: int
    delivery: int
    name: str
    """The file's name in the folder of an issue; ours (C6)."""
    called: str = ""
    """As its author called the file."""
    media_type: str
    width: int
    height: int
    """Both in pixels."""
    alt: str = ""
    caption: str = ""
    """What stands below it; the author is asked for it once."""
    credit: str = ""
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An article as its author was shown it, word by word."""

    id: int = 0
    article: int
    number: int
    """From 1, for each article."""
    digest: str
    """SHA-256 of the words; see ``digest_of``."""
    units: tuple[Unit, ...]
    """The numbered texts that the author was shown."""
    sent_at: datetime
    agreed_at: datetime | None = None
    """When the author said yes to exactly these words."""


PROOF_RULES: tuple[Phrase, ...] = (
    phrase(
        "To change words, change them in place where you quote this mail, or write the number and the new paragraph."
    ),
    phrase("Leave the numbers in brackets, and the marks: **bold**, *emphasis*, [words of a link](1), [^1]."),
)
"""What an author has to know of the numbered texts of a proof."""


def digest_of(author: str, units: Sequence[Unit]) -> str:
    """SHA-256, in hexadecimal, of exactly the words of an article: the author's line, and each text in its order.

    Spaces do not count, because mail programs and editors change them.
    """
    whole = hashlib.sha256()
    texts = [author, *(part for unit in units for part in (unit.kind.value, unit.text, *unit.links, *unit.addresses))]
    for text in texts:
        data = " ".join(text.split()).encode()
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.hexdigest()


_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_UNSPACED = re.compile(r"[\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef]")


def count_words(text: str) -> int:
    """How many words a text has; in a script without spaces each character is one."""
    unspaced = len(_UNSPACED.findall(text))
    return unspaced + len(_WORD.findall(_UNSPACED.sub(" ", text)))


# --- the rules ---

Required = Literal["required", "asked", "off"]


@dataclass(frozen=True, slots=True)
class ArticleRules:
    """What the configuration says about articles."""

    proof: Required = "asked"
    """Whether an issue needs the yes of each author to exactly the words that are printed under their name."""
    by: tuple[str, ...] = ()
    """The lists whose members may offer articles by mail."""
    own_names: tuple[str, ...] = ()
    """Names under which the office writes itself, and which need no yes."""
    reminders: tuple[Span, ...] = (Span(14), Span(3))
    """How long before the day authors are reminded, the longest first."""
