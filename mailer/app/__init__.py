"""The composition root: only this package chooses adapters (law 5)."""

from mailer.app.root import App

__all__ = ["App"]
