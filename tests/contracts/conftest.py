"""The suites here may ask for the real servers, too."""

from tests.servers.debian import debian_runs, real_servers

__all__ = ["debian_runs", "real_servers"]
