"""Publications, and their visual identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mailer.model.working_days import Span
from mailer.phrases import Phrase, phrase

DEFAULT_DESIGN = "journal"
TWO_WEEKS = Span(14)


class Forwarding(StrEnum):
    """What the publisher lets readers do with an issue."""

    ANY = "any"  # forward it, and translate it
    FORWARD = "forward"  # forward it unchanged
    NONE = "none"


FORWARDING: Mapping[Forwarding, Phrase] = {
    Forwarding.ANY: phrase("You may forward this newsletter to anyone, and translate it."),
    Forwarding.FORWARD: phrase("You may forward this newsletter to anyone, unchanged."),
    Forwarding.NONE: phrase("Please ask us before you pass this newsletter on."),
}
"""What an issue says about it."""

FORWARDING_EACH: Mapping[Forwarding, Phrase] = {
    Forwarding.ANY: phrase("You may forward every issue to anyone you like, and translate it."),
    Forwarding.FORWARD: phrase("You may forward every issue to anyone you like, unchanged."),
    Forwarding.NONE: phrase("Please ask us before you pass an issue on."),
}
"""What new readers are told about it."""


class ForwardingCopy(StrEnum):
    """How a reader gets a copy that is meant for forwarding."""

    ASK = "ask"  # by mail: “forward 3”
    ATTACHED = "attached"  # to each copy, too


@dataclass(frozen=True, slots=True)
class Identity:
    """A publication's visual identity (configuration, ``[identity]``)."""

    masthead: str
    tagline: str
    publisher: str
    accent: str
    """CSS colours, ``#rrggbb``."""
    ink: str
    paper: str
    imprint: str
    """One or two lines at the end: who publishes, where to write."""
    address: str
    """The office's address, which readers write to."""
    max_pages: int
    logo: str = ""
    """The path of an SVG or a PNG; empty is none. An SVG has the same picture as a PNG beside it, for the mail."""
    logo_alt: str = ""
    """The logo in words; empty where the masthead says the same."""
    cover: str = ""
    """The path of the picture at the head of every issue; empty is none."""
    cover_alt: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    """The colours of sections, ``#rrggbb``, by the sections' names."""
    fonts_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Paths of the font files that take the place of the shipped ones, by role: ``serif``, ``sans``, ``code``."""
    forwarding: Forwarding = Forwarding.FORWARD
    forwarding_words: Mapping[str, str] = field(default_factory=dict)
    """The publisher's own sentence on it, by language (BCP 47)."""
    design: str = DEFAULT_DESIGN
    """The name of a shipped design, or the path of a folder of the office's own templates."""
    web_version: str = ""
    """As in Publication."""

    def web_address(self, number: int, language: str) -> str:
        """Where an edition of an issue is on the web; empty where there is none."""
        return self.web_version.replace("{number}", str(number)).replace("{language}", language)

    @property
    def to_new_readers(self) -> Phrase:
        """What new readers are told about it; empty if the publisher has a sentence of their own, which issues have."""
        return Phrase() if self.forwarding_words else FORWARDING_EACH[self.forwarding]


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication as the configuration describes it."""

    key: str
    title: str
    list_id: str
    """RFC 2919."""
    lists: tuple[str, ...]
    max_pages: int
    folder: str
    """The path of an issue's folder; ``{number}`` stands for the issue's number."""
    editors: tuple[str, ...]
    """Addresses that are told of objections and results."""
    design: str = ""
    """As in Identity; empty is the office's. So are the next two."""
    tagline: str = ""
    forwarding: Forwarding | None = None
    web_version: str = ""
    """Where issues are on the web: an https address with ``{number}``, and ``{language}`` if there are editions."""
    translators: tuple[str, ...] = ()
    """The lists whose members get the translator's copy of an issue when they ask for it."""
    translation_time: Span = TWO_WEEKS
    """How long a translator has before a reminder."""
    editions_wait: Span | None = None
    """How long readers wait for an edition in their language that is under way, instead of getting the original."""
    personal: bool = True
    """Whether each reader gets a copy of their own; otherwise all who want one format get the same mail."""
    forwarding_copy: ForwardingCopy = ForwardingCopy.ASK

    def forwardable_name(self, number: int, language: str = "") -> str:
        """The file name of the mail that is meant for forwarding: ``update-1-to-forward.eml``."""
        return f"{self._stem(number, language)}-to-forward.eml"

    def pdf_name(self, number: int, language: str = "") -> str:
        """The file name of the attached PDF: ``update-1.pdf``; of a translation, ``update-1-fr.pdf``."""
        return f"{self._stem(number, language)}.pdf"

    def _stem(self, number: int, language: str) -> str:
        return f"{self.key}-{number}-{language}" if language else f"{self.key}-{number}"
