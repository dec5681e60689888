"""Tests in this folder may ask for the real servers."""

from tests.servers.debian import real_servers

__all__ = ["real_servers"]
