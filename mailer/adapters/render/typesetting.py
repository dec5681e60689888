"""Sets a page of HTML as a PDF in the fonts that its characters need."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import NamedTuple

from mailer.adapters.render import letters, pdf
from mailer.adapters.render.fonts import Fonts, font_data, stacks


class Job(NamedTuple):
    """What ``pdf.write`` is given."""

    html: str
    assets: Mapping[str, bytes]
    identifier: str


def typeset(
    fill: Callable[[Mapping[str, object]], str],
    fonts: Fonts,
    language: str,
    assets: Mapping[str, bytes],
    identifier: str,
    check: Callable[[str], None],
    also: str = "",
) -> Job:
    """The page, with the fonts that its characters need.

    ``fill`` makes the page from ``faces`` and ``stacks``, the fonts to declare and the value of font-family for each
    of their roles; it may add to ``assets``. ``check`` is given the text of the page, and raises ConfigError if no font
    has one of its characters. ``also`` is text in its drawings.
    """
    text = letters.printed_text(fill({"faces": (), "stacks": stacks(fonts.shipped)})) + also
    check(text)
    families = fonts.needed(text, language)
    faces = [(family, face) for family in families for face in family.faces]
    data = {f"font/{at}": font_data(face, text) for at, (_, face) in enumerate(faces)}
    declared = [
        {"family": family.name, "weight": face.weight, "style": face.style, "src": f"{pdf.SCHEME}:font/{at}"}
        for at, (family, face) in enumerate(faces)
    ]
    html = fill({"faces": declared, "stacks": stacks(families)})
    return Job(unicodedata.normalize("NFC", html), {**assets, **data}, identifier)
