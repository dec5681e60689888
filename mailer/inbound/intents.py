"""What a mail can want. ``mailer/requests.py`` says for each intent who handles it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from mailer.message import Inbound
from mailer.model.approvals import Choice
from mailer.model.lists import Details
from mailer.model.policies import ENGLISH, Keywords
from mailer.model.reports import SEVERITY, Reported
from mailer.phrases import Phrase
from mailer.tokens import Purpose, Token


class Intent:
    """What a mail wants, with the values that its handler needs."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Bounce(Intent):
    """A delivery report (RFC 3464) of a failure or a delay, or something that reads like one."""

    token: Token | None
    """The genuine bounce token of the mail that it is about; without one it suppresses nobody (B10)."""
    recipients: tuple[Reported, ...]
    """What it says about each recipient; at least one, if only without an address."""
    message_id: str = ""
    """That of the returned mail, or empty. Others than its reader may know it, so it proves nothing."""

    @property
    def worst(self) -> Reported:
        """The most severe of what it says."""
        return max(self.recipients, key=lambda one: (SEVERITY.index(one.fate), one.status))


@dataclass(frozen=True, slots=True)
class Report(Intent):
    """A delivery report (RFC 3464) on a mail that arrived, or on one that several recipients shared."""

    token: Token | None
    recipients: tuple[Reported, ...]
    message_id: str = ""
    """As in a bounce."""


@dataclass(frozen=True, slots=True)
class Complaint(Intent):
    """A feedback report (RFC 5965): a reader called a mail spam."""

    token: Token | None
    """The genuine bounce token of the mail; without one a person has to look (B10)."""
    recipients: tuple[Reported, ...] = ()
    """Those who complain, as far as the report names them."""
    message_id: str = ""
    """As in a bounce."""


@dataclass(frozen=True, slots=True)
class AutoReply(Intent):
    """Written by a machine on somebody's behalf; never answered, never a vote."""

    reason: str


@dataclass(frozen=True, slots=True)
class Loop(Intent):
    """Our own mail that came back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Subscribe(Intent):
    """They ask to receive what the office sends."""

    details: Details
    problems: tuple[Phrase, ...]
    """Lines that were not understood, in words for the writer."""


@dataclass(frozen=True, slots=True)
class Confirm(Intent):
    """They confirm a sign-up."""

    token: Token | None
    """The genuine token that the mail carries. Without one, an authentic sender confirms their own newest sign-up."""


@dataclass(frozen=True, slots=True)
class Leave(Intent):
    """They ask to leave, with a genuine token that lets its bearer do so and nothing else (B4)."""

    token: Token


@dataclass(frozen=True, slots=True)
class ComeBack(Intent):
    """They undo a departure."""

    token: Token


@dataclass(frozen=True, slots=True)
class LeaveEverything(Intent):
    """They ask to receive nothing more."""

    token: Token | None
    """The genuine token that the mail carries. Without one a sender who cannot be believed must confirm (B4)."""


@dataclass(frozen=True, slots=True)
class Help(Intent):
    """They ask how this works."""


@dataclass(frozen=True, slots=True)
class Status(Intent):
    """They ask what the office holds about them."""


@dataclass(frozen=True, slots=True)
class Pause(Intent):
    """They want no issue for a time."""

    until: str
    """The day on which mail comes again (ISO 8601); empty if they end a pause, or if there are problems."""
    problems: tuple[Phrase, ...]
    """What was not understood, in words for the writer."""


@dataclass(frozen=True, slots=True)
class Resume(Intent):
    """They end their pause."""


@dataclass(frozen=True, slots=True)
class SetDetails(Intent):
    """They change what the office knows of them."""

    details: Mapping[str, str]
    """The new values by the names of Details; an empty one is dropped."""
    problems: tuple[Phrase, ...]
    """What was not understood, in words for the writer."""


@dataclass(frozen=True, slots=True)
class ChangeAddress(Intent):
    """They have another address now."""

    old: str
    """The address that they had so far; empty is the one that they write from."""
    new: str
    """Empty is the one that they write from. If both are empty, the mail names no address."""


@dataclass(frozen=True, slots=True)
class Get(Intent):
    """They ask for an issue again."""

    number: int | None
    """None is the newest."""
    publication: str
    """Words for one of the publications; empty is any that they receive."""
    language: str = ""
    """The tag of the edition that they ask for; empty is that in their own language."""


@dataclass(frozen=True, slots=True)
class Translate(Intent):
    """They offer to translate an issue, or ask for the translator's copy in another form."""

    number: int | None
    """None if they do not say which."""
    publication: str
    """As in Get."""
    language: str
    """The tag of the language that it is to be in; empty is their own."""
    form: str
    """``odt`` or ``docx``; empty is plain text."""


@dataclass(frozen=True, slots=True)
class Forward(Intent):
    """They ask for an issue as a mail that they can pass on."""

    number: int | None
    """None is the newest."""
    publication: str
    """As for Get."""
    named: bool = False
    """Whether it is to say who sends it on."""
    language: str = ""
    """As for Get."""


@dataclass(frozen=True, slots=True)
class OfferToPresent(Intent):
    """They offer to speak at events, or want to change what they offered."""


