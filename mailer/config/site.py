"""The section ``[site]``: the static site."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from mailer.config.section import Section
from mailer.config.values import BaseUrl, Language, OptionalPath, Text


class Site(Section):
    folder: OptionalPath = ""
    url: BaseUrl = ""
    languages: tuple[Language, ...] = ()
    internal: tuple[Text, ...] = ()
    leave_out: tuple[Text, ...] = ()
    search: bool = False
    publish: tuple[Text, ...] = ()
    publish_seconds: Annotated[int, Field(ge=1, le=3600)] = 300

    @field_validator("publish")
    @classmethod
    def _has_something_to_publish(cls, publish: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if publish and not info.data.get("folder"):
            raise ValueError("needs a folder, which the daemon keeps up to date and the command then publishes")
        return publish
