"""Metrics in the text format of Prometheus, served over HTTP."""

from mailer.adapters.metrics.server import serve

__all__ = ["serve"]
