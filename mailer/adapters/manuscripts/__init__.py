"""Translators' copies of issues, as text, .odt and .docx, and issues made of what comes back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from mailer.adapters.manuscripts import blocks, reading
from mailer.adapters.manuscripts.blocks import Place
from mailer.adapters.manuscripts.documents import Sheet, docx, odt
from mailer.adapters.manuscripts.text import numbered
from mailer.adapters.render.markdown_parser import without_marks
from mailer.compose.catalogue import Catalogue
from mailer.errors import ConfigError
from mailer.model.issues import Article, Picture, Source
from mailer.model.manuscripts import (
    ISSUE,
    KIND_NAMES,
    LABELLED,
    MAX_UNIT,
    MAX_UNITS,
    RULES,
    TABLE_RULES,
    DocumentKind,
    Kind,
    Unit,
)
from mailer.phrases import Phrase

T = TypeVar("T")

MAX_LINE = 300
"""Characters in a title or a summary; ``issue.toml`` has the same limit."""
_FIELDS: Mapping[Kind, str] = {
    Kind.SECTION: "section",
    Kind.KICKER: "kicker",
    Kind.TITLE: "title",
    Kind.SUMMARY: "summary",
}
"""What stands above an article's text, in the order in which it is read."""
_PICTURE: Mapping[Kind, str] = {Kind.ALT: "alt", Kind.CAPTION: "caption", Kind.CREDIT: "credit"}
_MARKERS = str.maketrans("⟦⟧", "[]")


class _Text(NamedTuple):
    """A unit and where it belongs."""

    unit: Unit
    place: int = -1
    """Its position in the places of the article's Markdown; -1 if it stands above the text."""


class Manuscripts:
    """ports.Manuscripts for Markdown."""

    def __init__(self, catalogues: Callable[..., Catalogue]) -> None:
        """``catalogues`` gives the words to a translator, by language."""
        self._catalogues = catalogues

    def units(self, source: Source) -> tuple[Unit, ...]:
        return tuple(text.unit for text in _texts(source))

    def text(self, units: Sequence[Unit], language: str = "", rules: Sequence[Phrase] = RULES) -> str:
        words = self._catalogues(language)
        return numbered(_labelled(units, words), [words.translate(rule) for rule in rules])

    def document(
        self, units: Sequence[Unit], kind: DocumentKind, source: str, target: str, language: str = ""
    ) -> bytes:
        words = self._catalogues(language)
        if kind not in _DOCUMENTS:
            return self.text(units, language).encode()
        heads = (words.gettext("No."), words.gettext("Original"), words.gettext("Translation"))
        introduction = [words.translate(rule) for rule in TABLE_RULES]
        title = units[0].text if units else ""
        return _DOCUMENTS[kind](Sheet(title, introduction, heads, _labelled(units, words), source, target, words.tag))

    def read(self, data: bytes, kind: DocumentKind) -> str:
        return reading.read(data, kind)

    def translated(
        self,
        source: Source,
        texts: Mapping[int, str],
        language: str,
        translator: str,
        links: Mapping[str, str] | None = None,
    ) -> Source:
        own = _texts(source)
        new = {
            unit.number: text
            for unit, _ in own
            if (text := _bare(unit, texts.get(unit.number, ""))) and text != unit.text
        }
        sections = {text.unit.text: new.get(text.unit.number, "") for text in own if text.unit.kind is Kind.SECTION}
        articles = []
        for at, article in enumerate(source.articles):
            mine = [text for text in own if text.unit.article == at and text.unit.number in new]
            section = _only_text(sections.get(article.section) or article.section, MAX_LINE)
            articles.append(replace(_translated(article, mine, new, links or {}), section=section))
        title = _only_text(new.get(own[0].unit.number, source.title), MAX_LINE)
        made = replace(
            source,
            title=title,
            language=language,
            articles=tuple(articles),
            translator=_only_text(translator, MAX_LINE),
            original=source.language,
        )
        return replace(made, digest=_digest(source, made))


_PRINTED_AS_IT_STANDS = frozenset(
    (Kind.ISSUE_TITLE, Kind.KICKER, Kind.SECTION, Kind.TITLE, Kind.SUMMARY, Kind.ALT, Kind.CAPTION, Kind.CREDIT)
)
_LAYERS = 4
"""How often marks are looked for below others; what is still hidden then is named as a fault."""
_DOCUMENTS: Mapping[DocumentKind, Callable[[Sheet], bytes]] = {DocumentKind.DOCX: docx, DocumentKind.ODT: odt}


