"""The suites here may ask for the real servers, too."""

from tests.servers.debian import real_servers

__all__ = ["real_servers"]