@dataclass(frozen=True, slots=True)
class OfferArticle(Intent):
    """They send an article that nobody has asked for, or ask how to send one."""

    in_text: bool = True
    """Whether the command stands in the text; if not, it stands in the address."""


@dataclass(frozen=True, slots=True)
class AnnounceEvent(Intent):
    """They announce an event, in lines or in a calendar file, or ask for the lines to fill in."""


@dataclass(frozen=True, slots=True)
class Faq(Intent):
    """They ask for frequent questions and answers."""

    words: str
    """What about; may be empty."""
    stands_below: bool = False
    """Whether the question is a paragraph of its own below the command."""


@dataclass(frozen=True, slots=True)
class ForgetMe(Intent):
    """They ask the office to erase all that it holds about them."""


@dataclass(frozen=True, slots=True)
class Agree(Intent):
    """They answer what they were asked to confirm."""

    token: Token
    yes: bool


@dataclass(frozen=True, slots=True)
class Vote(Intent):
    """A reply to a request for approval."""

    token: Token
    choice: Choice | None
    """None if the reply is no vote."""
    comment: str
    reason: Phrase
    """Why there is no choice, in words for the member; empty if there is one."""
    below: Choice | None = None
    """The choice below a quotation, which counts only if that is of our own request alone (A12)."""
    quoted: tuple[str, ...] = ()
    """The lines of that quotation."""
    remark: str = ""
    """The comment to the choice below."""


@dataclass(frozen=True, slots=True)
class ChallengeReply(Vote):
    """A reply to the question whether a vote was theirs (A1): it must be a vote itself."""


@dataclass(frozen=True, slots=True)
class StaffReply(Intent):
    """An answer to a notice that the office wrote to its staff."""

    token: Token
    text: str
    """The writer's own words, without what they quote."""
    uncertain: Phrase | None = None
    """Why it is acted on in no case, in words for the writer; None if nothing speaks against it."""

    @property
    def first(self) -> str:
        """The first line that is not blank, stripped; or empty."""
        return next((line.strip() for line in self.text.split("\n") if line.strip()), "")


@dataclass(frozen=True, slots=True)
class Nominate(Intent):
    """They propose an organisation that is to be invited."""


@dataclass(frozen=True, slots=True)
class Wish(Intent):
    """They want something of the office: a leaflet, an article, a talk."""


@dataclass(frozen=True, slots=True)
class ProposeLink(Intent):
    """They propose a link for the list of the library."""


@dataclass(frozen=True, slots=True)
class QuestionReply(Intent):
    """An answer to a question that the office asked; what it says depends on the question."""

    token: Token
    leaves: bool = False
    """Whether its words are those by which people unsubscribe."""


@dataclass(frozen=True, slots=True)
class Feedback(Intent):
    """Words for a person to read."""

    text: str
    token: Token | None = None
    """The genuine token of the item that they belong to, if they answer our mail about it."""
    answers_question: bool = False
    """They answer a question that the office wrote by itself; another mail by itself could go on forever (B8)."""
    question: str = ""
    """What they ask, if it may become a frequent question; empty for all other words."""


@dataclass(frozen=True, slots=True)
class Unsure(Intent):
    """Words that may be a command: its writer is asked, and a person gets them."""

    command: str
    """The command that they may be."""
    text: str


@dataclass(frozen=True, slots=True)
class Refuse(Intent):
    """A mail that we do not act on and do not answer."""

    reason: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command as a mail gives it."""

    name: str
    """One of ``inbound/words/commands.py``, which a row of ``mailer/requests.py`` names."""
    argument: str = ""
    """What follows its words on the same line, such as ``fr`` after “set language”."""
    language: str = ""
    """The language (BCP 47) of its words; empty if it stands in the address."""


Reader: TypeAlias = Callable[[Inbound, "ReadingRules", Sequence[Token]], Intent]
"""Makes the intent of a mail with genuine tokens for one purpose."""

CommandReader: TypeAlias = Callable[[Inbound, "ReadingRules", Command], "Intent | None"]
"""Makes the intent of a mail with a command; None if its argument is none that the command takes (G3)."""


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """What is needed to read a mail, beside the mail."""

    address: str
    """The base address, ``base@domain``."""
    list_ids: tuple[str, ...]
    """The List-Ids of our own publications: mail that carries one is our own (B6)."""
    commands: Mapping[str, CommandReader]
    """How a mail with a command is read, by the command's name."""
    answers: Mapping[Purpose, Reader]
    """How a mail with tokens is read, by their purpose. If it has tokens for several, the first of these counts."""
    keywords: Keywords = ENGLISH
    """The words that are votes, in all languages."""
    banners: tuple[str, ...] = ()
    """Lines that a gateway puts above replies, beside those that are known (A36)."""
    names: tuple[str, ...] = ()
    """The names of the office and its publications, which say nothing in a command."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a mail's From is proven, and why or why not."""

    authentic: bool
    reason: str
    covered: frozenset[str] = frozenset()
    """The fields that are proven to be the sender's, too, in lower case (A39, A40)."""
    signatures: tuple[str, ...] = ()
    """What is this mail's alone, however it came: SHA-256 of the octets of its signatures (A9, A38)."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """The records of the keys that it rests on, by their names in the DNS."""
    authserv_id: str = ""
    """The server whose results it rests on; empty if we verified the mail ourselves."""
