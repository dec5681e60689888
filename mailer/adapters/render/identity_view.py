"""What the identity adds to every issue: logo, cover, colours of sections, and the sentence on forwarding."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mailer.adapters.render import pdf
from mailer.adapters.render.colour import Palette, for_section
from mailer.adapters.render.pictures import Frame, resample_file
from mailer.adapters.render.safe_svg import safe_svg
from mailer.compose.catalogue import Catalogue
from mailer.errors import ConfigError
from mailer.model.issues import Inline
from mailer.model.publications import FORWARDING, Identity

LOGO_IN_MAIL, LOGO_IN_PRINT = Frame(200, 64, 2), Frame(227, 68, 4)
"""In print 60 x 18 mm at the most, at nearly 400 dpi."""
COVER_IN_MAIL, COVER_IN_PRINT = Frame(600, 9999, 2), Frame(794, 9999, 2.08)
"""In print the width of an A4 page."""
STRIP_IN_MAIL, STRIP_IN_PRINT = 2.5, 4.0
"""How many times wider than high the cover is: of other pictures the middle is shown."""
MAX_BYTES = 12_000_000
_QUALITY = 84


class Shape(NamedTuple):
    """A picture of the identity as one form shows it."""

    alt: str
    """Empty if the text beside it says the same."""
    width: int
    """CSS pixels."""
    height: int
    media_type: str
    data: bytes


class Placed(NamedTuple):
    """A picture of the identity for a template."""

    src: str
    alt: str
    width: int
    """CSS pixels."""
    height: int


class SectionView(NamedTuple):
    """The colour of a section in both appearances."""

    key: str
    """The class of what belongs to it."""
    name: str
    light: str
    dark: str


def sections(identity: Identity, colours: Palette) -> dict[str, SectionView]:
    """By the names that articles give."""
    return {
        name: SectionView(f"section-{at}", name, *for_section(colour, colours))
        for at, (name, colour) in enumerate(identity.sections.items(), start=1)
    }


def forwarding(identity: Identity, catalogue: Catalogue, language: str) -> str:
    """What readers may do with an issue in a language: the publisher's own sentence, or one of ours."""
    own = {tag.lower(): sentence for tag, sentence in identity.forwarding_words.items()}
    tag = language.lower()
    while tag:
        if tag in own:
            return own[tag]
        tag = tag.rpartition("-")[0]
    return catalogue.translate(FORWARDING[identity.forwarding])


def logo(identity: Identity, *, in_print: bool) -> Shape | None:
    """The logo: in print as it is, in the mail always as pixels. Raises ConfigError with what is wrong with it."""
    if not identity.logo:
        return None
    path = Path(identity.logo)
    if path.suffix.lower() != ".svg":
        return _pixels("logo", path, identity.logo_alt, LOGO_IN_PRINT if in_print else LOGO_IN_MAIL)
    if not in_print:
        beside = path.with_suffix(".png")
        if not beside.is_file():
            raise ConfigError(
                [f"[identity] logo: mail programs show no SVG; put the same picture as {beside.name} beside {path}"]
            )
        return _pixels("logo", beside, identity.logo_alt, LOGO_IN_MAIL)
    drawing = safe_svg(str(path), _read("logo", path))
    scale = min(LOGO_IN_PRINT.width / drawing.width, LOGO_IN_PRINT.height / drawing.height)
    size = max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale))
    return Shape(identity.logo_alt, *size, "image/svg+xml", drawing.data)


def cover(identity: Identity, *, in_print: bool) -> Shape | None:
    """The picture at the head of every issue. Raises ConfigError with what is wrong with it."""
    if not identity.cover:
        return None
    if not identity.cover_alt:
        raise ConfigError(["[identity] cover: it has no description; add cover_alt, which says what it shows"])
    frame, strip = (COVER_IN_PRINT, STRIP_IN_PRINT) if in_print else (COVER_IN_MAIL, STRIP_IN_MAIL)
    return _pixels("cover", Path(identity.cover), identity.cover_alt, frame, strip)


def faults(identity: Identity) -> Iterator[str]:
    """What is wrong with logo and cover."""
    for make in (logo, cover):
        for in_print in (True, False):
            try:
                make(identity, in_print=in_print)
            except ConfigError as fault:
                yield from fault.problems
                break


def in_mail(identity: Identity, domain: str) -> tuple[dict[str, Placed | None], list[Inline]]:
    """The values ``logo`` and ``cover``, and the pictures that they refer to by Content-IDs of this ``domain``."""
    shapes = {"logo": logo(identity, in_print=False), "cover": cover(identity, in_print=False)}
    inlines = {
        name: Inline(f"{hashlib.sha256(shape.data).hexdigest()[:12]}@{domain}", shape.media_type, shape.data)
        for name, shape in shapes.items()
        if shape
    }
    placed = {name: _placed(shape, f"cid:{inlines[name].cid}" if shape else "") for name, shape in shapes.items()}
    return placed, list(inlines.values())


def in_print(identity: Identity) -> tuple[dict[str, Placed | None], dict[str, bytes]]:
    """The values ``logo`` and ``cover``, and the files that they refer to."""
    shapes = {"logo": logo(identity, in_print=True), "cover": cover(identity, in_print=True)}
    placed = {name: _placed(shape, f"{pdf.SCHEME}:identity/{name}") for name, shape in shapes.items()}
    return placed, {f"identity/{name}": shape.data for name, shape in shapes.items() if shape}


def _placed(shape: Shape | None, src: str) -> Placed | None:
    return Placed(src, shape.alt, shape.width, shape.height) if shape else None


def _pixels(key: str, path: Path, alt: str, frame: Frame, strip: float = 0) -> Shape:
    if path.suffix.lower() == ".svg":
        raise ConfigError([f"[identity] {key}: {path} is a drawing; give a PNG or JPEG instead"])
    made = resample_file(f"[identity] {key}: {path}", _read(key, path), frame, _QUALITY, strip)
    return Shape(alt, *made.shown, made.media_type, made.data)


def _read(key: str, path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError([f"[identity] {key}: {path} has more than {MAX_BYTES // 1_000_000} MB; save it smaller"])
        return path.read_bytes()
    except OSError:
        raise ConfigError(
            [f"[identity] {key}: {path} cannot be read; put the file there, or correct its name"]
        ) from None