def _bare(unit: Unit, text: str) -> str:
    """Only text, without marks where they would be printed as they stand.

    A character that is no text can hide marks, and an entity can be such a character, so both are taken away in turn.
    """
    text = _only_text(text)
    for _ in range(_LAYERS if unit.kind in _PRINTED_AS_IT_STANDS else 0):
        without = _only_text(without_marks(text))
        if without == text:
            break
        text = without
    return text


def _labelled(units: Sequence[Unit], words: Catalogue) -> list[tuple[Unit, str]]:
    """The units, each with what it is in words, or nothing where its text shows that."""
    return [(unit, words.translate(KIND_NAMES[unit.kind]) if unit.kind in LABELLED else "") for unit in units]


# --- units ---


def _texts(source: Source) -> list[_Text]:
    found = [_Text(Unit(0, ISSUE, Kind.ISSUE_TITLE, source.title))]
    sections: set[str] = set()
    for at, article in enumerate(source.articles):
        found += [text for text in _article(at, article) if text.unit.text not in sections or text.place >= 0]
        sections.add(article.section)
    if len(found) > MAX_UNITS:
        raise ConfigError([f"the issue has {len(found)} texts to translate; {MAX_UNITS} are allowed"])
    return [text._replace(unit=replace(text.unit, number=number)) for number, text in enumerate(found, 1)]


def _article(at: int, article: Article) -> Iterator[_Text]:
    for of, fields in ((article, _FIELDS), (article.picture, _PICTURE)):
        for kind, name in fields.items():
            if text := of and getattr(of, name):
                yield _Text(Unit(0, at, kind, text))
    for number, place in enumerate(_places(article)):
        if place.has_words:
            links = tuple(address for address, _ in place.inline.links)
            addresses = tuple(place.inline.addresses)
            yield _Text(Unit(0, at, place.kind, place.inline.shown, links, addresses), number)


def _places(article: Article) -> list[Place]:
    return _named(article, lambda: blocks.places(article.body))


def _named(article: Article, work: Callable[[], T]) -> T:
    """What ``work`` returns; its faults name the article."""
    try:
        return work()
    except ConfigError as fault:
        raise ConfigError(f"{article.name}: {problem}" for problem in fault.problems) from None


# --- the issue in another language ---


_SPACES = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
"""What becomes one space; not those that a language sets on purpose."""
_INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)
"""What no article may have; the joiners of Persian and of Hindi stay."""


def _only_text(text: str, limit: int = MAX_UNIT) -> str:
    """A text on one line, without what no article may have."""
    return _INVISIBLE.sub("", _SPACES.sub(" ", text.translate(_MARKERS)))[:limit].strip(" ")


def _translated(article: Article, own: Sequence[_Text], new: Mapping[int, str], links: Mapping[str, str]) -> Article:
    """The article with the texts that are new of its ``own``."""
    above: dict[str, Any] = {}
    picture: dict[str, Any] = {}
    body: dict[int, str] = {}
    for unit, place in own:
        text = new[unit.number]
        if place >= 0:
            body[place] = text
        elif unit.kind in _PICTURE:
            picture[_PICTURE[unit.kind]] = text
        elif unit.kind is not Kind.SECTION:
            above[_FIELDS[unit.kind]] = _only_text(text, MAX_LINE)
    if picture and article.picture:
        above["picture"] = replace(article.picture, **picture)
    if body or links:
        above["pictures"] = _pictures(article, body)
        above["body"] = _named(article, lambda: blocks.rebuilt(article.body, body, links))
    return replace(article, **above)


def _pictures(article: Article, texts: Mapping[int, str]) -> Mapping[str, Picture]:
    """The pictures in the text, with the words that their places have now."""
    pictures = dict(article.pictures)
    for at, place in enumerate(_places(article)):
        if place.kind in _PICTURE and at in texts and (picture := pictures.get(unquote(place.suffix))):
            pictures[picture.name] = replace(picture, **{_PICTURE[place.kind]: texts[at]})  # type: ignore[arg-type]
    return pictures


def _digest(source: Source, made: Source) -> str:
    whole = hashlib.sha256()
    texts = [source.digest, made.language, made.translator, made.title]
    for article in made.articles:
        texts += [article.section, article.kicker, article.title, article.summary, article.body]
        for picture in filter(None, (article.picture, *article.pictures.values())):
            texts += [picture.name, picture.alt, picture.caption, picture.credit]
    for text in texts:
        whole.update(len(text.encode()).to_bytes(8, "big"))
        whole.update(text.encode())
    return whole.hexdigest()
