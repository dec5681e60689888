"""What the web pages answer with: templates in the reader's language, and the header fields of all responses."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from mailer.adapters.catalogues import Catalogues
from mailer.adapters.translation import translate

LANGUAGES = 20
"""How many languages of an Accept-Language field are considered."""


class Responses:
    """The pages, and the header fields of all their responses."""

    def __init__(self, templates: Path, office: str, catalogues: Catalogues) -> None:
        style = (templates / "style.css").read_text(encoding="utf-8")
        self._jinja = Environment(loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined)
        translate(self._jinja)
        self._jinja.globals.update(style=Markup(style), office=office)
        self._catalogues = catalogues
        style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self._headers = {
            "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{style_hash}'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Vary": "Accept-Language",
            "Referrer-Policy": "no-referrer",  # the URL contains a token
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
            "Connection": "close",  # one request for each connection, so that none is kept open
        }

    def page(self, request: Request, name: str, status: int = 200, title: str = "") -> HTMLResponse:
        """The page in the language that the browser asks for, else in the office's. ``title`` is a publication's."""
        catalogue = self._catalogues(*preferred(request.headers.get("accept-language", "")))
        page = self._jinja.get_template(f"{name}.html").render(catalogue=catalogue, publication=title)
        return HTMLResponse(page, status, {**self._headers, "Content-Language": catalogue.tag})


def preferred(accepted: str) -> list[str]:
    """The languages of an Accept-Language field (RFC 9110 12.5.4), most wanted first."""
    weights = {part.partition(";")[0].strip(): _weight(part) for part in accepted.split(",")[:LANGUAGES]}
    return sorted((tag for tag, weight in weights.items() if weight > 0), key=lambda tag: -weights[tag])


def _weight(part: str) -> float:
    """The weight of a language, from 0 (not wanted) to 1."""
    value = re.fullmatch(r"[^;]*;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", part, re.IGNORECASE)
    return float(value[1]) if value else float(";" not in part)
