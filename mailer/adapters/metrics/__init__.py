"""Counts and times in the text format of Prometheus, for whoever comes to read them."""

from mailer.adapters.metrics.server import serve

__all__ = ["serve"]
