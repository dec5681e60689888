"""The fixtures of the real servers."""

from tests.servers.debian import debian_runs, real_servers
from tests.servers.postgresql import postgresql

__all__ = ["debian_runs", "postgresql", "real_servers"]
