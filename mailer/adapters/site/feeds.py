"""Atom feeds (RFC 4287), the sitemap (sitemaps.org 0.9), and what tells search engines of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, cast

from lxml import etree

from mailer.adapters.site import paths
from mailer.adapters.site.contents import ToldEdition
from mailer.adapters.site.plan import pdf_name
from mailer.adapters.site.rendering import Site

ENTRIES = 30
"""Of a feed, the newest."""

_ATOM: Final = "http://www.w3.org/2005/Atom"
_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML: Final = "http://www.w3.org/1999/xhtml"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def atom(site: Site, domain: str, language: str, key: str, title: str, editions: Sequence[ToldEdition]) -> bytes:
    """The feed of a publication in one language; ``editions`` are those, the newest first.

    Ids are tag URIs (RFC 4151), so they stay the same wherever the site stands.
    """
    place = paths.feed(language, key)
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap=cast("dict[str, str]", {None: _ATOM}))
    feed.set(_LANG, language)
    since = min((one.shown.at for one in editions), default=datetime.now(UTC))
    _text(feed, "id", f"tag:{domain},{since:%Y}:{key}/{language.lower()}")
    _text(feed, "title", title)
    if site.tagline:
        _text(feed, "subtitle", site.tagline)
    _text(feed, "updated", _time(max((one.shown.at for one in editions), default=since)))
    author = etree.SubElement(feed, f"{{{_ATOM}}}author")
    _text(author, "name", site.publisher or site.title)
    _link(feed, "alternate", _to(site, paths.page(language.lower(), "issues", key), place), "text/html", language)
    _link(feed, "self", paths.address(site.url, place) or "feed.xml", "application/atom+xml")
    for one in editions[:ENTRIES]:
        _entry(feed, site, domain, one, place)
    return _bytes(feed)


def _entry(feed: etree._Element, site: Site, domain: str, told: ToldEdition, place: str) -> None:
    shown = told.shown
    entry = etree.SubElement(feed, f"{{{_ATOM}}}entry")
    number = f"{shown.publication}/{shown.number}/{shown.language.lower()}"
    _text(entry, "id", f"tag:{domain},{shown.at:%Y}:{number}")
    _text(entry, "title", shown.title)
    _text(entry, "updated", _time(shown.at))
    _text(entry, "published", _time(shown.at))
    for topic in told.facts.topics:
        etree.SubElement(entry, f"{{{_ATOM}}}category", term=topic)
    page = paths.issue(shown)
    _link(entry, "alternate", _to(site, page, place), "text/html", shown.language)
    _link(entry, "enclosure", _to(site, paths.beside(page, pdf_name(told)), place), "application/pdf", shown.language)
    if told.facts.summary:
        _text(entry, "summary", told.facts.summary)


def _to(site: Site, path: str, place: str) -> str:
    """An address, or where the site has none, one that is relative to the feed."""
    return paths.address(site.url, path) or paths.relative(path, place)


def sitemap(site: Site, pages: Iterable[tuple[str, Sequence[tuple[str, str]]]]) -> bytes:
    """All pages by their paths, each with its translations: languages and paths."""
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap=cast("dict[str, str]", {None: _SITEMAP, "xhtml": _XHTML}))
    for place, translations in pages:
        entry = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        etree.SubElement(entry, f"{{{_SITEMAP}}}loc").text = paths.address(site.url, place)
        for tag, path in translations if len(translations) > 1 else ():
            address = paths.address(site.url, path)
            etree.SubElement(entry, f"{{{_XHTML}}}link", rel="alternate", hreflang=tag, href=address)
    return _bytes(root)


def robots(site: Site) -> bytes:
    """Everything may be read (RFC 9309)."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {paths.address(site.url, 'sitemap.xml')}\n".encode()


def _text(parent: etree._Element, name: str, text: str) -> None:
    shown = "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
    etree.SubElement(parent, f"{{{_ATOM}}}{name}").text = shown


def _link(parent: etree._Element, rel: str, href: str, kind: str, language: str = "") -> None:
    link = etree.SubElement(parent, f"{{{_ATOM}}}link", rel=rel, type=kind, href=href)
    if language:
        link.set("hreflang", language)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bytes(root: etree._Element) -> bytes:
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made
