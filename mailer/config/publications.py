"""The sections of lists and publications, and how what they publish looks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
)

from mailer.config.section import Section
from mailer.config.values import (
    AT_LEAST_ONE,
    Colour,
    DayOfYear,
    Design,
    LanguageTag,
    ListId,
    ListKey,
    LocalPath,
    MailAddress,
    OptionalListKey,
    OptionalPath,
    Text,
    Unanswered,
    WebVersion,
)
from mailer.config.voting import OptionalSpan, Span


class MailingList(Section):
    title: Text
    kind: Literal["readers", "members", "board", "bank", "discussion", "events"] = "readers"
    leave: bool | None = None
    """None: as the kind of list has it by default."""
    by_office: bool = False
    review: tuple[DayOfYear, ...] = ()
    maintained_by: OptionalListKey = ""
    by_country: bool = False
    unanswered: Unanswered | Literal[""] = ""
    """Empty: as ``[reviews]`` has it."""

    @field_validator("review")
    @classmethod
    def _in_order(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        if list(days) != sorted(set(days)):
            raise ValueError("must name each day once, in the order of the year")
        return days


class Publication(Section):
    title: Text
    list_id: ListId
    lists: Annotated[tuple[ListKey, ...], AT_LEAST_ONE]
    max_pages: Annotated[int, Field(ge=1, le=100)] = 4
    folder: LocalPath = Path("issues/{number}")
    editors: tuple[MailAddress, ...] = ()
    tagline: str = ""
    design: Design = ""
    forwarding: Literal["", "any", "forward", "none"] = ""
    web_version: WebVersion = ""
    translators: tuple[ListKey, ...] = ()
    translation_time: Span = "14 days"
    editions_wait: OptionalSpan = ""
    personal: bool = True
    forwarding_copy: Literal["ask", "attached"] = "ask"

    @field_validator("folder")
    @classmethod
    def _has_a_place_for_the_number(cls, folder: Path) -> Path:
        if "{number}" not in folder.name:
            raise ValueError("must end in a name with {number}, where the issue's number goes")
        return folder

    @field_validator("translators")
    @classmethod
    def _get_the_issue(cls, translators: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if strange := sorted(set(translators) - set(info.data.get("lists", translators))):
            raise ValueError(f"must be among its lists, because no grant covers another ({', '.join(strange)})")
        return translators

    def issue_folder(self, number: int) -> Path:
        """The folder that holds the articles of issue ``number``."""
        return self.folder.with_name(self.folder.name.replace("{number}", str(number)))


class VisualIdentity(Section):
    masthead: str = ""
    tagline: str = ""
    publisher: str = ""
    accent: Colour = "#0b5563"
    ink: Colour = "#1c2326"
    paper: Colour = "#ffffff"
    imprint: str = ""
    fonts: tuple[LocalPath, ...] = ()
    serif: tuple[LocalPath, ...] = ()
    sans: tuple[LocalPath, ...] = ()
    code: tuple[LocalPath, ...] = ()
    logo: OptionalPath = ""
    logo_alt: str = ""
    cover: OptionalPath = ""
    cover_alt: str = ""
    sections: Mapping[Text, Colour] = {}
    forwarding: Literal["any", "forward", "none"] = "forward"
    forwarding_words: Mapping[LanguageTag, Text] = {}
    design: Design = "journal"
