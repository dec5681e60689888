"""The composition root: only this package knows which adapter is in use (law 5)."""

from mailer.app.root import App

__all__ = ["App"]
