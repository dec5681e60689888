"""An edition in another language: who translates what, and the one table of states that a translation goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailer.errors import Refused
from mailer.model.issues import EditionRef, edition_for
from mailer.phrases import Phrase, phrase

KIND = "edition"
"""Among the subjects of approvals, and among the kinds of document of the policies."""


TRANSLATOR, WISH, AGREED_NOTICE, LINKS, READY, LATE = (
    "translator",  # to a translator, who answers with paragraphs or a yes
    "translation wish",  # to the secretary: YES offers it
    "edition agreed",  # to those in charge: YES submits it
    "edition links",  # to those in charge: YES agrees to the changed links
    "edition ready",  # to those in charge: YES sends it
    "translation late",  # to the secretary: YES gives it up
)
"""Kinds of notice that a reply can act on."""


class State(StrEnum):
    """Where a translation stands."""

    WISHED = "wished"  # a person decides whether it is offered
    ASKED = "asked"  # the translator has the copy
    RETURNED = "returned"  # some paragraphs came back
    PROOF = "proof"  # it is whole, and the translator has the proof
    AGREED = "agreed"  # the translator has said yes to the proof
    SUBMITTED = "submitted"
    GRANTED = "granted"
    SENT = "sent"
    REJECTED = "rejected"
    ENDED = "ended"  # given up, and the language is free again


STATE_NAMES: Mapping[State, Phrase] = {
    State.WISHED: phrase("wished for"),
    State.ASKED: phrase("asked for"),
    State.RETURNED: phrase("partly returned"),
    State.PROOF: phrase("proof sent"),
    State.AGREED: phrase("agreed to by the translator"),
    State.SUBMITTED: phrase("submitted"),
    State.GRANTED: phrase("approved"),
    State.SENT: phrase("sent"),
    State.REJECTED: phrase("rejected"),
    State.ENDED: phrase("given up"),
}
"""Where a translation stands, in words for people."""


class Event(StrEnum):
    """What changes the state of a translation."""

    OFFER = "offer"  # the translator gets the copy
    RETURN = "return"  # paragraphs come back, or corrections of the proof
    PROVE = "prove"  # the proof is made
    AGREE = "agree"  # the translator says yes to the proof
    SUBMIT = "submit"
    GRANT = "grant"
    OBJECT = "object"
    LAPSE = "lapse"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"  # the board is no longer asked
    SEND = "send"
    END = "end"


_CORRECTED = (State.ASKED, State.RETURNED, State.PROOF, State.AGREED, State.SUBMITTED, State.REJECTED)
"""States in which a paragraph that comes back makes the translation another one."""

TRANSITIONS: Mapping[tuple[State, Event], State] = {
    (State.WISHED, Event.OFFER): State.ASKED,
    (State.ASKED, Event.OFFER): State.ASKED,
    (State.RETURNED, Event.OFFER): State.RETURNED,
    **{(state, Event.RETURN): State.RETURNED for state in _CORRECTED},
    (State.RETURNED, Event.PROVE): State.PROOF,
    (State.PROOF, Event.AGREE): State.AGREED,
    (State.AGREED, Event.SUBMIT): State.SUBMITTED,
    (State.AGREED, Event.REOPEN): State.SUBMITTED,
    (State.SUBMITTED, Event.GRANT): State.GRANTED,
    (State.SUBMITTED, Event.OBJECT): State.REJECTED,
    (State.SUBMITTED, Event.LAPSE): State.REJECTED,
    (State.SUBMITTED, Event.WITHDRAW): State.AGREED,
    (State.GRANTED, Event.OBJECT): State.REJECTED,
    (State.GRANTED, Event.REOPEN): State.SUBMITTED,
    (State.GRANTED, Event.WITHDRAW): State.AGREED,
    (State.GRANTED, Event.SEND): State.SENT,
    (State.SENT, Event.SEND): State.SENT,
    (State.REJECTED, Event.SUBMIT): State.SUBMITTED,
    (State.REJECTED, Event.GRANT): State.GRANTED,
    (State.REJECTED, Event.REOPEN): State.SUBMITTED,
    (State.REJECTED, Event.WITHDRAW): State.AGREED,
    **{(state, Event.END): State.ENDED for state in State if state not in (State.SENT, State.ENDED)},
}
"""All transitions; everything else is refused."""

WITH_TRANSLATOR = (State.ASKED, State.RETURNED, State.PROOF)
"""States in which the next step is the translator's, so that they are reminded."""

