"""Everything that is set: issues as HTML, text and PDF, and service mail."""

from mailer.adapters.render.renderer import Renderer

__all__ = ["Renderer"]
