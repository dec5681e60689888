"""The section ``[articles]``: articles that are written by mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import field_validator

from mailer.config.section import Section
from mailer.config.values import ListKey, OptionalPath, Text
from mailer.config.voting import Span


class Articles(Section):
    proof: Literal["required", "asked", "off"] = "asked"
    by: tuple[ListKey, ...] = ()
    own_names: tuple[Text, ...] = ()
    reminders: tuple[Span, ...] = ("14 days", "3 days")
    plan: OptionalPath = ""

    @field_validator("reminders")
    @classmethod
    def _fall(cls, reminders: Sequence[str]) -> Sequence[str]:
        days = [int(reminder.partition(" ")[0]) for reminder in reminders]
        if days != sorted(set(days), reverse=True):
            raise ValueError("must have the longest time first, each once")
        return reminders
