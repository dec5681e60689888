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

ANSWER_SECONDS = 120.0
"""For an answer to be taken."""
MOST_TAKING = 50
"""Connections whose client has not taken all of an answer, which is in our memory; one more ends the oldest."""


class Connection(H11Protocol):
    """A connection for one request, which must come in time, and whose answer must be taken in time."""

    def __init__(
        self, *arguments: Any, waiting: dict[Connection, str], taking: dict[Connection, None], **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self._waiting, self._taking = waiting, taking
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

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.get_write_buffer_size():
            if len(self._taking) >= MOST_TAKING:
                next(iter(self._taking))._give_up()
            self._taking[self] = None
            self._deadline = self.loop.call_later(ANSWER_SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        self._stop_waiting()
        self.transport.abort()

    def _stop_waiting(self) -> None:
        self._waiting.pop(self, None)
        self._taking.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def connections() -> Any:
    """Makes the connections of one server."""
    waiting: dict[Connection, str] = {}
    taking: dict[Connection, None] = {}
    return partial(Connection, waiting=waiting, taking=taking)
