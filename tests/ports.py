"""TCP ports for servers that do not report which one the system gave them."""

from __future__ import annotations

import os
import socket
from itertools import count

_FIRST, _LAST = 20_000, 32_000
"""Below the ports that the system gives to connections, so that none of them takes one."""

_BLOCK = 64
"""Ports for each process, so that parallel tests choose different ones."""

_offsets = count(os.getpid() * _BLOCK)


def free_port() -> int:
    """A local port on which nobody listens."""
    while True:
        port = _FIRST + next(_offsets) % (_LAST - _FIRST)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
