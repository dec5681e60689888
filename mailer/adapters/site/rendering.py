"""Pages of the site from their templates, and frozen pages with what leads from them to the rest of the site."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from jinja2 import Environment
from markupsafe import Markup

from mailer.adapters.catalogues import Catalogues
from mailer.adapters.render.colour import Palette
from mailer.adapters.render.templates import environment
from mailer.adapters.site import paths
from mailer.adapters.site.page import Link, Page, Titled
from mailer.adapters.site.plan import Plan, list_file
from mailer.compose import list_documents
from mailer.compose.catalogue import Catalogue, direction
from mailer.model.commands import told
from mailer.model.issues import Edition
from mailer.model.list_documents import Issuer, Standing
from mailer.phrases import Country, Days, Language, Phrase, phrase

POLICY = (
    "default-src 'none'; img-src 'self' data: file:; style-src 'self' 'unsafe-inline' file:; base-uri 'none'; "
    "form-action 'none'"
)
"""No script, and nothing of another host."""
SEARCH_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; form-action 'self'"
)
"""The same, with the script of the search and its WebAssembly."""

_DATA = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,([A-Za-z0-9+/=]+)")
_HEAD, _BODY = re.compile(r"<head[^>]*>", re.IGNORECASE), re.compile(r"<body[^>]*>", re.IGNORECASE)
_MAIN = re.compile(r"<main\b|<(?=div role=\"main\")", re.IGNORECASE)


Steps: TypeAlias = "tuple[tuple[str, object, str, str], ...]"
"""Links to other issues: the relation, what it is called, the path, and the title."""


class Site(NamedTuple):
    """What every page says of the office."""

    title: str
    tagline: str
    publisher: str
    imprint: str
    address: str
    subscribe: str
    """The address that signs people up, and the link that prepares the mail."""
    subscribe_link: str
    url: str
    language: str
    """The main one."""
    languages: tuple[str, ...]
    publications: tuple[Titled, ...]
    searchable: bool
    logo: str = ""
    """The path of the picture beside the title, which says the same."""


@dataclass(frozen=True)
class Rendering:
    """Makes the bytes of pages."""

    folder: Path
    zone: tzinfo
    catalogues: Catalogues
    colours: Palette
    site: Site
    plans: Mapping[str, Plan]
    """By language."""
    known: frozenset[str]
    """The paths of all pages."""

    @cached_property
    def _templates(self) -> Environment:
        made = environment(self.folder, self.zone)
        made.globals.update(direction=direction, autonym=self._autonym, policy=POLICY)
        return made

    @cached_property
    def print(self) -> str:
        """A digest of the templates, and of what every page says."""
        whole = sha256(repr((self.site, self.colours)).encode())
        for path in sorted((self.folder / "site").iterdir()):
            whole.update(path.read_bytes())
        return whole.hexdigest()

    def style(self) -> bytes:
        return self._templates.get_template("site/site.css").render(colours=self.colours).encode()

    def script(self) -> bytes:
        return (self.folder / "site" / "search.js").read_bytes()

    # --- pages of our own ---

    def page(self, page: Page) -> bytes:
        """A page from its template."""
        own = dict(page.values)
        if page.template == "list.html":
            own |= self._list(page)
        if page.template == "event.html":
            own["period"] = Days(str(own["days"]))
        if page.template == "subscribe.html":
            own["commands"] = list(told(page.language).items())
        if page.template == "search.html":
            own["policy"] = SEARCH_POLICY
        own.setdefault("feeds", ())
        return self._fill(
            f"site/{page.template}", page, {**self._around(page, self.translations(page)), **own}
        ).encode()

    def translations(self, page: Page) -> list[tuple[str, str]]:
        """The same page in each language that has it."""
        if page.path == paths.INDEX:
            return [(tag, paths.page(tag.lower())) for tag in self.site.languages]
        rest = page.path.partition("/")[2]
        same = [(tag, f"{tag.lower()}/{rest}") for tag in self.site.languages]
        found = [(tag, path) for tag, path in same if path in self.known]
        home = {tag: paths.page(tag.lower()) for tag in self.site.languages}
        return [(tag, dict(found).get(tag, home[tag])) for tag in self.site.languages] if found else []

    def public_translations(self, page: Page) -> list[tuple[str, str]]:
        """Those of them that say the same, for search engines."""
        return [
            (tag, path) for tag, path in self.translations(page) if path == page.path or paths.page(tag.lower()) != path
        ]

    @staticmethod
    def alternates(page: Page) -> list[tuple[str, str]]:
        """The editions of an issue or document in each language."""
        found: Any = page.values["alternates"]
        return list(found)

    def missing(self) -> bytes:
        """What a web server shows in the place of a page that is not there; its links work wherever that is."""
        page = Page("404.html", self.site.language, "missing.html", phrase("There is no such page"))
        values = self._around(page, [])
        values |= {"link": values["public"], "canonical": "", "feeds": ()}
        return self._fill("site/missing.html", page, values).encode()

    def _list(self, page: Page) -> dict[str, object]:
        found: Any = page.values["told"]
        group: Any = page.values["group"]
        catalogue, document = self.catalogues(page.language), found.document
        standing = Standing(original=document.language if document.language != catalogue.tag else "")
        issuer = Issuer(self.site.title, self.site.address)
        shown = list_documents.shown(document, catalogue, issuer, standing)
        folder = page.path.removesuffix(f"/{paths.INDEX}")
        groups = (
            [
                Link(one.title or phrase("Without a country"), f"{folder}/{one.key.lower() or 'none'}/{paths.INDEX}")
                for part in shown.parts
                for one in part.groups
            ]
            if group is None
            else []
        )
        large = [one for one in groups if one.path in self.known]
        counts = {one.title: len(one.rows) for part in shown.parts for one in part.groups}
        downloads = [
            Link(ending.upper(), list_file(found, ending)) for ending in found.endings if ending not in ("html",)
        ]
        named = [{"label": one.label, "path": one.path, "count": counts.get(str(one.label), 0)} for one in large]
        return {"list": shown, "group": group, "groups": named, "downloads": downloads if group is None else []}

    # --- frozen pages ---

    def issue(self, page: Page, edition: Edition, steps: Steps) -> dict[str, bytes]:
        """The web version of an issue: its bytes as they were granted, below what leads to the rest of the site."""
        html, files = edition.html, {}
        for picture in edition.pictures:
            name = f"{picture.cid.partition('@')[0]}.{picture.media_type.partition('/')[2]}"
            files[paths.beside(page.path, name)] = picture.data
            html = html.replace(f"cid:{picture.cid}", name)
        files[page.path] = self._framed(page, html, steps).encode()
        return files

    def document(self, page: Page, html: str) -> dict[str, bytes]:
        """A document of the library as it was granted; its pictures become files beside it."""
        files: dict[str, bytes] = {}

        def keep(found: re.Match[str]) -> str:
            data = base64.b64decode(found[2])
            name = f"{sha256(data).hexdigest()[:16]}.{found[1].partition('+')[0]}"
            files[paths.beside(page.path, name)] = data
            return name

        shown = _DATA.sub(keep, html)
        files[page.path] = self._framed(page, shown, ()).encode()
        return files

    def _framed(self, page: Page, html: str, steps: Steps) -> str:
        values = {**self._around(page, self.alternates(page)), **page.values, "steps": steps, "og_type": "article"}
        values["content"] = "content"
        catalogue = self.catalogues(page.language)
        head = self._fill("site/head.html", page, values)
        style = self._templates.get_template("site/frozen.css").render(colours=self.colours, catalogue=catalogue)
        bar, foot = (self._fill(f"site/{name}.html", page, values) for name in ("bar", "foot"))
        policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        inside = f'{policy}<meta name="referrer" content="no-referrer">{head}<style>{style}</style>'
        html = _HEAD.sub(lambda found: found[0] + inside, html, count=1)
        mark = ' id="content" tabindex="-1"' + (" data-pagefind-body" if self.site.searchable else "")
        html = _MAIN.sub(lambda found: f"<main{mark}" if found[0] != "<" else "<", html, count=1)
        html = html.replace('<div role="main"', f'<div role="main"{mark}', 1)
        html = _BODY.sub(lambda found: found[0] + bar, html, count=1)
        before, closing, after = html.rpartition("</body>")
        return f"{before}{foot}{closing}{after}" if closing else html + foot

    # --- what all have ---

    def _around(self, page: Page, translations: Sequence[tuple[str, str]]) -> dict[str, object]:
        plan = self.plans.get(page.language) or self.plans[self.site.language]
        url, has_own = self.site.url, page.language in self.plans
        language = plan.language

        def at(*parts: object) -> str:
            return paths.page(language.lower(), *parts)

        same = {path for _, path in translations} if page.path != paths.INDEX else set()
        return {
            "site": self.site,
            "page": page,
            "catalogue": self.catalogues(page.language),
            "home": paths.page(language.lower()),
            "navigation": plan.navigation,
            "ways": plan.ways,
            "translations": list(translations),
            "fallback": paths.INDEX if page.template == "home.html" else "",
            "canonical": paths.address(url, _canonical(page)) if has_own or same else paths.address(url, page.path),
            "public": lambda path: paths.address(url, path),
            "link": lambda path: Markup(paths.relative(path, page.path)),
            "at": at,
            "language": lambda tag: self.catalogues(page.language).language(tag),
            "og_type": "website",
            "search_text": self.site.searchable and page.template in ("event.html", "list.html", "subscribe.html"),
        }

    def _fill(self, template: str, page: Page, values: Mapping[str, object]) -> str:
        title = _said(page.title, self.catalogues(page.language))
        return self._templates.get_template(template).render({**values, "page": replace(page, title=title)})

    def _autonym(self, tag: str) -> str:
        return self.catalogues(tag).language(tag)


def _canonical(page: Page) -> str:
    return paths.page(page.language.lower()) if page.path == paths.INDEX else page.path


def _said(title: object, catalogue: Catalogue) -> str:
    match title:
        case Phrase():
            return catalogue.translate(title)
        case Country():
            return catalogue.country(title)
        case Language():
            return catalogue.language(title)
    return str(title)
