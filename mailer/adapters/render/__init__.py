"""Rendering of issues as HTML, text and PDF, and of service mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailer.adapters.render.renderer import Renderer

__all__ = ["Renderer"]


def __getattr__(name: str) -> object:
    """Its engines take long to import, so they are imported when the renderer is."""
    if name != "Renderer":
        raise AttributeError(name)
    from mailer.adapters.render import renderer

    return renderer.Renderer