UNDER_WAY = (*WITH_TRANSLATOR, State.AGREED, State.SUBMITTED, State.REJECTED, State.GRANTED)
"""States in which readers of the language may wait for the edition."""

DISCLOSED = (State.GRANTED, State.SENT)
"""States in which readers may have it."""

TAKEN = (*UNDER_WAY, State.SENT)
"""States in which nobody else translates the issue into the language."""


def advance(state: State, event: Event) -> State:
    """The state after ``event``. Raises Refused if the table has no such transition."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Refused(f"A translation that is {state} cannot take the step “{event}”.") from None


class Form(StrEnum):
    """In which form the translator has the copy."""

    TEXT = "text"
    ODT = "odt"
    DOCX = "docx"


@dataclass(frozen=True, slots=True)
class Translation:
    """An issue on its way into another language, by one translator."""

    id: int
    issue: int
    """The issue's id."""
    language: str
    """BCP 47, of the edition."""
    contact: int
    """The id of the translator's contact."""
    address: str
    """That the copy went to; replies count from it alone."""
    credit: str
    """The translator, as readers are told: a name, an organisation, or both."""
    state: State
    form: Form
    source: int
    """The id of the frozen source that it is made from; 0 while it is only wished for."""
    asked_at: datetime
    changed_at: datetime
    """When the state was entered, or paragraphs came back last."""
    due_at: datetime | None = None
    """When the translator is reminded, or, if they were, when the secretary is told. None once that was done."""
    reminded_at: datetime | None = None
    ready_at: datetime | None = None
    """When it became whole, while its proof is still to be made."""
    tries: int = 0
    """How often the proof was begun since then."""
    proof: int = 0
    """The number of the newest proof, 0 before the first."""
    title: str = ""
    """The issue's title in the language, as of the newest proof."""
    edition: EditionRef | None = None
    """The newest proof as bytes: what is submitted, granted and sent."""

    @property
    def is_open(self) -> bool:
        """Whether it is under way."""
        return self.state in UNDER_WAY

    @property
    def waits_for_translator(self) -> bool:
        return self.state in WITH_TRANSLATOR and self.ready_at is None

    def may(self, event: Event) -> bool:
        """Whether it can take the step."""
        return (self.state, event) in TRANSITIONS


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as the translator returned it last."""

    text: str
    at: datetime
    as_written: bool = False
    """Whether the translator has said that it is right although numbers or names differ from the original."""


class Answer(StrEnum):
    """Whether a changed link may stand."""

    OPEN = "open"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class ChangedLink:
    """An address in the translation that is not in the original; an editor says whether it may stand."""

    id: int
    number: int
    """Of the paragraph."""
    was: str
    now: str
    answer: Answer = Answer.OPEN


@dataclass(frozen=True, slots=True)
class FrozenSource:
    """What an issue was built from."""

    id: int
    issue: int
    digest: str
    """As in ``Source``."""
    files: Mapping[str, bytes]
    """By their names in the issue's folder."""


def canonical(tag: str) -> str:
    """A language's tag as BCP 47 writes it: ``pt-BR``, ``zh-Hans``."""
    primary, *rest = tag.lower().split("-")
    return "-".join(
        [primary, *(one.upper() if len(one) == 2 else one.title() if len(one) == 4 else one for one in rest)]
    )


def ref_of(translation: Translation) -> EditionRef:
    """The translation among the editions of its issue, whether or not there is one yet."""
    return translation.edition or EditionRef(0, translation.language, "")


def best(originals: Sequence[EditionRef], translations: Sequence[Translation], language: str) -> Translation | None:
    """The translation that a reader of this language would read rather than the original."""
    known = [(one.language, one) for one in translations if one.state in TAKEN]
    refs = [*originals, *(ref_of(one) for _, one in known)]
    chosen = edition_for(refs, language).language
    if chosen in {ref.language for ref in originals}:
        return None
    return next(one for own, one in known if own == chosen)


def current(translations: Sequence[Translation], language: str) -> Translation | None:
    """The one that has the language, if any."""
    wanted = language.lower()
    return next((one for one in translations if one.language.lower() == wanted and one.state in TAKEN), None)
