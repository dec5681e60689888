"""Writes packs: articles as .docx and Markdown, pictures in print resolution, and a list of what there is."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mailer.adapters.packs import docx, markdown, prose
from mailer.adapters.packs.article import PackedText, PictureLine
from mailer.adapters.packs.prose import Block, Kind, PlacedPicture, Prose
from mailer.adapters.render import markdown as articles
from mailer.adapters.render.pictures import Frame, resample
from mailer.adapters.render.reading_time import counted_words
from mailer.compose.catalogue import Catalogue
from mailer.errors import ConfigError, Refused
from mailer.model.issues import Article, Picture, Source
from mailer.model.packs import PRINT_DPI, Pack, PackedArticle, PackedPicture, slug
from mailer.phrases import Language, Phrase, phrase

_WHOLE = Frame(100_000, 100_000, 1)
"""So large that every picture keeps its own pixels."""
_QUALITY = 92


@dataclass(frozen=True, slots=True)
class Order:
    """What an editor elsewhere wants."""

    name: str
    """Of the pack's folder."""
    publication: str
    """Its title."""
    publisher: str
    words: int = 0
    """How long an article may be; 0 is as long as it is."""
    terms: str = ""
    """What the office asks in return; empty are the shipped words."""
    articles: Sequence[int] = ()
    """The numbers of the articles that are wanted; none are all."""


def packed(source: Source, order: Order, catalogue: Catalogue) -> Pack:
    """The pack of an issue, or of some articles of it. Raises Refused for an article that there is not."""
    numbers = range(1, len(source.articles) + 1)
    if strange := sorted(set(order.articles) - set(numbers)):
        raise Refused(f"The issue has no article {strange[0]}; it has {len(source.articles)}.")
    made = [
        _Packing(source, order, catalogue, number, source.articles[number - 1])
        for number in numbers
        if not order.articles or number in order.articles
    ]
    files = {name: data for one in made for name, data in one.files()}
    pictures = [shown for one in made for shown in one.pictures]
    return Pack(order.name, source.language, [one.packed for one in made], pictures, files)


