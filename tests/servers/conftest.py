"""Tests in this folder may ask for the real servers."""

from tests.servers.debian import debian_runs, real_servers

__all__ = ["debian_runs", "real_servers"]
