"""The section ``[web]``: the pages that the daemon serves."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, field_validator

from mailer.config.section import Section
from mailer.config.values import Listen

Page = Literal["subscribe", "preferences", "presenter", "event", "view"]


class Web(Section):
    listen: Listen = ""
    pages: tuple[Page, ...] = ("subscribe", "preferences", "presenter", "event", "view")
    per_client: Annotated[int, Field(ge=1, le=10_000)] = 30
    forwarded_by: tuple[str, ...] = ("127.0.0.1", "::1")

    @field_validator("forwarded_by")
    @classmethod
    def _are_hosts(cls, hosts: Sequence[str]) -> Sequence[str]:
        for host in hosts:
            try:
                ipaddress.ip_address(host)
            except ValueError:
                raise ValueError(f"{host!r} is not an IP address") from None
        return hosts