class _Packing:
    """One article of a pack."""

    def __init__(self, source: Source, order: Order, catalogue: Catalogue, number: int, article: Article) -> None:
        self._source, self._order, self._catalogue = source, order, catalogue
        self._number, self._article = number, article
        found, faults = articles.read(article, source.language, source.events, source.day)
        if found is None:
            raise ConfigError(faults)
        self._prose = _led(prose.read(found.tree, catalogue), article.picture)
        self._stem = f"{number}-{slug(article.title)}"
        self._encoded = dict(self._pictures())
        self.pictures = [one for one, _ in self._encoded.values()]
        self._head_words = counted_words(article.summary)
        self._short = self._shortened()
        self.packed = PackedArticle(
            number,
            article.title,
            article.author,
            self._prose.words + self._head_words,
            self._short.words + self._head_words if self._short else 0,
            self._stem,
        )

    def files(self) -> Iterator[tuple[str, bytes]]:
        whole = self._text(self._prose)
        yield from _written(whole, self._stem)
        if self._short:
            said = phrase(
                "Shortened to its first %(words)s words, and otherwise unchanged; the whole text has %(all)s.",
                words=self.packed.short,
                all=self.packed.words,
            )
            short = replace(self._text(self._short), colophon=[self._say(said), *whole.colophon])
            yield from _written(short, f"{self._stem}-short")
        for shown, data in self._encoded.values():
            yield shown.file, data

    def _shortened(self) -> Prose | None:
        most = self._order.words - self._head_words
        if not self._order.words or self._prose.words <= most:
            return None
        short = self._prose.shortened(most)
        return short if short.words < self._prose.words else None

    def _text(self, body: Prose) -> PackedText:
        article, source = self._article, self._source
        used = {block.picture.name for block in body.blocks if block.picture}
        return PackedText(
            title=article.title,
            prose=body,
            language=source.language,
            kicker=article.kicker,
            standfirst=article.summary,
            byline=self._say(phrase("By %(author)s", author=article.author)) if article.author else "",
            pictures=[
                PictureLine(shown.file, self._described(shown))
                for name, (shown, _) in self._encoded.items()
                if name in used
            ],
            pictures_heading=self._say(phrase("Pictures")),
            colophon=list(self._colophon()),
            author=article.author,
            places={
                name: self._say(phrase("Picture: %(file)s", file=shown.file.rpartition("/")[2]))
                for name, (shown, _) in self._encoded.items()
            },
            is_right_to_left=self._catalogue.direction == "rtl",
        )

    def _colophon(self) -> Iterator[str]:
        source, day = self._source, self._catalogue.day(self._source.day)
        yield self._say(
            phrase(
                "From %(publication)s %(number)s, “%(title)s”, %(day)s.",
                publication=self._order.publication,
                number=source.number,
                title=source.title,
                day=day,
            )
        )
        if source.translator and source.original:
            yield self._say(
                phrase(
                    "Translated from %(language)s by %(translator)s.",
                    language=Language(source.original),
                    translator=source.translator,
                )
            )
        if self._order.publisher:
            yield self._order.publisher
        asked = "Please name the source and the author, and tell us in which issue it appears."
        yield self._order.terms or self._say(phrase(asked))

    # --- pictures ---

    def _pictures(self) -> Iterator[tuple[str, tuple[PackedPicture, bytes]]]:
        """All of the article, by their names in the issue."""
        article = self._article
        own: Mapping[str, Picture] = {
            **({article.picture.name: article.picture} if article.picture else {}),
            **article.pictures,
        }
        for at, (name, picture) in enumerate(own.items(), start=1):
            made = resample(article, picture, _WHOLE, _QUALITY)
            ending = "jpg" if made.media_type == "image/jpeg" else "png"
            file = f"pictures/{self._number}-{at}-{slug(name.rpartition('.')[0], 'picture', 30)}.{ending}"
            shown = PackedPicture(
                file, self._number, picture.caption, picture.credit, picture.alt, made.width, made.height
            )
            yield name, (shown, _for_print(made.data))

    def _described(self, shown: PackedPicture) -> str:
        across, high = shown.millimetres
        size = phrase(
            "%(width)s × %(height)s pixels: up to %(across)s × %(high)s mm in print.",
            width=shown.width,
            height=shown.height,
            across=across,
            high=high,
        )
        parts = [
            *([_ended(shown.caption)] if shown.caption else []),
            *([self._say(phrase("Credit: %(credit)s.", credit=shown.credit))] if shown.credit else []),
            *([self._say(phrase("It shows: %(alt)s", alt=_ended(shown.alt)))] if shown.alt else []),
            self._say(size),
        ]
        return " ".join(parts)

    def _say(self, words: Phrase) -> str:
        return self._catalogue.translate(words)


def _led(body: Prose, picture: Picture | None) -> Prose:
    """The text with the article's own picture at its head."""
    if picture is None:
        return body
    placed = PlacedPicture(picture.name, picture.alt, picture.caption, picture.credit)
    return replace(body, blocks=[Block(Kind.PICTURE, picture=placed), *body.blocks])


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。", "…")) else f"{text}."


def _written(text: PackedText, stem: str) -> Iterator[tuple[str, bytes]]:
    yield f"{stem}.docx", docx.written(text)
    yield f"{stem}.md", markdown.written(text)


def _for_print(data: bytes) -> bytes:
    """A JPEG or PNG that says that it has 300 pixels an inch, so that a layout program places it in its size."""
    if data.startswith(b"\xff\xd8\xff\xe0"):
        return data[:13] + struct.pack(">BHH", 1, PRINT_DPI, PRINT_DPI) + data[18:]
    if data.startswith(b"\x89PNG") and b"pHYs" not in data[:200]:
        metre = round(PRINT_DPI / 0.0254)
        chunk = b"pHYs" + struct.pack(">IIB", metre, metre, 1)
        return data[:33] + struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]
    return data
