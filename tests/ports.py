"""Ports for servers that cannot be asked which one they have."""

from __future__ import annotations

import os
import socket
from itertools import count

_FIRST, _LAST = 20_000, 32_000
"""Below those that the system gives to connections, so that none of them takes one in between."""

_BLOCK = 64
"""So many for each process, so that tests that run side by side do not choose the same."""

_offsets = count(os.getpid() * _BLOCK)


def free_port() -> int:
    """One of this machine's on which nobody listens."""
    while True:
        port = _FIRST + next(_offsets) % (_LAST - _FIRST)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
