"""Connections to the web page: none holds up others by being slow."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 5.0
"""For a whole request to come, from the beginning of its connection."""
MOST_WAITING, MOST_WAITING_OF_A_CLIENT = 100, 20
"""Connections without a complete header; one more ends the oldest. A web server in front sends a header at once."""


class Connection(H11Protocol):
    """A connection for one request, which must come in time."""

    def __init__(self, *arguments: Any, waiting: dict[Connection, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._waiting = waiting
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self._give_up)
        client = self.client[0] if self.client else ""
        same = [other for other, address in self._waiting.items() if address == client]
        if len(same) >= MOST_WAITING_OF_A_CLIENT:
            same[0]._give_up()
        elif len(self._waiting) >= MOST_WAITING:
            next(iter(self._waiting))._give_up()
        self._waiting[self] = client

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        self._stop_waiting()
        self.transport.abort()

    def _stop_waiting(self) -> None:
        self._waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def connections() -> Any:
    """Makes the connections of one server."""
    waiting: dict[Connection, str] = {}
    return partial(Connection, waiting=waiting)
