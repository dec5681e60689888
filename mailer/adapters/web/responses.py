"""What the web pages answer with: templates in the reader's language, and the header fields of all responses."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mailer.adapters.catalogues import Catalogues
from mailer.adapters.translation import Block, catalogue_of, translate, written
from mailer.adapters.web.settings import WebSettings
from mailer.compose.catalogue import Catalogue
from mailer.phrases import Country, Language

LANGUAGES = 20
"""How many languages of an Accept-Language field are considered."""

OF_VIEW = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox "
    "allow-top-navigation-by-user-activation"
)
"""What an issue may do, whose styles stand in its elements: nothing runs, and nothing is fetched."""


class Responses:
    """The pages, and the header fields of all their responses."""

    def __init__(self, templates: Path, settings: WebSettings, catalogues: Catalogues) -> None:
        style = (templates / "style.css").read_text(encoding="utf-8")
        self._jinja = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        translate(self._jinja)
        self._jinja.filters.update(FILTERS)
        languages = {tag: Locale.parse(tag, sep="-").get_display_name() for tag in catalogues.tags}
        self._jinja.globals.update(
            style=Markup(style),
            office=settings.office,
            office_address=settings.address,
            base=settings.base,
            served=settings.pages,
            languages=languages,
        )
        self._base = settings.base
        self._catalogues = catalogues
        style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self._headers = {
            "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{style_hash}'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Vary": "Accept-Language",
            "Referrer-Policy": "no-referrer",  # the URL contains a token
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "X-Robots-Tag": "noindex",
            "Permissions-Policy": "interest-cohort=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Connection": "close",  # one request for each connection, so that none is kept open
        }
        if settings.is_secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    def catalogue(self, request: Request, language: str = "") -> Catalogue:
        """That of the language that the visitor has chosen, of ``language``, or of those that the browser asks for."""
        chosen = request.query_params.get("lang", "")[:20]
        return self._catalogues(
            *filter(None, (chosen, language)), *preferred(request.headers.get("accept-language", ""))
        )

    def page(
        self, request: Request, name: str, status: int = 200, *, language: str = "", **values: object
    ) -> HTMLResponse:
        """The page in the visitor's language, else in the office's."""
        catalogue = self.catalogue(request, language)
        own = {"publication": "", "offers_languages": False, **values}
        page = self._jinja.get_template(f"{name}.html").render(catalogue=catalogue, **own)
        return HTMLResponse(page, status, {**self._headers, "Content-Language": catalogue.tag})

    def to(self, path: str) -> RedirectResponse:
        """Go to another of our pages, after a form (RFC 9110 15.4.4)."""
        return RedirectResponse(f"{self._base}{path}", 303, {**self._headers})

    def view(self, page: str, language: str) -> HTMLResponse:
        """An issue."""
        return HTMLResponse(page, 200, {**self._headers, "Content-Security-Policy": OF_VIEW})

    def file(self, content: bytes, name: str, media_type: str) -> Response:
        """A file to keep."""
        headers: Mapping[str, str] = {
            **self._headers,
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return Response(content, 200, dict(headers), media_type)


@pass_context
def _capitalised(context: Context, value: object) -> str:
    words = str(written(context, value))
    return words[:1].upper() + words[1:]


@pass_context
def _country(context: Context, code: str) -> str:
    """The name of a country in the visitor's language; empty if there is none."""
    return catalogue_of(context).country(Country(code)) if code else ""


@pass_context
def _tongue(context: Context, tag: str) -> str:
    return catalogue_of(context).language(Language(tag))


FILTERS = {
    "block": lambda text: Block(text),
    "capitalised": _capitalised,
    "country": _country,
    "items": lambda choices: choices.items(),
    "tongue": _tongue,
}


def preferred(accepted: str) -> list[str]:
    """The languages of an Accept-Language field (RFC 9110 12.5.4), most wanted first."""
    weights = {part.partition(";")[0].strip(): _weight(part) for part in accepted.split(",")[:LANGUAGES]}
    return sorted((tag for tag, weight in weights.items() if weight > 0), key=lambda tag: -weights[tag])


def _weight(part: str) -> float:
    """The weight of a language, from 0 (not wanted) to 1."""
    value = re.fullmatch(r"[^;]*;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", part, re.IGNORECASE)
    return float(value[1]) if value else float(";" not in part)
