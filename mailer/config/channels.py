"""The sections on publications of others: channels, which print our articles, and the press."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from mailer.config.section import Section
from mailer.config.values import AT_LEAST_ONE, Language, ListKeyOrNone, MailAddress, Text


class Channel(Section):
    """``[channels.KEY]``: a magazine or web site of others that may print articles of ours."""

    title: Text
    publications: Annotated[tuple[Text, ...], AT_LEAST_ONE]
    contact: MailAddress | None = None
    name: str = ""
    language: Language = "en"
    words: Annotated[int, Field(ge=0)] = 0
    terms: str = ""
    attach_bytes: Annotated[int, Field(ge=100_000)] = 7_000_000
    remind_days: Annotated[int, Field(ge=0, le=365)] = 14

    @field_validator("publications")
    @classmethod
    def _are_ours(cls, publications: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known = (info.context or {}).get("publications")
        if known is not None and (strange := [one for one in publications if one not in known]):
            raise ValueError(f"must be publications in this file ({', '.join(known)}), not {strange[0]}")
        return publications


class Press(Section):
    """``[press]``: who gets press releases."""

    list: ListKeyOrNone = ""
    attach_bytes: Annotated[int, Field(ge=0)] = 5_000_000
