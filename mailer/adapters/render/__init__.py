"""Rendering of issues as HTML, text and PDF, and of service mail."""

from mailer.adapters.render.renderer import Renderer

__all__ = ["Renderer"]
