"""The section ``[faq]``: questions that are asked and answered by mail."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mailer.config.section import Section


class Faq(Section):
    answers: Annotated[int, Field(ge=1, le=10)] = 3
    attach_bytes: Annotated[int, Field(ge=0)] = 2_000_000
