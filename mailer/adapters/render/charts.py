"""The charts of an issue in each of its forms: vector drawings in print, tables in the mail, numbers in the text."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO

from babel import Locale
from markupsafe import Markup
from PIL import ImageFont

from mailer.adapters.render import pdf
from mailer.adapters.render.chart_drawing import WIDTH, Drawing
from mailer.adapters.render.chart_html import AreaColour, MailChart
from mailer.adapters.render.chart_png import SHOWN, png
from mailer.adapters.render.chart_svg import svg
from mailer.adapters.render.chart_text import alternative, heading, source
from mailer.adapters.render.colour import Palette
from mailer.adapters.render.fonts import Face, Family, Fonts, font_data
from mailer.adapters.render.letter_widths import Width
from mailer.compose.catalogue import Catalogue, direction
from mailer.model.charts import Chart, ChartKind
from mailer.model.issues import Inline


class Charts:
    """Draws charts in the words of one language, and in the colours of one identity."""

    def __init__(self, catalogue: Catalogue, colours: Palette, fonts: Fonts, language: str) -> None:
        self._catalogue = _running_as(language, catalogue)
        self._colours, self._fonts, self._language = colours, fonts, language
        self._drawings: dict[str, Drawing] = {}
        self.pictures: dict[str, Inline] = {}
        """What ``in_mail`` refers to, by Content-ID."""
        self.areas: dict[str, AreaColour] = {}
        """The colours that ``in_mail`` has used, by their classes."""

    # --- the mail ---

    def in_mail(self, chart: Chart, domain: str) -> Markup:
        """What stands in its ``figure``; pictures have Content-IDs of this ``domain``."""
        made = MailChart(chart, self._catalogue, self._colours)
        self.areas |= {area.name: area for area in made.areas}
        return made.html(self._picture(chart, domain) if chart.kind is ChartKind.LINE else Markup())

    def _picture(self, chart: Chart, domain: str) -> Markup:
        drawing = self._drawing(chart)
        families = self._fonts.needed(drawing.text, self._language)
        data, height = png(drawing, lambda text, weight, size: typeface(families, text, weight, size))
        cid = f"{hashlib.sha256(data).hexdigest()[:12]}@{domain}"
        self.pictures[cid] = Inline(cid, "image/png", data)
        return Markup('<img class="drawing" src="cid:{}" alt="{}" width="{}" height="{}">').format(
            cid, alternative(chart, self._catalogue), SHOWN, height
        )

    # --- print ---

    def in_print(self, chart: Chart) -> Markup:
        """What stands in its ``figure``: the title, and the drawing, which ``assets`` has."""
        drawing = self._drawing(chart)
        name = f"chart/{len(self._drawings)}"
        self._drawings[name] = drawing
        said = Markup("<figcaption>{}</figcaption>").format(source(chart, self._catalogue)) if chart.source else ""
        return Markup('<p class="chart-title">{}</p><img src="{}:{}" alt="{}" width="{}" height="{}">{}').format(
            heading(chart), pdf.SCHEME, name, alternative(chart, self._catalogue), WIDTH, round(drawing.shapes[1]), said
        )

    def assets(self, stacks: Mapping[str, str]) -> dict[str, bytes]:
        """The drawings, by name. ``stacks``: the value of ``font-family`` for each role."""
        return {name: svg(drawing, stacks["sans"]) for name, drawing in self._drawings.items()}

    @property
    def text(self) -> str:
        """What stands in the drawings."""
        return " ".join(drawing.text for drawing in self._drawings.values())

    def _drawing(self, chart: Chart) -> Drawing:
        return Drawing(chart, self._catalogue, self._colours.light, self._width(chart))

    def _width(self, chart: Chart) -> Width:
        sans = next(family for family in self._fonts.shipped if family.role == "sans").faces[0]
        labels = " ".join((*chart.columns, *(row.label for row in chart.rows)))
        needed = set(self._fonts.needed(labels, self._language)) - set(self._fonts.shipped)
        others = (family.faces[0].path for family in self._fonts.scripts if family.role == "sans" and family in needed)
        return Width(sans.path, max(sans.index, 0), tuple(others))


def _running_as(language: str, catalogue: Catalogue) -> Catalogue:
    """The catalogue; where another language stands in, with the numbers and the direction of ``language``."""
    if direction(language) == catalogue.direction:
        return catalogue
    return replace(catalogue, locale=Locale.parse(language, sep="-"))


def typeface(
    families: tuple[Family, ...], text: str, weight: int, size: float, role: str = "sans"
) -> ImageFont.FreeTypeFont | None:
    """The first font of the role that has all of ``text``; else any."""
    wanted = {ord(sign) for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf"}
    having = [family for family in families if wanted <= family.characters]
    if not having:
        return None
    family = min(having, key=lambda family: family.role != role)
    upright = [face for face in family.faces if face.style == "normal"] or list(family.faces)
    face: Face = min(upright, key=lambda face: abs(face.weight - weight))
    return ImageFont.truetype(BytesIO(font_data(face, text)), size)
